use crate::disk::TestDisk;
use crate::{connect, ended};
use serde_json::{Value, json};
use server::Exit;
use std::sync::Arc;

const A: &str = "file:///r/a.nix";

fn hover() -> Value {
    json!({"textDocument": {"uri": A}, "position": {"line": 0, "character": 0}})
}

/// The code of the error that a request is answered with.
async fn refused(client: &mut test_support::LspClient, method: &str, params: Value) -> Value {
    let id = client.ask(method, params);
    client.response(id).await["error"]["code"].clone()
}

#[tokio::test]
async fn shutdown_and_exit_end_the_server_although_its_input_stays_open() {
    let (mut client, server) = connect(Arc::new(TestDisk::new()));
    client.initialize(json!({}), &["file:///r"]).await;
    client.shut_down().await;
    assert_eq!(ended(server).await, Exit::Orderly);
}

#[tokio::test]
async fn exit_without_shutdown_is_unexpected_but_ends_it() {
    let (mut client, server) = connect(Arc::new(TestDisk::new()));
    client.initialize(json!({}), &["file:///r"]).await;
    client.notify("exit", Value::Null);
    assert_eq!(ended(server).await, Exit::Unexpected);

    let (client, server) = connect(Arc::new(TestDisk::new()));
    client.notify("exit", Value::Null);
    assert_eq!(ended(server).await, Exit::Unexpected, "also before initialize");
}

#[tokio::test]
async fn exit_ends_it_in_the_middle_of_a_scan() {
    let (disk, _go) = TestDisk::held_up();
    let disk = Arc::new(disk);
    let (mut client, server) = connect(disk.clone());
    client.initialize(json!({}), &["file:///r"]).await;
    disk.asked("scan /r []", 1).await;
    let waiting = client.ask("textDocument/hover", hover());
    client.shut_down().await;
    assert_eq!(ended(server).await, Exit::Orderly);
    assert_eq!(client.response(waiting).await["error"]["code"], -32800);
}

#[tokio::test]
async fn the_end_of_the_input_is_the_end() {
    let (mut client, server) = connect(Arc::new(TestDisk::new()));
    client.initialize(json!({}), &["file:///r"]).await;
    drop(client);
    assert_eq!(ended(server).await, Exit::Unexpected);

    let (mut client, server) = connect(Arc::new(TestDisk::new()));
    client.initialize(json!({}), &["file:///r"]).await;
    client.request("shutdown", Value::Null).await;
    drop(client);
    assert_eq!(ended(server).await, Exit::Orderly);
}

#[cfg(unix)]
#[tokio::test]
async fn the_end_of_the_clients_process_is_the_end() {
    let mut editor = std::process::Command::new("sleep").arg("1000").spawn().unwrap();
    let (mut client, server) = connect(Arc::new(TestDisk::new()));
    client.initialize_with(json!({"processId": editor.id(), "capabilities": {}})).await;
    editor.kill().unwrap();
    editor.wait().unwrap();
    assert_eq!(ended(server).await, Exit::Unexpected);
}

#[tokio::test]
async fn messages_are_refused_before_initialize_and_after_shutdown() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    assert_eq!(refused(&mut client, "textDocument/hover", hover()).await, -32002);
    client.open(A, 1, "ignored");
    client.initialize(json!({}), &["file:///r"]).await;
    assert_eq!(refused(&mut client, "initialize", json!({"capabilities": {}})).await, -32600);
    client.request("textDocument/hover", hover()).await;
    assert_eq!(client.request("shutdown", Value::Null).await, Value::Null);
    assert_eq!(refused(&mut client, "textDocument/hover", hover()).await, -32600);
    assert_eq!(refused(&mut client, "shutdown", Value::Null).await, -32600);
}

#[tokio::test]
async fn a_client_that_does_not_wait_for_answers_loses_nothing() {
    let (mut client, server) = connect(Arc::new(TestDisk::new()));
    let initialize = client.ask("initialize", json!({"capabilities": {}, "rootUri": "file:///r"}));
    client.notify("initialized", json!({}));
    client.open(A, 1, "{ }");
    let hover = client.ask("textDocument/hover", hover());
    assert!(client.response(initialize).await["result"]["capabilities"].is_object());
    assert!(client.response(hover).await.get("result").is_some());
    client.diagnostics(A, 1).await;
    client.shut_down().await;
    assert_eq!(ended(server).await, Exit::Orderly);
}

#[tokio::test]
async fn what_nobody_knows_is_refused_or_ignored() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    client.initialize(json!({}), &["file:///r"]).await;
    client.notify("$/unknown", json!({}));
    client.notify("textDocument/unknown", json!({}));
    assert_eq!(refused(&mut client, "textDocument/unknown", json!({})).await, -32601);
    assert_eq!(refused(&mut client, "$/unknown", json!({})).await, -32601);
    assert_eq!(refused(&mut client, "textDocument/hover", json!({"no": "place"})).await, -32602);
    client.notify("textDocument/didOpen", json!({"textDocument": 7}));
    client.send(&json!({"jsonrpc": "2.0", "id": 99, "result": "nobody asked"}));
    client.request("textDocument/hover", hover()).await;
}

#[tokio::test]
async fn broken_messages_cost_an_error_and_no_more() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    client.initialize(json!({}), &["file:///r"]).await;
    let broken: [(&[u8], i64); 5] = [
        (b"Content-Length: 5\r\n\r\n{\"a\":", -32700),
        (b"Content-Length: 2\r\n\r\n\xff\xfe", -32700),
        (b"Content-Length: 0\r\n\r\n", -32700),
        (b"Content-Length: 2\r\n\r\n[]", -32600),
        (b"not even a header\r\n\r\nContent-Length: 4\r\n\r\nnull", -32600),
    ];
    for (bytes, _) in broken {
        client.send_bytes(bytes);
    }
    client.request("textDocument/hover", hover()).await;
    let errors = client.answers_to_nobody();
    let codes: Vec<i64> = errors.iter().filter_map(|it| it["error"]["code"].as_i64()).collect();
    assert_eq!(codes, broken.map(|(_, code)| code));
}

#[tokio::test]
async fn nested_json_does_not_exhaust_the_stack() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    client.initialize(json!({}), &["file:///r"]).await;
    client.send_body("[".repeat(100_000).as_bytes());
    client.request("textDocument/hover", hover()).await;
}
