//! What the fixes make of whole modules: switches, declarations in other files, definitions that wait for
//! their option.

use lints::{Diagnostic, Settings, check_file};
use syntax::{TextEdit, apply_edits};
use test_support::Fixture;

/// The first finding of `rule` in `module.nix`.
fn finding(fixture: &Fixture, rule: &str) -> Diagnostic {
    let findings =
        check_file(&fixture.snapshot(), &Settings::default(), fixture.file("module.nix"));
    findings.into_iter().find(|finding| finding.rule == rule).expect("there is a finding")
}

/// What the first fix of that finding makes of `path`; `None` if there is no fix.
fn fixed(fixture: &Fixture, rule: &str, path: &str) -> Option<String> {
    let fix = finding(fixture, rule).fixes.into_iter().next()?;
    let file = fixture.file(path);
    let own = fix.edits.into_iter().filter(|edit| edit.file == file);
    let edits: Vec<TextEdit> = own.map(|edit| edit.edit).collect();
    Some(apply_edits(&fixture.text(file), &edits).expect("the edits do not overlap"))
}

#[track_caller]
fn fixes(rule: &str, before: &str, after: Option<&str>) {
    let fixture = Fixture::new(&format!("#- module.nix\n{before}"));
    assert_eq!(fixed(&fixture, rule, "module.nix").as_deref(), after);
}

#[test]
fn what_defines_the_switch_is_kept_out_of_its_guard() {
    fixes(
        "unguarded-config",
        r#"{ config, lib, ... }:
{
  options.hypervisor.web.enable = lib.mkEnableOption "web";
  config = {
    services.nginx.enable = true;
    hypervisor.web.enable = lib.mkDefault true;
    networking.firewall.allowedTCPPorts = [ 80 ];
  };
}
"#,
        Some(
            r#"{ config, lib, ... }:
{
  options.hypervisor.web.enable = lib.mkEnableOption "web";
  config = lib.mkMerge [
    {
      hypervisor.web.enable = lib.mkDefault true;
    }
    (lib.mkIf config.hypervisor.web.enable {
    services.nginx.enable = true;
    networking.firewall.allowedTCPPorts = [ 80 ];
  })
  ];
}
"#,
        ),
    );
}

#[test]
fn what_the_default_of_the_switch_reads_is_kept_out_of_its_guard_too() {
    fixes(
        "unguarded-config",
        r#"{ config, lib, ... }:
{
  options.hypervisor.web.enable = lib.mkOption { type = lib.types.bool; default = config.a.b; };
  config = { a.b = true; c = 1; };
}
"#,
        Some(
            r#"{ config, lib, ... }:
{
  options.hypervisor.web.enable = lib.mkOption { type = lib.types.bool; default = config.a.b; };
  config = lib.mkMerge [
    {
      a.b = true;
    }
    (lib.mkIf config.hypervisor.web.enable { c = 1; })
  ];
}
"#,
        ),
    );
    // Nothing is left to guard, or nobody knows what is defined.
    for config in
        ["{ hypervisor.web.enable = true; }", "{ hypervisor.web.enable = true; ${x} = 1; }"]
    {
        fixes(
            "unguarded-config",
            &format!(
                "{{ config, lib, x, ... }}: {{ options.hypervisor.web.enable = lib.mkEnableOption \"web\"; config = \
                 {config}; }}"
            ),
            None,
        );
    }
}

#[test]
fn a_new_switch_stands_before_the_conditions_that_there_are() {
    let module = |enable: &str, config: &str| {
        format!(
            "{{ config, lib, ... }}:\n{{\n  options.hypervisor.web = {{\n{enable}    debug = lib.mkOption {{ }};\n  \
             }};\n  config = {config};\n}}\n"
        )
    };
    let enable = "    enable = lib.mkEnableOption \"web\";\n";
    let cases = [
        (
            "lib.mkIf config.hypervisor.web.debug { a = 1; }",
            "lib.mkIf (config.hypervisor.web.enable && config.hypervisor.web.debug) { a = 1; }",
        ),
        (
            "lib.mkIf (config.a == 1) { a = 1; }",
            "lib.mkIf (config.hypervisor.web.enable && (config.a == 1)) { a = 1; }",
        ),
        (
            "lib.mkMerge [ (lib.mkIf config.hypervisor.web.debug { a = 1; }) ]",
            "lib.mkIf config.hypervisor.web.enable (lib.mkMerge [ (lib.mkIf config.hypervisor.web.debug { a = 1; }) \
             ])",
        ),
        // The switch cannot depend on itself.
        (
            "lib.mkIf config.x { hypervisor.web.enable = true; }",
            "lib.mkIf config.x { hypervisor.web.enable = true; }",
        ),
    ];
    for (before, after) in cases {
        let after = module(enable, after);
        fixes("missing-enable-option", &module("", before), Some(&after));
    }
}

#[test]
fn an_option_is_declared_where_its_group_is() {
    let fixture = Fixture::new(
        r#"
#- module.nix
{ config, ... }: { config.hypervisor.web.title = "x"; }
#- options.nix
{ lib, ... }:
{
  options.hypervisor.web = {
    port = lib.mkOption { };
  };
}
"#,
    );
    let fix = &finding(&fixture, "undeclared-option").fixes[0];
    assert_eq!(fix.title, "Declare `hypervisor.web.title` as `lib.types.str` in options.nix");
    assert_eq!(
        fixed(&fixture, "undeclared-option", "options.nix").as_deref(),
        Some(
            r#"{ lib, ... }:
{
  options.hypervisor.web = {
    port = lib.mkOption { };
    title = lib.mkOption {
      type = lib.types.str;
      description = "Title.";
    };
  };
}
"#
        )
    );
}

