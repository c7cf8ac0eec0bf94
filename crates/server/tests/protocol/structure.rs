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
    assert_eq!(found[0]["parent"]["range"]["start"], json!({"line": 4, "character": 6}));
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

#[tokio::test]
async fn lenses_lead_to_definitions_where_the_client_asks_for_them() {
    let commands = json!(["editor.action.showReferences", "hyper-nixos-ls.showDefinitions"]);
    let capabilities = json!({"experimental": {"commands": {"commands": commands}}});
    let (mut client, _server) = opened(capabilities).await;
    let lenses = client.request("textDocument/codeLens", of(DECLARES)).await;
    assert_eq!(lenses.as_array().unwrap().len(), 3);
    let start = json!({"line": 1, "character": 25});
    let lens = client.request("codeLens/resolve", lenses[1].clone()).await;
    assert_eq!(
        lens["command"],
        json!({
            "title": "set 1×",
            "command": "hyper-nixos-ls.showDefinitions",
            "arguments": [DECLARES, start],
        })
    );
    let lens = client.request("codeLens/resolve", lenses[2].clone()).await;
    assert_eq!(lens["command"]["title"], "read 1×");
    assert_eq!(lens["command"]["command"], "editor.action.showReferences");
    assert_eq!(lens["command"]["arguments"][2].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_editors_formatter_changes_the_lines_that_differ() {
    let (mut client, server) = crate::connect(std::sync::Arc::new(crate::disk::TestDisk::new()));
    let settings = json!({"formatter": ["replace", "80", "8080"]});
    let folders = json!([{"uri": "file:///r", "name": "r"}]);
    client
        .initialize_with(json!({
            "processId": null,
            "rootUri": null,
            "capabilities": {},
            "initializationOptions": settings,
            "workspaceFolders": folders,
        }))
        .await;
    client.open(USES, 1, crate::navigation::USER);
    let mut params = of(USES);
    params["options"] = json!({"tabSize": 2, "insertSpaces": true});
    let edits = client.request("textDocument/formatting", params.clone()).await;
    assert_eq!(edits.as_array().unwrap().len(), 1);
    assert_eq!(edits[0]["range"]["start"], json!({"line": 3, "character": 0}));
    assert_eq!(edits[0]["newText"], "  hypervisor.web.port = 8080;\n");

    // One that fails changes nothing, and says why.
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"hyper-nixos-ls": {"formatter": ["broken"]}}}),
    );
    // Until the settings have been taken over there are edits.
    let is_refused = |response: &Value| response["error"].is_object();
    let refused = client.ask_until("textDocument/formatting", &params, is_refused).await;
    let error = &refused["error"];
    assert_eq!(error["code"], -32803);
    assert!(error["message"].as_str().unwrap().contains("failed"), "{error}");
    drop(server);
}

#[tokio::test]
async fn without_a_setting_the_formatter_is_nixfmt_where_there_is_one() {
    let disk = std::sync::Arc::new(crate::disk::TestDisk::new());
    let (mut client, _server) = crate::connect(disk.clone());
    client.initialize(json!({}), &["file:///r"]).await;
    client.open(USES, 1, crate::navigation::USER);
    let mut params = of(USES);
    params["options"] = json!({"tabSize": 2, "insertSpaces": true});
    assert_eq!(client.request("textDocument/formatting", params.clone()).await, json!(null));
    disk.asked("format in /r with [\"nixfmt\"]", 1).await;
    // Who has set it wants to know.
    let settings = json!({"settings": {"formatter": ["nixfmt"]}});
    client.notify("workspace/didChangeConfiguration", settings);
    // Until the settings have been taken over there is nothing.
    let is_refused = |response: &Value| response["error"].is_object();
    let refused = client.ask_until("textDocument/formatting", &params, is_refused).await;
    assert_eq!(refused["error"]["message"], "nixfmt is not there");
}

