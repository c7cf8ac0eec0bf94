//! `cargo xtask names`: the members of `lib`, of its types and of `builtins`, as the product knows them.
//!
//! It is given folders: `--lib` the `lib` of a release of nixpkgs, `--nix` the sources of a release of Nix
//! (`.version`, `src/libexpr` and, where there is one, `src/libflake`). The members of `lib` are asked of the
//! Nix at hand; those of `builtins` are read from the places that register them, so that no other Nix has to
//! be built. All tables are unions: what one release has is no mistake. A name that the newest lacks is
//! marked with the last release that has it, and a builtin that the oldest lacks with the first.

use crate::repository::Repository;
use crate::terminal;
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const TABLES: &str = "crates/module/src/library";

/// The sets of `lib` that have a table, by its name.
const SETS: [(&str, &str); 4] =
    [("lib", ""), ("types", ".types"), ("ints", ".types.ints"), ("numbers", ".types.numbers")];

/// `libs` and `nixes` are folders, each of one release, in any order.
pub fn run(repository: &Repository, libs: &[PathBuf], nixes: &[PathBuf]) -> Result<()> {
    ensure!(!libs.is_empty() || !nixes.is_empty(), "name a `--lib` or a `--nix`: see `--help`");
    if !libs.is_empty() {
        library(repository, libs)?;
    }
    if !nixes.is_empty() {
        builtins(repository, nixes)?;
    }
    Ok(())
}

// ---- lib ----

