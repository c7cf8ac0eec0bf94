use crate::{AssistKind, assists};
use expect_test::{Expect, expect};
use lints::{Profile, Settings, check_file};
use syntax::{TextRange, TextSize, apply_edits};
use test_support::Fixture;

/// Shows the text after the assist that wraps `config`.
#[track_caller]
fn check(module: &str, expected: Expect) {
    let fixture = Fixture::new(module.trim_start());
    let (file, offset) = fixture.cursor();
    let offered =
        assists(&fixture.snapshot(), &Settings::default(), file, TextRange::empty(offset), |_| {
            true
        });
    let wrap = offered.iter().find(|assist| assist.title.starts_with("Wrap config"));
    let Some(wrap) = wrap else { return expected.assert_eq("not offered") };
    let edits: Vec<_> = wrap.edits.iter().map(|edit| edit.edit.clone()).collect();
    let text = apply_edits(&fixture.text(file), &edits).unwrap();
    assert!(module::lower(&text.as_str().into()).syntax_errors.is_empty(), "{text}");
    assert!(wrap.kind == AssistKind::Rewrite || wrap.fixes.is_some());
    expected.assert_eq(&format!("{}\n{text}", wrap.title));
}

const OPTION: &str = "options.hypervisor.web.enable = lib.mkEnableOption \"web\";";

#[track_caller]
fn check_body(head: &str, config: &str, expected: Expect) {
    check(&format!("{head}{{\n  {OPTION}\n  {config}\n}}\n"), expected);
}

