//! Every question about an option, asked of every way to speak of it, in a text that is not saved and that has
//! a line which is still being written.

use crate::navigation::{DECLARATIONS, DECLARES, USES, opened};
use serde_json::{Value, json};
use test_support::LspClient;

const TEXT: &str = "{ config, lib, ... }:
let
  cfg = config.hypervisor.web;
  inherit (config.hypervisor) web;
in {
  imports = [ ./web.nix ];
  hypervisor.web.port = lib.mkForce 80;
  a = cfg.port;
  b = with cfg; port;
  c = config.hypervisor.web.port or 1;
  d = let inherit (cfg) port; in { };
  e = web.port;
  f = \"${toString cfg.port}\";
  g = config.hypervisor.web.
  h = cfg.port;
  hypervisor = { web = lib.mkIf true { port = 81; }; };
}
";

/// The first letter of `port` on each of these lines.
const LINES: [u32; 9] = [6, 7, 8, 9, 10, 11, 12, 14, 15];

fn column(line: u32) -> u32 {
    let line = TEXT.lines().nth(line as usize).expect("the line is there");
    line.rfind("port").expect("the name is there") as u32
}

fn at(line: u32) -> Value {
    json!({
        "textDocument": {"uri": USES},
        "position": {"line": line, "character": column(line) + 1},
    })
}

fn range(line: u32) -> Value {
    let start = column(line);
    json!({
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": start + 4},
    })
}

async fn editing() -> (LspClient, impl Sized) {
    let (mut client, server) = opened(json!({
        "textDocument": {"rename": {"prepareSupport": true}},
    }))
    .await;
    client.diagnostics(USES, 3).await;
    client.change(USES, 4, TEXT);
    (client, server)
}

#[tokio::test]
async fn all_that_leads_somewhere_leads_to_the_same_from_everywhere() {
    let (mut client, _server) = editing().await;
    let declared = json!([{
        "uri": DECLARES,
        "range": {"start": {"line": 1, "character": 25}, "end": {"line": 1, "character": 29}},
    }]);
    let set = json!([{"uri": USES, "range": range(6)}, {"uri": USES, "range": range(15)}]);
    let mut every: Vec<Value> =
        LINES.iter().map(|&line| json!({"uri": USES, "range": range(line)})).collect();
    every.push(declared[0].clone());
    for line in LINES {
        for method in ["textDocument/definition", "textDocument/declaration"] {
            assert_eq!(client.request(method, at(line)).await, declared, "{method} in {line}");
        }
        let found = client.request("textDocument/implementation", at(line)).await;
        assert_eq!(found, set, "implementation in {line}");
        let found = client.request("textDocument/typeDefinition", at(line)).await;
        assert_eq!(found[0]["range"]["start"], json!({"line": 1, "character": 54}), "{line}");
        let mut params = at(line);
        params["context"] = json!({"includeDeclaration": true});
        let found = client.request("textDocument/references", params).await;
        assert_eq!(found, json!(every), "references in {line}");
        let found = client.request("textDocument/documentHighlight", at(line)).await;
        assert_eq!(found.as_array().unwrap().len(), LINES.len(), "highlights in {line}");
    }
}

#[tokio::test]
async fn all_that_is_told_of_an_option_is_told_everywhere() {
    let (mut client, _server) = editing().await;
    for line in LINES {
        let hover = client.request("textDocument/hover", at(line)).await;
        assert_eq!(hover["range"], range(line), "hover in {line}");
        let text = hover["contents"]["value"].as_str().unwrap();
        assert!(text.starts_with("### `hypervisor.web.port`"), "{line}: {text}");
        let prepared = client.request("textDocument/prepareRename", at(line)).await;
        assert_eq!(prepared["range"], range(line), "prepareRename in {line}");
        let items = client.request("textDocument/prepareCallHierarchy", at(line)).await;
        assert_eq!(items[0]["name"], "hypervisor.web.port", "prepareCallHierarchy in {line}");
        let mut params = at(line);
        params["newName"] = json!("listen");
        let edit = client.request("textDocument/rename", params).await;
        assert_eq!(
            edit["changes"][USES].as_array().unwrap().len(),
            LINES.len(),
            "rename in {line}"
        );
        assert_eq!(edit["changes"][DECLARES].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn names_of_the_text_itself_are_known_beside_a_broken_line() {
    let (mut client, _server) = editing().await;
    // On `cfg` in `a = cfg.port`.
    let at = json!({"textDocument": {"uri": USES}, "position": {"line": 7, "character": 7}});
    let bound = json!({"start": {"line": 2, "character": 2}, "end": {"line": 2, "character": 5}});
    let found = client.request("textDocument/definition", at.clone()).await;
    assert_eq!(found, json!([{"uri": USES, "range": bound}]));
    let found = client.request("textDocument/declaration", at.clone()).await;
    assert_eq!(found[0]["uri"], DECLARES, "what it stands for");
    let found = client.request("textDocument/documentHighlight", at.clone()).await;
    assert_eq!(found.as_array().unwrap().len(), 6);
    let hover = client.request("textDocument/hover", at.clone()).await;
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.starts_with("`cfg` stands for `config.hypervisor.web`"), "{text}");
    let mut params = at;
    params["newName"] = json!("site");
    let edit = client.request("textDocument/rename", params).await;
    assert_eq!(edit["changes"][USES].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn the_broken_line_itself_is_completed_and_the_text_has_its_outline() {
    let (mut client, _server) = editing().await;
    let end = "  g = config.hypervisor.web.".len();
    let broken = json!({"textDocument": {"uri": USES}, "position": {"line": 13, "character": end}});
    let list = client.request("textDocument/completion", broken.clone()).await;
    assert_eq!(list["items"][0]["label"], "port");
    // On `web` of the line.
    let web = json!({"textDocument": {"uri": USES}, "position": {"line": 13, "character": 25}});
    let found = client.request("textDocument/definition", web).await;
    assert_eq!(found[0]["uri"], DECLARES);
    let document = json!({"textDocument": {"uri": USES}});
    let symbols = client.request("textDocument/documentSymbol", document.clone()).await;
    let names: Vec<&str> =
        symbols.as_array().unwrap().iter().filter_map(|it| it["name"].as_str()).collect();
    assert!(names.contains(&"hypervisor.web.port") && names.contains(&"h"), "{names:?}");
    let tokens = client.request("textDocument/semanticTokens/full", document.clone()).await;
    assert!(tokens["data"].as_array().unwrap().len() > 5 * 20, "{tokens}");
    let links = client.request("textDocument/documentLink", document).await;
    assert_eq!(links[0]["target"], DECLARES);
}

#[tokio::test]
async fn what_is_typed_counts_before_it_is_saved() {
    let (mut client, _server) = editing().await;
    client.change(DECLARES, 2, &DECLARATIONS.replace("types.port", "types.str"));
    let hover = client.request("textDocument/hover", at(7)).await;
    assert!(hover["contents"]["value"].as_str().unwrap().contains("*type*: string"), "{hover}");
    client.change(DECLARES, 3, &format!("\n\n{DECLARATIONS}"));
    let found = client.request("textDocument/definition", at(7)).await;
    assert_eq!(found[0]["range"]["start"]["line"], 3);
}
