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
    expect![[r##"
        # Options

        ## `hypervisor.web.enable`

        Whether to enable the <b>web</b> site.

        - Type: boolean
        - Default: `false`
        - Example: `true`
        - Declared in `web.nix:4`

        ## `hypervisor.web.list`

        - Type: list of string
        - Default:

          ```nix
          [
            "a"
          ]
          ```

        - Declared in `web.nix:13`

        ## `hypervisor.web.port`

        Where *it* listens.

        - Type: 16 bit unsigned integer; between 0 and 65535 (both inclusive) (read only)
        - Default: `80 + 8000`
        - Example: `1`
        - Declared in `web.nix:5`
    "##]]
    .assert_eq(&printed(&["options", "--format", "markdown"]));
}

#[test]
fn options_as_one_page() {
    let page = printed(&["options", "--format", "html"]);
    let start = page.find("<article").unwrap();
    let end = page.rfind("</article>").unwrap();
    expect![[r##"
        <article id="hypervisor.web.enable">
        <h2><a href="#hypervisor.web.enable">hypervisor.web.enable</a></h2>
        <p>Whether to enable the &lt;b&gt;web&lt;/b&gt; site.</p>
        <dl>
        <dt>Type</dt><dd>boolean</dd>
        <dt>Default</dt><dd><pre><code>false</code></pre></dd>
        <dt>Example</dt><dd><pre><code>true</code></pre></dd>
        <dt>Declared in</dt><dd>web.nix:4</dd>
        </dl>
        </article>
        <article id="hypervisor.web.list">
        <h2><a href="#hypervisor.web.list">hypervisor.web.list</a></h2>
        <dl>
        <dt>Type</dt><dd>list of string</dd>
        <dt>Default</dt><dd><pre><code>[
          &quot;a&quot;
        ]</code></pre></dd>
        <dt>Declared in</dt><dd>web.nix:13</dd>
        </dl>
        </article>
        <article id="hypervisor.web.port">
        <h2><a href="#hypervisor.web.port">hypervisor.web.port</a></h2>
        <p>Where <em>it</em> listens.</p>
        <dl>
        <dt>Type</dt><dd>16 bit unsigned integer; between 0 and 65535 (both inclusive) (read only)</dd>
        <dt>Default</dt><dd><pre><code>80 + 8000</code></pre></dd>
        <dt>Example</dt><dd><pre><code>1</code></pre></dd>
        <dt>Declared in</dt><dd>web.nix:5</dd>
        </dl>
    "##]].assert_eq(&page[start..end]);
    assert!(page.starts_with("<!doctype html>"), "{page}");
    assert!(page.ends_with("</html>\n"), "{page}");
}

#[test]
fn options_as_nixos_publishes_them() {
    let text = printed(&["options", "--format", "nixos-options-json"]);
    expect![[r#"
        {
          "hypervisor.web.enable": {
            "declarations": [
              "web.nix"
            ],
            "default": {
              "_type": "literalExpression",
              "text": "false"
            },
            "description": "Whether to enable the <b>web</b> site.",
            "example": {
              "_type": "literalExpression",
              "text": "true"
            },
            "loc": [
              "hypervisor",
              "web",
              "enable"
            ],
            "readOnly": false,
            "type": "boolean"
          },
          "hypervisor.web.list": {
            "declarations": [
              "web.nix"
            ],
            "default": {
              "_type": "literalExpression",
              "text": "[\n  \"a\"\n]"
            },
            "description": "",
            "loc": [
              "hypervisor",
              "web",
              "list"
            ],
            "readOnly": false,
            "type": "list of string"
          },
          "hypervisor.web.port": {
            "declarations": [
              "web.nix"
            ],
            "default": {
              "_type": "literalExpression",
              "text": "80 + 8000"
            },
            "description": "Where *it* listens.",
            "example": {
              "_type": "literalExpression",
              "text": "1"
            },
            "loc": [
              "hypervisor",
              "web",
              "port"
            ],
            "readOnly": true,
            "type": "16 bit unsigned integer; between 0 and 65535 (both inclusive)"
          }
        }
    "#]]
    .assert_eq(&text);
    let options = workspace::options_of_json(&text).unwrap();
    assert_eq!(options.len(), 3);
}

#[test]
fn the_imports_as_a_graph() {
    expect![[r#"
        graph LR
          n0["configuration.nix"]
          n1["web.nix"]
          n0 ==> n1
          n1 ==> n0
          linkStyle 0,1 stroke:red
    "#]]
    .assert_eq(&printed(&["graph"]));
    expect![[r#"
        digraph {
          rankdir=LR;
          node [shape=box];
          "configuration.nix";
          "web.nix";
          "configuration.nix" -> "web.nix" [color=red, penwidth=2];
          "web.nix" -> "configuration.nix" [color=red, penwidth=2];
        }
    "#]]
    .assert_eq(&printed(&["graph", "--imports", "--format", "dot"]));
}

#[test]
fn the_options_as_a_graph() {
    expect![[r#"
        {
          "arrows": [
            {
              "from": "hypervisor.web.list",
              "inCycle": false,
              "to": "hypervisor.web.port"
            }
          ],
          "nodes": [
            "hypervisor.web.list",
            "hypervisor.web.port"
          ]
        }
    "#]]
    .assert_eq(&printed(&["graph", "--options", "--format", "json"]));
}