#[test]
fn a_whole_config() {
    check_body(
        "{ config, lib, ... }:\n",
        "# Kept.\n  config = {$0 # kept\n    a = 1;\n\tb.c = 2;\n  };",
        expect![[r#"
            Wrap config in `lib.mkIf config.hypervisor.web.enable`
            { config, lib, ... }:
            {
              options.hypervisor.web.enable = lib.mkEnableOption "web";
              # Kept.
              config = lib.mkIf config.hypervisor.web.enable { # kept
                a = 1;
            	b.c = 2;
              };
            }
        "#]],
    );
    check_body(
        "{ config, lib, ... }:\nlet cfg = config.hypervisor.web; in\n",
        "config = {$0\n    a = 1;\n  };",
        expect![[r#"
            Wrap config in `lib.mkIf cfg.enable`
            { config, lib, ... }:
            let cfg = config.hypervisor.web; in
            {
              options.hypervisor.web.enable = lib.mkEnableOption "web";
              config = lib.mkIf cfg.enable {
                a = 1;
              };
            }
        "#]],
    );
    check_body(
        "{ config, lib, ... }:\n",
        "config = let cfg = config.hypervisor.web; in {$0 a = cfg.enable; };",
        expect![[r#"
            Wrap config in `lib.mkIf cfg.enable`
            { config, lib, ... }:
            {
              options.hypervisor.web.enable = lib.mkEnableOption "web";
              config = let cfg = config.hypervisor.web; in lib.mkIf cfg.enable { a = cfg.enable; };
            }
        "#]],
    );
    check_body(
        "{ config, lib, ... }:\n",
        "config = { a = 1; } // { b = 2; };$0",
        expect![[r#"
        Wrap config in `lib.mkIf config.hypervisor.web.enable`
        { config, lib, ... }:
        {
          options.hypervisor.web.enable = lib.mkEnableOption "web";
          config = lib.mkIf config.hypervisor.web.enable ({ a = 1; } // { b = 2; });
        }
    "#]],
    );
}

#[test]
fn parts_of_a_config() {
    check_body(
        "{ config, lib, ... }:\n",
        "config.a = 1;$0\n  config.b.c = f 1;",
        expect![[r#"
        Wrap config in `lib.mkIf config.hypervisor.web.enable`
        { config, lib, ... }:
        {
          options.hypervisor.web.enable = lib.mkEnableOption "web";
          config.a = lib.mkIf config.hypervisor.web.enable 1;
          config.b.c = lib.mkIf config.hypervisor.web.enable (f 1);
        }
    "#]],
    );
    check_body(
        "{ config, lib, ... }:\n",
        "config = lib.mkMerge [\n    { a = 1; }$0\n    (lib.mkIf config.x { b = 1; })\n    (lib.optionalAttrs config.y { c = 1; })\n    { d = f 1; }\n  ];",
        expect![[r#"
            Wrap config in `lib.mkIf config.hypervisor.web.enable`
            { config, lib, ... }:
            {
              options.hypervisor.web.enable = lib.mkEnableOption "web";
              config = lib.mkMerge [
                (lib.mkIf config.hypervisor.web.enable { a = 1; })
                (lib.mkIf config.x { b = 1; })
                (lib.mkIf config.hypervisor.web.enable (lib.optionalAttrs config.y { c = 1; }))
                (lib.mkIf config.hypervisor.web.enable { d = f 1; })
              ];
            }
        "#]],
    );
    check_body(
        "{ config, lib, ... }:\n",
        "config = {$0\n    a = lib.mkIf config.x 1;\n    b = 2;\n    c = if config.x then 1 else 2;\n  };",
        expect![[r#"
            Wrap config in `lib.mkIf config.hypervisor.web.enable`
            { config, lib, ... }:
            {
              options.hypervisor.web.enable = lib.mkEnableOption "web";
              config = lib.mkIf config.hypervisor.web.enable {
                a = lib.mkIf config.x 1;
                b = 2;
                c = if config.x then 1 else 2;
              };
            }
        "#]],
    );
}

#[test]
fn what_has_the_condition_already_keeps_it() {
    check_body(
        "{ config, lib, ... }:\nlet cfg = config.hypervisor.web; in\n",
        "config = {$0\n    a = lib.mkIf cfg.enable 1;\n    b.c = -2;\n    d = { };\n  };",
        expect![[r#"
            Wrap config in `lib.mkIf cfg.enable`
            { config, lib, ... }:
            let cfg = config.hypervisor.web; in
            {
              options.hypervisor.web.enable = lib.mkEnableOption "web";
              config = {
                a = lib.mkIf cfg.enable 1;
                b.c = lib.mkIf cfg.enable (-2);
                d = { };
              };
            }
        "#]],
    );
}

#[test]
fn a_switch_of_a_part_is_not_the_modules() {
    check(
        "{ lib, ... }: {
  options.hypervisor.a = {
    mode = lib.mkOption { };
    level = lib.mkOption { };
    cache.enable = lib.mkEnableOption \"the cache\";
  };
  config = {$0 x = 1; };
}",
        expect!["not offered"],
    );
}

#[test]
fn names_that_the_file_has_or_lacks() {
    check_body(
        "{ config, lib, ... }:\nwith lib;\n",
        "config = {$0 a = 1; };",
        expect![[r#"
        Wrap config in `mkIf config.hypervisor.web.enable`
        { config, lib, ... }:
        with lib;
        {
          options.hypervisor.web.enable = lib.mkEnableOption "web";
          config = mkIf config.hypervisor.web.enable { a = 1; };
        }
    "#]],
    );
    check_body(
        "{ config, lib, ... }:\nlet inherit (lib) mkIf; in\n",
        "config = {$0 a = 1; };",
        expect![[r#"
            Wrap config in `mkIf config.hypervisor.web.enable`
            { config, lib, ... }:
            let inherit (lib) mkIf; in
            {
              options.hypervisor.web.enable = lib.mkEnableOption "web";
              config = mkIf config.hypervisor.web.enable { a = 1; };
            }
        "#]],
    );
    check_body(
        "{ lib, ... }:\n",
        "config = {$0 a = 1; };",
        expect![[r#"
        Wrap config in `lib.mkIf config.hypervisor.web.enable`
        { config, lib, ... }:
        {
          options.hypervisor.web.enable = lib.mkEnableOption "web";
          config = lib.mkIf config.hypervisor.web.enable { a = 1; };
        }
    "#]],
    );
    check_body(
        "{ lib\n, pkgs\n, ...\n}:\n",
        "config = {$0 a = 1; };",
        expect![[r#"
        Wrap config in `lib.mkIf config.hypervisor.web.enable`
        { config, lib
        , pkgs
        , ...
        }:
        {
          options.hypervisor.web.enable = lib.mkEnableOption "web";
          config = lib.mkIf config.hypervisor.web.enable { a = 1; };
        }
    "#]],
    );
    check_body(
        "{ ... }:\nlet lib = import <lib>; in\n",
        "config = {$0 a = 1; };",
        expect!["not offered"],
    );
    check_body("args: with args;\n", "config = {$0 a = 1; };", expect!["not offered"]);
}

#[test]
fn not_where_it_is_not_certain() {
    // Guarded already.
    check_body(
        "{ config, lib, ... }:\n",
        "config = lib.mkIf config.hypervisor.web.enable {$0 a = 1; };",
        expect!["not offered"],
    );
    // The condition would decide about itself.
    check_body(
        "{ config, lib, ... }:\n",
        "config = {$0 hypervisor.web.enable = lib.mkDefault true; a = 1; };",
        expect!["not offered"],
    );
    // No enable option; two that might be meant.
    check(
        "{ lib, ... }: { options.hypervisor.a.b = lib.mkOption { }; config = {$0 x = 1; }; }",
        expect!["not offered"],
    );
    check(
        "{ lib, ... }: {
  options.hypervisor.a.enable = lib.mkEnableOption \"a\";
  options.hypervisor.b.enable = lib.mkEnableOption \"b\";
  config = {$0 x = 1; };
}",
        expect!["not offered"],
    );
    // Inside a plain set `mkIf` would be data.
    check(
        "{ lib, ... }: {
  options.hypervisor.a.enable = lib.mkEnableOption \"a\";
  options.hypervisor.a.settings = lib.mkOption { type = lib.types.attrs; };
  config.hypervisor.a.settings.x = 1;$0
}",
        expect!["not offered"],
    );
    // The text is broken.
    check_body("{ config, lib, ... }:\n", "config = {$0 a = 1 };", expect!["not offered"]);
}

#[test]
fn findings_become_quick_fixes() {
    let fixture = Fixture::new(
        "{ config, lib, ... }: {
  options.hypervisor.a.enable = lib.mkEnableOption \"a\";
  config = { b = with lib; 1; };
}",
    );
    let (snapshot, file) = (fixture.snapshot(), fixture.files[0]);
    let whole = TextRange::up_to(TextSize::of(&*fixture.text(file)));
    let found = check_file(&snapshot, &Settings::default(), file);
    let at = |rule| {
        let finding = found.iter().find(|finding| finding.rule == rule);
        finding.map(|finding| (rule, finding.range))
    };
    let shown: Vec<_> = assists(&snapshot, &Settings::default(), file, whole, |_| true)
        .into_iter()
        .map(|assist| (assist.title, assist.kind, assist.fixes))
        .collect();
    let expected = [
        (
            "Wrap config in `lib.mkIf config.hypervisor.a.enable`".to_owned(),
            AssistKind::QuickFix,
            at("unguarded-config"),
        ),
        ("Remove the `with`".to_owned(), AssistKind::QuickFix, at("unused-with")),
    ];
    assert_eq!(shown, expected);
    assert!(shown.iter().all(|(.., fixes)| fixes.is_some()));
}

#[test]
fn the_rewrite_is_offered_where_its_rule_is_off() {
    let fixture = Fixture::new(
        "{ config, lib, ... }: {
  options.hypervisor.a.enable = lib.mkEnableOption \"a\";
  config = { b = 1; };
}",
    );
    let file = fixture.files[0];
    let settings = Settings { profile: Profile::Nixos, ..Settings::default() };
    let offered =
        assists(&fixture.snapshot(), &settings, file, TextRange::empty(0.into()), |_| true);
    let shown: Vec<_> = offered.into_iter().map(|it| (it.title, it.kind, it.fixes)).collect();
    let title = "Wrap config in `lib.mkIf config.hypervisor.a.enable`".to_owned();
    assert_eq!(shown, [(title, AssistKind::Rewrite, None)]);
}

#[test]
fn aliases_are_written_out_here_or_everywhere() {
    let fixture = Fixture::new(
        "#- a.nix\n{ config, ... }: let c$0fg = config.a; in { b = cfg.x; }\n\
         #- b.nix\n{ config, ... }: let cfg = config.b; in { a = cfg.x; }\n",
    );
    let (file, offset) = fixture.cursor();
    let offered =
        assists(&fixture.snapshot(), &Settings::default(), file, TextRange::empty(offset), |_| {
            true
        });
    let titles: Vec<&str> = offered.iter().map(|assist| assist.title.as_str()).collect();
    let expected = [
        "Write `config.a` wherever `cfg` is used",
        "Write out such names in all 2 files that have some",
    ];
    assert_eq!(titles, expected);
}

#[test]
fn an_option_gets_the_guides_name_in_every_module() {
    let fixture = Fixture::new(
        "\
#- a.nix
{ lib, ... }:
{
  options.hypervisor.web.$0listen_port = lib.mkOption { type = lib.types.port; };
}
#- b.nix
{ config, ... }:
let cfg = config.hypervisor.web; in
{
  x = cfg.listen_port; # listen_port
}
",
    );
    let (file, offset) = fixture.cursor();
    let snapshot = fixture.snapshot();
    let offered =
        assists(&snapshot, &Settings::default(), file, TextRange::empty(offset), |_| true);
    let title = "Rename `hypervisor.web.listen_port` to `listenPort` everywhere";
    let rename = offered.iter().find(|assist| assist.title == title).unwrap();
    assert!(matches!(rename.fixes, Some(("option-naming", _))));
    let mut after = String::new();
    for data in snapshot.files() {
        let edits = rename.edits.iter().filter(|edit| edit.file == data.file);
        let edits: Vec<_> = edits.map(|edit| edit.edit.clone()).collect();
        after.push_str(&apply_edits(&data.text, &edits).unwrap());
    }
    expect![[r#"
        { lib, ... }:
        {
          options.hypervisor.web.listenPort = lib.mkOption { type = lib.types.port; };
        }
        { config, ... }:
        let cfg = config.hypervisor.web; in
        {
          x = cfg.listenPort; # listen_port
        }
    "#]]
    .assert_eq(&after);
}

#[test]
fn only_the_kinds_that_are_wanted_are_made() {
    let fixture = Fixture::new(
        "{ lib, ... }: {
  options.hypervisor.web.listen_$0port = lib.mkOption { type = lib.types.port; };
}",
    );
    let (file, offset) = fixture.cursor();
    let (snapshot, settings) = (fixture.snapshot(), Settings::default());
    let at = TextRange::empty(offset);
    for kind in [AssistKind::QuickFix, AssistKind::Rewrite] {
        let offered = assists(&snapshot, &settings, file, at, |it| it == kind);
        let all = assists(&snapshot, &settings, file, at, |_| true);
        let of_it: Vec<_> = all.into_iter().filter(|assist| assist.kind == kind).collect();
        assert!(!of_it.is_empty(), "{kind:?}");
        assert_eq!(offered, of_it);
    }
    assert_eq!(assists(&snapshot, &settings, file, at, |_| false), []);
}
