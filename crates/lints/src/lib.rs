//! The rules. A rule is one file under `rules/`: doc comment, metadata, code; its Markdown page beside
//! it is generated from that, and its examples are its tests.

mod diagnostic;
mod settings;

pub use diagnostic::{Diagnostic, FileEdit, Fix, Level, Related, Tag};
pub use settings::{Profile, RuleSetting, Settings};

use index::Snapshot;
use module::FileId;

/// What is to be said about one file under these settings, suppressions already applied, in the order
/// of positions.
pub fn check_file(_snapshot: &Snapshot, _settings: &Settings, _file: FileId) -> Vec<Diagnostic> {
    Vec::new()
}

/// A rule's metadata, for `explain`, the settings schema and the docs.
pub struct RuleInfo {
    /// Kebab-case, as in settings and in a diagnostic's `code`.
    pub name: &'static str,
    pub level: Level,
    /// The level in the `nixos` profile.
    pub nixos_level: Option<Level>,
    /// One line for tables.
    pub summary: &'static str,
    /// The whole page, as Markdown.
    pub page: &'static str,
    /// The page's address, for `codeDescription.href`.
    pub url: String,
    pub fixable: bool,
}

/// All rules, in the order of the catalogue.
pub fn rules() -> &'static [RuleInfo] {
    &[]
}

pub fn rule(name: &str) -> Option<&'static RuleInfo> {
    rules().iter().find(|rule| rule.name == name)
}
