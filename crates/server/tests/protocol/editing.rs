//! What helps while a module is written: completion, signatures, hints and tokens, as an editor gets them.

use crate::connect;
use crate::disk::TestDisk;
use serde_json::{Value, json};
use std::sync::Arc;
use test_support::LspClient;

const FILE: &str = "file:///r/a.nix";
const TEXT: &str = "{ config, lib, ... }:
let hv = config.hypervisor; cfg = hv.web; in {
  options.hypervisor.web = {
    # ä𝄞
    enable = lib.mkEnableOption \"it\";
    \"odd name\" = lib.mkOption { type = lib.types.bool; description = \"As {option}`x`.\"; };
  };
  config = lib.mkIf cfg.enable { hypervisor.web.enable = true; };
}
";

async fn opened(capabilities: Value, options: Value) -> (LspClient, crate::Server) {
    let (mut client, server) = connect(Arc::new(TestDisk::new()));
    let params = json!({
        "capabilities": capabilities,
        "rootUri": "file:///r",
        "initializationOptions": options,
    });
    client.initialize_with(params).await;
    client.open(FILE, 1, TEXT);
    (client, server)
}

/// The place behind the first `before` in the text.
fn at(before: &str) -> Value {
    let end = TEXT.find(before).expect("it is there") + before.len();
    let (line, start) = (TEXT[..end].matches('\n').count(), TEXT[..end].rfind('\n').unwrap_or(0));
    let column = TEXT[start + 1..end].encode_utf16().count();
    json!({
        "textDocument": { "uri": FILE },
        "position": { "line": line, "character": column },
    })
}

fn item<'a>(list: &'a Value, label: &str) -> &'a Value {
    let items = list["items"].as_array().expect("a list");
    items.iter().find(|item| item["label"] == label).expect("the item is offered")
}

fn completing(item: Value) -> Value {
    json!({ "textDocument": { "completion": { "completionItem": item } } })
}

#[tokio::test]
async fn items_are_as_the_client_can_take_them() {
    let (mut client, _server) = opened(json!({}), json!({})).await;
    let list = client.request("textDocument/completion", at("mkIf cfg.")).await;
    assert_eq!(list["isIncomplete"], false);
    let odd = item(&list, "odd name");
    assert_eq!(odd["textEdit"]["newText"], "\"odd name\"");
    assert_eq!(odd["filterText"], "\"odd name\"");
    // Clients that filter only what tells them how need it for every item.
    assert!(list["items"].as_array().unwrap().iter().all(|item| item["filterText"].is_string()));
    assert_eq!(odd["textEdit"]["range"]["end"]["character"], 30);
    assert_eq!(odd["documentation"], Value::Null);

    let list = client.request("textDocument/completion", at("hypervisor.web = {\n")).await;
    let option = item(&list, "option");
    assert_eq!(option["insertTextFormat"], Value::Null);
    let text = option["textEdit"]["newText"].as_str().unwrap();
    assert!(text.starts_with("name = lib.mkOption {") && !text.contains('$'), "{text}");

    let capabilities = completing(json!({"snippetSupport": true, "insertReplaceSupport": true}));
    let (mut client, _server) = opened(capabilities, json!({})).await;
    let list = client.request("textDocument/completion", at("hypervisor.web = {\n")).await;
    let option = item(&list, "option");
    assert_eq!(option["insertTextFormat"], 2);
    assert!(option["textEdit"]["newText"].as_str().unwrap().starts_with("${1:name} = "));
    let list = client.request("textDocument/completion", at("mkIf cfg.en")).await;
    let edit = &item(&list, "enable")["textEdit"];
    assert_eq!(edit["insert"]["end"]["character"], 26);
    assert_eq!(edit["replace"]["end"]["character"], 30);
}

