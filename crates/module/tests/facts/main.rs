//! What a module is read to say, shown line by line.

mod folders;
mod library;
mod migrations;
mod submodules;
mod types;
mod uses;

use expect_test::{Expect, expect};
use module::Facts;
use module::demands::Ask;
use module::facts::*;
use std::fmt::Write;
use test_support::Fixture;

/// Reads the fixture's first file and shows its facts: one line each, in the order of positions.
#[track_caller]
fn check(fixture: &str, expected: Expect) {
    let fixture = Fixture::new(fixture);
    let snapshot = fixture.snapshot();
    let data = snapshot.file(fixture.files[0]).expect("the fixture's first file");
    let shown = match data.module() {
        Some(facts) => show(facts, |at| snapshot.source(at).unwrap_or("").to_owned()),
        None => format!("{:?}\n", data.kind),
    };
    expected.assert_eq(&shown);
}

fn show(facts: &Facts, source: impl Fn(module::Location) -> String) -> String {
    let mut out = String::new();
    for import in &facts.imports {
        let target = match import.target {
            ImportTarget::Path(path) => path.path().to_owned(),
            ImportTarget::Inline => "inline".to_owned(),
            ImportTarget::External => "nixpkgs".to_owned(),
            ImportTarget::Unknown => "unknown".to_owned(),
        };
        let perhaps = if import.conditional { " perhaps" } else { "" };
        let _ = writeln!(out, "imports {target}{perhaps}");
    }
    for declared in &facts.declarations {
        let ty = declared.ty.description().unwrap_or("?".to_owned());
        let _ = write!(out, "declares {}: {ty}", declared.path);
        if let Some(default) = &declared.default {
            let _ = write!(out, " = {}", source(default.at));
        }
        if let Some(text) = &declared.description {
            let _ = write!(out, " ({})", text.trim());
        }
        let _ = writeln!(out);
    }
    for defined in facts.definitions.iter().filter(|defined| !defined.is_group) {
        let _ = write!(out, "defines {} = {:?}", defined.path, defined.known);
        if defined.priority != Some(100) {
            let _ = write!(out, " at {:?}", defined.priority);
        }
        let _ = write!(out, "{}", conditions(facts, defined.condition, &source));
        let _ = writeln!(out);
    }
    for read in &facts.reads {
        let of = match read.of {
            ReadOf::Config => "",
            ReadOf::Options => " of options",
        };
        let kind = match read.kind {
            ReadKind::Plain => "",
            ReadKind::OrDefault => " or default",
            ReadKind::Probe => " probed",
        };
        let _ = write!(out, "reads{of} {}{kind} by {}", read.path, source(read.at));
        let _ = writeln!(out, "{}", conditions(facts, read.condition, &source));
    }
    for alias in &facts.aliases {
        let _ = writeln!(out, "alias {} = {}", alias.name, alias.path);
    }
    for asking in &facts.demands.askings {
        let mut asks = |asks: &[Ask], words: &str| {
            for ask in asks {
                let perhaps = if asking.certain && ask.certain { "" } else { " perhaps" };
                let priority =
                    asking.priority.map(|level| format!(" @{level}")).unwrap_or_default();
                let (by, path, at) = (asking.by, &asking.path, source(ask.at));
                let what = ask.reads.path();
                let _ =
                    writeln!(out, "{by:?} {path}{priority}{words} needs{perhaps} {what} at {at}");
            }
        };
        asks(&asking.asks, "");
        asks(&asking.elements, " (elements)");
        for guard in facts.demands.guards(asking) {
            asks(&guard.asks, " (mkIf)");
        }
    }
    if facts.unknown != Unknown::default() {
        let _ = writeln!(out, "{:?}", facts.unknown);
    }
    out
}