#[test]
fn of_several_files_that_declare_a_group_the_author_chooses() {
    let fixture = Fixture::new(
        r#"
#- module.nix
{ config, ... }: { config.hypervisor.web.title = "x"; }
#- a.nix
{ lib, ... }: { options.hypervisor.web.port = lib.mkOption { }; }
#- b.nix
{ lib, ... }: { options.hypervisor.web.name = lib.mkOption { }; }
"#,
    );
    assert_eq!(finding(&fixture, "undeclared-option").fixes, []);
}

#[test]
fn a_switch_is_declared_where_its_group_is() {
    let fixture = Fixture::new(
        r#"
#- module.nix
{ config, lib, ... }:
let
  cfg = config.hypervisor.web;
in
{ config = lib.mkIf cfg.enable { a = 1; }; }
#- options.nix
{ lib, ... }: { options.hypervisor.web.port = lib.mkOption { }; }
"#,
    );
    assert_eq!(
        fixed(&fixture, "missing-enable-guard", "options.nix").as_deref(),
        Some(
            "{ lib, ... }: { options.hypervisor.web.enable = lib.mkEnableOption \"web\"; \
             options.hypervisor.web.port = lib.mkOption { }; }\n"
        )
    );
}

#[test]
fn several_definitions_wait_for_their_option_together() {
    let fixture = Fixture::new(
        r#"
#- options.json
{ "services.openssh.enable": { "type": "boolean" } }
#- module.nix
{ lib, options, ... }:
{
  config = {
    services.auditd.enable = true;
    services.openssh.enable = true;
    services.auditd.rules = [ ];
  };
}
"#,
    );
    assert_eq!(
        fixed(&fixture, "unknown-nixos-option", "module.nix").as_deref(),
        Some(
            r#"{ lib, options, ... }:
{
  config = lib.mkMerge [ {
    services.openssh.enable = true;
  } (lib.optionalAttrs (options ? services.auditd) { services.auditd.enable = true; services.auditd.rules = [ ]; }) ];
}
"#
        )
    );
}

#[test]
fn an_argument_that_nobody_gives_is_bound_to_its_default() {
    let fixture = Fixture::new(
        r#"
#- configuration.nix
{ imports = [ ./module.nix ]; }
#- module.nix
{ lib, tag ? "x", ... }:
{
  networking.hostName = tag;
}
"#,
    );
    assert_eq!(
        fixed(&fixture, "module-arguments", "module.nix").as_deref(),
        Some(
            r#"{ lib, ... }:
let
  tag = "x";
in
{
  networking.hostName = tag;
}
"#
        )
    );
}

#[test]
fn a_dotted_name_is_merged_with_a_conditional_set() {
    let module = |config: &str| format!("{{ config, lib, ... }}:\n{{\n{config}}}\n");
    fixes(
        "duplicate-attribute",
        &module(
            "  services.web = lib.mkIf config.a { port = 1; };\n  services.web.name = \"x\";\n",
        ),
        Some(&module(
            "  services.web = lib.mkMerge [ (lib.mkIf config.a { port = 1; }) { name = \"x\"; } ];\n",
        )),
    );
    fixes(
        "duplicate-attribute",
        &module(
            "  services.web.name = \"x\";\n  services.web = lib.mkIf config.a { port = 1; };\n",
        ),
        Some(&module(
            "  services.web = lib.mkMerge [ { name = \"x\"; } (lib.mkIf config.a { port = 1; }) ];\n",
        )),
    );
}

#[test]
fn a_parameter_of_the_shell_is_left_to_it() {
    fixes(
        "invalid-interpolation",
        "{ pkgs, ... }: { a = pkgs.writeShellScript \"a\" ''\n  echo ${1}\n''; }\n",
        Some("{ pkgs, ... }: { a = pkgs.writeShellScript \"a\" ''\n  echo ''${1}\n''; }\n"),
    );
}

#[test]
fn lists_in_imports_are_joined() {
    let module = |imports: &str| format!("{{ lib, small, ... }}: {{ imports = {imports}; }}\n");
    let cases = [
        ("[ ./a.nix [ ./b.nix ] ]", "[ ./a.nix  ./b.nix  ]"),
        (
            "[ ./a.nix (lib.optional small ./b.nix) ./c.nix ]",
            "[ ./a.nix ./c.nix ] ++ lib.optional small ./b.nix",
        ),
        ("[ (lib.mkMerge [ { } ]) ]", "[ { config = (lib.mkMerge [ { } ]); } ]"),
    ];
    for (before, after) in cases {
        fixes("invalid-import", &module(before), Some(&module(after)));
    }
}

#[test]
fn what_asks_for_its_own_option_asks_above_the_name() {
    fixes(
        "existence-guard",
        "{ config, lib, options, ... }:\n{\n  config = {\n    a = 1;\n    services.pipewire = lib.mkIf \
         (config.services ? pipewire) { enable = true; };\n  };\n}\n",
        Some(
            "{ config, lib, options, ... }:\n{\n  config = lib.mkMerge [ {\n    a = 1;\n  } (lib.optionalAttrs \
             (options ? services.pipewire) { services.pipewire = lib.mkIf (config.services ? pipewire) { enable = \
             true; }; }) ];\n}\n",
        ),
    );
}
