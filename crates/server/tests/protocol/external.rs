//! Options from outside the tree, as an editor meets them.

use crate::connect;
use crate::disk::TestDisk;
use serde_json::{Value, json};
use std::sync::Arc;
use test_support::LspClient;

const OPTIONS: &str = r#"{
  "services.web.enable": {
    "loc": ["services", "web", "enable"],
    "type": "boolean",
    "default": {"_type": "literalExpression", "text": "false"},
    "description": "Whether to enable web.",
    "declarations": ["nixos/modules/services/web.nix"]
  },
  "services.mail.port": {"loc": ["services", "mail", "port"], "type": "signed integer"},
  "system.stateVersion": {"loc": ["system", "stateVersion"], "type": "string"}
}"#;

const FILE: &str = "file:///r/a.nix";
const TEXT: &str = "{ config, ... }: { x = config.services.web.enable; services. }";

fn disk() -> Arc<TestDisk> {
    Arc::new(TestDisk { options_json: OPTIONS, ..TestDisk::new() })
}

fn sources(paths: &[&str]) -> Value {
    json!({ "settings": { "option-sources": paths } })
}

fn place(text_before: &str) -> Value {
    json!({
        "textDocument": { "uri": FILE },
        "position": { "line": 0, "character": text_before.len() },
    })
}

async fn offered(client: &mut LspClient) -> Vec<String> {
    let before = &TEXT[..TEXT.len() - " }".len()];
    let items = client.request("textDocument/completion", place(before)).await;
    let labels = items["items"].as_array().into_iter().flatten().map(|item| &item["label"]);
    labels.map(|label| label.as_str().unwrap_or_default().to_owned()).collect()
}

/// A client that has a document open and shows progress.
async fn opened(disk: Arc<TestDisk>, options: Value) -> (LspClient, crate::Server) {
    let (mut client, server) = connect(disk);
    let capabilities = json!({"window": {"workDoneProgress": true}});
    client
        .initialize_with(json!({
            "capabilities": capabilities,
            "rootUri": "file:///r",
            "initializationOptions": options,
        }))
        .await;
    client.open(FILE, 1, TEXT);
    (client, server)
}

/// Waits until a reading of options has ended with this message.
async fn read(client: &mut LspClient, message: &str) {
    let ended = |params: &Value| {
        let token = params["token"].as_str().unwrap_or_default();
        token.contains("/options/") && params["value"]["kind"] == "end"
    };
    let end = client.wait_for("$/progress", ended).await;
    assert_eq!(end["value"]["message"], message);
}

#[tokio::test]
async fn a_source_in_the_settings_brings_completion_and_hover() {
    let (mut client, _server) =
        opened(disk(), json!({"option-sources": ["nixos/options.json"]})).await;
    let begun =
        |params: &Value| params["value"]["title"] == "Reading options of nixos/options.json";
    client.wait_for("$/progress", begun).await;
    read(&mut client, "3 options").await;
    assert_eq!(offered(&mut client).await, ["mail", "web"]);

    let hover = client
        .request("textDocument/hover", place("{ config, ... }: { x = config.services.web.en"))
        .await;
    let text = hover["contents"]["value"].as_str().unwrap();
    for part in ["services.web.enable", "boolean", "false", "Whether to enable web.", "nixpkgs"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn sources_follow_the_settings() {
    let disk = disk();
    let (mut client, _server) = opened(disk.clone(), json!({})).await;
    client.diagnostics(FILE, 1).await;
    assert_eq!(offered(&mut client).await, [""; 0]);

    client.notify("workspace/didChangeConfiguration", sources(&["a"]));
    read(&mut client, "3 options").await;
    assert_eq!(offered(&mut client).await, ["mail", "web"]);
    // Other settings are no reason to read them again; a new scan of the tree does not lose them.
    let settings = json!({"settings": {"option-sources": ["a"], "exclude": ["old"]}});
    client.notify("workspace/didChangeConfiguration", settings);
    disk.asked(r#"scan /r ["old"]"#, 1).await;
    assert_eq!(offered(&mut client).await, ["mail", "web"]);

    client.notify("workspace/didChangeConfiguration", sources(&["a", "b"]));
    disk.asked(r#"options /r ["a", "b"]"#, 1).await;
    let asked = disk.everything_asked();
    let asked: Vec<_> = asked.iter().filter(|line| line.starts_with("options")).collect();
    assert_eq!(asked, [r#"options /r ["a"]"#, r#"options /r ["a", "b"]"#]);
}

#[tokio::test]
async fn an_unusable_source_is_told() {
    let disk = Arc::new(TestDisk { options_json: "[]", ..TestDisk::new() });
    let (mut client, _server) = opened(disk, json!({"option-sources": ["mine.json"]})).await;
    let told = client.wait_for("window/showMessage", |_| true).await;
    assert!(
        told["message"].as_str().unwrap().starts_with("mine.json: it is no options.json"),
        "{told}"
    );
    // And everything else works.
    client.diagnostics(FILE, 1).await;
}
