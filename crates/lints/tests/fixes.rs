//! What the fixes leave behind.

use lints::{Settings, check_file};
use syntax::{TextEdit, apply_edits};
use test_support::Fixture;

/// The module after the first fix that `rule` offers; `None` if it offers none.
fn fixed(rule: &str, text: &str) -> Option<String> {
    fixed_by(rule, 0, text)
}

/// The same for the fix at this place among those of the first finding that has so many.
fn fixed_by(rule: &str, at: usize, text: &str) -> Option<String> {
    let fixture = Fixture::new(text);
    let file = fixture.file("module.nix");
    let findings = check_file(&fixture.snapshot(), &Settings::default(), file);
    let mut of_rule = findings.into_iter().filter(|finding| finding.rule == rule).peekable();
    assert!(of_rule.peek().is_some(), "{rule} finds nothing");
    let fix = of_rule.find_map(|finding| finding.fixes.into_iter().nth(at))?;
    let edits: Vec<TextEdit> = fix.edits.into_iter().map(|edit| edit.edit).collect();
    Some(apply_edits(text, &edits).expect("the edits do not overlap"))
}

#[track_caller]
fn inlines(before: &str, after: &str) {
    assert_eq!(fixed("top-level-config-access", before).as_deref(), Some(after));
}

#[test]
fn an_alias_is_written_out_wherever_it_is_used() {
    inlines(
        r#"{ config, lib, ... }:
let
  cfg = config.hypervisor.web;
  text = "port";
in
{
  config = lib.mkIf (cfg.enable or false) {
    inherit (cfg) a b;
    c = with cfg; [ port ];
    d = f cfg "${toString cfg.port}";
  };
}
"#,
        r#"{ config, lib, ... }:
let
  text = "port";
in
{
  config = lib.mkIf (config.hypervisor.web.enable or false) {
    inherit (config.hypervisor.web) a b;
    c = with config.hypervisor.web; [ port ];
    d = f config.hypervisor.web "${toString config.hypervisor.web.port}";
  };
}
"#,
    );
}

#[test]
fn the_last_binding_takes_its_let_along() {
    inlines(
        "{ config, ... }:\nlet\n  cfg = config.hypervisor.web;\nin\n{\n  a = cfg.x;\n}\n",
        "{ config, ... }:\n{\n  a = config.hypervisor.web.x;\n}\n",
    );
    inlines(
        "{ config, ... }: let cfg = config.hypervisor.web; in { a = cfg.x; }\n",
        "{ config, ... }: { a = config.hypervisor.web.x; }\n",
    );
}

#[test]
fn all_aliases_of_a_file_are_written_out_at_once() {
    let all = |text: &str| fixed_by("top-level-config-access", 1, text);
    assert_eq!(
        all("{ config, ... }:\nlet\n  cfg = config.a;\n  x = 1;\n  web = config.b.web;\nin\n{ a = cfg.x + web.y + x; }\n").as_deref(),
        Some("{ config, ... }:\nlet\n  x = 1;\nin\n{ a = config.a.x + config.b.web.y + x; }\n"),
    );
    assert_eq!(
        all("{ config, ... }:\nlet\n  cfg = config.a;\n  web = config.b;\nin\n{ a = cfg.x + web.y; }\n").as_deref(),
        Some("{ config, ... }:\n{ a = config.a.x + config.b.y; }\n"),
    );
    assert_eq!(
        all("{ config, ... }:\nlet\n  cfg = config.a;\n  # Web.\n  web = config.b;\nin\n{ a = cfg.x + web.y; }\n").as_deref(),
        Some("{ config, ... }:\n# Web.\n{ a = config.a.x + config.b.y; }\n"),
    );
    // One that another one needs goes first.
    assert_eq!(all("{ config, ... }: let cfg = config.a; web = cfg.b; in { a = web.y; }"), None);
}

