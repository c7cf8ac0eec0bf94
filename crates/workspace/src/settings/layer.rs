//! One place's settings: what it says about each key, and what is wrong with it.

use super::keys::{self, HINTS, LEVELS, PROFILES};
use super::node::{Data, Entry, Node};
use super::{Problem, SETTINGS_FILE};
use crate::spelling::did_you_mean;
use crate::{Unread, read_text};
use ignore::gitignore::GitignoreBuilder;
use lints::{Level, Profile, RuleInfo, RuleSetting};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::path::Path;
use syntax::{Encoding, LineIndex, TextSize};
use toml::de::DeTable;

/// What one place says; `None` leaves a key to the layers below.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layer {
    pub profile: Option<Profile>,
    pub namespaces: Option<Vec<String>>,
    pub rules: FxHashMap<String, RuleSetting>,
    pub roots: Option<Vec<String>>,
    pub core: Option<Vec<String>>,
    pub exclude: Option<Vec<String>>,
    pub option_sources: Option<Vec<String>>,
    pub inlay_hints: HintLayer,
    pub formatter: Option<Vec<String>>,
}

/// What one place says about each kind of inlay hint.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct HintLayer {
    pub types: Option<bool>,
    pub aliases: Option<bool>,
    pub closings: Option<bool>,
}

/// A layer and what was wrong with its text; keys with problems are left out of the layer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    pub layer: Layer,
    /// In the order of the text.
    pub problems: Vec<Problem>,
}

/// The section that an editor keeps the settings in.
const SECTION: &str = "hyper-nixos-ls";

impl Layer {
    /// A settings file's layer.
    ///
    /// # Errors
    /// If there is no text to read.
    pub fn read(file: &Path) -> Result<Reading, Unread> {
        Ok(Layer::from_toml(file, &read_text(file)?))
    }

    /// The layer of a settings file with this text.
    pub fn from_toml(file: &Path, text: &str) -> Reading {
        let (table, errors) = DeTable::parse_recoverable(text);
        let source = Source { file: Some(file), text, lines: LineIndex::new(text) };
        let mut reader = Reader { source, reading: Reading::default() };
        for error in errors {
            reader.problem("", error.span(), error.message().to_owned());
        }
        reader.settings(&Node::from_toml(&table));
        let mut reading = reader.reading;
        reading.problems.sort_by_key(|problem| (problem.line, problem.column));
        reading
    }

    /// The layer of an editor's settings: its section `hyper-nixos-ls`, with that key around it or
    /// without. Nothing at all and `null` are fine: nobody has set anything.
    pub fn from_editor(json: &serde_json::Value) -> Reading {
        let section = json.get(SECTION).unwrap_or(json);
        let source = Source { file: None, text: "", lines: LineIndex::new("") };
        let mut reader = Reader { source, reading: Reading::default() };
        reader.settings(&Node::from_json(section));
        reader.reading
    }

    /// This layer with `stronger` on top of it. Rules are merged one by one, and their settings too.
    pub fn under(mut self, stronger: Layer) -> Layer {
        for (rule, setting) in stronger.rules {
            let below = self.rules.entry(rule).or_default();
            below.level = setting.level.or(below.level);
            below.values.extend(setting.values);
        }
        Layer {
            profile: stronger.profile.or(self.profile),
            namespaces: stronger.namespaces.or(self.namespaces),
            rules: self.rules,
            roots: stronger.roots.or(self.roots),
            core: stronger.core.or(self.core),
            exclude: stronger.exclude.or(self.exclude),
            option_sources: stronger.option_sources.or(self.option_sources),
            inlay_hints: self.inlay_hints.under(stronger.inlay_hints),
            formatter: stronger.formatter.or(self.formatter),
        }
    }
}

impl HintLayer {
    fn under(self, stronger: HintLayer) -> HintLayer {
        HintLayer {
            types: stronger.types.or(self.types),
            aliases: stronger.aliases.or(self.aliases),
            closings: stronger.closings.or(self.closings),
        }
    }
}

struct Source<'a> {
    file: Option<&'a Path>,
    text: &'a str,
    lines: LineIndex,
}

struct Reader<'a> {
    source: Source<'a>,
    reading: Reading,
}

