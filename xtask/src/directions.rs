//! `cargo xtask directions`: dependencies go one way, and the analysis touches nothing but texts.

use crate::repository::Repository;
use crate::{source, terminal};
use anyhow::{Result, bail};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Each crate of the product, and the ones it may use: those below it, never those above.
const MAY_USE: &[(&str, &[&str])] = &[
    ("syntax", &[]),
    ("module", &["syntax"]),
    ("index", &["syntax", "module"]),
    ("lints", &["syntax", "module", "index"]),
    ("ide", &["syntax", "module", "index", "lints"]),
    ("workspace", &["syntax", "module", "index", "lints"]),
    ("server", &["syntax", "module", "index", "lints", "ide", "workspace"]),
    ("hyper-nixos-ls", &["syntax", "module", "index", "lints", "ide", "workspace", "server"]),
];

/// Crates for development: nothing of the product may be built from them.
const DEVELOPMENT: &[&str] = &["benches", "test-support", "xtask"];

/// The crates that know the protocol, and what they alone may bring in.
const KNOW_THE_PROTOCOL: &[&str] = &["server", "hyper-nixos-ls"];
const PROTOCOL: &[&str] = &["tower-lsp", "tower-lsp-server", "lsp-types", "ls-types", "tokio"];

/// The crates that work on texts alone, and what their sources may not name.
const PURE: &[&str] = &["syntax", "module", "index", "lints", "ide"];
const IO: &[(&str, &str)] = &[("std", "fs"), ("std", "net"), ("std", "process")];

pub fn run(repository: &Repository) -> Result<()> {
    let mut problems = in_metadata(&repository.metadata()?);
    problems.extend(in_sources(repository)?);
    if !problems.is_empty() {
        bail!("the directions do not hold:\n  {}", problems.join("\n  "));
    }
    terminal::line("every dependency points downwards, and the analysis does no IO");
    Ok(())
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    /// `null`: a normal dependency.
    kind: Option<String>,
}

impl Dependency {
    /// Whether it is part of what is built, not only of the tests.
    fn is_built(&self) -> bool {
        self.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev"))
    }
}

fn in_metadata(metadata: &Metadata) -> Vec<String> {
    let names: BTreeMap<&str, &str> =
        metadata.packages.iter().map(|package| (&*package.id, &*package.name)).collect();
    let nodes: BTreeMap<&str, &Node> =
        metadata.resolve.nodes.iter().map(|node| (&*node.id, node)).collect();
    let members: BTreeSet<&str> = metadata.workspace_members.iter().map(|id| &**id).collect();
    let name_of = |id: &str| names.get(id).copied().unwrap_or("?").to_owned();

    let mut problems = Vec::new();
    for member in &members {
        let name = name_of(member);
        if DEVELOPMENT.contains(&&*name) {
            continue;
        }
        let Some((_, may_use)) = MAY_USE.iter().find(|(krate, _)| *krate == name) else {
            problems.push(format!(
                "{name} is not in the list of crates: say in xtask/src/directions.rs what it may use"
            ));
            continue;
        };
        let Some(node) = nodes.get(member) else { continue };
        for dependency in node.deps.iter().filter(|dep| members.contains(&*dep.pkg)) {
            let used = name_of(&dependency.pkg);
            let for_tests = !dependency.is_built() && used == "test-support";
            if !may_use.contains(&&*used) && !for_tests {
                problems.push(format!("{name} must not depend on {used}"));
            }
        }
        if !KNOW_THE_PROTOCOL.contains(&&*name) {
            for (found, by) in reachable(member, &nodes) {
                let found = name_of(found);
                if PROTOCOL.contains(&&*found) {
                    let by = name_of(by);
                    problems
                        .push(format!("{name} must not reach {found}, and does so through {by}"));
                }
            }
        }
    }
    problems.sort();
    problems
}

/// Every package that `from` is built with, and one that depends on it.
fn reachable<'a>(from: &'a str, nodes: &BTreeMap<&str, &'a Node>) -> BTreeMap<&'a str, &'a str> {
    let mut reached = BTreeMap::new();
    let mut pending = vec![from];
    while let Some(by) = pending.pop() {
        let Some(node) = nodes.get(by) else { continue };
        for dependency in node.deps.iter().filter(|dependency| dependency.is_built()) {
            if reached.insert(&*dependency.pkg, by).is_none() {
                pending.push(&dependency.pkg);
            }
        }
    }
    reached
}

fn in_sources(repository: &Repository) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for krate in PURE {
        for file in source::files(&repository.path(&format!("crates/{krate}/src")))? {
            for found in source::uses_in(&file)? {
                let second = found.second.as_deref();
                if IO.iter().any(|(a, b)| found.first == *a && second == Some(*b))
                    || found.first == "tokio"
                {
                    let what = [Some(&*found.first), second].into_iter().flatten();
                    let what = what.collect::<Vec<_>>().join("::");
                    let at = repository.display(&file);
                    problems.push(format!(
                        "{at}:{}: {krate} works on texts alone and must not use {what}",
                        found.line
                    ));
                }
            }
        }
    }
    // Its maintained fork shall be able to take its place in one small change.
    for file in source::files(&repository.path("crates/server/src"))? {
        let at = repository.display(&file);
        if at.to_string().starts_with("crates/server/src/transport") {
            continue;
        }
        for found in source::uses_in(&file)? {
            if found.first == "tower_lsp" {
                problems.push(format!(
                    "{at}:{}: tower-lsp may be named in crates/server/src/transport alone",
                    found.line
                ));
            }
        }
    }
    Ok(problems)
}

#[cfg(test)]
mod tests;
