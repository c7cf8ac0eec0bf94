use super::with_options;
use crate::{AssistKind, FileEdit, FilePosition, Settings, assists, prepare_rename, rename};
use expect_test::{Expect, expect};
use index::{Change, World};
use module::FileId;
use std::collections::BTreeMap;
use syntax::{TextEdit, TextRange, TextSize, apply_edits};
use test_support::Fixture;

/// Shows the lines that a renaming changes, or why there is none.
#[track_caller]
fn check(module: &str, new: &str, expected: Expect) {
    let (fixture, at) = with_options(module);
    let shown = match rename(&fixture.snapshot(), at, new) {
        Err(refusal) => format!("refused: {}\n", refusal.0),
        Ok(edits) => shown(&fixture, &edits),
    };
    expected.assert_eq(&shown);
}

fn edited(fixture: &Fixture, edits: &[FileEdit]) -> BTreeMap<&'static str, (FileId, String)> {
    let mut by_file: BTreeMap<&'static str, (FileId, Vec<TextEdit>)> = BTreeMap::new();
    for FileEdit { file, edit } in edits {
        by_file.entry(file.path()).or_insert((*file, Vec::new())).1.push(edit.clone());
    }
    let apply = |(path, (file, edits)): (&'static str, (FileId, Vec<TextEdit>))| {
        let text = apply_edits(&fixture.text(file), &edits).expect("edits do not overlap");
        (path, (file, text))
    };
    by_file.into_iter().map(apply).collect()
}

fn shown(fixture: &Fixture, edits: &[FileEdit]) -> String {
    let mut out = String::new();
    for (file, new) in edited(fixture, edits).into_values() {
        out.push_str(&format!("{}\n", file.relative_to(Fixture::root())));
        let old = fixture.text(file);
        let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
        let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
        let start = old.iter().zip(&new).take_while(same).count();
        let rest = old.len().min(new.len()) - start;
        let end = old.iter().rev().zip(new.iter().rev()).take_while(same).count().min(rest);
        let (old, new) = (&old[start..old.len() - end], &new[start..new.len() - end]);
        for (sign, lines, others) in [('-', old, new), ('+', new, old)] {
            for line in lines.iter().filter(|line| !others.contains(line)) {
                out.push_str(&format!("{sign} {}\n", line.trim_start()));
            }
        }
    }
    out
}

#[test]
fn an_option_through_every_alias() {
    check(
        "{ config, options, lib, ... }:
let cfg = config.hypervisor.web; in
{
  imports = [ ./other.nix ];
  hypervisor.web = { po$0rt = 80; };
  a = cfg.port; # cfg.port stays in a comment
  b = with cfg; port;
  c = config.hypervisor.web.port or 1;
  d = options.hypervisor.web.port.isDefined;
  e = let inherit (cfg) port; in port + port;
  f = { inherit (config.hypervisor.web) enable port; };
  g = let port = 1; in with cfg; port;
  h = cfg.porthole;
  i = \"${toString cfg.port}\";
}
#- other.nix
{ lib, ... }: { hypervisor.web.\"port\" = lib.mkForce 1; }
",
        "listen",
        expect![[r#"
            module.nix
            - hypervisor.web = { port = 80; };
            - a = cfg.port; # cfg.port stays in a comment
            - b = with cfg; port;
            - c = config.hypervisor.web.port or 1;
            - d = options.hypervisor.web.port.isDefined;
            - e = let inherit (cfg) port; in port + port;
            - f = { inherit (config.hypervisor.web) enable port; };
            - i = "${toString cfg.port}";
            + hypervisor.web = { listen = 80; };
            + a = cfg.listen; # cfg.port stays in a comment
            + b = with cfg; listen;
            + c = config.hypervisor.web.listen or 1;
            + d = options.hypervisor.web.listen.isDefined;
            + e = let inherit (cfg) listen; in listen + listen;
            + f = { inherit (config.hypervisor.web) enable; port = config.hypervisor.web.listen; };
            + i = "${toString cfg.listen}";
            modules/old.nix
            - imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "port" ]) ];
            + imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "listen" ]) ];
            modules/web.nix
            - port = lib.mkOption {
            + listen = lib.mkOption {
            other.nix
            - { lib, ... }: { hypervisor.web."port" = lib.mkForce 1; }
            + { lib, ... }: { hypervisor.web."listen" = lib.mkForce 1; }
        "#]],
    );
}

