//! What each file is: a module of its own, a value that others use, or neither.
//!
//! A file says by its own form whether it may be a module. Whether it is one is decided by the others: a
//! file that somebody imports is a module whatever it looks like, and one that others use as a value is none
//! unless it is imported too. Only what modules import counts, so this is a walk over the import graph from
//! the files that are modules in any case. It depends on the facts alone and not on the order in which they
//! came, like everything in the index.

use crate::{FileKind, Snapshot};
use module::facts::ImportTarget;
use module::{Facts, FileId};
use rustc_hash::{FxHashMap, FxHashSet};

/// The import graph at one moment, with paths looked up already.
pub(crate) struct Standing<'a> {
    snapshot: &'a Snapshot,
    /// The `default.nix` of each folder that has one.
    folders: FxHashMap<FileId, FileId>,
    /// Reached through imports, or a module in any case.
    imported: FxHashSet<FileId>,
}

impl<'a> Standing<'a> {
    /// The files that modules import, as far as facts are there. Those that [`Standing::unread`] names come
    /// on top of them once they are read.
    pub fn of(snapshot: &'a Snapshot) -> Standing<'a> {
        let folders = snapshot
            .files()
            .filter(|data| data.file.name() == "default.nix")
            .map(|data| (data.file.folder(), data.file))
            .collect();
        let mut standing = Standing { snapshot, folders, imported: FxHashSet::default() };
        let used = standing.used(|_| false);
        standing.imported = standing.reached_from(&used);
        standing
    }

    /// Files that modules import and that have not been read.
    pub fn unread(&self) -> Vec<FileId> {
        let is_unread = |file: &FileId| self.facts(*file).is_none();
        self.imported.iter().copied().filter(is_unread).collect()
    }

    /// Files that have been read although neither their form nor an import asks for it.
    pub fn abandoned(&self) -> Vec<FileId> {
        let read = self.snapshot.files().filter_map(|data| Some((data.file, data.facts.as_ref()?)));
        read.filter(|(file, facts)| !has_own_form(facts) && !self.imported.contains(file))
            .map(|(file, _)| file)
            .collect()
    }

    /// What each file is, once all are read.
    pub fn kinds(&self) -> impl Iterator<Item = (FileId, FileKind)> {
        // What imported files use is a value as well, even if their form did not say that they are modules.
        let used = self.used(|file| self.imported.contains(&file));
        let modules = self.reached_from(&used);
        self.snapshot.files().map(move |data| {
            let kind = match modules.contains(&data.file) {
                true => FileKind::Module,
                false if data.facts.is_some() => FileKind::Value,
                false => FileKind::Other,
            };
            (data.file, kind)
        })
    }

    fn facts(&self, file: FileId) -> Option<&'a Facts> {
        self.snapshot.file(file)?.facts.as_deref()
    }

    /// What is used as a value by files that look like modules, and by the `further` ones.
    fn used(&self, further: impl Fn(FileId) -> bool) -> FxHashSet<FileId> {
        let read =
            self.snapshot.files().filter_map(|data| Some((data.file, data.facts.as_deref()?)));
        read.filter(|(file, facts)| has_own_form(facts) || further(*file))
            .flat_map(|(_, facts)| facts.uses.iter().copied())
            .collect()
    }

    /// The modules in any case, and what they import, directly or not.
    fn reached_from(&self, used: &FxHashSet<FileId>) -> FxHashSet<FileId> {
        let is_start = |file: FileId, facts: &Facts| {
            facts.outputs.is_some() || (facts.shape.looks_like_module && !used.contains(&file))
        };
        let mut waiting: Vec<FileId> = self
            .snapshot
            .files()
            .filter(|data| data.facts.as_ref().is_some_and(|facts| is_start(data.file, facts)))
            .map(|data| data.file)
            .collect();
        let roots = self.snapshot.setup.roots.iter().copied();
        waiting.extend(roots.filter(|file| self.snapshot.file(*file).is_some()));
        let mut reached = FxHashSet::default();
        while let Some(file) = waiting.pop() {
            if !reached.insert(file) {
                continue;
            }
            let Some(facts) = self.facts(file) else { continue };
            for path in import_targets(facts) {
                waiting.extend(self.file_at(path).filter(|file| !reached.contains(file)));
            }
        }
        reached
    }

    /// The file that an import of `path` means.
    fn file_at(&self, path: FileId) -> Option<FileId> {
        match self.folders.get(&path) {
            Some(file) => Some(*file),
            None => self.snapshot.file(path).map(|data| data.file),
        }
    }
}

/// The paths of all imports: the module's own, and those of the configurations that it makes.
pub(crate) fn import_targets(facts: &Facts) -> impl Iterator<Item = FileId> {
    let made = facts.outputs.iter().flat_map(|outputs| &outputs.roots);
    let imports = facts.imports.iter().chain(made.flat_map(|root| &root.imports));
    imports.filter_map(|import| match import.target {
        ImportTarget::Path(path) => Some(path),
        _ => None,
    })
}

/// Whether the file is read for its own form's sake.
fn has_own_form(facts: &Facts) -> bool {
    facts.shape.looks_like_module
}