#[test]
fn all_aliases_of_a_tree_are_written_out_at_once() {
    let fixture = Fixture::new(
        "#- a.nix\n{ config, ... }: let cfg = config.a; x = config.x; in { b = cfg.x + x; }\n\
         #- b.nix\n{ config, ... }: let cfg = config.b; in { a = cfg.x; }\n\
         #- c.nix\n{ config, ... }: { c = config.x; }\n",
    );
    let fix = lints::write_out_aliases(&fixture.snapshot(), &Settings::default()).unwrap();
    assert_eq!(fix.title, "Write out such names in all 2 files that have some");
    let after = |path: &str| {
        let file = fixture.file(path);
        let own = fix.edits.iter().filter(|edit| edit.file == file);
        let edits: Vec<TextEdit> = own.map(|edit| edit.edit.clone()).collect();
        apply_edits(&fixture.text(file), &edits).unwrap()
    };
    assert_eq!(after("a.nix"), "{ config, ... }: { b = config.a.x + config.x; }\n");
    assert_eq!(after("b.nix"), "{ config, ... }: { a = config.b.x; }\n");
    assert_eq!(after("c.nix"), "{ config, ... }: { c = config.x; }\n");
}

#[test]
fn comments_stay() {
    inlines(
        "{ config, ... }:\nlet\n  # What users set.\n  cfg = config.a;\nin\n{ a = cfg.x; }\n",
        "{ config, ... }:\n# What users set.\n{ a = config.a.x; }\n",
    );
    inlines(
        "{ config, ... }:\nlet\n  cfg = config.a; # set by users\nin\n{ a = cfg.x; }\n",
        "{ config, ... }:\n# set by users\n{ a = config.a.x; }\n",
    );
}

#[test]
fn nothing_is_offered_where_the_meaning_could_change() {
    let cases = [
        // The path is no name that could be inherited.
        "{ config, ... }: let cfg = config.a; in { inherit cfg; }",
        // Another `config` is in between.
        "{ config, ... }: let cfg = config.a; in { f = { config, ... }: cfg.x; }",
        "{ config, ... }: let cfg = config.a; in { f = let config = 1; in cfg.x; }",
        // Not a plain path.
        "{ config, ... }: let cfg = config.a or { }; in { a = cfg.x; }",
        "{ config, ... }: let inherit (config) a; in { b = a.x; }",
    ];
    for text in cases {
        assert_eq!(fixed("top-level-config-access", text), None, "{text}");
    }
}

#[test]
fn a_misspelt_name_is_replaced_alone() {
    let module = |name: &str| {
        format!(
            "{{ config, lib, ... }}: {{\n  options.hypervisor.web.port = lib.mkOption {{ }};\n  \
             config.a = config.hypervisor.{name}.port;\n}}\n"
        )
    };
    assert_eq!(fixed("undeclared-option", &module("wbe")), Some(module("web")));
    assert_eq!(fixed("undeclared-option", &module("other")), None);
}

#[track_caller]
fn fixes(rule: &str, before: &str, after: &str) {
    assert_eq!(fixed(rule, before).as_deref(), Some(after));
}

#[test]
fn a_name_gets_its_set_or_becomes_an_argument() {
    fixes("undefined-name", "{ lib }: { a = mkIf; }", "{ lib }: { a = lib.mkIf; }");
    fixes("undefined-name", "{ a = attrNames; }", "{ a = builtins.attrNames; }");
    fixes("undefined-name", "{ ... }: { a = pkgs; }", "{ pkgs, ... }: { a = pkgs; }");
    fixes(
        "undefined-name",
        "{ config\n, x ? 1 # one\n, ...\n}: { a = [ lib x ]; }",
        "{ config\n, x ? 1, lib # one\n, ...\n}: { a = [ lib x ]; }",
    );
    assert_eq!(fixed("undefined-name", "{ config }: { a = pkgs; }"), None);
    assert_eq!(fixed("undefined-name", "{ lib, ... }: { inherit mkIf; }"), None);
}