/// What 494 items of `lib` would say 494 times.
#[tokio::test]
async fn what_items_have_in_common_is_said_once_to_those_who_know_that() {
    let known = |defaults: Value| {
        let item = json!({ "insertReplaceSupport": true });
        let list = json!({ "itemDefaults": defaults });
        json!({ "textDocument": { "completion": { "completionItem": item, "completionList": list } } })
    };
    let (mut client, _server) = opened(known(json!(["editRange", "data"])), json!({})).await;
    let list = client.request("textDocument/completion", at("type = lib.")).await;
    let range = &list["itemDefaults"]["editRange"];
    assert!(range["insert"]["end"].is_object() && range["replace"]["end"].is_object(), "{range}");
    let mk_if = item(&list, "mkIf");
    for said_once in ["textEdit", "textEditText", "data"] {
        assert_eq!(mk_if.get(said_once), None, "{said_once}");
    }
    // As a client asks about it: with what held for all.
    let mut asked = mk_if.clone();
    asked["data"] = list["itemDefaults"]["data"].clone();
    asked["a later version's"] = json!(1);
    let resolved = client.request("completionItem/resolve", asked).await;
    assert!(resolved["documentation"]["value"].as_str().unwrap().contains("condition"));
    assert_eq!(resolved["a later version's"], 1);

    let list = client.request("textDocument/completion", at("mkIf cfg.")).await;
    let odd = item(&list, "odd name");
    assert_eq!((&odd["textEdit"], &odd["textEditText"]), (&Value::Null, &json!("\"odd name\"")));
    let mut asked = odd.clone();
    if let Some(data) = list["itemDefaults"].get("data") {
        asked["data"] = data.clone();
    }
    let resolved = client.request("completionItem/resolve", asked).await;
    assert!(resolved["documentation"]["value"].as_str().unwrap().starts_with("As `x`."));

    // Items of several sets have nothing in common but the word that they replace.
    let list = client.request("textDocument/completion", at("hypervisor.web = {\n")).await;
    assert_eq!(list["itemDefaults"]["data"], Value::Null);

    let (mut client, _server) = opened(known(json!(["commitCharacters"])), json!({})).await;
    let list = client.request("textDocument/completion", at("type = lib.")).await;
    assert_eq!(list.get("itemDefaults"), None);
    let mk_if = item(&list, "mkIf");
    assert_eq!(mk_if["textEdit"]["newText"], "mkIf");
    assert_eq!(mk_if["data"]["library"], json!(["lib", "mkIf"]));
}

/// The labels that are offered at the end of a text, the first few.
async fn offered(client: &mut LspClient, version: i32, text: &str, count: usize) -> Vec<String> {
    client.change("file:///r/b.nix", version, text);
    let params = json!({
        "textDocument": {"uri": "file:///r/b.nix"},
        "position": {"line": 1000, "character": 0},
    });
    let list = client.request("textDocument/completion", params).await;
    let items = list["items"].as_array().cloned().unwrap_or_default();
    items.iter().take(count).map(|it| it["label"].as_str().unwrap_or("?").to_owned()).collect()
}

const OFFERING: &str = "{ lib, ... }: {
  options.hypervisor.site = {
    mode = lib.mkOption { type = lib.types.enum [ \"a\" \"b\" ]; default = \"b\"; };
    port = lib.mkOption { type = lib.types.nullOr lib.types.port; default = 80; };
    on = lib.mkOption { type = lib.types.bool; };
    vms = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule {
      options.memory = lib.mkOption { type = lib.types.int; };
    }); };
  };
}
";

