//! The one writer.

use crate::contributions::Contributions;
use crate::reach::Reach;
use crate::{ExternalOptions, FileData, FileKind, Snapshot};
use module::{Arena, Existence, Facts, FileId, Files, Location};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, LazyLock};
use syntax::LineIndex;

/// Runs work on many files on threads whose stacks suffice for ordinary ones, so that parsing seldom has
/// to make a larger one. A stack is only reserved, not touched.
fn in_parallel<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    static POOL: LazyLock<Option<rayon::ThreadPool>> =
        LazyLock::new(|| rayon::ThreadPoolBuilder::new().stack_size(64 * 1024 * 1024).build().ok());
    match &*POOL {
        Some(pool) => pool.install(work),
        // No threads with such stacks to be had: the shared ones do, with stacks made when needed.
        None => work(),
    }
}

/// What the index needs to know of a run before it reads a single file.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// The run's root folder: paths in messages are relative to it.
    pub root: FileId,
    /// The option sets whose declarations are the workspace's own business, as dotted paths.
    pub namespaces: Vec<String>,
    /// Files from which modules count as reached; empty: found by convention
    /// (`configuration.nix`, flakes, `modules/default.nix`, hosts, profiles).
    pub roots: Vec<FileId>,
}

/// Something that happened to one file.
#[derive(Debug, Clone)]
pub enum Change {
    /// The file is there, with this text: read from disk or typed in an editor.
    Text { file: FileId, text: Arc<str> },
    /// The path exists on disk, but its text is none of our business (a folder, a script, a picture).
    Exists { file: FileId },
    /// There is no such file any more.
    Gone { file: FileId },
}

/// Everything known about the tree; the one place where it changes.
pub struct World {
    snapshot: Snapshot,
}

/// What a batch of changes comes to.
#[derive(Default)]
struct Work {
    /// Files whose text is new, lowered.
    lowered: FxHashMap<FileId, FileData>,
    gone: FxHashSet<FileId>,
    /// Paths that came into being, vanished or changed: whoever looked into one of them is read again.
    touched: FxHashSet<FileId>,
    /// Some path came into being or vanished.
    paths_changed: bool,
}

/// What an update has changed so far.
#[derive(Default)]
struct Changed {
    files: Vec<FileId>,
    kinds_before: FxHashMap<FileId, FileKind>,
    /// What the roots reach may be different.
    reach: bool,
}

impl World {
    pub fn new(setup: Setup) -> World {
        World { snapshot: Snapshot::empty(setup) }
    }

    /// Starts over with another setup, keeping the texts.
    pub fn set_up(&mut self, setup: Setup) {
        let old = std::mem::replace(&mut self.snapshot, Snapshot::empty(setup));
        self.snapshot.external = old.external.clone();
        let texts =
            old.files().map(|data| Change::Text { file: data.file, text: data.text.clone() });
        let others = old.others.iter().map(|&file| Change::Exists { file });
        self.apply(texts.chain(others).collect());
    }

    /// Brings the index up to date with all of `changes`, in order; several for one file are fine.
    /// Many at once are lowered and read on all cores. Returns the files whose own facts changed, the
    /// changed ones first.
    pub fn apply(&mut self, changes: Vec<Change>) -> Vec<FileId> {
        let work = self.take_in(changes);
        if work.touched.is_empty() {
            return Vec::new();
        }
        let mut changed: Vec<FileId> = work.lowered.keys().copied().collect();
        changed.extend(work.gone.iter().copied());
        let mut again: FxHashSet<FileId> = FxHashSet::default();
        for &path in &work.touched {
            again.extend(self.snapshot.contributions.dependants(path));
        }
        let mut affected = work.touched;
        for file in work.gone {
            self.forget(file, &mut affected);
        }
        for (file, data) in work.lowered {
            self.replace(file, data);
            again.insert(file);
        }
        again.retain(|file| self.snapshot.file(*file).is_some());
        changed.extend(self.read_modules(again, affected, work.paths_changed));
        let mut seen = FxHashSet::default();
        changed.retain(|file| seen.insert(*file));
        changed
    }

    /// Puts other options from outside the workspace in place. No file is read again for that.
    pub fn set_external(&mut self, external: Arc<ExternalOptions>) {
        self.snapshot.external = external;
    }

    pub fn snapshot(&self) -> Snapshot {
        self.snapshot.clone()
    }

