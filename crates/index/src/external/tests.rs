use super::*;
use expect_test::{Expect, expect};

fn option(path: &str, words: &str, types: &mut TypeTable) -> ExternalOption {
    ExternalOption {
        path: OptionPath::parse(path),
        origin: "nixpkgs".into(),
        ty: Some(types.get(words)),
        default: None,
        example: None,
        description: None,
        declared_at: Box::default(),
        read_only: false,
        internal: false,
        deprecated: false,
    }
}

fn options() -> ExternalOptions {
    let mut types = TypeTable::default();
    let listed = [
        ("services.nginx.enable", "boolean"),
        ("services.nginx.virtualHosts", "attribute set of (submodule)"),
        ("services.nginx.virtualHosts.<name>.root", "null or absolute path"),
        ("services.nginx.virtualHosts.<name>.locations", "attribute set of (submodule)"),
        ("services.nginx.virtualHosts.<name>.locations.<name>.proxyPass", "null or string"),
        ("services.grafana.settings", "open submodule of attribute set of string"),
        ("services.grafana.settings.server.port", "signed integer"),
        ("services.odd.settings", "something else"),
        ("environment.variables", "attribute set of string"),
        ("boot.loader.entries", "list of (submodule)"),
        ("boot.loader.entries.*.title", "string"),
        ("hardware.made.known", "boolean"),
    ];
    let options = listed.map(|(path, words)| option(path, words, &mut types));
    ExternalOptions::new(options.into(), vec![OptionPath::parse("hardware.made")])
}

#[track_caller]
fn check(paths: &[&str], expected: Expect) {
    let options = options();
    let mut shown = String::new();
    for path in paths {
        let meaning = options.resolve(&OptionPath::parse(path));
        shown.push_str(&format!("{path}: {meaning:?}\n"));
    }
    expected.assert_eq(&shown);
}

#[test]
fn what_written_paths_mean() {
    check(
        &[
            "services",
            "services.nginx.enable",
            "services.nginx.enabel",
            "services.auditd.enable",
            "services.nginx.virtualHosts.example",
            "services.nginx.virtualHosts.example.root",
            "services.nginx.virtualHosts.example.rout",
            "services.nginx.virtualHosts.example.locations./.proxyPass",
            "services.nginx.virtualHosts.${…}.root",
            "boot.loader.entries.*.title",
            "boot.loader.entries.*.titel",
            "services.${…}.enable",
        ],
        expect![[r#"
            services: Group(services)
            services.nginx.enable: Option(services.nginx.enable)
            services.nginx.enabel: Undeclared { known: services.nginx, missing: "enabel" }
            services.auditd.enable: Undeclared { known: services, missing: "auditd" }
            services.nginx.virtualHosts.example: Group(services.nginx.virtualHosts.<name>)
            services.nginx.virtualHosts.example.root: Option(services.nginx.virtualHosts.<name>.root)
            services.nginx.virtualHosts.example.rout: Undeclared { known: services.nginx.virtualHosts.<name>, missing: "rout" }
            services.nginx.virtualHosts.example.locations./.proxyPass: Option(services.nginx.virtualHosts.<name>.locations.<name>.proxyPass)
            services.nginx.virtualHosts.${…}.root: Option(services.nginx.virtualHosts.<name>.root)
            boot.loader.entries.*.title: Option(boot.loader.entries.*.title)
            boot.loader.entries.*.titel: Undeclared { known: boot.loader.entries.*, missing: "titel" }
            services.${…}.enable: Unknown
        "#]],
    );
}

#[test]
fn types_that_allow_any_member_end_the_check() {
    check(
        &[
            "environment.variables.EDITOR",
            "services.grafana.settings.server.port",
            "services.grafana.settings.server.domain",
            "services.grafana.settings.log.level",
            "services.odd.settings.whatever.there.is",
            "hardware.made.up",
            "hardware.real",
        ],
        expect![[r#"
            environment.variables.EDITOR: Inside { option: environment.variables, rest: EDITOR }
            services.grafana.settings.server.port: Option(services.grafana.settings.server.port)
            services.grafana.settings.server.domain: Inside { option: services.grafana.settings, rest: domain }
            services.grafana.settings.log.level: Inside { option: services.grafana.settings, rest: log.level }
            services.odd.settings.whatever.there.is: Inside { option: services.odd.settings, rest: whatever.there.is }
            hardware.made.up: Unknown
            hardware.real: Undeclared { known: hardware, missing: "real" }
        "#]],
    );
}

#[test]
fn children_are_sorted_and_say_whether_they_are_options() {
    let options = options();
    let children = |path: &str| {
        let children = options.children(&OptionPath::parse(path));
        let shown =
            |child: Child| format!("{}{}", child.name, if child.is_option { "" } else { "." });
        children.into_iter().map(shown).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(children(""), "boot. environment. hardware. services.");
    assert_eq!(children("services"), "grafana. nginx. odd.");
    assert_eq!(children("services.nginx"), "enable virtualHosts");
    assert_eq!(children("services.nginx.virtualHosts.<name>"), "locations root");
    assert_eq!(children("services.nginx.enable"), "");
    assert_eq!(children("nothing"), "");
}

#[test]
fn the_first_source_of_an_option_counts() {
    let mut types = TypeTable::default();
    let first = option("a.b", "boolean", &mut types);
    let second = option("a.b", "string", &mut types);
    let options = ExternalOptions::new(vec![first.clone(), second], Vec::new());
    assert_eq!(options.len(), 1);
    assert_eq!(options.option(&first.path), Some(&first));
}