#[test]
fn a_group() {
    check(
        "{ config, ... }: let cfg = config.hypervisor.web; inherit (config.hypervisor) web; in
{ hypervisor.w$0eb.port = 1;
  x = config.hypervisor.web.tls.certificate;
  y = web.port; }",
        "portal",
        expect![[r#"
            module.nix
            - { config, ... }: let cfg = config.hypervisor.web; inherit (config.hypervisor) web; in
            - { hypervisor.web.port = 1;
            - x = config.hypervisor.web.tls.certificate;
            - y = web.port; }
            + { config, ... }: let cfg = config.hypervisor.portal; inherit (config.hypervisor) portal; in
            + { hypervisor.portal.port = 1;
            + x = config.hypervisor.portal.tls.certificate;
            + y = portal.port; }
            modules/old.nix
            - imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "port" ]) ];
            + imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "portal" "port" ]) ];
            modules/web.nix
            - options.hypervisor.web = {
            + options.hypervisor.portal = {
        "#]],
    );
}

#[test]
fn a_member_of_submodules() {
    check(
        "{ config, ... }: {
  hypervisor.vms.db.memory = 1;
  hypervisor.vms.web = { config, ... }: { mem$0ory = 2; x = config.memory; };
  x = config.hypervisor.vms.db.memory;
}",
        "ram",
        expect![[r#"
            module.nix
            - hypervisor.vms.db.memory = 1;
            - hypervisor.vms.web = { config, ... }: { memory = 2; x = config.memory; };
            - x = config.hypervisor.vms.db.memory;
            + hypervisor.vms.db.ram = 1;
            + hypervisor.vms.web = { config, ... }: { ram = 2; x = config.ram; };
            + x = config.hypervisor.vms.db.ram;
            modules/vms.nix
            - memory = lib.mkOption { type = lib.types.ints.positive; description = "MiB."; };
            + ram = lib.mkOption { type = lib.types.ints.positive; description = "MiB."; };
        "#]],
    );
    check(
        "{ config, ... }: { hypervisor.disks = [ { si$0ze = 1; } ]; }",
        "bytes",
        expect![[r#"
            module.nix
            - { config, ... }: { hypervisor.disks = [ { size = 1; } ]; }
            + { config, ... }: { hypervisor.disks = [ { bytes = 1; } ]; }
            modules/vms.nix
            - options.size = lib.mkOption { type = lib.types.int; };
            + options.bytes = lib.mkOption { type = lib.types.int; };
        "#]],
    );
}

#[test]
fn names_that_need_quotes() {
    check(
        "{ hypervisor.web.po$0rt = 1; }",
        "listen on",
        expect![[r#"
        module.nix
        - { hypervisor.web.port = 1; }
        + { hypervisor.web."listen on" = 1; }
        modules/old.nix
        - imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "port" ]) ];
        + imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "listen on" ]) ];
        modules/web.nix
        - port = lib.mkOption {
        + "listen on" = lib.mkOption {
    "#]],
    );
    check(
        "{ hypervisor.vms.a.\"boot$0 order\" = \"c\"; }",
        "order",
        expect![[r#"
        module.nix
        - { hypervisor.vms.a."boot order" = "c"; }
        + { hypervisor.vms.a.order = "c"; }
        modules/vms.nix
        - "boot order" = lib.mkOption { type = lib.types.str; };
        + order = lib.mkOption { type = lib.types.str; };
    "#]],
    );
}

#[test]
fn a_name_below_with_is_qualified_where_the_new_one_means_something_else() {
    check(
        "{ config, ... }: let listen = 1; in { x = with config.hypervisor.web; po$0rt + listen; }",
        "listen",
        expect![[r#"
            module.nix
            - { config, ... }: let listen = 1; in { x = with config.hypervisor.web; port + listen; }
            + { config, ... }: let listen = 1; in { x = with config.hypervisor.web; config.hypervisor.web.listen + listen; }
            modules/old.nix
            - imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "port" ]) ];
            + imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "listen" ]) ];
            modules/web.nix
            - port = lib.mkOption {
            + listen = lib.mkOption {
        "#]],
    );
}

#[test]
fn an_inherited_variable_keeps_its_name_where_the_new_one_is_taken() {
    check(
        "{ config, ... }:
let
  inherit (config.hypervisor.web) enable po$0rt;
  listen = 1;
in { x = port + listen; }",
        "listen",
        expect![[r#"
            module.nix
            - inherit (config.hypervisor.web) enable port;
            + inherit (config.hypervisor.web) enable;
            + port = config.hypervisor.web.listen;
            modules/old.nix
            - imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "port" ]) ];
            + imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "listen" ]) ];
            modules/web.nix
            - port = lib.mkOption {
            + listen = lib.mkOption {
        "#]],
    );
}