#[test]
fn an_unused_binding_goes_with_its_statement() {
    fixes("unused-binding", "let\n  a = 1;\n  b = 2;\nin\nb\n", "let\n  b = 2;\nin\nb\n");
    fixes("unused-binding", "let a = 1; in 2", "2");
    fixes("unused-binding", "x: let inherit (x) a b; in a", "x: let inherit (x) a; in a");
    fixes("unused-binding", "x: let inherit (x) a b; in b", "x: let inherit (x) b; in b");
    fixes("unused-binding", "x: let inherit (f (x)) a; c = 1; in c", "x: let c = 1; in c");
    fixes("unused-binding", "let\n  # Why.\n  a = 1;\nin\n2\n", "let\n  # Why.\nin\n2\n");
    assert_eq!(fixed("unused-binding", "let a.b = 1; a.c = 2; in 2"), None);
}

#[test]
fn an_unused_argument_goes_with_its_comma() {
    fixes("unused-argument", "{ a, b ? 1, ... }: a", "{ a, ... }: a");
    fixes("unused-argument", "{ a, ... }: 1", "{ ... }: 1");
    fixes("unused-argument", "{ a\n, b\n, ...\n}: b", "{ b\n, ...\n}: b");
}

#[test]
fn a_with_is_written_out() {
    fixes(
        "top-level-with",
        "{ lib, ... }:\nwith lib;\n{\n  a = mkIf true [ types.str (id id) ];\n  b = lib.id;\n}\n",
        "{ lib, ... }:\n{\n  a = lib.mkIf true [ lib.types.str (lib.id lib.id) ];\n  b = lib.id;\n}\n",
    );
    fixes(
        "top-level-with",
        "{ lib, ... }: with lib; { a = with types; [ str mkIf ]; }",
        "{ lib, ... }: { a = with lib.types; [ str lib.mkIf ]; }",
    );
    let uncertain = [
        "{ lib, ... }: with lib; { inherit mkIf; }",
        "{ lib, ... }: with lib; { a = notThere; }",
        "{ lib, pkgs, ... }: with lib; { a = with pkgs; [ mkIf ]; }",
        "{ pkgs, lib, ... }: with pkgs; { a = git; }",
        "{ lib, ... }: with lib; { a = let lib = 1; in mkIf; }",
    ];
    for text in uncertain {
        assert_eq!(fixed("top-level-with", text), None, "{text}");
    }
}

#[test]
fn an_old_let_becomes_a_new_one() {
    fixes("legacy-let", "let { a = 1; body = a; b = 2; }", "let a = 1; b = 2; in a");
    fixes(
        "legacy-let",
        "x:\n  let {\n    a = 1; # one\n    body = a;\n  }",
        "x:\n  let\n    a = 1; # one\n  in\n  a",
    );
    assert_eq!(fixed("legacy-let", "let { a = body; body = 1; }"), None);
}

#[test]
fn what_says_nothing_is_removed() {
    fixes("empty-let", "{ a = let in 1; }", "{ a = 1; }");
    assert_eq!(fixed("empty-let", "{ a = let /* later */ in 1; }"), None);
    fixes("empty-inherit", "{\n  inherit;\n  a = 1;\n}\n", "{\n  a = 1;\n}\n");
    fixes("redundant-rec", "{ a = rec { b = 1; }; }", "{ a = { b = 1; }; }");
    fixes("unused-with", "x: with x;\n\n1", "x: 1");
    assert_eq!(fixed("unused-with", "x: with x; /* all of it */ 1"), None);
    fixes("unquoted-uri", "[ https://a.b/c ]", "[ \"https://a.b/c\" ]");
}

#[test]
fn a_second_import_goes_with_its_line() {
    fixes("duplicate-import", "{ imports = [ ./a.nix ./a.nix ]; }", "{ imports = [ ./a.nix ]; }");
    fixes(
        "duplicate-import",
        "{\n  imports = [\n    ./a.nix\n    ./a.nix\n  ];\n}\n",
        "{\n  imports = [\n    ./a.nix\n  ];\n}\n",
    );
}

