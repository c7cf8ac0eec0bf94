//! What tests of several crates share. Development only: nothing here is part of the product.

mod fixture;
mod lsp_client;
mod random;

pub use fixture::{Annotation, Fixture};
pub use lsp_client::{LspClient, Message, framed, in_time, spawn};
pub use random::Random;
