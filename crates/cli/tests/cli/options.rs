//! `options` and `graph`: the tree for programs and as pages.

use super::{run, tree};
use expect_test::expect;
use tempfile::TempDir;

fn sample() -> TempDir {
    tree(&[
        ("configuration.nix", "{ imports = [ ./web.nix ]; }\n"),
        (
            "web.nix",
            "{ config, lib, ... }: {\n  imports = [ ./configuration.nix ];\n  options.hypervisor.web = {\n    \
             enable = lib.mkEnableOption \"the <b>web</b> site\";\n    port = lib.mkOption {\n      \
             type = lib.types.port;\n      default = 80 + 8000;\n      example = 1;\n      \
             description = \"Where *it* listens.\";\n      readOnly = true;\n    };\n    hidden = lib.mkOption { internal = true; };\n    \
             list = lib.mkOption {\n      type = lib.types.listOf lib.types.str;\n      default = [\n        \"a\"\n      ];\n    };\n  };\n  \
             config.hypervisor.web.list = [ config.hypervisor.web.port ];\n}\n",
        ),
    ])
}

fn printed(args: &[&str]) -> String {
    let dir = sample();
    let ended = run(dir.path(), &[args, &["--root", "."]].concat());
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""), "{args:?}");
    ended.stdout
}

#[test]
fn options_as_markdown() {
    expect![[r#""#]].assert_eq(&printed(&["options", "--format", "markdown"]));
}

#[test]
fn options_as_one_page() {
    let page = printed(&["options", "--format", "html"]);
    let start = page.find("<article").unwrap();
    let end = page.rfind("</article>").unwrap();
    expect![[r#""#]].assert_eq(&page[start..end]);
    assert!(page.starts_with("<!doctype html>"), "{page}");
    assert!(page.ends_with("</html>\n"), "{page}");
}

#[test]
fn options_as_nixos_publishes_them() {
    let text = printed(&["options", "--format", "nixos-options-json"]);
    expect![[r#""#]].assert_eq(&text);
    let options = workspace::options_of_json(&text).unwrap();
    assert_eq!(options.len(), 3);
}

#[test]
fn the_imports_as_a_graph() {
    expect![[r#""#]].assert_eq(&printed(&["graph"]));
    expect![[r#""#]].assert_eq(&printed(&["graph", "--imports", "--format", "dot"]));
}

#[test]
fn the_options_as_a_graph() {
    expect![[r#""#]].assert_eq(&printed(&["graph", "--options", "--format", "json"]));
}