fn library(repository: &Repository, libs: &[PathBuf]) -> Result<()> {
    let mut releases = Vec::new();
    for lib in libs {
        let version = fs::read_to_string(lib.join(".version"))
            .or_else(|_| fs::read_to_string(lib.join("../.version")))
            .with_context(|| format!("{} does not say which release it is", lib.display()))?;
        releases.push((version.trim().to_owned(), lib.canonicalize()?));
    }
    releases.sort();
    let (Some((first, _)), Some((last, _))) = (releases.first(), releases.last()) else {
        bail!("no release")
    };
    for (table, member) in SETS {
        let mut names = BTreeMap::new();
        for (release, lib) in &releases {
            let expression = format!("builtins.attrNames (import {}){member}", lib.display());
            for name in evaluate(&expression)? {
                names.insert(name, release.as_str());
            }
        }
        let header = format!("# Members of `lib{member}` in nixpkgs {first} to {last}.\n");
        let lines = names.iter().map(|(name, release)| match release == last {
            true => name.clone(),
            false => format!("{name} until {release}"),
        });
        write(repository, table, header, lines)?;
    }
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

// ---- builtins ----

/// A release of Nix, or of a Nix that others make of it.
struct Release {
    /// For comparison: its numbers.
    version: Vec<u32>,
    name: String,
    /// Names as they are registered: `map`, `__add`.
    registered: Vec<String>,
    is_upstream: bool,
}

fn builtins(repository: &Repository, nixes: &[PathBuf]) -> Result<()> {
    let mut releases = nixes.iter().map(|nix| release(nix)).collect::<Result<Vec<Release>>>()?;
    releases.sort_by(|a, b| (!a.is_upstream, &a.version).cmp(&(!b.is_upstream, &b.version)));
    let upstream: Vec<&Release> = releases.iter().filter(|release| release.is_upstream).collect();
    let (Some(oldest), Some(newest)) = (upstream.first(), upstream.last()) else {
        bail!("none of these is a release of Nix itself")
    };
    let mut found: BTreeMap<&str, (bool, &Release, &Release)> = BTreeMap::new();
    for release in &releases {
        for registered in &release.registered {
            let name = registered.strip_prefix("__").unwrap_or(registered);
            let is_global = name.len() == registered.len();
            let entry = found.entry(name).or_insert((is_global, release, release));
            if release.is_upstream || !entry.2.is_upstream {
                entry.2 = release;
            }
        }
    }
    let others: Vec<&str> =
        releases.iter().filter(|it| !it.is_upstream).map(|it| it.name.as_str()).collect();
    let header = format!(
        "# Members of `builtins` in Nix {} to {}{}.\n",
        oldest.name,
        newest.name,
        others.iter().map(|name| format!(", and {name}")).collect::<String>()
    );
    let lines = found.iter().map(|(name, (is_global, first, last))| {
        let mut line = (*name).to_owned();
        if *is_global {
            line.push_str(" global");
        }
        if !first.is_upstream {
            line.push_str(&format!(" # only in {}", first.name));
            return line;
        }
        if first.name != oldest.name {
            line.push_str(&format!(" since {}", first.name));
        }
        if last.name != newest.name {
            line.push_str(&format!(" until {}", last.name));
        }
        line
    });
    write(repository, "builtins", header, lines)
}

fn release(nix: &Path) -> Result<Release> {
    let version =
        |file: &str| fs::read_to_string(nix.join(file)).map(|text| text.trim().to_owned());
    let upstream = version(".version")
        .with_context(|| format!("{} does not say which release it is", nix.display()))?;
    let determinate = version(".version-determinate").ok();
    let mut registered = Vec::new();
    for folder in ["src/libexpr", "src/libflake"] {
        collect(&nix.join(folder), &mut registered)?;
    }
    ensure!(registered.len() > 80, "{} registers hardly any builtin", nix.display());
    Ok(Release {
        version: upstream.split('.').map_while(|number| number.parse().ok()).collect(),
        is_upstream: determinate.is_none(),
        name: determinate.map_or(upstream, |version| format!("Determinate Nix {version}")),
        registered,
    })
}

/// What the C++ sources below a folder register.
fn collect(folder: &Path, registered: &mut Vec<String>) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, registered)?;
            continue;
        }
        if path.extension().is_some_and(|extension| extension == "cc") {
            registered.extend(registrations(&fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

/// The names in `{ .name = "map", … }`, in the older `RegisterPrimOp r("map", 2, …)`, and in
/// `addConstant("true", …)`. What is marked as internal has no name in the language.
fn registrations(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let fields = text.match_indices(".name").filter(|(at, field)| {
        let value = text[at + field.len()..].trim_start().strip_prefix('=');
        value.is_some_and(|value| value.trim_start().starts_with('"'))
    });
    let fields: Vec<usize> = fields.map(|(at, _)| at).collect();
    for (index, &at) in fields.iter().enumerate() {
        let end = fields.get(index + 1).copied().unwrap_or(text.len());
        if !text[at..end].contains(".internal = true") {
            found.extend(quoted(&text[at..end]));
        }
    }
    for word in ["RegisterPrimOp", "addPrimOp", "addConstant"] {
        for (at, _) in text.match_indices(word) {
            // The variable's name, where there is one, then the arguments.
            let Some((variable, arguments)) = text[at + word.len()..].split_once('(') else {
                continue;
            };
            let is_name = variable.trim().chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '_');
            let arguments = arguments.trim_start();
            if is_name && arguments.starts_with('"') {
                found.extend(quoted(arguments));
            }
        }
    }
    found
}

/// The first text in quotes.
fn quoted(text: &str) -> Option<String> {
    text.split('"').nth(1).map(str::to_owned)
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

#[cfg(test)]
mod tests {
    use super::registrations;

    #[test]
    fn all_forms_of_registration_are_read() {
        let text = r#"
            static RegisterPrimOp primop_map({
                .name = "map",
            });
            static RegisterPrimOp primop_final({
                .name = "fetchFinalTree",
                .internal = true,
            });
            static RegisterPrimOp r("__old", 1, prim_old);
            addPrimOp({ .name = "__exec", .arity = 1 });
            addPrimOp(std::move(adjusted));
            addConstant("__nixVersion", v);
        "#;
        assert_eq!(registrations(text), ["map", "__exec", "__old", "__nixVersion"]);
    }
}
