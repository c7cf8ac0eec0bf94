//! Renaming options, names and files.

use crate::navigation::{DECLARES, USES, at_read, opened};
use serde_json::json;

fn versioned() -> serde_json::Value {
    json!({
        "textDocument": {"rename": {"prepareSupport": true}},
        "workspace": {"workspaceEdit": {"documentChanges": true}},
    })
}

#[tokio::test]
async fn an_option_is_renamed_in_every_document_with_its_version() {
    let (mut client, _server) = opened(versioned()).await;
    let prepared = client.request("textDocument/prepareRename", at_read()).await;
    assert_eq!(prepared["placeholder"], "port");
    assert_eq!(prepared["range"]["start"], json!({"line": 4, "character": 10}));
    let mut params = at_read();
    params["newName"] = json!("listen");
    let edit = client.request("textDocument/rename", params).await;
    let changes = &edit["documentChanges"];
    assert_eq!(changes[0]["textDocument"], json!({"uri": USES, "version": 3}));
    let texts = |at: usize| {
        let edits = changes[at]["edits"].as_array().unwrap().iter();
        edits.map(|edit| edit["newText"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(texts(0), [json!("listen"), json!("listen")]);
    assert_eq!(changes[1]["textDocument"], json!({"uri": DECLARES, "version": 1}));
    assert_eq!(texts(1), [json!("listen")]);
}

#[tokio::test]
async fn a_refusal_is_an_error_that_says_why() {
    let (mut client, _server) = opened(versioned()).await;
    let mut params = at_read();
    params["newName"] = json!("a.b");
    let id = client.ask("textDocument/rename", params);
    let error = client.response(id).await["error"].clone();
    assert_eq!(error["code"], -32803);
    assert!(error["message"].as_str().unwrap().contains("is a path"), "{error}");
    let nothing = json!({"textDocument": {"uri": USES}, "position": {"line": 0, "character": 0}});
    let id = client.ask("textDocument/prepareRename", nothing);
    assert_eq!(client.response(id).await["error"]["code"], -32803);
}

#[tokio::test]
async fn a_module_that_moves_takes_its_imports_along() {
    let (mut client, _server) = opened(versioned()).await;
    let files = json!([{"oldUri": DECLARES, "newUri": "file:///r/services/www.nix"}]);
    let edit = client.request("workspace/willRenameFiles", json!({ "files": files })).await;
    let changes = edit["documentChanges"].as_array().unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0]["textDocument"]["uri"], USES);
    assert_eq!(changes[0]["edits"][0]["newText"], "./services/www.nix");

    let elsewhere = json!([{"oldUri": "untitled:a", "newUri": "untitled:b"}]);
    let edit = client.request("workspace/willRenameFiles", json!({ "files": elsewhere })).await;
    assert_eq!(edit, json!(null));
}
