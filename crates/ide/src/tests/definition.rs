use super::with_options;
use crate::definition;
use expect_test::{Expect, expect};
use test_support::Fixture;

/// Shows the name asked about and, for each target, its line with the focused name in `«»`.
#[track_caller]
fn check(module: &str, expected: Expect) {
    let (fixture, at) = with_options(module);
    let shown = match definition(&fixture.snapshot(), at) {
        None => "nothing\n".to_owned(),
        Some(found) => {
            let mut out = format!("{}\n", &fixture.text(at.file)[found.origin]);
            for target in &found.targets {
                out.push_str(&shown(&fixture, target));
            }
            out
        }
    };
    expected.assert_eq(&shown);
}

fn shown(fixture: &Fixture, target: &crate::Target) -> String {
    let text = fixture.text(target.file);
    let (start, end) = (usize::from(target.focus.start()), usize::from(target.focus.end()));
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let rest = text[end..].lines().next().unwrap_or("");
    assert!(target.full.contains_range(target.focus));
    let path = target.file.relative_to(Fixture::root());
    format!("{path}: {}«{}»{rest}\n", text[line..start].trim_start(), &text[start..end])
}

#[test]
fn an_option_that_is_read() {
    check(
        "{ config, ... }: { x = config.hypervisor.web.po$0rt; }",
        expect![[r#"
        port
        modules/web.nix: «port» = lib.mkOption {
    "#]],
    );
    check(
        "{ config, ... }: { x = config.hypervisor.web.tls.certificate$0 or null; }",
        expect![[r#"
            certificate
            modules/web.nix: tls.«certificate» = lib.mkOption {
        "#]],
    );
    check(
        "{ config, ... }: { x = config.hypervisor.web ? po$0rt; }",
        expect![[r#"
        port
        modules/web.nix: «port» = lib.mkOption {
    "#]],
    );
    check(
        "{ config, ... }: { x = \"${toString config.hypervisor.web.$0port}\"; }",
        expect![[r#"
        port
        modules/web.nix: «port» = lib.mkOption {
    "#]],
    );
    check(
        "{ options, ... }: { x = options.hypervisor.web.po$0rt.isDefined; }",
        expect![[r#"
        port
        modules/web.nix: «port» = lib.mkOption {
    "#]],
    );
}

#[test]
fn a_group_on_the_way() {
    check(
        "{ config, ... }: { x = config.hypervisor.w$0eb.port; }",
        expect![[r#"
        web
        modules/web.nix: options.hypervisor.«web» = {
    "#]],
    );
    check(
        "{ config, ... }: { x = config.hyp$0ervisor.web.port; }",
        expect![[r#"
        hypervisor
        modules/old.nix: imports = [ «(lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "port" ])» ];
        modules/vms.nix: options.«hypervisor».vms = lib.mkOption {
        modules/web.nix: options.«hypervisor».web = {
    "#]],
    );
    check(
        "{ config, ... }: { x = config.hypervisor.web.t$0ls.certificate; }",
        expect![[r#"
        tls
        modules/web.nix: «tls».certificate = lib.mkOption {
    "#]],
    );
}

#[test]
fn through_aliases() {
    check(
        "{ config, ... }: let cfg = config.hypervisor.web; in { x = cfg.po$0rt; }",
        expect![[r#"
            port
            modules/web.nix: «port» = lib.mkOption {
        "#]],
    );
    check(
        "{ config, ... }: let hv = config.hypervisor; cfg = hv.web; in { x = c$0fg.port; }",
        expect![[r#"
            cfg
            module.nix: { config, ... }: let hv = config.hypervisor; «cfg» = hv.web; in { x = cfg.port; }
        "#]],
    );
    check(
        "{ config, ... }: let inherit (config.hypervisor) web; in { x = web.po$0rt; }",
        expect![[r#"
            port
            modules/web.nix: «port» = lib.mkOption {
        "#]],
    );
    check(
        "{ config, ... }: let inherit (config.hypervisor.web) po$0rt; in { x = port; }",
        expect![[r#"
            port
            modules/web.nix: «port» = lib.mkOption {
        "#]],
    );
    check(
        "{ config, ... }: { x = with config.hypervisor.web; po$0rt; }",
        expect![[r#"
        port
        modules/web.nix: «port» = lib.mkOption {
    "#]],
    );
    check(
        "{ config, ... }: { config = let cfg = config.hypervisor.web; in { x = cfg.t$0ls; }; }",
        expect![[r#"
            tls
            modules/web.nix: «tls».certificate = lib.mkOption {
        "#]],
    );
}

#[test]
fn an_option_that_is_defined() {
    check(
        "{ hypervisor.web.po$0rt = 80; }",
        expect![[r#"
        port
        modules/web.nix: «port» = lib.mkOption {
    "#]],
    );
    check(
        "{ lib, ... }: { config = lib.mkIf true { hypervisor = { web = { po$0rt = 80; }; }; }; }",
        expect![[r#"
            port
            modules/web.nix: «port» = lib.mkOption {
        "#]],
    );
    check(
        "{ hypervisor.w$0eb.port = 80; }",
        expect![[r#"
        web
        modules/web.nix: options.hypervisor.«web» = {
    "#]],
    );
    check(
        "{ hypervisor.vms.db.mem$0ory = 80; }",
        expect![[r#"
        memory
        modules/vms.nix: «memory» = lib.mkOption { type = lib.types.ints.positive; description = "MiB."; };
    "#]],
    );
    check(
        "{ hypervisor.vms.d$0b.memory = 80; }",
        expect![[r#"
        db
        modules/vms.nix: options.hypervisor.«vms» = lib.mkOption {
    "#]],
    );
    check(
        "{ hypervisor.vms.db = { \"boot$0 order\" = \"c\"; }; }",
        expect![[r#"
        "boot order"
        modules/vms.nix: «"boot order"» = lib.mkOption { type = lib.types.str; };
    "#]],
    );
    check(
        "{ hypervisor.disks = [ { si$0ze = 1; } ]; }",
        expect![[r#"
        size
        modules/vms.nix: options.«size» = lib.mkOption { type = lib.types.int; };
    "#]],
    );
    check(
        "{ hypervisor.web.prot$0 = 80; }",
        expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn an_option_that_is_declared_here() {
    check(
        "{ lib, ... }: { options.hypervisor.web.th$0eme = lib.mkOption { type = lib.types.str; }; }",
        expect![[r#"
            theme
            module.nix: { lib, ... }: { options.hypervisor.web.«theme» = lib.mkOption { type = lib.types.str; }; }
        "#]],
    );
    check(
        "{ lib, ... }: { options.hypervisor.w$0eb.theme = lib.mkOption { type = lib.types.str; }; }",
        expect![[r#"
            web
            module.nix: { lib, ... }: { options.hypervisor.«web».theme = lib.mkOption { type = lib.types.str; }; }
            modules/web.nix: options.hypervisor.«web» = {
        "#]],
    );
}

#[test]
fn a_renamed_option_leads_to_its_successor_too() {
    check(
        "{ hypervisor.dashboard.po$0rt = 80; }",
        expect![[r#"
        port
        modules/old.nix: imports = [ «(lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "port" ])» ];
        modules/web.nix: «port» = lib.mkOption {
    "#]],
    );
}

#[test]
fn local_names() {
    check(
        "let port = 80; in { x = po$0rt; }",
        expect![[r#"
        port
        module.nix: let «port» = 80; in { x = port; }
    "#]],
    );
    check(
        "{ pkgs, ... }: { x = pk$0gs.hello; }",
        expect![[r#"
        pkgs
        module.nix: { «pkgs», ... }: { x = pkgs.hello; }
    "#]],
    );
    check(
        "{ x = map (vm: v$0m.name) [ ]; }",
        expect![[r#"
        vm
        module.nix: { x = map («vm»: vm.name) [ ]; }
    "#]],
    );
    check(
        "rec { a = 1; b = a$0; }",
        expect![[r#"
        a
        module.nix: rec { «a» = 1; b = a; }
    "#]],
    );
    check(
        "let defaults = { memory = 1; }; in { x = defaults.mem$0ory; }",
        expect![[r#"
        memory
        module.nix: let defaults = { «memory» = 1; }; in { x = defaults.memory; }
    "#]],
    );
}

#[test]
fn files() {
    check(
        "{ imports = [ ./modules/w$0eb.nix ]; }",
        expect![[r#"
        ./modules/web.nix
        modules/web.nix: «»{ config, lib, ... }:
    "#]],
    );
    check(
        "{ imports = [ ./modules/mis$0sing.nix ]; }",
        expect![[r#"
        nothing
    "#]],
    );
    check(
        "{ imports = [ ./fo$0lder ]; }\n#- folder/default.nix\n{ }",
        expect![[r#"
        ./folder
        folder/default.nix: «»{ }
    "#]],
    );
}

#[test]
fn a_library_that_modules_use() {
    check(
        "{ config, lib, ... }: import ./port.nix { inherit config lib; }\n\
         #- port.nix\n{ config, lib }: { config.x = config.hypervisor.web.po$0rt; }",
        expect![[r#"
            port
            modules/web.nix: «port» = lib.mkOption {
        "#]],
    );
}

#[test]
fn in_a_broken_line() {
    check(
        "{ config, ... }: { x = config.hypervisor.web.po$0rt\n  y = 1; }",
        expect![[r#"
        port
        modules/web.nix: «port» = lib.mkOption {
    "#]],
    );
    check(
        "{ config, ... }: { x = config.hypervisor.w$0eb.\n  y = 1; }",
        expect![[r#"
        web
        modules/web.nix: options.hypervisor.«web» = {
    "#]],
    );
    check(
        "{ config, ... }: { x = config.hypervisor.w$0eb.",
        expect![[r#"
        web
        modules/web.nix: options.hypervisor.«web» = {
    "#]],
    );
}
