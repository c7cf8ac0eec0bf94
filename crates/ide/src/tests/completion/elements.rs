//! Members of what is no name: elements of lists and sets, arguments of functions, paths in lists and behind `?`.

use crate::CompletionKind;
use crate::completion;
use crate::tests::with_options;

#[test]
fn after_other_expressions_than_names() {
    for expression in [
        "(head config.hypervisor.disks).$0",
        "(lib.elemAt config.hypervisor.disks 0).$0; y = 1",
        "(lib.findFirst (it: true) null config.hypervisor.disks).$0",
        "map (disk: disk.$0) config.hypervisor.disks",
        "lib.forEach (lib.filter isBig config.hypervisor.disks) (disk: disk.$0)",
        "lib.concatMapStrings (disk: \"${toString disk.$0}\") (config.hypervisor.disks ++ [ ])",
    ] {
        let module = format!("{{ config, lib, ... }}: {{ x = {expression}; }}");
        assert_eq!(labels(&module), ["size"], "{module}");
    }
    for expression in [
        "config.hypervisor.vms.${name}.$0",
        "lib.mapAttrs (name: vm: vm.$0) config.hypervisor.vms",
        "lib.mapAttrsToList (name: vm: { x = vm.$0; }) (lib.filterAttrs f config.hypervisor.vms)",
        "map (vm: vm.$0) (lib.attrValues config.hypervisor.vms)",
        "lib.flip lib.mapAttrs config.hypervisor.vms (name: vm: vm.$0)",
        "let vms = lib.filterAttrs f config.hypervisor.vms; in lib.mapAttrs (n: vm: vm.$0) vms",
        "let inherit (config.hypervisor.vms.${name}) $0; in 1",
        "lib.mapAttrs (n: vm: let inherit (vm) $0; in 1) config.hypervisor.vms",
    ] {
        let module = format!("{{ config, lib, ... }}: {{ x = {expression}; }}");
        assert_eq!(labels(&module), ["\"boot order\"", "memory"], "{module}");
    }
    for expression in ["lib.mapAttrs (name: vm: name.$0) config.hypervisor.vms", "(f x).$0"] {
        let module = format!("{{ config, lib, ... }}: {{ x = {expression}; }}");
        assert_eq!(labels(&module), Vec::<String>::new(), "{module}");
    }
}

#[test]
fn below_a_name_that_is_computed() {
    for module in [
        "let cfg = config.hypervisor.vms; in { x = map (n: cfg.${n}.$0) [ ]; }",
        "let cfg = config.hypervisor.vms; n = \"db\"; in { x = cfg.${n}.$0; }",
        "let cfg = config.hypervisor.vms; n = \"db\"; in { x = cfg.${n}.mem$0",
        "let cfg = config.hypervisor; in { x = map (n: cfg.vms.${n}.$0) names; }",
        "let cfg = config.hypervisor; in { x = n: cfg.vms.\"${n}\".$0; }",
        "let cfg = config.hypervisor; in { x = n: cfg.vms.\"a-${n}\".$0; }",
        "let vm = config.hypervisor.vms.${n}; n = f 1; in { x = vm.$0; }",
        "let vm = n: config.hypervisor.vms.${n}; in { x = (vm 1).m; y = with config.hypervisor.vms.${n}; $0",
        "let n = \"db\"; in { hypervisor.vms.${n}.$0 }",
        "let n = \"db\"; in { hypervisor.vms.${n} = { $0 }; }",
        "let n = \"db\"; in { hypervisor.vms.\"${n}\".$0",
        "let cfg = config.hypervisor.vms; in { x = map (n: cfg.${n + toString 1}.$0) [ ]; }",
        "let cfg = config.hypervisor.vms; in { x = map (n: cfg.${if n == \"}\" then n else \"x\"}.$0) [ ]; }",
    ] {
        let module = format!("{{ config, lib, ... }}: {module}");
        assert_eq!(labels(&module), ["\"boot order\"", "memory"], "{module}");
    }
}

