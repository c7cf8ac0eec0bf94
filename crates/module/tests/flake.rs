//! What a flake is read to offer.

use expect_test::{Expect, expect};
use module::facts::*;
use std::fmt::Write;
use test_support::Fixture;

/// Shows the roots of the fixture's `flake.nix`, and what the modules written in it define and declare.
#[track_caller]
fn check(fixture: &str, expected: Expect) {
    let fixture = Fixture::new(fixture);
    let snapshot = fixture.snapshot();
    let data = snapshot.file(fixture.file("flake.nix")).expect("a flake");
    let facts = data.module().expect("a flake has facts");
    let flake = facts.outputs.as_ref().expect("a flake is one");
    let mut out = String::new();
    for root in &flake.roots {
        let perhaps = if root.complete { "" } else { " (and perhaps more)" };
        let at = snapshot.source(root.at).unwrap_or("?");
        let _ = writeln!(out, "{:?} {} at {at}{perhaps}", root.kind, root.name);
        for import in &root.imports {
            let target = match import.target {
                ImportTarget::Path(path) => path.relative_to(Fixture::root()).to_owned(),
                ImportTarget::Inline => "written here".to_owned(),
                ImportTarget::External => "nixpkgs".to_owned(),
                ImportTarget::Unknown => "unknown".to_owned(),
            };
            let perhaps = if import.conditional { " perhaps" } else { "" };
            let _ = writeln!(out, "  {target}{perhaps}");
        }
        for path in &root.disabled_modules {
            let _ = writeln!(out, "  without {}", path.relative_to(Fixture::root()));
        }
        let names: Vec<&str> = root.special_args.names.iter().map(|name| name.as_str()).collect();
        if !names.is_empty() {
            let more = if root.special_args.complete { "" } else { " and more" };
            let _ = writeln!(out, "  given {}{more}", names.join(", "));
        }
    }
    if !flake.complete {
        let _ = writeln!(out, "and perhaps other configurations");
    }
    for declared in &facts.declarations {
        let _ = writeln!(out, "declares {}", declared.path);
    }
    for defined in facts.definitions.iter().filter(|defined| !defined.is_group) {
        let _ = writeln!(out, "defines {} = {:?}", defined.path, defined.known);
    }
    for read in &facts.reads {
        let _ = writeln!(out, "reads {}", read.path);
    }
    expected.assert_eq(&out);
}

#[test]
fn a_configuration_and_its_modules() {
    check(
        r#"
#- flake.nix
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05";
  outputs = { self, nixpkgs, ... }@inputs: {
    nixosModules.web = ./web.nix;
    nixosModules.default = { imports = builtins.attrValues { inherit (self.nixosModules) web; }; };
    nixosModules.functions = { config, lib, ... }: { options.a = lib.mkEnableOption "a"; };
    nixosModules.imported = import ./db.nix;
    nixosConfigurations.host = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      specialArgs = { inherit inputs self; };
      modules = [
        ./configuration.nix
        self.nixosModules.web
        ({ config, lib, modulesPath, ... }: {
          imports = [
            (modulesPath + "/profiles/minimal.nix")
            "${modulesPath}/profiles/qemu-guest.nix"
            <nixpkgs/nixos/modules/misc/version.nix>
            ./deeper.nix
          ] ++ lib.optional config.never ./perhaps.nix;
          disabledModules = [ ./web.nix "services/web.nix" ];
          networking.hostName = "host";
          x = map (n: n + config.hypervisor.port) [ 1 ];
        })
        "${nixpkgs}/nixos/modules/installer/scan/not-detected.nix"
        "${self}/from-self.nix"
      ];
    };
  };
}
#- web.nix
{ config, ... }: { }
#- db.nix
{ config, ... }: { }
"#,
        expect![[r#"
            Module nixosModules.web at web
              web.nix
            Module nixosModules.default at default
              web.nix
              written here
            Module nixosModules.functions at functions
              written here
            Module nixosModules.imported at imported
              db.nix
            Configuration nixosConfigurations.host at host
              configuration.nix
              web.nix
              nixpkgs
              nixpkgs
              nixpkgs
              deeper.nix
              perhaps.nix perhaps
              written here
              nixpkgs
              from-self.nix
              without web.nix
              given inputs, self
            declares a
            defines networking.hostName = Str(Some("host"))
            defines x = List { items: [KnownPart { at: Location { file: "/ws/flake.nix", range: 1048..1049 }, value: Unknown, is_certain: true }], complete: true }
            reads never
            reads hypervisor.port
        "#]],
    );
}

