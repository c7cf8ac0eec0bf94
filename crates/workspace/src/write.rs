//! Putting a new text in a file's place, whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Why a file was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    #[error("it has changed since it was read")]
    Changed,
    #[error("it is no regular file any more")]
    NotAFile,
    #[error("it has come into being meanwhile")]
    Exists,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Replaces the text of a regular file that was read as `before`.
///
/// The new text is written beside the file and moved into its place: whoever reads it meanwhile sees the
/// one or the other. Permissions stay, and on Unix the owner where that is possible.
///
/// # Errors
/// See [`Unwritten`]; the file is as it was then. Symbolic links are never replaced nor followed.
pub fn replace_text(file: &Path, before: &str, after: &str) -> Result<(), Unwritten> {
    unchanged(file, before)?;
    Ok(put(file, after)?)
}

fn unchanged(file: &Path, before: &str) -> Result<(), Unwritten> {
    if !fs::symlink_metadata(file)?.is_file() {
        return Err(Unwritten::NotAFile);
    }
    match fs::read(file)? == before.as_bytes() {
        true => Ok(()),
        false => Err(Unwritten::Changed),
    }
}

/// Writes a new file, and the folders that it needs. Whoever looks meanwhile sees no file, or all of it.
///
/// # Errors
/// See [`Unwritten`]; what is there already is left as it is.
pub fn create_text(file: &Path, text: &str) -> Result<(), Unwritten> {
    let folder = folder_of(file);
    fs::create_dir_all(folder)?;
    let mut draft = draft();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The system takes away from it what the user's files are not open to.
        draft.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut draft = draft.tempfile_in(folder)?;
    draft.write_all(text.as_bytes())?;
    draft.as_file().sync_all()?;
    match draft.persist_noclobber(file) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(Unwritten::Exists),
        Err(error) => Err(error.error.into()),
    }
}

/// Removes a regular file that was read as `before`.
///
/// # Errors
/// See [`Unwritten`]; the file is as it was then.
pub fn remove_text(file: &Path, before: &str) -> Result<(), Unwritten> {
    unchanged(file, before)?;
    Ok(fs::remove_file(file)?)
}

/// Writes a file of our own, new or not. Where a symbolic link leads to it, the link stays.
///
/// # Errors
/// If the folder or the file cannot be written; the file is as it was then.
pub fn write_text(file: &Path, text: &str) -> io::Result<()> {
    match file.canonicalize() {
        Ok(existing) => put(&existing, text),
        // The system knows best whom a new file is open to.
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::write(file, text),
        Err(error) => Err(error),
    }
}

fn put(file: &Path, text: &str) -> io::Result<()> {
    let mut draft = draft().tempfile_in(folder_of(file))?;
    draft.write_all(text.as_bytes())?;
    take_over(draft.as_file(), file)?;
    draft.as_file().sync_all()?;
    draft.persist(file)?;
    Ok(())
}

fn draft() -> tempfile::Builder<'static, 'static> {
    let mut draft = tempfile::Builder::new();
    draft.prefix(".hyper-nixos-ls-");
    draft
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Gives the draft what the file is known by beside its text.
#[cfg(unix)]
fn take_over(draft: &fs::File, file: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let metadata = fs::metadata(file)?;
    // Only root may give files away; whose draft it stays otherwise is the writer's.
    let _ = fchown(draft, Some(metadata.uid()), Some(metadata.gid()));
    draft.set_permissions(metadata.permissions())
}

#[cfg(not(unix))]
fn take_over(_draft: &fs::File, _file: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_that_is_as_it_was_read_gets_the_new_text() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.nix");
        fs::write(&file, "old\r\n").unwrap();
        replace_text(&file, "old\r\n", "new\r\n").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new\r\n");
        assert_eq!(names(dir.path()), ["a.nix"]);
    }

    #[test]
    fn a_file_that_has_changed_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.nix");
        fs::write(&file, "other").unwrap();
        assert!(matches!(replace_text(&file, "old", "new"), Err(Unwritten::Changed)));
        fs::write(&file, b"caf\xe9").unwrap();
        assert!(matches!(replace_text(&file, "caf\u{fffd}", "new"), Err(Unwritten::Changed)));
        assert_eq!(fs::read(&file).unwrap(), b"caf\xe9");
        fs::remove_file(&file).unwrap();
        assert!(matches!(replace_text(&file, "old", "new"), Err(Unwritten::Io(_))));
        assert_eq!(names(dir.path()), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let (file, link) = (dir.path().join("a.nix"), dir.path().join("link.nix"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o751)).unwrap();
        symlink(&file, &link).unwrap();
        replace_text(&file, "old", "new").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o751);
        assert!(matches!(replace_text(&link, "new", "newer"), Err(Unwritten::NotAFile)));
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");

        write_text(&link, "ours").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "ours");
    }

    #[test]
    fn a_new_file_gets_its_folders_and_replaces_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a/b/new.lua");
        create_text(&file, "one").unwrap();
        assert!(matches!(create_text(&file, "two"), Err(Unwritten::Exists)));
        assert_eq!(fs::read_to_string(&file).unwrap(), "one");
        assert_eq!(names(file.parent().unwrap()), ["new.lua"]);
    }

    #[test]
    fn only_what_was_read_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.lua");
        fs::write(&file, "new").unwrap();
        assert!(matches!(remove_text(&file, "old"), Err(Unwritten::Changed)));
        remove_text(&file, "new").unwrap();
        assert_eq!(names(dir.path()), [""; 0]);
    }

    #[test]
    fn a_new_file_needs_its_folder() {
        let dir = tempfile::tempdir().unwrap();
        write_text(&dir.path().join("new.json"), "{}").unwrap();
        assert_eq!(fs::read_to_string(dir.path().join("new.json")).unwrap(), "{}");
        assert!(write_text(&dir.path().join("gone/new.json"), "{}").is_err());
    }
}
