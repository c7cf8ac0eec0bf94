//! The same settings as VS Code wants them declared: one schema a key, without references to a common part,
//! so that its settings page can show them.

use super::keys::{HINTS, KEYS, Key, Kind, LEVELS, PROFILES};
use super::schema::{default_of, plain, setting_schema};
use lints::RuleInfo;
use serde_json::{Map, Value, json};

/// Each key with its schema, in the order of the reference page.
pub fn editor_settings() -> Vec<(&'static str, Value)> {
    KEYS.iter().map(|key| (key.name, schema(key))).collect()
}

fn schema(key: &Key) -> Value {
    let texts = || json!({ "type": "array", "items": { "type": "string", "minLength": 1 } });
    let mut schema = match key.kind {
        Kind::Profile => json!({
            "type": "string",
            "enum": PROFILES.map(|(name, _)| name),
            "enumDescriptions": PROFILES.map(|(_, description)| description),
        }),
        Kind::Texts | Kind::Command => texts(),
        Kind::SomeTexts => {
            let mut schema = texts();
            schema["minItems"] = 1.into();
            schema
        }
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
    };
    let empty = || match key.kind {
        Kind::Rules => json!({}),
        _ => json!([]),
    };
    schema["default"] = default_of(key).unwrap_or_else(empty);
    schema["markdownDescription"] = key.description.into();
    // A program that is run is chosen for a machine; a project that is not trusted has no say.
    schema["scope"] = if key.in_file { "window" } else { "machine-overridable" }.into();
    schema.sort_all_objects();
    schema
}

fn rule_schema(rule: &RuleInfo) -> Value {
    let level = json!({ "type": "string", "enum": LEVELS });
    let mut properties = Map::new();
    properties.insert("level".to_owned(), level.clone());
    for setting in rule.settings {
        properties.insert(setting.name.to_owned(), setting_schema(setting));
    }
    let table =
        json!({ "type": "object", "additionalProperties": false, "properties": properties });
    let choices = if rule.settings.is_empty() { vec![level] } else { vec![level, table] };
    json!({ "description": plain(rule.summary), "anyOf": choices })
}
