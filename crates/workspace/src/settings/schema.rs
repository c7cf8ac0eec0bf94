//! What other programs and people are told about the settings: a JSON Schema of the project's file, and
//! a reference page. Both are made of the keys and of the rules' own metadata.

use super::SETTINGS_FILE;
use super::keys::{HINTS, KEYS, Key, Kind, LEVELS, PROFILES};
use lints::{RuleInfo, SettingInfo, SettingKind};
use serde_json::{Map, Value, json};

/// The JSON Schema (draft 7) of a project's settings file.
pub fn settings_schema() -> Value {
    let properties: Map<String, Value> = KEYS
        .iter()
        .filter(|key| key.in_file)
        .map(|key| (key.name.to_owned(), schema(key)))
        .collect();
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": SETTINGS_FILE,
        "description": "Settings of hyper-nixos-ls for a tree of NixOS modules.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "definitions": {
            "level": { "type": "string", "enum": LEVELS },
            "texts": { "type": "array", "items": { "type": "string", "minLength": 1 } },
        },
    });
    // Which order a map keeps depends on how the program was built.
    schema.sort_all_objects();
    schema
}

fn schema(key: &Key) -> Value {
    let mut schema = match key.kind {
        Kind::Profile => {
            let choices = PROFILES
                .map(|(name, description)| json!({ "const": name, "description": description }));
            json!({ "type": "string", "oneOf": choices })
        }
        Kind::Texts => json!({ "allOf": [{ "$ref": "#/definitions/texts" }] }),
        Kind::SomeTexts => json!({ "allOf": [{ "$ref": "#/definitions/texts" }], "minItems": 1 }),
        Kind::Rules => {
            let rules = lints::rules().iter().map(|rule| (rule.name.to_owned(), rule_schema(rule)));
            json!({
                "type": "object",
                "additionalProperties": false,
                "properties": rules.collect::<Map<_, _>>(),
            })
        }
        Kind::Hints => {
            let hints = HINTS.iter().map(|(name, description)| {
                ((*name).to_owned(), json!({ "type": "boolean", "description": description }))
            });
            json!({
                "type": "object",
                "additionalProperties": false,
                "properties": hints.collect::<Map<_, _>>(),
            })
        }
        Kind::Command => json!({
            "oneOf": [
                { "type": "string", "minLength": 1 },
                { "$ref": "#/definitions/texts" },
            ]
        }),
    };
    schema["description"] = plain(key.description).into();
    if let Some(default) = default_of(key) {
        schema["default"] = default;
    }
    schema
}

fn rule_schema(rule: &RuleInfo) -> Value {
    let level = json!({ "$ref": "#/definitions/level" });
    let mut properties = Map::new();
    properties.insert("level".to_owned(), level.clone());
    for setting in rule.settings {
        properties.insert(setting.name.to_owned(), setting_schema(setting));
    }
    json!({
        "description": format!("{}\n{}", plain(rule.summary), rule.url),
        "anyOf": [
            level,
            { "type": "object", "additionalProperties": false, "properties": properties },
        ],
        "default": rule.level.name(),
    })
}

pub(super) fn setting_schema(setting: &SettingInfo) -> Value {
    let mut schema = match setting.kind {
        SettingKind::Number(_) => json!({ "type": "integer", "minimum": 0 }),
        SettingKind::Texts(_) => json!({ "type": "array", "items": { "type": "string" } }),
        SettingKind::Table(_) => {
            json!({ "type": "object", "additionalProperties": { "type": "string" } })
        }
    };
    schema["description"] = plain(setting.description).into();
    schema["default"] = setting.kind.default_value();
    schema
}

/// Markdown's marks for code mean nothing in a tooltip of plain text.
pub(super) fn plain(markdown: &str) -> String {
    markdown.replace('`', "")
}

pub(super) fn default_of(key: &Key) -> Option<Value> {
    let table: toml::Table = format!("default = {}", key.default).parse().ok()?;
    serde_json::to_value(table.get("default")?).ok()
}

/// The reference of all settings, as Markdown.
pub fn settings_page() -> String {
    let mut page = format!(
        "# Settings\n\n\
         A tree's settings stand in `{SETTINGS_FILE}` at its root; every key may be left out. Editors \
         take the same keys in their section `hyper-nixos-ls`, and what is set there wins, key by key and \
         rule by rule. `hyper-nixos-ls check` reads the file alone.\n\n\
         A key that is unknown, a rule that does not exist and a value of the wrong type are told with \
         their place and the likely word. `check` does not start then (exit status 2); an editor shows \
         the message and uses the rest of the settings.\n\n\
         For editors that know about schemas there is one, [`hyper-nixos-ls.schema.json`]\
         (hyper-nixos-ls.schema.json): with Taplo or *Even Better TOML* the first line of the file may \
         name it, as in `#:schema path/to/hyper-nixos-ls.schema.json`.\n"
    );
    for key in &KEYS {
        page.push_str(&format!("\n## `{}`\n\n{}\n\n", key.name, key.description));
        page.push_str(&format!("- It is {}.\n", key.kind.describe()));
        if !key.default.is_empty() {
            page.push_str(&format!("- Default: `{}`\n", key.default));
        }
        if !key.in_file {
            page.push_str("- In an editor's settings only.\n");
        }
        match key.kind {
            Kind::Profile => {
                page.push('\n');
                for (name, description) in PROFILES {
                    page.push_str(&format!("- `\"{name}\"`: {description}\n"));
                }
            }
            Kind::Hints => {
                page.push('\n');
                for (name, description) in HINTS {
                    page.push_str(&format!("- `{name}`: {description}\n"));
                }
            }
            Kind::Rules => page.push_str(&rules()),
            Kind::Texts | Kind::SomeTexts | Kind::Command => {}
        }
    }
    page
}

fn rules() -> String {
    let levels: Vec<String> = LEVELS.iter().map(|level| format!("`\"{level}\"`")).collect();
    let mut text = format!(
        "\nA level is one of {}. [The rules](rules/README.md) have a page each, with their default \
         levels.\n\n\
         ```toml\n\
         [rules]\n\
         hardcoded-value = \"off\"\n\
         monolithic-options = {{ level = \"hint\", max-topics = 5 }}\n\
         ```\n\n\
         These rules have settings of their own:\n\n\
         | rule | setting | type | default | what it says |\n|---|---|---|---|---|\n",
        levels.join(", ")
    );
    for rule in lints::rules() {
        for setting in rule.settings {
            text.push_str(&format!(
                "| [`{rule}`](rules/{rule}.md) | `{}` | {} | `{}` | {} |\n",
                setting.name,
                setting.kind.describe(),
                setting.kind.default_value(),
                setting.description.replace('|', "\\|"),
                rule = rule.name,
            ));
        }
    }
    text
}
