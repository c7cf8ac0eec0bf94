//! One file of an editor's configuration, as text before and after.

use std::path::{Path, PathBuf};

pub trait Part {
    fn file(&self) -> &Path;

    /// What begins a comment in the file.
    fn comment(&self) -> &'static str;

    /// What a user would write into the file.
    fn by_hand(&self) -> String;

    /// The text with what the server needs; the same text, if it is there.
    ///
    /// # Errors
    /// If that cannot be done without touching what is the user's own.
    fn add(&self, text: Option<&str>) -> Result<String, Refusal>;

    /// The text as it was before [`Part::add`]; `None`: there was none.
    ///
    /// # Errors
    /// If what was added is not what it was.
    fn remove(&self, text: &str) -> Result<Option<String>, Refusal>;
}

/// Why a file is left as it is.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error(
        "it is a link to {0}, so something else looks after it (home-manager, a dotfiles repository)"
    )]
    Link(PathBuf),
    #[error("it is not UTF-8")]
    NotUtf8,
    #[error("the part that setup wrote has been changed since; remove it by hand, or put it back")]
    Changed,
    #[error("the comment that ends the part that setup wrote is gone; remove that part by hand")]
    NoEnd,
    #[error(
        "it is there already and was not written by setup; move it away, or add the text by hand"
    )]
    Foreign,
    #[error("it cannot be read: {0}")]
    Broken(String),
    #[error("the setting would not fit what is there: {0}")]
    NoFit(String),
}