#[test]
fn an_option_that_is_defined_by_inherit() {
    check(
        "{ config, ... }: let port = 1; in { hypervisor.web = { inherit port; }; x = config.hypervisor.web.p$0ort; }",
        "listen",
        expect![[r#"
            module.nix
            - { config, ... }: let port = 1; in { hypervisor.web = { inherit port; }; x = config.hypervisor.web.port; }
            + { config, ... }: let port = 1; in { hypervisor.web = { listen = port; }; x = config.hypervisor.web.listen; }
            modules/old.nix
            - imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "port" ]) ];
            + imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "listen" ]) ];
            modules/web.nix
            - port = lib.mkOption {
            + listen = lib.mkOption {
        "#]],
    );
    check(
        "{ config, ... }: { hypervisor.web = rec { p$0ort = 1; url = \"${toString port}\"; }; }",
        "listen",
        expect![[r#"
            module.nix
            - { config, ... }: { hypervisor.web = rec { port = 1; url = "${toString port}"; }; }
            + { config, ... }: { hypervisor.web = rec { listen = 1; url = "${toString listen}"; }; }
            modules/old.nix
            - imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "port" ]) ];
            + imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "listen" ]) ];
            modules/web.nix
            - port = lib.mkOption {
            + listen = lib.mkOption {
        "#]],
    );
}

#[test]
fn a_renamed_option_and_its_lists() {
    check(
        "{ lib, ... }: { imports = [ (lib.mkRenamedOptionModule [ \"hypervisor\" \"o$0ld\" ] [ \"hypervisor\" \"web\" \"port\" ]) ]; }",
        "older",
        expect![[r#"
            module.nix
            - { lib, ... }: { imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "old" ] [ "hypervisor" "web" "port" ]) ]; }
            + { lib, ... }: { imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "older" ] [ "hypervisor" "web" "port" ]) ]; }
        "#]],
    );
}

