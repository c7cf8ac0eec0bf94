use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// The largest file that is read, in bytes. The largest Nix file that people write by hand is a
/// hundredth of it; generated ones beyond it would only cost memory.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Why a file's text is not there.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    #[error("it is no regular file")]
    NotAFile,
    #[error("it is larger than {} MB", MAX_BYTES / (1024 * 1024))]
    TooLarge,
    #[error("it is not UTF-8 text")]
    NotUtf8,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The text of a regular file, or of what a symbolic link leads to.
///
/// # Errors
/// See [`Unread`]. Pipes, devices and folders are never opened: opening a pipe would wait for a writer.
pub fn read_text(path: &Path) -> Result<Arc<str>, Unread> {
    if !fs::metadata(path)?.is_file() {
        return Err(Unread::NotAFile);
    }
    read_regular(path)
}

/// For a path that was just seen to be a regular file.
pub(crate) fn read_regular(path: &Path) -> Result<Arc<str>, Unread> {
    let file = File::open(path)?;
    let expected = file.metadata()?.len();
    let mut bytes = Vec::with_capacity(usize::try_from(expected.min(MAX_BYTES)).unwrap_or(0) + 1);
    // A file may grow while it is read, so the length above only sizes the buffer.
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Unread::TooLarge);
    }
    let text = String::from_utf8(bytes).map_err(|_| Unread::NotUtf8)?;
    Ok(text.into())
}
