//! From an option to everything that speaks of it.

use crate::connect;
use crate::disk::TestDisk;
use serde_json::{Value, json};
use std::sync::Arc;
use test_support::LspClient;

pub const DECLARES: &str = "file:///r/web.nix";
pub const USES: &str = "file:///r/use.nix";

pub const DECLARATIONS: &str = "{ lib, ... }:
{ options.hypervisor.web.port = lib.mkOption { type = lib.types.port; }; }
";
pub const USER: &str = "{ config, ... }:
let cfg = config.hypervisor.web; in {
  imports = [ ./web.nix ];
  hypervisor.web.port = 80;
  x = cfg.port;
}
";

/// A client with both modules open, and the server's end.
pub async fn opened(capabilities: Value) -> (LspClient, impl Sized) {
    let (mut client, server) = connect(Arc::new(TestDisk::new()));
    client.initialize(capabilities, &["file:///r"]).await;
    client.open(DECLARES, 1, DECLARATIONS);
    client.open(USES, 3, USER);
    (client, server)
}

/// On `port` in `cfg.port`.
pub fn at_read() -> Value {
    json!({"textDocument": {"uri": USES}, "position": {"line": 4, "character": 11}})
}

/// Each place as `file line:column-column`.
fn places(found: &Value) -> Vec<String> {
    let place = |it: &Value| {
        let uri = it["uri"].as_str().unwrap_or("?");
        let (start, end) = (&it["range"]["start"], &it["range"]["end"]);
        let file = uri.rsplit('/').next().unwrap_or("");
        format!("{file} {}:{}-{}", start["line"], start["character"], end["character"])
    };
    found.as_array().into_iter().flatten().map(place).collect()
}

#[tokio::test]
async fn references_with_and_without_the_declaration() {
    let (mut client, _server) = opened(json!({})).await;
    let mut params = at_read();
    params["context"] = json!({"includeDeclaration": true});
    let found = client.request("textDocument/references", params.clone()).await;
    assert_eq!(places(&found), ["use.nix 3:17-21", "use.nix 4:10-14", "web.nix 1:25-29"]);
    params["context"] = json!({"includeDeclaration": false});
    let found = client.request("textDocument/references", params).await;
    assert_eq!(places(&found), ["use.nix 3:17-21", "use.nix 4:10-14"]);
}

#[tokio::test]
async fn highlights_say_what_is_written_and_what_is_read() {
    let (mut client, _server) = opened(json!({})).await;
    let found = client.request("textDocument/documentHighlight", at_read()).await;
    let kinds: Vec<_> = found.as_array().unwrap().iter().map(|it| it["kind"].clone()).collect();
    assert_eq!(kinds, [json!(3), json!(2)]);
}

#[tokio::test]
async fn declaration_implementation_and_type() {
    let (mut client, _server) = opened(json!({})).await;
    let found = client.request("textDocument/declaration", at_read()).await;
    assert_eq!(places(&found), ["web.nix 1:25-29"]);
    let found = client.request("textDocument/implementation", at_read()).await;
    assert_eq!(places(&found), ["use.nix 3:17-21"]);
    let found = client.request("textDocument/typeDefinition", at_read()).await;
    assert_eq!(places(&found), ["web.nix 1:54-68"]);
}

#[tokio::test]
async fn links_are_for_clients_that_take_them() {
    let takes_links = json!({"textDocument": {"implementation": {"linkSupport": true}}});
    let (mut client, _server) = opened(takes_links).await;
    let found = client.request("textDocument/implementation", at_read()).await;
    assert_eq!(found[0]["targetUri"], USES);
    assert_eq!(found[0]["originSelectionRange"]["start"]["line"], 4);
    let found = client.request("textDocument/declaration", at_read()).await;
    assert_eq!(found[0]["uri"], DECLARES);
}

const TREE: [(&str, &str); 5] = [
    (
        "/r/web.nix",
        "{ lib, ... }: { options.hypervisor.web.port = lib.mkOption { }; }",
    ),
    (
        "/r/vms/default.nix",
        "{ lib, ... }: { options.hypervisor.vms = lib.mkOption {
  type = lib.types.attrsOf (lib.types.submodule { options.memory = lib.mkOption { }; });
}; }",
    ),
    (
        "/r/old.nix",
        "{ lib, ... }: {
  imports = [ (lib.mkRenamedOptionModule [ \"hypervisor\" \"port\" ] [ \"hypervisor\" \"web\" \"port\" ]) ];
}",
    ),
    (
        "/r/set.nix",
        "{ config, lib, ... }: {
  config.hypervisor.web.port = lib.mkDefault 1;
  config.x = 1;
}",
    ),
    (
        "/r/main.nix",
        "{ config, lib, ... }: {
  imports = [ ./web.nix ./vms ./old.nix ./set.nix ];
  hypervisor.port = 80;
  hypervisor.vms.db.memory = 1;
  hypervisor.web = lib.mkIf config.x (lib.mkForce { port = 2; });
}",
    ),
];

/// A place in `main.nix`.
fn in_main(line: u32, character: u32) -> Value {
    json!({
        "textDocument": {"uri": "file:///r/main.nix"},
        "position": {"line": line, "character": character},
    })
}

async fn opened_tree(capabilities: Value) -> (LspClient, impl Sized) {
    let (mut client, server) = connect(Arc::new(TestDisk::new()));
    client.initialize(capabilities, &["file:///r"]).await;
    for (path, text) in TREE {
        client.open(&format!("file://{path}"), 1, text);
    }
    (client, server)
}