#[test]
fn a_path_in_a_list() {
    check(
        "{ lib, config, ... }: { x = lib.getAttrFromPath [ \"hypervisor\" \"web\" \"po$0rt\" ] config; y = lib.attrByPath [ \"web\" \"port\" ] 1 config.hypervisor; }",
        "listen",
        expect![[r#"
            module.nix
            - { lib, config, ... }: { x = lib.getAttrFromPath [ "hypervisor" "web" "port" ] config; y = lib.attrByPath [ "web" "port" ] 1 config.hypervisor; }
            + { lib, config, ... }: { x = lib.getAttrFromPath [ "hypervisor" "web" "listen" ] config; y = lib.attrByPath [ "web" "listen" ] 1 config.hypervisor; }
            modules/old.nix
            - imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "port" ]) ];
            + imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "listen" ]) ];
            modules/web.nix
            - port = lib.mkOption {
            + listen = lib.mkOption {
        "#]],
    );
    check(
        "{ lib, config, ... }: let path = [ \"hypervisor\" \"web\" \"port\" ]; in { hypervisor.web.po$0rt = 1; y = lib.attrByPath path 1 config; }",
        "listen",
        expect![[r#"
            refused: At module.nix:1 the name `port` is computed, not written.
        "#]],
    );
}

#[test]
fn options_are_refused_with_a_reason() {
    check(
        "{ services.ng$0inx.enable = true; }",
        "x",
        expect![[r#"
        refused: No module of the workspace declares `services.nginx`.
    "#]],
    );
    check(
        "{ hyper$0visor.web.port = 1; }",
        "x",
        expect![[r#"
        refused: `hypervisor` is a namespace that the settings name.
    "#]],
    );
    check(
        "{ hypervisor.web.po$0rt = 1; }",
        "enable",
        expect![[r#"
        refused: `hypervisor.web.enable` is there already, declared in modules/web.nix:4.
    "#]],
    );
    check(
        "{ hypervisor.web.po$0rt = 1; }",
        "",
        expect![[r#"
        refused: A name cannot be empty.
    "#]],
    );
    check(
        "{ hypervisor.web.po$0rt = 1; }",
        "a.b",
        expect![[r#"
        refused: `a.b` is a path: renaming changes one name and moves nothing. In quotes it would be a name.
    "#]],
    );
    check(
        "{ hypervisor.web.po$0rt = 1; }",
        "a${b}",
        expect![[r#"
        refused: `a${b}` cannot be a name.
    "#]],
    );
    check(
        "{ hypervisor.vms.d$0b.memory = 1; }",
        "x",
        expect![[r#"
        refused: This name was chosen where the option is set; no option is called so.
    "#]],
    );
    check(
        "{ config, ... }: { hypervisor.web.po$0rt = 1; x = n: config.hypervisor.web.${n}; }",
        "x",
        expect![[r#"
            refused: module.nix computes a name below `hypervisor.web`: it cannot be known whether that is `port`.
        "#]],
    );
    check(
        "{ lib, ... }: { options.hypervisor.ports = lib.genAttrs [ \"http\" ] (n: lib.mkOption { }); config.hypervisor.ports.h$0ttp = 1; }",
        "x",
        expect![[r#"
            refused: At module.nix:1 the name `http` is computed, not written.
        "#]],
    );
    check(
        "{ x = ./modules/w$0eb.nix; }",
        "x",
        expect![[r#"
        refused: A path is not renamed here: rename the file, and the paths that lead to it follow.
    "#]],
    );
    check(
        "{ $0 }",
        "x",
        expect![[r#"
        refused: There is no option and no local name here.
    "#]],
    );
}

#[test]
fn local_names() {
    check(
        "{ config, ... }: let po$0rt = 80; in { x = port; y = { inherit port; }; z = let port = 1; in port; }",
        "listen",
        expect![[r#"
            module.nix
            - { config, ... }: let port = 80; in { x = port; y = { inherit port; }; z = let port = 1; in port; }
            + { config, ... }: let listen = 80; in { x = listen; y = { port = listen; }; z = let port = 1; in port; }
        "#]],
    );
    check(
        "let inherit (lib) mk$0If; in { x = mkIf; }",
        "when",
        expect![[r#"
        module.nix
        - let inherit (lib) mkIf; in { x = mkIf; }
        + let when = lib.mkIf; in { x = when; }
    "#]],
    );
    check(
        "let a = 1; f = x: a$0 + x; in f a",
        "b",
        expect![[r#"
        module.nix
        - let a = 1; f = x: a + x; in f a
        + let b = 1; f = x: b + x; in f b
    "#]],
    );
    check(
        "{ x = map (vm: v$0m.name) [ ]; }",
        "machine",
        expect![[r#"
        module.nix
        - { x = map (vm: vm.name) [ ]; }
        + { x = map (machine: machine.name) [ ]; }
    "#]],
    );
    check(
        "let a.b = 1; a.c = 2; in a$0",
        "d",
        expect![[r#"
        module.nix
        - let a.b = 1; a.c = 2; in a
        + let d.b = 1; d.c = 2; in d
    "#]],
    );
}

#[test]
fn arguments_by_name_are_renamed_with_their_callers() {
    check(
        "let port = 1; f = { po$0rt, host ? port, ... }@args: port + args.port; in { x = f { port = 1; }; y = f { inherit port; }; }",
        "listen",
        expect![[r#"
            module.nix
            - let port = 1; f = { port, host ? port, ... }@args: port + args.port; in { x = f { port = 1; }; y = f { inherit port; }; }
            + let port = 1; f = { listen, host ? listen, ... }@args: listen + args.listen; in { x = f { listen = 1; }; y = f { listen = port; }; }
        "#]],
    );
    check(
        "let f = { po$0rt }: port; in { x = f { port = 1; }; y = map f [ ]; }",
        "listen",
        expect![[r#"
            refused: `port` is passed to this function by name, and not all of its callers are known.
        "#]],
    );
    check(
        "{ lib, pk$0gs, ... }: { x = pkgs; }",
        "p",
        expect![[r#"
        refused: `pkgs` is an argument that the module system passes by this name.
    "#]],
    );
}

#[test]
fn a_local_name_is_not_captured() {
    check(
        "let a = 1; in { x = let b = 2; in a$0 + b; }",
        "b",
        expect![[r#"
        refused: At module.nix:1 the name `b` is bound to something else.
    "#]],
    );
    check(
        "b: let a = 1; in a$0 + b",
        "b",
        expect![[r#"
        refused: At module.nix:1 `b` means something else, and would then mean this.
    "#]],
    );
    check(
        "let a = 1; b = 2; in a$0",
        "b",
        expect![[r#"
        refused: `b` is bound beside `a` already.
    "#]],
    );
    check(
        "let a = 1; in a$0 + map",
        "map",
        expect![[r#"
        refused: At module.nix:1 `map` means something else, and would then mean this.
    "#]],
    );
    check(
        "let a = 1; in with x; a$0 + b",
        "b",
        expect![[r#"
        refused: At module.nix:1 `b` means something else, and would then mean this.
    "#]],
    );
    check(
        "let a = 1; in a$0",
        "if",
        expect![[r#"
        refused: `if` cannot be the name of a variable.
    "#]],
    );
    check(
        "rec { a = 1; b = a$0; }",
        "c",
        expect![[r#"
        refused: `a` is an attribute: whoever uses the set knows it by this name, and not all of them are known.
    "#]],
    );
    check(
        "let d = { m = 1; }; in d.m$0",
        "n",
        expect![[r#"
        refused: `m` is an attribute: whoever uses the set knows it by this name, and not all of them are known.
    "#]],
    );
}

#[test]
fn what_would_be_renamed_is_told_beforehand() {
    let (fixture, at) = with_options("{ hypervisor.vms.a.\"boot$0 order\" = 1; }");
    let found = prepare_rename(&fixture.snapshot(), at).unwrap();
    assert_eq!(&fixture.text(at.file)[found.range], "\"boot order\"");
    assert_eq!(found.name, "boot order");
}

#[test]
fn there_and_back_again() {
    let module = "{ config, lib, ... }:
let cfg = config.hypervisor.web; inherit (cfg) port; in
{
  hypervisor.web = { p$0ort = 80; };
  imports = [ { hypervisor.web.\"port\" = 1; } ];
  b = with cfg; port; # port
  e = port;
}
";
    let (fixture, at) = with_options(module);
    let there = rename(&fixture.snapshot(), at, "listen").unwrap();
    let mut world = World::of(fixture.snapshot());
    let changes = edited(&fixture, &there).into_values();
    world.apply(changes.map(|(file, text)| Change::Text { file, text: text.into() }).collect());
    let text = world.snapshot().file(at.file).unwrap().text.to_string();
    let offset = TextSize::new(text.find("listen = 80").unwrap() as u32);
    let edits = rename(&world.snapshot(), FilePosition { offset, ..at }, "port").unwrap();
    assert_eq!(edits.len(), there.len());
    for file in fixture.files.iter().copied() {
        let own: Vec<TextEdit> =
            edits.iter().filter(|it| it.file == file).map(|it| it.edit.clone()).collect();
        let text = &world.snapshot().file(file).unwrap().text.clone();
        assert_eq!(apply_edits(text, &own), Some(fixture.text(file)));
    }
}

#[test]
fn with_a_compatibility_shim() {
    let text = "{ config, lib, ... }:
{
  options.hypervisor.site.port$0 = lib.mkOption { };
  config.x = config.hypervisor.site.port;
}
";
    let (fixture, at) = with_options(text);
    let range = TextRange::empty(at.offset);
    let all = assists(&fixture.snapshot(), &Settings::default(), at.file, range, |_| true);
    let shim = all.iter().find(|it| it.title.contains("shim")).expect("a shim is offered");
    assert_eq!(shim.kind, AssistKind::Rewrite);
    let expected = expect![[r#"
        module.nix
        - options.hypervisor.site.port = lib.mkOption { };
        - config.x = config.hypervisor.site.port;
        + imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "site" "port" ] [ "hypervisor" "site" "newPort" ]) ];
        + 
        + options.hypervisor.site.newPort = lib.mkOption { };
        + config.x = config.hypervisor.site.newPort;
    "#]];
    expected.assert_eq(&shown(&fixture, &shim.edits));
    // On another place there is none.
    let at = FilePosition { file: at.file, offset: TextSize::new(0) };
    let all = assists(
        &fixture.snapshot(),
        &Settings::default(),
        at.file,
        TextRange::empty(at.offset),
        |_| true,
    );
    assert!(!all.iter().any(|it| it.title.contains("shim")));
}
