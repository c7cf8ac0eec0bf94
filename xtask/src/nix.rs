//! `cargo xtask nix`: what the repository offers to Nix evaluates, against a small nixpkgs of its own.

use crate::repository::Repository;
use anyhow::Result;

pub fn run(repository: &Repository) -> Result<()> {
    repository.run("nix-instantiate", &["--eval", "--strict", "tests/nix/evaluate.nix"])
}
