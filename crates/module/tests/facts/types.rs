//! Types and Nix's words for them.

use super::check;
use expect_test::expect;

#[test]
fn formats_of_sections_and_keys() {
    check(
        r#"
{ lib, pkgs, ... }:
let
  ini = pkgs.formats.ini { listsAsDuplicateKeys = true; };
in {
  options.a = lib.mkOption { type = (pkgs.formats.ini { }).type; };
  options.b = lib.mkOption { type = ini.lib.types.atom; };
  options.c = lib.mkOption { type = (pkgs.formats.keyValue { listToValue = toString; }).type; };
  options.d = lib.mkOption { type = (pkgs.formats.gitIni { }).type; };
  options.e = lib.mkOption { type = (pkgs.formats.ini { inherit (lib.x) listToValue; }).type; };
}
"#,
        expect![[r#"
            declares a: attribute set of section of an INI file (attrs of INI atom (null, bool, int, float or string))
            declares b: INI atom (null, bool, int, float or string) or a list of them for duplicate keys
            declares c: attribute set of (atom (null, bool, int, float or string) or a non-empty list of them)
            declares d: attribute set of attribute set of (INI atom (null, bool, int, float or string) or attribute set of (INI atom (null, bool, int, float or string)))
            declares e: ?
        "#]],
    );
}

#[test]
fn types_asked_for_their_words() {
    check(
        r#"
{ lib, ... }:
let
  inherit (lib) types;
  pairOf = x: types.addCheck (types.listOf x) (y: lib.length y == 2) // { description = "pair of ${x.description}"; };
  unique = list: list // { description = "unique ${types.optionDescriptionPhrase (class: class == "noun") list}"; };
  outside = lib.mkOptionType { name = "outside"; description = "path not in the Nix store"; descriptionClass = "noun"; };
  tree = types.oneOf [ types.str (types.attrsOf tree) ] // { description = "strings in sets"; };
in {
  options.pair = lib.mkOption { type = pairOf (types.numbers.between 1.0e-2 1); };
  options.unique = lib.mkOption { type = unique (types.listOf types.int); };
  options.outside = lib.mkOption { type = types.nullOr outside; };
  options.tree = lib.mkOption { type = types.nullOr tree; };
  options.path = lib.mkOption { type = types.pathWith { absolute = false; }; };
  options.store = lib.mkOption { type = types.pathInStore; };
}
"#,
        expect![[r#"
            declares pair: pair of integer or floating point number between 0.01 and 1 (both inclusive)
            declares unique: unique (list of signed integer)
            declares outside: null or path not in the Nix store
            declares tree: null or strings in sets
            declares path: relative path
            declares store: path in the Nix store
        "#]],
    );
}

#[test]
fn values_of_an_enum_are_computed() {
    check(
        r#"
{ lib, ... }:
let
  names = [ "b" "a" "b" ];
in {
  options.unique = lib.mkOption { type = lib.types.enum (lib.unique names); };
  options.reversed = lib.mkOption { type = lib.types.enum (lib.reverseList names); };
  options.sorted = lib.mkOption { type = lib.types.enum (lib.naturalSort names); };
  options.upper = lib.mkOption { type = lib.types.enum (map lib.toUpper names); };
  options.split = lib.mkOption { type = lib.types.enum (lib.splitString "," "x,y"); };
  options.unknown = lib.mkOption { type = lib.types.enum (lib.sort (a: b: a > b) names); };
}
"#,
        expect![[r#"
            declares unique: one of "b", "a"
            declares reversed: one of "b", "a", "b"
            declares sorted: one of "a", "b", "b"
            declares upper: one of "B", "A", "B"
            declares split: one of "x", "y"
            declares unknown: ?
        "#]],
    );
}
