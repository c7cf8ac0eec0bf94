//! Option types as Nix applies them: what a type accepts, what in a value it refuses, which type stands at
//! a path, and whether Nix looks at a value at all.
//!
//! Values are those that are known without evaluation, so every answer has a third form: it cannot be
//! said. The source of all of it is nixpkgs `lib/types.nix` and `lib/modules.nix`, release 26.11.

mod accepts;
mod circumstances;
mod expected;
mod merge;
mod pattern;
mod refusals;
mod values;

pub(crate) use accepts::accepts;
pub(crate) use circumstances::{Looked, Standing, Why, outermost_option};
pub(crate) use expected::{Expected, Source, expected_at};
pub(crate) use merge::{Clash, clash, has_empty_value};
pub(crate) use refusals::{Reason, Refusal, refusals};
pub(crate) use values::shown;
