//! Emacs: a block at the end of the init file that tells Eglot of the server.

use super::appended::{append, cut, intact};
use super::part::{Part, Refusal};
use super::places::Places;
use std::path::{Path, PathBuf};

const SNIPPET: &str = include_str!("../../../../editors/emacs/hyper-nixos-ls.el");
const COMMENT: &str = ";;";

pub fn parts(places: &Places) -> Vec<Box<dyn Part>> {
    vec![Box::new(InitFile(places.emacs_init()))]
}

pub struct InitFile(pub PathBuf);

impl Part for InitFile {
    fn file(&self) -> &Path {
        &self.0
    }

    fn comment(&self) -> &'static str {
        COMMENT
    }

    fn by_hand(&self) -> String {
        SNIPPET.to_owned()
    }

    fn add(&self, text: Option<&str>) -> Result<String, Refusal> {
        let Some(text) = text else { return Ok(append(None, COMMENT, &[], SNIPPET)) };
        if let Some(block) = intact(text)? {
            return Ok(block.renewed(text, COMMENT, SNIPPET));
        }
        Ok(match text.contains("hyper-nixos-ls") {
            // Written by hand.
            true => text.to_owned(),
            false => append(Some(text), COMMENT, &[], SNIPPET),
        })
    }

    fn remove(&self, text: &str) -> Result<Option<String>, Refusal> {
        match intact(text)? {
            Some(block) => Ok(cut(text, &block)),
            None => Ok(Some(text.to_owned())),
        }
    }
}
