//! A file that holds nothing but what setup writes.

use super::appended::{append, cut, intact};
use super::part::{Part, Refusal};
use std::path::{Path, PathBuf};

pub struct OwnFile {
    pub file: PathBuf,
    pub comment: &'static str,
    pub text: &'static str,
}

impl Part for OwnFile {
    fn file(&self) -> &Path {
        &self.file
    }

    fn comment(&self) -> &'static str {
        self.comment
    }

    fn by_hand(&self) -> String {
        self.text.to_owned()
    }

    fn add(&self, text: Option<&str>) -> Result<String, Refusal> {
        match text {
            None => Ok(append(None, self.comment, &[], self.text)),
            // Copied by hand.
            Some(text) if text == self.text => Ok(text.to_owned()),
            Some(text) => match intact(text)? {
                Some(block) => Ok(block.renewed(text, self.comment, self.text)),
                None => Err(Refusal::Foreign),
            },
        }
    }

    fn remove(&self, text: &str) -> Result<Option<String>, Refusal> {
        match intact(text)? {
            Some(block) => Ok(cut(text, &block)),
            None => Ok(Some(text.to_owned())),
        }
    }
}
