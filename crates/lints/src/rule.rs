//! How a rule is declared, what it is given, and where its findings go.

use crate::core_options::Core;
use crate::recursion::Recursion;
use crate::suppression::Suppressions;
use crate::{Diagnostic, Fix, Level, Related, Remedy, SettingInfo, Settings, Tag};
use index::{FileData, Snapshot};
use module::facts::{Condition, ConditionId, Read, ReadKind, ReadOf};
use module::{Arena, Facts, FileId, Location, OptionPath, Symbol};
use rustc_hash::FxHashSet;
use std::cell::OnceCell;
use syntax::TextRange;

/// A rule: its metadata and its code.
pub(crate) struct Rule {
    /// Kebab-case, as in settings and in a diagnostic's `code`.
    pub name: &'static str,
    pub level: Level,
    /// In the `nixos` profile; `None`: off.
    pub nixos_level: Option<Level>,
    /// One line for tables.
    pub summary: &'static str,
    /// Whether its findings can carry a fix.
    pub fixable: bool,
    /// Its own settings, beside the level that every rule has.
    pub settings: &'static [SettingInfo],
    /// Whether there is what the rule needs beside the tree; without it the rule does not look, and that it
    /// finds nothing means nothing.
    pub can_run: fn(&Snapshot) -> bool,
    /// The doc comment of the declaration, each line as it stands.
    pub documentation: &'static str,
    pub check: fn(&RuleContext<'_>, &mut Sink),
}

/// Declares the rule of a file: its doc comment is the rule's page, the fields are those of [`Rule`].
/// `settings` and `can_run` may be left out.
macro_rules! declare_rule {
    ($(#[doc = $line:literal])* $($field:ident: $value:expr),* $(,)?) => {
        $(#[doc = $line])*
        #[allow(clippy::needless_update, reason = "a rule may fill in every field")]
        pub(crate) static RULE: crate::rule::Rule = crate::rule::Rule {
            $($field: $value,)*
            documentation: concat!($($line, "\n"),*),
            ..crate::rule::Rule::PLAIN
        };
    };
}
pub(crate) use declare_rule;

impl Rule {
    /// A rule without settings of its own; all else has to be filled in.
    pub const PLAIN: Rule = Rule {
        name: "",
        level: Level::Error,
        nixos_level: None,
        summary: "",
        fixable: false,
        settings: &[],
        can_run: |_| true,
        documentation: "",
        check: |_, _| {},
    };

    /// The rule's page: its name, what the tables say of it, and its doc comment.
    pub fn page(&self) -> String {
        let mut page = format!("# {}\n\n{}\n\n", self.name, self.summary);
        page.push_str(&format!("Default level: **{}**", self.level.name()));
        match self.nixos_level {
            Some(level) if level == self.level => page.push('.'),
            Some(level) => page.push_str(&format!(" (profile `nixos`: **{}**).", level.name())),
            None => page.push_str(" (profile `nixos`: off)."),
        }
        if self.fixable {
            page.push_str(" Some findings have a fix.");
        }
        page.push_str("\n\n");
        for line in self.documentation.lines() {
            page.push_str(line.strip_prefix(' ').unwrap_or(line));
            page.push('\n');
        }
        if !self.settings.is_empty() {
            page.push_str("\n## Settings\n\n");
            for setting in self.settings {
                page.push_str(&format!(
                    "- `{}` ({}, default `{}`): {}\n",
                    setting.name,
                    setting.kind.describe(),
                    setting.kind.default_value(),
                    setting.description
                ));
            }
        }
        page
    }
}

/// What a rule sees: one file, and the tree around it.
pub(crate) struct RuleContext<'a> {
    pub snapshot: &'a Snapshot,
    pub file: FileId,
    pub data: &'a FileData,
    /// What the file says, if it is a module of its own.
    pub facts: Option<&'a Facts>,
    pub arena: &'a Arena,
    /// The option sets that are the workspace's own.
    pub namespaces: &'a [OptionPath],
    pub core: &'a Core,
    pub settings: &'a Settings,
    pub suppressions: &'a Suppressions<'a>,
    pub rule: &'static Rule,
    /// The loops that the file's module has a part in, worked out by the first rule that asks.
    pub recursions: &'a OnceCell<Vec<Recursion>>,
}

impl<'a> RuleContext<'a> {
    /// One of the rule's own settings: what users have set, or its default.
    pub fn number(&self, setting: &SettingInfo) -> u64 {
        let set = self.setting(setting).and_then(serde_json::Value::as_u64);
        set.or_else(|| setting.kind.default_value().as_u64()).unwrap_or_default()
    }

    fn setting(&self, setting: &SettingInfo) -> Option<&'a serde_json::Value> {
        self.settings.rules.get(self.rule.name)?.values.get(setting.name)
    }

    /// One of the rule's own settings that is a table of texts; empty if it is not set.
    pub fn table(&self, setting: &SettingInfo) -> Vec<(&'a str, &'a str)> {
        let table = self.setting(setting).and_then(serde_json::Value::as_object);
        let texts = table.into_iter().flatten();
        texts.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))).collect()
    }

    /// The range, if the place is in this file.
    pub fn here(&self, at: Location) -> Option<TextRange> {
        (at.file == self.file).then(|| at.text_range())
    }

    /// The namespace that `path` is below.
    pub fn namespace_of(&self, path: &[Symbol]) -> Option<&'a OptionPath> {
        self.namespaces.iter().find(|namespace| path.starts_with(namespace))
    }

    /// The conditions that something stands under, from the inside out.
    pub fn conditions(&self, from: Option<ConditionId>) -> impl Iterator<Item = &'a Condition> {
        let conditions: &'a [Condition] = self.facts.map_or(&[], |facts| &facts.conditions);
        let get = move |id: ConditionId| conditions.get(id.0 as usize);
        std::iter::successors(from.and_then(get), move |condition| condition.outer.and_then(get))
    }

    /// The reads of this module inside `at`, by position.
    pub fn reads_in(&self, at: Location) -> impl Iterator<Item = &'a Read> {
        let reads: &'a [Read] = self.facts.map_or(&[], |facts| &facts.reads);
        let range = at.text_range();
        // Files are contiguous, and within one the reads are sorted by their start.
        let first = reads.partition_point(|read| {
            (read.at.file, read.at.text_range().start()) < (at.file, range.start())
        });
        reads[first..]
            .iter()
            .take_while(move |read| {
                read.at.file == at.file && read.at.text_range().start() <= range.end()
            })
            .filter(move |read| range.contains_range(read.at.text_range()))
    }

    /// Whether the author has thought of the path not being there: it is read with `or`, or under a
    /// condition that asks for it.
    pub fn is_guarded(&self, read: &Read) -> bool {
        read.kind != ReadKind::Plain || self.is_asked_for(&read.path, read.condition)
    }

    /// Whether a condition on the way out from `from` asks if `path` exists.
    pub fn is_asked_for(&self, path: &OptionPath, from: Option<ConditionId>) -> bool {
        self.conditions(from).any(|condition| {
            let asks = |at: Location| {
                self.reads_in(at).any(|probe| {
                    let asks = probe.kind != ReadKind::Plain || probe.of == ReadOf::Options;
                    asks && !probe.path.is_empty() && path.starts_with(&probe.path)
                })
            };
            // `lib.hasAttrByPath` and its like ask by strings, which are not followed.
            let text = self.snapshot.source(condition.at).unwrap_or_default();
            text.contains("hasAttr") || self.asked_at(condition).into_iter().any(asks)
        })
    }

    /// Where a condition is written: its own text, and the binding that it names.
    pub fn asked_at(&self, condition: &Condition) -> Vec<Location> {
        let named = self.here(condition.at).and_then(|_| {
            let value = crate::scopes::bound_value(self.arena, condition.expr)?;
            Some(Location::new(self.file, self.arena.full_range(value)))
        });
        std::iter::once(condition.at).chain(named).collect()
    }
}

