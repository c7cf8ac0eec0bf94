use crate::Level;
use crate::rule::Rule;
use rustc_hash::FxHashMap;

/// Which rules apply and how; plain data, made by `workspace` from files and editors.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub profile: Profile,
    /// The option sets that are the workspace's own.
    pub namespaces: Vec<String>,
    pub rules: FxHashMap<String, RuleSetting>,
    /// Option paths and folders that count as core (`cross-module-dependency`).
    pub core: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// The Hyper-NixOS guide's own rules.
    #[default]
    Guide,
    /// What any NixOS module set shares.
    Nixos,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct RuleSetting {
    /// `None`: the profile's own level. `Some(None)`: off.
    pub level: Option<Option<Level>>,
    /// The rule's own settings (`max-topics = 3`).
    pub values: serde_json::Map<String, serde_json::Value>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            profile: Profile::Guide,
            namespaces: vec!["hypervisor".to_owned()],
            rules: FxHashMap::default(),
            core: vec!["modules/core".to_owned()],
        }
    }
}

impl Settings {
    /// The level at which a rule reports; `None`: it is off.
    pub(crate) fn level(&self, rule: &Rule) -> Option<Level> {
        let own = self.rules.get(rule.name).and_then(|setting| setting.level);
        own.unwrap_or(match self.profile {
            Profile::Guide => Some(rule.level),
            Profile::Nixos => rule.nixos_level,
        })
    }
}

/// One of a rule's own settings: what its page, the schema of the settings file and the check of what
/// users write there are made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SettingInfo {
    /// Kebab-case.
    pub name: &'static str,
    pub kind: SettingKind,
    /// One sentence, starting with a small letter.
    pub description: &'static str,
}

/// What a setting may be, with its default.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SettingKind {
    /// A whole number, from 0.
    Number(u64),
    Texts(&'static [&'static str]),
    /// From names to texts.
    Table(&'static [(&'static str, &'static str)]),
}

impl SettingKind {
    /// As in "`max-topics` is a whole number, not a string".
    pub fn describe(self) -> &'static str {
        match self {
            SettingKind::Number(_) => "a whole number",
            SettingKind::Texts(_) => "a list of strings",
            SettingKind::Table(_) => "a table of strings",
        }
    }

    pub fn default_value(self) -> serde_json::Value {
        match self {
            SettingKind::Number(number) => number.into(),
            SettingKind::Texts(texts) => texts.into(),
            SettingKind::Table(entries) => entries.iter().copied().collect::<serde_json::Value>(),
        }
    }

    pub fn accepts(self, value: &serde_json::Value) -> bool {
        match self {
            SettingKind::Number(_) => value.is_u64(),
            SettingKind::Texts(_) => {
                value.as_array().is_some_and(|items| items.iter().all(serde_json::Value::is_string))
            }
            SettingKind::Table(_) => value
                .as_object()
                .is_some_and(|entries| entries.values().all(serde_json::Value::is_string)),
        }
    }
}
