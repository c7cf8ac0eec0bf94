use super::with_options;
use crate::{FilePosition, Reference, ReferenceKind, highlights, references};
use expect_test::{Expect, expect};
use test_support::Fixture;

#[track_caller]
fn check(module: &str, expected: Expect) {
    let (fixture, at) = with_options(module);
    expected.assert_eq(&shown(&fixture, references(&fixture.snapshot(), at)));
}

#[track_caller]
fn check_highlights(module: &str, expected: Expect) {
    let (fixture, at) = with_options(module);
    expected.assert_eq(&shown(&fixture, highlights(&fixture.snapshot(), at)));
}

/// One line for each place: `d`eclares, `w`rites, `r`eads, and the line with the name in `«»`.
fn shown(fixture: &Fixture, found: Option<Vec<Reference>>) -> String {
    let Some(found) = found else { return "nothing\n".to_owned() };
    let line = |found: &Reference| {
        let text = fixture.text(found.file);
        let (start, end) = (usize::from(found.range.start()), usize::from(found.range.end()));
        let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let rest = text[end..].lines().next().unwrap_or("");
        let kind = match found.kind {
            ReferenceKind::Declaration => 'd',
            ReferenceKind::Write => 'w',
            ReferenceKind::Read => 'r',
        };
        let path = found.file.relative_to(Fixture::root());
        format!("{kind} {path}: {}«{}»{rest}\n", text[line..start].trim_start(), &text[start..end])
    };
    found.iter().map(line).collect()
}

/// Everything that may be said about `hypervisor.web.port`.
const EVERY_WAY: &str = "{ config, options, lib, ... }:
let
  cfg = config.hypervisor.web;
