//! Submodules: their members, their free members, what their modules are called with.

use super::check;
use expect_test::expect;

#[test]
fn free_members_wherever_their_type_is_set() {
    check(
        r#"
#- module.nix
{ lib, ... }:
{
  options.a = lib.mkOption { type = lib.types.submodule ./free.nix; };
  options.b = lib.mkOption { type = lib.types.submodule { config._module.freeformType = lib.types.attrsOf lib.types.int; }; };
  options.c = lib.mkOption { type = lib.types.submodule ({ lib, ... }: { _module.freeformType = lib.types.attrs; }); };
  options.d = lib.mkOption { type = lib.types.submodule { imports = [ ./free.nix ]; }; };
}
#- free.nix
{ lib, ... }: { freeformType = lib.types.attrsOf lib.types.str; options.x = lib.mkOption { }; }
"#,
        expect![[r#"
            declares a: open submodule of attribute set of string
            declares a.x: unspecified value
            declares b: open submodule of attribute set of signed integer
            declares c: open submodule of (attribute set)
            declares d: open submodule of attribute set of string
            declares d.x: unspecified value
        "#]],
    );
}

#[test]
fn special_arguments_reach_the_modules() {
    check(
        r#"
#- module.nix
{ lib, ... }:
let extended = lib.extend (final: prev: { house.port = prev.types.port; house.other = final.house.port; });
in {
  options.a = lib.mkOption {
    type = lib.types.submoduleWith {
      specialArgs = { lib = extended; default = 80; };
      modules = [ ./vm.nix ];
    };
  };
}
#- vm.nix
{ lib, default, ... }:
{
  options.port = lib.mkOption { type = lib.house.other; inherit default; };
  options.name = lib.mkOption { type = lib.types.str; };
}
"#,
        expect![[r#"
            declares a: submodule
            declares a.port: 16 bit unsigned integer; between 0 and 65535 (both inclusive) = default
            declares a.name: string
        "#]],
    );
}

#[test]
fn a_module_for_later_has_the_options_that_are_there() {
    check(
        r#"
#- module.nix
{ lib, ... }:
{
  options.plain = lib.mkOption { type = lib.types.deferredModule; };
  options.vm = lib.mkOption { type = lib.types.nullOr (lib.types.deferredModuleWith { staticModules = [ ./vm.nix ]; }); };
}
#- vm.nix
{ lib, ... }: { options.memory = lib.mkOption { type = lib.types.int; }; }
"#,
        expect![[r#"
            declares plain: module
            declares vm: null or module
            declares vm.memory: signed integer
        "#]],
    );
}

#[test]
fn a_module_that_contains_itself_ends_where_it_is_hidden() {
    check(
        r#"
#- module.nix
{ lib, ... }: { options.tree = lib.mkOption { type = lib.types.submodule ./node.nix; }; }
#- node.nix
{ lib, shown, ... }:
{
  options.child = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule ./child.nix); visible = shown; };
  config._module.args.shown = lib.mkDefault true;
}
#- child.nix
{ imports = [ ./node.nix ]; config._module.args.shown = "shallow"; }
"#,
        expect![[r#"
            declares tree: submodule
            declares tree.child: attribute set of (submodule)
            declares tree.child.<name>.child: attribute set of (submodule)
            declares tree.child.<name>.child.<name>.child: attribute set of (submodule)
            Unknown { imports: false, options: [tree.child.<name>.child.<name>.child.<name>], definitions: [], module: false }
        "#]],
    );
}

#[test]
fn a_module_with_arguments_of_its_own() {
    check(
        r#"
#- module.nix
{ lib, ... }:
{
  options.disk = lib.mkOption { type = lib.types.submodule [ (lib.modules.importApply ./disk.nix { size = 1; }) ]; };
}
#- disk.nix
{ size }: { lib, ... }: { options.size = lib.mkOption { type = lib.types.int; default = size; }; }
"#,
        expect![[r#"
            declares disk: submodule
            declares disk.size: signed integer = size
        "#]],
    );
}
