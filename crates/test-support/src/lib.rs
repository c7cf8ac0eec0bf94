//! What tests of several crates share. Nothing here is part of the product.

mod lsp_client;

pub use lsp_client::{LspClient, Message};