#[tokio::test]
async fn paths_folders_submodules_and_both_ends_of_a_renaming() {
    let (mut client, _server) = opened_tree(json!({})).await;
    let uris = |found: Value| -> Vec<String> {
        let places = found.as_array().cloned().unwrap_or_default();
        places.iter().map(|it| it["uri"].as_str().unwrap_or("?").to_owned()).collect()
    };
    let found = client.request("textDocument/definition", in_main(1, 18)).await;
    assert_eq!(uris(found), ["file:///r/web.nix"]);
    let found = client.request("textDocument/definition", in_main(1, 27)).await;
    assert_eq!(uris(found), ["file:///r/vms/default.nix"]);
    let found = client.request("textDocument/definition", in_main(2, 14)).await;
    assert_eq!(uris(found), ["file:///r/old.nix", "file:///r/web.nix"]);
    let found = client.request("textDocument/typeDefinition", in_main(3, 14)).await;
    assert_eq!(places(&found), ["default.nix 1:50-57"]);
}

#[tokio::test]
async fn what_sets_an_option_comes_with_what_decides_about_it() {
    let takes_links = json!({"textDocument": {"implementation": {"linkSupport": true}}});
    let (mut client, _server) = opened_tree(takes_links).await;
    let found = client.request("textDocument/implementation", in_main(4, 53)).await;
    let first = &found[0];
    let spanned =
        json!({"start": {"line": 4, "character": 19}, "end": {"line": 4, "character": 64}});
    let name = json!({"start": {"line": 4, "character": 52}, "end": {"line": 4, "character": 56}});
    assert_eq!((&first["targetRange"], &first["targetSelectionRange"]), (&spanned, &name));
    // By the old name of the option, then the one that all others win over.
    assert_eq!(found[1]["targetRange"]["start"], json!({"line": 2, "character": 2}));
    assert_eq!(found[2]["targetUri"], "file:///r/set.nix");
    assert_eq!(found.as_array().unwrap().len(), 3);

    let at = in_main(4, 53);
    let params = json!({
        "command": "hyper-nixos-ls.definitions",
        "arguments": [at["textDocument"]["uri"], at["position"]],
    });
    let list = client.request("workspace/executeCommand", params).await;
    assert_eq!(
        list[0],
        json!({
            "uri": "file:///r/main.nix",
            "range": name,
            "file": "main.nix",
            "path": "hypervisor.web.port",
            "value": "2",
            "condition": "config.x",
            "priority": 50,
            "priorityFunction": "mkForce",
        })
    );
    let told = |index: usize| {
        let it = &list[index];
        json!([it["path"], it["condition"], it["priority"], it["priorityFunction"]])
    };
    assert_eq!(told(1), json!(["hypervisor.port", null, 100, null]));
    assert_eq!(told(2), json!(["hypervisor.web.port", null, 1000, "mkDefault"]));
    assert_eq!(list.as_array().unwrap().len(), 3);
    for arguments in [
        json!(["file:///r/main.nix"]),
        json!(["file:///r/main.nix", {"line": 0, "character": 0}]),
        json!(["file:///r/main.nix", {"line": "x"}]),
        json!(["file:///r/unknown.nix", {"line": 0, "character": 0}]),
    ] {
        let params = json!({"command": "hyper-nixos-ls.definitions", "arguments": arguments});
        assert_eq!(client.request("workspace/executeCommand", params).await, json!([]));
    }
}

#[tokio::test]
async fn several_values_of_one_definition_have_places_of_their_own() {
    let (mut client, _server) = opened_tree(json!({})).await;
    let text = "{ config, lib, ... }: {
  hypervisor.web.port = lib.mkMerge [ (lib.mkIf config.x 1) (lib.mkForce 2) ];
}";
    client.change("file:///r/set.nix", 2, text);
    let params = json!({
        "command": "hyper-nixos-ls.definitions",
        "arguments": ["file:///r/set.nix", {"line": 1, "character": 18}],
    });
    let list = client.request("workspace/executeCommand", params).await;
    let in_set = list.as_array().unwrap().iter().filter(|it| it["file"] == "set.nix");
    let starts: Vec<&Value> = in_set.map(|it| &it["range"]["start"]["character"]).collect();
    assert_eq!(starts, [&json!(73), &json!(57)]);
}

#[tokio::test]
async fn the_hierarchy_of_options() {
    let (mut client, _server) = opened(json!({})).await;
    let items = client.request("textDocument/prepareCallHierarchy", at_read()).await;
    let item = &items[0];
    assert_eq!(item["name"], "hypervisor.web.port");
    assert_eq!(item["uri"], DECLARES);
    let calls = client.request("callHierarchy/incomingCalls", json!({ "item": item })).await;
    assert_eq!(calls[0]["from"]["name"], "x");
    assert_eq!(calls[0]["fromRanges"][0]["start"], json!({"line": 4, "character": 6}));
    let x = &calls[0]["from"];
    let calls = client.request("callHierarchy/outgoingCalls", json!({ "item": x })).await;
    assert_eq!(calls[0]["to"]["name"], "hypervisor.web.port");
    assert_eq!(calls[0]["fromRanges"][0]["start"], json!({"line": 4, "character": 6}));
}

#[tokio::test]
async fn what_a_client_makes_up_is_harmless() {
    let (mut client, _server) = opened(json!({})).await;
    let at = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
    for data in [json!(null), json!([1]), json!({"uri": 1}), json!(["a"])] {
        let item = json!({
            "name": "x", "kind": 8, "uri": USES, "range": at, "selectionRange": at, "data": data,
        });
        let calls = client.request("callHierarchy/incomingCalls", json!({ "item": item })).await;
        assert!(calls.is_null() || calls == json!([]), "{calls}");
        let lens = json!({"range": at, "data": data});
        let lens = client.request("codeLens/resolve", lens).await;
        assert_eq!(lens["command"]["title"], "");
    }
}