#[test]
fn configurations_made_by_functions() {
    check(
        r#"
#- flake.nix
{
  outputs = inputs@{ nixpkgs, home-manager, ... }:
    let
      lib = nixpkgs.lib // home-manager.lib;
      mkHost = name: extra: lib.nixosSystem {
        specialArgs = { inherit inputs; } // extra.args or { };
        modules = [
          (./hosts + "/${name}")
          { networking.hostName = name; time.timeZone = "UTC"; }
        ] ++ extra.modules or [ ];
      };
      mkOther = import ./lib/other.nix inputs;
    in {
      nixosConfigurations = lib.genAttrs [ "a" "b" ] (name: mkHost name { })
        // { c = mkHost "c" { modules = [ ./c-only.nix ]; args = { user = "me"; }; }; }
        // builtins.mapAttrs (name: modules: mkOther modules) { d = [ ./d.nix ]; };
      homeConfigurations."me@home" = home-manager.lib.homeManagerConfiguration {
        modules = [ ./home.nix ];
        extraSpecialArgs = { inherit inputs; };
      };
    };
}
#- lib/other.nix
inputs: modules: inputs.nixpkgs.lib.nixosSystem { modules = modules ++ [ ../common.nix ]; }
"#,
        expect![[r#"
            Configuration nixosConfigurations.a at lib.genAttrs [ "a" "b" ] (name: mkHost name { })
              hosts/a
              written here
              given inputs
            Configuration nixosConfigurations.b at lib.genAttrs [ "a" "b" ] (name: mkHost name { })
              hosts/b
              written here
              given inputs
            Configuration nixosConfigurations.c at c
              hosts/c
              written here
              c-only.nix
              given inputs, user
            Configuration nixosConfigurations.d at d
              d.nix
              common.nix
            Configuration homeConfigurations."me@home" at "me@home"
              home.nix
              given inputs
            defines networking.hostName = Unknown
            defines time.timeZone = Str(Some("UTC"))
        "#]],
    );
}

#[test]
fn what_is_not_known_is_not_complete() {
    check(
        r#"
#- flake.nix
{
  outputs = { self, nixpkgs, other, ... }: {
    nixosConfigurations = {
      input = nixpkgs.lib.nixosSystem { modules = [ ./a.nix other.nixosModules.x ]; };
      list = nixpkgs.lib.nixosSystem { modules = [ ./a.nix ] ++ other.lib.modules; };
      arguments = nixpkgs.lib.nixosSystem (other.lib.arguments // { modules = [ ./a.nix ]; });
      module = nixpkgs.lib.nixosSystem { modules = [ ({ a = 1; } // other.settings) ]; };
      function = other.lib.mkHost { modules = [ ./a.nix ]; };
    };
  } // other.lib.outputs;
}
"#,
        expect![[r#"
            Configuration nixosConfigurations.input at input (and perhaps more)
              a.nix
              unknown
            Configuration nixosConfigurations.list at list (and perhaps more)
              a.nix
            Configuration nixosConfigurations.arguments at arguments (and perhaps more)
              a.nix
            Configuration nixosConfigurations.module at module (and perhaps more)
              written here
            Configuration nixosConfigurations.function at function (and perhaps more)
            and perhaps other configurations
            defines a = Int(1)
        "#]],
    );
}

#[test]
fn flake_utils_and_a_configuration_that_only_an_image_needs() {
    check(
        r#"
#- flake.nix
{
  outputs = { self, nixpkgs, flake-utils }:
    flake-utils.lib.eachDefaultSystem (system:
      let iso = nixpkgs.lib.nixosSystem { inherit system; modules = [ ./iso.nix ]; };
      in { packages.iso = iso.config.system.build.isoImage; })
    // { nixosModule = self.nixosModules.default; nixosModules.default = ./module.nix; };
}
"#,
        expect![[r#"
            Module nixosModule at nixosModule
              module.nix
            Module nixosModules.default at default
              module.nix
            Configuration iso at nixpkgs.lib.nixosSystem { inherit system; modules = [ ./iso.nix ]; }
              iso.nix
        "#]],
    );
}

#[test]
fn flake_parts_and_their_modules() {
    check(
        r#"
#- flake.nix
{
  inputs.nixpkgs.url = "nixpkgs/nixos-25.05";
  outputs = inputs@{ self, flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } ({ lib, ... }: {
      imports = [ ./parts ];
      flake.nixosModules.one = ./one.nix;
      perSystem = { pkgs, ... }: { packages.x = pkgs.hello; };
    });
}
#- parts/default.nix
{ inputs, self, ... }: {
  flake = {
    nixosModules.two = ./two.nix;
    nixosConfigurations.host = inputs.nixpkgs.lib.nixosSystem {
      modules = builtins.attrValues self.nixosModules;
    };
  };
}
"#,
        expect![[r#"
            Module nixosModules.two at two
              parts/two.nix
            Module nixosModules.one at one
              one.nix
            Configuration nixosConfigurations.host at host
              one.nix
              parts/two.nix
        "#]],
    );
}

#[test]
fn a_half_written_flake() {
    check(
        r#"
#- flake.nix
{
  outputs = { self, nixpkgs }: {
    nixosConfigurations.host = nixpkgs.lib.nixosSystem {
      modules = [ ./a.nix { services.
"#,
        expect![[r#"
            Configuration nixosConfigurations.host at host
              a.nix
              written here
            defines services = Unknown
        "#]],
    );
    check("#- flake.nix\n{ description = \"\"; }\n", expect![[""]]);
    check("#- flake.nix\n", expect![[""]]);
}

#[test]
fn a_module_that_is_called_like_a_flake() {
    let fixture = Fixture::new(
        "#- modules/flake.nix\n{ lib, ... }: { options.flake.enable = lib.mkEnableOption \"flakes\"; }\n",
    );
    let snapshot = fixture.snapshot();
    let facts = snapshot.file(fixture.files[0]).and_then(|data| data.module());
    let facts = facts.expect("it is a module");
    assert!(facts.outputs.is_none());
    assert_eq!(facts.declarations[0].path.to_string(), "flake.enable");
}
