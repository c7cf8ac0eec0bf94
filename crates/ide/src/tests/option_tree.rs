use super::with_options;
use crate::{option_children, option_list};
use expect_test::{Expect, expect};
use module::OptionPath;

const USER: &str = "
{ config, ... }:
{
  hypervisor.web.port = 80;
  hypervisor.vms.db.memory = config.hypervisor.web.port;
  x = config.hypervisor.web.port;
}
";

#[track_caller]
fn check(path: &str, expected: Expect) {
    let (fixture, _) = with_options(&format!("{}#$0", USER.trim_start()));
    let snapshot = fixture.snapshot();
    let lines = option_children(&snapshot, &OptionPath::parse(path)).into_iter().map(|node| {
        let places = node.places.len();
        let sub = if node.has_children { "/" } else { "" };
        let option = node.option.map(|it| {
            let ty = it.ty.unwrap_or_default();
            format!(": {ty}, default {:?}, set {}, read {}", it.default, it.set, it.read)
        });
        let name = node.name;
        format!("{name}{sub} ({} in {places}){}\n", node.options, option.unwrap_or_default())
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn the_tree_begins_with_the_namespaces() {
    check(
        "",
        expect![[r#"
        hypervisor/ (9 in 11)
    "#]],
    );
}

#[test]
fn a_set_counts_what_is_below() {
    check(
        "hypervisor",
        expect![[r#"
        dashboard/ (1 in 1)
        disks/ (2 in 2): list of (submodule), default None, set 0, read 0
        vms/ (3 in 4): attribute set of (submodule), default Some("{ }"), set 1, read 0
        web/ (3 in 4)
    "#]],
    );
}

#[test]
fn an_option_says_where_it_is_used() {
    check(
        "hypervisor.web",
        expect![[r#"
        enable (1 in 1): boolean, default None, set 0, read 0
        port (1 in 2): 16 bit unsigned integer; between 0 and 65535 (both inclusive), default Some("8080"), set 1, read 2
        tls/ (1 in 1)
    "#]],
    );
}

#[test]
fn members_of_a_submodule_stand_below_its_option() {
    check(
        "hypervisor.vms",
        expect![[r#"
        <name>/ (2 in 3)
    "#]],
    );
    check(
        "hypervisor.vms.<name>",
        expect![[r#"
        "boot order" (1 in 1): string, default None, set 0, read 0
        memory (1 in 2): positive integer, meaning >0, default None, set 1, read 0
    "#]],
    );
}

#[test]
fn nothing_is_below_what_nobody_declares() {
    check("services", expect![""]);
}

#[test]
fn a_name_that_nothing_declares_is_a_matter_of_the_set_it_was_meant_for() {
    let (fixture, _) = with_options("{ config, ... }: { x = config.hypervisor.web.prot; }$0");
    let snapshot = fixture.snapshot();
    let place_of_typo = |path: &str| {
        let nodes = option_children(&snapshot, &OptionPath::parse(path));
        let node = nodes.into_iter().find(|node| node.name.ends_with("web")).unwrap();
        node.places.into_iter().find_map(|at| {
            let text = snapshot.source(at)?;
            text.ends_with("prot").then(|| text.to_owned())
        })
    };
    expect![[r#"
        Some(
            "config.hypervisor.web.prot",
        )
    "#]]
    .assert_debug_eq(&place_of_typo("hypervisor"));
}

#[test]
fn the_list_has_every_option_once() {
    let (fixture, _) = with_options("{ }$0");
    let list = option_list(&fixture.snapshot());
    let paths: Vec<String> = list.iter().map(|option| option.path.to_string()).collect();
    expect![[r#"
        hypervisor.dashboard.port
        hypervisor.disks
        hypervisor.disks.*.size
        hypervisor.vms
        hypervisor.vms.<name>."boot order"
        hypervisor.vms.<name>.memory
        hypervisor.web.enable
        hypervisor.web.port
        hypervisor.web.tls.certificate"#]]
    .assert_eq(&paths.join("\n"));
}
