//! What each file adds to the index, kept in sets that share their structure between snapshots: adding or
//! removing one file's part costs what that file contributes.

use crate::Snapshot;
use crate::path_tree::{PathTree, Place};
use crate::standing::import_targets;
use crate::watch::Look;
use imbl::OrdSet;
use module::facts::DeclarationKind;
use module::{Existence, Facts, FileId, OptionPath, Symbol};
use rustc_hash::FxHashSet;
use std::ops::Bound;
use std::sync::LazyLock;

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
    /// The option is a renamed or a removed one.
    Retired,
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
    pub const COUNT: usize = 7;
}

impl Contributions {
    /// Puts what holds as soon as a file could be a module, whether it is one or not, in place of what held
    /// before.
    pub fn exchange_edges(&mut self, file: FileId, old: Option<&Facts>, new: Option<&Facts>) {
        let edges = |facts: Option<&Facts>| {
            let all = facts.into_iter().flat_map(edges_of);
            all.map(|(set, to)| (set, (to, file))).collect::<FxHashSet<_>>()
        };
        let (old, new) = (edges(old), edges(new));
        for (set, edge) in old.difference(&new) {
            self.edges(*set).remove(edge);
        }
        for (set, edge) in new.difference(&old) {
            self.edges(*set).insert(*edge);
        }
    }

    fn edges(&mut self, set: EdgeSet) -> &mut OrdSet<(FileId, FileId)> {
        match set {
            EdgeSet::Imported => &mut self.imported,
            EdgeSet::Used => &mut self.used,
            EdgeSet::LookedInto => &mut self.looked_into,
        }
    }

    /// Puts what a module says of options in place of what it said before. Most edits change nothing of it.
    pub fn exchange_options(&mut self, file: FileId, old: Option<&Facts>, new: Option<&Facts>) {
        let said = |facts: Option<&'_ Facts>| -> FxHashSet<(Said, OptionPath)> {
            facts.into_iter().flat_map(said_by).map(|(what, path)| (what, path.clone())).collect()
        };
        if old.into_iter().flat_map(said_by).eq(new.into_iter().flat_map(said_by)) {
            return;
        }
        let (before, after) = (said(old), said(new));
        for (what, path) in before.difference(&after) {
            self.options.remove(*what, path, file);
        }
        for (what, path) in after.difference(&before) {
            self.options.insert(*what, path, file);
        }
        let named = |facts: Option<&Facts>| -> FxHashSet<Symbol> {
            facts.into_iter().flat_map(last_names).collect()
        };
        let (before, after) = (named(old), named(new));
        for name in before.difference(&after) {
            self.named.remove(&(*name, file));
        }
        for name in after.difference(&before) {
            self.named.insert((*name, file));
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
pub(crate) fn said_by(facts: &Facts) -> impl Iterator<Item = (Said, &OptionPath)> {
    let declarations = || facts.declarations.iter();
    let is_retired = |kind| matches!(kind, DeclarationKind::Renamed | DeclarationKind::Removed);
    let retired = declarations().filter(move |declaration| is_retired(declaration.kind));
    let askings = &facts.demands.askings;
    // They are sorted.
    let asking = askings.chunk_by(|one, other| one.path == other.path).map(|same| &same[0].path);
    let unknown = facts.unknown.module.then_some(&*ROOT);
    let all = declarations().map(|declaration| (Said::Declared, &declaration.path));
    all.chain(retired.map(|declaration| (Said::Retired, &declaration.path)))
        .chain(facts.definitions.iter().map(|definition| (Said::Defined, &definition.path)))
        .chain(facts.reads.iter().map(|read| (Said::Read, &read.path)))
        .chain(facts.unknown.options.iter().chain(unknown).map(|path| (Said::Unknown, path)))
        .chain(facts.unknown.definitions.iter().chain(unknown).map(|path| (Said::Undefined, path)))
        .chain(asking.map(|path| (Said::Asking, path)))
        .filter(|(_, path)| path.len() <= MOST_NAMES)
}

static ROOT: LazyLock<OptionPath> = LazyLock::new(OptionPath::root);

/// Which other files a module depends on, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum EdgeSet {
    Imported,
    Used,
    LookedInto,
}

fn edges_of(facts: &Facts) -> impl Iterator<Item = (EdgeSet, FileId)> {
    let used = facts.uses.iter().map(|file| (EdgeSet::Used, *file));
    let looked_into = facts.looked_into.iter().map(|path| (EdgeSet::LookedInto, *path));
    import_targets(facts).map(|file| (EdgeSet::Imported, file)).chain(used).chain(looked_into)
}

/// Of the options that a module declares.
fn last_names(facts: &Facts) -> impl Iterator<Item = Symbol> {
    facts.declarations.iter().filter_map(|declaration| declaration.path.last().copied())
}

/// A path, with what is said of it and below it: for going on name by name.
#[derive(Clone)]
pub(crate) struct Stop<'a> {
    pub path: OptionPath,
    place: Option<&'a Place>,
    snapshot: &'a Snapshot,
}

