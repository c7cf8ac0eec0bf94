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
