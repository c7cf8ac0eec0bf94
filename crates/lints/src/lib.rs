//! The rules. A rule is one file under `rules/`: doc comment, metadata, code; its Markdown page is made
//! of that, and the Markdown test beside it shows it at work.
//!
//! Beside the rules live only what they share: how a rule is declared (`rule.rs`), comments that
//! suppress findings, and a few questions about expressions that several rules ask. What a module says
//! is read in `module`, what the tree says is known to `index`; neither is worked out again here.

mod arguments;
mod calls;
mod core_options;
mod declaration_edits;
mod diagnostic;
mod double_imports;
mod fixing;
mod guard;
mod import_edits;
mod inlining;
mod libraries;
mod merge_edits;
mod optional_edits;
mod paths;
mod recursion;
mod renaming;
mod rule;
mod rules;
mod scopes;
mod secrets;
mod settings;
mod shaping;
mod shell;
mod spelling;
mod suppression;
mod together;
mod typing;
mod undeclared;

pub use diagnostic::{Diagnostic, FileEdit, Fix, Level, Related, Remedy, Tag};
pub use fixing::{Fixed, FixedFile, apply_safe_fixes};
pub use guard::{enable_option, wrap_config};
pub use settings::{Profile, RuleSetting, SettingInfo, SettingKind, Settings};

use crate::core_options::Core;
use crate::rule::{Rule, RuleContext, Sink};
use crate::suppression::Suppressions;
use index::{FileData, Snapshot};
use module::{FileId, OptionPath};
use rayon::prelude::*;
use std::cell::OnceCell;
use std::sync::{Arc, LazyLock};

/// Where the rules' pages are.
const PAGES: &str = "https://github.com/hyper-nixos/hyper-nixos-ls/blob/main/docs/rules";

/// What is to be said about one file under these settings, suppressions already applied, in the order
/// of positions.
pub fn check_file(snapshot: &Snapshot, settings: &Settings, file: FileId) -> Vec<Diagnostic> {
    check_rules(snapshot, settings, file, &|_| true)
}

/// What the rules that `is_wanted` names say of the file.
fn check_rules(
    snapshot: &Snapshot,
    settings: &Settings,
    file: FileId,
    is_wanted: &dyn Fn(&Rule) -> bool,
) -> Vec<Diagnostic> {
    let Some(data) = snapshot.file(file) else { return Vec::new() };
    let namespaces: Vec<OptionPath> =
        settings.namespaces.iter().map(|text| OptionPath::parse(text)).collect();
    let core = Core::new(&settings.core, snapshot.setup().root);
    let suppressions = Suppressions::of(data);
    // Most rules ask about the same few paths.
    let snapshot = &snapshot.remembering();
    let mut findings = Vec::new();
    let recursions = OnceCell::new();
    for rule in rules::ALL.iter().filter(|rule| is_wanted(rule) && (rule.can_run)(snapshot)) {
        let Some(level) = settings.level(rule) else { continue };
        let context = RuleContext {
            snapshot,
            file,
            data,
            facts: data.module().map(|facts| &**facts),
            arena: &data.arena,
            namespaces: &namespaces,
            core: &core,
            settings,
            suppressions: &suppressions,
            rule,
            recursions: &recursions,
        };
        let mut sink = Sink::new(rule, level, file);
        (rule.check)(&context, &mut sink);
        // At once: the last rule is about the suppressions that no other one has needed.
        findings.extend(
            sink.into_findings().into_iter().filter(|found| !suppressions.cover(found, data)),
        );
    }
    findings.sort_by_key(|finding| (finding.range.start(), finding.range.end(), finding.rule));
    findings
}

/// The rule that [`write_out_aliases`] is about.
pub const TOP_LEVEL_CONFIG_ACCESS: &str = "top-level-config-access";

/// Does in every file what the widest fix for a name that stands for a part of `config` does in one;
/// `None` where that is not more than one file's fix. The work grows with the tree: for when somebody asks.
pub fn write_out_aliases(snapshot: &Snapshot, settings: &Settings) -> Option<Fix> {
    // A file without such a `let` has nothing to say, and need not be asked.
    let has_bindings = |data: &&Arc<FileData>| {
        data.module().is_some_and(|facts| !facts.shape.outer_bindings.is_empty())
    };
    let files: Vec<FileId> = snapshot.files().filter(has_bindings).map(|it| it.file).collect();
    let of_file = |&file: &FileId| {
        let is_wanted = |rule: &Rule| rule.name == TOP_LEVEL_CONFIG_ACCESS;
        let findings = check_rules(snapshot, settings, file, &is_wanted);
        let mut fixes = findings.into_iter().map(|finding| finding.fixes);
        fixes.find_map(|mut fixes| fixes.pop())
    };
    let fixes: Vec<Fix> = files.par_iter().filter_map(of_file).collect();
    let count = fixes.len();
    (count > 1).then(|| Fix {
        title: format!("Write out such names in all {count} files that have some"),
        safe: fixes.iter().all(|fix| fix.safe),
        edits: fixes.into_iter().flat_map(|fix| fix.edits).collect(),
    })
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
    /// Its own settings, beside the level that every rule has.
    pub settings: &'static [SettingInfo],
}

/// All rules, in the order of the catalogue.
pub fn rules() -> &'static [RuleInfo] {
    static RULES: LazyLock<Vec<RuleInfo>> =
        LazyLock::new(|| rules::ALL.iter().copied().map(info).collect());
    &RULES
}

pub fn rule(name: &str) -> Option<&'static RuleInfo> {
    rules().iter().find(|rule| rule.name == name)
}

fn info(rule: &'static Rule) -> RuleInfo {
    RuleInfo {
        name: rule.name,
        level: rule.level,
        nixos_level: rule.nixos_level,
        summary: rule.summary,
        // Made once a process, and needed until its end.
        page: Box::leak(rule.page().into_boxed_str()),
        url: format!("{PAGES}/{}.md", rule.name),
        fixable: rule.fixable,
        settings: rule.settings,
    }
}
