use crate::{FileEdit, Settings, Snapshot};
use module::FileId;
use syntax::TextRange;

/// An edit that the user may choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Assist {
    pub title: String,
    pub kind: AssistKind,
    pub edits: Vec<FileEdit>,
    /// The finding that it mends: its rule and range in the file asked about.
    pub fixes: Option<(&'static str, TextRange)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssistKind {
    QuickFix,
    /// `refactor.rewrite`.
    Rewrite,
}

/// Every edit offered for a selection (or a cursor: an empty range).
pub fn assists(
    _snapshot: &Snapshot,
    _settings: &Settings,
    _file: FileId,
    _range: TextRange,
) -> Vec<Assist> {
    Vec::new()
}
