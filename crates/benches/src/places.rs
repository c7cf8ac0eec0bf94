//! Which file of a tree is edited, and where in it somebody asks.

use index::Snapshot;
use module::{FileId, OptionPath};
use std::collections::BTreeMap;
use syntax::TextSize;

/// Places in one module of a tree.
#[derive(Debug, Clone, Copy)]
pub struct Places {
    pub file: FileId,
    /// In the last name of an option that the module reads, and that a module of the tree declares.
    pub asked: TextSize,
    pub named: Option<Named>,
}

/// An option that another module than the one with the declaration reads.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    /// Behind its name in the declaration: a letter put there makes it another option.
    pub end: TextSize,
    pub reader: FileId,
}

impl Places {
    /// In the largest module that declares options and reads some, best of all one that another module reads from;
    /// `None` if the tree has no such module.
    pub fn of(snapshot: &Snapshot) -> Option<Places> {
        let mut readers: BTreeMap<&OptionPath, Vec<FileId>> = BTreeMap::new();
        for (file, facts) in snapshot.modules() {
            for read in &facts.reads {
                readers.entry(&read.path).or_default().push(file);
            }
        }
        let mut declared: BTreeMap<&OptionPath, FileId> = BTreeMap::new();
        for (file, facts) in snapshot.modules() {
            declared.extend(facts.declarations.iter().map(|it| (&it.path, file)));
        }
        let places = snapshot.modules().filter_map(|(file, facts)| {
            let text = &snapshot.file(file)?.text;
            let mut own = facts.declarations.iter().filter(|it| it.name.file == file);
            own.clone().next()?;
            let read = facts.reads.iter().find(|read| {
                read.at.file == file && read.written > 0 && declared.contains_key(&read.path)
            })?;
            let named = own.find_map(|declaration| {
                let reader = readers.get(&declaration.path)?.iter().find(|&&it| it != file)?;
                let name = declaration.name.text_range();
                let is_plain = module::is_identifier(&text[name]);
                is_plain.then_some(Named { end: name.end(), reader: *reader })
            });
            let asked = read.at.text_range().end() - TextSize::new(1);
            Some(((named.is_some(), text.len(), file), Places { file, asked, named }))
        });
        places.max_by_key(|(rank, _)| *rank).map(|(_, places)| places)
    }
}
