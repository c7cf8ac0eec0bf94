//! What tests of several crates share. Development only: nothing here is part of the server.

mod fixture;

pub use fixture::{Annotation, Fixture};
