//! Files that say which others are ignored. They are opened by the walk itself, and a workspace may have been made by
//! anybody: a pipe in such a file's place would be waited for without end, and `/dev/zero` read so.

use crate::read::read_text_up_to;
use std::fs;
use std::path::{Path, PathBuf};

/// The largest such file, in bytes; people's own have some hundred.
const MAX_BYTES: u64 = 1024 * 1024;

/// Whether this folder's can be read without harm.
pub(super) fn are_harmless(folder: &Path) -> bool {
    [".gitignore", ".ignore"].iter().all(|name| is_harmless(&folder.join(name)))
        && are_harmless_in_git(&folder.join(".git"))
}

fn are_harmless_in_git(git: &Path) -> bool {
    let Ok(metadata) = fs::metadata(git) else { return true };
    if !metadata.is_file() {
        return is_harmless(&git.join("info/exclude"));
    }
    // Of a second working tree: a file that names the place, where another names the repository.
    let Some(place) = first_line(git) else { return false };
    let Some(place) = place.strip_prefix("gitdir: ").map(PathBuf::from) else { return true };
    let common = place.join("commondir");
    if !common.exists() {
        return true;
    }
    first_line(&common).is_some_and(|repository| {
        // As the walk understands it.
        let repository = match repository.starts_with('.') {
            true => place.join(repository),
            false => PathBuf::from(repository),
        };
        is_harmless(&repository.join("info/exclude"))
    })
}

fn first_line(file: &Path) -> Option<String> {
    let text = read_text_up_to(file, MAX_BYTES).ok()?;
    Some(text.lines().next().unwrap_or_default().to_owned())
}

fn is_harmless(file: &Path) -> bool {
    match fs::metadata(file) {
        Ok(metadata) => metadata.is_file() && metadata.len() <= MAX_BYTES,
        Err(_) => true,
    }
}
