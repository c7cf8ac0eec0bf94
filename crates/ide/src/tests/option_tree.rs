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
    check("", expect![""]);
}

#[test]
fn a_set_counts_what_is_below() {
    check("hypervisor", expect![""]);
}

#[test]
fn an_option_says_where_it_is_used() {
    check("hypervisor.web", expect![""]);
}

#[test]
fn members_of_a_submodule_stand_below_its_option() {
    check("hypervisor.vms", expect![""]);
    check("hypervisor.vms.<name>", expect![""]);
}

#[test]
fn nothing_is_below_what_nobody_declares() {
    check("services", expect![""]);
}

#[test]
fn the_list_has_every_option_once() {
    let (fixture, _) = with_options("{ }$0");
    let list = option_list(&fixture.snapshot());
    let paths: Vec<String> = list.iter().map(|option| option.path.to_string()).collect();
    expect![""].assert_eq(&paths.join("\n"));
}
