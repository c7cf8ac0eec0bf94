//! Messages that are none, or that come when nobody expects them.

use crate::session::{MODULE, Session};
use serde_json::{Value, json};

fn framed(body: &[u8]) -> Vec<u8> {
    [format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

#[tokio::test]
async fn bytes_that_are_no_message() {
    let endless_header = [b"X: ".as_slice(), &vec![b'x'; 1 << 20], b"\r\n\r\n"].concat();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("words", b"hello world\r\n\r\n".to_vec()),
        ("a header without a value", b"Content-Length\r\n\r\n".to_vec()),
        ("a negative length", b"Content-Length: -5\r\n\r\n".to_vec()),
        ("a length in words", b"Content-Length: five\r\n\r\n".to_vec()),
        (
            "a length beyond all numbers",
            b"Content-Length: 99999999999999999999999\r\n\r\n".to_vec(),
        ),
        ("no length", b"Content-Type: x\r\n\r\n".to_vec()),
        ("an empty body", framed(b"")),
        ("half an object", framed(b"{\"a\":")),
        ("no UTF-8", framed(b"\xff\xfe\xfd\xfc")),
        ("NULs", framed(&[0; 64])),
        ("a header of a megabyte", endless_header),
        (
            "other headers",
            b"X-Y: z\r\nContent-Length: 2\r\nContent-Type: a; charset=utf-8\r\n\r\n{}".to_vec(),
        ),
        ("a header in small letters", b"content-length: 2\r\n\r\n{}".to_vec()),
        ("line feeds alone", b"Content-Length: 2\n\n{}".to_vec()),
    ];
    for (name, bytes) in cases {
        let mut session = Session::start().await;
        session.client.send_bytes(&bytes);
        // A header may have taken this message for its own; the next one is whole.
        session.client.notify("$/nothing", Value::Null);
        println!("{name}");
        session.is_alive().await;
    }
}

#[tokio::test]
async fn json_that_is_no_message() {
    let mut session = Session::start().await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let wide = format!("[{}]", vec!["{}"; 10_000].join(","));
    let bodies = [
        "[]",
        "{}",
        "1",
        "null",
        "\"x\"",
        "[[]]",
        &deep,
        &wide,
        r#"{"jsonrpc":"1.0","method":"textDocument/hover"}"#,
        r#"{"jsonrpc":"2.0"}"#,
        r#"{"jsonrpc":"2.0","id":1e400}"#,
        r#"{"jsonrpc":"2.0","id":{},"method":"textDocument/hover"}"#,
        r#"{"jsonrpc":"2.0","id":null,"method":"textDocument/hover","params":{}}"#,
        r#"{"jsonrpc":"2.0","id":5,"method":7}"#,
        r#"{"jsonrpc":"2.0","id":-5,"method":""}"#,
        r#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":[]}"#,
        r#"{"jsonrpc":"2.0","method":"textDocument/didOpen"}"#,
        r#"{"jsonrpc":"2.0","id":12345,"result":null}"#,
        r#"{"jsonrpc":"2.0","id":"none","error":{"code":1,"message":""}}"#,
        r#"{"jsonrpc":"2.0","id":6,"method":"textDocument/hover","params":{"textDocument":{"uri":"\ud800"}}}"#,
        r#"[{"jsonrpc":"2.0","id":7,"method":"textDocument/hover","params":{}},{"jsonrpc":"2.0","method":"exit-not"}]"#,
    ];
    for body in bodies {
        session.client.send_bytes(&framed(body.as_bytes()));
    }
    session.is_alive().await;
}

#[tokio::test]
async fn parameters_that_are_absent_or_absurd() {
    let mut session = Session::start().await;
    let absurd = [
        Value::Null,
        json!([]),
        json!({}),
        json!(7),
        json!({ "textDocument": null }),
        json!({ "textDocument": { "uri": "" }, "position": { "line": 0, "character": 0 } }),
        json!({ "textDocument": { "uri": "::::" }, "position": { "line": 0, "character": 0 } }),
        json!({ "textDocument": { "uri": "file:///nowhere.nix" }, "position": {} }),
        json!({ "textDocument": { "uri": "untitled:One" }, "position": { "line": -1, "character": 0.5 } }),
        json!({ "textDocument": { "uri": "file://host/share/a.nix" }, "position": { "line": 0, "character": 0 } }),
        json!({ "command": "hyper-nixos-ls.nothing", "arguments": [[]] }),
        json!({ "command": "hyper-nixos-ls.optionGraph", "arguments": { "x": 1 } }),
        json!({ "item": {}, "query": 7, "files": [{}], "previousResultIds": "x" }),
    ];
    let requests = [
        "textDocument/hover",
        "textDocument/completion",
        "completionItem/resolve",
        "textDocument/rename",
        "textDocument/codeAction",
        "codeAction/resolve",
        "textDocument/diagnostic",
        "workspace/diagnostic",
        "workspace/symbol",
        "workspace/executeCommand",
        "workspace/willRenameFiles",
        "callHierarchy/incomingCalls",
        "callHierarchy/outgoingCalls",
        "textDocument/semanticTokens/full/delta",
        "textDocument/semanticTokens/range",
        "codeLens/resolve",
        "inlayHint/resolve",
        "textDocument/formatting",
        "nobody/knows",
    ];
    let notifications = [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "textDocument/didSave",
        "workspace/didChangeConfiguration",
        "workspace/didChangeWatchedFiles",
        "workspace/didRenameFiles",
        "workspace/didCreateFiles",
        "workspace/didDeleteFiles",
        "workspace/didChangeWorkspaceFolders",
        "window/workDoneProgress/cancel",
        "$/cancelRequest",
        "$/setTrace",
        "nobody/knows",
    ];
    for params in absurd {
        for method in notifications {
            session.client.notify(method, params.clone());
        }
        let asked: Vec<i64> =
            requests.iter().map(|method| session.client.ask(method, params.clone())).collect();
        for id in asked {
            session.client.response(id).await;
        }
    }
    session.is_alive().await;
}

#[tokio::test]
async fn storms_and_floods() {
    let mut session = Session::start().await;
    let uri = session.uri("module.nix");
    let place =
        json!({ "textDocument": { "uri": uri }, "position": { "line": 2, "character": 70 } });
    let mut asked = Vec::new();
    for version in 2..1_002 {
        session.client.change(&uri, version, &format!("{MODULE}# {version}\n"));
        let id = session.client.ask("textDocument/completion", place.clone());
        session.client.notify("$/cancelRequest", json!({ "id": id }));
        session.client.notify("$/cancelRequest", json!({ "id": -id }));
        asked.push(id);
    }
    for id in asked {
        session.client.response(id).await;
    }
    session.is_alive().await;
    // Stale diagnostics are not worth sending: far fewer come than texts went.
    session.client.diagnostics(&uri, 1_001).await;
    let published = session.client.seen("textDocument/publishDiagnostics");
    let ours = published.iter().filter(|params| params["uri"] == json!(uri)).count();
    assert!(ours < 500, "{ours} for 1,000 changes");
}

#[tokio::test]
async fn one_number_for_many_requests_and_numbers_that_are_words() {
    let mut session = Session::start().await;
    let uri = session.uri("module.nix");
    let params =
        json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 0 } });
    for id in [json!(777), json!("777"), json!("\u{1d11e}"), json!(i64::from(i32::MAX))] {
        for _ in 0..50 {
            session.client.send(&json!({
                "jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": params,
            }));
        }
    }
    session.is_alive().await;
}