#[tokio::test]
async fn a_closing_bracket_is_put_under_its_opening_one_as_it_is_typed() {
    let (mut client, _server) = crate::connect(std::sync::Arc::new(crate::disk::TestDisk::new()));
    let offered = client.initialize(json!({}), &["file:///r"]).await;
    let offered = &offered["documentOnTypeFormattingProvider"];
    assert_eq!(offered["firstTriggerCharacter"], "}");
    client.open(USES, 1, "{\n  a = {\n    }\n}\n");
    let mut params = of(USES);
    params["position"] = json!({"line": 2, "character": 5});
    params["ch"] = json!("}");
    params["options"] = json!({"tabSize": 2, "insertSpaces": true});
    let edits = client.request("textDocument/onTypeFormatting", params.clone()).await;
    let start = json!({"line": 2, "character": 0});
    let end = json!({"line": 2, "character": 4});
    assert_eq!(edits, json!([{"range": {"start": start, "end": end}, "newText": "  "}]));
    params["position"] = json!({"line": 3, "character": 1});
    assert_eq!(client.request("textDocument/onTypeFormatting", params).await, json!([]));
}

#[tokio::test]
async fn commands_answer_with_what_is_known() {
    let (mut client, _server) = opened(json!({})).await;
    let run = |command: &str| json!({"command": command, "arguments": [USES]});
    let status = client.request("workspace/executeCommand", run("hyper-nixos-ls.status")).await;
    assert_eq!(status[0]["root"], "/r");
    assert_eq!(status[0]["options"], 1);
    assert_eq!(status[0]["brokenFiles"], 0);
    let graph = client.request("workspace/executeCommand", run("hyper-nixos-ls.moduleGraph")).await;
    assert_eq!(graph, "graph LR\n  n0[\"use.nix\"]\n  n1[\"web.nix\"]\n  n0 --> n1\n");
    let graph = client.request("workspace/executeCommand", run("hyper-nixos-ls.optionGraph")).await;
    assert_eq!(graph, "graph LR\n");
    let options =
        client.request("workspace/executeCommand", run("hyper-nixos-ls.optionsDocument")).await;
    assert!(options.as_str().unwrap().contains("### `hypervisor.web.port`"), "{options}");
    let id = client.ask("workspace/executeCommand", run("rm"));
    assert_eq!(client.response(id).await["error"]["code"], -32803);
}

#[tokio::test]
async fn options_to_choose_from_and_fixes_that_need_no_look_are_commands() {
    let (mut client, _server) = opened(json!({})).await;
    let run = |command: &str| json!({"command": command, "arguments": [USES]});
    let list = client.request("workspace/executeCommand", run("hyper-nixos-ls.optionList")).await;
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(list[0]["path"], "hypervisor.web.port");
    assert_eq!(list[0]["kind"], "option");
    assert!(list[0]["type"].as_str().unwrap().starts_with("16 bit"), "{list}");
    assert_eq!(list[0]["location"]["uri"], DECLARES);
    let start = json!({"line": 1, "character": 25});
    assert_eq!(list[0]["location"]["range"]["start"], start);

    let none = client.request("workspace/executeCommand", run("hyper-nixos-ls.safeFixes")).await;
    assert_eq!(none, json!({"findings": 0, "edit": {"changes": {}}}));
    let twice = "{ lib, ... }: {\n  imports = [ ./web.nix ./web.nix ];\n}\n";
    client.change(USES, 4, twice);
    let fixes = client.request("workspace/executeCommand", run("hyper-nixos-ls.safeFixes")).await;
    assert_eq!(fixes["findings"], 1, "{fixes}");
    let edit = &fixes["edit"]["changes"][USES][0];
    assert_eq!(edit["newText"], "  imports = [ ./web.nix ];\n", "{fixes}");
}

#[tokio::test]
async fn the_restart_reads_every_tree_afresh() {
    let disk = std::sync::Arc::new(crate::disk::TestDisk::new());
    let (mut client, _server) = crate::connect(disk.clone());
    client.initialize(json!({}), &["file:///r"]).await;
    disk.asked("scan /r []", 1).await;
    let restart = json!({"command": "hyper-nixos-ls.restart"});
    client.request("workspace/executeCommand", restart).await;
    disk.asked("scan /r []", 2).await;
}
