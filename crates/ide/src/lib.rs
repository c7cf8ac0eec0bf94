//! Questions about a place in a text, and their answers: plain data in byte offsets, no LSP.
//!
//! Every function takes a [`Snapshot`] and returns; none of them keeps anything. Each may be asked in
//! the middle of a broken line.

mod assists;
mod circumstances;
mod completion;
mod definition;
mod describe;
mod elements;
mod external;
mod folding;
mod graph;
mod hierarchy;
mod hints;
mod hover;
mod implementation;
mod indentation;
mod lenses;
mod library;
mod links;
mod local;
mod markup;
mod mentions;
mod moves;
mod occurrences;
mod option_tree;
mod picture;
mod properties;
mod references;
mod rename;
mod role;
mod scope;
mod signature;
mod status;
mod subject;
mod symbols;
mod template;
mod tokens;
mod type_definition;
mod view;
mod written;

#[cfg(test)]
mod tests;

pub use assists::{Assist, AssistKind, assists};
pub use completion::{
    About, CompletionItem, CompletionKind, Completions, completion, completion_documentation,
};
pub use definition::{Definitions, Target, declaration, definition};
pub use folding::{Fold, FoldKind, folds, selections};
pub use graph::{Arrow, Graph, module_graph, option_graph};
pub use hierarchy::{Dependency, HierarchyItem, dependants, dependencies, hierarchy_item};
pub use hints::{Hint, HintKind, HintSettings, hints};
pub use hover::{Hover, hover};
pub use implementation::{OptionDefinition, OptionDefinitions, implementation, option_definitions};
pub use indentation::closing_indentation;
pub use index::{DeclaredAt, Snapshot};
pub use lenses::{Lens, LensAbout, LensText, lens_text, lenses};
pub use links::{Link, links};
pub use lints::{Diagnostic, FileEdit, Fix, Level, Settings};
pub use markup::plain_text;
pub use moves::{Move, moved, moved_files};
pub use occurrences::{
    LocalOccurrence, file_occurrences, local_occurrences, option_documentation, option_occurrences,
};
pub use option_tree::{OptionNode, OptionSummary, option_children, option_list};
pub use picture::{ArrowKind, Picture, PictureArrow, PictureNode, module_picture, option_picture};
pub use references::{Reference, ReferenceKind, highlights, references};
pub use rename::{Refusal, Renameable, prepare_rename, rename};
pub use signature::{Signature, signature};
pub use status::{Status, options_document, status};
pub use symbols::{
    DocumentSymbol, SymbolKind, WorkspaceSymbol, document_symbols, workspace_symbols,
};
pub use template::new_module;
pub use tokens::{Modifier, Modifiers, Token, TokenKind, tokens};
pub use type_definition::type_definition;

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
