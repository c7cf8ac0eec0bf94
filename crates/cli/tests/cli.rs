//! The binary as a process: what it prints where, and how it ends.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

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

const FIXABLE: &str = "{ config, ... }:\n{\n  a = with config; 1;\n  b = let in 2;\n}\n";
const AFTER_FIXES: &str = "{ config, ... }:\n{\n  a = 1;\n  b = 2;\n}\n";
/// The rules that this module is about, so that tests do not change with others.
const SELECT: [&str; 2] = ["--select", "unused-with,empty-let"];

fn check(dir: &Path, args: &[&str]) -> Ended {
    run(dir, &[&["check", "--root", "."], &SELECT[..], args].concat())
}

#[test]
fn safe_fixes_are_made_and_counted() {
    let dir = tree(&[("a.nix", FIXABLE), ("b/c.nix", FIXABLE), ("d.nix", "{ }\n")]);
    let ended = check(dir.path(), &["--fix"]);
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
    let start = "fixed 4 findings in 2 files; nothing to report in 3 files (";
    assert!(ended.stdout.starts_with(start), "{}", ended.stdout);
    for file in ["a.nix", "b/c.nix"] {
        assert_eq!(fs::read_to_string(dir.path().join(file)).unwrap(), AFTER_FIXES);
    }
    let again = check(dir.path(), &["--fix"]);
    assert!(again.stdout.starts_with("fixed 0 findings in 0 files; nothing"), "{}", again.stdout);
}

#[test]
fn what_was_not_asked_about_is_not_fixed() {
    let dir = tree(&[("a.nix", FIXABLE), ("b/c.nix", FIXABLE)]);
    let ended = check(dir.path(), &["--fix", "--ignore", "empty-let", "b"]);
    assert_eq!(ended.status, 0, "{}", ended.stdout);
    assert_eq!(fs::read_to_string(dir.path().join("a.nix")).unwrap(), FIXABLE);
    let half = AFTER_FIXES.replace("b = 2", "b = let in 2");
    assert_eq!(fs::read_to_string(dir.path().join("b/c.nix")).unwrap(), half);
}

#[test]
fn a_dry_run_shows_a_diff_and_writes_nothing() {
    let dir = tree(&[("a.nix", FIXABLE)]);
    let ended = check(dir.path(), &["--fix", "--dry-run"]);
    assert_eq!(ended.status, 0);
    assert_eq!(
        ended.stdout,
        "--- a/a.nix\n+++ b/a.nix\n@@ -1,5 +1,5 @@\n { config, ... }:\n {\n\
         -  a = with config; 1;\n-  b = let in 2;\n+  a = 1;\n+  b = 2;\n }\n"
    );
    assert!(ended.stderr.starts_with("would fix 2 findings in 1 file; "), "{}", ended.stderr);
    assert_eq!(fs::read_to_string(dir.path().join("a.nix")).unwrap(), FIXABLE);
    refuses(dir.path(), &["check", "--dry-run"], &["--fix"]);
    // Programs still get what they asked for, and nothing but that.
    let json = run(dir.path(), &["check", "--root", ".", "--fix", "--dry-run", "--format", "json"]);
    assert!(json.stdout.lines().all(|line| line.starts_with('{')), "{}", json.stdout);
    assert!(json.stderr.starts_with("--- a/a.nix\n"), "{}", json.stderr);
}

#[test]
fn what_remains_decides_the_status() {
    let dir = tree(&[("a.nix", "x: { a = let in 1; a = with x; 2; }\n")]);
    let ended = run(
        dir.path(),
        &["check", "--root", ".", "--select", "duplicate-attribute,empty-let", "--fix"],
    );
    assert_eq!(ended.status, 1);
    assert!(
        ended.stdout.contains("fixed 1 finding in 1 file; 1 error in 1 file"),
        "{}",
        ended.stdout
    );
}

#[cfg(unix)]
#[test]
fn only_the_trees_own_files_are_fixed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let elsewhere = tree(&[("x.nix", FIXABLE)]);
    let dir =
        tree(&[("a.nix", FIXABLE), (".gitignore", "ignored.nix\n"), ("ignored.nix", FIXABLE)]);
    symlink(elsewhere.path().join("x.nix"), dir.path().join("link.nix")).unwrap();
    symlink(dir.path().join("a.nix"), dir.path().join("twin.nix")).unwrap();
    fs::set_permissions(dir.path().join("a.nix"), fs::Permissions::from_mode(0o755)).unwrap();
    let latin1 = b"{ a = let in \"caf\xe9\"; }";
    fs::write(dir.path().join("latin1.nix"), latin1).unwrap();
    assert_eq!(check(dir.path(), &["--fix"]).status, 0);
    let metadata = fs::metadata(dir.path().join("a.nix")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o7777, 0o755);
    assert_eq!(fs::read_to_string(dir.path().join("a.nix")).unwrap(), AFTER_FIXES);
    assert!(dir.path().join("link.nix").is_symlink() && dir.path().join("twin.nix").is_symlink());
    assert_eq!(fs::read_to_string(elsewhere.path().join("x.nix")).unwrap(), FIXABLE);
    assert_eq!(fs::read_to_string(dir.path().join("ignored.nix")).unwrap(), FIXABLE);
    assert_eq!(fs::read(dir.path().join("latin1.nix")).unwrap(), latin1);
}