#[tokio::test]
async fn what_fits_is_offered_wherever_something_is_written() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    client.initialize(json!({}), &["file:///r"]).await;
    client.open("file:///r/sites/a.nix", 1, OFFERING);
    client.open("file:///r/b.nix", 1, "");
    let all = ["mode", "on", "port", "vms"];
    let places = [
        ("{ ... }: { hypervisor.site.", &all[..]),
        ("{ ... }: { config.hypervisor = { site = {\n  ", &all),
        ("{ lib, ... }: { config = lib.mkIf true { hypervisor.site.", &all),
        ("{ lib, ... }: { config = lib.mkMerge [ { hypervisor.site.", &all),
        ("{ lib, ... }: { hypervisor.site = lib.mkForce { ", &all),
        ("{ config, ... }: let cfg = config.hypervisor.site; in { x = cfg.", &all),
        ("{ config, ... }: let cfg = config.hypervisor.site; in { x = with cfg; ", &all),
        ("{ config, ... }: let cfg = config.hypervisor.site; inherit (cfg) ", &all),
        ("{ config, ... }: let cfg = config.hypervisor.site; in { x = { inherit (cfg) ", &all),
        ("{ ... }: { hypervisor.site = { port = 1; mode = \"a\"; ", &["on", "vms", "mode", "port"]),
        ("{ ... }: { hypervisor.site.vms.db = { ", &["memory"]),
        ("{ config, ... }: { x = n: config.hypervisor.site.vms.${n}.", &["memory"]),
        ("{ ... }: { hypervisor.\"si", &["site"]),
        ("{ ... }: { hypervisor.site.mode = ", &["\"b\"", "\"a\""]),
        ("{ ... }: { hypervisor.site.mode = \"", &["\"b\"", "\"a\""]),
        ("{ ... }: { hypervisor.site.port = ", &["80", "null"]),
        ("{ ... }: { hypervisor.site.on = ", &["true", "false"]),
        ("{ lib, ... }: { options.a = lib.mkOption { ", &["type", "default", "description"]),
        ("{ lib, ... }: { options.a = lib.mkOption { type = ", &["lib.types.str"]),
        ("{ lib, ... }: { x = lib.types.nullO", &["addCheck"]),
        ("{ lib, ... }: { x = builtins.", &["abort"]),
        ("{ con", &["config", "lib"]),
        ("{ imports = [ ./sites/", &["a.nix"]),
        ("{ imports = [ ./si", &["sites/"]),
        ("{ lib, ... }: { options.hypervisor.new = { ", &["enable", "option"]),
        ("{ lib, config, ... }: { x = lib.attrByPath [ \"hypervisor\" \"site\" \"", &all),
        ("", &["module"]),
        ("{ config, ... }: { # config.hypervisor.", &[]),
        ("{ config, ... }: { /* config.hypervisor.", &[]),
        ("{ config, ... }: { x = \"config.hypervisor.", &[]),
        ("{ config, ... }: { x = ''\n config.hypervisor.", &[]),
    ];
    for ((text, expected), version) in places.into_iter().zip(2..) {
        let found = offered(&mut client, version, text, expected.len().max(1)).await;
        assert_eq!(found, expected, "{text}");
    }
}

#[tokio::test]
async fn hover_tells_all_there_is_of_an_option() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    client.initialize(json!({}), &["file:///r"]).await;
    let text = "{ config, lib, ... }: {
  options.hypervisor.site.port = lib.mkOption {
    type = lib.types.port;
    default = 80;
    example = 8080;
    description = \"Where *it* listens, see {option}`a.b`.\";
  };
  imports = [ (lib.mkRenamedOptionModule [ \"hypervisor\" \"p\" ] [ \"hypervisor\" \"site\" \"port\" ]) ];
  config.hypervisor.site.port = lib.mkIf config.x (lib.mkForce 81);
  config.y = config.hypervisor.site.port;
  config.z = config.hypervisor.p;
}
";
    client.open(FILE, 1, text);
    let hover_at = async |client: &mut LspClient, line: u32, character: u32| {
        let position = json!({"line": line, "character": character});
        let params = json!({"textDocument": {"uri": FILE}, "position": position});
        client.request("textDocument/hover", params).await
    };
    let hover = hover_at(&mut client, 8, 27).await;
    assert_eq!(hover["contents"]["kind"], "markdown");
    assert_eq!(
        hover["contents"]["value"],
        "### `hypervisor.site.port`

*type*: 16 bit unsigned integer; between 0 and 65535 (both inclusive)

*default*: `80`

*example*: `8080`

Where *it* listens, see `a.b`.

Declared in `a.nix:2`

Set in 1 place:
- `a.nix:9` if `config.x`, priority 50 (`mkForce`)

Read in 1 place
"
    );
    assert_eq!(hover["range"]["start"], json!({"line": 8, "character": 25}));
    let hover = hover_at(&mut client, 10, 31).await;
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("Renamed to `hypervisor.site.port`."), "{text}");
    let hover = hover_at(&mut client, 2, 17).await;
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.starts_with("### `lib.types`"), "{text}");
}

