mod declarations;
mod elements;
mod libraries_and_files;
mod values;

use super::with_options;
use crate::{CompletionItem, CompletionKind, completion};
use expect_test::{Expect, expect};
use syntax::apply_edits;

/// Shows each option and key, in order, as the cursor's line after taking it. What is offered beside them is
/// the subject of other tests.
#[track_caller]
fn check(module: &str, expected: Expect) {
    let is_option = |item: &CompletionItem| {
        matches!(item.kind, CompletionKind::Option | CompletionKind::Group)
            || item.sort == format!("2{}", item.label) && MODULE_KEYS.contains(&&*item.label)
    };
    expected.assert_eq(&shown(module, is_option));
}

const MODULE_KEYS: [&str; 3] = ["config", "imports", "options"];

/// Shows everything that is offered.
#[track_caller]
fn check_all(module: &str, expected: Expect) {
    expected.assert_eq(&shown(module, |_| true));
}

/// Shows the first few of all that is offered.
#[track_caller]
fn check_first(count: usize, module: &str, expected: Expect) {
    let all = shown(module, |_| true);
    let first: Vec<&str> = all.lines().take(count).collect();
    expected.assert_eq(&(first.join("\n") + "\n"));
}

fn shown(module: &str, is_wanted: impl Fn(&CompletionItem) -> bool) -> String {
    let (fixture, at) = with_options(module);
    let text = fixture.text(at.file);
    let mut out = String::new();
    for item in completion(&fixture.snapshot(), at).items.into_iter().filter(is_wanted) {
        let edited = apply_edits(&text, std::slice::from_ref(&item.edit)).unwrap();
        let start = usize::from(item.edit.range.start());
        let first = edited[..start].rfind('\n').map_or(0, |at| at + 1);
        let line = edited[first..].lines().next().unwrap_or("").trim();
        let kind = format!("{:?}", item.kind).to_lowercase();
        let detail = item.detail.unwrap_or_default();
        out.push_str(&format!("{kind} {line} ({detail})\n"));
    }
    out
}

