//! `check`: fixes, baselines and formats.

use super::{Ended, command, ended, refuses, run, tree};
use std::fs;
use std::path::Path;
use std::process::Stdio;

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
