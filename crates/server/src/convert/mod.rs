//! Between LSP's types and our own. Nothing else in the house knows both, and nothing here decides
//! anything.

pub(crate) mod completion;
pub(crate) mod from_lsp;
pub(crate) mod help;
mod lens;
pub(crate) mod structure;
pub(crate) mod to_lsp;
pub(crate) mod tokens;
mod uri;
pub(crate) mod views;

pub(crate) use lens::LensData;
pub(crate) use uri::{file_id, url};
