use module::{FileId, Location, OptionPath};
use serde::{Deserialize, Serialize};
use syntax::{TextEdit, TextRange};

/// How sure we are; the order is from least to most severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Hint,
    Information,
    Warning,
    /// Nix will refuse this.
    Error,
}

impl Level {
    /// As settings and messages write it.
    pub fn name(self) -> &'static str {
        match self {
            Level::Hint => "hint",
            Level::Information => "information",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    pub file: FileId,
    pub range: TextRange,
    /// The rule's name.
    pub rule: &'static str,
    pub level: Level,
    pub message: String,
    pub related: Vec<Related>,
    pub tag: Option<Tag>,
    /// Each alone removes the finding; the best first.
    pub fixes: Vec<Fix>,
    /// What would remove it and is no edit of modules that a rule could make.
    pub remedy: Option<Remedy>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Remedy {
    /// The setting `core` names the option.
    CountAsCore(OptionPath),
    /// The option, or the group of options, is called `to` wherever it is mentioned.
    Rename { option: OptionPath, to: String },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Related {
    pub at: Location,
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    Unnecessary,
    Deprecated,
}

/// An edit that removes the finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    pub title: String,
    pub edits: Vec<FileEdit>,
    /// `check --fix` applies it without asking.
    pub safe: bool,
}

impl Fix {
    /// A fix in one file that a person should look at before it is applied.
    pub(crate) fn to_review(title: impl Into<String>, file: FileId, edits: Vec<TextEdit>) -> Fix {
        let edits = edits.into_iter().map(|edit| FileEdit { file, edit }).collect();
        Fix { title: title.into(), edits, safe: false }
    }

    /// A fix in one file that leaves the meaning as it is.
    pub(crate) fn safe(title: impl Into<String>, file: FileId, edits: Vec<TextEdit>) -> Fix {
        Fix { safe: true, ..Fix::to_review(title, file, edits) }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct FileEdit {
    pub file: FileId,
    pub edit: TextEdit,
}
