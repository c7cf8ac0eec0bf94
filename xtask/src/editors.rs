//! `cargo xtask editors`.

use crate::repository::Repository;
use crate::terminal;
use anyhow::Result;
use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Editor {
    /// Drives a real Neovim; installs one below `target/` where there is none.
    Nvim,
    /// Checks the types of the extension and bundles it.
    Vscode,
}

pub fn run(repository: &Repository, only: Option<Editor>) -> Result<()> {
    for editor in Editor::value_variants() {
        if only.is_none_or(|only| only == *editor) {
            match editor {
                Editor::Nvim => nvim(repository)?,
                Editor::Vscode => vscode(repository)?,
            }
        }
    }
    Ok(())
}

fn nvim(repository: &Repository) -> Result<()> {
    terminal::heading("Neovim");
    repository.run("cargo", &["build", "--quiet", "--package", "hyper-nixos-ls"])?;
    let target = repository.target_directory()?;
    let server = target.join("debug").join("hyper-nixos-ls");
    let environment =
        [("HYPER_NIXOS_LS", server.as_path()), ("CARGO_TARGET_DIR", target.as_path())];
    repository.run_in(&repository.path(""), "tests/editors/nvim/run", &[], &environment)
}

fn vscode(repository: &Repository) -> Result<()> {
    terminal::heading("VS Code extension");
    let folder = repository.path("editors/vscode");
    repository.run_in(&folder, "npm", &["ci", "--no-audit", "--no-fund"], &[])?;
    repository.run_in(&folder, "npm", &["run", "check"], &[])?;
    repository.run_in(&folder, "npm", &["run", "build"], &[])
}
