//! `cargo xtask names`: the members of `lib`, `lib.types` and `builtins`, as the rules know them.
//!
//! The tables are the union of the releases that they are made from: what one of them has is no
//! mistake. A name that the newest lacks is marked with the last release that has it.

use crate::repository::Repository;
use crate::terminal;
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const TABLES: &str = "crates/lints/src/tables";

/// Builtins that the Nix at hand may lack, with the version that brought them (or the Nix that has
/// them). Source: the release notes of Nix 2.9 to 2.31 and the manual's list of built-in functions.
const NEWER_BUILTINS: [(&str, &str); 17] = [
    ("addDrvOutputDependencies", "2.20"),
    ("break", "2.9"),
    ("convertHash", "2.19"),
    ("exec", "only with allow-unsafe-native-code-during-evaluation"),
    ("fetchClosure", "2.8, experimental"),
    ("fetchFinalTree", "2.26, for Nix's own use"),
    ("filterAttrs", "Determinate Nix 3"),
    ("flakeRefToString", "2.18, experimental"),
    ("getFlake", "2.4, experimental"),
    ("importNative", "only with allow-unsafe-native-code-during-evaluation"),
    ("outputOf", "2.15, experimental"),
    ("parallel", "Determinate Nix 3"),
    ("parseFlakeRef", "2.18, experimental"),
    ("readFileType", "2.14"),
    ("traceVerbose", "2.10"),
    ("warn", "2.23"),
    ("wasm", "Determinate Nix 3, experimental"),
];

/// `libs` are the `lib` folders of nixpkgs releases, in any order.
pub fn run(repository: &Repository, libs: &[PathBuf]) -> Result<()> {
    ensure!(!libs.is_empty(), "name at least one `lib` folder of nixpkgs");
    let mut releases = Vec::new();
    for lib in libs {
        let version = fs::read_to_string(lib.join(".version"))
            .or_else(|_| fs::read_to_string(lib.join("../.version")))
            .with_context(|| format!("{} does not say which release it is", lib.display()))?;
        releases.push((version.trim().to_owned(), lib.canonicalize()?));
    }
    releases.sort();
    for (table, member) in [("lib", ""), ("types", ".types")] {
        let mut names = BTreeMap::new();
        for (release, lib) in &releases {
            let expression = format!("builtins.attrNames (import {}){member}", lib.display());
            for name in evaluate(&expression)? {
                names.insert(name, release.as_str());
            }
        }
        let (Some((first, _)), Some((last, _))) = (releases.first(), releases.last()) else {
            bail!("no release")
        };
        let header = format!("# Members of `lib{member}` in nixpkgs {first} to {last}.\n");
        let lines = names.iter().map(|(name, release)| match release == last {
            true => name.clone(),
            false => format!("{name} until {release}"),
        });
        write(repository, table, header, lines)?;
    }
    let mut builtins: BTreeMap<String, Option<&str>> =
        evaluate("builtins.attrNames builtins")?.into_iter().map(|name| (name, None)).collect();
    for (name, version) in NEWER_BUILTINS {
        builtins.entry(name.to_owned()).or_insert(Some(version));
    }
    let nix = evaluate("[ builtins.nixVersion ]")?.concat();
    let header = format!("# Members of `builtins` in Nix {nix}, and what came up to Nix 2.31.\n");
    let lines = builtins.iter().map(|(name, version)| match version {
        Some(version) => format!("{name} # {version}"),
        None => name.clone(),
    });
    write(repository, "builtins", header, lines)
}

fn write(
    repository: &Repository,
    table: &str,
    header: String,
    lines: impl Iterator<Item = String>,
) -> Result<()> {
    let path = repository.path(TABLES).join(format!("{table}.txt"));
    let mut text = header;
    text.push_str("# Written by `cargo xtask names`.\n");
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    terminal::line(&format!("wrote {}", repository.display(Path::new(&path))));
    Ok(())
}

/// A list of strings, by a real Nix.
fn evaluate(expression: &str) -> Result<Vec<String>> {
    let output = Command::new("nix-instantiate")
        .args(["--eval", "--strict", "--json", "-E", expression])
        .stdin(Stdio::null())
        .output()
        .context("cannot run `nix-instantiate`: is Nix installed?")?;
    if !output.status.success() {
        bail!("`{expression}` failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).context("Nix gives no list of names")
}
