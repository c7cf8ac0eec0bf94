//! What the roots reach, and when everything there is known.

use expect_test::{Expect, expect};
use index::{Snapshot, World};
use module::FileId;
use std::fmt::Write;
use test_support::Fixture;

fn show(snapshot: &Snapshot) -> String {
    let reach = snapshot.reach();
    let mut out = String::new();
    for root in reach.roots() {
        let mut modules: Vec<&str> =
            root.modules().map(|file| file.relative_to(Fixture::root())).collect();
        modules.sort_unstable();
        let state = match (root.is_closed(), root.is_complete()) {
            (true, _) => " (closed)",
            (false, true) => "",
            (false, false) => " (and perhaps more)",
        };
        let _ = writeln!(out, "{}{state}: {}", root.name(), modules.join(" "));
    }
    let unreached: Vec<&str> = snapshot
        .modules()
        .filter(|(file, _)| !reach.is_reached(*file))
        .map(|(file, _)| file.relative_to(Fixture::root()))
        .collect();
    if !unreached.is_empty() {
        let _ = writeln!(out, "unreached: {}", unreached.join(" "));
    }
    out
}

#[track_caller]
fn check(fixture: &str, expected: Expect) {
    expected.assert_eq(&show(&Fixture::new(fixture).snapshot()));
}

