//! The binary as a process: what it prints where, and how it ends.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod check;
mod doctor;
mod options;
mod scip;
// Where editors keep their configuration differs between systems.
#[cfg(target_os = "linux")]
mod setup;
mod shell;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hyper-nixos-ls"));
    command.args(args).current_dir(dir).stdin(Stdio::null());
    // What the machine has of these is no business of the tests.
    for variable in ["RUST_LOG", "NIX_PATH", "GITHUB_WORKSPACE"] {
        command.env_remove(variable);
    }
    command
}

struct Ended {
    status: i32,
    stdout: String,
    stderr: String,
}

fn ended(output: Output) -> Ended {
    Ended {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn run(dir: &Path, args: &[&str]) -> Ended {
    ended(command(dir, args).output().unwrap())
}

/// Runs what has to fail, with these words on standard error and nothing on standard output.
#[track_caller]
fn refuses(dir: &Path, args: &[&str], words: &[&str]) {
    let ended = run(dir, args);
    assert_eq!(ended.status, 2, "{args:?}: {}{}", ended.stdout, ended.stderr);
    assert_eq!(ended.stdout, "", "{args:?}");
    for word in words {
        assert!(ended.stderr.contains(word), "`{word}` is missing: {}", ended.stderr);
    }
}

#[test]
fn the_version_is_told() {
    let ended = run(Path::new("."), &["--version"]);
    assert_eq!(ended.status, 0);
    assert_eq!(ended.stdout, format!("hyper-nixos-ls {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_tree_without_nix_files_is_fine() {
    let dir = tree(&[("flake.nix.txt", "")]);
    let text = run(dir.path(), &["check", "--root", "."]);
    assert_eq!((text.status, text.stderr.as_str()), (0, ""));
    assert!(text.stdout.starts_with("nothing to report in 0 files ("), "{}", text.stdout);

    let json = run(dir.path(), &["check", "--root", ".", "--format", "json"]);
    assert_eq!((json.status, json.stdout.as_str()), (0, ""));
    assert!(json.stderr.starts_with("nothing to report in 0 files ("), "{}", json.stderr);

    let options = run(dir.path(), &["options", "--root", ".", "--all"]);
    assert_eq!((options.status, options.stdout.as_str()), (0, "[]\n"));
}

#[test]
fn an_option_source_that_cannot_be_used_is_noted() {
    let settings = "option-sources = [\"../nowhere\", \"options.json\"]\n";
    let dir = tree(&[("hyper-nixos-ls.toml", settings), ("options.json", "{ }")]);
    for command in ["check", "options"] {
        let ended = run(dir.path(), &[command]);
        assert_eq!(ended.status, 0, "{}", ended.stderr);
        let note =
            "note: the option source `../nowhere` cannot be used: there is no such file or folder";
        assert!(ended.stderr.starts_with(note), "{}", ended.stderr);
        // What is in a source matters to the rules alone.
        let empty = ended.stderr.contains("`options.json` cannot be used: no option is declared");
        assert_eq!(empty, command == "check", "{}", ended.stderr);
    }
}

#[test]
fn mistakes_in_the_settings_are_told_with_line_and_suggestion() {
    let dir = tree(&[
        ("hyper-nixos-ls.toml", "profle = \"guide\"\n\n[rules]\nno-such-rule = \"off\"\n"),
        ("web/x.nix", "{ }"),
    ]);
    for args in [&["check"][..], &["check", "--format", "json"], &["options"]] {
        refuses(
            dir.path(),
            args,
            &[
                "hyper-nixos-ls.toml:1:1: there is no setting `profle`; did you mean `profile`?",
                "hyper-nixos-ls.toml:4:1: there is no rule `no-such-rule`",
            ],
        );
    }
    // From a folder further down, the file is named by its whole path.
    let path = dir.path().join("hyper-nixos-ls.toml");
    refuses(&dir.path().join("web"), &["check"], &[path.to_str().unwrap()]);
}

#[test]
fn a_project_cannot_name_a_program_to_run() {
    let dir = tree(&[("hyper-nixos-ls.toml", "formatter = \"evil\"\n")]);
    refuses(dir.path(), &["check"], &["hyper-nixos-ls.toml:1:1", "editor's settings"]);
}

#[test]
fn other_settings_can_be_named() {
    let dir = tree(&[("hyper-nixos-ls.toml", "broken ="), ("good.toml", "profile = \"nixos\"\n")]);
    assert_eq!(run(dir.path(), &["check", "--config", "good.toml"]).status, 0);
    refuses(dir.path(), &["check", "--config", "gone.toml"], &["gone.toml"]);
    refuses(dir.path(), &["check", "--config", "."], &["it is no regular file"]);
}

#[test]
fn what_cannot_be_read_is_named() {
    let dir = tree(&[("flake.nix", "{ }"), ("web/x.nix", "{ }")]);
    let elsewhere = tree(&[]);
    let outside = elsewhere.path().to_str().unwrap();
    for command in ["check", "options"] {
        refuses(dir.path(), &[command, "gone.nix"], &["cannot read gone.nix"]);
        refuses(dir.path(), &[command, "--root", "gone"], &["gone is no folder"]);
        refuses(
            dir.path(),
            &[command, "--root", ".", outside],
            &[outside, "lies outside of the tree", "--root"],
        );
    }
    fs::write(dir.path().join("latin1.nix"), b"\"caf\xe9\"").unwrap();
    refuses(dir.path(), &["check", "latin1.nix"], &["latin1.nix", "not UTF-8"]);
    let whole = run(dir.path(), &["check", "--format", "json", "--min-level", "error"]);
    assert!(whole.stderr.contains("note: latin1.nix is not analysed"), "{}", whole.stderr);
    assert_ne!(whole.status, 2);
}

#[test]
fn unknown_rules_are_named() {
    let dir = tree(&[]);
    for flag in ["--select", "--ignore"] {
        refuses(dir.path(), &["check", flag, "no-such-rule"], &["no rule `no-such-rule`"]);
    }
    refuses(dir.path(), &["explain", "no-such-rule"], &["no rule `no-such-rule`"]);
}

#[test]
fn usage_mistakes_are_status_2_too() {
    let dir = tree(&[]);
    refuses(dir.path(), &["check", "--format", "yaml"], &["yaml", "text", "json"]);
    refuses(dir.path(), &["check", "--min-level", "fatal"], &["fatal"]);
    refuses(dir.path(), &["check", "--namespace", ""], &["--namespace"]);
    refuses(dir.path(), &["optoins"], &["optoins", "options"]);
}

#[test]
fn a_path_that_holds_nothing_to_analyse_is_noted() {
    let dir = tree(&[("flake.nix", "{ }"), (".gitignore", "gen.nix\n"), ("gen.nix", "{ }")]);
    let ended = run(dir.path(), &["check", "gen.nix"]);
    assert_eq!(ended.status, 0);
    assert!(ended.stderr.contains("nothing to analyse in"), "{}", ended.stderr);
}

#[test]
fn a_path_elsewhere_brings_its_own_root() {
    let dir = tree(&[("flake.nix", "{ }"), ("web/x.nix", "{ }")]);
    let elsewhere = tree(&[("flake.nix", "{ }")]);
    let ended = run(elsewhere.path(), &["options", dir.path().join("web").to_str().unwrap()]);
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
}

#[test]
fn all_rules_are_listed() {
    let ended = run(Path::new("."), &["explain"]);
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
}

#[test]
fn a_log_that_cannot_be_written_is_told() {
    let dir = tree(&[]);
    refuses(dir.path(), &["serve", "--log", "gone/x.log"], &["gone/x.log"]);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let dir = tree(&[]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut child = command(dir.path(), &["options", "--root", "."])
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stderr = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let dir = tree(&[]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command(dir.path(), &["options", "--root", "."]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