in
{
  imports = [ ./other.nix ];
  hypervisor.web = { port = 80; };
  a = cfg.port;
  b = with cfg; port;
  c = config.hypervisor.web.port or 1;
  d = options.hypervisor.web.port.isDefined;
  e = let inherit (cfg) port; in port;
  f = { inherit (config.hypervisor.web) port; };
  g = config.hypervisor.dashboard.port;
  h = cfg.porthole;
}
#- other.nix
{ lib, ... }: { hypervisor.web.\"port\" = lib.mkForce 1; }
";

#[test]
fn an_option_in_every_way_it_can_be_spoken_of() {
    let at_read = EVERY_WAY.replace("a = cfg.port", "a = cfg.po$0rt");
    let expected = expect![[r#"
        w module.nix: hypervisor.web = { «port» = 80; };
        r module.nix: a = cfg.«port»;
        r module.nix: b = with cfg; «port»;
        r module.nix: c = config.hypervisor.web.«port» or 1;
        r module.nix: d = options.hypervisor.web.«port».isDefined;
        r module.nix: e = let inherit (cfg) «port»; in port;
        r module.nix: e = let inherit (cfg) port; in «port»;
        r module.nix: f = { inherit (config.hypervisor.web) «port»; };
        r modules/old.nix: imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" «"port"» ]) ];
        d modules/web.nix: «port» = lib.mkOption {
        w other.nix: { lib, ... }: { hypervisor.web.«"port"» = lib.mkForce 1; }
    "#]];
    check(&at_read, expected);
}

#[test]
fn it_does_not_matter_where_one_asks() {
    let asked = |module: &str| {
        let (fixture, at) = with_options(module);
        references(&fixture.snapshot(), at)
    };
    let first = asked(&EVERY_WAY.replace("a = cfg.port", "a = cfg.po$0rt"));
    assert!(first.is_some());
    for (from, to) in [
        ("{ port = 80", "{ $0port = 80"),
        ("with cfg; port", "with cfg; port$0"),
        ("web.port or", "web.p$0ort or"),
        ("port.isDefined", "po$0rt.isDefined"),
        ("web) port; }", "web) po$0rt; }"),
        ("\"port\"", "\"po$0rt\""),
    ] {
        assert_eq!(asked(&EVERY_WAY.replace(from, to)), first, "{to}");
    }
}

#[test]
fn a_group() {
    check(
        "{ config, ... }: { hypervisor.w$0eb.port = 1; x = config.hypervisor.web.tls.certificate; y = config.hypervisor; }",
        expect![[r#"
            w module.nix: { config, ... }: { hypervisor.«web».port = 1; x = config.hypervisor.web.tls.certificate; y = config.hypervisor; }
            r module.nix: { config, ... }: { hypervisor.web.port = 1; x = config.hypervisor.«web».tls.certificate; y = config.hypervisor; }
            r modules/old.nix: imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" «"web"» "port" ]) ];
            d modules/web.nix: options.hypervisor.«web» = {
        "#]],
    );
}

#[test]
fn a_group_whose_options_are_bound_to_a_name() {
    check(
        "{ lib, ... }: let webOptions = { tls = { cert = lib.mkOption { }; }; };
in { options.hypervisor.site = webOptions; config.hypervisor.site.t$0ls.cert = 1; }",
        expect![[r#"
            d module.nix: { lib, ... }: let webOptions = { «tls» = { cert = lib.mkOption { }; }; };
            w module.nix: in { options.hypervisor.site = webOptions; config.hypervisor.site.«tls».cert = 1; }
        "#]],
    );
    check(
        "{ lib, ... }: let webOptions = { tls = { cert = lib.mkOption { }; }; };
in { options.hypervisor.site = webOptions; config.hypervisor.s$0ite.tls.cert = 1; }",
        expect![[r#"
            d module.nix: in { options.hypervisor.«site» = webOptions; config.hypervisor.site.tls.cert = 1; }
            w module.nix: in { options.hypervisor.site = webOptions; config.hypervisor.«site».tls.cert = 1; }
        "#]],
    );
}

#[test]
fn a_member_of_submodules() {
    check(
        "{ config, ... }: {
  hypervisor.vms.db.mem$0ory = 1;
  hypervisor.vms.web = { config, ... }: { memory = 2; };
  hypervisor.vms.mail = { memory = 3; };
  x = config.hypervisor.vms.db.memory;
  y = config.hypervisor.vms.${z}.memory;
}",
        expect![[r#"
            w module.nix: hypervisor.vms.db.«memory» = 1;
            w module.nix: hypervisor.vms.web = { config, ... }: { «memory» = 2; };
            w module.nix: hypervisor.vms.mail = { «memory» = 3; };
            r module.nix: x = config.hypervisor.vms.db.«memory»;
            r module.nix: y = config.hypervisor.vms.${z}.«memory»;
            d modules/vms.nix: «memory» = lib.mkOption { type = lib.types.ints.positive; description = "MiB."; };
        "#]],
    );
    check(
        "{ config, ... }: { hypervisor.disks = [ { si$0ze = 1; } { size = 2; } ]; }",
        expect![[r#"
            w module.nix: { config, ... }: { hypervisor.disks = [ { «size» = 1; } { size = 2; } ]; }
            w module.nix: { config, ... }: { hypervisor.disks = [ { size = 1; } { «size» = 2; } ]; }
            d modules/vms.nix: options.«size» = lib.mkOption { type = lib.types.int; };
        "#]],
    );
}

#[test]
fn a_renamed_option_from_the_list_that_renames_it() {
    check(
        "{ lib, config, ... }: { imports = [ (lib.mkRenamedOptionModule [ \"hypervisor\" \"old\" ] [ \"hypervisor\" \"web\" \"p$0ort\" ]) ]; x = config.hypervisor.old; }",
        expect![[r#"
            r module.nix: { lib, config, ... }: { imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "old" ] [ "hypervisor" "web" «"port"» ]) ]; x = config.hypervisor.old; }
            r modules/old.nix: imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" «"port"» ]) ];
            d modules/web.nix: «port» = lib.mkOption {
        "#]],
    );
    check(
        "{ lib, config, ... }: { imports = [ (lib.mkRenamedOptionModule [ \"hypervisor\" \"o$0ld\" ] [ \"hypervisor\" \"web\" \"port\" ]) ]; x = config.hypervisor.old; }",
        expect![[r#"
            d module.nix: { lib, config, ... }: { imports = [ (lib.mkRenamedOptionModule [ "hypervisor" «"old"» ] [ "hypervisor" "web" "port" ]) ]; x = config.hypervisor.old; }
            r module.nix: { lib, config, ... }: { imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "old" ] [ "hypervisor" "web" "port" ]) ]; x = config.hypervisor.«old»; }
        "#]],
    );
}

#[test]
fn an_option_that_nobody_here_declares() {
    check(
        "{ config, ... }: { services.nginx.en$0able = true; x = config.services.nginx.enable; }",
        expect![[r#"
            w module.nix: { config, ... }: { services.nginx.«enable» = true; x = config.services.nginx.enable; }
            r module.nix: { config, ... }: { services.nginx.enable = true; x = config.services.nginx.«enable»; }
        "#]],
    );
}

#[test]
fn local_names() {
    check(
        "{ config, ... }: let port = 80; in { x = po$0rt; y = { inherit port; }; z = let port = 1; in port; }",
        expect![[r#"
            d module.nix: { config, ... }: let «port» = 80; in { x = port; y = { inherit port; }; z = let port = 1; in port; }
            r module.nix: { config, ... }: let port = 80; in { x = «port»; y = { inherit port; }; z = let port = 1; in port; }
            r module.nix: { config, ... }: let port = 80; in { x = port; y = { inherit «port»; }; z = let port = 1; in port; }
        "#]],
    );
    check(
        "{ a, b ? a, ... }@args: { x = a$0; y = args.a; }",
        expect![[r#"
            d module.nix: { «a», b ? a, ... }@args: { x = a; y = args.a; }
            r module.nix: { a, b ? «a», ... }@args: { x = a; y = args.a; }
            r module.nix: { a, b ? a, ... }@args: { x = «a»; y = args.a; }
        "#]],
    );
    check(
        "let f = x: x + 1; in { y = f 1; z = $0f 2; }",
        expect![[r#"
        d module.nix: let «f» = x: x + 1; in { y = f 1; z = f 2; }
        r module.nix: let f = x: x + 1; in { y = «f» 1; z = f 2; }
        r module.nix: let f = x: x + 1; in { y = f 1; z = «f» 2; }
    "#]],
    );
    check(
        "let d = { memory = 1; }; in { x = d.mem$0ory; y = d.memory; z = { memory = 3; }; }",
        expect![[r#"
            d module.nix: let d = { «memory» = 1; }; in { x = d.memory; y = d.memory; z = { memory = 3; }; }
            r module.nix: let d = { memory = 1; }; in { x = d.«memory»; y = d.memory; z = { memory = 3; }; }
            r module.nix: let d = { memory = 1; }; in { x = d.memory; y = d.«memory»; z = { memory = 3; }; }
        "#]],
    );
}

#[test]
fn a_file() {
    check(
        "{ imports = [ ./modules/w$0eb.nix ]; }\n#- x/default.nix\n{ imports = [ ../modules/web.nix ]; }",
        expect![[r#"
            r module.nix: { imports = [ «./modules/web.nix» ]; }
            r x/default.nix: { imports = [ «../modules/web.nix» ]; }
        "#]],
    );
}

#[test]
fn highlights_stay_in_the_file_and_tell_writing_from_reading() {
    check_highlights(
        "{ config, lib, ... }: {
  options.hypervisor.site.port = lib.mkOption { };
  config.hypervisor.site.po$0rt = 1;
  config.x = config.hypervisor.site.port;
}
#- other.nix
{ hypervisor.site.port = 2; }",
        expect![[r#"
            d module.nix: options.hypervisor.site.«port» = lib.mkOption { };
            w module.nix: config.hypervisor.site.«port» = 1;
            r module.nix: config.x = config.hypervisor.site.«port»;
        "#]],
    );
    check_highlights(
        "{ x = let a = 1; in a$0; }",
        expect![[r#"
        d module.nix: { x = let «a» = 1; in a; }
        r module.nix: { x = let a = 1; in «a»; }
    "#]],
    );
}

#[test]
fn a_broken_line_does_not_hide_the_others() {
    check_highlights(
        "{ config, ... }: let cfg = config.hypervisor.web; in {
  x = cfg.po$0rt
  y = cfg.port;
  z = cfg.
}",
        expect![[r#"
            r module.nix: x = cfg.«port»
            r module.nix: y = cfg.«port»;
        "#]],
    );
}

#[test]
fn blanks_are_nothing() {
    let (fixture, at) = with_options("{ $0 }");
    let at = FilePosition { file: at.file, offset: at.offset };
    assert_eq!(references(&fixture.snapshot(), at), None);
}
