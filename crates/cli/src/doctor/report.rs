//! What was seen. The names are part of the interface of `--format json`.

use serde::Serialize;
use serde_json::Value;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub version: &'static str,
    pub build: String,
    pub root: Root,
    pub settings_file: Option<String>,
    pub settings: Vec<Setting>,
    pub index: IndexCounts,
    pub roots: Vec<ModuleRoot>,
    pub option_sources: Vec<Source>,
    pub programs: Vec<Program>,
    pub cache: Cache,
    pub watches: Watches,
    pub problems: Vec<Problem>,
}

#[derive(Debug, Serialize)]
pub struct Root {
    pub path: String,
    /// Why it is this folder.
    pub because: String,
}

/// One key of the settings.
#[derive(Debug, Serialize)]
pub struct Setting {
    pub key: &'static str,
    pub value: Value,
    /// Where the value comes from.
    pub from: String,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexCounts {
    pub files: usize,
    pub modules: usize,
    pub options: usize,
    pub definitions: usize,
    pub reads: usize,
    pub broken_files: usize,
    /// To read all files and to index them.
    pub milliseconds: u128,
}

/// Something from which modules are put together.
#[derive(Debug, Serialize)]
pub struct ModuleRoot {
    pub name: String,
    pub modules: usize,
    /// No declaration can be missing: what is undeclared is an error.
    pub closed: bool,
    /// All imports on the way are known.
    pub complete: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    pub name: String,
    pub path: String,
    pub options: usize,
    /// Since it was changed; a path in Nix's store has no age.
    pub age_in_days: Option<u64>,
}

#[derive(Debug, Serialize)]
pub struct Program {
    pub name: &'static str,
    pub path: Option<String>,
}

#[derive(Debug, Default, Serialize)]
pub struct Cache {
    pub folder: Option<String>,
    pub files: usize,
    pub bytes: u64,
}

#[derive(Debug, Serialize)]
pub struct Watches {
    /// Folders of the tree.
    pub folders: usize,
    /// How many the system lets a user watch; not every system has a limit.
    pub limit: Option<usize>,
}

/// What looks wrong, and what to do.
#[derive(Debug, Serialize)]
pub struct Problem {
    pub what: String,
    pub remedy: String,
}

impl Problem {
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem { what: what.into(), remedy: remedy.into() }
    }
}