#[tokio::test]
async fn documentation_comes_when_an_item_is_looked_at() {
    let plain = completing(json!({"documentationFormat": ["plaintext"]}));
    for (capabilities, expected) in [(json!({}), "As `x`."), (plain, "As x.")] {
        let (mut client, _server) = opened(capabilities, json!({})).await;
        let list = client.request("textDocument/completion", at("mkIf cfg.")).await;
        let resolved =
            client.request("completionItem/resolve", item(&list, "odd name").clone()).await;
        assert_eq!(resolved["label"], "odd name");
        let text = resolved["documentation"]["value"].as_str().unwrap();
        assert!(text.starts_with(expected), "{text}");

        let list = client.request("textDocument/completion", at("type = lib.")).await;
        let resolved = client.request("completionItem/resolve", item(&list, "mkIf").clone()).await;
        assert!(resolved["documentation"]["value"].as_str().unwrap().contains("condition"));
    }
    // An item that is none of ours comes back as it is.
    let (mut client, _server) = opened(json!({}), json!({})).await;
    let foreign = json!({"label": "x", "data": {"document": "file:///r/no.nix", "option": ["a"]}});
    assert_eq!(client.request("completionItem/resolve", foreign.clone()).await, foreign);
}

#[tokio::test]
async fn hover_in_plain_text() {
    let capabilities = json!({"textDocument": {"hover": {"contentFormat": ["plaintext"]}}});
    let (mut client, _server) = opened(capabilities, json!({})).await;
    let hover = client.request("textDocument/hover", at("lib.mkI")).await;
    assert_eq!(hover["contents"]["kind"], "plaintext");
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.starts_with("lib.mkIf\n") && !text.contains('`'), "{text}");
}

#[tokio::test]
async fn signatures_point_at_the_argument() {
    let (mut client, _server) = opened(json!({}), json!({})).await;
    let help = client.request("textDocument/signatureHelp", at("mkIf ")).await;
    assert_eq!(help["activeParameter"], 0);
    assert_eq!(help["signatures"][0]["parameters"][0]["label"], "(condition : Bool)");
    let help = client.request("textDocument/signatureHelp", at("mkIf cfg.enable ")).await;
    assert_eq!(help["activeParameter"], 1);
    let offsets = json!({"textDocument": {"signatureHelp": {"signatureInformation": {
        "parameterInformation": {"labelOffsetSupport": true}
    }}}});
    let (mut client, _server) = opened(offsets, json!({})).await;
    let help = client.request("textDocument/signatureHelp", at("type = lib.types.b")).await;
    let active = help["activeParameter"].as_u64().unwrap() as usize;
    let offsets = &help["signatures"][0]["parameters"][active]["label"];
    let (start, end) = (offsets[0].as_u64().unwrap(), offsets[1].as_u64().unwrap());
    let label = help["signatures"][0]["label"].as_str().unwrap();
    assert_eq!(&label[start as usize..end as usize], "type : OptionType");
}

#[tokio::test]
async fn hints_follow_the_settings() {
    let everything = json!({
        "textDocument": { "uri": FILE },
        "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } },
    });
    let labels = |hints: Value| -> Vec<String> {
        let hints = hints.as_array().cloned().unwrap_or_default();
        hints.iter().map(|hint| hint["label"].as_str().unwrap().to_owned()).collect()
    };
    let capabilities = json!({"workspace": {"inlayHint": {"refreshSupport": true}}});
    let (mut client, _server) = opened(capabilities, json!({})).await;
    client.diagnostics(FILE, 1).await;
    let hints = client.request("textDocument/inlayHint", everything.clone()).await;
    assert_eq!(labels(hints), [""; 0]);
    let settings = json!({"settings": {"inlay-hints": {"types": true}}});
    client.notify("workspace/didChangeConfiguration", settings);
    client.wait_for("workspace/inlayHint/refresh", |_| true).await;
    let hints = client.request("textDocument/inlayHint", everything).await;
    assert_eq!(hints[0]["position"], json!({"line": 7, "character": 54}));
    assert_eq!(labels(hints), [": boolean"]);
}

