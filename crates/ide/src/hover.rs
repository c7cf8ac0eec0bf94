use crate::{FilePosition, Snapshot};
use syntax::TextRange;

#[derive(Debug, Clone, PartialEq)]
pub struct Hover {
    pub markdown: String,
    /// What the text is about.
    pub range: TextRange,
}

/// What stands under the cursor: an option's type, default, description and declaring file.
pub fn hover(_snapshot: &Snapshot, _at: FilePosition) -> Option<Hover> {
    None
}
