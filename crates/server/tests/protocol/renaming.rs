//! Renaming options, names and files.

use crate::connect;
use crate::disk::TestDisk;
use crate::navigation::{DECLARATIONS, DECLARES, USER, USES, at_read, opened};
use serde_json::json;
use std::sync::Arc;
use test_support::LspClient;

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
async fn a_group_is_renamed_and_a_shim_keeps_the_old_name() {
    let (mut client, _server) = opened(versioned()).await;
    // On `web` in `hypervisor.web.port = 80`.
    let on_group = json!({
        "textDocument": {"uri": USES},
        "position": {"line": 3, "character": 14},
        "newName": "site",
    });
    let edit = client.request("textDocument/rename", on_group).await;
    let count = |at: usize| edit["documentChanges"][at]["edits"].as_array().map(Vec::len);
    assert_eq!((count(0), count(1)), (Some(2), Some(1)), "{edit}");

    let place = json!({"line": 1, "character": 26});
    let params = json!({
        "textDocument": {"uri": DECLARES},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], "only": ["refactor"]},
    });
    let actions = client.request("textDocument/codeAction", params).await;
    let mut actions = actions.as_array().unwrap().iter();
    let shim = actions.find(|it| it["title"].as_str().unwrap().contains("shim"));
    let shim = shim.expect("a shim is offered");
    assert_eq!(shim["kind"], "refactor.rewrite");
    assert!(shim["edit"].to_string().contains("mkRenamedOptionModule"), "{shim}");
}

#[tokio::test]
async fn what_cannot_be_renamed_is_refused_with_its_reason() {
    let (mut client, _server) = opened(versioned()).await;
    client.change(
        DECLARES,
        2,
        &DECLARATIONS.replace(
            "port = lib",
            "host = lib.mkOption { };
  options.hypervisor.web.port = lib",
        ),
    );
    client.change(USES, 4, &USER.replace("x =", "services.nginx.enable"));
    let refusal = async |client: &mut LspClient, line: u32, character: u32, name: &str| {
        let id = client.ask(
            "textDocument/rename",
            json!({
                "textDocument": {"uri": USES},
                "position": {"line": line, "character": character},
                "newName": name,
            }),
        );
        let error = client.response(id).await["error"].clone();
        assert_eq!(error["code"], -32803);
        error["message"].as_str().unwrap_or("?").to_owned()
    };
    let reason = refusal(&mut client, 3, 18, "host").await;
    assert_eq!(reason, "`hypervisor.web.host` is there already, declared in web.nix:2.");
    let reason = refusal(&mut client, 3, 18, "").await;
    assert_eq!(reason, "A name cannot be empty.");
    let reason = refusal(&mut client, 4, 20, "on").await;
    assert_eq!(reason, "No module of the workspace declares `services.nginx.enable`.");
    let id = client.ask(
        "textDocument/prepareRename",
        json!({
            "textDocument": {"uri": USES},
            "position": {"line": 4, "character": 20},
        }),
    );
    let error = client.response(id).await["error"].clone();
    assert_eq!(error["message"], "No module of the workspace declares `services.nginx.enable`.");
}

#[tokio::test]
async fn a_module_takes_its_own_paths_along() {
    let (mut client, _server) = opened(versioned()).await;
    let files = json!([{"oldUri": USES, "newUri": "file:///r/hosts/use.nix"}]);
    let edit = client.request("workspace/willRenameFiles", json!({ "files": files })).await;
    let change = &edit["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({"uri": USES, "version": 3}));
    assert_eq!(change["edits"][0]["newText"], "../web.nix");
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

#[tokio::test]
async fn what_the_editor_moves_makes_and_deletes_is_read_again() {
    let disk = Arc::new(TestDisk::new());
    let (mut client, _server) = connect(disk.clone());
    client.initialize(json!({}), &["file:///r"]).await;
    disk.asked("scan /r []", 1).await;
    let moved = json!([{"oldUri": "file:///r/a.nix", "newUri": "file:///r/b.nix"}]);
    client.notify("workspace/didRenameFiles", json!({ "files": moved }));
    disk.asked("read /r/a.nix in /r", 1).await;
    disk.asked("read /r/b.nix in /r", 1).await;
    client.notify("workspace/didDeleteFiles", json!({"files": [{"uri": "file:///r/c.nix"}]}));
    disk.asked("read /r/c.nix in /r", 1).await;
}

#[tokio::test]
async fn a_new_module_begins_with_the_guides_template() {
    let disk = TestDisk { files: vec![("/r/modules/web/front-page.nix", "")], ..TestDisk::new() };
    let disk = Arc::new(disk);
    let (mut client, _server) = connect(disk.clone());
    let workspace = json!({"applyEdit": true, "workspaceEdit": {"documentChanges": true}});
    client.initialize(json!({ "workspace": workspace }), &["file:///r"]).await;
    disk.asked("scan /r []", 1).await;
    let uri = "file:///r/modules/web/front-page.nix";
    client.notify("workspace/didCreateFiles", json!({"files": [{ "uri": uri }]}));
    let asked = client.wait_for("workspace/applyEdit", |_| true).await;
    let change = &asked["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["uri"], uri);
    let text = change["edits"][0]["newText"].as_str().unwrap();
    assert!(text.contains("options.hypervisor.web.frontPage = {"), "{text}");
}

#[tokio::test]
async fn an_editor_may_show_an_empty_module_as_an_empty_line() {
    let disk = TestDisk { files: vec![("/r/modules/web/page.nix", "")], ..TestDisk::new() };
    let disk = Arc::new(disk);
    let (mut client, _server) = connect(disk.clone());
    let workspace = json!({"applyEdit": true, "workspaceEdit": {"documentChanges": true}});
    client.initialize(json!({ "workspace": workspace }), &["file:///r"]).await;
    disk.asked("scan /r []", 1).await;
    let uri = "file:///r/modules/web/page.nix";
    client.open(uri, 1, "\n");
    client.notify("workspace/didCreateFiles", json!({"files": [{ "uri": uri }]}));
    let asked = client.wait_for("workspace/applyEdit", |_| true).await;
    let change = &asked["edit"]["documentChanges"][0];
    // The line goes with it.
    assert_eq!(change["edits"][0]["range"]["end"], json!({"line": 1, "character": 0}));
}
