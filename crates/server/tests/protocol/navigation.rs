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
