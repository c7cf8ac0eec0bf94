use super::*;

/// Lines `a -> b`, or `a -> b (dev)`. What stands in [`MAY_USE`] or [`DEVELOPMENT`] is a member.
#[track_caller]
fn check(edges: &str, expected: &[&str]) {
    let mut nodes: BTreeMap<String, Vec<Dependency>> = BTreeMap::new();
    for line in edges.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (from, to) = line.split_once(" -> ").unwrap();
        let (to, kind) = match to.strip_suffix(" (dev)") {
            Some(to) => (to, Some("dev".to_owned())),
            None => (to, None),
        };
        nodes.entry(to.to_owned()).or_default();
        nodes
            .entry(from.to_owned())
            .or_default()
            .push(Dependency { pkg: to.to_owned(), dep_kinds: vec![DependencyKind { kind }] });
    }
    let is_member = |name: &str| {
        MAY_USE.iter().any(|(krate, _)| *krate == name)
            || DEVELOPMENT.contains(&name)
            || name == "stranger"
    };
    let metadata = Metadata {
        packages: nodes.keys().map(|id| Package { id: id.clone(), name: id.clone() }).collect(),
        workspace_members: nodes.keys().filter(|name| is_member(name)).cloned().collect(),
        resolve: Resolve { nodes: nodes.into_iter().map(|(id, deps)| Node { id, deps }).collect() },
    };
    assert_eq!(in_metadata(&metadata), expected);
}

#[test]
fn downwards_is_fine() {
    check("hyper-nixos-ls -> server\nserver -> ide\nide -> lints\nserver -> tokio", &[]);
}

#[test]
fn upwards_is_not() {
    check("module -> index", &["module must not depend on index"]);
}

#[test]
fn upwards_is_not_fine_in_tests_either() {
    check("syntax -> ide (dev)", &["syntax must not depend on ide"]);
}

#[test]
fn development_crates_are_for_tests_only() {
    check("index -> test-support (dev)\ntest-support -> ide", &[]);
    check("index -> test-support", &["index must not depend on test-support"]);
}

#[test]
fn the_protocol_is_found_behind_other_crates() {
    check(
        "lints -> nice-crate\nnice-crate -> tokio",
        &["lints must not reach tokio, and does so through nice-crate"],
    );
}

#[test]
fn the_protocol_may_be_reached_by_tests() {
    check("workspace -> nice-crate (dev)\nnice-crate -> tokio", &[]);
}

#[test]
fn a_new_crate_has_to_take_its_place() {
    check(
        "stranger -> syntax",
        &["stranger is not in the list of crates: say in xtask/src/directions.rs what it may use"],
    );
}