#[test]
fn paths_in_expressions() {
    check(
        "{ config, ... }: {\n  x = config.hypervisor.$0;\n}",
        expect![[r#"
        group x = config.hypervisor.dashboard; ()
        group x = config.hypervisor.disks; (list of (submodule))
        group x = config.hypervisor.vms; (attribute set of (submodule))
        group x = config.hypervisor.web; ()
    "#]],
    );
    check(
        "{ config, ... }: {\n  x = config.hypervisor.we$0;\n}",
        expect![[r#"
        group x = config.hypervisor.dashboard; ()
        group x = config.hypervisor.disks; (list of (submodule))
        group x = config.hypervisor.vms; (attribute set of (submodule))
        group x = config.hypervisor.web; ()
    "#]],
    );
    check(
        "{ config, ... }: {\n  x = config.hypervisor.w$0rong.port;\n}",
        expect![[r#"
        group x = config.hypervisor.dashboard.port; ()
        group x = config.hypervisor.disks.port; (list of (submodule))
        group x = config.hypervisor.vms.port; (attribute set of (submodule))
        group x = config.hypervisor.web.port; ()
    "#]],
    );
    check(
        "{ options, ... }: {\n  x = options.hypervisor.web.$0;\n}",
        expect![[r#"
        option x = options.hypervisor.web.enable; (boolean)
        option x = options.hypervisor.web.port; (16 bit unsigned integer; between 0 and 65535 (both inclusive))
        group x = options.hypervisor.web.tls; ()
    "#]],
    );
    check(
        "{ config, ... }: {\n  x = \"${config.hypervisor.web.$0}\";\n}",
        expect![[r#"
        option x = "${config.hypervisor.web.enable}"; (boolean)
        option x = "${config.hypervisor.web.port}"; (16 bit unsigned integer; between 0 and 65535 (both inclusive))
        group x = "${config.hypervisor.web.tls}"; ()
    "#]],
    );
    check(
        "{ config, ... }: {\n  x = config.hypervisor.vms.db.$0;\n}",
        expect![[r#"
        option x = config.hypervisor.vms.db."boot order"; (string)
        option x = config.hypervisor.vms.db.memory; (positive integer, meaning >0)
    "#]],
    );
    check(
        "{ config, ... }: {\n  x = config.hypervisor.vms.db.\"bo$0\";\n}",
        expect![[r#"
        option x = config.hypervisor.vms.db."boot order"; (string)
        option x = config.hypervisor.vms.db.memory; (positive integer, meaning >0)
    "#]],
    );
    check(
        "{ config, ... }: {\n  x = config\n    .hypervisor\n    .web.$0;\n}",
        expect![[r#"
        option .web.enable; (boolean)
        option .web.port; (16 bit unsigned integer; between 0 and 65535 (both inclusive))
        group .web.tls; ()
    "#]],
    );
}

#[test]
fn options_declared_below_an_option_that_is_a_set() {
    check(
        "{ config, lib, ... }: {
  options.hypervisor.features = lib.mkOption { type = lib.types.attrs; };
  options.hypervisor.features.web.enable = lib.mkEnableOption \"it\";
  config.x = config.hypervisor.features.$0;
}",
        expect![[r#"
            group config.x = config.hypervisor.features.web; ()
        "#]],
    );
}

#[test]
fn aliases_and_with() {
    check(
        "{ config, ... }:\nlet cfg = config.hypervisor.web; in {\n  x = cfg.$0;\n}",
        expect![[r#"
            option x = cfg.enable; (boolean)
            option x = cfg.port; (16 bit unsigned integer; between 0 and 65535 (both inclusive))
            group x = cfg.tls; ()
        "#]],
    );
    check(
        "{ config, ... }:\nlet\n  hv = config.hypervisor;\n  cfg = hv.web;\nin {\n  x = cfg.tls.$0\n  y = 1;\n}",
        expect![[r#"
            option x = cfg.tls.certificate (null or absolute path)
        "#]],
    );
    check(
        "{ config, ... }: {\n  x = with config.hypervisor.web; p$0;\n}",
        expect![[r#"
        option x = with config.hypervisor.web; enable; (boolean)
        option x = with config.hypervisor.web; port; (16 bit unsigned integer; between 0 and 65535 (both inclusive))
        group x = with config.hypervisor.web; tls; ()
    "#]],
    );
    check(
        "{ config, ... }: {\n  x = with config.hypervisor.web; $0",
        expect![[r#"
        option x = with config.hypervisor.web; enable (boolean)
        option x = with config.hypervisor.web; port (16 bit unsigned integer; between 0 and 65535 (both inclusive))
        group x = with config.hypervisor.web; tls ()
    "#]],
    );
    check(
        "{ config, ... }:\nlet\n  inherit (config.hypervisor.web) po$0;\nin { }",
        expect![[r#"
        option inherit (config.hypervisor.web) enable; (boolean)
        option inherit (config.hypervisor.web) port; (16 bit unsigned integer; between 0 and 65535 (both inclusive))
        group inherit (config.hypervisor.web) tls; ()
    "#]],
    );
    check(
        "{ config, ... }:\nlet\n  inherit (config.hypervisor) $0",
        expect![[r#"
        group inherit (config.hypervisor) dashboard ()
        group inherit (config.hypervisor) disks (list of (submodule))
        group inherit (config.hypervisor) vms (attribute set of (submodule))
        group inherit (config.hypervisor) web ()
    "#]],
    );
}

#[test]
fn names_of_definitions() {
    check(
        "{ ... }: {\n  config = {\n    hypervisor.$0\n  };\n}",
        expect![[r#"
        group hypervisor.dashboard ()
        group hypervisor.disks (list of (submodule))
        group hypervisor.vms (attribute set of (submodule))
        group hypervisor.web ()
    "#]],
    );
    check(
        "{ ... }: {\n  config.hypervisor.we$0\n}",
        expect![[r#"
        group config.hypervisor.dashboard ()
        group config.hypervisor.disks (list of (submodule))
        group config.hypervisor.vms (attribute set of (submodule))
        group config.hypervisor.web ()
    "#]],
    );
    check(
        "{ ... }: {\n  config = {\n    hypervisor = { web = { po$0\n",
        expect![[r#"
        option hypervisor = { web = { enable (boolean)
        option hypervisor = { web = { port (16 bit unsigned integer; between 0 and 65535 (both inclusive))
        group hypervisor = { web = { tls ()
    "#]],
    );
    check(
        "{ ... }: {\n  hypervisor.web = {\n    port = 1;\n    $0\n  };\n}",
        expect![[r#"
        option enable (boolean)
        group tls ()
        option port (16 bit unsigned integer; between 0 and 65535 (both inclusive))
    "#]],
    );
    check(
        "{ lib, ... }: {\n  config = lib.mkIf true {\n    hypervisor.web.$0;\n  };\n}",
        expect![[r#"
            option hypervisor.web.enable; (boolean)
            option hypervisor.web.port; (16 bit unsigned integer; between 0 and 65535 (both inclusive))
            group hypervisor.web.tls; ()
        "#]],
    );
    check(
        "{ lib, ... }: {\n  config = lib.mkMerge [\n    { a = 1; }\n    (lib.mkIf true { hypervisor.web.t$0 })\n  ];\n}",
        expect![[r#"
            option (lib.mkIf true { hypervisor.web.enable }) (boolean)
            option (lib.mkIf true { hypervisor.web.port }) (16 bit unsigned integer; between 0 and 65535 (both inclusive))
            group (lib.mkIf true { hypervisor.web.tls }) ()
        "#]],
    );
    check(
        "{ lib, ... }: {\n  hypervisor.web = lib.mkForce {\n    p$0\n  };\n}",
        expect![[r#"
        option enable (boolean)
        option port (16 bit unsigned integer; between 0 and 65535 (both inclusive))
        group tls ()
    "#]],
    );
    check(
        "{ ... }: {\n  hypervisor.vms.db = {\n    mem$0\n  };\n}",
        expect![[r#"
        option "boot order" (string)
        option memory (positive integer, meaning >0)
    "#]],
    );
    check(
        "{ ... }: {\n  hypervisor.disks = [\n    { $0 }\n  ];\n}",
        expect![[r#"
        option { size } (signed integer)
    "#]],
    );
    check(
        "{ ... }: {\n  hypervisor.web.tls.cert$0ificate = null;\n}",
        expect![[r#"
        option hypervisor.web.tls.certificate = null; (null or absolute path)
    "#]],
    );
}

#[test]
fn members_that_others_have_named() {
    check(
        "{ config, ... }: {\n  hypervisor.vms.web1.memory = 1;\n  x = config.hypervisor.vms.$0;\n}",
        expect![[r#"
            group x = config.hypervisor.vms.web1; ()
        "#]],
    );
    check(
        "{ lib, ... }: {\n  hypervisor.vms.web1.memory = 1;\n  hypervisor.vms.we$0\n}",
        expect![[r#"
        group hypervisor.vms.web1 ()
    "#]],
    );
}

#[test]
fn beside_broken_siblings() {
    check(
        "{ ... }: {\n  hypervisor.web.port = 1\n  hypervisor.web.e$0\n}",
        expect![[r#"
        option hypervisor.web.enable (boolean)
        group hypervisor.web.tls ()
        option hypervisor.web.port (16 bit unsigned integer; between 0 and 65535 (both inclusive))
    "#]],
    );
    check(
        "{ ... }: {\n  hypervisor.web.$0\n  hypervisor.vms.db.memory = 1;\n}",
        expect![[r#"
        option hypervisor.web.enable (boolean)
        option hypervisor.web.port (16 bit unsigned integer; between 0 and 65535 (both inclusive))
        group hypervisor.web.tls ()
    "#]],
    );
    check(
        "{ ... }: {\n  x = ;\n  hypervisor.web = {\n    e$0\n    port = 1;\n  };\n}",
        expect![[r#"
            option enable (boolean)
            group tls ()
            option port (16 bit unsigned integer; between 0 and 65535 (both inclusive))
        "#]],
    );
}

#[test]
fn in_submodules_written_elsewhere() {
    check(
        "{ lib, ... }:
let
  disk = { config, ... }: {
    options.disk.size = lib.mkOption { };
    config.disk.s$0
  };
in {
  options.hypervisor.images = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule disk);
  };
}",
        expect![[r#"
            option config.disk.size (unspecified value)
        "#]],
    );
    check(
        "{ lib, ... }: {
  options.hypervisor.images = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule ({ config, ... }: {
      options.size = lib.mkOption { };
      config.size = config.$0;
    }));
  };
}",
        expect![[r#"
            option config.size = config.size; (unspecified value)
        "#]],
    );
    check(
        "{ lib, ... }: {
  options.hypervisor.images = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule ./image.nix);
  };
}
#- image.nix
{ config, lib, ... }: {
  options.size = lib.mkOption { };
  config = lib.mkIf (config.$0) { };
}",
        expect![[r#"
            option config = lib.mkIf (config.size) { }; (unspecified value)
        "#]],
    );
}

#[test]
fn keys_and_groups_of_declarations() {
    check(
        "{ lib, ... }: {\n  $0\n}",
        expect![[r#"
        group hypervisor ()
        binding config ()
        binding imports ()
        binding options ()
    "#]],
    );
    check(
        "{ lib, ... }: {\n  config = { };\n  o$0\n}",
        expect![[r#"
        binding imports ()
        binding options ()
    "#]],
    );
    check(
        "{ lib, ... }: {\n  options.hypervisor.$0\n}",
        expect![[r#"
        group options.hypervisor.dashboard ()
        group options.hypervisor.web ()
    "#]],
    );
}

#[test]
fn a_modules_own_options_come_first() {
    check(
        "{ config, lib, ... }: {\n  options.hypervisor.zone.name = lib.mkOption { };\n  config.x = config.hypervisor.$0;\n}",
        expect![[r#"
            group config.x = config.hypervisor.zone; ()
            group config.x = config.hypervisor.dashboard; ()
            group config.x = config.hypervisor.disks; (list of (submodule))
            group config.x = config.hypervisor.vms; (attribute set of (submodule))
            group config.x = config.hypervisor.web; ()
        "#]],
    );
}

#[test]
fn nothing_where_nothing_fits() {
    check_all("{ config, ... }: {\n  # config.hypervisor.$0\n}", expect![[""]]);
    check_all("{ config, ... }: {\n  x = \"config.hypervisor.$0\";\n}", expect![[""]]);
    check_all("{ config, ... }: {\n  x = config.hypervisor.web.port.$0;\n}", expect![[""]]);
    check_all("{ config, ... }: {\n  x = unknown.$0;\n}", expect![[""]]);
    check_all("{ conf$0ig, ... }: { }", expect![[""]]);
    check_all("let\n  a$0\nin { }", expect![[""]]);
}

#[test]
fn the_first_name_in_braces() {
    check_first(
        2,
        "{ lib, ... }:\n{\n  hyp$0",
        expect![[r#"
        group hypervisor ()
        binding config ()
    "#]],
    );
    check_first(
        2,
        "{ lib, ... }: { options.a = lib.mkOption { ty$0",
        expect![[r#"
        binding { lib, ... }: { options.a = lib.mkOption { type (OptionType)
        binding { lib, ... }: { options.a = lib.mkOption { default (Any)
    "#]],
    );
    check_first(
        3,
        "{ li$0",
        expect![[r#"
        binding { config (the values of all options)
        binding { lib (the functions of nixpkgs)
        binding { pkgs (the packages)
    "#]],
    );
    check_first(
        2,
        "{ lib, ... }: {\n  config = lib.mkMerge [\n    (lib.mkIf (a ? b) {\n      \n      $0",
        expect![[r#"
            group hypervisor ()
        "#]],
    );
    check_first(
        2,
        "{ lib, ... }: {\n  hypervisor = {\n    web.tls = {\n      $0",
        expect![[r#"
        option certificate (null or absolute path)
    "#]],
    );
    check_first(
        2,
        "{ lib, ... }: {\n  hypervisor.disks = [\n    {\n      $0",
        expect![[r#"
        option size (signed integer)
    "#]],
    );
}

#[test]
fn a_property_in_place_of_a_module() {
    check_first(
        2,
        "{ lib, ... }: lib.mkMerge [ { hypervisor.web.$0 } ]",
        expect![[r#"
        option { lib, ... }: lib.mkMerge [ { hypervisor.web.enable } ] (boolean)
        option { lib, ... }: lib.mkMerge [ { hypervisor.web.port } ] (16 bit unsigned integer; between 0 and 65535 (both inclusive))
    "#]],
    );
    check_first(
        2,
        "{ lib, ... }: lib.mkIf true { hypervisor.$0",
        expect![[r#"
        group { lib, ... }: lib.mkIf true { hypervisor.dashboard ()
        group { lib, ... }: lib.mkIf true { hypervisor.disks (list of (submodule))
    "#]],
    );
}

#[test]
fn in_a_set_that_several_statements_make() {
    check_first(
        2,
        "{ ... }: {\n  hypervisor = {\n    web.enable = true;\n    web = {\n      tls = {\n        $0",
        expect![[r#"
            option certificate (null or absolute path)
        "#]],
    );
    check_first(
        2,
        "{ ... }: {\n  hypervisor.web.enable = true;\n  hypervisor = {\n    web.port = 1;\n    $0",
        expect![[r#"
            group dashboard ()
            group disks (list of (submodule))
        "#]],
    );
}

#[test]
fn more_is_to_come_where_not_all_is_offered() {
    let is_incomplete = |module: &str| {
        let (fixture, at) = with_options(module);
        completion(&fixture.snapshot(), at).is_incomplete
    };
    assert!(is_incomplete("{ lib, ... }: with lib; { x = $0; }"));
    assert!(!is_incomplete("{ lib, ... }: with lib; { x = m$0; }"));
    assert!(!is_incomplete("{ config, ... }: { x = config.hypervisor.$0; }"));
    assert!(!is_incomplete("{ config, ... }: { hypervisor.$0 }"));
}