fn conditions(
    facts: &Facts,
    innermost: Option<ConditionId>,
    source: &impl Fn(module::Location) -> String,
) -> String {
    let mut out = String::new();
    let mut condition = innermost;
    while let Some(id) = condition {
        let here = &facts.conditions[id.0 as usize];
        let word = match here.kind {
            ConditionKind::MkIf => "mkIf",
            ConditionKind::Shape { negated: false } => "if",
            ConditionKind::Shape { negated: true } => "unless",
            ConditionKind::Guard => "guarded by",
        };
        let _ = write!(out, " {word} {}", source(here.at));
        condition = here.outer;
    }
    out
}

#[test]
fn options_nested_dotted_and_mixed() {
    check(
        r#"
{ lib, ... }:
{
  options.hypervisor.web.port = lib.mkOption { type = lib.types.port; default = 8080; description = "Port."; };
  options.hypervisor = {
    web.enable = lib.mkEnableOption "the dashboard";
    backup = {
      paths = lib.mkOption { type = with lib.types; listOf path; };
      "every hour" = lib.mkOption { type = lib.types.nullOr lib.types.int; };
    };
  };
}
"#,
        expect![[r#"
            declares hypervisor.web.port: 16 bit unsigned integer; between 0 and 65535 (both inclusive) = 8080 (Port.)
            declares hypervisor.web.enable: boolean (Whether to enable the dashboard.)
            declares hypervisor.backup.paths: list of absolute path
            declares hypervisor.backup."every hour": null or signed integer
        "#]],
    );
}

#[test]
fn lib_in_every_scope() {
    check(
        r#"
{ config, lib, pkgs, ... }:
with lib;
let
  inherit (lib) mkOption types;
  t = lib.types;
in
{
  options.a = mkOption { type = types.str; };
  options.b = mkEnableOption "b";
  options.c = lib.options.mkOption { type = t.bool; };
}
"#,
        expect![[r#"
            declares a: string
            declares b: boolean (Whether to enable b.)
            declares c: boolean
        "#]],
    );
}

#[test]
fn submodules_in_every_form() {
    check(
        r#"
{ lib, ... }:
let
  disk = { name, config, ... }: {
    options.size = lib.mkOption { type = lib.types.int; };
    options.path = lib.mkOption { type = lib.types.str; default = "/disks/${config.size}"; };
  };
  nic.options.mac = lib.mkOption { type = lib.types.str; };
in
{
  options.hypervisor.vms = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule {
      options.disks = lib.mkOption { type = lib.types.listOf (lib.types.submodule disk); };
      options.nic = lib.mkOption { type = lib.types.nullOr (lib.types.submodule [ nic ]); };
    });
  };
}
"#,
        expect![[r#"
            declares hypervisor.vms: attribute set of (submodule)
            declares hypervisor.vms.<name>.disks: list of (submodule)
            declares hypervisor.vms.<name>.disks.*.size: signed integer
            declares hypervisor.vms.<name>.disks.*.path: string = "/disks/${config.size}"
            declares hypervisor.vms.<name>.nic: null or (submodule)
            declares hypervisor.vms.<name>.nic.mac: string
            reads hypervisor.vms.<name>.disks.*.size by config.size
            Declaration hypervisor.vms.<name>.disks.*.path @1500 needs hypervisor.vms.<name>.disks.*.size at config.size
        "#]],
    );
}

#[test]
fn a_set_of_options_is_no_submodule() {
    check(
        r#"
{ lib, ... }:
let tls = { cert = lib.mkOption { type = lib.types.path; }; };
in { options.a = lib.mkOption { type = lib.types.submodule tls; }; }
"#,
        expect![[r#"
            declares a: submodule
            defines a.cert = Unknown
        "#]],
    );
}

#[test]
fn generated_options() {
    check(
        r#"
{ lib, ... }:
let
  mkPort = default: lib.mkOption { type = lib.types.port; inherit default; };
  base = { enable = lib.mkEnableOption "it"; };
in
{
  options.ports = lib.genAttrs [ "http" "https" ] (name: mkPort 80);
  options.svc = base // { port = mkPort 1; };
  options.tiers = lib.mapAttrs (name: size: lib.mkOption { type = lib.types.int; default = size; }) { small = 1; big = 2; };
  options.${"quoted"} = mkPort 3;
}
"#,
        expect![[r#"
            declares ports.http: 16 bit unsigned integer; between 0 and 65535 (both inclusive) = default
            declares ports.https: 16 bit unsigned integer; between 0 and 65535 (both inclusive) = default
            declares svc.enable: boolean (Whether to enable it.)
            declares svc.port: 16 bit unsigned integer; between 0 and 65535 (both inclusive) = default
            declares tiers.small: signed integer = size
            declares tiers.big: signed integer = size
            declares quoted: 16 bit unsigned integer; between 0 and 65535 (both inclusive) = default
        "#]],
    );
}

#[test]
fn definitions_under_conditions_and_priorities() {
    check(
        r#"
{ config, lib, ... }:
let cfg = config.hypervisor.web;
in {
  options.hypervisor.web.enable = lib.mkEnableOption "web";
  config = lib.mkMerge [
    { a.b = 1; }
    (lib.mkIf cfg.enable {
      a.c = lib.mkDefault "x";
      d = lib.mkIf (cfg.port != null) (lib.mkForce [ 1 2 ]);
      e = if cfg.tls then { f = true; } else { };
      h = lib.optionalAttrs cfg.tls { i = 1; };
    })
  ];
}
"#,
        expect![[r#"
            declares hypervisor.web.enable: boolean (Whether to enable web.)
            defines a.b = Int(1)
            defines a.c = Str(Some("x")) at Some(1000) mkIf cfg.enable
            defines d = List { items: [KnownPart { at: Location { file: "/ws/module.nix", range: 273..274 }, value: Int(1), is_certain: true }, KnownPart { at: Location { file: "/ws/module.nix", range: 275..276 }, value: Int(2), is_certain: true }], complete: true } at Some(50) mkIf cfg.enable
            defines e.f = Bool(true) if cfg.tls mkIf cfg.enable
            defines h.i = Int(1) if cfg.tls mkIf cfg.enable
            reads hypervisor.web by config.hypervisor.web
            reads hypervisor.web.enable by cfg.enable
            reads hypervisor.web.port by cfg.port mkIf cfg.enable
            reads hypervisor.web.tls by cfg.tls mkIf cfg.enable
            reads hypervisor.web.tls by cfg.tls mkIf cfg.enable
            alias cfg = hypervisor.web
            Definition a (mkIf) needs hypervisor.web.enable at cfg.enable
            Definition a.c (mkIf) needs hypervisor.web.enable at cfg.enable
            Definition a.c @1000 (mkIf) needs hypervisor.web.enable at cfg.enable
            Definition d (mkIf) needs hypervisor.web.enable at cfg.enable
            Definition d (mkIf) needs hypervisor.web.port at cfg.port
            Definition d (mkIf) needs hypervisor.web.enable at cfg.enable
            Definition d @50 (mkIf) needs hypervisor.web.port at cfg.port
            Definition d @50 (mkIf) needs hypervisor.web.enable at cfg.enable
            Definition e needs hypervisor.web.tls at cfg.tls
            Definition e (mkIf) needs hypervisor.web.enable at cfg.enable
            Definition e (mkIf) needs perhaps hypervisor.web.enable at cfg.enable
            Definition e (mkIf) needs perhaps hypervisor.web.enable at cfg.enable
            Definition e.f (mkIf) needs perhaps hypervisor.web.enable at cfg.enable
            Definition h needs hypervisor.web.tls at cfg.tls
            Definition h (mkIf) needs hypervisor.web.enable at cfg.enable
            Definition h (mkIf) needs perhaps hypervisor.web.enable at cfg.enable
            Definition h.i (mkIf) needs perhaps hypervisor.web.enable at cfg.enable
        "#]],
    );
}

#[test]
fn reads_through_every_alias() {
    check(
        r#"
{ config, options, lib, ... }:
let
  cfg = config.hypervisor.web;
  inherit (config.hypervisor) monitoring;
  inherit (cfg) port;
  unit = name: { enable = cfg.units.${name}.enable or false; };
in
{
  imports = [ ];
  a = port;
  b = monitoring.host;
  c = with cfg; address;
  d = if config ? hypervisor.tls then config.hypervisor.tls else options.hypervisor.web.port.isDefined;
  e = lib.mapAttrs (n: v: v + cfg.offset) { };
}
"#,
        expect![[r#"
            defines a = Unknown
            defines b = Unknown
            defines c = Unknown
            defines d = Unknown
            reads hypervisor.web by config.hypervisor.web
            reads hypervisor by config.hypervisor
            reads hypervisor.monitoring by monitoring
            reads hypervisor.web.port by port
            reads hypervisor.web.units.${…}.enable or default by cfg.units.${name}.enable or false
            reads hypervisor.web.port by port
            reads hypervisor.monitoring.host by monitoring.host
            reads hypervisor.web by cfg
            reads hypervisor.web.address by address
            reads hypervisor.tls probed by config ? hypervisor.tls
            reads hypervisor.tls by config.hypervisor.tls if config ? hypervisor.tls
            reads of options hypervisor.web.port.isDefined by options.hypervisor.web.port.isDefined unless config ? hypervisor.tls
            reads hypervisor.web.offset by cfg.offset
            alias cfg = hypervisor.web
            alias monitoring = hypervisor.monitoring
            alias port = hypervisor.web.port
            Definition a needs hypervisor.web.port at port
            Definition b needs hypervisor.monitoring.host at monitoring.host
            Definition c needs hypervisor.web at cfg
            Definition c needs hypervisor.web.address at with cfg; address
            Definition d needs hypervisor at config ? hypervisor.tls
            Definition d needs perhaps hypervisor.tls at config.hypervisor.tls
            Definition d needs perhaps hypervisor.tls at config.hypervisor.tls
        "#]],
    );
}

#[test]
fn a_broken_file_still_says_what_is_intact() {
    check(
        r#"
{ config, lib, ... }:
let cfg = config.hypervisor.web
in {
  options.hypervisor.web = {
    enable = lib.mkEnableOption "web";
    port = lib.mkOption { type = lib.types.port; default = ; };
    host = lib.mkOption {
      type = lib.types.str
  };
  config = lib.mkIf cfg. {
    services.x = cfg.port;
  };
}
"#,
        expect![[r#"
            declares hypervisor.web.enable: boolean (Whether to enable web.)
            declares hypervisor.web.port: 16 bit unsigned integer; between 0 and 65535 (both inclusive) = 
            declares hypervisor.web.host: string
            defines services.x = Unknown mkIf cfg.
            reads hypervisor.web by config.hypervisor.web
            reads hypervisor.web by cfg.
            reads hypervisor.web.port by cfg.port mkIf cfg.
            alias cfg = hypervisor.web
            Definition services (mkIf) needs hypervisor.web at cfg.
            Definition services.x needs hypervisor.web.port at cfg.port
            Definition services.x (mkIf) needs hypervisor.web at cfg.
        "#]],
    );
}

#[test]
fn imports_known_and_unknown() {
    check(
        r#"
#- host.nix
{ config, lib, ... }:
{
  imports = [
    ./a.nix
    ./folder
    (import ./values.nix { inherit lib; })
    { options.inline = lib.mkOption { }; }
  ] ++ lib.optional config.x ./b.nix
    ++ (if config.y then [ ./c.nix ] else [ ])
    ++ import ./list.nix;
}
#- values.nix
{ lib }: { options.fromValue = lib.mkEnableOption "v"; }
#- folder/default.nix
{ }
#- list.nix
[ ./d.nix (builtins.fetchTarball "x") ]
"#,
        expect![[r#"
            imports /ws/a.nix
            imports /ws/folder
            imports inline
            imports inline
            imports /ws/b.nix perhaps
            imports /ws/c.nix perhaps
            imports /ws/d.nix
            imports unknown
            declares fromValue: boolean (Whether to enable v.)
            declares inline: unspecified value
            reads x by config.x
            reads y by config.y
            Imports  needs x at config.x
            Imports  needs y at config.y
            Unknown { imports: true, options: [], definitions: [], module: false }
        "#]],
    );
}

#[test]
fn what_decides_the_shape_is_a_demand() {
    check(
        r#"
{ config, lib, pkgs, ... }:
{
  options = lib.optionalAttrs config.a { b = lib.mkOption { }; };
  config = lib.mkMerge [
    { x = lib.mkIf config.x.enable { y = 1; }; }
    { z = if config.z.on then { w = 1; } else { }; }
    (lib.optionalAttrs pkgs.stdenv.isLinux { v = config.v.other; })
  ];
}
"#,
        expect![[r#"
            declares b: unspecified value
            defines x.y = Int(1) mkIf config.x.enable
            defines z.w = Int(1) if config.z.on
            defines v = Unknown if pkgs.stdenv.isLinux
            reads a by config.a
            reads x.enable by config.x.enable
            reads z.on by config.z.on
            reads v.other by config.v.other if pkgs.stdenv.isLinux
            Options  needs a at config.a
            Config  needs _module.args.pkgs at pkgs.stdenv.isLinux
            Definition x (mkIf) needs x.enable at config.x.enable
            Definition x.y (mkIf) needs x.enable at config.x.enable
            Definition v needs perhaps v.other at config.v.other
            Definition z needs z.on at config.z.on
            Unknown { imports: false, options: [], definitions: [], module: false }
        "#]],
    );
}

#[test]
fn functions_and_packages_are_no_modules() {
    check("{ stdenv, fetchurl }: stdenv.mkDerivation { name = \"x\"; }", expect![["Other\n"]]);
    check("{ pkgs ? import <nixpkgs> { } }: pkgs.mkShell { }", expect![["Other\n"]]);
}

#[test]
fn a_parenthesis_that_something_else_closes() {
    check(
        "{ lib, ... }: { options.a = lib.mkOption { type = (lib.types.listOf lib.types.str; }; options.b = lib.mkEnableOption \"b\"; }",
        expect![[r#"
            declares a: list of string
            declares b: boolean (Whether to enable b.)
        "#]],
    );
}

#[test]
fn a_property_in_place_of_a_module_is_its_config() {
    check(
        "{ config, lib, ... }: lib.mkMerge [ { a = 1; } (lib.mkIf config.b { c = 2; }) ]",
        expect![[r#"
            defines a = Int(1)
            defines c = Int(2) mkIf config.b
            reads b by config.b
            Definition c (mkIf) needs b at config.b
        "#]],
    );
}

#[test]
fn a_guard_reaches_through_library_functions() {
    check(
        "{ config, lib, ... }: { a = if config ? x then lib.flatten [ config.x.y ] else [ ]; }",
        expect![[r#"
            defines a = Unknown
            reads x probed by config ? x
            reads x.y by config.x.y if config ? x
            Definition a needs  at config ? x
            Definition a needs perhaps x.y at config.x.y
            Definition a needs perhaps x.y at config.x.y
        "#]],
    );
}

#[test]
fn what_a_module_s_body_demands() {
    check(
        "{ config, lib, ... }: if config.a then { b = 1; } else { }",
        expect![[r#"
            defines b = Int(1) if config.a
            reads a by config.a
            Module  needs a at config.a
        "#]],
    );
}
