use crate::{ArrowKind, Picture, module_picture, option_picture};
use expect_test::{Expect, expect};
use test_support::Fixture;

fn described(picture: &Picture, fixture: &Fixture) -> String {
    let snapshot = fixture.snapshot();
    let mut out = String::new();
    for node in &picture.nodes {
        let marks = match (node.is_root, node.unreached, node.place) {
            (true, ..) => ", a root",
            (_, true, _) => ", unreached",
            (.., None) => ", nowhere",
            _ => "",
        };
        out.push_str(&format!("{} in \"{}\"{marks}\n", node.name, node.group));
    }
    for arrow in &picture.arrows {
        let kind = match arrow.kind {
            ArrowKind::Import => "imports",
            ArrowKind::Read => "reads",
        };
        let (from, to) = (&picture.nodes[arrow.from].name, &picture.nodes[arrow.to].name);
        let cycle = if arrow.in_cycle { ", in a cycle" } else { "" };
        let at = snapshot.source(arrow.at).unwrap_or_default();
        out.push_str(&format!("{from} {kind} {to} ({}× `{at}`){cycle}\n", arrow.count));
    }
    out
}

#[track_caller]
fn check_modules(text: &str, expected: Expect) {
    let fixture = Fixture::new(text);
    expected.assert_eq(&described(&module_picture(&fixture.snapshot()), &fixture));
}

#[track_caller]
fn check_options(text: &str, expected: Expect) {
    let fixture = Fixture::new(text);
    expected.assert_eq(&described(&option_picture(&fixture.snapshot()), &fixture));
}

const TREE: &str = "
#- configuration.nix
{
  imports = [ ./modules/web.nix ./modules/log.nix ];
  hypervisor.log.level = 3;
}
#- modules/web.nix
{ config, lib, ... }:
{
  options.hypervisor.web.port = lib.mkOption { type = lib.types.port; default = 80; };
  options.hypervisor.web.verbose = lib.mkOption { type = lib.types.bool; };
  config.hypervisor.web.verbose = config.hypervisor.log.level > 2 || config.hypervisor.log.level < 0;
}
#- modules/log.nix
{ lib, ... }:
{ options.hypervisor.log.level = lib.mkOption { type = lib.types.int; }; }
#- modules/alone.nix
{ lib, ... }:
{ options.hypervisor.alone = lib.mkEnableOption \"x\"; }
";

#[test]
fn modules_with_imports_and_reads_of_each_others_options() {
    check_modules(
        TREE,
        expect![[r#"
        configuration.nix in "", a root
        modules/web.nix in "modules"
        modules/log.nix in "modules"
        modules/alone.nix in "modules", unreached
        configuration.nix imports modules/web.nix (1× `./modules/web.nix`)
        configuration.nix imports modules/log.nix (1× `./modules/log.nix`)
        modules/web.nix reads modules/log.nix (2× `config.hypervisor.log.level`)
    "#]],
    );
}

#[test]
fn options_with_what_they_depend_on() {
    check_options(
        TREE,
        expect![[r#"
        hypervisor.web.verbose in "hypervisor.web"
        hypervisor.log.level in "hypervisor.log"
        hypervisor.web.verbose reads hypervisor.log.level (1× `config.hypervisor.log.level`)
    "#]],
    );
}

#[test]
fn imports_that_lead_back_are_a_cycle() {
    check_modules(
        "
#- configuration.nix
{ imports = [ ./a.nix ]; }
#- a.nix
{ imports = [ ./b.nix ]; }
#- b.nix
{ imports = [ ./a.nix ]; }
",
        expect![[r#"
            a.nix in ""
            b.nix in ""
            configuration.nix in "", a root
            a.nix imports b.nix (1× `./b.nix`), in a cycle
            b.nix imports a.nix (1× `./a.nix`), in a cycle
            configuration.nix imports a.nix (1× `./a.nix`)
        "#]],
    );
}

const LOOP: &str = "
#- configuration.nix
{ imports = [ ./a.nix ./b.nix ]; }
#- a.nix
{ config, lib, ... }:
{
  options.hypervisor.a.size = lib.mkOption { type = lib.types.int; };
  config.hypervisor.a.size = config.hypervisor.b.size;
}
#- b.nix
{ config, lib, ... }:
{
  options.hypervisor.b.size = lib.mkOption { type = lib.types.int; };
  config.hypervisor.b.size = config.hypervisor.a.size + 1;
}
";

#[test]
fn options_that_need_each_other_are_a_cycle() {
    check_options(
        LOOP,
        expect![[r#"
        hypervisor.a.size in "hypervisor.a"
        hypervisor.b.size in "hypervisor.b"
        hypervisor.a.size reads hypervisor.b.size (1× `config.hypervisor.b.size`), in a cycle
        hypervisor.b.size reads hypervisor.a.size (1× `config.hypervisor.a.size`), in a cycle
    "#]],
    );
    check_modules(
        LOOP,
        expect![[r#"
        a.nix in ""
        b.nix in ""
        configuration.nix in "", a root
        a.nix reads b.nix (1× `config.hypervisor.b.size`), in a cycle
        b.nix reads a.nix (1× `config.hypervisor.a.size`), in a cycle
        configuration.nix imports a.nix (1× `./a.nix`)
        configuration.nix imports b.nix (1× `./b.nix`)
    "#]],
    );
}

#[test]
fn a_set_that_decides_its_own_names_leads_to_itself() {
    check_options(
        "
#- configuration.nix
{ config, lib, ... }:
{
  options.hypervisor.a = { on = lib.mkEnableOption \"a\"; }
    // lib.optionalAttrs config.hypervisor.a.on { b = lib.mkEnableOption \"b\"; };
}
",
        expect![[r#"
            hypervisor.a in "hypervisor", nowhere
            hypervisor.a reads hypervisor.a (1× `config.hypervisor.a.on`), in a cycle
        "#]],
    );
}
