//! `cargo xtask editors`.

use crate::repository::Repository;
use crate::terminal;
use anyhow::Result;
use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Editor {
    /// Drives a real Neovim; installs one below `target/` where there is none.
    Nvim,
    /// Drives a real Helix, by typed keys.
    Helix,
    /// Drives a real Emacs through Eglot.
    Emacs,
    /// Checks the extension, and drives it in a real workbench; installs one below `target/`.
    Vscode,
}

pub fn run(repository: &Repository, only: Option<Editor>) -> Result<()> {
    for editor in Editor::value_variants() {
        if only.is_none_or(|only| only == *editor) {
            match editor {
                Editor::Nvim => drive(repository, "Neovim", "tests/editors/nvim/run")?,
                Editor::Helix => drive(repository, "Helix", "tests/editors/helix/run")?,
                Editor::Emacs => drive(repository, "Emacs", "tests/editors/emacs/run")?,
                Editor::Vscode => vscode(repository)?,
            }
        }
    }
    Ok(())
}

/// Runs the program that drives an editor, with a server built from what is there now.
fn drive(repository: &Repository, editor: &str, driver: &str) -> Result<()> {
    terminal::heading(editor);
    repository.run("cargo", &["build", "--quiet", "--package", "hyper-nixos-ls"])?;
    let target = repository.target_directory()?;
    let server = target.join("debug").join("hyper-nixos-ls");
    let environment =
        [("HYPER_NIXOS_LS", server.as_path()), ("CARGO_TARGET_DIR", target.as_path())];
    repository.run_in(&repository.path(""), driver, &[], &environment)
}

fn vscode(repository: &Repository) -> Result<()> {
    terminal::heading("VS Code extension");
    let folder = repository.path("editors/vscode");
    repository.run_in(&folder, "npm", &["ci", "--no-audit", "--no-fund"], &[])?;
    repository.run_in(&folder, "npm", &["run", "check"], &[])?;
    repository.run_in(&folder, "npm", &["test"], &[])?;
    drive(repository, "VS Code", "tests/editors/vscode/run")
}
