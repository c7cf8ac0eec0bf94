//! What is measured, and on which trees: shared by the programs and benches here and by `cargo xtask bench`, which
//! runs them and makes tables of their figures.
//!
//! For development only. No question is answered here that the product answers itself, and nothing is compared: what
//! a figure should be is not known here.

pub mod figures;
pub mod latency;
mod made_up;
mod places;
mod stages;

pub use made_up::{folder, made_up, made_up_changes};
pub use places::Places;
pub use stages::{RUNS, Stage, Stages};
