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

            A module with 3 options.
        "#]],
    );
    check(
        "{ x = 1; } # not$0hing",
        expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn libraries_and_arguments() {
    check(
        "{ lib, ... }: { x = lib.mk$0If true 1; }",
        expect![[r#"
        [mkIf]
        ### `lib.mkIf`

        ```
        mkIf : (condition : Bool) -> (content : a) -> a
        ```

        Lets definitions count only where the condition holds. The condition may depend on `config`: it is not asked before the content's names are known.

        *nixpkgs 26.11*
    "#]],
    );
    check(
        "{ lib, ... }: { x = lib.types.ints.bet$0ween 1 2; }",
        expect![[r#"
        [between]
        ### `lib.types.ints.between`

        ```
        between : (lowest : Int) -> (highest : Int) -> OptionType
        ```

        An integer between these, both included.

        *nixpkgs 26.11*
    "#]],
    );
    check(
        "{ lib, ... }: let inherit (lib) mkDefault; in { x = mkDe$0fault 1; }",
        expect![[r#"
        [mkDefault]
        ### `lib.mkDefault`

        ```
        mkDefault : (content : a) -> a
        ```

        A definition that any plain one overrides (priority 1000).

        *nixpkgs 26.11*
    "#]],
    );
    check(
        "{ lib, ... }: with lib; { x = map$0AttrsToList f s; }",
        expect![[r#"
        [mapAttrsToList]
        ### `lib.mapAttrsToList`

        ```
        mapAttrsToList : (function : String -> a -> b) -> (set : AttrSet) -> [b]
        ```

        A list of what the function makes of each name and value.

        *nixpkgs 26.11*
    "#]],
    );
    check(
        "{ ... }: { x = toS$0tring 1; }",
        expect![[r#"
        [toString]
        ### `builtins.toString`

        ```
        toString : (value : Any) -> String
        ```

        A value as text; of true it is "1", of false and null it is empty.

        *Nix 2.31*
    "#]],
    );
    check(
        "{ lib, ... }: { x = lib.mdD$0oc \"a\"; }",
        expect![[r#"
        [mdDoc]
        ### `lib.mdDoc`

        Gone since nixpkgs 24.11, which was the last to have it.
    "#]],
    );
    check(
        "{ l$0ib, ... }: { }",
        expect![[r#"
        [lib]
        `lib`: the functions of nixpkgs
    "#]],
    );
    check(
        "{ lib, ... }: { x = lib.unheard$0Of; }",
        expect![[r#"
        nothing
    "#]],
    );
    check(
        "{ lib, ... }: { options.a = lib.mkOption { defa$0ult = 1; }; }",
        expect![[r#"
            [default]
            ### `default`

            An argument of `mkOption`.

            ```
            default : Any
            ```

            The value where nobody defines one. Without it, reading an undefined option fails.

            *nixpkgs 26.11*
        "#]],
    );
}

#[test]
fn descriptions_in_the_manual_s_markup() {
    check(
        "{ config, lib, ... }: {
  options.hypervisor.a = lib.mkOption {
    description = ''
      As {option}`hypervisor.b`, see {manpage}`x(1)`.

      ::: {.note}
      Rarely.
      :::
    '';
  };
  config.x = config.hypervisor.$0a;
}",
        expect![[r#"
            [a]
            ### `hypervisor.a`

            *type*: unspecified value

            As `hypervisor.b`, see `x(1)`.

            **Note:**
            Rarely.

            Declared in `module.nix:2`

            Read in 1 place
        "#]],
    );
}

#[test]
fn the_priority_of_what_is_set() {
    check(
        "{ config, lib, ... }: {
  hypervisor.web.po$0rt = lib.mkIf (1 > 0) (lib.mkForce 80);
  imports = [
    { hypervisor.web.port = lib.mkDefault 81; }
    { hypervisor.web = lib.mkOverride 70 { port = 82; }; }
  ];
}",
        expect![[r#"
            [port]
            ### `hypervisor.web.port`

            *type*: 16 bit unsigned integer; between 0 and 65535 (both inclusive)

            *default*: `8080`

            Port of the dashboard.

            Declared in `modules/web.nix:5`

            Set in 3 places:
            - `module.nix:4`, priority 1000 (`mkDefault`)
            - `module.nix:5`, priority 70
            - `module.nix:2` if `(1 > 0)`, priority 50 (`mkForce`)
        "#]],
    );
}

#[test]
fn each_value_of_a_merge_has_its_line() {
    check(
        "{ config, lib, ... }: {
  hypervisor.web.po$0rt = lib.mkMerge [ (lib.mkIf (config.a || config.b) 1) (lib.mkForce 2) ];
}",
        expect![[r#"
            [port]
            ### `hypervisor.web.port`

            *type*: 16 bit unsigned integer; between 0 and 65535 (both inclusive)

            *default*: `8080`

            Port of the dashboard.

            Declared in `modules/web.nix:5`

            Set in 1 place:
            - `module.nix:2` if `(config.a || config.b)`
            - `module.nix:2`, priority 50 (`mkForce`)
        "#]],
    );
}

#[test]
fn members_below_a_computed_name() {
    for module in [
        "let vms = config.hypervisor.vms; in { x = map (n: vms.${n}.mem$0ory) [ ]; }",
        "let vms = config.hypervisor.vms; n = \"db\"; in { x = vms.${n}.mem$0ory; }",
        "let n = \"db\"; in { hypervisor.vms.${n}.mem$0ory = 1; }",
        "let n = f 1; in { hypervisor.vms.\"${n}\" = { mem$0ory = 1; }; }",
    ] {
        let (fixture, at) = with_options(&format!("{{ config, lib, ... }}: {module}"));
        let snapshot = fixture.snapshot();
        let shown = hover(&snapshot, at).expect("something to tell").markdown;
        assert!(shown.starts_with("### `hypervisor.vms.<name>.memory`"), "{module}: {shown}");
        let found = crate::definition(&snapshot, at).expect("a place to go to");
        assert_eq!(found.targets[0].file, fixture.file("modules/vms.nix"), "{module}");
        let references = crate::references(&snapshot, at).expect("an option");
        assert_eq!(references.len(), 2, "{module}");
    }
}
