//! Messages that are none, or that come when nobody expects them.

use crate::session::{MODULE, Session};
use serde_json::{Value, json};

const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;
const INVALID_PARAMS: i64 = -32602;

/// Each costs one error without a number, and nothing more.
#[tokio::test]
async fn json_that_is_no_message() {
    let mut session = Session::start().await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let wide = format!("[{}]", vec!["{}"; 10_000].join(","));
    let long = format!("{{\"{}\":1}}", "x".repeat(1_000_000));
    let bodies = [
        ("[]", INVALID_REQUEST),
        ("{}", INVALID_REQUEST),
        ("1", INVALID_REQUEST),
        ("null", INVALID_REQUEST),
        ("\"x\"", INVALID_REQUEST),
        ("[[]]", INVALID_REQUEST),
        (&wide, INVALID_REQUEST),
        (&long, INVALID_REQUEST),
        (&deep, PARSE_ERROR),
        (&objects, PARSE_ERROR),
        ("", PARSE_ERROR),
        ("{} {}", PARSE_ERROR),
        ("{\"a\":1,}", PARSE_ERROR),
        ("NaN", PARSE_ERROR),
        ("\u{feff}{}", PARSE_ERROR),
        (r#"{"jsonrpc":"2.0","id":1e400}"#, PARSE_ERROR),
        (r#"{"jsonrpc":"1.0","method":"textDocument/hover"}"#, INVALID_REQUEST),
        (r#"{"jsonrpc":"2.0"}"#, INVALID_REQUEST),
        (r#"{"jsonrpc":"2.0","id":{},"method":"textDocument/hover"}"#, INVALID_REQUEST),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"textDocument/hover"}"#, INVALID_REQUEST),
        (r#"{"jsonrpc":"2.0","id":true,"method":"textDocument/hover"}"#, INVALID_REQUEST),
        (
            r#"{"jsonrpc":"2.0","id":null,"method":"textDocument/hover","params":{}}"#,
            INVALID_PARAMS,
        ),
        (r#"{"jsonrpc":"2.0","id":{},"result":null}"#, INVALID_REQUEST),
        (
            r#"[{"jsonrpc":"2.0","id":7,"method":"textDocument/hover","params":{}},{"jsonrpc":"2.0","method":"exit"}]"#,
            INVALID_REQUEST,
        ),
    ];
    for (body, _) in bodies {
        session.client.send_body(body.as_bytes());
    }
    session.is_alive().await;
    let answers = session.client.answers_to_nobody();
    let codes: Vec<_> = answers.iter().map(|it| it["error"]["code"].as_i64()).collect();
    let expected: Vec<_> = bodies.iter().map(|(_, code)| Some(*code)).collect();
    assert_eq!(codes, expected, "{answers:#?}");
}

/// A number that is not null is answered with that number, whatever else is wrong.
#[tokio::test]
async fn what_has_a_number_is_answered_with_it() {
    let mut session = Session::start().await;
    let bodies = [
        (r#""jsonrpc":"2.0","method":7"#, INVALID_REQUEST),
        (r#""jsonrpc":"2.0","method":"""#, -32601),
        (r#""jsonrpc":"2.0","method":"nobody/knows""#, -32601),
        (r#""jsonrpc":"2.0","method":"$/nothing""#, -32601),
        (r#""jsonrpc":"2.0","method":"textDocument/hover""#, INVALID_PARAMS),
        (r#""jsonrpc":"2.0","method":"textDocument/hover","params":null"#, INVALID_PARAMS),
        (r#""jsonrpc":"2.0","method":"textDocument/hover","params":[1,2]"#, INVALID_PARAMS),
        (r#""jsonrpc":"2.0","method":"textDocument/hover","params":"x""#, INVALID_PARAMS),
        (r#""jsonrpc":"2.0","method":"textDocument/didSave","params":{}"#, INVALID_REQUEST),
        (r#""jsonrpc":"2.0","method":"initialized","params":{}"#, INVALID_REQUEST),
        (r#""jsonrpc":"2.0","method":"initialize","params":{}"#, INVALID_REQUEST),
        (
            r#""jsonrpc":"2.0","method":"textDocument/hover","params":{"textDocument":{"uri":"\ud800"}}"#,
            INVALID_PARAMS,
        ),
    ];
    for (id, (body, code)) in (80_000..).zip(bodies) {
        session.client.send_body(format!("{{\"id\":{id},{body}}}").as_bytes());
        let answer = session.client.response(id).await;
        assert_eq!(answer["error"]["code"], code, "{body}: {answer}");
    }
    session.is_alive().await;
}

/// Answers to questions that were never asked, and questions without a number, are nobody's.
#[tokio::test]
async fn what_needs_no_answer_gets_none() {
    let mut session = Session::start().await;
    let before = session.client.responses().len();
    for body in [
        r#"{"jsonrpc":"2.0","id":12345,"result":null}"#,
        r#"{"jsonrpc":"2.0","id":"none","error":{"code":1,"message":""}}"#,
        r#"{"jsonrpc":"2.0","id":-5,"result":{"deep":[[[]]]}}"#,
        r#"{"jsonrpc":"2.0","method":"textDocument/hover","params":{}}"#,
        r#"{"jsonrpc":"2.0","method":"nobody/knows","params":{}}"#,
        r#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":[]}"#,
        r#"{"jsonrpc":"2.0","method":"textDocument/didOpen"}"#,
        r#"{"jsonrpc":"2.0","method":"initialize","params":{}}"#,
        r#"{"jsonrpc":"2.0","method":"shutdown"}"#,
    ] {
        session.client.send_body(body.as_bytes());
    }
    session.is_alive().await;
    assert_eq!(session.client.responses().len(), before + 1, "{:#?}", session.client.responses());
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
    let ids = [
        json!(777),
        json!("777"),
        json!(""),
        json!("\u{1d11e}"),
        json!("x".repeat(100_000)),
        json!(0),
        json!(-1),
        json!(i32::MAX),
        json!(i64::MAX),
        json!(i64::MIN),
    ];
    for id in &ids {
        for _ in 0..50 {
            session.client.send(&json!({
                "jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": params,
            }));
        }
    }
    session.is_alive().await;
    session.client.shut_down().await;
    session.client.end().await;
    let responses = session.client.responses();
    for id in &ids {
        // `is_alive` and `shutdown` are answered under small numbers as well.
        let answers = responses.iter().filter(|response| response["id"] == *id).count();
        assert!(answers >= 50, "{answers} answers to {id}");
    }
}
