use super::*;
use lints::{Level, Profile};
use serde_json::json;
use std::path::Path;

fn file(text: &str) -> Reading {
    Layer::from_toml(Path::new("hyper-nixos-ls.toml"), text)
}

/// The problems as a user reads them.
fn problems(reading: &Reading) -> Vec<String> {
    reading.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn every_key_of_a_file_is_understood() {
    let reading = file(
        r#"
profile = "nixos"
namespaces = ["hypervisor", "services.hyper"]
roots = ["configuration.nix"]
core = ["modules/core", "hypervisor.core"]
exclude = ["vendor/", "*.gen.nix"]
option-sources = ["../nixpkgs"]
inlay-hints = { types = true, closings = false }

[rules]
unguarded-config = "off"
monolithic-options = { level = "error", max-topics = 5 }
"#,
    );
    assert_eq!(problems(&reading), [""; 0]);
    let settings = Settings::new([reading.layer]);
    assert_eq!(settings.lints.profile, Profile::Nixos);
    assert_eq!(settings.lints.namespaces, ["hypervisor", "services.hyper"]);
    assert_eq!(settings.lints.core, ["modules/core", "hypervisor.core"]);
    assert_eq!(settings.lints.rules["unguarded-config"].level, Some(None));
    let rule = &settings.lints.rules["monolithic-options"];
    assert_eq!(rule.level, Some(Some(Level::Error)));
    assert_eq!(rule.values["max-topics"], json!(5));
    assert_eq!(settings.exclude, ["vendor/", "*.gen.nix"]);
    assert_eq!(settings.option_sources, Some(vec!["../nixpkgs".to_owned()]));
    assert_eq!(settings.inlay_hints, InlayHints { types: true, aliases: true, closings: false });

    let setup = settings.setup(FileId::new("/project"));
    assert_eq!(setup.roots, [FileId::new("/project/configuration.nix")]);
    assert_eq!(setup.namespaces, settings.lints.namespaces);
}

#[test]
fn what_nobody_sets_is_as_documented() {
    let settings = Settings::new([file("").layer]);
    assert_eq!(settings, Settings::default());
    assert_eq!(settings.lints.namespaces, ["hypervisor"]);
    assert_eq!(settings.lints.profile, Profile::Guide);
}

#[test]
fn slips_are_told_with_their_place_and_the_likely_word() {
    let reading =
        file("profle = \"guide\"\nprofile = \"nixso\"\n\n[rules]\nunguraded-config = 1\n");
    assert_eq!(
        problems(&reading),
        [
            "hyper-nixos-ls.toml:1:1: there is no setting `profle`; did you mean `profile`?",
            "hyper-nixos-ls.toml:2:11: `profile` cannot be `nixso`; did you mean `nixos`?",
            "hyper-nixos-ls.toml:5:1: there is no rule `unguraded-config`; \
             did you mean `unguarded-config`?",
        ]
    );
    assert_eq!(reading.problems[2].key, "rules.unguraded-config");
}

#[test]
fn strangers_are_told_what_there_is() {
    assert_eq!(
        problems(&file("telemetry = true\nrules.astrology = \"hint\"\nprofile = \"strict\"")),
        [
            "hyper-nixos-ls.toml:1:1: there is no setting `telemetry`; it can be `profile`, \
             `namespaces`, `rules`, `roots`, `core`, `exclude`, `option-sources` or `inlay-hints`",
            "hyper-nixos-ls.toml:2:7: there is no rule `astrology`; \
             `hyper-nixos-ls explain` lists them all",
            "hyper-nixos-ls.toml:3:11: `profile` cannot be `strict`; it is one of `guide` or `nixos`",
        ]
    );
}

#[test]
fn wrong_types_are_told_and_the_rest_still_holds() {
    let reading = file(
        "namespaces = \"hypervisor\"\nroots = [1]\nexclude = [\"[z-a]\"]\ncore = [\"x\", \"\"]\n\
         rules = { unused-binding = true, unguarded-config = { level = 3 } }\nprofile = \"nixos\"\n",
    );
    assert_eq!(
        problems(&reading),
        [
            "hyper-nixos-ls.toml:1:14: `namespaces` is a list of strings, not a string",
            "hyper-nixos-ls.toml:2:10: `roots` is a list of strings, not a number",
            "hyper-nixos-ls.toml:3:11: `[z-a]` is no pattern as in a .gitignore: \
             error parsing glob '[z-a]': invalid range; 'z' > 'a'",
            "hyper-nixos-ls.toml:4:14: `core` holds an empty string; remove it",
            "hyper-nixos-ls.toml:5:28: `rules.unused-binding` is a level or a table like \
             `{ level = \"hint\" }`, not true or false",
            "hyper-nixos-ls.toml:5:63: `rules.unguarded-config.level` is one of `off`, `hint`, \
             `information`, `warning` or `error`, not a number",
        ]
    );
    assert_eq!(reading.layer.profile, Some(Profile::Nixos));
    assert_eq!(reading.layer.namespaces, None);
}

#[test]
fn namespaces_name_something() {
    assert_eq!(problems(&file("namespaces = []")).len(), 1);
}

#[test]
fn broken_toml_is_told_with_its_place() {
    let reading = file("profile = \"nixos\"\nroots = [\"a\"\n");
    assert!(!reading.problems.is_empty());
    assert!(reading.problems.iter().all(|problem| problem.line.is_some()), "{reading:?}");
}

#[test]
fn columns_count_characters() {
    let reading = file("rules = { \"über\" = \"off\", x = \"off\" }");
    let columns: Vec<_> = reading.problems.iter().map(|problem| problem.column).collect();
    assert_eq!(columns, [Some(11), Some(27)]);
}

#[test]
fn a_formatter_is_refused_in_a_file_and_taken_from_an_editor() {
    let reading = file("formatter = \"nixfmt\"");
    assert_eq!(reading.problems.len(), 1);
    assert!(reading.problems[0].message.contains("belongs in your editor's settings"));
    assert_eq!(reading.layer.formatter, None);

    for (value, expected) in [
        (json!("nixfmt"), vec!["nixfmt"]),
        (json!(["nixfmt", "-s"]), vec!["nixfmt", "-s"]),
        (json!([]), vec![]),
    ] {
        let reading = Layer::from_editor(&json!({ "formatter": value }));
        assert_eq!(reading.problems, []);
        assert_eq!(Settings::new([reading.layer]).formatter.unwrap(), expected);
    }
}

#[test]
fn editors_may_wrap_the_section_or_not() {
    let bare = json!({ "profile": "nixos", "rules": { "unused-binding": "off" }, "roots": null });
    let expected = Layer::from_editor(&bare);
    assert_eq!(expected.problems, []);
    assert_eq!(expected.layer.profile, Some(Profile::Nixos));
    let wrapped = json!({ "hyper-nixos-ls": bare, "nil": { "formatting": {} } });
    assert_eq!(Layer::from_editor(&wrapped), expected);
    assert_eq!(Layer::from_editor(&json!(null)), Reading::default());
}

#[test]
fn an_editors_bad_key_leaves_the_good_ones() {
    let reading = Layer::from_editor(
        &json!({ "namespaces": ["a"], "profile": 7, "exlude": [], "rules": { "unused-binding": "of" } }),
    );
    assert_eq!(
        problems(&reading),
        [
            "the editor's settings: there is no setting `exlude`; did you mean `exclude`?",
            "the editor's settings: `profile` is one of `guide` or `nixos`, not a number",
            "the editor's settings: `rules.unused-binding` cannot be `of`; did you mean `off`?",
        ]
    );
    assert_eq!(reading.layer.namespaces.as_deref(), Some(&["a".to_owned()][..]));
    assert!(!Layer::from_editor(&json!([1])).problems.is_empty());
}

#[test]
fn the_editor_wins_over_the_file_key_by_key() {
    let project = file(
        "profile = \"nixos\"\nroots = [\"a.nix\"]\n\
         [rules]\nunused-binding = \"error\"\nmonolithic-options = { level = \"hint\", max-topics = 5 }",
    );
    let editor = Layer::from_editor(
        &json!({ "profile": "guide", "rules": { "monolithic-options": { "max-options": 9 } } }),
    );
    let settings = Settings::new([project.layer, editor.layer]);
    assert_eq!(settings.lints.profile, Profile::Guide);
    assert_eq!(settings.roots, ["a.nix"]);
    assert_eq!(settings.lints.rules["unused-binding"].level, Some(Some(Level::Error)));
    let rule = &settings.lints.rules["monolithic-options"];
    assert_eq!(rule.level, Some(Some(Level::Hint)));
    assert_eq!((&rule.values["max-topics"], &rule.values["max-options"]), (&json!(5), &json!(9)));
}

#[test]
fn a_rules_own_settings_are_checked_too() {
    let reading = file(
        "[rules]\nmonolithic-options = { max-topic = 5, max-options = \"many\" }\n\
         unguarded-config = { max-topics = 1, level = \"hint\" }\n\
         [rules.top-level-with]\nlvel = \"off\"\n",
    );
    assert_eq!(
        problems(&reading),
        [
            "hyper-nixos-ls.toml:2:24: `monolithic-options` has no setting `max-topic`; \
             did you mean `max-topics`?",
            "hyper-nixos-ls.toml:2:53: `rules.monolithic-options.max-options` is a whole number, \
             not a string",
            "hyper-nixos-ls.toml:3:22: `unguarded-config` has no setting `max-topics`; \
             it can be `level`",
            "hyper-nixos-ls.toml:5:1: `top-level-with` has no setting `lvel`; did you mean `level`?",
        ]
    );
    // The rest of the table still holds.
    assert_eq!(reading.layer.rules["unguarded-config"].level, Some(Some(Level::Hint)));
    assert!(reading.layer.rules["monolithic-options"].values.is_empty());
}

#[test]
fn every_key_that_is_documented_is_read_with_its_default() {
    for key in &keys::KEYS {
        let text = match key.default {
            "" => continue,
            default => format!("{} = {default}\n", key.name),
        };
        let reading = file(&text);
        assert_eq!(problems(&reading), [""; 0]);
        assert_ne!(reading.layer, Layer::default(), "{}", key.name);
        assert_eq!(Settings::new([reading.layer]), Settings::default(), "{}", key.name);
    }
    let editors = json!({ "rules": {}, "option-sources": [], "formatter": "x" });
    assert_eq!(Layer::from_editor(&editors).problems, []);
}

fn names(schema: &serde_json::Value) -> Vec<&str> {
    schema.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn the_schema_holds_the_keys_of_the_file_and_every_rule() {
    let schema = settings_schema();
    let properties = &schema["properties"];
    let mut keys = keys::names(true);
    keys.sort_unstable();
    assert_eq!(names(properties), keys);
    assert_eq!(properties["core"]["default"], json!(["modules/core"]));
    let rules = &properties["rules"]["properties"];
    assert_eq!(names(rules).len(), lints::rules().len());
    let table = &rules["monolithic-options"]["anyOf"][1];
    assert_eq!(names(&table["properties"]), ["level", "max-options", "max-topics"]);
    assert_eq!(table["properties"]["max-topics"]["default"], 3);
    assert_eq!(table["additionalProperties"], false);
}

#[test]
fn the_page_names_every_key_and_setting() {
    let page = settings_page();
    for key in &keys::KEYS {
        assert!(page.contains(&format!("\n## `{}`\n", key.name)), "{page}");
    }
    for rule in lints::rules() {
        for setting in rule.settings {
            let row = format!("| [`{0}`](rules/{0}.md) | `{1}` |", rule.name, setting.name);
            assert!(page.contains(&row), "{row}");
        }
    }
}

#[test]
fn the_schema_takes_what_the_reader_takes() {
    let validator = jsonschema::draft7::new(&settings_schema()).unwrap();
    let sample = include_str!("../../../../samples/hyper/hyper-nixos-ls.toml");
    let texts = [
        sample,
        "",
        "profile = \"nixos\"\nexclude = [\"a\"]\nnamespaces = [\"a.b\"]",
        "rules.unguarded-config = \"off\"",
        "rules.monolithic-options = { level = \"error\", max-topics = 5 }",
        // Slips and wrong types.
        "profle = \"nixos\"",
        "profile = \"nixso\"",
        "profile = 1",
        "namespaces = []",
        "namespaces = \"a\"",
        "core = [\"\"]",
        "roots = [1]",
        "formatter = \"x\"",
        "rules = 1",
        "rules.no-such-rule = \"off\"",
        "rules.unguarded-config = \"of\"",
        "rules.unguarded-config = true",
        "rules.unguarded-config = { max-topics = 1 }",
        "rules.monolithic-options = { max-topics = -1 }",
        "rules.monolithic-options = { max-topics = \"5\" }",
    ];
    for text in texts {
        let reading = file(text);
        let table: toml::Table = text.parse().unwrap();
        let valid = validator.is_valid(&serde_json::to_value(table).unwrap());
        assert_eq!(valid, reading.problems.is_empty(), "{text}: {:?}", problems(&reading));
    }
}
