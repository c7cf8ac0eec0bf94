//! The tree that the author works on: a copy on disk, and its texts.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// Where a row begins, in bytes.
pub fn row_start(text: &str, row: usize) -> usize {
    let ends = text.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(ends).nth(row).unwrap_or(text.len())
}

/// Copies a folder without its history; `modules` gets the texts that have plain line feeds, since the author counts
/// rows and columns by these.
pub fn copy(from: &Path, to: &Path, modules: &mut BTreeMap<PathBuf, String>) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() && entry.file_name() != ".git" {
            copy(&entry.path(), &target, modules)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), &target)?;
            if target.extension().is_some_and(|ending| ending == "nix")
                && let Ok(text) = fs::read_to_string(&target)
                && !text.contains('\r')
            {
                modules.insert(target, text);
            }
        }
    }
    Ok(())
}
