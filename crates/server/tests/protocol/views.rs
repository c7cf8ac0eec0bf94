//! What views of an editor's own are told: the tree of options, pictures, safe fixes, and when to ask again.

use crate::connect;
use crate::disk::TestDisk;
use crate::navigation::{DECLARATIONS, DECLARES, USER, USES, opened};
use serde_json::{Value, json};
use std::sync::Arc;
use test_support::LspClient;

async fn ask(client: &mut LspClient, command: &str, arguments: Value) -> Value {
    let command = format!("hyper-nixos-ls.{command}");
    let params = json!({"command": command, "arguments": arguments});
    client.request("workspace/executeCommand", params).await
}

#[tokio::test]
async fn the_tree_of_options_is_told_level_by_level() {
    let (mut client, _server) = opened(json!({})).await;
    let top = ask(&mut client, "optionChildren", json!([USES])).await;
    assert_eq!(top.as_array().unwrap().len(), 1);
    assert_eq!(top[0]["name"], "hypervisor");
    assert_eq!(top[0]["path"], json!(["hypervisor"]));
    assert_eq!(top[0]["options"], 1);
    assert_eq!(top[0]["hasChildren"], true);
    assert_eq!(top[0]["option"], json!(null));

    let options = ask(&mut client, "optionChildren", json!([USES, ["hypervisor", "web"]])).await;
    let option = &options[0]["option"];
    assert_eq!(options[0]["hasChildren"], false);
    assert_eq!(option["path"], "hypervisor.web.port");
    assert_eq!(option["file"], "web.nix");
    assert_eq!(option["location"]["uri"], DECLARES);
    assert_eq!(option["location"]["range"]["start"], json!({"line": 1, "character": 25}));
    assert_eq!((&option["set"], &option["read"]), (&json!(1), &json!(1)));

    let none = ask(&mut client, "optionChildren", json!([USES, ["hypervisor", "none"]])).await;
    assert_eq!(none, json!([]));
}

#[tokio::test]
async fn an_option_knows_the_findings_at_its_declaration_and_where_it_is_set() {
    let (mut client, _server) = opened(json!({})).await;
    let user = USER.replace("= 80", "= \"80\"");
    client.change(USES, 4, &user);
    let of = json!([USES, ["hypervisor", "web"]]);
    let options = ask(&mut client, "optionChildren", of.clone()).await;
    // The declaration lacks a description, and a string is no port.
    assert_eq!(options[0]["findings"]["warnings"], 2, "{options}");
    client.change(USES, 5, USER);
    let options = ask(&mut client, "optionChildren", of).await;
    assert_eq!(options[0]["findings"]["warnings"], 1, "{options}");
}

#[tokio::test]
async fn all_options_are_listed_at_once() {
    let (mut client, _server) = opened(json!({})).await;
    let list = ask(&mut client, "optionList", json!([USES])).await;
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(list[0]["path"], "hypervisor.web.port");
    assert_eq!(list[0]["kind"], "option");
}

#[tokio::test]
async fn pictures_have_places_to_open() {
    let (mut client, _server) = opened(json!({})).await;
    let picture = ask(&mut client, "modulePicture", json!([USES])).await;
    let names: Vec<&Value> =
        picture["nodes"].as_array().unwrap().iter().map(|node| &node["name"]).collect();
    assert_eq!(names, ["use.nix", "web.nix"]);
    let arrows = picture["arrows"].as_array().unwrap();
    let kinds: Vec<&Value> = arrows.iter().map(|arrow| &arrow["kind"]).collect();
    assert_eq!(kinds, ["import", "read"]);
    assert_eq!(arrows[0]["location"]["uri"], USES);
    assert_eq!(arrows[0]["location"]["range"]["start"], json!({"line": 2, "character": 14}));
    assert_eq!(arrows[0]["inCycle"], false);

    client.change(USES, 4, &USER.replace("= 80", "= cfg.port"));
    let picture = ask(&mut client, "optionPicture", json!([USES])).await;
    assert_eq!(picture["nodes"][0]["name"], "hypervisor.web.port");
    assert_eq!(picture["arrows"][0]["inCycle"], true);
}

#[tokio::test]
async fn safe_fixes_come_as_one_edit_of_a_file_or_of_all() {
    let (mut client, _server) = opened(json!({})).await;
    client.change(USES, 4, &USER.replace("x = cfg.port", "x = rec { y = 1; }"));
    client.change(DECLARES, 2, &DECLARATIONS.replace("{ options", "rec { options"));
    let fixes = ask(&mut client, "safeFixes", json!([USES])).await;
    assert_eq!(fixes["findings"], 1, "{fixes}");
    let changes = fixes["edit"]["changes"].as_object().unwrap();
    assert_eq!(changes.keys().collect::<Vec<_>>(), [USES]);
    assert_eq!(changes[USES][0]["newText"], "  x = { y = 1; };\n");

    let fixes = ask(&mut client, "safeFixes", json!(["file:///r"])).await;
    assert_eq!(fixes["findings"], 2, "{fixes}");
    assert_eq!(fixes["edit"]["changes"].as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn a_client_that_follows_the_status_is_told_of_each_change() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    let capabilities = json!({"experimental": {"statusNotification": true}});
    client.initialize(capabilities, &["file:///r"]).await;
    client.open(DECLARES, 1, DECLARATIONS);
    let has_options =
        |count: i64| move |message: &Value| message["roots"][0]["options"] == json!(count);
    let status = client.wait_for("hyper-nixos-ls/status", has_options(1)).await;
    assert_eq!(status["roots"][0]["root"], "/r");
    assert_eq!(status["roots"][0]["uri"], "file:///r");
    assert!(status["roots"][0]["findings"]["errors"].is_number());
    client.change(DECLARES, 2, "{ }");
    client.wait_for("hyper-nixos-ls/status", has_options(0)).await;
}

#[tokio::test]
async fn others_are_not_told() {
    let (mut client, _server) = opened(json!({})).await;
    client.diagnostics(USES, 3).await;
    client.change(USES, 4, USER);
    client.diagnostics(USES, 4).await;
    client.shut_down().await;
    assert_eq!(client.seen("hyper-nixos-ls/status"), Vec::<Value>::new());
}
