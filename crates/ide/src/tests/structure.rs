use crate::{
    Move, folds, links, module_graph, moved, moved_files, new_module, option_graph,
    options_document, selections, status,
};
use expect_test::{Expect, expect};
use syntax::{TextEdit, apply_edits};
use test_support::Fixture;

#[track_caller]
fn check_folds(text: &str, expected: Expect) {
    let fixture = Fixture::new(text);
    let text = fixture.text(fixture.files[0]);
    let line = |at: syntax::TextSize| text[..usize::from(at)].matches('\n').count() + 1;
    let folds = folds(&fixture.snapshot(), fixture.files[0]);
    let shown = folds.iter().map(|fold| {
        format!("{}-{} {:?}\n", line(fold.range.start()), line(fold.range.end()), fold.kind)
    });
    expected.assert_eq(&shown.collect::<String>());
}

#[test]
fn what_folds() {
    check_folds(
        "# A comment
# of two lines

# Another.
{ lib, ... }:
let
  a = 1;
in
{
  imports = [
    ./a.nix
  ];
  b = ''
    text
  '';
  c = { };
  d = lib.mkIf true {
    /* one
       more */
    e = [
      1
    ];
  };
}
",
        expect![[r#"
            1-2 Comment
            6-8 Code
            9-24 Code
            10-12 Imports
            13-15 Code
            17-23 Code
            18-19 Comment
            20-22 Code
        "#]],
    );
    check_folds(
        "{ a = {\n b = [\n",
        expect![[r#"
        1-2 Code
        1-2 Code
    "#]],
    );
}

#[test]
fn a_selection_grows_to_what_is_around() {
    let fixture = Fixture::new("{ config, ... }: { a = [ \"x ${config.b$0.c} y\" ]; }");
    let (file, offset) = fixture.cursor();
    let text = fixture.text(file);
    let ranges = &selections(&fixture.snapshot(), file, &[offset])[0];
    for pair in ranges.windows(2) {
        assert!(pair[1].contains_range(pair[0]) && pair[1] != pair[0], "{pair:?}");
    }
    let shown: String = ranges.iter().map(|&range| format!("{}\n", &text[range])).collect();
    expect![[r#"
        b
        b.c
        config.b.c
        ${config.b.c}
        x ${config.b.c} y
        "x ${config.b.c} y"
        [ "x ${config.b.c} y" ]
        a = [ "x ${config.b.c} y" ];
        { a = [ "x ${config.b.c} y" ]; }
        { config, ... }: { a = [ "x ${config.b.c} y" ]; }
    "#]]
    .assert_eq(&shown);
}

#[test]
fn a_selection_grows_so_many_times_and_then_to_the_whole() {
    let fixture = Fixture::new(&format!("{}$0{}", "[".repeat(1000), "]".repeat(1000)));
    let (file, offset) = fixture.cursor();
    let ranges = &selections(&fixture.snapshot(), file, &[offset])[0];
    assert_eq!(ranges.len(), 101);
    assert_eq!(ranges.last().map(|range| range.len()), Some(2000.into()));
}

#[test]
fn paths_that_lead_somewhere_are_links() {
    let fixture = Fixture::new(
        "#- m.nix
{ imports = [ ./a ./b.nix ./missing.nix <nixpkgs> ./${x} ]; c = ./script.sh; }
#- a/default.nix
{ }
#- b.nix
{ }
#- script.sh
",
    );
    let file = fixture.file("m.nix");
    let text = fixture.text(file);
    let found = links(&fixture.snapshot(), file);
    let shown = found.iter().map(|link| {
        format!("{} -> {}\n", &text[link.range], link.target.relative_to(Fixture::root()))
    });
    expect![[r#"
        ./a -> a/default.nix
        ./b.nix -> b.nix
        ./script.sh -> script.sh
    "#]]
    .assert_eq(&shown.collect::<String>());
}

#[track_caller]
fn check_moves(moves: &[(&str, &str)], expected: Expect) {
    let fixture = Fixture::new(
        "#- configuration.nix
{ imports = [ ./modules ./modules/web/main.nix ./modules/vms.nix ]; x = ./modules/web/page.html; }
#- modules/default.nix
{ imports = [ ./web/main.nix ./vms.nix ]; }
#- modules/vms.nix
{ imports = [ ./web/main.nix ]; x = ../configuration.nix; y = ./missing.nix; }
#- modules/web/main.nix
{ imports = [ ../vms.nix ./part.nix ]; page = ./page.html; here = ./.; }
#- modules/web/part.nix
{ }
#- modules/web/page.html
",
    );
    let moves: Vec<Move> = moves
        .iter()
        .map(|(from, to)| Move { from: fixture.file(from), to: fixture.file(to) })
        .collect();
    let edits = moved(&fixture.snapshot(), &moves);
    let mut out = String::new();
    for file in &fixture.files {
        let own: Vec<TextEdit> =
            edits.iter().filter(|it| it.file == *file).map(|it| it.edit.clone()).collect();
        if !own.is_empty() {
            let text = apply_edits(&fixture.text(*file), &own).expect("no overlaps");
            out.push_str(&format!("{}: {text}", file.relative_to(Fixture::root())));
        }
    }
    for it in moved_files(&fixture.snapshot(), &moves) {
        let root = Fixture::root();
        out.push_str(&format!("{} -> {}\n", it.from.relative_to(root), it.to.relative_to(root)));
    }
    expected.assert_eq(&out);
}

#[test]
fn a_module_moves_with_its_imports() {
    check_moves(
        &[("modules/vms.nix", "modules/virtual/machines.nix")],
        expect![[r#"
        configuration.nix: { imports = [ ./modules ./modules/web/main.nix ./modules/virtual/machines.nix ]; x = ./modules/web/page.html; }
        modules/default.nix: { imports = [ ./web/main.nix ./virtual/machines.nix ]; }
        modules/vms.nix: { imports = [ ../web/main.nix ]; x = ../../configuration.nix; y = ../missing.nix; }
        modules/web/main.nix: { imports = [ ../virtual/machines.nix ./part.nix ]; page = ./page.html; here = ./.; }
        modules/vms.nix -> modules/virtual/machines.nix
    "#]],
    );
    check_moves(
        &[("modules/web", "services/www")],
        expect![[r#"
        configuration.nix: { imports = [ ./modules ./services/www/main.nix ./modules/vms.nix ]; x = ./services/www/page.html; }
        modules/default.nix: { imports = [ ../services/www/main.nix ./vms.nix ]; }
        modules/vms.nix: { imports = [ ../services/www/main.nix ]; x = ../configuration.nix; y = ./missing.nix; }
        modules/web/main.nix: { imports = [ ../../modules/vms.nix ./part.nix ]; page = ./page.html; here = ./.; }
        modules/web/main.nix -> services/www/main.nix
        modules/web/part.nix -> services/www/part.nix
    "#]],
    );
    check_moves(
        &[("modules/default.nix", "modules/all.nix")],
        expect![[r#"
        configuration.nix: { imports = [ ./modules/all.nix ./modules/web/main.nix ./modules/vms.nix ]; x = ./modules/web/page.html; }
        modules/default.nix -> modules/all.nix
    "#]],
    );
    check_moves(
        &[("modules/vms.nix", "modules/virtual machines.nix")],
        expect![[r#"
            configuration.nix: { imports = [ ./modules ./modules/web/main.nix (./. + "/modules/virtual machines.nix") ]; x = ./modules/web/page.html; }
            modules/default.nix: { imports = [ ./web/main.nix (./. + "/virtual machines.nix") ]; }
            modules/web/main.nix: { imports = [ (./. + "/../virtual machines.nix") ./part.nix ]; page = ./page.html; here = ./.; }
            modules/vms.nix -> modules/virtual machines.nix
        "#]],
    );
    check_moves(
        &[("modules/web/page.html", "page.html")],
        expect![[r#"
        configuration.nix: { imports = [ ./modules ./modules/web/main.nix ./modules/vms.nix ]; x = ./page.html; }
        modules/web/main.nix: { imports = [ ../vms.nix ./part.nix ]; page = ../../page.html; here = ./.; }
    "#]],
    );
    check_moves(
        &[("modules", "nixos")],
        expect![[r#"
        configuration.nix: { imports = [ ./nixos ./nixos/web/main.nix ./nixos/vms.nix ]; x = ./nixos/web/page.html; }
        modules/default.nix -> nixos/default.nix
        modules/vms.nix -> nixos/vms.nix
        modules/web/main.nix -> nixos/web/main.nix
        modules/web/part.nix -> nixos/web/part.nix
    "#]],
    );
    check_moves(&[("modules/unknown", "modules/other")], expect![[r#""#]]);
}

#[test]
fn a_new_module_is_named_after_its_place() {
    let fixture = Fixture::new(
        "#- modules/web/taken.nix\n{ lib, ... }: { options.hypervisor.web.taken.enable = lib.mkOption { }; }",
    );
    let snapshot = fixture.snapshot();
    let group = |path: &str| {
        let text = new_module(&snapshot, fixture.file(path))?;
        let line = text.lines().find_map(|line| line.trim().strip_prefix("options."));
        line.map(|line| line.trim_end_matches(" = {").to_owned())
    };
    let named = |path: &str| group(path).unwrap_or_else(|| "nothing".to_owned());
    let paths = [
        "modules/backup.nix",
        "modules/network-settings/fire-wall.nix",
        "modules/web/default.nix",
        "modules/web/web.nix",
        "modules/web/taken.nix",
        "modules/web/2d.nix",
        "modules/default.nix",
        "profiles/server.nix",
    ];
    let shown: String = paths.iter().map(|path| format!("{path}: {}\n", named(path))).collect();
    expect![[r#"
        modules/backup.nix: hypervisor.backup
        modules/network-settings/fire-wall.nix: hypervisor.networkSettings.fireWall
        modules/web/default.nix: hypervisor.web
        modules/web/web.nix: hypervisor.web
        modules/web/taken.nix: nothing
        modules/web/2d.nix: nothing
        modules/default.nix: nothing
        profiles/server.nix: nothing
    "#]]
    .assert_eq(&shown);
    expect![[r#"
        { config, lib, ... }:
        {
          options.hypervisor.backup = {
            enable = lib.mkEnableOption "backup";
          };

          config = lib.mkIf config.hypervisor.backup.enable {
          };
        }
    "#]]
    .assert_eq(&new_module(&snapshot, fixture.file("modules/backup.nix")).unwrap());
    // What is suggested is a module that declares and reads what it says.
    let text = new_module(&snapshot, fixture.file("modules/backup.nix")).unwrap();
    let module = Fixture::new(&format!("#- modules/backup.nix\n{text}"));
    assert_eq!(status(&module.snapshot()).options, 1);
    assert_eq!(status(&module.snapshot()).broken_files, 0);
}

#[test]
fn the_tree_as_a_picture() {
    let fixture = Fixture::new(
        "#- configuration.nix
{ imports = [ ./a.nix ./missing.nix ]; hypervisor.b = 1; }
#- a.nix
{ config, lib, ... }: {
  options.hypervisor = { a = lib.mkOption { }; b = lib.mkOption { }; };
  config.hypervisor.a = config.hypervisor.b + config.networking.x;
}
",
    );
    let snapshot = fixture.snapshot();
    expect![[r#"
        graph LR
          n0["a.nix"]
          n1["configuration.nix"]
          n1 --> n0
    "#]]
    .assert_eq(&module_graph(&snapshot).mermaid());
    expect![[r#"
        graph LR
          n0["hypervisor.a"]
          n1["hypervisor.b"]
          n0 --> n1
    "#]]
    .assert_eq(&option_graph(&snapshot).mermaid());
    expect![[r#"
        # Options

        ### `hypervisor.a`

        *type*: unspecified value

        Declared in `a.nix:2`

        Set in 1 place:
        - `a.nix:3`

        ### `hypervisor.b`

        *type*: unspecified value

        Declared in `a.nix:2`

        Set in 1 place:
        - `configuration.nix:1`

        Read in 1 place
    "#]]
    .assert_eq(&options_document(&snapshot));
}

#[test]
fn cycles_are_marked_in_the_picture() {
    let fixture = Fixture::new(
        "#- a.nix
{ imports = [ ./b.nix ./d.nix ]; }
#- b.nix
{ imports = [ ./c.nix ]; }
#- c.nix
{ imports = [ ./a.nix ]; }
#- d.nix
{ imports = [ ./d.nix ./e.nix ]; }
#- e.nix
{ imports = [ ]; }
",
    );
    expect![[r#"
        graph LR
          n0["a.nix"]
          n1["b.nix"]
          n2["d.nix"]
          n3["c.nix"]
          n4["e.nix"]
          n0 ==> n1
          n0 --> n2
          n1 ==> n3
          n2 ==> n2
          n2 --> n4
          n3 ==> n0
          linkStyle 0,2,3,5 stroke:red
    "#]]
    .assert_eq(&module_graph(&fixture.snapshot()).mermaid());
}

#[test]
fn arrows_lead_to_all_that_must_be_known_for_an_option() {
    let fixture = Fixture::new(
        "#- configuration.nix
{ config, lib, ... }:
let on = config.hypervisor.on; in
{
  options.hypervisor = {
    on = lib.mkOption { };
    size = lib.mkOption { default = if on then 2 else 1; };
    name = lib.mkOption { };
    list = lib.mkOption { };
  };
  config = lib.mkIf on {
    hypervisor.name = \"a\";
    hypervisor.list = [ { inside = config.hypervisor.size; } ];
  };
}
",
    );
    expect![[r#"
        graph LR
          n0["hypervisor.list"]
          n1["hypervisor.on"]
          n2["hypervisor.size"]
          n3["hypervisor.name"]
          n0 --> n1
          n0 --> n2
          n2 --> n1
          n3 --> n1
    "#]]
    .assert_eq(&option_graph(&fixture.snapshot()).mermaid());
}

/// As users sort them, whichever name came first.
#[test]
fn the_document_and_the_picture_are_in_the_order_of_the_names() {
    let fixture = Fixture::new(
        "{ config, lib, ... }: {
  options.hypervisor.zzLater = lib.mkOption { default = config.hypervisor.mmBetween; };
  options.hypervisor.aaSooner = lib.mkOption { default = config.hypervisor.mmBetween; };
  options.hypervisor.mmBetween = lib.mkOption { };
}",
    );
    let snapshot = fixture.snapshot();
    let document = options_document(&snapshot);
    let at = ["aaSooner`", "mmBetween`", "zzLater`"].map(|name| document.find(name).unwrap());
    assert!(at.is_sorted(), "{document}");
    let nodes = crate::option_picture(&snapshot).nodes;
    let names: Vec<&str> = nodes.iter().map(|node| &*node.name).collect();
    let expected = ["hypervisor.aaSooner", "hypervisor.mmBetween", "hypervisor.zzLater"];
    assert_eq!(names, expected);
}
