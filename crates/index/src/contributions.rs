//! What each file adds to the index, kept in ordered sets that share their structure between snapshots:
//! adding or removing one file's part costs what that file contributes.

use crate::standing::import_targets;
use imbl::OrdSet;
use module::{Existence, Facts, FileId, OptionPath};
use std::ops::Bound;

#[derive(Clone, Default, PartialEq)]
pub(crate) struct Contributions {
    /// Option path and the module that declares it, defines it, reads it, or may do so below it.
    pub declared: OrdSet<(OptionPath, FileId)>,
    pub defined: OrdSet<(OptionPath, FileId)>,
    pub read: OrdSet<(OptionPath, FileId)>,
    pub unknown: OrdSet<(OptionPath, FileId)>,
    /// Option path and the module that may define more below it.
    pub undefined: OrdSet<(OptionPath, FileId)>,
    /// Option path and the module that asks for something on its behalf.
    pub asking: OrdSet<(OptionPath, FileId)>,
    /// Imported path (as written: file or folder) and the module that imports it.
    pub imported: OrdSet<(FileId, FileId)>,
    /// A file and the module that uses it as a value.
    pub used: OrdSet<(FileId, FileId)>,
    /// A path and the module whose facts depend on what is there.
    pub looked_into: OrdSet<(FileId, FileId)>,
    /// The files that add members to `lib`.
    pub library_extensions: OrdSet<FileId>,
    /// A folder and what is directly in it; a folder is there as long as something is in it.
    pub folders: OrdSet<(FileId, FileId)>,
    /// Every path that was listed for itself, rather than for what is in it.
    pub listed: OrdSet<FileId>,
}

impl Contributions {
    /// What holds as soon as the file could be a module, whether it is one or not.
    pub fn add_edges(&mut self, file: FileId, facts: &Facts) {
        self.each_edge(file, facts, |set, edge| {
            set.insert(edge);
        });
    }

    pub fn remove_edges(&mut self, file: FileId, facts: &Facts) {
        self.each_edge(file, facts, |set, edge| {
            set.remove(&edge);
        });
    }

    fn each_edge(
        &mut self,
        file: FileId,
        facts: &Facts,
        mut change: impl FnMut(&mut OrdSet<(FileId, FileId)>, (FileId, FileId)),
    ) {
        for target in import_targets(facts) {
            change(&mut self.imported, (target, file));
        }
        for &used in &facts.uses {
            change(&mut self.used, (used, file));
        }
        for &path in &facts.looked_into {
            change(&mut self.looked_into, (path, file));
        }
    }

    /// What a module says of options.
    pub fn add_options(&mut self, file: FileId, facts: &Facts) {
        self.each_option(file, facts, |set, entry| {
            set.insert(entry);
        });
    }

    pub fn remove_options(&mut self, file: FileId, facts: &Facts) {
        self.each_option(file, facts, |set, entry| {
            set.remove(&entry);
        });
    }

    fn each_option(
        &mut self,
        file: FileId,
        facts: &Facts,
        mut change: impl FnMut(&mut OrdSet<(OptionPath, FileId)>, (OptionPath, FileId)),
    ) {
        for declaration in &facts.declarations {
            change(&mut self.declared, (declaration.path.clone(), file));
        }
        for definition in &facts.definitions {
            change(&mut self.defined, (definition.path.clone(), file));
        }
        for read in &facts.reads {
            change(&mut self.read, (read.path.clone(), file));
        }
        for path in &facts.unknown.options {
            change(&mut self.unknown, (path.clone(), file));
        }
        for path in &facts.unknown.definitions {
            change(&mut self.undefined, (path.clone(), file));
        }
        if facts.unknown.module {
            change(&mut self.unknown, (OptionPath::root(), file));
            change(&mut self.undefined, (OptionPath::root(), file));
        }
        let mut last = None;
        for asking in &facts.demands.askings {
            // They are sorted.
            if last.replace(&asking.path) != Some(&asking.path) {
                change(&mut self.asking, (asking.path.clone(), file));
            }
        }
    }

