//! `cargo xtask test`.

use crate::repository::Repository;
use crate::{codegen, directions, docs, terminal};
use anyhow::{Context, Result};

type Step = (&'static str, fn(&Repository) -> Result<()>);

const STEPS: &[Step] = &[
    ("formatting", |repository| repository.run("cargo", &["fmt", "--all", "--check"])),
    ("directions of dependencies", directions::run),
    ("clippy", |repository| {
        repository.run(
            "cargo",
            &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"],
        )
    }),
    ("generated files", codegen::check),
    ("links of the documentation", |repository| docs::run(repository, false)),
    ("tests", |repository| repository.run("cargo", &["test", "--workspace"])),
];

pub fn run(repository: &Repository) -> Result<()> {
    for (number, (name, step)) in STEPS.iter().enumerate() {
        terminal::heading(&format!("{} of {}: {name}", number + 1, STEPS.len()));
        step(repository).with_context(|| name.to_string())?;
    }
    terminal::heading("all passed");
    Ok(())
}
