//! What the fixes leave behind.

use lints::{Settings, check_file};
use syntax::{TextEdit, apply_edits};
use test_support::Fixture;

/// The module after the first fix that `rule` offers; `None` if it offers none.
fn fixed(rule: &str, text: &str) -> Option<String> {
    let fixture = Fixture::new(text);
    let file = fixture.file("module.nix");
    let findings = check_file(&fixture.snapshot(), &Settings::default(), file);
    let mut of_rule = findings.into_iter().filter(|finding| finding.rule == rule).peekable();
    assert!(of_rule.peek().is_some(), "{rule} finds nothing");
    let fix = of_rule.find_map(|finding| finding.fix)?;
    let edits: Vec<TextEdit> = fix.edits.into_iter().map(|edit| edit.edit).collect();
    Some(apply_edits(text, &edits).expect("the edits do not overlap"))
}

#[track_caller]
fn inlines(before: &str, after: &str) {
    assert_eq!(fixed("top-level-config-access", before).as_deref(), Some(after));
}

#[test]
fn an_alias_is_written_out_wherever_it_is_used() {
    inlines(
        r#"{ config, lib, ... }:
let
  cfg = config.hypervisor.web;
  text = "port";
in
{
  config = lib.mkIf (cfg.enable or false) {
    inherit (cfg) a b;
    c = with cfg; [ port ];
    d = f cfg "${toString cfg.port}";
  };
}
"#,
        r#"{ config, lib, ... }:
let
  text = "port";
in
{
  config = lib.mkIf (config.hypervisor.web.enable or false) {
    inherit (config.hypervisor.web) a b;
    c = with config.hypervisor.web; [ port ];
    d = f config.hypervisor.web "${toString config.hypervisor.web.port}";
  };
}
"#,
    );
}

#[test]
fn the_last_binding_takes_its_let_along() {
    inlines(
        "{ config, ... }:\nlet\n  cfg = config.hypervisor.web;\nin\n{\n  a = cfg.x;\n}\n",
        "{ config, ... }:\n{\n  a = config.hypervisor.web.x;\n}\n",
    );
    inlines(
        "{ config, ... }: let cfg = config.hypervisor.web; in { a = cfg.x; }\n",
        "{ config, ... }: { a = config.hypervisor.web.x; }\n",
    );
}

#[test]
fn comments_stay() {
    inlines(
        "{ config, ... }:\nlet\n  # What users set.\n  cfg = config.a;\nin\n{ a = cfg.x; }\n",
        "{ config, ... }:\n# What users set.\n{ a = config.a.x; }\n",
    );
    inlines(
        "{ config, ... }:\nlet\n  cfg = config.a; # set by users\nin\n{ a = cfg.x; }\n",
        "{ config, ... }:\n# set by users\n{ a = config.a.x; }\n",
    );
}

#[test]
fn nothing_is_offered_where_the_meaning_could_change() {
    let cases = [
        // The path is no name that could be inherited.
        "{ config, ... }: let cfg = config.a; in { inherit cfg; }",
        // Another `config` is in between.
        "{ config, ... }: let cfg = config.a; in { f = { config, ... }: cfg.x; }",
        "{ config, ... }: let cfg = config.a; in { f = let config = 1; in cfg.x; }",
        // Not a plain path.
        "{ config, ... }: let cfg = config.a or { }; in { a = cfg.x; }",
        "{ config, ... }: let inherit (config) a; in { b = a.x; }",
    ];
    for text in cases {
        assert_eq!(fixed("top-level-config-access", text), None, "{text}");
    }
}

#[test]
fn a_misspelt_name_is_replaced_alone() {
    let module = |name: &str| {
        format!(
            "{{ config, lib, ... }}: {{\n  options.hypervisor.web.port = lib.mkOption {{ }};\n  \
             config.a = config.hypervisor.{name}.port;\n}}\n"
        )
    };
    assert_eq!(fixed("undeclared-option", &module("wbe")), Some(module("web")));
    assert_eq!(fixed("undeclared-option", &module("other")), None);
}