#[test]
fn a_suppression_goes_with_what_belongs_to_it() {
    let rule = "unused-suppression";
    fixes(
        rule,
        "{\n  # hyper-nixos-ls: allow(unused-with): why\n  a = 1;\n}\n",
        "{\n  a = 1;\n}\n",
    );
    fixes(rule, "{\r\n\t# hyper-nixos-ls: allow(unused-with)\r\n}", "{\r\n}");
    fixes(rule, "{ a = 1; # hyper-nixos-ls: allow(unused-with): why\n}", "{ a = 1;\n}");
    fixes(rule, "{ a = 1; # hyper-nixos-ls: allow(unused-with)\r\n}", "{ a = 1;\r\n}");
    fixes(rule, "{ a = 1; # One. # hyper-nixos-ls: allow(unused-with)\n}", "{ a = 1; # One.\n}");
    fixes(
        rule,
        "x: { a = with x; 1; # hyper-nixos-ls: allow(empty-let, unused-with)\n}",
        "x: { a = with x; 1; # hyper-nixos-ls: allow(unused-with)\n}",
    );
    fixes(
        rule,
        "x: { a = with x; 1; # hyper-nixos-ls: allow(unused-with,empty-let)\n}",
        "x: { a = with x; 1; # hyper-nixos-ls: allow(unused-with)\n}",
    );
    // A slip is mended rather than removed.
    fixes(
        rule,
        "{ a = 1; # hyper-nixos-ls: allow(unused-wiht)\n}",
        "{ a = 1; # hyper-nixos-ls: allow(unused-with)\n}",
    );
}

#[track_caller]
fn stays_in_shape(before: &str, after: Option<&str>) {
    let module = |config: &str| format!("{{ config, lib, ... }}:\n{{\n  config = {config};\n}}\n");
    let fixed = fixed("infinite-recursion", &module(before));
    assert_eq!(fixed, after.map(module));
}

#[test]
fn what_shapes_a_module_becomes_a_mk_if() {
    stays_in_shape(
        "lib.optionalAttrs config.a.on { b = 1; }",
        Some("lib.mkIf config.a.on { b = 1; }"),
    );
    stays_in_shape(
        "if config.a.on && true then { b = 1; } else { }",
        Some("lib.mkIf (config.a.on && true) { b = 1; }"),
    );
    stays_in_shape(
        "if config.a.on then { b = 1; } else { c = 1; }",
        Some(
            "lib.mkMerge [ (lib.mkIf config.a.on { b = 1; }) (lib.mkIf (!config.a.on) { c = 1; }) ]",
        ),
    );
    stays_in_shape(
        "{ b = 1; } // lib.optionalAttrs config.a.on { c = 1; }",
        Some("lib.mkMerge [ { b = 1; } (lib.mkIf config.a.on { c = 1; }) ]"),
    );
    stays_in_shape(
        "lib.mkMerge ([ { b = 1; } ] ++ lib.optional config.a.on { c = 1; })",
        Some("lib.mkMerge ([ { b = 1; } ] ++ [ (lib.mkIf config.a.on { c = 1; }) ])"),
    );
    stays_in_shape(
        "lib.mkMerge [ (if config.a.on then { c = 1; } else { }) ]",
        Some("lib.mkMerge [ (lib.mkIf config.a.on { c = 1; }) ]"),
    );
    // A name is no definition, and an argument may be anything.
    stays_in_shape("{ ${if config.a.on then \"b\" else \"c\"} = 1; }", None);
    stays_in_shape("lib.mapAttrs (_: x: x) (if config.a.on then { b = 1; } else { })", None);
}

/// The module that gives `value` to an option of this type.
fn given(ty: &str, value: &str) -> String {
    format!(
        "{{ lib, ... }}: with lib.types; {{ options.o = lib.mkOption {{ type = {ty}; }}; \
         config.o = {value}; }}"
    )
}

#[test]
fn a_value_is_written_as_its_type_wants_it() {
    let cases = [
        ("port", "\"8080\"", Some("8080")),
        ("port", "lib.mkDefault \"8080\"", Some("lib.mkDefault 8080")),
        ("port", "\"99999\"", None),
        ("port", "\"080\"", None),
        ("bool", "\"true\"", Some("true")),
        ("float", "\"1.5\"", Some("1.5")),
        ("str", "8080", Some("\"8080\"")),
        ("str", "(4 + 4)", None),
        ("listOf str", "\"a\"", Some("[ \"a\" ]")),
        ("listOf str", "lib.mkIf true \"a\"", Some("lib.mkIf true [ \"a\" ]")),
        ("listOf str", "[ \"a\" 1 ]", Some("[ \"a\" \"1\" ]")),
        ("listOf int", "\"a\"", None),
    ];
    for (ty, value, expected) in cases {
        let expected = expected.map(|value| given(ty, value));
        assert_eq!(fixed("type-mismatch", &given(ty, value)), expected, "{value} for {ty}");
    }
}