#[tokio::test]
async fn documents_opened_twice_closed_twice_and_never_opened() {
    let mut session = Session::start().await;
    let uri = session.uri("module.nix");
    session.client.open(&uri, 1, "{");
    session.client.open(&uri, 7, MODULE);
    let other = session.uri("other.nix");
    session.client.change(&other, 2, "{ }");
    session.client.close(&other);
    session.client.close(&other);
    for unusual in [
        "untitled:One",
        "git:/x/module.nix?ref",
        "vscode-notebook-cell:/a#1",
        "file:///",
        "file:///%ff.nix",
    ] {
        session.client.open(unusual, 1, MODULE);
        session.ask_everything(unusual, &json!({ "line": 2, "character": 70 })).await;
        session.client.change(unusual, 2, "{ a = ");
        session.client.close(unusual);
    }
    session.is_alive().await;
}

#[tokio::test]
async fn settings_that_are_none() {
    let mut session = Session::start().await;
    let nonsense = [
        json!(null),
        json!([]),
        json!({ "hyper-nixos-ls": 7 }),
        json!({ "hyper-nixos-ls": { "profile": 7, "rules": [1], "namespaces": "x", "roots": {}, "bogus": {} } }),
        json!({ "namespaces": [""], "exclude": ["[", "***", "/"], "roots": ["../../.."], "option-sources": ["/dev/zero"] }),
        json!({ "rules": { "": "off", "no-such": "off", "hardcoded-value": { "level": {} } }, "formatter": [[]] }),
        json!({}),
    ];
    for settings in nonsense {
        session.client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
        session.is_alive().await;
    }
}
