//! What paths mean, and what stands behind them.

use expect_test::{Expect, expect};
use module::OptionPath;
use test_support::Fixture;

const TREE: &str = r#"
#- configuration.nix
{ imports = [ ./web.nix ./vms ]; hypervisor.vms.db.memory = 512; }
#- web.nix
{ config, lib, ... }:
{
  options.hypervisor.web = {
    enable = lib.mkEnableOption "web";
    settings = lib.mkOption { type = lib.types.attrs; };
  };
  config.x = config.hypervisor.vms.web1.memory + config.hypervisor.vms.${"a" + "b"}.memory;
}
#- vms/default.nix
{ lib, ... }:
{
  options.hypervisor.vms = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule {
      options.memory = lib.mkOption { type = lib.types.int; };
      options.disk = lib.mkOption {
        type = lib.types.submodule { freeformType = lib.types.attrs; options.size = lib.mkOption { }; };
      };
    });
  };
}
"#;

#[track_caller]
fn check_paths(paths: &[&str], expected: Expect) {
    let fixture = Fixture::new(TREE);
    let snapshot = fixture.snapshot();
    let mut shown = String::new();
    for path in paths {
        let meaning = snapshot.resolve(&OptionPath::parse(path));
        shown.push_str(&format!("{path}: {meaning:?}\n"));
    }
    expected.assert_eq(&shown);
}

#[test]
fn what_written_paths_mean() {
    check_paths(
        &[
            "hypervisor",
            "hypervisor.web",
            "hypervisor.web.enable",
            "hypervisor.web.prot",
            "hypervisor.web.settings.anything",
            "hypervisor.vms.web1",
            "hypervisor.vms.web1.memory",
            "hypervisor.vms.web1.memroy",
            "hypervisor.vms.web1.disk.size",
            "hypervisor.vms.web1.disk.speed",
            "services.foo",
        ],
        expect![[r#"
            hypervisor: Group(hypervisor)
            hypervisor.web: Group(hypervisor.web)
            hypervisor.web.enable: Option(hypervisor.web.enable)
            hypervisor.web.prot: Undeclared { known: hypervisor.web, missing: "prot" }
            hypervisor.web.settings.anything: Inside { option: hypervisor.web.settings, rest: anything }
            hypervisor.vms.web1: Group(hypervisor.vms.<name>)
            hypervisor.vms.web1.memory: Option(hypervisor.vms.<name>.memory)
            hypervisor.vms.web1.memroy: Undeclared { known: hypervisor.vms.<name>, missing: "memroy" }
            hypervisor.vms.web1.disk.size: Option(hypervisor.vms.<name>.disk.size)
            hypervisor.vms.web1.disk.speed: Inside { option: hypervisor.vms.<name>.disk, rest: speed }
            services.foo: Undeclared { known: , missing: "services" }
        "#]],
    );
}

#[test]
fn uses_of_a_member_are_found_under_every_name() {
    let fixture = Fixture::new(TREE);
    let snapshot = fixture.snapshot();
    let memory = OptionPath::parse("hypervisor.vms.<name>.memory");
    let mut uses = snapshot.definitions(&memory, |found| found.fact.path.to_string());
    uses.extend(snapshot.reads(&memory, |found| found.fact.path.to_string()));
    assert_eq!(
        uses,
        ["hypervisor.vms.db.memory", "hypervisor.vms.web1.memory", "hypervisor.vms.ab.memory",]
    );
}

#[test]
fn acquaintances_are_who_uses_declares_or_imports() {
    let fixture = Fixture::new(TREE);
    let snapshot = fixture.snapshot();
    let root = Fixture::root();
    let acquaintances = |path: &str| {
        let found = snapshot.acquaintances(root.join(path));
        let mut names: Vec<&str> = found.iter().map(|file| file.relative_to(root)).collect();
        names.sort_unstable();
        names.join(" ")
    };
    // Its option is used by nobody; it reads one of a member, and the root imports it.
    assert_eq!(acquaintances("web.nix"), "configuration.nix vms/default.nix web.nix");
    assert_eq!(acquaintances("vms/default.nix"), "configuration.nix vms/default.nix web.nix");
    // Nothing of it is in the other module's interest.
    assert_eq!(acquaintances("configuration.nix"), "configuration.nix vms/default.nix");
}

#[test]
fn children_are_sorted_names() {
    let fixture = Fixture::new(TREE);
    let children = fixture.snapshot().children(&OptionPath::parse("hypervisor.web"));
    let names: Vec<&str> = children.iter().map(|child| child.name.as_str()).collect();
    assert_eq!(names, ["enable", "settings"]);
}

#[test]
fn a_configuration_whose_imports_resolve_closes_the_namespace() {
    assert!(Fixture::new(TREE).snapshot().reach().is_closed());
    let missing = TREE.replace("./web.nix", "./wep.nix");
    assert!(!Fixture::new(&missing).snapshot().reach().is_closed());
}

#[test]
fn the_listing_is_that_of_nix_own_documentation() {
    let fixture = Fixture::new(
        r#"
#- module.nix
{ lib, pkgs, ... }:
let job.options.at = lib.mkOption { type = lib.types.str; };
in {
  imports = [
    (lib.mkRenamedOptionModule [ "old" ] [ "jobs" ])
    (lib.mkRenamedOptionModule [ "moved" ] [ "settings" "moved" ])
    (lib.mkRemovedOptionModule [ "gone" ] "It was of no use.")
  ];
  options.jobs = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule job); };
  options.again = lib.mkOption { type = lib.types.submodule job; visible = "shallow"; };
  options.settings = lib.mkOption { type = (pkgs.formats.toml { }).type; };
  options.choice = lib.mkOption {
    type = lib.types.attrTag { b = lib.mkOption { type = lib.types.int; }; a = lib.mkEnableOption "a"; };
  };
}
"#,
    );
    let snapshot = fixture.snapshot();
    let mut shown: Vec<String> = snapshot
        .listing()
        .iter()
        .map(|listed| {
            format!("{}: {}", listed.path, listed.ty.description().unwrap_or("?".to_owned()))
        })
        .collect();
    shown.sort();
    expect![[r#"
        again: submodule
        choice.a: boolean
        choice.b: signed integer
        choice: attribute-tagged union with choices: a, b
        gone: unspecified value
        jobs.<name>.at: string
        jobs: attribute set of (submodule)
        moved: submodule
        old.<name>.at: string
        old: attribute set of (submodule)
        settings: TOML value"#]]
    .assert_eq(&shown.join("\n"));
    assert_eq!(
        snapshot.resolve(&OptionPath::parse("old.nightly.at")),
        index::Resolved::Option(OptionPath::parse("jobs.<name>.at"))
    );
}