#[test]
fn one_of_two_definitions_wins() {
    let module = |second: &str| {
        format!(
            "{{ lib, ... }}: {{ options.o = lib.mkOption {{ type = lib.types.int; }}; \
             config = lib.mkMerge [ {{ o = 1; }} {{ o = {second}; }} ]; }}"
        )
    };
    fixes("conflicting-definitions", &module("2"), &module("lib.mkForce 2"));
    fixes("conflicting-definitions", &module("1 + 1"), &module("lib.mkForce (1 + 1)"));
}

#[test]
fn a_value_becomes_text() {
    let cases = [
        ("8080", Some("toString 8080")),
        ("1 + 1", Some("toString (1 + 1)")),
        ("true", Some("lib.boolToString true")),
        ("[ 1 ]", Some("builtins.toJSON [ 1 ]")),
        ("x: x", None),
    ];
    for (value, expected) in cases {
        let module = |value: &str| format!("{{ lib, ... }}: {{ a = \"${{{value}}}\"; }}");
        let fixed = fixed("invalid-interpolation", &module(value));
        assert_eq!(fixed, expected.map(module), "{value}");
    }
}

#[test]
fn two_lists_under_one_name_become_one() {
    fixes(
        "duplicate-attribute",
        "{ pkgs, ... }:\n{\n  a.b = [ 1 ];\n  # More.\n  a.b = with pkgs; [ x ]; # two\n}\n",
        "{ pkgs, ... }:\n{\n  a.b = [ 1 ] ++ (with pkgs; [ x ]);\n  # More.\n  # two\n}\n",
    );
    fixes(
        "duplicate-attribute",
        "{ a = { b = with c; [ 1 ]; }; a.b = [ 2 ]; }",
        "{ a = { b = (with c; [ 1 ]) ++ [ 2 ]; }; }",
    );
}

#[test]
fn two_sets_under_one_condition_become_one() {
    fixes(
        "duplicate-attribute",
        "{ config, lib, ... }:\n{\n  config = lib.mkIf c {\n    # One.\n    a.x = 1;\n  };\n  config = lib.mkIf c {\n    \
         # Two.\n    a.y = 2; # two\n  };\n}\n",
        "{ config, lib, ... }:\n{\n  config = lib.mkIf c {\n    # One.\n    a.x = 1;\n    \
         # Two.\n    a.y = 2; # two\n  };\n}\n",
    );
    fixes(
        "duplicate-attribute",
        "{ lib, ... }:\n{\n  a = lib.mkDefault { x = 1; };\n  a = lib.mkDefault { y = 2; # two\n  };\n}\n",
        "{ lib, ... }:\n{\n  a = lib.mkDefault { x = 1; y = 2; # two\n  };\n}\n",
    );
    fixes(
        "duplicate-attribute",
        "{ lib, ... }: { a = lib.mkDefault { }; a = lib.mkDefault { y = 2; }; }",
        "{ lib, ... }: { a = lib.mkDefault { y = 2; }; }",
    );
}

#[test]
fn definitions_under_several_conditions_are_merged() {
    fixes(
        "duplicate-attribute",
        "{ config, lib, ... }: {\n  config.a = lib.mkIf c { x = 1; };\n  config.a = lib.mkIf d { x = 2; };\n}\n",
        "{ config, lib, ... }: {\n  config.a = lib.mkMerge [ (lib.mkIf c { x = 1; }) (lib.mkIf d { x = 2; }) ];\n}\n",
    );
}

#[test]
fn the_same_twice_is_written_once() {
    fixes("duplicate-attribute", "{\n  a.b = 1;\n  a.b = 1;\n}\n", "{\n  a.b = 1;\n}\n");
}

