//! A workspace may come from anybody: nothing in it makes the server run a program, or write anywhere.

use crate::session::{MODULE, Session, program};
use serde_json::json;
use std::fs;
use std::path::Path;

/// A program that leaves a trace where it is run.
#[cfg(unix)]
fn trap(root: &Path, name: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = root.join(name);
    fs::write(&path, format!("#!/bin/sh\ntouch {}/sprung\ncat\n", root.display())).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

#[cfg(unix)]
#[tokio::test]
async fn the_settings_of_a_project_run_no_program() {
    let mut session = Session::start_in(|root| {
        let formatter = trap(root, "formatter");
        for name in ["nixfmt", "nix", "nix-instantiate", "alejandra"] {
            trap(root, name);
        }
        let settings = format!("formatter = [\"{formatter}\"]\noption-sources = [\".\"]\n");
        fs::write(root.join("hyper-nixos-ls.toml"), settings).unwrap();
    })
    .await;
    let uri = session.uri("module.nix");
    let params = json!({ "textDocument": { "uri": uri }, "options": { "tabSize": 2, "insertSpaces": true } });
    let id = session.client.ask("textDocument/formatting", params);
    session.client.response(id).await;
    session.is_alive().await;
    assert!(!session.root.join("sprung").exists());
}

/// Everything below a folder, with its content.
fn tree(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        match fs::symlink_metadata(&path).unwrap().is_dir() {
            true => found.extend(tree(&path)),
            false => found.push((path.display().to_string(), fs::read(&path).unwrap_or_default())),
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn a_session_writes_nothing_into_the_workspace() {
    let mut session = Session::start().await;
    let before = tree(&session.root);
    let uri = session.uri("module.nix");
    session.client.change(
        &uri,
        2,
        "{ lib, ... }: let cfg = config.hypervisor; in { a = 1; a = 2; }",
    );
    session.ask_everything(&uri, &json!({ "line": 0, "character": 30 })).await;
    session.client.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri } }));
    session.client.change(&uri, 3, MODULE);
    session.is_alive().await;
    session.client.shut_down().await;
    session.exit_code().await;
    assert_eq!(tree(&session.root), before);
}

/// A link in the tree that leads out of it is not written through.
#[cfg(unix)]
#[tokio::test]
async fn fixes_stay_in_the_tree() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    let mendable = "{ ... }: let in { a = 1; }\n";
    fs::write(outside.path().join("other.nix"), mendable).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    fs::write(root.join("flake.nix"), "{ }").unwrap();
    fs::write(root.join("own.nix"), mendable).unwrap();
    symlink(outside.path().join("other.nix"), root.join("link.nix")).unwrap();
    symlink(outside.path(), root.join("folder")).unwrap();
    let output = program(&["check", "--fix"], &root).output().await.unwrap();
    assert_ne!(fs::read_to_string(root.join("own.nix")).unwrap(), mendable, "{output:?}");
    assert_eq!(
        fs::read_to_string(outside.path().join("other.nix")).unwrap(),
        mendable,
        "{output:?}"
    );
}
