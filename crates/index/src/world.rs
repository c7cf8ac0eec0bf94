//! The one writer.

use crate::contributions::Contributions;
use crate::demand::ModuleChange;
use crate::reach::Reach;
use crate::standing::{Standing, import_targets};
use crate::watch::Look;
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
    /// The snapshot that it goes on from is somebody's, who goes on himself.
    is_trial: bool,
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
    /// The files that have new facts, as they contribute so far.
    before: FxHashMap<FileId, Arc<FileData>>,
    /// What files are, and what the roots reach, may be different.
    graph: bool,
}

impl World {
    pub fn new(setup: Setup) -> World {
        World { snapshot: Snapshot::empty(setup), is_trial: false }
    }

    /// Goes on from a snapshot, to try what a change would come to. Whoever has the snapshot keeps it as it is.
    pub fn of(snapshot: Snapshot) -> World {
        World { snapshot: Snapshot { memo: None, ..snapshot }, is_trial: true }
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
        let reach_before = self.snapshot.reach.clone();
        let mut changed: Vec<FileId> = work.lowered.keys().copied().collect();
        changed.extend(work.gone.iter().copied());
        let mut again: FxHashSet<FileId> = FxHashSet::default();
        for &path in &work.touched {
            again.extend(self.snapshot.contributions.dependants(path));
        }
        for file in work.gone {
            self.snapshot.demand = Arc::default();
            self.withdraw(file);
            self.snapshot.files.remove(file);
        }
        for (file, data) in work.lowered {
            self.replace(file, data);
            again.insert(file);
        }
        again.retain(|file| self.snapshot.file(*file).is_some());
        changed.extend(self.read_modules(again, work.paths_changed));
        let mut seen = FxHashSet::default();
        changed.retain(|file| seen.insert(*file));
        if !Arc::ptr_eq(&reach_before, &self.snapshot.reach) {
            self.snapshot.demand = Arc::default();
        }
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
                    if files.contains(file) {
                        work.gone.insert(file);
                    } else if others.remove(&file).is_some() {
                        moved(file, contributions.remove_from_folders(file), &mut paths);
                    }
                }
                Change::Exists { file } => {
                    if others.insert(file).is_none() {
                        moved(file, contributions.add_to_folders(file), &mut paths);
                    }
                }
            }
        }
        for &file in &work.gone {
            moved(file, contributions.remove_from_folders(file), &mut paths);
        }
        for &file in texts.keys() {
            if !files.contains(file) {
                moved(file, contributions.add_to_folders(file), &mut paths);
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
        if self.note_library_extensions(&work) {
            work.touched.insert(module::library_extensions());
        }
        work
    }

    /// Keeps the set of files that extend `lib`. Returns whether it is another one now.
    fn note_library_extensions(&mut self, work: &Work) -> bool {
        let extensions = &mut self.snapshot.contributions.library_extensions;
        let mut changed = false;
        for file in &work.gone {
            changed |= extensions.remove(file).is_some();
        }
        for (&file, data) in &work.lowered {
            changed |= match module::extends_library(&data.arena) {
                true => extensions.insert(file).is_none(),
                false => extensions.remove(&file).is_some(),
            };
        }
        changed
    }

    /// The file's new text; its facts are still the old ones until it is read again.
    fn replace(&mut self, file: FileId, mut data: FileData) {
        if let Some(old) = self.snapshot.file(file) {
            data.facts = old.facts.clone();
            data.kind = old.kind;
        }
        self.snapshot.files.insert(Arc::new(data));
    }

    /// Takes back all that the file has contributed.
    fn withdraw(&mut self, file: FileId) {
        let Some(data) = self.snapshot.files.get(file).cloned() else { return };
        let contributions = &mut self.snapshot.contributions;
        contributions.exchange_edges(file, data.facts.as_deref(), None);
        contributions.exchange_options(file, data.module().map(|facts| &**facts), None);
    }

    /// Reads `files` again, then decides anew what each file is if that may have changed. Returns all whose
    /// facts are new or that have become or ceased to be modules.
    fn read_modules(&mut self, files: FxHashSet<FileId>, paths_changed: bool) -> Vec<FileId> {
        let mut changed = Changed { graph: paths_changed, ..Changed::default() };
        for (file, facts) in self.read_in_parallel(files.into_iter().collect()) {
            self.install(file, facts, &mut changed);
        }
        if changed.graph {
            self.settle(&mut changed);
            self.snapshot.reach = Arc::new(Reach::of(&self.snapshot));
        } else {
            // The graph is as before, and so is what each file is.
            for (file, before) in std::mem::take(&mut changed.before) {
                self.set_kind(file, before.kind, &before);
            }
        }
        changed.files
    }

    /// Decides what each file is. One that does not look like a module is read as one if a module imports
    /// it, and only then.
    fn settle(&mut self, changed: &mut Changed) {
        let abandoned = loop {
            let standing = Standing::of(&self.snapshot);
            let unread = standing.unread();
            if unread.is_empty() {
                break standing.abandoned();
            }
            let read = |file: FileId| {
                let arena = &self.snapshot.file(file)?.arena;
                Some((file, Some(module::read_as_module(file, arena, &self.snapshot))))
            };
            for (file, facts) in each(unread, read) {
                self.install(file, facts, changed);
            }
        };
        for file in abandoned {
            self.install(file, None, changed);
        }
        let kinds: Vec<(FileId, FileKind)> = Standing::of(&self.snapshot).kinds().collect();
        for (file, kind) in kinds {
            let Some(data) = self.snapshot.file(file) else { continue };
            let before = match changed.before.get(&file) {
                Some(before) => before.clone(),
                None if data.kind == kind => continue,
                None => data.clone(),
            };
            if before.kind != kind {
                changed.files.push(file);
            }
            self.set_kind(file, kind, &before);
        }
    }

    fn read_in_parallel(&self, files: Vec<FileId>) -> Vec<(FileId, Option<Facts>)> {
        let read = |file: FileId| {
            let data = self.snapshot.file(file)?;
            let facts = module::read(file, &data.arena, &self.snapshot);
            // One that was read because it is imported is so still, until the graph says otherwise.
            let is_imported = facts.is_none() && data.facts.is_some();
            let as_module =
                is_imported.then(|| module::read_as_module(file, &data.arena, &self.snapshot));
            Some((file, facts.or(as_module)))
        };
        each(files, read)
    }

    /// Puts new facts in place of the old ones. What the file contributes of options stays as it was until
    /// [`World::set_kind`] says what it is.
    fn install(&mut self, file: FileId, facts: Option<Facts>, changed: &mut Changed) {
        let Some(old) = self.snapshot.file(file).cloned() else { return };
        let facts = facts.map(Arc::new);
        changed.graph |= !same_graph(old.facts.as_deref(), facts.as_deref());
        let contributions = &mut self.snapshot.contributions;
        contributions.exchange_edges(file, old.facts.as_deref(), facts.as_deref());
        changed.files.push(file);
        changed.before.entry(file).or_insert(old);
        self.update(file, |data| {
            data.facts = facts;
            data.kind = FileKind::Other;
        });
    }

    /// Says what the file is, and lets it contribute if it is a module; `before` is what has contributed so far.
    fn set_kind(&mut self, file: FileId, kind: FileKind, before: &FileData) {
        self.update(file, |data| data.kind = kind);
        let Some(data) = self.snapshot.files.get(file).cloned() else { return };
        let (old, new) =
            (before.module().map(|facts| &**facts), data.module().map(|facts| &**facts));
        let asks_like_before = match (old, new) {
            (Some(old), Some(new)) => old.asks_like(new),
            (old, new) => old.is_none() && new.is_none(),
        };
        if !asks_like_before {
            let (old, new) = (before.module().cloned(), data.module().cloned());
            self.snapshot.demand = match self.is_trial {
                true => Arc::default(),
                false => self.snapshot.demand.after(ModuleChange { module: file, old, new }),
            };
        }
        self.snapshot.contributions.exchange_options(file, old, new);
    }

    fn update(&mut self, file: FileId, change: impl FnOnce(&mut FileData)) {
        if let Some(data) = self.snapshot.files.get_mut(file) {
            change(Arc::make_mut(data));
        }
    }
}

