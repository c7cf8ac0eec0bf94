//! What the features share in their tests: the modules that most of them are asked about.

mod assists;
mod broken;
mod completion;
mod definition;
mod dependencies;
mod external;
mod hints;
mod hover;
mod implementation;
mod indentation;
mod occurrences;
mod option_tree;
mod picture;
mod references;
mod rename;
mod signature;
mod structure;
mod symbols;
mod tokens;

use crate::FilePosition;
use test_support::Fixture;

/// Options of every common shape, to ask about from another file.
const OPTIONS: &str = r#"#- modules/web.nix
{ config, lib, ... }:
{
  options.hypervisor.web = {
    enable = lib.mkEnableOption "the web dashboard";
    port = lib.mkOption {
      type = lib.types.port;
      default = 8080;
      description = "Port of the dashboard.";
    };
    tls.certificate = lib.mkOption {
      type = lib.types.nullOr lib.types.path;
      default = null;
    };
  };
}
#- modules/vms.nix
{ lib, ... }:
{
  options.hypervisor.vms = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule {
      options = {
        memory = lib.mkOption { type = lib.types.ints.positive; description = "MiB."; };
        "boot order" = lib.mkOption { type = lib.types.str; };
      };
    });
    default = { };
  };
  options.hypervisor.disks = lib.mkOption {
    type = lib.types.listOf (lib.types.submodule {
      options.size = lib.mkOption { type = lib.types.int; };
    });
  };
}
#- modules/old.nix
{ lib, ... }:
{
  imports = [ (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" "port" ] [ "hypervisor" "web" "port" ]) ];
}
"#;

/// The modules above and one more, `module.nix`, with the cursor in it.
fn with_options(module: &str) -> (Fixture, FilePosition) {
    let fixture = Fixture::new(&format!("{OPTIONS}#- module.nix\n{}", module.trim_start()));
    let (file, offset) = fixture.cursor();
    (fixture, FilePosition { file, offset })
}
