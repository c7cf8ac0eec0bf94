//! Members of libraries, and paths of files.

use super::{check_all, check_first};
use crate::completion;
use crate::tests::with_options;
use expect_test::expect;

#[test]
fn members_of_libraries() {
    check_first(
        3,
        "{ lib, ... }: {\n  x = lib.types.ints.$0;\n}",
        expect![[r#"
        function x = lib.types.ints.between; ((lowest : Int) -> (highest : Int) -> OptionType)
        type x = lib.types.ints.positive; (OptionType)
        type x = lib.types.ints.s16; (OptionType)
    "#]],
    );
    check_first(
        2,
        "{ lib, ... }: {\n  x = lib.generators.toI$0;\n}",
        expect![[r#"
        function x = lib.generators.mkKeyValueDefault; ((settings : AttrSet) -> (separator : String) -> (key : String) -> (value : Any) -> String)
        function x = lib.generators.mkValueStringDefault; ((settings : AttrSet) -> (value : Any) -> String)
    "#]],
    );
    check_first(
        2,
        "{ lib, ... }: {\n  inherit (lib.attrsets) $0;\n}",
        expect![[r#"
        function inherit (lib.attrsets) attrByPath; ((path : [String]) -> (default : a) -> (set : AttrSet) -> a)
        function inherit (lib.attrsets) attrVals; ((names : [String]) -> (set : AttrSet) -> [Any])
    "#]],
    );
    let offered = |module: &str, name: &str| {
        let (fixture, at) = with_options(module);
        let items = completion(&fixture.snapshot(), at).items;
        items.iter().position(|item| item.label == name)
    };
    for (module, name) in [
        ("{ lib, ... }: { x = lib.$0; }", "mkIf"),
        ("{ lib, ... }: { x = lib.types.$0; }", "submodule"),
        ("{ lib, ... }: with lib; { x = m$0; }", "mkIf"),
        ("{ lib, ... }: { x = with lib.types; nu$0; }", "nullOr"),
        ("{ lib, ... }: let t = lib.types; in { x = t.$0; }", "nullOr"),
        ("{ lib, ... }: let inherit (lib) $0", "mkIf"),
        ("{ pkgs, ... }: { x = pkgs.lib.$0", "mkIf"),
        ("{ ... }: { x = builtins.$0; }", "readFile"),
        ("{ ... }: { x = t$0; }", "toString"),
        ("{ config, ... }: let a.b.c = 1; in { x = a.b.$0; }", "c"),
        ("{ config, ... }: let abc = 1; in { x = ab$0; }", "abc"),
        ("{ config, ... }: let f = { size }: si$0; in { }", "size"),
        ("{ config, $0 }: { }", "lib"),
        (
            "{ config, si$0, ... }: { }
#- flake.nix
{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.a = nixpkgs.lib.nixosSystem {
      modules = [ ./module.nix ];
      specialArgs = { site = 1; };
    };
  };
}",
            "site",
        ),
        (
            "{ config, si$0, ... }: { imports = [ ./site.nix ]; }
#- site.nix
{ lib, ... }: { _module.args = { site = 1; sites = lib.mkDefault [ ]; }; }",
            "sites",
        ),
        (
            "{ config, lib, si$0 }: { imports = [ { _module.args.site = lib.mkForce 1; } ]; }",
            "site",
        ),
    ] {
        assert!(offered(module, name).is_some(), "{module}");
    }
    assert_eq!(offered("{ config, lib, $0 ... }: { }", "config"), None);
}

#[test]
fn paths_of_files() {
    check_all(
        "{ imports = [ ./$0 ]; }",
        expect![[r#"
        folder { imports = [ ./modules ]; } ()
    "#]],
    );
    check_all(
        "{ imports = [ ./modules/we$0b.nix ]; }",
        expect![[r#"
        file { imports = [ ./modules/old.nix ]; } ()
        file { imports = [ ./modules/vms.nix ]; } ()
        file { imports = [ ./modules/web.nix ]; } ()
    "#]],
    );
    check_first(
        3,
        "{ imports = [ $0 ]; }",
        expect![[r#"
        folder { imports = [ ./modules ]; } ()
    "#]],
    );
    check_all("{ imports = [ ./nowhere/$0 ]; }", expect![[""]]);
    check_all("{ x = \"./$0\"; }", expect![[""]]);
}