    /// Lists a file. Returns the folders that have come to be by it, the innermost first.
    pub fn add_to_folders(&mut self, file: FileId) -> Vec<FileId> {
        self.listed.insert(file);
        let mut appeared = Vec::new();
        let mut here = file;
        for folder in folders_of(file) {
            let is_known = self.is_folder(folder);
            self.folders.insert((folder, here));
            if is_known {
                break;
            }
            appeared.push(folder);
            here = folder;
        }
        appeared
    }

    /// Takes a file off the list. Returns the folders that are gone with it, the innermost first.
    pub fn remove_from_folders(&mut self, file: FileId) -> Vec<FileId> {
        self.listed.remove(&file);
        let mut vanished = Vec::new();
        let mut here = file;
        for folder in folders_of(file) {
            if self.is_folder(here) || self.listed.contains(&here) {
                break;
            }
            self.folders.remove(&(folder, here));
            if self.is_folder(folder) {
                break;
            }
            vanished.push(folder);
            here = folder;
        }
        vanished
    }

    pub fn is_folder(&self, path: FileId) -> bool {
        second(&self.folders, path).next().is_some()
    }

    /// The names in a folder and what each is, in their order.
    pub fn names_in(&self, folder: FileId) -> Vec<(&'static str, Existence)> {
        let existence = |path| match self.is_folder(path) {
            true => Existence::Folder,
            false => Existence::File,
        };
        let names = second(&self.folders, folder).map(|path| (path.name(), existence(path)));
        let mut names: Vec<_> = names.collect();
        names.sort_unstable_by_key(|(name, _)| *name);
        names
    }

    /// The modules that import `file`, itself or as a folder's `default.nix`.
    pub fn importers(&self, file: FileId) -> impl Iterator<Item = FileId> {
        let folder = (file.name() == "default.nix").then(|| file.folder());
        second(&self.imported, file)
            .chain(folder.into_iter().flat_map(|folder| second(&self.imported, folder)))
    }

    pub fn users(&self, file: FileId) -> impl Iterator<Item = FileId> {
        second(&self.used, file)
    }

    pub fn dependants(&self, path: FileId) -> impl Iterator<Item = FileId> {
        second(&self.looked_into, path)
    }

    /// The paths in `set` that begin with `prefix`, itself included.
    pub fn below<'a>(
        set: &'a OrdSet<(OptionPath, FileId)>,
        prefix: &'a OptionPath,
    ) -> impl Iterator<Item = &'a (OptionPath, FileId)> {
        from(set, prefix).take_while(move |(path, _)| path.starts_with(prefix))
    }

    /// The files that have `path` itself in `set`.
    pub fn at<'a>(
        set: &'a OrdSet<(OptionPath, FileId)>,
        path: &'a OptionPath,
    ) -> impl Iterator<Item = FileId> + 'a {
        from(set, path).take_while(move |(here, _)| here == path).map(|(_, file)| *file)
    }
}

/// Entries from `path` on.
pub(crate) fn from<'a>(
    set: &'a OrdSet<(OptionPath, FileId)>,
    path: &OptionPath,
) -> impl Iterator<Item = &'a (OptionPath, FileId)> {
    let start = (path.clone(), FileId::FIRST);
    set.range((Bound::Included(start), Bound::Unbounded))
}

fn second(set: &OrdSet<(FileId, FileId)>, first: FileId) -> impl Iterator<Item = FileId> {
    let start = (first, FileId::FIRST);
    set.range((Bound::Included(start), Bound::Unbounded))
        .take_while(move |(here, _)| *here == first)
        .map(|(_, second)| *second)
}

/// Every folder above a file.
fn folders_of(file: FileId) -> impl Iterator<Item = FileId> {
    let mut here = file;
    std::iter::from_fn(move || {
        let folder = here.folder();
        if folder == here {
            return None;
        }
        here = folder;
        Some(folder)
    })
}