/// Takes one rule's findings in one file.
pub(crate) struct Sink {
    rule: &'static Rule,
    level: Level,
    file: FileId,
    findings: Vec<Diagnostic>,
    asked: FxHashSet<TextRange>,
}

impl Sink {
    pub fn new(rule: &'static Rule, level: Level, file: FileId) -> Sink {
        Sink { rule, level, file, findings: Vec::new(), asked: FxHashSet::default() }
    }

    /// A finding at the rule's level, to be completed.
    pub fn report(&mut self, range: TextRange, message: impl Into<String>) -> Finding<'_> {
        let at = self.findings.len();
        self.findings.push(Diagnostic {
            file: self.file,
            range,
            rule: self.rule.name,
            level: self.level,
            message: message.into(),
            related: Vec::new(),
            tag: None,
            fixes: Vec::new(),
            remedy: None,
        });
        Finding(&mut self.findings[at])
    }

    /// Whether this is asked of the place for the first time. What is written once may count several
    /// times, as the options of a submodule that several options have.
    pub fn is_first_at(&mut self, range: TextRange) -> bool {
        self.asked.insert(range)
    }

    pub fn into_findings(self) -> Vec<Diagnostic> {
        self.findings
    }
}

/// A finding that was just reported.
pub(crate) struct Finding<'a>(&'a mut Diagnostic);

impl Finding<'_> {
    /// Lowers the level where the rule is less sure than it usually is.
    pub fn at_most(self, level: Level) -> Self {
        self.0.level = self.0.level.min(level);
        self
    }

    pub fn related(self, at: Location, message: impl Into<String>) -> Self {
        self.0.related.push(Related { at, message: message.into() });
        self
    }

    pub fn all_related(self, related: impl IntoIterator<Item = Related>) -> Self {
        self.0.related.extend(related);
        self
    }

    pub fn remedy(self, remedy: Remedy) -> Self {
        self.0.remedy = Some(remedy);
        self
    }

    /// What editors show by the way the text itself looks.
    pub fn tag(self, tag: Tag) -> Self {
        self.0.tag = Some(tag);
        self
    }

    /// Offers another fix, if there is one; the best comes first.
    pub fn fix(self, fix: Option<Fix>) -> Self {
        self.0.fixes.extend(fix);
        self
    }
}
