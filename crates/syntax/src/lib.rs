//! Text as Nix syntax: positions, parsing that survives broken input, and a light cursor over the tree.
//!
//! This crate knows nothing of modules or options. Nothing here fails: broken text gives a tree *and*
//! a list of [`SyntaxError`]s. All ranges that leave this crate are byte ranges in the text that was
//! given, even when the parser was shown a repaired copy of it (see [`repair`]).

mod comments;
pub mod cursor;
mod diff;
mod edit;
mod limits;
mod line_index;
mod parse;
mod repair;
mod tree;
mod well_formed;

pub use comments::comments;
pub use diff::line_edits;
pub use edit::{TextEdit, apply_edits};
pub use line_index::{Encoding, LineColumn, LineIndex};
pub use parse::{Parse, SyntaxError, parse, parse_suspicious};
pub use rnix::SyntaxKind;
pub use rowan::{TextRange, TextSize};
