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
async fn a_finding_says_what_it_is_and_what_else_belongs_to_it() {
    let told = json!({"textDocument": {"publishDiagnostics": {
        "relatedInformation": true,
        "tagSupport": {"valueSet": [1, 2]},
        "codeDescriptionSupport": true,
    }}});
    let b = "{ lib, ... }: {
  imports = [ (lib.mkRenamedOptionModule [ \"hypervisor\" \"old\" ] [ \"hypervisor\" \"b\" ]) ];
}";
    let a = "{ lib, ... }: { imports = [ ./b.nix ]; hypervisor.old = with lib; 1; }";
    for (capabilities, is_told) in [(told, true), (json!({}), false)] {
        let (mut client, _server) = connect(Arc::new(TestDisk::new()));
        client.initialize(capabilities, &["file:///r"]).await;
        client.open(B, 1, b);
        client.open(A, 1, a);
        let found = client.diagnostics(A, 1).await;
        let of = |rule: &str| {
            let it = found.iter().find(|it| it["code"] == rule);
            it.unwrap_or_else(|| panic!("no {rule}: {found:?}"))
        };
        let renamed = of("renamed-option");
        assert_eq!(renamed["source"], "hyper-nixos-ls");
        assert_eq!(renamed["severity"], 2);
        let page = renamed["codeDescription"]["href"].as_str().unwrap();
        assert!(page.ends_with("/renamed-option.md"), "{page}");
        let (related, tags) = (&renamed["relatedInformation"], &of("unused-with")["tags"]);
        if is_told {
            assert_eq!(related[0]["location"]["uri"], B);
            assert!(related[0]["message"].is_string());
            assert_eq!(*tags, json!([1]));
            assert_eq!(renamed["tags"], json!([2]));
        } else {
            assert_eq!((related, tags), (&Value::Null, &Value::Null));
        }
    }
}

#[tokio::test]
async fn closed_files_are_reported_and_what_is_known_of_them_is_not_sent_again() {
    let files = vec![("/r/a.nix", "{ x = with builtins; 1; }")];
    let disk = Arc::new(TestDisk { files, ..TestDisk::new() });
    let (mut client, _server) = connect(disk.clone());
    let capabilities = json!({"textDocument": {"diagnostic": {}}});
    client.initialize(capabilities, &["file:///r"]).await;
    disk.asked("scan /r []", 1).await;
    let changes = json!([{"uri": A, "type": 1}]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    disk.asked("read /r/a.nix in /r", 1).await;
    let all = async |client: &mut test_support::LspClient, known: Value| {
        let params = json!({"previousResultIds": known});
        client.request("workspace/diagnostic", params).await
    };
    // What has been read is known a moment later.
    let nothing_known = json!({"previousResultIds": []});
    let has_some = |response: &Value| response["result"]["items"] != json!([]);
    let first = client.ask_until("workspace/diagnostic", &nothing_known, has_some).await;
    let first = &first["result"];
    let report = &first["items"][0];
    assert_eq!((&report["uri"], &report["kind"]), (&json!(A), &json!("full")));
    assert_eq!(report["items"][0]["code"], "unused-with");
    let known = json!([{"uri": A, "value": report["resultId"]}]);
    let again = all(&mut client, known).await;
    assert_eq!(again["items"][0]["kind"], "unchanged");
    assert_eq!(again["items"][0]["resultId"], report["resultId"]);
}

#[tokio::test]
async fn all_safe_fixes_of_a_file_are_one_edit() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    let versioned = json!({"workspace": {"workspaceEdit": {"documentChanges": true}}});
    client.initialize(versioned, &["file:///r"]).await;
    client.open(A, 1, "{ }");
    client.change(
        A,
        6,
        "{ imports = [ ./b.nix ];\n  x = with builtins; 1;\n  y = rec { z = 1; };\n}\n",
    );
    client.open(B, 1, "{ y = with builtins; 1; }");
    let actions = async |client: &mut test_support::LspClient, context: Value| {
        let start = json!({"line": 0, "character": 0});
        let params = json!({
            "textDocument": {"uri": A},
            "range": {"start": start, "end": start},
            "context": context,
        });
        client.request("textDocument/codeAction", params).await
    };
    for only in ["source", "source.fixAll", "source.fixAll.hyper-nixos-ls"] {
        let context = json!({"diagnostics": [], "only": [only]});
        let found = actions(&mut client, context).await;
        assert_eq!(found.as_array().unwrap().len(), 1, "{only}: {found}");
        assert_eq!(found[0]["kind"], "source.fixAll.hyper-nixos-ls");
        let changes = found[0]["edit"]["documentChanges"].as_array().unwrap();
        assert_eq!(changes.len(), 1, "only this file: {found}");
        assert_eq!(changes[0]["textDocument"], json!({"uri": A, "version": 6}));
        let text = changes[0]["edits"].to_string();
        assert!(text.contains("x = 1;") && text.contains("y = { z = 1; };"), "{text}");
    }
    let fixes_all = |found: &Value| found.to_string().contains("fixAll");
    assert!(!fixes_all(&actions(&mut client, json!({"diagnostics": []})).await));
    let quick = json!({"diagnostics": [], "only": ["quickfix"]});
    assert!(!fixes_all(&actions(&mut client, quick).await));
    client.change(A, 7, "{ x = 1; }\n");
    let none = json!({"diagnostics": [], "only": ["source.fixAll"]});
    assert_eq!(actions(&mut client, none).await, json!([]));
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