#[test]
fn values_that_contradict_each_other_are_left_to_the_author() {
    let cases = [
        "{ a = 1; a = 2; }",
        "{ lib, ... }: { a = lib.mkIf c { x = 1; }; a.x = 2; }",
        // Names of the one would be seen in the other.
        "{ lib, ... }: { a = f { x = 1; }; a = f { y = 2; }; }",
        "let a = lib.mkIf c { x = 1; }; a = lib.mkIf d { x = 2; }; in a",
    ];
    for text in cases {
        assert_eq!(fixed("duplicate-attribute", text), None, "{text}");
    }
}

#[test]
fn an_option_is_declared_beside_those_of_its_group() {
    fixes(
        "undeclared-option",
        "{ config, lib, ... }:\n{\n  options.hypervisor.web = {\n    enable = lib.mkEnableOption \"web\";\n  };\n  \
         config.hypervisor.web.listenPort = lib.mkDefault 80;\n}\n",
        "{ config, lib, ... }:\n{\n  options.hypervisor.web = {\n    enable = lib.mkEnableOption \"web\";\n    \
         listenPort = lib.mkOption {\n      type = lib.types.port;\n      description = \"Listen port.\";\n    };\n  };\n  \
         config.hypervisor.web.listenPort = lib.mkDefault 80;\n}\n",
    );
    // What the use needs, on the sibling's line and in its form.
    fixes(
        "undeclared-option",
        "{ config, lib, ... }: { options.hypervisor.web.enable = lib.mkEnableOption \"web\"; config.x = \
         \"${config.hypervisor.web.name}\"; }",
        "{ config, lib, ... }: { options.hypervisor.web.enable = lib.mkEnableOption \"web\"; \
         options.hypervisor.web.name = lib.mkOption { type = lib.types.str; description = \"Name.\"; }; config.x = \
         \"${config.hypervisor.web.name}\"; }",
    );
    let untold = "{ config, lib, ... }: { options.hypervisor.web.enable = lib.mkEnableOption \"web\"; \
                  config.x = config.hypervisor.web.name; }";
    assert_eq!(fixed("undeclared-option", untold), None);
}

#[test]
fn a_list_tells_the_type_of_its_elements() {
    fixes(
        "missing-type",
        "{ lib, ... }: { options.hypervisor.a.b = lib.mkOption { default = [ \"x\" \"y\" ]; }; }",
        "{ lib, ... }: { options.hypervisor.a.b = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ \"x\" \"y\" ]; }; }",
    );
}

/// The module after the first fix that `rule` offers for it, beside these other files.
fn fixed_beside(rule: &str, others: &str, module: &str) -> Option<String> {
    let fixture = Fixture::new(&format!("{others}#- module.nix\n{module}"));
    let file = fixture.file("module.nix");
    let findings = check_file(&fixture.snapshot(), &Settings::default(), file);
    let mut of_rule = findings.into_iter().filter(|finding| finding.rule == rule).peekable();
    assert!(of_rule.peek().is_some(), "{rule} finds nothing");
    let fix = of_rule.find_map(|finding| finding.fixes.into_iter().next())?;
    let edits: Vec<TextEdit> = fix.edits.into_iter().map(|edit| edit.edit).collect();
    Some(apply_edits(module, &edits).expect("the edits do not overlap"))
}

#[test]
fn a_second_declaration_goes_with_its_statement() {
    let other = "#- a.nix\n{ lib, ... }: { options.hypervisor.web.port = lib.mkOption { default = 1; }; }\n";
    let module = |options: &str| {
        format!("{{ lib, ... }}:\n{{\n  options.hypervisor.web = {{\n{options}  }};\n}}\n")
    };
    let other_option = "    name = lib.mkOption { };\n";
    let before = format!("    port = lib.mkOption {{\n      default = 2;\n    }};\n{other_option}");
    assert_eq!(
        fixed_beside("duplicate-option", other, &module(&before)),
        Some(module(other_option))
    );
}

