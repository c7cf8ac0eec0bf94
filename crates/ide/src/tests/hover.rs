use super::with_options;
use crate::hover;
use expect_test::{Expect, expect};

#[track_caller]
fn check(module: &str, expected: Expect) {
    let (fixture, at) = with_options(module);
    let shown = match hover(&fixture.snapshot(), at) {
        None => "nothing\n".to_owned(),
        Some(found) => format!("[{}]\n{}", &fixture.text(at.file)[found.range], found.markdown),
    };
    expected.assert_eq(&shown);
}

#[test]
fn an_option() {
    check(
        "{ config, lib, ... }: {
  config = lib.mkIf config.hypervisor.web.enable {
    x = config.hypervisor.web.port;
    hypervisor.web.po$0rt = lib.mkIf (1 > 0) 80;
  };
}",
        expect![[r#"
            [port]
            ### `hypervisor.web.port`

            *type*: 16 bit unsigned integer; between 0 and 65535 (both inclusive)

            *default*: `8080`

            Port of the dashboard.

            Declared in `modules/web.nix:5`

            Set in 1 place:
            - `module.nix:4` if `config.hypervisor.web.enable && (1 > 0)`

            Read in 1 place
        "#]],
    );
}

#[test]
fn an_option_with_much_to_show() {
    check(
        r#"{ config, lib, ... }:
let cfg = config.hypervisor.log; in
{
  options.hypervisor.log.filters = lib.mkOption {
    type = lib.types.attrsOf lib.types.str;
    default = {
      a = "x";
      b = "y";
    };
    example = { c = "`z`"; };
    readOnly = true;
    description = ''
      What is kept.

      See *the manual*.
    '';
  };
  config.x = cfg.fil$0ters;
}"#,
        expect![[r#"
            [filters]
            ### `hypervisor.log.filters`

            *type*: attribute set of string

            *default*:
            ```nix
            {
              a = "x";
              b = "y";
            }
            ```

            *example*: `` { c = "`z`"; } ``

            What is kept.

            See *the manual*.

            Read-only.

            Declared in `module.nix:4`

            Read in 1 place
        "#]],
    );
}

#[test]
fn groups_aliases_and_members() {
    check(
        "{ config, ... }: { x = config.hypervisor.w$0eb.port; }",
        expect![[r#"
        [web]
        ### `hypervisor.web`

        3 options

        - `enable`: boolean
        - `port`: 16 bit unsigned integer; between 0 and 65535 (both inclusive)
        - `tls.`…
    "#]],
    );
    check(
        "{ config, ... }: let cf$0g = config.hypervisor.web; in { x = cfg.port; }",
        expect![[r#"
            [cfg]
            `cfg` stands for `config.hypervisor.web`

            ---

            ### `hypervisor.web`

            3 options

            - `enable`: boolean
            - `port`: 16 bit unsigned integer; between 0 and 65535 (both inclusive)
            - `tls.`…
        "#]],
    );
    check(
        "{ config, ... }: { x = config.hypervisor.vms.db.mem$0ory; }",
        expect![[r#"
            [memory]
            ### `hypervisor.vms.<name>.memory`

            *type*: positive integer, meaning >0

            MiB.

            Declared in `modules/vms.nix:6`

            Read in 1 place
        "#]],
    );
    check(
        "{ config, ... }: { x = config.hypervisor.vms.d$0b.memory; }",
        expect![[r#"
        [db]
        ### `hypervisor.vms.<name>`

        2 options

        - `"boot order"`: string
        - `memory`: positive integer, meaning >0
    "#]],
    );
    check(
        "{ hypervisor.dashboard.po$0rt = 1; }",
        expect![[r#"
        [port]
        ### `hypervisor.dashboard.port`

        Renamed to `hypervisor.web.port`.

        Declared in `modules/old.nix:3`
    "#]],
    );
}

#[test]
fn everything_else() {
    check(
        "let port = 80 +\n 1; in { x = po$0rt; }",
        expect![[r#"
        [port]
        ```nix
        port = 80 + …
        ```
    "#]],
    );
    check(
        "{ pk$0gs, ... }: { x = 1; }",
        expect![[r#"
        [pkgs]
        `pkgs`: an argument of this function
    "#]],
    );
    check(
        "{ imports = [ ./modules/w$0eb.nix ]; }",
        expect![[r#"
        [./modules/web.nix]
        `modules/web.nix`
    "#]],
    );
    check(
        "{ x = 1; } # not$0hing",
        expect![[r#"
        nothing
    "#]],
    );
}