#[test]
fn roots_by_convention() {
    check(
        r#"
#- configuration.nix
{ imports = [ ./a.nix ./hardware-configuration.nix ]; }
#- a.nix
{ config, ... }: { }
#- modules/default.nix
{ imports = [ ./web.nix ]; }
#- modules/web.nix
{ config, ... }: { }
#- modules/forgotten.nix
{ config, ... }: { }
#- profiles/small.nix
{ imports = [ ../a.nix ../missing.nix ]; }
#- profiles/large/default.nix
{ imports = [ ../../modules ]; }
#- profiles/large/part.nix
{ config, ... }: { }
#- hosts/one/configuration.nix
{ imports = [ ../../a.nix ]; }
#- examples/configuration.nix
{ imports = [ ./b.nix ]; }
"#,
        expect![[r#"
            configuration.nix (closed): a.nix configuration.nix
            hosts/one/configuration.nix: a.nix hosts/one/configuration.nix
            modules/default.nix: modules/default.nix modules/web.nix
            profiles/large/default.nix: modules/default.nix modules/web.nix profiles/large/default.nix
            profiles/small.nix (and perhaps more): a.nix profiles/small.nix
            unreached: examples/configuration.nix modules/forgotten.nix profiles/large/part.nix
        "#]],
    );
}

#[test]
fn the_outputs_of_flakes() {
    check(
        r#"
#- flake.nix
{
  outputs = { self, nixpkgs, other }: {
    nixosModules.web = ./modules/web.nix;
    nixosConfigurations.known = nixpkgs.lib.nixosSystem {
      modules = [ ./host.nix { services.x = 1; } ];
    };
    nixosConfigurations.open = nixpkgs.lib.nixosSystem {
      modules = [ ./open.nix other.nixosModules.y ];
    };
  };
}
#- host.nix
{ modulesPath, ... }: { imports = [ (modulesPath + "/profiles/minimal.nix") ./modules/web.nix ]; }
#- open.nix
{ config, ... }: { }
#- modules/web.nix
{ config, ... }: { }
#- modules/db.nix
{ config, ... }: { }
#- examples/small/flake.nix
{ outputs = _: { nixosModules.default = ./module.nix; }; }
#- examples/small/module.nix
{ pkgs, lib, ... }: { imports = [ ]; }
"#,
        expect![[r#"
            examples/small#nixosModules.default: examples/small/module.nix
            nixosModules.web: modules/web.nix
            nixosConfigurations.known (closed): flake.nix host.nix modules/web.nix
            nixosConfigurations.open (and perhaps more): open.nix
            unreached: modules/db.nix
        "#]],
    );
}

#[test]
fn what_is_closed_is_closed_for_whoever_is_reached() {
    let fixture = Fixture::new(
        r#"
#- flake.nix
{
  outputs = { nixpkgs, other, ... }: {
    nixosConfigurations.known = nixpkgs.lib.nixosSystem { modules = [ ./a.nix { x = 1; } ]; };
    nixosConfigurations.open = nixpkgs.lib.nixosSystem {
      modules = [ ./a.nix ./b.nix { y = 1; } other.nixosModules.z ];
    };
  };
}
#- a.nix
{ config, ... }: { }
#- b.nix
{ config, ... }: { }
"#,
    );
    let snapshot = fixture.snapshot();
    let reach = snapshot.reach();
    // The module that nobody knows may declare what it likes, but not for the other configuration.
    assert!(!reach.is_closed());
    assert!(reach.is_closed_for(fixture.file("a.nix")));
    assert!(!reach.is_closed_for(fixture.file("b.nix")));
    // What is written in the flake may be that of the configuration with the unknown module.
    assert!(!reach.is_closed_for(fixture.file("flake.nix")));
    let roots: Vec<&str> = reach.roots_of(fixture.file("b.nix")).map(|root| root.name()).collect();
    assert_eq!(roots, ["nixosConfigurations.open"]);
    assert!(reach.is_root(fixture.file("flake.nix")) && !reach.is_root(fixture.file("a.nix")));
}

#[test]
fn closed_namespaces_are_closed_for_modules_outside_the_configuration() {
    let fixture = Fixture::new(
        r#"
#- configuration.nix
{ imports = [ ./a.nix ]; }
#- a.nix
{ config, ... }: { }
#- modules/default.nix
{ imports = [ ./b.nix ./c.nix ]; }
#- modules/b.nix
{ config, ... }: { }
#- modules/c.nix
{ config, ... }: { }
#- modules/forgotten.nix
{ config, ... }: { }
#- profiles/broken.nix
{ imports = [ ../modules/c.nix ./missing.nix ]; }
"#,
    );
    let snapshot = fixture.snapshot();
    let reach = snapshot.reach();
    let closed: Vec<&str> = snapshot
        .modules()
        .filter(|(file, _)| reach.is_closed_for(*file))
        .map(|(file, _)| file.relative_to(Fixture::root()))
        .collect();
    assert_eq!(closed, ["a.nix", "configuration.nix", "modules/b.nix", "modules/default.nix"]);
}

const CONFIGURATION: &str =
    "#- configuration.nix\n{ imports = [ ./a.nix ]; }\n#- a.nix\n{ config, ... }: { }\n";

#[test]
fn a_flake_that_adds_to_the_configuration_opens_it() {
    let with_flake = |modules: &str| {
        format!(
            "{CONFIGURATION}#- flake.nix\n{{ outputs = {{ nixpkgs, other, ... }}: {{ nixosConfigurations.x = \
             nixpkgs.lib.nixosSystem {{ modules = {modules}; }}; }}; }}\n"
        )
    };
    check(
        &with_flake("[ ./configuration.nix { b = 1; } ]"),
        expect![[r#"
        configuration.nix (closed): a.nix configuration.nix
        nixosConfigurations.x (closed): a.nix configuration.nix flake.nix
    "#]],
    );
    check(
        &with_flake("[ ./configuration.nix other.nixosModules.y ]"),
        expect![[r#"
        configuration.nix: a.nix configuration.nix
        nixosConfigurations.x (and perhaps more): a.nix configuration.nix
    "#]],
    );
    // Nobody knows what this one does with it.
    let opaque = format!("{CONFIGURATION}#- flake.nix\n{{ outputs = i: i.other.lib.all ./.; }}\n");
    check(
        &opaque,
        expect![[r#"
        configuration.nix: a.nix configuration.nix
    "#]],
    );
    let packages =
        format!("{CONFIGURATION}#- flake.nix\n{{ outputs = i: {{ packages = i.x; }}; }}\n");
    check(
        &packages,
        expect![[r#"
        configuration.nix (closed): a.nix configuration.nix
    "#]],
    );
}

#[test]
fn disabled_modules_are_not_reached() {
    check(
        r#"
#- configuration.nix
{ lib, config, ... }:
{
  imports = [ ./a.nix ./b.nix ./c ];
  disabledModules = [ ./b.nix "services/x.nix" ./c/default.nix ];
}
#- a.nix
{ imports = [ ./shared.nix ]; }
#- b.nix
{ imports = [ ./shared.nix ./only-b.nix ./missing.nix ]; }
#- c/default.nix
{ config, ... }: { }
#- shared.nix
{ config, ... }: { }
#- only-b.nix
{ config, ... }: { }
"#,
        // `./c` is another key than `./c/default.nix`, to Nix too.
        expect![[r#"
            configuration.nix (closed): a.nix c/default.nix configuration.nix shared.nix
            unreached: b.nix only-b.nix
        "#]],
    );
}

#[test]
fn modules_that_are_imported_perhaps_are_reached() {
    check(
        r#"
#- configuration.nix
{ lib, config, ... }:
{
  imports = lib.optional config.a.b ./a.nix ++ (if config.c then [ ./b.nix ] else [ ./c.nix ]);
}
#- a.nix
{ config, ... }: { }
#- b.nix
{ config, ... }: { }
#- c.nix
{ config, ... }: { }
"#,
        expect![[r#"
            configuration.nix (closed): a.nix b.nix c.nix configuration.nix
        "#]],
    );
}

#[test]
fn roots_of_the_settings_take_the_place_of_all_others() {
    let texts = Fixture::new(
        r#"
#- configuration.nix
{ imports = [ ./a.nix ]; }
#- a.nix
{ config, ... }: { }
#- machines/x.nix
{ imports = [ ../a.nix ]; }
#- flake.nix
{ outputs = _: { nixosModules.a = ./a.nix; nixosModules.b = ./b.nix; }; }
"#,
    );
    let with_roots = |roots: &[&str]| {
        let mut world = World::new(Fixture::setup());
        let texts = texts.snapshot();
        world.apply(
            texts
                .files()
                .map(|data| index::Change::Text { file: data.file, text: data.text.clone() })
                .collect(),
        );
        let roots: Vec<FileId> = roots.iter().map(|root| Fixture::root().join(root)).collect();
        world.set_up(index::Setup { roots, ..Fixture::setup() });
        show(&world.snapshot())
    };
    expect![[r#"
        machines/x.nix: a.nix machines/x.nix
        unreached: configuration.nix flake.nix
    "#]]
    .assert_eq(&with_roots(&["machines/x.nix"]));
    expect![[r#"
        nixosModules.a: a.nix
        nixosModules.b (and perhaps more): 
        unreached: configuration.nix machines/x.nix
    "#]]
    .assert_eq(&with_roots(&["flake.nix"]));
}

#[test]
fn an_edit_of_a_module_leaves_the_flake_alone() {
    let mut fixture = Fixture::new(
        r#"
#- flake.nix
{
  outputs = { nixpkgs, ... }: {
    nixosModules.looked-into = import ./b.nix;
    nixosConfigurations.x = nixpkgs.lib.nixosSystem { modules = [ ./a.nix ]; };
  };
}
#- a.nix
{ config, ... }: { x = 1; }
#- b.nix
{ config, ... }: { x = 1; }
"#,
    );
    let mut edit = |path: &str| -> Vec<&str> {
        let file = fixture.file(path);
        let text = "{ config, ... }: { x = 2; }".into();
        let mut changed = fixture.world.apply(vec![index::Change::Text { file, text }]);
        changed.sort_by_key(|file| file.path());
        changed.iter().map(|file| file.name()).collect()
    };
    assert_eq!(edit("a.nix"), ["a.nix"]);
    assert_eq!(edit("b.nix"), ["b.nix", "flake.nix"]);
}

#[test]
fn what_evaluations_put_together() {
    check(
        r#"
#- default.nix
{ configuration, pkgs, lib ? pkgs.lib, check ? true }:
let
  modules = import ./modules/list.nix { inherit lib; };
  whole = lib.evalModules { modules = [ configuration { _module.check = check; } ] ++ modules; };
in
whole.config.system.build
#- modules/list.nix
{ lib }: lib.optional true ./web.nix ++ [ ./db.nix ]
#- modules/web.nix
{ config, ... }: { }
#- modules/db.nix
{ config, ... }: { }
#- modules/guest.nix
{ config, ... }: { }
#- modules/vms.nix
{ config, lib, inputs, ... }: {
  config.hypervisor.guest = (lib.nixosSystem { modules = [ ./guest.nix ]; }).config;
}
#- nixos.nix
{ config, lib, ... }: {
  options.users = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule { imports = import ./modules/list.nix { inherit lib; }; });
  };
}
#- configuration.nix
{ imports = [ ./modules/vms.nix ]; }
#- docs.nix
{ pkgs }: import "${pkgs.path}/nixos/lib/eval-config.nix" { modules = [ ./nixos.nix { _module.check = false; } ]; }
"#,
        expect![[r#"
            configuration.nix (closed): configuration.nix modules/vms.nix
            default.nix#whole (and perhaps more): default.nix modules/db.nix modules/web.nix
            docs.nix#configuration: docs.nix nixos.nix
            modules/vms.nix#configuration: modules/guest.nix
        "#]],
    );
}

#[test]
fn who_takes_options_that_nothing_declares() {
    let fixture = Fixture::new(
        r#"
#- configuration.nix
{ imports = [ ./strict.nix ./shared.nix ]; }
#- strict.nix
{ config, ... }: { }
#- shared.nix
{ config, ... }: { }
#- docs.nix
{ lib }: lib.evalModules { modules = [ { _module.check = false; } ./shared.nix ./documented.nix ]; }
#- documented.nix
{ config, ... }: { }
#- profiles/free.nix
{ lib, ... }: { imports = [ ../settings.nix ]; freeformType = lib.types.attrsOf lib.types.str; }
#- settings.nix
{ config, ... }: { }
"#,
    );
    let snapshot = fixture.snapshot();
    let names: Vec<&str> = snapshot
        .modules()
        .filter(|(file, _)| snapshot.reach().takes_undeclared(*file))
        .map(|(file, _)| file.relative_to(Fixture::root()))
        .collect();
    assert_eq!(names, ["docs.nix", "documented.nix", "profiles/free.nix", "settings.nix"]);
}
