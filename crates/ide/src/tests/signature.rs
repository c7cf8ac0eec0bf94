use super::with_options;
use crate::signature;
use expect_test::{Expect, expect};

/// Shows the signature with the active parameter in brackets, and the first line of what is said of it.
#[track_caller]
fn check(module: &str, expected: Expect) {
    let (fixture, at) = with_options(module);
    let shown = match signature(&fixture.snapshot(), at) {
        None => "nothing".to_owned(),
        Some(found) => {
            let mut label = found.label.clone();
            if let Some(active) = found.active {
                let range = found.parameters[active].clone();
                label.replace_range(range.clone(), &format!("[{}]", &found.label[range]));
            }
            label
        }
    };
    expected.assert_eq(&shown);
}

#[test]
fn curried_calls() {
    check(
        "{ lib, ... }: { config = lib.mkIf $0 }",
        expect!["mkIf : [(condition : Bool)] -> (content : a) -> a"],
    );
    check(
        "{ lib, ... }: { config = lib.mkIf cfg.enable $0 }",
        expect!["mkIf : (condition : Bool) -> [(content : a)] -> a"],
    );
    check(
        "{ lib, ... }: { config = lib.mkIf (lib.elem x $0) { }; }",
        expect!["elem : (element : a) -> [(list : [a])] -> Bool"],
    );
    check(
        "{ lib, ... }: with lib; { a = mkOverride 10$0; }",
        expect!["mkOverride : [(priority : Int)] -> (content : a) -> a"],
    );
    check(
        "{ lib, ... }: { imports = [ (lib.mkRenamedOptionModule [ \"a\" ] [ \"b$0\" ]) ]; }",
        expect!["mkRenamedOptionModule : (from : [String]) -> [(to : [String])] -> Module"],
    );
    check(
        "{ lib, ... }: { options.a = lib.mkEnableOption $0; }",
        expect!["mkEnableOption : [(name : String)] -> Option"],
    );
    check(
        "{ lib, pkgs, ... }: { options.a = lib.mkPackageOption pkgs \"x\" { $0 }; }",
        expect![
            "mkPackageOption : (pkgs : AttrSet) -> (name : String or [String]) -> [(arguments : AttrSet)] -> Option"
        ],
    );
    check("{ lib, ... }: { a = lib.optionalAttrs x { b$0 }; }", expect!["nothing"]);
    check(
        "{ lib, ... }: { a = builtins.map (x: x) $0",
        expect!["map : (function : a -> b) -> [(list : [a])] -> [b]"],
    );
}

#[test]
fn arguments_of_options() {
    check(
        "{ lib, ... }: { options.a = lib.mkOption { $0 }; }",
        expect![
            "mkOption { type : OptionType; default : Any; defaultText : Any; example : Any; description : String; apply : Any; internal : Bool; visible : Any; readOnly : Bool; relatedPackages : Any; }"
        ],
    );
    check(
        "{ lib, ... }: { options.a = lib.mkOption { type = lib.types.str; default = $0; }; }",
        expect![
            "mkOption { type : OptionType; [default : Any]; defaultText : Any; example : Any; description : String; apply : Any; internal : Bool; visible : Any; readOnly : Bool; relatedPackages : Any; }"
        ],
    );
    check(
        "{ lib, ... }: { options.a = lib.mkOption { type = lib.types.either lib.types.str $0; }; }",
        expect!["either : (first : OptionType) -> [(second : OptionType)] -> OptionType"],
    );
}

#[test]
fn functions_of_the_file() {
    check(
        "let f = a: { b, c ? 1, ... }: a; in { x = f 1 $0; }",
        expect!["f a [{ b, c ? …, ... }]"],
    );
    check("let f = a: a; in { x = f 1 $0; }", expect!["nothing"]);
    check("{ x = unknown $0; }", expect!["nothing"]);
    check("{ lib, ... }: { config = lib.mkIf true { a = $0 }; }", expect!["nothing"]);
}
