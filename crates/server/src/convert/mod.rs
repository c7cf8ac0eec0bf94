//! Between LSP's types and our own. Nothing else in the house knows both, and nothing here decides
//! anything.

pub(crate) mod completion;
pub(crate) mod from_lsp;
pub(crate) mod help;
pub(crate) mod to_lsp;
pub(crate) mod tokens;
mod uri;

pub(crate) use uri::{file_id, url};
