use crate::Setup;
use module::{Arena, Facts, FileId};
use std::sync::Arc;
use syntax::{LineIndex, SyntaxError};

/// One file as it was when the snapshot was taken.
#[derive(Debug)]
pub struct FileData {
    pub file: FileId,
    pub text: Arc<str>,
    pub lines: LineIndex,
    pub syntax_errors: Arc<[SyntaxError]>,
    pub arena: Arc<Arena>,
    /// `None`: the file is no module of its own (a package, a function that others call).
    pub facts: Option<Arc<Facts>>,
}

/// The whole index at one moment. Cloning costs a few reference counts.
#[derive(Clone)]
pub struct Snapshot {
    setup: Arc<Setup>,
}

impl Snapshot {
    pub(crate) fn empty(setup: Setup) -> Snapshot {
        Snapshot { setup: Arc::new(setup) }
    }

    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    pub fn file(&self, _file: FileId) -> Option<&Arc<FileData>> {
        None
    }

    /// Every Nix file, in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = &Arc<FileData>> {
        std::iter::empty()
    }
}