#[test]
fn a_baseline_keeps_known_findings_quiet() {
    let dir = tree(&[("a.nix", FIXABLE)]);
    let with = |args: &[&str]| check(dir.path(), &[&["--baseline", "known.json"], args].concat());
    let missing = with(&[]);
    assert_eq!(missing.status, 2);
    assert!(missing.stderr.contains("known.json"), "{}", missing.stderr);

    let made = with(&["--update-baseline"]);
    assert_eq!((made.status, made.stderr.as_str()), (0, ""));
    assert!(made.stdout.ends_with("; the baseline records 2 findings\n"), "{}", made.stdout);
    let text = fs::read_to_string(dir.path().join("known.json")).unwrap();

    let known = with(&[]);
    assert_eq!(known.status, 0, "{}", known.stdout);
    assert!(known.stdout.ends_with("; 2 findings are in the baseline\n"), "{}", known.stdout);

    // Moved, one gone, one new.
    let moved = "{ config, ... }:\n{\n  c = with config; 3;\n  a = with config; 1;\n}\n";
    fs::write(dir.path().join("a.nix"), moved).unwrap();
    let changed = with(&["--format", "json"]);
    assert_eq!(changed.status, 1);
    let lines: Vec<&str> = changed.stdout.lines().collect();
    assert!(matches!(lines[..], [line] if line.contains("\"line\":3,")), "{}", changed.stdout);
    let end =
        "; 1 finding is in the baseline; 1 baselined finding is gone; run --update-baseline\n";
    assert!(changed.stderr.ends_with(end), "{}", changed.stderr);
    assert_eq!(fs::read_to_string(dir.path().join("known.json")).unwrap(), text);

    assert_eq!(with(&["--update-baseline"]).status, 0);
    assert_eq!(with(&[]).status, 0);
    // What was not looked for stays recorded.
    assert_eq!(with(&["--update-baseline", "--ignore", "unused-with"]).status, 0);
    assert_eq!(with(&[]).status, 0);

    fs::write(dir.path().join("known.json"), "{\n  \"version\": 1\n}\n").unwrap();
    let broken = with(&[]);
    assert_eq!(broken.status, 2);
    assert!(broken.stderr.contains("known.json:3:1: this is no baseline"), "{}", broken.stderr);
    refuses(dir.path(), &["check", "--update-baseline"], &["--baseline"]);
}

#[test]
fn other_programs_have_their_formats() {
    let dir = tree(&[("a.nix", FIXABLE)]);
    let github = check(dir.path(), &["--format", "github"]);
    assert_eq!(github.status, 1);
    let first = "::notice file=a.nix,line=3,col=7,endLine=3,endColumn=19,title=unused-with::";
    assert!(github.stdout.starts_with(first), "{}", github.stdout);
    let sarif = check(dir.path(), &["--format", "sarif"]);
    assert_eq!(sarif.status, 1);
    let log: serde_json::Value = serde_json::from_str(&sarif.stdout).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 2);
    assert!(sarif.stderr.starts_with("2 hints in 1 file"), "{}", sarif.stderr);
}

#[test]
fn colours_come_where_they_are_wanted() {
    let dir = tree(&[("a.nix", FIXABLE)]);
    let coloured = |args: &[&str], variable: Option<(&str, &str)>| {
        let mut command = command(dir.path(), &["check", "--root", "."]);
        command.args(args);
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR"] {
            command.env_remove(name);
        }
        let output = command.envs(variable).output().unwrap();
        ended(output).stdout.contains("\x1b[")
    };
    assert!(!coloured(&[], None));
    assert!(coloured(&[], Some(("CLICOLOR_FORCE", "1"))));
    assert!(coloured(&["--color", "always"], Some(("NO_COLOR", "1"))));
    assert!(!coloured(&["--color", "never"], Some(("CLICOLOR_FORCE", "1"))));
    assert!(!coloured(&["--color=auto", "--format", "json"], Some(("CLICOLOR_FORCE", "1"))));
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let paths: Vec<String> = (0..400).map(|n| format!("m{n}.nix")).collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), FIXABLE)).collect();
    let dir = tree(&files);
    for format in ["text", "json", "sarif", "github"] {
        let mut child = command(dir.path(), &["check", "--root", ".", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let stderr = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(1), "{format}: {stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
    }
}
