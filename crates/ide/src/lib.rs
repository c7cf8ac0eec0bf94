//! Questions about a place in a text, and their answers: plain data in byte offsets, no LSP.
//!
//! Every function takes a [`Snapshot`] and returns; none of them keeps anything. Each may be asked in
//! the middle of a broken line.

mod assists;
mod completion;
mod definition;
mod describe;
mod external;
mod hints;
mod hover;
mod library;
mod markup;
mod properties;
mod role;
mod scope;
mod signature;
mod subject;
mod tokens;
mod view;
mod written;

#[cfg(test)]
mod tests;

pub use assists::{Assist, AssistKind, assists};
pub use completion::{
    About, CompletionItem, CompletionKind, Completions, completion, completion_documentation,
};
pub use definition::{Definitions, Target, definition};
pub use hints::{Hint, HintKind, HintSettings, hints};
pub use hover::{Hover, hover};
pub use index::{DeclaredAt, Snapshot};
pub use lints::{Diagnostic, FileEdit, Fix, Level, Settings};
pub use markup::plain_text;
pub use signature::{Signature, signature};
pub use tokens::{Modifier, Modifiers, Token, TokenKind, tokens};

use module::FileId;
use syntax::TextSize;

/// A cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilePosition {
    pub file: FileId,
    pub offset: TextSize,
}

/// What is to be said about a file, in the order of positions.
pub fn diagnostics(snapshot: &Snapshot, settings: &Settings, file: FileId) -> Vec<Diagnostic> {
    lints::check_file(snapshot, settings, file)
}