#[test]
fn a_switch_is_declared_and_used() {
    fixes(
        "missing-enable-option",
        "{ lib, ... }:\n{\n  options.hypervisor.web = {\n    port = lib.mkOption { };\n  };\n  config = {\n    a = 1;\n  };\n}\n",
        "{ config, lib, ... }:\n{\n  options.hypervisor.web = {\n    enable = lib.mkEnableOption \"web\";\n    \
         port = lib.mkOption { };\n  };\n  config = lib.mkIf config.hypervisor.web.enable {\n    a = 1;\n  };\n}\n",
    );
    // Where it is not known what is defined, the switch is only declared.
    fixes(
        "missing-enable-option",
        "{ lib, ... }: { options.hypervisor.web.port = lib.mkOption { }; config = f lib.x // { a = config; }; }",
        "{ lib, ... }: { options.hypervisor.web.enable = lib.mkEnableOption \"web\"; \
         options.hypervisor.web.port = lib.mkOption { }; config = f lib.x // { a = config; }; }",
    );
}

#[test]
fn a_switch_that_another_module_has_is_not_declared_again() {
    let other =
        "#- a.nix\n{ lib, ... }: { options.hypervisor.web.enable = lib.mkEnableOption \"web\"; }\n";
    let module =
        "{ lib, ... }: { options.hypervisor.web.port = lib.mkOption { }; config = { a = 1; }; }";
    assert_eq!(fixed_beside("missing-enable-option", other, module), None);
}

#[test]
fn a_definition_can_wait_for_its_option() {
    let options = "#- options.json\n{ \"services.openssh.enable\": { \"type\": \"boolean\" } }\n";
    let check = |before: &str, after: Option<&str>| {
        let fixed = fixed_beside("unknown-nixos-option", options, before);
        assert_eq!(fixed.as_deref(), after, "{before}");
    };
    check(
        "{ config, lib, ... }:\n{\n  config = lib.mkIf x {\n    services.openssh.enable = true;\n    services.auditd.enable = true;\n  };\n}\n",
        Some(
            "{ config, lib, options, ... }:\n{\n  config = lib.mkIf x (lib.mkMerge [ {\n    services.openssh.enable = true;\n  } \
             (lib.optionalAttrs (options ? services.auditd) { services.auditd.enable = true; }) ]);\n}\n",
        ),
    );
    check(
        "{ lib, options, ... }: { services.auditd.enable = true; }\n",
        Some(
            "{ lib, options, ... }: { services = lib.optionalAttrs (options ? services.auditd) { auditd.enable = true; }; }\n",
        ),
    );
    // The rest of `services` would be lost, or is bound twice.
    check(
        "{ lib, options, ... }: { services.auditd.enable = true; services.openssh.enable = true; }\n",
        None,
    );
    check("{ lib, options, ... }: { config = { services.auditd.enable = true; } // { }; }\n", None);
}

#[test]
fn a_module_is_imported_by_one_path() {
    let other = "#- web/default.nix\n{ lib, ... }: { options.hypervisor.web.port = lib.mkOption { default = 1; }; }\n";
    assert_eq!(
        fixed_beside(
            "duplicate-option",
            other,
            "{ imports = [\n  ./web\n  ./web/default.nix\n]; }\n"
        )
        .as_deref(),
        Some("{ imports = [\n  ./web\n  ./web\n]; }\n")
    );
}

#[test]
fn the_option_of_that_name_elsewhere_is_offered() {
    let module = |path: &str| {
        format!(
            "{{ config, lib, ... }}: {{\n  options.hypervisor.net.bridge = lib.mkOption {{ }};\n  \
             options.hypervisor.web.port = lib.mkOption {{ }};\n  config.a = config.{path};\n}}\n"
        )
    };
    assert_eq!(
        fixed("undeclared-option", &module("hypervisor.web.bridge")),
        Some(module("hypervisor.net.bridge"))
    );
    // A part of the path stands elsewhere.
    let aliased = "{ config, lib, ... }: {\n  options.hypervisor.net.bridge = lib.mkOption { };\n  \
                   options.hypervisor.web.port = lib.mkOption { };\n  \
                   config.a = let cfg = config.hypervisor.web; in cfg.bridge;\n}\n";
    assert_eq!(fixed("undeclared-option", aliased), None);
}
