//! Modules made up by rule: the same ones each time, and everywhere.

use index::Change;
use module::FileId;
use std::fmt::Write;

const WORDS: [&str; 12] = [
    "cache", "daemon", "gate", "index", "ledger", "mesh", "node", "proxy", "queue", "relay",
    "store", "watch",
];

/// Types, each with a default.
const TYPES: [(&str, &str); 6] = [
    ("types.str", "\"x\""),
    ("types.int", "3"),
    ("types.port", "8080"),
    ("types.listOf types.str", "[ ]"),
    ("types.nullOr types.path", "null"),
    ("types.attrsOf types.int", "{ }"),
];

/// Where a made-up tree lies that is on no disk.
pub fn folder() -> FileId {
    FileId::new("/tree")
}

/// A tree of `count` modules and a `configuration.nix` that imports them all: paths from the root, and texts. Each
/// module declares a dozen options, three of them in a submodule, reads its own, and one of a module before it.
pub fn made_up(count: usize) -> Vec<(String, String)> {
    let mut imports = String::from("{\n  imports = [\n");
    let mut files = Vec::new();
    for number in 0..count {
        let path = format!("modules/{:03}/{}-{number}.nix", number % 100, word(number));
        let _ = writeln!(imports, "    ./{path}");
        files.push((path, module(number)));
    }
    imports.push_str("  ];\n}\n");
    files.push(("configuration.nix".to_owned(), imports));
    files
}

/// The same, below [`folder`].
pub fn made_up_changes(count: usize) -> Vec<Change> {
    let to_change = |(path, text): (String, String)| Change::Text {
        file: folder().join(&path),
        text: text.into(),
    };
    made_up(count).into_iter().map(to_change).collect()
}

fn word(number: usize) -> &'static str {
    WORDS[number % WORDS.len()]
}

/// The options of a module, as a dotted path.
fn option_set(number: usize) -> String {
    format!("hypervisor.{}{number}", word(number))
}

fn options(count: usize, number: usize, indentation: &str) -> String {
    let mut text = String::new();
    for at in 0..count {
        let (name, (ty, default)) = (WORDS[at], TYPES[(number + at) % TYPES.len()]);
        for line in [
            &format!("{name} = mkOption {{"),
            &format!("  type = {ty};"),
            &format!("  default = {default};"),
            &format!("  description = \"The {name} of part {number}.\";"),
            "};",
        ] {
            let _ = writeln!(text, "{indentation}{line}");
        }
    }
    text
}

fn module(number: usize) -> String {
    let (set, before) = (option_set(number), option_set(number / 2));
    let plain = options(6 + number % 4, number, "    ");
    let of_instances = options(3, number, "          ");
    format!(
        r#"# Module {number}
{{ config, lib, pkgs, ... }}:

let
  inherit (lib) mkOption mkEnableOption mkIf types;
  stateDir = "/var/lib/{number}";
in
{{
  options.{set} = {{
    enable = mkEnableOption "part {number}";
{plain}    instances = mkOption {{
      default = {{ }};
      description = "Instances.";
      type = types.attrsOf (types.submodule {{
        options = {{
{of_instances}        }};
      }});
    }};
  }};

  config = mkIf config.{set}.enable {{
    environment.etc."part-{number}.conf".text = ''
      cache = ${{toString config.{set}.cache}}
      gate = ${{toString config.{set}.gate}}
    '';
    systemd.services.part-{number} = {{
      description = "Part {number}";
      wantedBy = [ "multi-user.target" ];
      serviceConfig = {{
        ExecStart = "${{pkgs.hello}}/bin/hello ${{stateDir}}";
        Restart = "on-failure";
      }};
    }};
    assertions = [
      {{
        assertion = config.{before}.enable -> config.{set}.enable;
        message = "part {number} needs another";
      }}
    ];
  }};
}}
"#
    )
}