impl Reader<'_> {
    fn settings(&mut self, node: &Node) {
        let entries = match &node.data {
            Data::Null => return,
            Data::Table(entries) => entries,
            _ => {
                let message = format!("settings are a table of keys, not {}", node.describe());
                return self.problem("", node.at.clone(), message);
            }
        };
        for entry in entries {
            if entry.value.data != Data::Null {
                self.setting(entry);
            }
        }
    }

    fn setting(&mut self, entry: &Entry) {
        let (key, value) = (entry.key.as_str(), &entry.value);
        match key {
            "profile" => self.reading.layer.profile = self.profile(value),
            "namespaces" => self.reading.layer.namespaces = self.namespaces(value),
            "rules" => self.rules(value),
            "roots" => self.reading.layer.roots = self.texts(key, value),
            "core" => self.reading.layer.core = self.texts(key, value),
            "exclude" => self.reading.layer.exclude = self.patterns(key, value),
            "option-sources" => self.reading.layer.option_sources = self.texts(key, value),
            "inlay-hints" => self.inlay_hints(value),
            "formatter" if self.source.file.is_some() => {
                // A project that names a program to run would run it on everybody who opens it.
                let message = format!(
                    "`formatter` belongs in your editor's settings, not in {SETTINGS_FILE}: \
                     opening a project must not decide which program runs"
                );
                self.problem(key, entry.key_at.clone(), message);
            }
            "formatter" => self.reading.layer.formatter = self.command(key, value),
            _ => {
                let keys = keys::names(self.source.file.is_some());
                let hint = did_you_mean(key, keys.iter().copied())
                    .unwrap_or_else(|| format!("it can be {}", listed(&keys)));
                let message = format!("there is no setting `{key}`; {hint}");
                self.problem(key, entry.key_at.clone(), message);
            }
        }
    }

    fn profile(&mut self, value: &Node) -> Option<Profile> {
        match self.one_of("profile", value, &PROFILES.map(|(name, _)| name))? {
            "guide" => Some(Profile::Guide),
            _ => Some(Profile::Nixos),
        }
    }

    fn namespaces(&mut self, value: &Node) -> Option<Vec<String>> {
        let key = "namespaces";
        let names = self.texts(key, value)?;
        if names.is_empty() {
            let message =
                "`namespaces` is empty; name at least one option set, such as `hypervisor`";
            self.problem(key, value.at.clone(), message.to_owned());
            return None;
        }
        Some(names)
    }

    fn inlay_hints(&mut self, value: &Node) {
        let Data::Table(entries) = &value.data else {
            let wanted = "a table like `{ types = true, aliases = false }`";
            return self.wrong_type("inlay-hints", wanted, value);
        };
        for Entry { key: name, key_at, value } in entries {
            let key = format!("inlay-hints.{name}");
            let wanted = match value.data {
                Data::Null => continue,
                Data::Bool(wanted) => Some(wanted),
                _ => None,
            };
            let hints = &mut self.reading.layer.inlay_hints;
            let hint = match name.as_str() {
                "types" => &mut hints.types,
                "aliases" => &mut hints.aliases,
                "closings" => &mut hints.closings,
                _ => {
                    let names = HINTS.map(|(name, _)| name);
                    let hint = did_you_mean(name, names)
                        .unwrap_or_else(|| format!("it can be {}", listed(&names)));
                    let message = format!("there is no inlay hint `{name}`; {hint}");
                    self.problem(&key, key_at.clone(), message);
                    continue;
                }
            };
            *hint = wanted;
            if wanted.is_none() {
                self.wrong_type(&key, "true or false", value);
            }
        }
    }

    fn rules(&mut self, value: &Node) {
        let Data::Table(entries) = &value.data else {
            let message = format!(
                "`rules` is a table from rule to level, as in `unguarded-config = \"off\"`, not {}",
                value.describe()
            );
            return self.problem("rules", value.at.clone(), message);
        };
        for entry in entries {
            let key = format!("rules.{}", entry.key);
            let Some(rule) = lints::rule(&entry.key) else {
                let hint = did_you_mean(&entry.key, lints::rules().iter().map(|rule| rule.name))
                    .unwrap_or_else(|| "`hyper-nixos-ls explain` lists them all".to_owned());
                let message = format!("there is no rule `{}`; {hint}", entry.key);
                self.problem(&key, entry.key_at.clone(), message);
                continue;
            };
            if let Some(setting) = self.rule(rule, &key, &entry.value) {
                self.reading.layer.rules.insert(entry.key.clone(), setting);
            }
        }
    }

    fn rule(&mut self, rule: &RuleInfo, key: &str, value: &Node) -> Option<RuleSetting> {
        match &value.data {
            Data::Null => None,
            Data::Text(_) => {
                let level = self.level(key, value)?;
                Some(RuleSetting { level: Some(level), values: serde_json::Map::new() })
            }
            Data::Table(entries) => {
                let mut setting = RuleSetting::default();
                for entry in entries.iter().filter(|entry| entry.value.data != Data::Null) {
                    let key = format!("{key}.{}", entry.key);
                    if entry.key == "level" {
                        setting.level = self.level(&key, &entry.value);
                    } else if let Some(value) = self.own_setting(rule, &key, entry) {
                        setting.values.insert(entry.key.clone(), value);
                    }
                }
                Some(setting)
            }
            _ => {
                self.wrong_type(key, "a level or a table like `{ level = \"hint\" }`", value);
                None
            }
        }
    }

    /// A setting that this rule alone has.
    fn own_setting(
        &mut self,
        rule: &RuleInfo,
        key: &str,
        entry: &Entry,
    ) -> Option<serde_json::Value> {
        let Some(setting) = rule.settings.iter().find(|setting| setting.name == entry.key) else {
            let own = rule.settings.iter().map(|setting| setting.name);
            let names: Vec<&str> = std::iter::once("level").chain(own).collect();
            let hint = did_you_mean(&entry.key, names.iter().copied())
                .unwrap_or_else(|| format!("it can be {}", listed(&names)));
            let message = format!("`{}` has no setting `{}`; {hint}", rule.name, entry.key);
            self.problem(key, entry.key_at.clone(), message);
            return None;
        };
        let value = entry.value.to_json().filter(|value| setting.kind.accepts(value));
        if value.is_none() {
            self.wrong_type(key, setting.kind.describe(), &entry.value);
        }
        value
    }

    /// `Some(None)`: off.
    fn level(&mut self, key: &str, value: &Node) -> Option<Option<Level>> {
        Some(match self.one_of(key, value, &LEVELS)? {
            "off" => None,
            "hint" => Some(Level::Hint),
            "information" => Some(Level::Information),
            "warning" => Some(Level::Warning),
            _ => Some(Level::Error),
        })
    }

    fn one_of<'c>(&mut self, key: &str, value: &Node, choices: &[&'c str]) -> Option<&'c str> {
        let Data::Text(text) = &value.data else {
            self.wrong_type(key, &format!("one of {}", listed(choices)), value);
            return None;
        };
        let choice = choices.iter().copied().find(|choice| choice == text);
        if choice.is_none() {
            let hint = did_you_mean(text, choices.iter().copied())
                .unwrap_or_else(|| format!("it is one of {}", listed(choices)));
            let message = format!("`{key}` cannot be `{text}`; {hint}");
            self.problem(key, value.at.clone(), message);
        }
        choice
    }

    fn patterns(&mut self, key: &str, value: &Node) -> Option<Vec<String>> {
        let patterns = self.texts(key, value)?;
        let mut valid = true;
        for pattern in &patterns {
            if let Err(error) = GitignoreBuilder::new("").add_line(None, pattern) {
                let message = format!("`{pattern}` is no pattern as in a .gitignore: {error}");
                self.problem(key, value.at.clone(), message);
                valid = false;
            }
        }
        valid.then_some(patterns)
    }

    fn texts(&mut self, key: &str, value: &Node) -> Option<Vec<String>> {
        let Data::List(items) = &value.data else {
            self.wrong_type(key, "a list of strings", value);
            return None;
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match &item.data {
                Data::Text(text) if !text.is_empty() => texts.push(text.clone()),
                Data::Text(_) => {
                    let message = format!("`{key}` holds an empty string; remove it");
                    self.problem(key, item.at.clone(), message);
                    return None;
                }
                _ => {
                    self.wrong_type(key, "a list of strings", item);
                    return None;
                }
            }
        }
        Some(texts)
    }

    /// A program: its name, or a list of its name and arguments; an empty one for none.
    fn command(&mut self, key: &str, value: &Node) -> Option<Vec<String>> {
        match &value.data {
            Data::Text(program) if !program.is_empty() => Some(vec![program.clone()]),
            Data::List(_) => self.texts(key, value),
            _ => {
                self.wrong_type(key, "a program, or a list of a program and its arguments", value);
                None
            }
        }
    }

    fn wrong_type(&mut self, key: &str, wanted: &str, got: &Node) {
        let message = format!("`{key}` is {wanted}, not {}", got.describe());
        self.problem(key, got.at.clone(), message);
    }

    fn problem(&mut self, key: &str, at: Option<Range<usize>>, message: String) {
        let source = &self.source;
        let position = at.and_then(|at| {
            let offset = TextSize::new(u32::try_from(at.start).ok()?);
            Some(source.lines.position(source.text, offset, Encoding::Utf32))
        });
        self.reading.problems.push(Problem {
            file: source.file.map(Path::to_owned),
            line: position.map(|position| position.line + 1),
            column: position.map(|position| position.column + 1),
            key: key.to_owned(),
            message,
        });
    }
}

fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