    /// What the changes come to, with new texts lowered.
    fn take_in(&mut self, changes: Vec<Change>) -> Work {
        let mut work = Work::default();
        let mut texts: FxHashMap<FileId, Arc<str>> = FxHashMap::default();
        let mut paths = FxHashSet::default();
        let Snapshot { files, others, contributions, .. } = &mut self.snapshot;
        for change in changes {
            match change {
                Change::Text { file, text } => {
                    work.gone.remove(&file);
                    texts.insert(file, text);
                }
                Change::Gone { file } => {
                    texts.remove(&file);
                    if files.contains_key(file.path()) {
                        work.gone.insert(file);
                    } else if others.remove(&file).is_some() {
                        paths.insert(file);
                        paths.extend(contributions.remove_from_folders(file));
                    }
                }
                Change::Exists { file } => {
                    if others.insert(file).is_none() {
                        paths.insert(file);
                        paths.extend(contributions.add_to_folders(file));
                    }
                }
            }
        }
        for &file in &work.gone {
            paths.insert(file);
            paths.extend(contributions.remove_from_folders(file));
        }
        for &file in texts.keys() {
            if !files.contains_key(file.path()) {
                paths.insert(file);
                paths.extend(contributions.add_to_folders(file));
            }
        }
        let is_new = |file: FileId, text: &str| {
            self.snapshot.file(file).is_none_or(|known| *known.text != *text)
        };
        texts.retain(|&file, text| is_new(file, text));
        let lower = |(file, text)| (file, lower(file, text));
        work.lowered = match texts.len() {
            // A keystroke's work is not worth waking other threads for.
            0..=2 => texts.into_iter().map(lower).collect(),
            _ => in_parallel(|| texts.into_par_iter().map(lower).collect()),
        };
        work.paths_changed = !paths.is_empty();
        work.touched = paths;
        work.touched.extend(work.lowered.keys());
        work
    }

    /// The file is gone; notes whose standing that may change.
    fn forget(&mut self, file: FileId, affected: &mut FxHashSet<FileId>) {
        self.withdraw(file);
        if let Some(facts) = self.snapshot.file(file).and_then(|data| data.facts.clone()) {
            affected.extend(targets(&facts));
            affected.extend(facts.uses.iter().copied());
        }
        self.snapshot.files.remove(file.path());
    }

    /// The file's new text; its facts are still the old ones until it is read again.
    fn replace(&mut self, file: FileId, mut data: FileData) {
        if let Some(old) = self.snapshot.file(file) {
            data.facts = old.facts.clone();
            data.kind = old.kind;
        }
        self.snapshot.files.insert(file.path(), Arc::new(data));
    }

    /// Takes back all that the file has contributed.
    fn withdraw(&mut self, file: FileId) {
        let Some(data) = self.snapshot.files.get(file.path()).cloned() else { return };
        let Some(facts) = &data.facts else { return };
        self.snapshot.contributions.remove_edges(file, facts);
        if data.kind == FileKind::Module {
            self.snapshot.contributions.remove_options(file, facts);
        }
    }

    /// Reads `files` again, then those whose standing the new facts change. Returns all whose facts are
    /// new or that have become or ceased to be modules.
    fn read_modules(
        &mut self,
        files: FxHashSet<FileId>,
        mut affected: FxHashSet<FileId>,
        paths_changed: bool,
    ) -> Vec<FileId> {
        let mut changed = Changed { reach: paths_changed, ..Changed::default() };
        // Whoever is imported or used now, or was before, may have changed its standing.
        for (file, facts) in self.read_in_parallel(files.into_iter().collect(), false) {
            self.install(file, facts, &mut affected, &mut changed);
        }
        let defaults: Vec<FileId> = affected.iter().map(|path| path.join("default.nix")).collect();
        affected.extend(defaults);
        affected.retain(|file| self.snapshot.file(*file).is_some());
        // A file that does not look like a module is read as one only if somebody imports it.
        let (mut unread, mut abandoned) = (Vec::new(), Vec::new());
        for &file in &affected {
            let Some(data) = self.snapshot.file(file) else { continue };
            match &data.facts {
                None if self.is_imported(file) => unread.push(file),
                Some(facts) if !facts.shape.looks_like_module && !self.is_imported(file) => {
                    abandoned.push(file);
                }
                _ => {}
            }
        }
        // What these import does not count, so nobody else is read because of them; but what they use is
        // a value as long as they are read.
        let mut used = FxHashSet::default();
        for file in abandoned {
            self.install(file, None, &mut used, &mut changed);
        }
        for (file, facts) in self.read_in_parallel(unread, true) {
            self.install(file, facts, &mut used, &mut changed);
        }
        affected.extend(used);
        for file in affected {
            self.settle_kind(file, &mut changed);
        }
        if changed.reach {
            self.snapshot.reach = Arc::new(Reach::of(&self.snapshot));
        }
        changed.files
    }

    fn read_in_parallel(
        &self,
        files: Vec<FileId>,
        as_module: bool,
    ) -> Vec<(FileId, Option<Facts>)> {
        let snapshot = &self.snapshot;
        let read = |file: FileId| {
            let arena = &snapshot.file(file)?.arena;
            let facts = match as_module {
                true => Some(module::read_as_module(file, arena, snapshot)),
                false if self.is_imported(file) => {
                    Some(module::read_as_module(file, arena, snapshot))
                }
                false => module::read(file, arena, snapshot),
            };
            Some((file, facts))
        };
        match files.len() {
            0..=2 => files.into_iter().filter_map(read).collect(),
            _ => in_parallel(|| files.into_par_iter().filter_map(read).collect()),
        }
    }

