//! What an option depends on, and what depends on it.

use expect_test::{Expect, expect};
use index::{Snapshot, Step};
use module::OptionPath;
use std::fmt::Write;
use test_support::Fixture;

const TREE: &str = r#"
#- configuration.nix
{ imports = [ ./options.nix ./web.nix ]; }
#- options.nix
{ config, lib, ... }:
let
  cfg = config.hypervisor.web;
in
{
  options.hypervisor.web.enable = lib.mkEnableOption "the dashboard";
  options.hypervisor.web.port = lib.mkOption {
    type = lib.types.port;
    default = if cfg.enable then cfg.fallback else 80;
  };
  options.hypervisor.web.fallback = lib.mkOption { type = lib.types.port; default = 81; };
  options.hypervisor.web.ports = lib.mkOption { type = lib.types.listOf lib.types.port; };
}
#- web.nix
{ config, lib, ... }:
{
  config = lib.mkIf config.hypervisor.web.enable {
    hypervisor.web.ports = [ config.hypervisor.web.port ];
  };
}
"#;

#[track_caller]
fn check(ask: impl Fn(&Snapshot) -> Vec<Step>, expected: Expect) {
    let fixture = Fixture::new(TREE);
    let mut out = String::new();
    for step in ask(&fixture.snapshot()) {
        let perhaps = if step.certain { "" } else { " perhaps" };
        let text = &fixture.text(step.at.file)[step.at.text_range()];
        let _ = writeln!(
            out,
            "{:?} {} needs{perhaps} {} ({:?}), for `{text}` in {}",
            step.by.kind,
            step.by.path,
            step.reads(),
            step.way,
            step.module.name(),
        );
    }
    expected.assert_eq(&out);
}

#[test]
fn a_default_depends_on_its_condition_and_perhaps_on_its_branches() {
    let path = OptionPath::parse("hypervisor.web.port");
    check(
        |snapshot| snapshot.dependencies(&path),
        expect![[r#"
        Value hypervisor.web.port needs hypervisor.web.enable (Declaration), for `cfg.enable` in options.nix
        Value hypervisor.web.port needs perhaps hypervisor.web.fallback (Declaration), for `cfg.fallback` in options.nix
    "#]],
    );
}

#[test]
fn a_definition_depends_on_the_conditions_around_it() {
    let path = OptionPath::parse("hypervisor.web.ports");
    check(
        |snapshot| snapshot.dependencies(&path),
        expect![[r#"
        Value hypervisor.web.ports needs hypervisor.web.enable (Condition), for `config.hypervisor.web.enable` in web.nix
        Value hypervisor.web.ports needs perhaps hypervisor.web.port (Definition), for `config.hypervisor.web.port` in web.nix
    "#]],
    );
}

#[test]
fn those_that_need_an_option() {
    let path = OptionPath::parse("hypervisor.web.enable");
    check(
        |snapshot| snapshot.dependants(&path),
        expect![[r#"
        Value hypervisor.web.port needs hypervisor.web.enable (Declaration), for `cfg.enable` in options.nix
        Value hypervisor.web.ports needs hypervisor.web.enable (Condition), for `config.hypervisor.web.enable` in web.nix
    "#]],
    );
}

#[test]
fn nothing_is_said_of_paths_without_end() {
    let names = |count: usize| vec!["a"; count].join(".");
    let needs = |count: usize| {
        let text = format!("{{ config, ... }}: {{ x = config.{}; }}", names(count));
        let snapshot = Fixture::new(&format!("#- configuration.nix\n{text}\n")).snapshot();
        snapshot.dependencies(&OptionPath::parse("x")).len()
            + snapshot.dependants(&OptionPath::parse(&names(count))).len()
    };
    assert_eq!(needs(200), 3);
    // The one that asks is known, and not what it asks for.
    assert_eq!(needs(20_000), 1);
}
