use super::with_options;
use crate::{Definitions, FilePosition, Snapshot, declaration, implementation, type_definition};
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
            b.nix: «port» = 2;
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
