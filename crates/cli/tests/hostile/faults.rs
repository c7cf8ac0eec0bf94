//! Disks that are full. What panics and what is slow is tried where it can be made to: in the tests of `server`.

use crate::session::{MODULE, program};
use std::fs;
use std::path::Path;

/// A tree with a source of options outside of it, large enough that what is kept of it does not fit.
fn tree(root: &Path) {
    let options: Vec<String> = (0..2_000)
        .map(|number| {
            format!(
                r#""services.s{number}.enable": {{ "type": "boolean", "description": "Whether to enable s{number}." }}"#
            )
        })
        .collect();
    fs::write(root.join("options.json"), format!("{{ {} }}", options.join(", "))).unwrap();
    fs::write(root.join("hyper-nixos-ls.toml"), "option-sources = [\"options.json\"]\n").unwrap();
    fs::write(
        root.join("configuration.nix"),
        "{ imports = [ ./module.nix ]; services.s7.enable = 1; }",
    )
    .unwrap();
    fs::write(root.join("module.nix"), MODULE).unwrap();
}

/// The files below a folder, of any depth.
fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|it| if it.path().is_dir() { files(&it.path()) } else { 1 }).sum()
}

/// No file may become larger than one block of `ulimit`, which is half a kilobyte or a whole one: the cache's is cut off in
/// the middle, as on a disk that is full.
#[cfg(unix)]
#[tokio::test]
async fn a_cache_that_does_not_fit_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    tree(&root);
    let caches = tempfile::tempdir().unwrap();
    let run = async |limit: &str| {
        let mut command = tokio::process::Command::new("sh");
        let script = format!(
            "trap '' XFSZ; ulimit -f {limit}; exec \"$0\" check --profile nixos --format json"
        );
        let output = command
            .args(["-c", &script, env!("CARGO_BIN_EXE_hyper-nixos-ls")])
            .current_dir(&root)
            .env_remove("NIX_PATH")
            .env("XDG_CACHE_HOME", caches.path())
            .output()
            .await
            .unwrap();
        (String::from_utf8(output.stdout).unwrap(), output.status.code())
    };
    let full = run("1").await;
    assert!(full.0.contains("services.s7.enable"), "{full:?}");
    assert_eq!(files(caches.path()), 0, "what was begun is taken away");
    let roomy = run("unlimited").await;
    assert_eq!(full, roomy);
    assert_eq!(files(caches.path()), 1);
}

/// What is mended is in the file's place whole, or not at all.
#[cfg(unix)]
#[tokio::test]
async fn a_fix_that_does_not_fit_leaves_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    fs::write(root.join("flake.nix"), "{ }").unwrap();
    let text = format!("{{ ... }}: let in {{ a = 1; }}\n{}", "# a remark\n".repeat(10_000));
    fs::write(root.join("long.nix"), &text).unwrap();
    let mut command = tokio::process::Command::new("sh");
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" check --fix";
    let output = command
        .args(["-c", script, env!("CARGO_BIN_EXE_hyper-nixos-ls")])
        .current_dir(&root)
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(fs::read_to_string(root.join("long.nix")).unwrap(), text);
    assert_eq!(files(&root), 2);
    let output = program(&["check", "--fix"], &root).output().await.unwrap();
    assert_ne!(fs::read_to_string(root.join("long.nix")).unwrap(), text, "{output:?}");
}
