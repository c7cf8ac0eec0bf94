//! Modules that take their imports from what is in a folder.

use super::check;
use expect_test::expect;

const EVERY_MODULE: &str = r#"
#- modules/all.nix
{ lib, ... }: {
  imports = lib.pipe (builtins.readDir ./.) [
    (lib.filterAttrs (name: kind: kind == "directory" || lib.hasSuffix ".nix" name && name != "all.nix"))
    (lib.mapAttrsToList (name: _: lib.path.append ./. name))
  ];
}
#- modules/web.nix
{ }
#- modules/db/default.nix
{ }
#- modules/db/schema.sql
#- modules/README.md
"#;

#[test]
fn a_folder_is_listed() {
    check(
        EVERY_MODULE,
        expect![[r#"
            imports /ws/modules/db
            imports /ws/modules/web.nix
        "#]],
    );
    check(
        r#"
#- all.nix
let names = builtins.attrNames (builtins.readDir ./hosts); in
{ imports = map (name: ./hosts + "/${name}") names; }
#- hosts/a.nix
{ }
#- hosts/b.nix
{ }
"#,
        expect![[r#"
            imports /ws/hosts/a.nix
            imports /ws/hosts/b.nix
        "#]],
    );
}

#[test]
fn folders_inside_it_too() {
    check(
        r#"
#- all.nix
{ lib, ... }:
{
  imports = builtins.filter (path: baseNameOf path == "module.nix") (lib.filesystem.listFilesRecursive ./parts);
}
#- parts/module.nix
{ }
#- parts/a/b/module.nix
{ }
#- parts/a/package.nix
{ }
"#,
        expect![[r#"
            imports /ws/parts/a/b/module.nix
            imports /ws/parts/module.nix
        "#]],
    );
}

#[test]
fn a_folder_that_is_not_there_is_unknown() {
    check(
        "{ imports = map (name: ./none + \"/${name}\") (builtins.attrNames (builtins.readDir ./none)); }",
        expect![[r#"
            Unknown { imports: true, options: [], definitions: [], module: false }
        "#]],
    );
}
