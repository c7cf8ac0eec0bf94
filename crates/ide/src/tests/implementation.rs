use super::with_options;
use crate::{
    Definitions, FilePosition, Snapshot, declaration, implementation, option_definitions,
    type_definition,
};
use expect_test::{Expect, expect};
use test_support::Fixture;

/// Each target's whole with the name in `«»`.
#[track_caller]
fn check(ask: fn(&Snapshot, FilePosition) -> Option<Definitions>, module: &str, expected: Expect) {
    let (fixture, at) = with_options(module);
    let mut out = String::new();
    for target in ask(&fixture.snapshot(), at).iter().flat_map(|found| &found.targets) {
        let text = fixture.text(target.file);
        assert!(target.full.contains_range(target.focus));
        let (before, after) = (target.full.start(), target.full.end());
        let before = &text[usize::from(before)..usize::from(target.focus.start())];
        let after = &text[usize::from(target.focus.end())..usize::from(after)];
        let shown = format!("{before}«{}»{after}", &text[target.focus]);
        let shown: Vec<&str> = shown.split_whitespace().collect();
        let path = target.file.relative_to(Fixture::root());
        out.push_str(&format!("{path}: {}\n", shown.join(" ")));
    }
    expected.assert_eq(&out);
}

#[test]
fn every_place_that_sets_an_option() {
    check(
        implementation,
        "{ config, lib, ... }: {
  imports = [ ./b.nix ];
  hypervisor.web.port = lib.mkDefault 1;
  x = config.hypervisor.web.po$0rt;
}
#- b.nix
{ config, lib, ... }: { hypervisor = lib.mkIf config.x { web = { port = 2; }; }; }",
        expect![[r#"
            b.nix: lib.mkIf config.x { web = { «port» = 2; }; }
            module.nix: hypervisor.web.«port» = lib.mkDefault 1;
        "#]],
    );
    check(
        implementation,
        "{ config, ... }: let p = config.hypervisor.web.port; in { hypervisor.web.port = 1; x = $0p; }",
        expect![[r#"
            module.nix: hypervisor.web.«port» = 1;
        "#]],
    );
    check(implementation, "{ x = let a = 1; in a$0; }", expect![[""]]);
}

#[test]
fn the_type_of_an_option() {
    check(
        type_definition,
        "{ hypervisor.v$0ms.db.memory = 1; }",
        expect![[r#"
            modules/vms.nix: «options» = { memory = lib.mkOption { type = lib.types.ints.positive; description = "MiB."; }; "boot order" = lib.mkOption { type = lib.types.str; }; };
        "#]],
    );
    check(
        type_definition,
        "{ hypervisor.vms.d$0b.memory = 1; }",
        expect![[r#"
            modules/vms.nix: «options» = { memory = lib.mkOption { type = lib.types.ints.positive; description = "MiB."; }; "boot order" = lib.mkOption { type = lib.types.str; }; };
        "#]],
    );
    check(
        type_definition,
        "{ hypervisor.web.po$0rt = 1; }",
        expect![[r#"
            modules/web.nix: type = «lib.types.port»;
        "#]],
    );
    check(
        type_definition,
        "{ lib, ... }: { options.hypervisor.a$0 = lib.mkOption { type = lib.types.submodule (import ./sub.nix); }; }
#- sub.nix
{ lib, ... }: { options.x = lib.mkOption { }; options.y = lib.mkOption { }; }",
        expect![[r#"
            sub.nix: «options».x = lib.mkOption { };
            sub.nix: «options».y = lib.mkOption { };
        "#]],
    );
    check(type_definition, "{ hypervisor.w$0eb.port = 1; }", expect![[""]]);
}

#[test]
fn the_declaration_of_an_alias_is_that_of_the_option() {
    check(
        declaration,
        "{ config, ... }: let cfg = config.hypervisor.web; in { x = c$0fg.port; }",
        expect![[r#"
            modules/web.nix: options.hypervisor.«web» = { enable = lib.mkEnableOption "the web dashboard"; port = lib.mkOption { type = lib.types.port; default = 8080; description = "Port of the dashboard."; }; tls.certificate = lib.mkOption { type = lib.types.nullOr lib.types.path; default = null; }; };
        "#]],
    );
    check(
        declaration,
        "{ config, ... }: let p = config.hypervisor.web.port; in { x = $0p; }",
        expect![[r#"
            modules/web.nix: «port» = lib.mkOption { type = lib.types.port; default = 8080; description = "Port of the dashboard."; }
        "#]],
    );
    check(
        declaration,
        "{ x = let a = 1; in a$0; }",
        expect![[r#"
        module.nix: «a» = 1;
    "#]],
    );
}

/// Each value with what decides about it, then what a preview shows of the place.
#[track_caller]
fn check_definitions(module: &str, expected: Expect) {
    let (fixture, at) = with_options(module);
    let found = option_definitions(&fixture.snapshot(), at).expect("an option");
    let mut out = String::new();
    for it in &found.definitions {
        let text = fixture.text(it.file);
        let file = it.file.relative_to(Fixture::root());
        let value = it.value.map_or("", |value| &text[value]);
        out.push_str(&format!("{file} {} = {value}", it.path));
        if let Some(condition) = &it.condition {
            out.push_str(&format!(" if {condition}"));
        }
        let function = it.priority_function().unwrap_or(if it.is_plain() { "plain" } else { "?" });
        out.push_str(&format!(", {:?} {function}\n", it.priority));
        let full: Vec<&str> = text[it.full].split_whitespace().collect();
        assert!(it.full.contains_range(it.name));
        out.push_str(&format!("  {}\n", full.join(" ")));
    }
    expected.assert_eq(&out);
}

#[test]
fn what_wins_comes_first_with_its_conditions_around_it() {
    check_definitions(
        "{ config, lib, ... }: {
  imports = [ ./b.nix ./c.nix ];
  hypervisor.web.po$0rt = lib.mkDefault 1;
}
#- b.nix
{ config, lib, ... }: {
  config = lib.mkIf (config.a || config.b) {
    hypervisor.web = lib.mkIf config.c { port = lib.mkForce 2; };
  };
}
#- c.nix
{ config, lib, ... }: {
  hypervisor = if config.x then { web.port = 3; } else lib.mkOverride 70 { web.port = 4; };
}",
        expect![[r#"
            b.nix hypervisor.web.port = 2 if (config.a || config.b) && config.c, Some(50) mkForce
              lib.mkIf (config.a || config.b) { hypervisor.web = lib.mkIf config.c { port = lib.mkForce 2; }; }
            c.nix hypervisor.web.port = 4 if !(config.x), Some(70) ?
              if config.x then { web.port = 3; } else lib.mkOverride 70 { web.port = 4; }
            c.nix hypervisor.web.port = 3 if config.x, Some(100) plain
              if config.x then { web.port = 3; } else lib.mkOverride 70 { web.port = 4; }
            module.nix hypervisor.web.port = 1, Some(1000) mkDefault
              hypervisor.web.port = lib.mkDefault 1;
        "#]],
    );
}

#[test]
fn each_value_of_a_definition_has_its_own_circumstances() {
    check_definitions(
        "{ config, lib, ... }: {
  hypervisor.web.po$0rt = lib.mkMerge [
    (lib.mkIf config.a 1)
    (lib.mkForce (lib.mkIf config.b 2))
    3
  ];
}",
        expect![[r#"
            module.nix hypervisor.web.port = (lib.mkIf config.b 2), Some(50) mkForce
              hypervisor.web.port = lib.mkMerge [ (lib.mkIf config.a 1) (lib.mkForce (lib.mkIf config.b 2)) 3 ];
            module.nix hypervisor.web.port = 1 if config.a, Some(100) plain
              hypervisor.web.port = lib.mkMerge [ (lib.mkIf config.a 1) (lib.mkForce (lib.mkIf config.b 2)) 3 ];
            module.nix hypervisor.web.port = 3, Some(100) plain
              hypervisor.web.port = lib.mkMerge [ (lib.mkIf config.a 1) (lib.mkForce (lib.mkIf config.b 2)) 3 ];
        "#]],
    );
}

#[test]
fn members_are_set_in_lists_and_functions_too() {
    check_definitions(
        "{ config, lib, ... }: {
  hypervisor.vms.db.memory = 1;
  hypervisor.vms.web = lib.mkIf config.a ({ config, ... }: { mem$0ory = lib.mkDefault 2; });
  hypervisor.vms.mail = { memory = lib.mkOverride config.b 3; };
}",
        expect![[r#"
            module.nix hypervisor.vms.db.memory = 1, Some(100) plain
              hypervisor.vms.db.memory = 1;
            module.nix hypervisor.vms.<name>.memory = 2 if config.a, Some(1000) mkDefault
              lib.mkIf config.a ({ config, ... }: { memory = lib.mkDefault 2; })
            module.nix hypervisor.vms.mail.memory = 3, None ?
              memory = lib.mkOverride config.b 3;
        "#]],
    );
    check_definitions(
        "{ config, lib, ... }: {
  hypervisor.disks = lib.mkIf config.a [ { si$0ze = 1; } { size = lib.mkForce (lib.mkIf config.b 2); } ];
}",
        expect![[r#"
            module.nix hypervisor.disks.*.size = 2 if config.a && config.b, Some(50) mkForce
              lib.mkIf config.a [ { size = 1; } { size = lib.mkForce (lib.mkIf config.b 2); } ]
            module.nix hypervisor.disks.*.size = 1 if config.a, Some(100) plain
              lib.mkIf config.a [ { size = 1; } { size = lib.mkForce (lib.mkIf config.b 2); } ]
        "#]],
    );
}

#[test]
fn who_sets_an_old_name_sets_the_option() {
    let module = "{ lib, ... }: {
  hypervisor.dashboard.port = lib.mkForce 1;
  hypervisor.web.port = 2;
}";
    let at_new = module.replace("web.port", "web.po$0rt");
    check_definitions(
        &at_new,
        expect![[r#"
        module.nix hypervisor.dashboard.port = 1, Some(50) mkForce
          hypervisor.dashboard.port = lib.mkForce 1;
        module.nix hypervisor.web.port = 2, Some(100) plain
          hypervisor.web.port = 2;
    "#]],
    );
    let asked = |module: &str| {
        let (fixture, at) = with_options(module);
        option_definitions(&fixture.snapshot(), at).expect("an option").definitions
    };
    assert_eq!(asked(&at_new), asked(&module.replace("dashboard.port", "dashboard.po$0rt")));
}

#[test]
fn groups_aliases_and_broken_lines() {
    check_definitions(
        "{ config, lib, ... }:
let cfg = config.hypervisor.w$0eb; in
{
  hypervisor.web = lib.mkIf true { port = 1; };
  hypervisor.web.tls.certificate = null;
}",
        expect![[r#"
            module.nix hypervisor.web = { port = 1; } if true, Some(100) plain
              hypervisor.web = lib.mkIf true { port = 1; };
            module.nix hypervisor.web = , Some(100) plain
              hypervisor.web.tls.certificate = null;
        "#]],
    );
    check_definitions(
        "{ config, lib, ... }: {
  config = lib.mkIf config.a {
    hypervisor.web.po$0rt = lib.mkForce
    x = 1;
  };
}",
        expect![[r#"
            module.nix hypervisor.web.port = lib.mkForce if config.a, Some(100) plain
              lib.mkIf config.a { hypervisor.web.port = lib.mkForce x = 1; }
        "#]],
    );
    let (fixture, at) = with_options("{ x = let a = 1; in a$0; }");
    assert_eq!(option_definitions(&fixture.snapshot(), at), None);
    let (fixture, at) = with_options("{ config, ... }: { x = config.hypervisor.web.po$0rt; }");
    let none = option_definitions(&fixture.snapshot(), at).expect("an option");
    assert_eq!(none.definitions, []);
}
