//! What is offered while an option is declared.

use super::{check_all, check_first};
use expect_test::expect;

#[test]
fn declaring_options() {
    check_first(
        4,
        "{ lib, ... }: {\n  options.hypervisor.zone = {\n    $0\n  };\n}",
        expect![[r#"
            template enable = lib.mkEnableOption "what it turns on"; (an option to turn it on)
            template name = lib.mkOption { (a new option)
        "#]],
    );
    check_first(
        3,
        "{ lib, ... }: with lib; {\n  options.hypervisor.zone.name = $0\n}",
        expect![[r#"
            template options.hypervisor.zone.name = mkOption { (an option of any type)
            template options.hypervisor.zone.name = mkEnableOption "what it turns on" (a switch)
            template options.hypervisor.zone.name = mkPackageOption pkgs "name" { } (a package)
        "#]],
    );
    check_all(
        "{ lib, ... }: {\n  options.a = lib.mkOption {\n    type = lib.types.str;\n    d$0\n  };\n}",
        expect![[r#"
            binding default (Any)
            binding description (String)
            binding example (Any)
            binding defaultText (Any)
            binding apply (Any)
            binding readOnly (Bool)
            binding internal (Bool)
            binding visible (Any)
            binding relatedPackages (Any)
            binding type (OptionType)
        "#]],
    );
    check_first(
        3,
        "{ lib, ... }: {\n  options.a = lib.mkOption {\n    type = $0\n  };\n}",
        expect![[r#"
            type type = lib.types.str (OptionType)
            type type = lib.types.bool (OptionType)
            type type = lib.types.int (OptionType)
        "#]],
    );
    check_first(
        3,
        "{ lib, ... }:\nlet inherit (lib) types mkOption; in\n{\n  options.a = mkOption { type = types.nullOr (types.listOf $0",
        expect![[r#"
            type options.a = mkOption { type = types.nullOr (types.listOf types.str (OptionType)
            type options.a = mkOption { type = types.nullOr (types.listOf types.bool (OptionType)
            type options.a = mkOption { type = types.nullOr (types.listOf types.int (OptionType)
        "#]],
    );
    check_first(
        3,
        "{ lib, ... }: {\n  options.a = lib.mkOption { type = lib.types.bool; default = $0; };\n}",
        expect![[r#"
            value options.a = lib.mkOption { type = lib.types.bool; default = true; }; (boolean)
            value options.a = lib.mkOption { type = lib.types.bool; default = false; }; (boolean)
            binding options.a = lib.mkOption { type = lib.types.bool; default = lib; }; ()
        "#]],
    );
    check_first(
        2,
        "$0",
        expect![[r#"
        template { config, lib, pkgs, ... }: (options and config of a topic)
    "#]],
    );
    check_first(
        2,
        "mod$0\n",
        expect![[r#"
        template { config, lib, pkgs, ... }: (options and config of a topic)
    "#]],
    );
}
