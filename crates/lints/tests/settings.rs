//! What settings make of the rules.

use lints::{Level, Profile, RuleSetting, SettingKind, Settings, check_file, rule, rules};
use test_support::Fixture;

const MODULE: &str = "\
#- modules/web.nix
{ lib, ... }: { options.hypervisor.web.port = lib.mkOption { type = lib.types.port; }; }
#- modules/other.nix
{ config, ... }:
let port = config.hypervisor.web.port; in
{ a = port; a = 1; }
";

/// The rules that find something in the second file, with their levels.
fn found(settings: &Settings) -> Vec<(&'static str, Level)> {
    let fixture = Fixture::new(MODULE);
    let file = fixture.file("modules/other.nix");
    let findings = check_file(&fixture.snapshot(), settings, file);
    findings.into_iter().map(|finding| (finding.rule, finding.level)).collect()
}

fn with_level(rule: &str, level: Option<Level>) -> Settings {
    let mut settings = Settings::default();
    let setting = RuleSetting { level: Some(level), ..RuleSetting::default() };
    settings.rules.insert(rule.to_owned(), setting);
    settings
}

#[test]
fn findings_come_in_the_order_of_positions() {
    let expected = [
        ("top-level-config-access", Level::Warning),
        ("cross-module-dependency", Level::Warning),
        ("duplicate-attribute", Level::Error),
    ];
    assert_eq!(found(&Settings::default()), expected);
}

#[test]
fn the_nixos_profile_has_no_house_rules() {
    let settings = Settings { profile: Profile::Nixos, ..Settings::default() };
    assert_eq!(found(&settings), [("duplicate-attribute", Level::Error)]);
}

#[test]
fn a_level_replaces_the_profiles_own() {
    let quieter = found(&with_level("top-level-config-access", Some(Level::Hint)));
    assert!(quieter.contains(&("top-level-config-access", Level::Hint)));
    let off = found(&with_level("top-level-config-access", None));
    assert!(off.iter().all(|(rule, _)| *rule != "top-level-config-access"));
}

#[test]
fn core_is_what_the_settings_say() {
    for core in ["modules/web.nix", "modules", "hypervisor.web"] {
        let settings = Settings { core: vec![core.to_owned()], ..Settings::default() };
        let found = found(&settings);
        assert!(found.iter().all(|(rule, _)| *rule != "cross-module-dependency"), "core = {core}");
    }
}

#[test]
fn a_rule_reads_its_own_settings() {
    let fixture = Fixture::new(MODULE);
    let mut settings = Settings::default();
    let values = [("max-topics".to_owned(), 0.into())].into_iter().collect();
    let setting = RuleSetting { level: None, values };
    settings.rules.insert("monolithic-options".to_owned(), setting);
    let findings = check_file(&fixture.snapshot(), &settings, fixture.file("modules/web.nix"));
    let of_rule = findings.iter().filter(|finding| finding.rule == "monolithic-options");
    assert_eq!(of_rule.count(), 1);
}

#[test]
fn rules_are_found_by_name() {
    for info in rules() {
        let found = rule(info.name).map(|found| found.url.as_str());
        assert_eq!(found, Some(info.url.as_str()));
        assert!(info.page.starts_with(&format!("# {}\n", info.name)), "{}", info.page);
    }
    assert!(rule("no-such-rule").is_none());
}

#[test]
fn a_suppression_of_a_rule_that_is_off_is_not_reported() {
    let fixture = Fixture::new("{ a = 1; # hyper-nixos-ls: allow(unused-with)\n}\n");
    let of = |settings: &Settings| {
        let findings = check_file(&fixture.snapshot(), settings, fixture.files[0]);
        findings.iter().filter(|finding| finding.rule == "unused-suppression").count()
    };
    assert_eq!(of(&Settings::default()), 1);
    assert_eq!(of(&with_level("unused-with", None)), 0);
    // `hardcoded-value` is off in this profile.
    let fixture_of_house_rule =
        Fixture::new("{ a = 1; # hyper-nixos-ls: allow(hardcoded-value)\n}\n");
    let settings = Settings { profile: Profile::Nixos, ..Settings::default() };
    let file = fixture_of_house_rule.files[0];
    assert_eq!(check_file(&fixture_of_house_rule.snapshot(), &settings, file), []);
}

#[test]
fn the_rule_about_suppressions_is_asked_last() {
    let last = rules().last().map(|rule| rule.name);
    assert_eq!(last, Some("unused-suppression"));
}

#[test]
fn settings_of_rules_accept_what_they_are_declared_to_be() {
    for rule in rules() {
        for setting in rule.settings {
            let default = setting.kind.default_value();
            assert!(setting.kind.accepts(&default), "{}.{}", rule.name, setting.name);
            assert!(!setting.kind.accepts(&serde_json::Value::Bool(true)));
            let mention = format!("- `{}` ({},", setting.name, setting.kind.describe());
            assert!(rule.page.contains(&mention), "{}", rule.page);
        }
    }
    let accepts = |kind: SettingKind, value: serde_json::Value| kind.accepts(&value);
    assert!(!accepts(SettingKind::Number(0), (-1).into()));
    assert!(!accepts(SettingKind::Texts(&[]), vec![1].into()));
    assert!(accepts(SettingKind::Table(&[]), serde_json::json!({ "a": "b" })));
    assert!(!accepts(SettingKind::Table(&[]), serde_json::json!({ "a": 1 })));
}

#[test]
fn the_settings_may_say_what_was_renamed() {
    let fixture = Fixture::new(
        "{ config, lib, ... }: {\n  options.hypervisor.web.port = lib.mkOption { };\n  \
         config.a = config.hypervisor.web.prt;\n  config.hypervisor.web.prt = 1;\n}\n",
    );
    let mut settings = Settings::default();
    let renamed = serde_json::json!({ "hypervisor.web.prt": "hypervisor.web.port" });
    let values = [("renamed".to_owned(), renamed)].into_iter().collect();
    settings.rules.insert("renamed-option".to_owned(), RuleSetting { level: None, values });
    let file = fixture.file("module.nix");
    let findings = check_file(&fixture.snapshot(), &settings, file);
    let renamed: Vec<_> =
        findings.into_iter().filter(|finding| finding.rule == "renamed-option").collect();
    let written: Vec<&str> =
        renamed.iter().map(|finding| finding.fixes[0].edits[0].edit.new_text.as_str()).collect();
    assert_eq!(written, ["hypervisor.web.port", "config.hypervisor.web.port"]);
    assert!(renamed.iter().all(|finding| finding.level == Level::Warning));
}
