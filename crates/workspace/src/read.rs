use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// The largest file that is read, in bytes. The largest Nix file that people write by hand is a
/// hundredth of it; generated ones beyond it would only cost memory.
const MAX_BYTES: u64 = 16 * MB;
/// The largest file that programs write for us to read, in bytes; NixOS's `options.json` has some twenty
/// million.
pub(crate) const MAX_GENERATED_BYTES: u64 = 256 * MB;
const MB: u64 = 1024 * 1024;

/// Why a file's text is not there.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    #[error("it is no regular file")]
    NotAFile,
    #[error("it is larger than {} MB", .0 / MB)]
    TooLarge(u64),
    #[error("it is not UTF-8 text")]
    NotUtf8,
    /// Of a root: see [`crate::is_too_broad`].
    #[error(
        "only the files directly in it are, because all of somebody's files are below it and neither \
         `hyper-nixos-ls.toml` nor `flake.nix` nor `.git` says that it is one tree of modules"
    )]
    TooBroad,
    /// Of a folder.
    #[error(
        "a file in it that says what to ignore (`.gitignore`, `.ignore`, `.git/info/exclude`) is no ordinary file"
    )]
    IgnoreFile,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The text of a regular file, or of what a symbolic link leads to.
///
/// # Errors
/// See [`Unread`]. Pipes, devices and folders are never opened: opening a pipe would wait for a writer.
pub fn read_text(path: &Path) -> Result<Arc<str>, Unread> {
    read_text_up_to(path, MAX_BYTES)
}

/// The same with another limit in bytes.
pub(crate) fn read_text_up_to(path: &Path, limit: u64) -> Result<Arc<str>, Unread> {
    text(read_bytes_up_to(path, limit)?)
}

pub(crate) fn read_bytes_up_to(path: &Path, limit: u64) -> Result<Vec<u8>, Unread> {
    if !fs::metadata(path)?.is_file() {
        return Err(Unread::NotAFile);
    }
    bytes_of_regular(path, limit)
}

/// For a path that was just seen to be a regular file.
pub(crate) fn read_regular(path: &Path) -> Result<Arc<str>, Unread> {
    text(bytes_of_regular(path, MAX_BYTES)?)
}

fn bytes_of_regular(path: &Path, limit: u64) -> Result<Vec<u8>, Unread> {
    let file = File::open(path)?;
    let expected = file.metadata()?.len();
    let mut bytes = Vec::with_capacity(usize::try_from(expected.min(limit)).unwrap_or(0) + 1);
    // A file may grow while it is read, so the length above only sizes the buffer.
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(Unread::TooLarge(limit));
    }
    Ok(bytes)
}

fn text(bytes: Vec<u8>) -> Result<Arc<str>, Unread> {
    let text = String::from_utf8(bytes).map_err(|_| Unread::NotUtf8)?;
    Ok(text.into())
}
