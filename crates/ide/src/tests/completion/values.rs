//! Values that fit an option.

use super::check_first;
use expect_test::{Expect, expect};

#[test]
fn values_by_type() {
    let options = "#- options.nix
{ lib, ... }: {
  options.hypervisor = {
    security.profile = lib.mkOption {
      type = lib.types.enum [ \"headless\" \"management\" ];
      default = \"headless\";
    };
    level = lib.mkOption { type = lib.types.nullOr (lib.types.enum [ 1 \"a\" ]); };
    names = lib.mkOption { type = lib.types.listOf (lib.types.enum [ \"x\" \"y\" ]); };
    flags = lib.mkOption { type = lib.types.attrsOf lib.types.bool; };
    text = lib.mkOption { type = lib.types.lines; };
  };
}
";
    let check = |module: &str, count: usize, expected: Expect| {
        check_first(count, &format!("{module}\n{options}"), expected);
    };
    check(
        "{ ... }: {\n  hypervisor.security.profile = $0;\n}",
        3,
        expect![[r#"
            value hypervisor.security.profile = "headless"; (default)
            value hypervisor.security.profile = "management"; (one of the option's values)
        "#]],
    );
    check(
        "{ ... }: {\n  hypervisor.security.profile = \"man$0\";\n}",
        9,
        expect![[r#"
            value hypervisor.security.profile = "headless"; (default)
            value hypervisor.security.profile = "management"; (one of the option's values)
        "#]],
    );
    check(
        "{ ... }: {\n  hypervisor.security = {\n    profile = \"$0\n    x = 1;\n  };\n}",
        9,
        expect![[r#"
            value profile = "headless" (default)
            value profile = "management" (one of the option's values)
        "#]],
    );
    check(
        "{ config, ... }: {\n  x = config.hypervisor.security.profile == $0;\n}",
        3,
        expect![[r#"
            value x = config.hypervisor.security.profile == "headless"; (default)
            value x = config.hypervisor.security.profile == "management"; (one of the option's values)
            binding x = config.hypervisor.security.profile == config; ()
        "#]],
    );
    check(
        "{ lib, ... }: {\n  hypervisor.level = lib.mkForce (\n    $0\n  );\n}",
        4,
        expect![[r#"
        value 1 (one of the option's values)
        value "a" (one of the option's values)
        value null (no value)
        binding lib ()
    "#]],
    );
    check(
        "{ ... }: {\n  hypervisor.names = [ \"x\" $0 ];\n}",
        3,
        expect![[r#"
        value hypervisor.names = [ "x" "x" ]; (one of the option's values)
        value hypervisor.names = [ "x" "y" ]; (one of the option's values)
    "#]],
    );
    check(
        "{ ... }: {\n  hypervisor.flags.a = $0\n}",
        3,
        expect![[r#"
        value hypervisor.flags.a = true (boolean)
        value hypervisor.flags.a = false (boolean)
    "#]],
    );
    check(
        "{ ... }: {\n  hypervisor.text = $0\n}",
        2,
        expect![[r#"
        value hypervisor.text = '''' ()
    "#]],
    );
    check(
        "{ ... }: {\n  hypervisor.web.enable = $0\n  hypervisor.level = 1;\n}",
        3,
        expect![[r#"
        value hypervisor.web.enable = true (boolean)
        value hypervisor.web.enable = false (boolean)
    "#]],
    );
    check(
        "{ ... }: {\n  hypervisor.web.port = $0;\n}",
        2,
        expect![[r#"
        value hypervisor.web.port = 8080; (default)
    "#]],
    );
    check(
        "{ ... }: {\n  hypervisor.vms.db = $0;\n}",
        2,
        expect![[r#"
        value hypervisor.vms.db = { ()
    "#]],
    );
    check(
        "{ ... }: {\n  hypervisor.vms = $0;\n}",
        2,
        expect![[r#"
        value hypervisor.vms = { ()
    "#]],
    );
    check(
        "{ ... }: {\n  hypervisor.disks = [ $0 ];\n}",
        2,
        expect![[r#"
        value hypervisor.disks = [ { } ]; ()
    "#]],
    );
    check(
        "{ config, lib, ... }:\nlet cfg = config.hypervisor.zone; in {\n  options.hypervisor.zone.enable = lib.mkEnableOption \"it\";\n  config = lib.mkIf $0\n}",
        2,
        expect![[r#"
            value config = lib.mkIf cfg.enable (boolean)
            binding config = lib.mkIf cfg ()
        "#]],
    );
}