/// Notes what a path that came into being or vanished changes: itself, the folders that came or went with
/// it, and the lists of names that these are in.
fn moved(file: FileId, folders: Vec<FileId>, paths: &mut FxHashSet<FileId>) {
    for path in folders.into_iter().chain([file]) {
        paths.insert(path);
        paths.insert(path.folder().listing());
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
            import_targets(old).eq(import_targets(new))
                && old.uses == new.uses
                && old.disabled_modules == new.disabled_modules
                && old.outputs == new.outputs
                && old.takes_undeclared == new.takes_undeclared
                && old.unknown.imports == new.unknown.imports
                && old.unknown.module == new.unknown.module
                && old.shape.looks_like_module == new.shape.looks_like_module
        }
        (old, new) => old.is_none() && new.is_none(),
    }
}

/// Runs `read` on each file, on all cores if there are many.
fn each<R: Send>(files: Vec<FileId>, read: impl Fn(FileId) -> Option<R> + Send + Sync) -> Vec<R> {
    match files.len() {
        // A keystroke's work is not worth waking other threads for.
        0..=2 => files.into_iter().filter_map(read).collect(),
        _ => in_parallel(|| files.into_par_iter().filter_map(read).collect()),
    }
}

impl Files for Snapshot {
    fn arena(&self, file: FileId) -> Option<&Arena> {
        self.file(file).map(|data| &*data.arena)
    }

    fn existence(&self, path: FileId) -> Existence {
        Snapshot::existence(self, path)
    }

    fn library_extensions(&self) -> Vec<FileId> {
        self.note(Look::Tree);
        self.contributions.library_extensions.iter().copied().collect()
    }

    fn listing(&self, folder: FileId) -> Option<Vec<(&'static str, Existence)>> {
        self.note(Look::Paths);
        (folder.is_below(self.setup.root) || folder == self.setup.root)
            .then(|| self.contributions.names_in(folder))
            .filter(|names| !names.is_empty())
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
            .field("imported", &self.imported)
            .field("used", &self.used)
            .finish_non_exhaustive()
    }
}
