//! Between LSP's types and our own. Nothing else in the house knows both, and nothing here decides
//! anything.

pub(crate) mod from_lsp;
mod lens;
pub(crate) mod structure;
pub(crate) mod to_lsp;
mod uri;

pub(crate) use lens::LensData;
pub(crate) use uri::{file_id, url};
