use crate::{FilePosition, Snapshot};
use module::FileId;
use syntax::TextRange;

#[derive(Debug, Clone, PartialEq)]
pub struct Definitions {
    /// The name that was asked about.
    pub origin: TextRange,
    pub targets: Vec<Target>,
}

/// A place to jump to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub file: FileId,
    /// The whole construct, for a preview.
    pub full: TextRange,
    /// The name in it, where the cursor goes.
    pub focus: TextRange,
}

/// Where the option, name or file under the cursor is declared.
pub fn definition(_snapshot: &Snapshot, _at: FilePosition) -> Option<Definitions> {
    None
}
