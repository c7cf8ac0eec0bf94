//! Which modules the roots reach, and whether everything there is known.

use crate::Snapshot;
use module::FileId;
use module::facts::ImportTarget;
use rustc_hash::{FxHashMap, FxHashSet};

/// The modules that some root imports, directly or not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reach {
    /// Each root with the modules that it reaches, itself included.
    roots: FxHashMap<FileId, FxHashSet<FileId>>,
    /// Whether a `configuration.nix` at the root has imports that all resolve: then every declaration
    /// of the namespaces is known.
    closed: bool,
    /// The modules that some chain of imports leads into and out of without end; all modules of import
    /// cycles are among them.
    entangled: FxHashSet<FileId>,
}

impl Reach {
    pub(crate) fn of(snapshot: &Snapshot) -> Reach {
        let mut roots = FxHashMap::default();
        let mut closed = false;
        for root in roots_of(snapshot) {
            let (reached, complete) = reached_from(snapshot, root);
            closed |= complete
                && root.name() == "configuration.nix"
                && root.folder() == snapshot.setup.root;
            roots.insert(root, reached);
        }
        Reach { roots, closed, entangled: entangled(snapshot) }
    }

    /// All declarations of the workspace's namespaces are known.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether the module may be part of an import cycle; where not, there is no need to search.
    pub fn may_be_in_cycle(&self, file: FileId) -> bool {
        self.entangled.contains(&file)
    }

    pub fn roots(&self) -> impl Iterator<Item = FileId> {
        self.roots.keys().copied()
    }

    pub fn is_root(&self, file: FileId) -> bool {
        self.roots.contains_key(&file)
    }

    /// The roots that reach `file`.
    pub fn roots_of(&self, file: FileId) -> impl Iterator<Item = FileId> {
        self.roots.iter().filter(move |(_, reached)| reached.contains(&file)).map(|(root, _)| *root)
    }

    pub fn is_reached(&self, file: FileId) -> bool {
        self.roots_of(file).next().is_some()
    }
}

/// The roots that the settings name, else those that convention does.
fn roots_of(snapshot: &Snapshot) -> Vec<FileId> {
    let setup = &snapshot.setup;
    if !setup.roots.is_empty() {
        return setup.roots.clone();
    }
    ["configuration.nix", "modules/default.nix"]
        .iter()
        .map(|path| setup.root.join(path))
        .filter(|&file| snapshot.file(file).is_some_and(|data| data.module().is_some()))
        .collect()
}

fn reached_from(snapshot: &Snapshot, root: FileId) -> (FxHashSet<FileId>, bool) {
    let mut reached = FxHashSet::default();
    let mut complete = true;
    let mut waiting = vec![root];
    while let Some(file) = waiting.pop() {
        if !reached.insert(file) {
            continue;
        }
        let Some(facts) = snapshot.file(file).and_then(|data| data.module()) else {
            complete = false;
            continue;
        };
        complete &= !facts.unknown.imports && !facts.unknown.module;
        for import in &facts.imports {
            let ImportTarget::Path(path) = import.target else { continue };
            match snapshot.import_target(path) {
                Some(target) => waiting.push(target),
                // A file that is not there is its own finding; what it would declare is not known.
                None => complete = false,
            }
        }
    }
    (reached, complete)
}

/// What is left of the import graph when modules that import nothing, or nobody imports, are taken away
/// again and again: its cycles, and what lies between two of them.
fn entangled(snapshot: &Snapshot) -> FxHashSet<FileId> {
    let mut forward: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
    let mut backward: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
    for (file, facts) in snapshot.modules() {
        for import in &facts.imports {
            let ImportTarget::Path(path) = import.target else { continue };
            let Some(target) = snapshot.import_target(path) else { continue };
            forward.entry(file).or_default().push(target);
            backward.entry(target).or_default().push(file);
        }
    }
    let mut left: FxHashSet<FileId> = forward.keys().copied().collect();
    for (from, to) in [(&forward, &backward), (&backward, &forward)] {
        let count = |file: &FileId| {
            from.get(file).map_or(0, |next| next.iter().filter(|next| left.contains(next)).count())
        };
        let mut open: FxHashMap<FileId, usize> =
            left.iter().map(|file| (*file, count(file))).collect();
        let mut ends: Vec<FileId> =
            open.iter().filter(|(_, count)| **count == 0).map(|(file, _)| *file).collect();
        while let Some(end) = ends.pop() {
            left.remove(&end);
            for previous in to.get(&end).into_iter().flatten() {
                if let Some(count) = open.get_mut(previous) {
                    *count = count.saturating_sub(1);
                    if *count == 0 && left.contains(previous) {
                        ends.push(*previous);
                    }
                }
            }
        }
    }
    left
}
