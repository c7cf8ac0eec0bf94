//! Clients and machines that the server does not know where it begins.

use crate::session::{MODULE, Session, exit_code, knows, program};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use test_support::{LspClient, spawn};
use tokio::process::{Child, Command};

/// A document alone is enough to be told what is in it.
async fn serves_a_document(client: &mut LspClient, uri: &str) {
    client.open(uri, 1, MODULE);
    knows(client, uri).await;
}

#[tokio::test]
async fn folders_that_are_none() {
    let plain = tempfile::tempdir().unwrap();
    let root = plain.path().canonicalize().unwrap();
    fs::write(root.join("file.nix"), MODULE).unwrap();
    let at = |path: &str| json!(format!("file://{}/{path}", root.display()));
    let folder = |uri: Value| json!([{ "uri": uri, "name": "x" }]);
    let starts = [
        json!({}),
        json!({ "rootUri": null, "rootPath": null, "workspaceFolders": null }),
        json!({ "rootUri": null, "workspaceFolders": [] }),
        json!({ "rootUri": at("file.nix") }),
        json!({ "rootUri": at("gone") }),
        json!({ "rootUri": "untitled:x" }),
        json!({ "rootUri": "http://example.org/" }),
        json!({ "rootUri": "file://server/share" }),
        json!({ "rootUri": "file:///C:/x" }),
        json!({ "rootUri": "file:///dev/null" }),
        json!({ "rootUri": "file:///proc/self/fd" }),
        json!({ "rootPath": "relative/path" }),
        json!({ "rootPath": "C:\\x" }),
        json!({ "rootPath": "" }),
        json!({ "workspaceFolders": folder(at("gone")) }),
        json!({ "workspaceFolders": folder(at("file.nix")) }),
        json!({ "workspaceFolders": folder(json!("vscode-vfs://github/x/y")) }),
        json!({ "workspaceFolders": vec![folder(at(""))[0].clone(); 50] }),
        json!({ "processId": 0 }),
        json!({ "processId": -1 }),
        json!({ "processId": u32::MAX / 2 }),
        json!({ "locale": "x".repeat(10_000), "trace": "verbose", "clientInfo": { "name": "" } }),
        json!({ "workDoneToken": -7 }),
        json!({ "initializationOptions": "x" }),
        json!({ "initializationOptions": [[[]]] }),
        json!({ "unknown": { "to": ["everybody"] } }),
    ];
    for mut params in starts {
        println!("{params}");
        params["capabilities"] = json!({});
        let mut session = Session::uninitialized(|_| {});
        session.client.initialize_with(params).await;
        let uri = session.uri("module.nix");
        serves_a_document(&mut session.client, &uri).await;
        session.client.shut_down().await;
        assert_eq!(session.exit_code().await, Some(0));
    }
}

/// A first try that fails is none.
#[tokio::test]
async fn parameters_of_initialize_that_are_none() {
    let mut session = Session::uninitialized(|_| {});
    for params in [
        Value::Null,
        json!([]),
        json!({ "capabilities": 7 }),
        json!({ "capabilities": { "textDocument": { "completion": "yes" } } }),
        json!({ "capabilities": {}, "rootUri": 7 }),
        json!({ "capabilities": {}, "rootUri": "not an address" }),
        json!({ "capabilities": {}, "processId": "x" }),
        json!({ "capabilities": {}, "workspaceFolders": {} }),
    ] {
        let id = session.client.ask("initialize", params.clone());
        let answer = session.client.response(id).await;
        assert_eq!(answer["error"]["code"], -32602, "{params}: {answer}");
    }
    session.initialize().await;
    session.is_alive().await;
}

#[tokio::test]
async fn a_thousand_folders() {
    const FOLDERS: usize = 1_000;
    let mut session = Session::uninitialized(|root| {
        for number in 0..FOLDERS {
            let folder = root.join(format!("f{number}"));
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join("flake.nix"), "{ }").unwrap();
            fs::write(folder.join("module.nix"), MODULE).unwrap();
        }
    });
    let folders: Vec<String> =
        (0..FOLDERS).map(|number| session.uri(&format!("f{number}"))).collect();
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    session.client.initialize(json!({}), &folders).await;
    let uri = session.uri("f999/module.nix");
    serves_a_document(&mut session.client, &uri).await;
    let gone: Vec<Value> =
        folders[..FOLDERS - 1].iter().map(|uri| json!({ "uri": uri, "name": "x" })).collect();
    let event = json!({ "event": { "added": [], "removed": gone } });
    session.client.notify("workspace/didChangeWorkspaceFolders", event);
    serves_a_document(&mut session.client, &uri).await;
}

#[tokio::test]
async fn folders_that_hold_each_other() {
    let mut session = Session::uninitialized(|root| {
        fs::create_dir_all(root.join("a/b/c")).unwrap();
        fs::write(root.join("a/b/c/module.nix"), MODULE).unwrap();
    });
    let folders = ["a/b/c", "a", "a/b", "a", "a/./b", "a/b/../b/c"].map(|it| session.uri(it));
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    session.client.initialize(json!({}), &folders).await;
    let uri = session.uri("a/b/c/module.nix");
    serves_a_document(&mut session.client, &uri).await;
}

/// A server started by `change`d command, asked about a document.
#[cfg(unix)]
async fn started(command: &mut Command, root: &Path) -> (LspClient, Child) {
    let (mut client, server) = spawn(command).unwrap();
    client.initialize(json!({}), &[&format!("file://{}", root.display())]).await;
    (client, server)
}

/// What is logged for each of these goes nowhere, which is no reason to wait or to end.
#[cfg(unix)]
#[tokio::test]
async fn a_log_that_nobody_reads() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let uri = format!("file://{}/module.nix", root.display());
    for is_closed in [true, false] {
        let mut command = program(&["serve"], &root);
        let (mut client, mut server) = started(command.stderr(Stdio::piped()), &root).await;
        let unread = server.stderr.take().filter(|_| !is_closed);
        for _ in 0..5_000 {
            client.send_body(b"{-}");
        }
        serves_a_document(&mut client, &uri).await;
        client.shut_down().await;
        assert_eq!(exit_code(&mut server).await, Some(0));
        drop(unread);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_log_on_a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let mut command = program(&["serve", "--log", "/dev/full"], &root);
    let (mut client, mut server) = started(command.stderr(Stdio::null()), &root).await;
    client.send_body(b"{-}");
    serves_a_document(&mut client, &format!("file://{}/module.nix", root.display())).await;
    client.shut_down().await;
    assert_eq!(exit_code(&mut server).await, Some(0));
}

/// No home, no folder for caches or drafts, not even one to be in.
#[cfg(unix)]
#[tokio::test]
async fn a_machine_with_nothing_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let gone = tempfile::tempdir().unwrap();
    let mut command = program(&["serve"], gone.path());
    command.env_clear().env("TMPDIR", "/nowhere").env("XDG_CACHE_HOME", "/dev/null/x");
    command.env("HOME", "/nowhere").env("LANG", "x").env("RUST_LOG", "=,=,[");
    let (mut client, mut server) = started(command.stderr(Stdio::null()), &root).await;
    gone.close().unwrap();
    serves_a_document(&mut client, &format!("file://{}/module.nix", root.display())).await;
    client.shut_down().await;
    assert_eq!(exit_code(&mut server).await, Some(0));
}
