use super::with_options;
use crate::tokens::{Modifier, tokens};
use expect_test::{Expect, expect};

const MODIFIERS: [Modifier; 9] = [
    Modifier::Declaration,
    Modifier::Definition,
    Modifier::ReadOnly,
    Modifier::Deprecated,
    Modifier::DefaultLibrary,
    Modifier::Enable,
    Modifier::Submodule,
    Modifier::Alias,
    Modifier::Undeclared,
];

#[track_caller]
fn check(module: &str, expected: Expect) {
    let (fixture, at) = with_options(&format!("{module}$0"));
    let text = fixture.text(at.file);
    let mut out = String::new();
    for token in tokens(&fixture.snapshot(), at.file) {
        out.push_str(&format!("{} {:?}", &text[token.range], token.kind));
        for modifier in MODIFIERS.into_iter().filter(|it| token.modifiers.has(*it)) {
            out.push_str(&format!(" {modifier:?}"));
        }
        out.push('\n');
    }
    expected.assert_eq(&out);
}

#[test]
fn options_by_what_they_are() {
    check(
        "{ config, lib, ... }:
let cfg = config.hypervisor.web; in {
  options.hypervisor.zone = {
    inner.name = lib.mkOption { type = lib.types.str; readOnly = true; };
  };
  config = lib.mkIf cfg.enable {
    hypervisor.vms.db.memory = cfg.port;
    hypervisor.dashboard.port = cfg.nothing;
    x = with config.hypervisor.web; port;
  };
}",
        expect![[r#"
            cfg Variable Declaration Alias
            hypervisor Group
            web Group
            hypervisor Group
            zone Group
            inner Group
            name Option Declaration ReadOnly
            lib Group DefaultLibrary
            mkOption Function DefaultLibrary
            lib Group DefaultLibrary
            types Group DefaultLibrary
            str Type DefaultLibrary
            lib Group DefaultLibrary
            mkIf Function DefaultLibrary
            cfg Variable Alias
            enable Option Enable
            hypervisor Group Definition
            vms Option Definition
            db Group Definition
            memory Option Definition Submodule
            cfg Variable Alias
            port Option
            dashboard Group Definition
            port Option Definition Deprecated
            cfg Variable Alias
            nothing Option Undeclared
            x Option Definition
            hypervisor Group
            web Group
            port Option
        "#]],
    );
}

#[test]
fn names_of_libraries() {
    check(
        "{ lib, ... }:
with lib;
let inherit (lib.types) nullOr; t = lib.types; in
{ x = mkIf true (toString t.port); y = nullOr types.ints.u8; z = lib.mdDoc builtins.nothing; }",
        expect![[r#"
            lib Group DefaultLibrary
            lib Group DefaultLibrary
            types Group DefaultLibrary
            nullOr Type DefaultLibrary
            lib Group DefaultLibrary
            types Group DefaultLibrary
            x Option Definition
            mkIf Function DefaultLibrary
            toString Function DefaultLibrary
            t Group DefaultLibrary
            port Type DefaultLibrary
            y Option Definition
            nullOr Type DefaultLibrary
            types Group DefaultLibrary
            ints Group DefaultLibrary
            u8 Type DefaultLibrary
            z Option Definition
            lib Group DefaultLibrary
            mdDoc Function Deprecated DefaultLibrary
            builtins Group DefaultLibrary
        "#]],
    );
}
