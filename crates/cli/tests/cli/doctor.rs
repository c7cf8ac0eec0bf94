//! `doctor`: what it sees, and what it thinks of that.

use super::{Ended, command, ended, tree};
use serde_json::Value;
use std::path::Path;

fn doctor(dir: &Path, args: &[&str]) -> Ended {
    let mut command = command(dir, &[&["doctor"], args].concat());
    command.env("XDG_CACHE_HOME", dir.join(".cache"));
    ended(command.output().unwrap())
}

fn report(dir: &Path, args: &[&str]) -> (i32, Value) {
    let ended = doctor(dir, &[&["--format", "json"], args].concat());
    (ended.status, serde_json::from_str(&ended.stdout).unwrap())
}

const MODULE: &str = "{ config, lib, ... }: {\n  options.hypervisor.a = lib.mkOption { };\n  \
                      config.hypervisor.a = config.hypervisor.a or 1;\n}\n";

#[test]
fn a_tree_that_is_well() {
    let dir = tree(&[
        ("hyper-nixos-ls.toml", "core = [\"base\"]\n"),
        ("configuration.nix", "{ imports = [ ./a.nix ]; }\n"),
        ("a.nix", MODULE),
    ]);
    let text = doctor(dir.path(), &[]);
    assert_eq!((text.status, text.stderr.as_str()), (0, ""), "{}", text.stdout);
    for words in [
        &format!("hyper-nixos-ls {} (", env!("CARGO_PKG_VERSION"))[..],
        "because it is the nearest folder upwards with hyper-nixos-ls.toml",
        "2, of which 2 are modules",
        "configuration.nix\n                  2 modules, closed",
        "core            [\"base\"] (hyper-nixos-ls.toml)",
        "profile         \"guide\" (default)",
        "Nothing looks wrong.",
    ] {
        assert!(text.stdout.contains(words), "`{words}` is missing: {}", text.stdout);
    }
    let (status, report) = report(dir.path(), &["--namespace", "hypervisor"]);
    assert_eq!(status, 0);
    assert_eq!(report["index"]["options"], 1);
    assert_eq!(report["index"]["definitions"], 1);
    assert_eq!(report["roots"][0]["closed"], true);
    assert_eq!(report["problems"], serde_json::json!([]));
    let namespaces = &report["settings"][1];
    assert_eq!(
        (&namespaces["key"], &namespaces["from"]),
        (&"namespaces".into(), &"the command line".into())
    );
}

#[track_caller]
fn looks_wrong(dir: &Path, what: &str, remedy: &str) {
    let (status, report) = report(dir, &[]);
    assert_eq!(status, 1, "{report:#}");
    let problems = report["problems"].as_array().unwrap();
    let fits = |key: &str, problem: &Value, words| problem[key].as_str().unwrap().contains(words);
    let found = problems.iter().any(|it| fits("what", it, what) && fits("remedy", it, remedy));
    assert!(found, "{problems:#?}");
    let text = doctor(dir, &[]);
    assert!(text.stdout.contains("What looks wrong\n  1. "), "{}", text.stdout);
}

#[test]
fn what_looks_wrong_comes_with_a_remedy() {
    let dir = tree(&[(".git/HEAD", ""), ("readme.md", "")]);
    looks_wrong(dir.path(), "there is no module in the tree", "--root");

    let dir = tree(&[
        ("flake.nix.bak", ""),
        (
            "hyper-nixos-ls.toml",
            "profle = \"nixos\"\nroots = [\"gone.nix\"]\noption-sources = [\"gone\"]\n",
        ),
        ("a.nix", &MODULE.replace("hypervisor", "acme")),
        ("broken.nix", "{ lib, ... }: { options = "),
    ]);
    looks_wrong(
        dir.path(),
        "hyper-nixos-ls.toml:1:1: there is no setting `profle`",
        "docs/settings.md",
    );
    looks_wrong(dir.path(), "no module declares an option below `hypervisor`", "`acme` (1)");
    looks_wrong(dir.path(), "1 file cannot be parsed as a whole", "--select syntax-error");
    looks_wrong(dir.path(), "the root `gone.nix`", "`roots`");
    looks_wrong(dir.path(), "the option source `gone` cannot be used", "`option-sources`");
}

#[test]
fn a_folder_that_nothing_marks_looks_wrong() {
    let dir = tree(&[("configuration.nix", MODULE)]);
    // A machine may have a marker above its temporary folder.
    if workspace::marked_root(dir.path()).is_none() {
        looks_wrong(dir.path(), "nothing marks", "hyper-nixos-ls.toml");
    }
}

#[test]
fn sources_are_counted() {
    let options =
        r#"{ "services.x.enable": { "loc": ["services", "x", "enable"], "type": "boolean" } }"#;
    let dir = tree(&[
        ("hyper-nixos-ls.toml", "option-sources = [\"options.json\"]\n"),
        ("options.json", options),
        ("configuration.nix", MODULE),
    ]);
    let (status, report) = report(dir.path(), &[]);
    assert_eq!(status, 0, "{report:#}");
    let source = &report["optionSources"][0];
    assert_eq!((&source["options"], &source["ageInDays"]), (&1.into(), &0.into()));
    assert!(report["cache"]["files"].as_u64() == Some(1), "{report:#}");
}
