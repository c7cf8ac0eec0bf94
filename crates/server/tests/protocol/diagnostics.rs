use crate::connect;
use crate::disk::TestDisk;
use serde_json::{Value, json};
use std::sync::Arc;

const A: &str = "file:///r/a.nix";
const B: &str = "file:///r/b.nix";

/// The versions for which diagnostics were published.
fn versions(published: &[Value]) -> Vec<i64> {
    published.iter().filter_map(|params| params["version"].as_i64()).collect()
}

#[tokio::test]
async fn published_diagnostics_name_their_version() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    client.initialize(json!({}), &["file:///r"]).await;
    client.open(A, 1, "{ }");
    client.diagnostics(A, 1).await;
    client.change(A, 7, "{ a = 1; }");
    client.diagnostics(A, 7).await;
}

#[tokio::test]
async fn of_a_burst_of_edits_the_last_counts() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    client.initialize(json!({}), &["file:///r"]).await;
    client.open(A, 0, "");
    for version in 1..=200 {
        let at = json!({"line": 0, "character": version - 1});
        client.edit(A, version, json!([{"range": {"start": at, "end": at}, "text": "x"}]));
    }
    client.diagnostics(A, 200).await;
    let versions = versions(&client.seen("textDocument/publishDiagnostics"));
    assert!(versions.is_sorted_by(|a, b| a < b), "never backwards, never twice: {versions:?}");
}

#[tokio::test]
async fn a_late_edit_is_left_out() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    client.initialize(json!({}), &["file:///r"]).await;
    client.open(A, 5, "{ }");
    client.change(A, 4, "old");
    client.change(A, 6, "{ a = 1; }");
    client.diagnostics(A, 6).await;
    let versions = versions(&client.seen("textDocument/publishDiagnostics"));
    assert!(!versions.contains(&4), "{versions:?}");
}

#[tokio::test]
async fn nothing_is_published_before_the_tree_has_been_read() {
    let (disk, go) = TestDisk::held_up();
    let disk = Arc::new(disk);
    let (mut client, _server) = connect(disk.clone());
    client.initialize(json!({}), &["file:///r"]).await;
    client.open(A, 1, "{ }");
    disk.asked("scan /r []", 1).await;
    // Whatever could be published because of these two would come before their answer.
    client.notify("$/setTrace", json!({"value": "off"}));
    assert_eq!(client.request("shutdown", Value::Null).await, Value::Null);
    assert_eq!(client.seen("textDocument/publishDiagnostics"), Vec::<Value>::new());
    go.send(()).unwrap();
}

#[tokio::test]
async fn a_client_that_asks_is_not_told() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    let capabilities = json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    });
    let server = client.initialize(capabilities, &["file:///r"]).await;
    assert_eq!(server["diagnosticProvider"]["workspaceDiagnostics"], true);
    assert_eq!(server["diagnosticProvider"]["interFileDependencies"], true);
    client.open(A, 1, "{ }");

    let document = json!({"uri": A});
    let report =
        client.request("textDocument/diagnostic", json!({ "textDocument": document })).await;
    assert_eq!(report["kind"], "full");
    let id = &report["resultId"];
    assert!(id.is_string());
    let params = json!({"textDocument": document, "previousResultId": id});
    let again = client.request("textDocument/diagnostic", params).await;
    assert_eq!(again, json!({"kind": "unchanged", "resultId": id}));

    let all = client.request("workspace/diagnostic", json!({"previousResultIds": []})).await;
    assert!(all["items"].is_array());
    assert_eq!(client.seen("textDocument/publishDiagnostics"), Vec::<Value>::new());
}

#[tokio::test]
async fn what_is_shown_is_asked_for_again_when_another_file_changes_it() {
    let support = json!({"refreshSupport": true});
    let capabilities = json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {
            "diagnostics": support,
            "semanticTokens": support,
            "inlayHint": support,
            "codeLens": support,
        },
    });
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    client.initialize(capabilities, &["file:///r"]).await;
    client.open(A, 1, "{ config, ... }: { imports = [ ./b.nix ]; x = config.hypervisor.a; }");
    client.open(B, 1, "{ lib, ... }: { options.hypervisor.b = lib.mkOption { }; }");
    let document = json!({"textDocument": {"uri": A}});
    let before = client.request("textDocument/diagnostic", document.clone()).await;
    assert_eq!(before["items"][0]["code"], "undeclared-option");
    client.change(B, 2, "{ lib, ... }: { options.hypervisor.a = lib.mkOption { }; }");
    client.wait_for("workspace/diagnostic/refresh", |_| true).await;
    client.wait_for("workspace/semanticTokens/refresh", |_| true).await;
    client.wait_for("workspace/inlayHint/refresh", |_| true).await;
    client.wait_for("workspace/codeLens/refresh", |_| true).await;
    let after = client.request("textDocument/diagnostic", document).await;
    let codes: Vec<_> = after["items"].as_array().unwrap().iter().map(|it| &it["code"]).collect();
    assert!(!codes.contains(&&json!("undeclared-option")), "{codes:?}");
    assert_ne!(before["resultId"], after["resultId"]);
}

#[tokio::test]
async fn a_report_that_the_client_has_of_a_lost_file_is_taken_back() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    let capabilities = json!({"textDocument": {"diagnostic": {}}});
    client.initialize(capabilities, &["file:///r"]).await;
    let previous = json!([{"uri": "file:///r/gone.nix", "value": "0123456789abcdef"}]);
    let all = client.request("workspace/diagnostic", json!({"previousResultIds": previous})).await;
    assert_eq!(all["items"][0]["uri"], "file:///r/gone.nix");
    assert_eq!(all["items"][0]["kind"], "full");
    assert_eq!(all["items"][0]["items"], json!([]));
}