    /// Puts new facts in place of the old ones, and notes whose standing that may change. The file
    /// contributes no options until [`World::settle_kind`] has decided what it is.
    fn install(
        &mut self,
        file: FileId,
        facts: Option<Facts>,
        affected: &mut FxHashSet<FileId>,
        changed: &mut Changed,
    ) {
        let Some(old) = self.snapshot.file(file).cloned() else { return };
        self.withdraw(file);
        let facts = facts.map(Arc::new);
        if !same_graph(old.facts.as_deref(), facts.as_deref()) {
            changed.reach = true;
            for facts in [&old.facts, &facts].into_iter().flatten() {
                affected.extend(targets(facts));
                affected.extend(facts.uses.iter().copied());
            }
        }
        if let Some(facts) = &facts {
            self.snapshot.contributions.add_edges(file, facts);
        }
        affected.insert(file);
        changed.files.push(file);
        changed.kinds_before.entry(file).or_insert(old.kind);
        self.update(file, |data| {
            data.facts = facts;
            data.kind = FileKind::Other;
        });
    }

    /// Decides whether the file is a module of its own, and lets it contribute if so.
    fn settle_kind(&mut self, file: FileId, changed: &mut Changed) {
        let Some(data) = self.snapshot.file(file).cloned() else { return };
        let kind = match &data.facts {
            None => FileKind::Other,
            Some(facts) if facts.flake.is_some() => FileKind::Module,
            Some(_) if self.is_imported(file) || self.is_root(file) => FileKind::Module,
            Some(_) if self.snapshot.contributions.users(file).next().is_some() => FileKind::Value,
            Some(_) => FileKind::Module,
        };
        let before = changed.kinds_before.get(&file).copied().unwrap_or(data.kind);
        if before != kind {
            changed.files.push(file);
            changed.reach = true;
        }
        if kind == data.kind {
            return;
        }
        if let Some(facts) = &data.facts {
            if data.kind == FileKind::Module {
                self.snapshot.contributions.remove_options(file, facts);
            }
            if kind == FileKind::Module {
                self.snapshot.contributions.add_options(file, facts);
            }
        }
        self.update(file, |data| data.kind = kind);
    }

    /// Whether a file that looks like a module imports this one.
    fn is_imported(&self, file: FileId) -> bool {
        self.snapshot.contributions.importers(file).any(|importer| {
            let data = self.snapshot.file(importer);
            data.and_then(|data| data.facts.as_ref())
                .is_some_and(|facts| facts.shape.looks_like_module)
        })
    }

    fn is_root(&self, file: FileId) -> bool {
        self.snapshot.setup.roots.contains(&file)
    }

    fn update(&mut self, file: FileId, change: impl FnOnce(&mut FileData)) {
        if let Some(data) = self.snapshot.files.get_mut(file.path()) {
            change(Arc::make_mut(data));
        }
    }
}

fn lower(file: FileId, text: Arc<str>) -> FileData {
    let lines = Arc::new(LineIndex::new(&text));
    let arena = Arc::new(module::lower(&text));
    FileData { file, text, lines, arena, facts: None, kind: FileKind::Other }
}

/// Whether two states of a file say the same of other modules.
fn same_graph(old: Option<&Facts>, new: Option<&Facts>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => {
            targets(old) == targets(new)
                && old.uses == new.uses
                && old.disabled_modules == new.disabled_modules
                && old.flake == new.flake
                && old.unknown.imports == new.unknown.imports
                && old.unknown.module == new.unknown.module
                && old.shape.looks_like_module == new.shape.looks_like_module
        }
        (old, new) => old.is_none() && new.is_none(),
    }
}

fn targets(facts: &Facts) -> Vec<FileId> {
    facts
        .imports
        .iter()
        .filter_map(|import| match import.target {
            module::facts::ImportTarget::Path(target) => Some(target),
            _ => None,
        })
        .collect()
}

impl Files for Snapshot {
    fn arena(&self, file: FileId) -> Option<&Arena> {
        self.file(file).map(|data| &*data.arena)
    }

    fn existence(&self, path: FileId) -> Existence {
        Snapshot::existence(self, path)
    }
}

impl Snapshot {
    /// The source text at a location.
    pub fn source(&self, at: Location) -> Option<&str> {
        self.file(at.file)?.text.get(std::ops::Range::<usize>::from(at.text_range()))
    }
}

impl PartialEq for Snapshot {
    /// Whether two snapshots say the same of every file and option, however they came about.
    fn eq(&self, other: &Snapshot) -> bool {
        self.contributions == other.contributions
            && self.others == other.others
            && self.reach == other.reach
            && (Arc::ptr_eq(&self.external, &other.external) || self.external == other.external)
            && self.files.len() == other.files.len()
            && self.files().zip(other.files()).all(|(a, b)| {
                a.file == b.file && a.text == b.text && a.kind == b.kind && a.facts == b.facts
            })
    }
}

impl std::fmt::Debug for Contributions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contributions")
            .field("declared", &self.declared)
            .field("imported", &self.imported)
            .field("used", &self.used)
            .finish_non_exhaustive()
    }
}
