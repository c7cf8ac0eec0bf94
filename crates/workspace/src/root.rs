use crate::SETTINGS_FILE;
use std::path::{Path, PathBuf};

/// Any of these makes a folder the root of what lies below it.
const MARKERS: [&str; 3] = [SETTINGS_FILE, "flake.nix", ".git"];

/// The root of a run that starts at `start`, a file or folder: the nearest folder upwards that is
/// marked as one, else `start` itself (the folder that holds it, if it is a file).
pub fn find_root(start: &Path) -> PathBuf {
    marked_root(start).unwrap_or_else(|| folder_of(start))
}

/// The nearest folder from `start` upwards with `hyper-nixos-ls.toml`, `flake.nix` or `.git` in it.
pub fn marked_root(start: &Path) -> Option<PathBuf> {
    let start = folder_of(start);
    start.ancestors().find(|folder| is_marked(folder)).map(Path::to_owned)
}

/// Whether a root holds all of somebody's files: the root of the disk, the user's home folder or one above it.
/// Whoever opens a file there wants no index of everything. A marked root is meant as it is.
pub fn is_too_broad(root: &Path) -> bool {
    let holds_home = || std::env::home_dir().is_some_and(|home| home.starts_with(root));
    (root.parent().is_none() || holds_home()) && !is_marked(root)
}

fn is_marked(folder: &Path) -> bool {
    MARKERS.iter().any(|marker| folder.join(marker).exists())
}

fn folder_of(path: &Path) -> PathBuf {
    // Fails for an empty path or without a working folder, and then the path is all there is.
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match path.parent() {
        Some(parent) if path.is_file() => parent.to_owned(),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_nearest_marker_upwards_wins() {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("project/modules/web");
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("x.nix"), "{ }").unwrap();

        fs::create_dir(dir.path().join(".git")).unwrap();
        assert_eq!(find_root(&inner), dir.path());
        fs::write(dir.path().join("project/flake.nix"), "{ }").unwrap();
        assert_eq!(find_root(&inner.join("x.nix")), dir.path().join("project"));
        fs::write(inner.join(SETTINGS_FILE), "").unwrap();
        assert_eq!(find_root(&inner), inner);
    }

    #[test]
    fn without_a_marker_the_start_is_the_root() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("x.nix"), "{ }").unwrap();
        // A machine may have a marker above its temporary folder; then that one is the answer.
        if marked_root(dir.path()).is_none() {
            assert_eq!(find_root(&dir.path().join("x.nix")), dir.path());
        } else {
            assert!(dir.path().starts_with(find_root(dir.path())));
        }
    }
}
