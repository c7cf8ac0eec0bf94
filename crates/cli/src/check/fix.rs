//! `--fix`: the fixed texts on disk, or as a diff.

use anyhow::bail;
use lints::Fixed;
use module::FileId;
use similar::TextDiff;
use std::path::Path;

/// Writes the fixed texts in the places of those that were read.
///
/// # Errors
/// If a file has changed meanwhile or cannot be written. It is left as it is, and the others are written
/// all the same.
pub fn write(fixed: &Fixed) -> anyhow::Result<()> {
    let left: Vec<String> = fixed
        .files
        .iter()
        .filter_map(|file| {
            let path = file.file.path();
            let error =
                workspace::replace_text(Path::new(path), &file.before, &file.after).err()?;
            Some(format!("\n  {path}: {error}"))
        })
        .collect();
    if !left.is_empty() {
        bail!("these files could not be fixed and are as they were:{}", left.concat());
    }
    Ok(())
}

/// A unified diff as `git apply` takes it at the root.
pub fn diff(fixed: &Fixed, root: FileId) -> String {
    let diffs = fixed.files.iter().map(|file| {
        let path = file.file.relative_to(root);
        TextDiff::from_lines(&*file.before, &*file.after)
            .unified_diff()
            .header(&format!("a/{path}"), &format!("b/{path}"))
            .to_string()
    });
    diffs.collect()
}
