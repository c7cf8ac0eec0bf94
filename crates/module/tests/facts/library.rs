//! Functions of `lib` and `builtins` that shape options.

use super::check;
use expect_test::expect;

#[test]
fn libraries_with_more_in_them() {
    check(
        r#"
{ lib, ... }:
let
  types = lib.types // { memory = lib.types.ints.positive; };
  house = lib.extend (self: super: {
    mkPort = default: super.mkOption { type = self.types.port; inherit default; };
  });
in {
  options.memory = lib.mkOption { type = types.listOf types.memory; };
  options.port = house.mkPort 80;
  options.name = with house; mkOption { type = types.str; };
  options.unknown = lib.house.mkPort 80;
}
"#,
        expect![[r#"
            declares memory: list of (positive integer, meaning >0)
            declares port: 16 bit unsigned integer; between 0 and 65535 (both inclusive) = default
            declares name: string
            Unknown { imports: false, options: [unknown], definitions: [], module: false }
        "#]],
    );
}

#[test]
fn options_from_folded_and_zipped_sets() {
    check(
        r#"
{ lib, ... }:
let
  int = lib.mkOption { type = lib.types.int; };
in {
  options.zipped = lib.zipAttrsWith (name: values: lib.last values) [ { a = int; } { b = int; } ];
  options.folded = lib.foldlAttrs (all: name: size: all // { "${name}Size" = int; }) { } { disk = 1; memory = 2; };
  options.right = lib.foldr (name: all: all // { ${name} = int; }) { } [ "x" "y" ];
  options.pairs = lib.genAttrs' [ "p" ] (name: lib.nameValuePair "${name}1" int);
  options.kept = lib.intersectAttrs { k = 1; } { k = int; l = int; };
  options.each = lib.listToAttrs (lib.forEach [ "e" ] (name: { inherit name; value = int; }));
  options.some = lib.mapAttrs (_: _: int) (lib.filterAttrs (name: _: lib.hasPrefix "vm" name) { vm1 = 1; host = 2; });
}
"#,
        expect![[r#"
            declares zipped.a: signed integer
            declares zipped.b: signed integer
            declares folded.diskSize: signed integer
            declares folded.memorySize: signed integer
            declares right.y: signed integer
            declares right.x: signed integer
            declares pairs.p1: signed integer
            declares kept.k: signed integer
            declares each.e: signed integer
            declares some.vm1: signed integer
        "#]],
    );
}

#[test]
fn strings_that_name_options() {
    check(
        r#"
{ lib, ... }:
let
  option = lib.mkOption { type = lib.types.str; };
in {
  options.${lib.removeSuffix ".nix" "web.nix"} = option;
  options.${lib.toSentenceCase "disk"} = option;
  options.${lib.replaceStrings [ "-" "ab" ] [ "_" "x" ] "a-ab"} = option;
  options.${lib.substring 0 3 "memory"} = option;
  options.${lib.concatMapStringsSep "-" lib.toLower [ "A" "B" ]} = option;
  options.${lib.readFile ./name} = option;
}
"#,
        expect![[r#"
            declares web: string
            declares Disk: string
            declares a_x: string
            declares mem: string
            declares a-b: string
            declares ${…}: string
            Unknown { imports: false, options: [], definitions: [], module: false }
        "#]],
    );
}

#[test]
fn defaults_as_their_authors_write_them() {
    check(
        r#"
{ config, lib, pkgs, ... }:
let inherit (lib) literalExpression mkOption; in
{
  options.a = mkOption { default = config.b; defaultText = literalExpression "config.b + 1"; };
  options.b = mkOption { default = pkgs.hello; defaultText = lib.literalMD ''the package'';  };
  options.c = mkOption { default = config.a; defaultText = literalExpression (toString 1); };
}
"#,
        expect![[r#"
            declares a: unspecified value = config.b + 1
            declares b: unspecified value = the package
            declares c: unspecified value = literalExpression (toString 1)
            reads b by config.b
            reads a by config.a
            Declaration a @1500 needs b at config.b
            Declaration b @1500 needs _module.args.pkgs at pkgs.hello
            Declaration c @1500 needs a at config.a
        "#]],
    );
}

#[test]
fn what_is_merged_with_something_unknown_may_be_more() {
    check(
        r#"
{ lib, inputs, ... }:
let option = lib.mkOption { type = lib.types.int; };
in {
  options.open = { a = option; } // inputs.more;
  options.closed = { a = option; } // { b = option; };
  options.mapped = lib.mapAttrs (_: _: option) inputs.names;
  options.one = inputs.option;
  options.part = lib.recursiveUpdate { a.b = option; } inputs.more;
}
"#,
        expect![[r#"
            declares open.a: signed integer
            declares closed.a: signed integer
            declares closed.b: signed integer
            declares part.a.b: signed integer
            Unknown { imports: false, options: [open, mapped, one, part], definitions: [], module: false }
        "#]],
    );
}

#[test]
fn members_that_the_tree_adds_to_lib() {
    check(
        r#"
#- modules/web.nix
{ lib, ... }: {
  options.port = lib.house.mkPort 80;
  options.names = lib.mkOption { type = lib.house.types.names; };
  options.other = lib.elsewhere.mkPort 80;
}
#- lib/extended.nix
nixpkgsLib: nixpkgsLib.extend (self: super: { house = import ./house.nix { lib = self; }; })
#- lib/house.nix
{ lib }: {
  mkPort = default: lib.mkOption { type = lib.types.port; inherit default; };
  types.names = lib.types.listOf lib.types.str;
}
"#,
        expect![[r#"
            declares port: 16 bit unsigned integer; between 0 and 65535 (both inclusive) = default
            declares names: list of string
            Unknown { imports: false, options: [other], definitions: [], module: false }
        "#]],
    );
}

#[test]
fn an_option_with_another_one_over_it() {
    check(
        r#"
{ lib, ... }: {
  options.systemd = lib.mkEnableOption "a service" // lib.mkOption { default = true; };
  options.names = lib.mkOption { type = with lib.types; types.listOf types.str; };
}
"#,
        expect![[r#"
            declares systemd: boolean = true (Whether to enable a service.)
            declares names: list of string
        "#]],
    );
}

#[test]
fn kinds_of_values_decide() {
    check(
        r#"
{ lib, ... }:
let
  option = spec: lib.mkOption { type = if lib.isString spec then lib.types.str else lib.types.int; };
  spell = word: lib.concatStrings (lib.reverseList (lib.stringToCharacters word));
in {
  options = lib.mapAttrs (_: option) { name = "x"; port = 1; } // { ${spell "emit"} = option 2; };
}
"#,
        expect![[r#"
            declares name: string
            declares port: signed integer
            declares time: signed integer
        "#]],
    );
}
