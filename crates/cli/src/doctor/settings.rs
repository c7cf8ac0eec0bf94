//! Which settings hold, and where each comes from.

use super::report::{Problem, Setting};
use crate::args::TreeArgs;
use crate::engine::{self, SettingsFile};
use lints::Profile;
use serde_json::{Value, json};
use std::path::Path;
use workspace::{Layer, Settings};

pub struct Layers {
    /// Of the file, if there is one.
    pub path: Option<String>,
    pub file: Layer,
    pub command_line: Layer,
}

pub fn layers(args: &TreeArgs, root: &Path, problems: &mut Vec<Problem>) -> Layers {
    let remedy = "mend the line; docs/settings.md lists all keys";
    let (path, file) = match SettingsFile::read(args, root) {
        Ok(None) => (None, Layer::default()),
        Ok(Some(SettingsFile { path, reading })) => {
            let wrong = reading.problems.iter().map(|it| Problem::new(it.to_string(), remedy));
            problems.extend(wrong);
            (Some(path.display().to_string()), reading.layer)
        }
        Err(error) => {
            problems
                .push(Problem::new(format!("{error:#}"), "make the file readable, or remove it"));
            (None, Layer::default())
        }
    };
    Layers { path, file, command_line: engine::command_line(args) }
}

pub fn keys(layers: &Layers, merged: &Settings) -> Vec<Setting> {
    let from = |is_set: fn(&Layer) -> bool| {
        let file = layers.path.as_deref().unwrap_or(workspace::SETTINGS_FILE);
        match (is_set(&layers.command_line), is_set(&layers.file)) {
            (true, _) => "the command line".to_owned(),
            (false, true) => file.to_owned(),
            (false, false) => "default".to_owned(),
        }
    };
    let key = |key, value, is_set| Setting { key, value, from: from(is_set) };
    let profile = match merged.lints.profile {
        Profile::Guide => "guide",
        Profile::Nixos => "nixos",
    };
    let mut rules: Vec<&String> = merged.lints.rules.keys().collect();
    rules.sort();
    let sources = merged.option_sources.as_ref();
    let hints = merged.inlay_hints;
    let hints =
        json!({ "types": hints.types, "aliases": hints.aliases, "closings": hints.closings });
    vec![
        key("profile", json!(profile), |it| it.profile.is_some()),
        key("namespaces", json!(merged.lints.namespaces), |it| it.namespaces.is_some()),
        key("rules", json!(rules), |it| !it.rules.is_empty()),
        key("roots", json!(merged.roots), |it| it.roots.is_some()),
        key("core", json!(merged.lints.core), |it| it.core.is_some()),
        key("exclude", json!(merged.exclude), |it| it.exclude.is_some()),
        key("option-sources", sources.map_or(Value::Null, |it| json!(it)), |it| {
            it.option_sources.is_some()
        }),
        key("inlay-hints", hints, |it| it.inlay_hints != workspace::HintLayer::default()),
    ]
}