impl Stop<'_> {
    pub fn go_on(&mut self, name: Symbol) {
        self.place = self.place.and_then(|place| place.next(name));
        self.path.push(name);
    }

    pub fn is_said(&self, what: Said) -> bool {
        self.snapshot.note(Look::At(what, &self.path));
        self.place.is_some_and(|place| place.says(what))
    }

    /// Whether this is said of the path or of one below it.
    pub fn is_said_around(&self, what: Said) -> bool {
        self.snapshot.note(Look::Around(what, &self.path));
        self.place.is_some_and(|place| place.says_at_or_below(what))
    }
}

/// Every question about who says what of which path.
impl Snapshot {
    /// Where every path begins.
    pub(crate) fn first_stop(&self) -> Stop<'_> {
        let place = self.contributions.options.place(&[]);
        Stop { path: OptionPath::root(), place, snapshot: self }
    }

    /// The modules that declare an option whose path ends with this name.
    pub(crate) fn modules_declaring_named(&self, name: Symbol) -> impl Iterator<Item = FileId> {
        self.note(Look::Named(name));
        let from = self.contributions.named.range((name, FileId::FIRST)..);
        from.take_while(move |(here, _)| *here == name).map(|(_, module)| *module)
    }

    /// The modules that say this of the very path.
    pub(crate) fn said_at(
        &self,
        what: Said,
        path: &[Symbol],
    ) -> impl Iterator<Item = FileId> + use<'_> {
        self.note(Look::At(what, path));
        self.contributions.options.at(what, path)
    }

    pub(crate) fn is_said_at(&self, what: Said, path: &[Symbol]) -> bool {
        self.said_at(what, path).next().is_some()
    }

    /// Whether this is said of the path or of one below it.
    pub(crate) fn is_said_around(&self, what: Said, path: &[Symbol]) -> bool {
        self.note(Look::Around(what, path));
        self.contributions.options.is_said_at_or_below(what, path)
    }

    /// How often this is said of the path or of one below it.
    pub(crate) fn count_said_around(&self, what: Said, path: &[Symbol]) -> usize {
        self.contributions.options.place(path).map_or(0, |place| place.count_at_or_below(what))
    }

    /// Whether this is said of a path below, and not only of this one.
    pub(crate) fn is_said_below(&self, what: Said, path: &[Symbol]) -> bool {
        self.note(Look::Below(what, path));
        self.contributions.options.is_said_below(what, path)
    }

    /// The names after `path` that lead to something of which this is said, each with whether it is said of the
    /// path that ends there.
    pub(crate) fn names_said_after(
        &self,
        what: Said,
        path: &[Symbol],
    ) -> impl Iterator<Item = (Symbol, bool)> + use<'_> {
        self.note(Look::Below(what, path));
        self.contributions.options.names_after(what, path)
    }

    /// The paths at or below `prefix` of which modules say this, in their order.
    pub(crate) fn paths_said_below(
        &self,
        what: Said,
        prefix: &[Symbol],
    ) -> impl Iterator<Item = OptionPath> + use<'_> {
        self.note(Look::Below(what, prefix));
        self.contributions.options.below(what, prefix).map(|(path, _)| path)
    }

    /// The modules that say one of these of the path or of one below it, in the order of their paths.
    pub(crate) fn modules_around(&self, said: &[Said], path: &[Symbol]) -> Vec<FileId> {
        said.iter().for_each(|what| self.note(Look::Below(*what, path)));
        let options = &self.contributions.options;
        in_order(said.iter().flat_map(|what| options.modules_below(*what, path)))
    }

    /// The same of every path that a declared one means.
    pub(crate) fn modules_meant_around(&self, said: &[Said], declared: &[Symbol]) -> Vec<FileId> {
        let fixed = declared.iter().position(|name| name.is_wildcard()).unwrap_or(declared.len());
        said.iter().for_each(|what| self.note(Look::Below(*what, &declared[..fixed])));
        let options = &self.contributions.options;
        in_order(said.iter().flat_map(|what| options.modules_meant_below(*what, declared)))
    }

    /// Whether one of the modules that say this of the path or of one below it is such a one.
    pub(crate) fn any_module_around(
        &self,
        what: Said,
        path: &[Symbol],
        is_meant: impl FnMut(FileId) -> bool,
    ) -> bool {
        self.note(Look::Below(what, path));
        self.contributions.options.modules_below(what, path).any(is_meant)
    }
}

/// Each once, by their paths.
fn in_order(modules: impl Iterator<Item = FileId>) -> Vec<FileId> {
    let mut modules: Vec<FileId> = modules.collect::<FxHashSet<FileId>>().into_iter().collect();
    modules.sort_unstable_by_key(|module| module.path());
    modules
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
