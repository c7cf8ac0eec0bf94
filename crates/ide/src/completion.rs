use crate::{FilePosition, Snapshot};
use syntax::TextEdit;

#[derive(Debug, Clone, PartialEq)]
pub struct CompletionItem {
    pub label: String,
    pub kind: CompletionKind,
    /// One line: the type.
    pub detail: Option<String>,
    /// Markdown.
    pub documentation: Option<String>,
    /// Replaces the word under the cursor, on the cursor's line.
    pub edit: TextEdit,
    /// Items are shown in the order of this text.
    pub sort: String,
    pub deprecated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    /// A set of options, or a submodule to go into.
    Group,
    Option,
    Value,
    Function,
    Binding,
    File,
}

/// What can be written at the cursor, best first.
pub fn completion(_snapshot: &Snapshot, _at: FilePosition) -> Vec<CompletionItem> {
    Vec::new()
}
