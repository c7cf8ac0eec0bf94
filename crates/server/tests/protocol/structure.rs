//! Outlines, folds, selections, links, lenses and the search for symbols.

use crate::navigation::{DECLARES, USES, opened};
use serde_json::{Value, json};

fn of(uri: &str) -> Value {
    json!({"textDocument": {"uri": uri}})
}

#[tokio::test]
async fn an_outline_is_a_tree_for_those_who_show_trees() {
    let trees = json!({
        "textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}},
    });
    let (mut client, _server) = opened(trees).await;
    let symbols = client.request("textDocument/documentSymbol", of(USES)).await;
    let names: Vec<_> = symbols.as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, [json!("cfg"), json!("imports"), json!("hypervisor.web.port"), json!("x")]);
    let symbols = client.request("textDocument/documentSymbol", of(DECLARES)).await;
    assert!(symbols[0]["selectionRange"].is_object());
    assert!(symbols[0]["detail"].as_str().unwrap().starts_with("16 bit"));
}

#[tokio::test]
async fn an_outline_is_a_list_for_the_others() {
    let (mut client, _server) = opened(json!({})).await;
    let symbols = client.request("textDocument/documentSymbol", of(DECLARES)).await;
    assert_eq!(symbols[0]["name"], "options.hypervisor.web.port");
    assert_eq!(symbols[0]["location"]["uri"], DECLARES);
}

#[tokio::test]
async fn symbols_are_found_in_the_whole_workspace() {
    let (mut client, _server) = opened(json!({})).await;
    let found = client.request("workspace/symbol", json!({"query": "webport"})).await;
    assert_eq!(found[0]["name"], "hypervisor.web.port");
    assert_eq!(found[0]["containerName"], "web.nix");
    assert_eq!(found[0]["location"]["range"]["start"], json!({"line": 1, "character": 25}));
}

#[tokio::test]
async fn whole_lines_are_folded_where_the_client_can_do_no_better() {
    let folded = |client: Value| async move {
        let (mut client, _server) = opened(client).await;
        let folds = client.request("textDocument/foldingRange", of(USES)).await;
        folds[0].clone()
    };
    let fold = folded(json!({})).await;
    assert_eq!((&fold["startLine"], &fold["endLine"]), (&json!(1), &json!(5)));
    let fold = folded(json!({"textDocument": {"foldingRange": {"lineFoldingOnly": true}}})).await;
    assert_eq!((&fold["startLine"], &fold["endLine"]), (&json!(1), &json!(4)));
}

#[tokio::test]
async fn selections_have_parents() {
    let (mut client, _server) = opened(json!({})).await;
    let mut params = of(USES);
    params["positions"] = json!([{"line": 4, "character": 11}, {"line": 99, "character": 0}]);
    let found = client.request("textDocument/selectionRange", params).await;
    assert_eq!(found[0]["range"]["start"], json!({"line": 4, "character": 10}));
    assert_eq!(found[0]["parent"]["range"]["start"], json!({"line": 4, "character": 10}).clone());
    assert_eq!(found.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn imports_are_links() {
    let (mut client, _server) = opened(json!({})).await;
    let found = client.request("textDocument/documentLink", of(USES)).await;
    assert_eq!(found[0]["target"], DECLARES);
}

#[tokio::test]
async fn lenses_say_how_much_an_option_is_used() {
    let (mut client, _server) = opened(json!({})).await;
    let lenses = client.request("textDocument/codeLens", of(DECLARES)).await;
    assert_eq!(lenses[1]["command"], json!(null));
    let lens = client.request("codeLens/resolve", lenses[1].clone()).await;
    assert_eq!(lens["command"], json!({"title": "set 1× · read 1×", "command": ""}));
    let lens = client.request("codeLens/resolve", lenses[0].clone()).await;
    assert_eq!(lens["command"]["title"], "imported in 1 place");
}

#[tokio::test]
async fn lenses_lead_to_the_places_where_the_client_can_show_them() {
    let commands =
        json!({"experimental": {"commands": {"commands": ["editor.action.showReferences"]}}});
    let (mut client, _server) = opened(commands).await;
    let lenses = client.request("textDocument/codeLens", of(DECLARES)).await;
    let lens = client.request("codeLens/resolve", lenses[1].clone()).await;
    assert_eq!(lens["command"]["command"], "editor.action.showReferences");
    assert_eq!(lens["command"]["arguments"][2].as_array().unwrap().len(), 2);
}