#[tokio::test]
async fn each_kind_of_hint_can_be_had_alone() {
    let body = "    x = 1;\n".repeat(30);
    let text = format!(
        "{{ config, lib, ... }}:
let hv = config.hypervisor; cfg = hv.web; in {{
  options.hypervisor.web.port = lib.mkOption {{ type = lib.types.port; default = 80; }};
  config.hypervisor.web.port = 1;
  config.y = {{
{body}  }};
}}
"
    );
    let everything = json!({
        "textDocument": { "uri": FILE },
        "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } },
    });
    for (kind, expected) in [
        ("types", ": 16 bit unsigned integer"),
        ("aliases", " → config.hypervisor.web"),
        ("closings", " config.y"),
    ] {
        let settings = json!({"inlay-hints": {kind: true}});
        let (mut client, _server) = opened(json!({}), settings).await;
        client.change(FILE, 2, &text);
        client.diagnostics(FILE, 2).await;
        let hints = client.request("textDocument/inlayHint", everything.clone()).await;
        let labels: Vec<&Value> = hints.as_array().unwrap().iter().map(|it| &it["label"]).collect();
        assert_eq!(labels, [expected], "{kind}");
        if kind == "types" {
            assert_eq!(hints[0]["tooltip"]["value"], "*default*: `80`");
        }
    }
}

/// The tokens' texts with their kinds, from the numbers.
fn decoded(data: &Value, text: &str, legend: &Value) -> Vec<String> {
    let numbers: Vec<u64> =
        data.as_array().into_iter().flatten().filter_map(|it| it.as_u64()).collect();
    let lines: Vec<&str> = text.split('\n').collect();
    let (mut line, mut column) = (0, 0);
    let mut out = Vec::new();
    for token in numbers.chunks(5) {
        column = if token[0] == 0 { column + token[1] } else { token[1] };
        line += token[0];
        let units: Vec<u16> = lines[line as usize].encode_utf16().collect();
        let word = &units[column as usize..(column + token[2]) as usize];
        let mut shown = String::from_utf16_lossy(word);
        shown.push_str(&format!(
            " {}",
            legend["tokenTypes"][token[3] as usize].as_str().unwrap_or("?")
        ));
        for (bit, name) in legend["tokenModifiers"].as_array().into_iter().flatten().enumerate() {
            if token[4] & (1 << bit) != 0 {
                shown.push_str(&format!(" {}", name.as_str().unwrap_or("?")));
            }
        }
        out.push(shown);
    }
    out
}

#[tokio::test]
async fn tokens_in_full_in_part_and_as_a_difference() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    let capabilities = client.initialize(json!({}), &["file:///r"]).await;
    let legend = &capabilities["semanticTokensProvider"]["legend"];
    client.open(FILE, 1, TEXT);
    let document = json!({ "textDocument": { "uri": FILE } });
    let full = client.request("textDocument/semanticTokens/full", document).await;
    let tokens = decoded(&full["data"], TEXT, legend);
    for expected in [
        "cfg variable declaration alias",
        "enable property declaration enable",
        "mkIf function defaultLibrary",
        "bool type defaultLibrary",
        "\"odd name\" property declaration",
        "enable property definition enable",
    ] {
        assert!(tokens.iter().any(|token| token == expected), "{expected}: {tokens:#?}");
    }

    let line = json!({
        "textDocument": { "uri": FILE },
        "range": { "start": { "line": 7, "character": 0 }, "end": { "line": 8, "character": 0 } },
    });
    let part = client.request("textDocument/semanticTokens/range", line).await;
    let part = decoded(&part["data"], TEXT, legend);
    assert_eq!(part, tokens[tokens.len() - part.len()..]);
    assert_eq!(part[0], "lib namespace defaultLibrary");

    let edited = TEXT.replace("cfg.enable {", "cfg.missing {");
    client.change(FILE, 2, &edited);
    let delta = |id: &Value| json!({"textDocument": {"uri": FILE}, "previousResultId": id});
    let answer =
        client.request("textDocument/semanticTokens/full/delta", delta(&full["resultId"])).await;
    let edit = &answer["edits"][0];
    let mut numbers = full["data"].as_array().unwrap().clone();
    let start = edit["start"].as_u64().unwrap() as usize;
    let end = start + edit["deleteCount"].as_u64().unwrap() as usize;
    numbers.splice(start..end, edit["data"].as_array().unwrap().clone());
    let after = decoded(&Value::Array(numbers), &edited, legend);
    assert!(end - start < full["data"].as_array().unwrap().len() / 2);
    assert!(after.iter().any(|token| token.starts_with("missing property")), "{after:#?}");

    // Nobody knows the first answer any more.
    let answer =
        client.request("textDocument/semanticTokens/full/delta", delta(&full["resultId"])).await;
    assert_eq!(decoded(&answer["data"], &edited, legend), after);
}