#[test]
fn in_lists_that_lead_into_a_set() {
    let web = [r#""enable""#, r#""port""#, r#""tls""#];
    for expression in [
        r#"lib.attrByPath [ "hypervisor" "web" "$0" ] 1 config"#,
        r#"lib.attrsets.attrByPath [ "web" "po$0" ] 1 config.hypervisor"#,
        r#"lib.getAttrFromPath [ "hypervisor" "web" "$0" ] config"#,
        r#"lib.hasAttrByPath [ "$0" ] config.hypervisor.web"#,
        r#"lib.hasAttrByPath [ "$0" ] cfg"#,
        r#"lib.attrByPath [ "web" "$0" ] (throw "x") (config.hypervisor)"#,
    ] {
        let module = format!(
            "{{ config, lib, ... }}: let cfg = config.hypervisor.web; in {{ x = {expression}; }}"
        );
        assert_eq!(labels(&module), web, "{module}");
    }
    // What is still to be written after the list is not known; most go into `config`.
    for expression in [
        r#"lib.attrByPath [ "hypervisor" "web" "$0"#,
        r#"lib.attrByPath [ "hypervisor" "web" "$0" ]"#,
    ] {
        let module = format!("{{ config, lib, ... }}: {{ x = {expression}");
        assert_eq!(labels(&module), web, "{module}");
    }
    let module =
        r#"{ config, lib, ... }: { config = lib.setAttrByPath [ "hypervisor" "web" "$0" ] 1; }"#;
    assert_eq!(labels(module), web);
    let module = r#"{ config, lib, ... }: { hypervisor = lib.setAttrByPath [ "web" "$0" ] 1; }"#;
    assert_eq!(labels(module), web);
    for expression in [
        r#"lib.attrByPath [ "hypervisor" "web" "$0" ] 1 other"#,
        r#"lib.attrByPath [ "hypervisor" ] [ "$0" ] config"#,
        r#"lib.setAttrByPath [ "hypervisor" "web" "$0" ] 1"#,
        r#"{ y = lib.setAttrByPath [ "$0" ] 1; }"#,
    ] {
        let module = format!("{{ config, lib, ... }}: let x = {expression}; in {{ }}");
        assert_eq!(labels(&module), Vec::<String>::new(), "{module}");
    }
}

#[test]
fn in_lists_that_are_paths() {
    let rename = |lists: &str| labels(&format!("{{ lib, ... }}: {{ imports = [ ({lists}"));
    let new = rename(
        r#"lib.mkRenamedOptionModule [ "hypervisor" "x" ] [ "hypervisor" "web" "$0" ]) ]; }"#,
    );
    assert_eq!(new, [r#""enable""#, r#""port""#, r#""tls""#]);
    let new = rename(r#"lib.mkAliasOptionModule [ "x" ] [ "$0"#);
    assert_eq!(new, [r#""hypervisor""#, r#""x""#]);
    let old = rename(r#"lib.mkRenamedOptionModule [ "hypervisor" "$0" ] [ "hypervisor" ]) ]; }"#);
    assert_eq!(old, [r#""dashboard""#, r#""web""#]);
    assert_eq!(rename(r#"lib.concatStrings [ "hypervisor" "$0" ]) ]; }"#), Vec::<String>::new());
}

#[test]
fn what_is_asked_for() {
    let web = ["enable", "port", "tls"];
    assert_eq!(labels("{ config, ... }: { x = config.hypervisor.web ? $0; }"), web);
    assert_eq!(labels("{ config, ... }: { x = config.hypervisor ? web.$0; }"), web);
    assert_eq!(labels("{ config, ... }: { x = config ? hypervisor.web.p$0; }"), web);
}

#[test]
fn in_modules_that_stand_in_a_flake() {
    let web = ["enable", "port", "tls"];
    for module in [
        "nixosModules.default = { config, ... }: { config = { hypervisor.web.$0 }; };",
        "nixosModules = { a = { hypervisor.web.$0 }; };",
        "nixosModules.a = { imports = [ { hypervisor.web = { $0 }; } ]; };",
        "nixosConfigurations.a = lib.nixosSystem { modules = [ { hypervisor.web.$0 } ]; };",
        "nixosConfigurations.a = lib.nixosSystem {
            specialArgs = { };
            modules = [ ({ config, ... }: { x = config.hypervisor.web.$0; }) ];
        };",
    ] {
        let flake = format!("#- flake.nix\n{{ outputs = {{ self, lib, ... }}: {{ {module} }}; }}");
        assert_eq!(labels(&format!("{{ }}\n{flake}")), web, "{module}");
    }
}

#[test]
fn in_functions_that_return_definitions() {
    for module in [
        "{ lib, ... }: { hypervisor.vms = lib.mapAttrs (name: it: { $0 }) all; }",
        "{ lib, ... }: { hypervisor.vms = lib.genAttrs names (name: let a = 1; in { m$0",
    ] {
        assert_eq!(labels(module), ["\"boot order\"", "memory"], "{module}");
    }
    for module in [
        "{ lib, ... }: { hypervisor.disks = map (it: { $0 }) all; }",
        "{ lib, ... }: { hypervisor.disks = [ ] ++ lib.mapAttrsToList (n: it: { $0 }) all; }",
    ] {
        assert_eq!(labels(module), ["size"], "{module}");
    }
    let module = "{ lib, ... }: lib.mkMerge (map (it: { hypervisor.web.$0 }) all)";
    assert_eq!(labels(module), ["enable", "port", "tls"]);
}

/// The names of what is offered, quotes included, in order.
fn labels(module: &str) -> Vec<String> {
    let (fixture, at) = with_options(module);
    let items = completion(&fixture.snapshot(), at).items;
    let options = items
        .into_iter()
        .filter(|item| matches!(item.kind, CompletionKind::Option | CompletionKind::Group));
    options.map(|item| item.edit.new_text).collect()
}

#[test]
fn in_modules_that_a_function_is_given() {
    for text in [
        "{ lib }: let eval = cfg: lib.evalModules { modules = [ { hyper$0 } ]; }; in eval",
        "{ lib }: let eval = cfg: lib.evalModules { modules = [ { imports = [ { hyper$0",
        "{ lib }: let eval = cfg: lib.evalModules { modules = lib.singleton { hyper$0 }; }; in 1",
        "{ lib }: let eval = cfg: lib.evalModules { modules = lib.singleton { imports = lib.singleton { hyper$0 }; }; }; in 1",
        "{ lib }: let eval = cfg: lib.evalModules { modules = lib.singleton { imports = lib.singleton { hyper$0",
        "{ lib ? import <lib>, }:\nlet\n  eval = cfg:\n    lib.evalModules {\n      modules = lib.singleton {\n        # c\n        imports = lib.singleton { hy$0\n",
    ] {
        assert_eq!(labels(text), ["hypervisor"], "{text}");
    }
}
