//! What each file adds to the index, kept in sets that share their structure between snapshots: adding or
//! removing one file's part costs what that file contributes.

use crate::Snapshot;
use crate::path_tree::{PathTree, Place};
use crate::standing::import_targets;
use imbl::OrdSet;
use module::{Existence, Facts, FileId, OptionPath, Symbol};
use std::ops::Bound;

#[derive(Clone, Default, PartialEq)]
pub(crate) struct Contributions {
    /// What modules say of option paths.
    options: PathTree,
    /// The last name of an option's path and the module that declares it.
    named: OrdSet<(Symbol, FileId)>,
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

/// What a module can say of an option path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Said {
    Declared,
    Defined,
    Read,
    /// It may declare more below the path.
    Unknown,
    /// It may define more below the path.
    Undefined,
    /// It asks for something on behalf of the path.
    Asking,
}

impl Said {
    pub const COUNT: usize = 6;
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
        each_option(facts, |what, path| self.options.insert(what, path, file));
        for name in last_names(facts) {
            self.named.insert((name, file));
        }
    }

    pub fn remove_options(&mut self, file: FileId, facts: &Facts) {
        each_option(facts, |what, path| self.options.remove(what, path, file));
        for name in last_names(facts) {
            self.named.remove(&(name, file));
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
}

/// A path of more names than this is nobody's option, and would make a tree that is too deep to go through.
const MOST_NAMES: usize = 256;

/// What a module says of option paths, several times where it says it so.
fn each_option(facts: &Facts, mut each: impl FnMut(Said, &OptionPath)) {
    let mut each = |what, path: &OptionPath| {
        if path.len() <= MOST_NAMES {
            each(what, path);
        }
    };
    for declaration in &facts.declarations {
        each(Said::Declared, &declaration.path);
    }
    for definition in &facts.definitions {
        each(Said::Defined, &definition.path);
    }
    for read in &facts.reads {
        each(Said::Read, &read.path);
    }
    for path in &facts.unknown.options {
        each(Said::Unknown, path);
    }
    for path in &facts.unknown.definitions {
        each(Said::Undefined, path);
    }
    if facts.unknown.module {
        each(Said::Unknown, &OptionPath::root());
        each(Said::Undefined, &OptionPath::root());
    }
    let mut last = None;
    for asking in &facts.demands.askings {
        // They are sorted.
        if last.replace(&asking.path) != Some(&asking.path) {
            each(Said::Asking, &asking.path);
        }
    }
}

/// Of the options that a module declares.
fn last_names(facts: &Facts) -> impl Iterator<Item = Symbol> {
    facts.declarations.iter().filter_map(|declaration| declaration.path.last().copied())
}

/// A path, with what is said of it and below it: for going on name by name.
#[derive(Clone)]
pub(crate) struct Stop<'a> {
    pub path: OptionPath,
    snapshot: &'a Snapshot,
    place: Option<&'a Place>,
}

impl<'a> Stop<'a> {
    pub fn next(&self, name: Symbol) -> Stop<'a> {
        let place = self.place.and_then(|place| place.next(name));
        Stop { path: self.path.child(name), snapshot: self.snapshot, place }
    }

    pub fn is_said(&self, what: Said) -> bool {
        self.place.is_some_and(|place| place.says(what))
    }

    /// Whether this is said of the path or of one below it.
    pub fn is_said_around(&self, what: Said) -> bool {
        self.place.is_some_and(|place| place.says_at_or_below(what))
    }
}

/// Every question about who says what of which path.
impl Snapshot {
    /// Where every path begins.
    pub(crate) fn first_stop(&self) -> Stop<'_> {
        let place = self.contributions.options.place(&[]);
        Stop { path: OptionPath::root(), snapshot: self, place }
    }

    /// The modules that declare an option whose path ends with this name.
    pub(crate) fn modules_declaring_named(&self, name: Symbol) -> impl Iterator<Item = FileId> {
        let from = self.contributions.named.range((name, FileId::FIRST)..);
        from.take_while(move |(here, _)| *here == name).map(|(_, module)| *module)
    }

    /// The modules that say this of the very path.
    pub(crate) fn said_at(
        &self,
        what: Said,
        path: &[Symbol],
    ) -> impl Iterator<Item = FileId> + use<'_> {
        self.contributions.options.at(what, path)
    }

    pub(crate) fn is_said_at(&self, what: Said, path: &[Symbol]) -> bool {
        self.said_at(what, path).next().is_some()
    }

    /// Whether this is said of the path or of one below it.
    pub(crate) fn is_said_around(&self, what: Said, path: &[Symbol]) -> bool {
        self.contributions.options.is_said_at_or_below(what, path)
    }

    /// Whether this is said of a path below, and not only of this one.
    pub(crate) fn is_said_below(&self, what: Said, path: &[Symbol]) -> bool {
        self.contributions.options.is_said_below(what, path)
    }

    /// The names after `path` that lead to something of which this is said, each with whether it is said of the
    /// path that ends there.
    pub(crate) fn names_said_after(
        &self,
        what: Said,
        path: &[Symbol],
    ) -> impl Iterator<Item = (Symbol, bool)> + use<'_> {
        self.contributions.options.names_after(what, path)
    }

    /// The paths at or below `prefix` of which modules say this, in their order.
    pub(crate) fn paths_said_below(
        &self,
        what: Said,
        prefix: &[Symbol],
    ) -> impl Iterator<Item = OptionPath> + use<'_> {
        self.contributions.options.below(what, prefix).map(|(path, _)| path)
    }

    /// The same, each as often as there are modules that say it, and with the module.
    pub(crate) fn said_below(
        &self,
        what: Said,
        prefix: &[Symbol],
    ) -> impl Iterator<Item = (OptionPath, FileId)> + use<'_> {
        let below = self.contributions.options.below(what, prefix);
        below.flat_map(|(path, modules)| modules.map(move |module| (path.clone(), module)))
    }
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
