use super::{OPTIONS, with_options};
use crate::{DocumentSymbol, document_symbols, workspace_symbols};
use expect_test::{Expect, expect};
use syntax::TextRange;
use test_support::Fixture;

#[track_caller]
fn check(module: &str, expected: Expect) {
    let fixture = Fixture::new(module);
    let file = fixture.files[0];
    let symbols = document_symbols(&fixture.snapshot(), file);
    let whole = TextRange::up_to(syntax::TextSize::of(&*fixture.text(file)));
    let mut out = String::new();
    show(&symbols, whole, 0, &mut out);
    expected.assert_eq(&out);
}

fn show(symbols: &[DocumentSymbol], around: TextRange, depth: usize, out: &mut String) {
    for symbol in symbols {
        assert!(around.contains_range(symbol.full), "{} sticks out", symbol.name);
        assert!(symbol.full.contains_range(symbol.focus), "{}", symbol.name);
        let indent = "  ".repeat(depth);
        let detail = symbol.detail.as_ref().map(|it| format!(" : {it}")).unwrap_or_default();
        out.push_str(&format!("{indent}{} ({:?}){detail}\n", symbol.name, symbol.kind));
        show(&symbol.children, symbol.full, depth + 1, out);
    }
}

#[test]
fn the_options_definitions_and_bindings_of_a_module() {
    check(
        r#"
{ config, lib, ... }:
let
  cfg = config.hypervisor.web;
  unit = name: { inherit name; enable = true; };
  vm = { options.cores = lib.mkOption { type = lib.types.int; }; };
in
{
  imports = [ ./a.nix { services.inline.enable = true; } ];
  options.hypervisor = {
    web.enable = lib.mkEnableOption "it";
    web.port = lib.mkOption { type = lib.types.port; default = 80; };
    vms = lib.mkOption {
      type = lib.types.attrsOf (lib.types.submodule {
        options = { memory = lib.mkOption { type = lib.types.int; }; };
        config.memory = 1;
      });
    };
  };
  config = lib.mkIf cfg.enable (lib.mkMerge [
    { services.nginx = { enable = true; virtualHosts."a b" = { }; }; }
  ]);
}
"#,
        expect![[r#"
            cfg (Variable)
            unit (Function)
              enable (Definition)
            vm (Variable)
              options.cores (Group)
                type (Definition)
            imports (Group)
              services.inline.enable (Definition)
            options.hypervisor (Group)
              web.enable (Enable) : boolean
              web.port (Option) : 16 bit unsigned integer; between 0 and 65535 (both inclusive)
              vms (Option) : attribute set of (submodule)
                memory (Option) : signed integer
            config (Group)
              services.nginx (Group)
                enable (Definition)
                virtualHosts."a b" (Definition)
        "#]],
    );
}

#[test]
fn a_broken_text_has_an_outline_too() {
    check(
        "{ lib, ... }: {\n  options.a.b = lib.mkOption {\n  config.c = 1;\n  d. = 2;\n}",
        expect![[r#"
            options.a.b (Option) : unspecified value
        "#]],
    );
}

#[track_caller]
fn check_search(query: &str, expected: Expect) {
    let (fixture, _) = with_options("$0{ lib, ... }: let portal = 1; openPort = x: x; in { }");
    let found = workspace_symbols(&fixture.snapshot(), query);
    let shown = found.iter().map(|it| {
        let container = it.container.as_deref().unwrap_or("");
        format!("{:?} {} {container}\n", it.kind, it.name)
    });
    expected.assert_eq(&shown.collect::<String>());
}

#[test]
fn the_best_come_first() {
    check_search(
        "port",
        expect![[r#"
        Option hypervisor.web.port modules/web.nix
        Option hypervisor.dashboard.port modules/old.nix
        Function openPort module.nix
        Option hypervisor.web.tls.certificate modules/web.nix
        Option hypervisor.vms.<name>."boot order" modules/vms.nix
        Variable portal module.nix
    "#]],
    );
    check_search(
        "web port",
        expect![[r#"
        Option hypervisor.web.port modules/web.nix
    "#]],
    );
    check_search(
        "hwp",
        expect![[r#"
        Option hypervisor.web.port modules/web.nix
    "#]],
    );
    check_search(
        "vms.nix",
        expect![[r#"
        Module modules/vms.nix 
    "#]],
    );
    check_search("nothing like it", expect![[""]]);
}

#[test]
fn there_is_an_end_to_what_is_found() {
    let options: String = (0..1000).map(|at| format!("o{at} = lib.mkOption {{ }}; ")).collect();
    let fixture = Fixture::new(&format!(
        "{OPTIONS}#- m.nix\n{{ lib, ... }}: {{ options.a = {{ {options} }}; }}"
    ));
    let found = workspace_symbols(&fixture.snapshot(), "o7");
    assert_eq!(found.len(), 256);
    assert_eq!(found[0].name, "a.o7");
}
