use super::with_options;
use crate::{
    Dependency, FilePosition, LensAbout, dependants, dependencies, hierarchy_item, lens_text,
    lenses,
};
use expect_test::{Expect, expect};
use test_support::Fixture;

const MODULE: &str = "{ config, lib, ... }:
let cfg = config.hypervisor.web; in
{
  options.hypervisor.site = lib.mkOption { default = cfg.port; };
  config = lib.mkIf cfg.enable {
    services.site.port = cfg.port;
    services.site.name = \"a\";
    hypervisor.web.port = config.hypervisor.site + 1;
  };
}
#- other.nix
{ config, ... }: { imports = [ ./module.nix ]; x = with config.hypervisor.web; port; }
";

fn shown(fixture: &Fixture, found: &[Dependency]) -> String {
    let line = |found: &Dependency| {
        let reads = found.reads.iter().map(|read| {
            let path = read.file.relative_to(Fixture::root());
            format!("{path} {}", &fixture.text(read.file)[read.text_range()])
        });
        let file = found.item.file;
        let focus = &fixture.text(file)[found.item.focus];
        let at = format!("{} {focus}", file.relative_to(Fixture::root()));
        format!("{} ({at}): {}\n", found.item.path, reads.collect::<Vec<_>>().join(", "))
    };
    found.iter().map(line).collect()
}

/// What the first marked option decides, and what decides it.
#[track_caller]
fn check_tree(text: &str, dependants_: Expect, dependencies_: Expect) {
    let (fixture, at) = with_options(text);
    let snapshot = fixture.snapshot();
    let item = hierarchy_item(&snapshot, at).expect("an option");
    dependants_.assert_eq(&shown(&fixture, &dependants(&snapshot, &item.path)));
    dependencies_.assert_eq(&shown(&fixture, &dependencies(&snapshot, &item.path)));
}

#[track_caller]
fn check(from: &str, to: &str, dependants_: Expect, dependencies_: Expect) {
    check_tree(&MODULE.replacen(from, to, 1), dependants_, dependencies_);
}

#[test]
fn who_reads_an_option_and_what_it_reads() {
    check(
        "= cfg.port; };",
        "= cfg.p$0ort; };",
        expect![[r#"
        hypervisor.site (module.nix site): module.nix cfg.port
        services.site.port (module.nix services.site.port): module.nix cfg.port
        x (other.nix x): other.nix port
    "#]],
        expect![[r#"
        hypervisor.web.enable (modules/web.nix enable): module.nix cfg.enable
        hypervisor.site (module.nix site): module.nix config.hypervisor.site
    "#]],
    );
    check(
        "cfg.enable",
        "cfg.en$0able",
        expect![[r#"
            services.site.port (module.nix services.site.port): module.nix cfg.enable
            services.site.name (module.nix services.site.name): module.nix cfg.enable
            hypervisor.web.port (module.nix hypervisor.web.port): module.nix cfg.enable
        "#]],
        expect![[r#""#]],
    );
    check(
        "services.site.port",
        "services.site.p$0ort",
        expect![[r#""#]],
        expect![[r#"
        hypervisor.web.enable (modules/web.nix enable): module.nix cfg.enable
        hypervisor.web.port (modules/web.nix port): module.nix cfg.port
    "#]],
    );
}

#[test]
fn a_value_bound_elsewhere_depends_as_if_it_stood_there() {
    check_tree(
        "{ config, lib, ... }:
let
  cfg = config.hypervisor.web;
  address = \"localhost:${toString cfg.port}\";
  on = cfg.enable;
in
{
  config = lib.mkIf on {
    services.a.add$0ress = address;
    services.a.name = if on then \"a\" else \"b\";
  };
}
",
        expect![[r#""#]],
        expect![[r#"
            hypervisor.web.port (modules/web.nix port): module.nix cfg.port
            hypervisor.web.enable (modules/web.nix enable): module.nix on
        "#]],
    );
    check_tree(
        "{ config, lib, ... }:
let
  cfg = config.hypervisor.web;
  on = cfg.ena$0ble;
in
{
  config = lib.mkIf on { services.a.name = \"a\"; };
  config.services.b.name = lib.mkMerge [ (lib.mkIf on \"b\") (lib.mkIf config.x \"c\") ];
}
",
        expect![[r#"
            services.a.name (module.nix services.a.name): module.nix on
            services.b.name (module.nix config.services.b.name): module.nix on
        "#]],
        expect![[r#""#]],
    );
}

#[test]
fn members_of_a_submodule_depend_on_what_their_definitions_need() {
    check_tree(
        "{ config, lib, ... }:
{
  options.hypervisor.vms = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule {
      options.mem$0ory = lib.mkOption { type = lib.types.int; };
    });
  };
  config.hypervisor.vms.db.memory = config.hypervisor.web.port;
  config.total = config.hypervisor.vms.db.memory;
}
",
        expect![[r#"
            total (module.nix config.total): module.nix config.hypervisor.vms.db.memory
        "#]],
        expect![[r#"
            hypervisor.web.port (modules/web.nix port): module.nix config.hypervisor.web.port
        "#]],
    );
}

#[test]
fn nothing_else_is_in_the_hierarchy() {
    let (fixture, at) = with_options("{ lib, ... }: { x = l$0ib; }");
    assert_eq!(hierarchy_item(&fixture.snapshot(), at), None);
}

#[test]
fn lenses_count_when_they_are_asked_for() {
    let (fixture, _) = with_options(&format!("$0{MODULE}"));
    let snapshot = fixture.snapshot();
    let mut out = String::new();
    for path in ["modules/web.nix", "module.nix", "modules/old.nix"] {
        let file = fixture.file(path);
        for lens in lenses(&snapshot, file, false) {
            let at = FilePosition { file, offset: lens.range.start() };
            let text = lens_text(&snapshot, at, lens.about).expect("a text");
            let name = &fixture.text(file)[lens.range];
            out.push_str(&format!("{path} {name}: {} {}\n", text.title, text.places.len()));
        }
    }
    expect![[r#"
        modules/web.nix : turned on by hypervisor.web.enable · imported by no module 0
        modules/web.nix enable: set 0× · read 1× 1
        modules/web.nix port: set 1× · read 4× 5
        modules/web.nix certificate: set 0× · read 0× 0
        module.nix : imported in 1 place 1
        module.nix site: set 0× · read 1× 1
        modules/old.nix : imported by no module 0
    "#]]
    .assert_eq(&out);
    let file = fixture.file("modules/web.nix");
    let halves = lenses(&snapshot, file, true).into_iter().skip(3).take(2).map(|lens| {
        let at = FilePosition { file, offset: lens.range.start() };
        let text = lens_text(&snapshot, at, lens.about).expect("a text");
        (fixture.text(file)[lens.range].to_owned(), text.title, text.places.len())
    });
    let expected = [("set 1×", 1), ("read 4×", 4)];
    let expected = expected.map(|(title, places)| ("port".to_owned(), title.to_owned(), places));
    assert_eq!(halves.collect::<Vec<_>>(), expected);
    let gone = FilePosition { file: fixture.file("module.nix"), offset: 3.into() };
    assert_eq!(lens_text(&snapshot, gone, LensAbout::Option), None);
}
