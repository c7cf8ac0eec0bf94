//! How it ends, and clients that do not do their part.

use crate::session::{MODULE, Session, exit_code, program};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use test_support::framed;
use tokio::io::AsyncWriteExt;
use tokio::process::Child;

/// A server whose pipes are the test's own.
#[cfg(unix)]
fn serve(root: &Path) -> Child {
    let mut command = program(&["serve"], root);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.kill_on_drop(true).spawn().unwrap()
}

#[tokio::test]
async fn after_shutdown_the_program_exits_with_0() {
    let mut session = Session::start().await;
    session.client.shut_down().await;
    assert_eq!(session.exit_code().await, Some(0));
}

#[tokio::test]
async fn without_shutdown_it_exits_with_1() {
    let mut session = Session::start().await;
    session.client.notify("exit", Value::Null);
    assert_eq!(session.exit_code().await, Some(1));
}

#[tokio::test]
async fn it_ends_when_its_input_ends() {
    let Session { client, mut server, .. } = Session::start().await;
    drop(client);
    assert!(exit_code(&mut server).await.is_some());
}

#[tokio::test]
async fn it_ends_in_the_middle_of_a_message() {
    let Session { client, mut server, .. } = Session::start().await;
    client.send_bytes(b"Content-Length: 1000\r\n\r\n{\"jsonrpc\":");
    drop(client);
    assert!(exit_code(&mut server).await.is_some());
}

/// The editor is killed, and something else holds the pipe open.
#[cfg(unix)]
#[tokio::test]
async fn it_ends_with_its_editor() {
    let mut editor = std::process::Command::new("sleep").arg("1000").spawn().unwrap();
    let mut session = Session::uninitialized(|_| {});
    session.client.initialize_with(json!({ "processId": editor.id(), "capabilities": {} })).await;
    editor.kill().unwrap();
    editor.wait().unwrap();
    session.exit_code().await;
}

#[tokio::test]
async fn a_client_that_never_answers() {
    let mut session = Session::uninitialized(|_| {});
    for method in [
        "workspace/configuration",
        "client/registerCapability",
        "window/workDoneProgress/create",
        "workspace/diagnostic/refresh",
        "workspace/semanticTokens/refresh",
        "workspace/codeLens/refresh",
        "workspace/inlayHint/refresh",
    ] {
        session.client.reply_to(method, |_| None);
    }
    let root = format!("file://{}", session.root.display());
    let capabilities = json!({
        "window": { "workDoneProgress": true },
        "workspace": {
            "configuration": true,
            "didChangeConfiguration": { "dynamicRegistration": true },
            "didChangeWatchedFiles": { "dynamicRegistration": true },
            "semanticTokens": { "refreshSupport": true },
            "diagnostics": { "refreshSupport": true },
        },
    });
    session.client.initialize(capabilities, &[&root]).await;
    let uri = session.uri("module.nix");
    session.client.open(&uri, 1, MODULE);
    for version in 2..50 {
        session.client.change(&uri, version, MODULE);
        session.client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    }
    session.is_alive().await;
    session.client.shut_down().await;
    assert_eq!(session.exit_code().await, Some(0));
}

/// The pipe to the client is full of answers that it does not take: the server waits for it, and ends when it
/// is told to or when the client goes.
#[cfg(unix)]
#[tokio::test]
async fn a_client_that_does_not_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("flake.nix"), "{ }").unwrap();
    let mut server = serve(folder.path());
    let mut input = server.stdin.take().unwrap();
    let flood = async {
        for id in 0..20_000 {
            let method = if id == 0 { "initialize" } else { "textDocument/hover" };
            let body = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": { "capabilities": {} } });
            if input.write_all(&framed(body.to_string().as_bytes())).await.is_err() {
                return;
            }
        }
    };
    // The server may stop reading as well; that is no reason to wait.
    let _ = tokio::time::timeout(std::time::Duration::from_secs(5), flood).await;
    assert_eq!(server.try_wait().unwrap(), None, "it lives");
    drop(input);
    drop(server.stdout.take());
    assert!(exit_code(&mut server).await.is_some());
}

#[tokio::test]
async fn everything_before_initialize_and_after_shutdown_is_refused_and_nothing_is_lost() {
    let mut session = Session::uninitialized(|_| {});
    let uri = session.uri("module.nix");
    session.client.open(&uri, 1, "{");
    let place = json!({ "line": 0, "character": 0 });
    session.ask_everything(&uri, &place).await;
    for method in ["textDocument/hover", "shutdown", "workspace/symbol", "workspace/executeCommand"]
    {
        let id = session.client.ask(method, json!({}));
        assert_eq!(session.client.response(id).await["error"]["code"], -32002, "{method}");
    }
    session.initialize().await;
    let id = session.client.ask("initialize", json!({ "capabilities": {} }));
    assert_eq!(session.client.response(id).await["error"]["code"], -32600);
    session.is_alive().await;
    session.client.request("shutdown", Value::Null).await;
    session.ask_everything(&uri, &place).await;
    for method in ["shutdown", "textDocument/hover", "initialize", "nobody/knows"] {
        let id = session.client.ask(method, json!({}));
        assert_eq!(session.client.response(id).await["error"]["code"], -32600, "{method}");
    }
    session.client.open(&session.uri("late.nix"), 1, "{");
    session.client.notify("exit", Value::Null);
    assert_eq!(session.exit_code().await, Some(0));
}

#[tokio::test]
async fn exit_before_everything_is_no_orderly_end() {
    let mut session = Session::uninitialized(|_| {});
    session.client.notify("exit", Value::Null);
    assert_eq!(session.exit_code().await, Some(1));
}

#[tokio::test]
async fn nothing_at_all_comes() {
    let Session { client, mut server, .. } = Session::uninitialized(|_| {});
    drop(client);
    assert_eq!(exit_code(&mut server).await, Some(1));
}

/// As the specification has it, what was shut down has ended well, whoever closes the pipe.
#[tokio::test]
async fn the_input_ends_after_shutdown() {
    let Session { mut client, mut server, .. } = Session::start().await;
    client.request("shutdown", Value::Null).await;
    drop(client);
    assert_eq!(exit_code(&mut server).await, Some(0));
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_ends_it() {
    let mut session = Session::start().await;
    session.is_alive().await;
    let id = session.server.id().unwrap().to_string();
    // Others may be ignored in whatever runs the tests, and a program inherits that.
    let sent = std::process::Command::new("kill").args(["-s", "TERM", &id]).status().unwrap();
    assert!(sent.success());
    session.exit_code().await;
}

/// Its answers lead nowhere any more: it ends with the first of them, although its input is open.
#[cfg(unix)]
#[tokio::test]
async fn a_client_that_has_closed_its_ear() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = serve(folder.path());
    drop(server.stdout.take());
    let mut input = server.stdin.take().unwrap();
    let body = br#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#;
    input.write_all(&framed(body)).await.unwrap();
    assert_eq!(exit_code(&mut server).await, Some(1));
}
