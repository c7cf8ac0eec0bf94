use crate::connect;
use crate::disk::TestDisk;
use serde_json::{Value, json};
use std::sync::Arc;

#[tokio::test]
async fn initialization_options_are_settings_with_or_without_the_key() {
    for options in [json!({"profile": "nixos"}), json!({"hyper-nixos-ls": {"profile": "nixos"}})] {
        let disk = Arc::new(TestDisk::new());
        let (mut client, _server) = connect(disk.clone());
        let params =
            json!({"capabilities": {}, "rootUri": "file:///r", "initializationOptions": options});
        client.initialize_with(params).await;
        disk.asked(r#"configure /r {"profile":"nixos"}"#, 1).await;
    }
}

#[tokio::test]
async fn the_first_scan_already_knows_what_the_client_has_set() {
    let disk = Arc::new(TestDisk::new());
    let (mut client, _server) = connect(disk.clone());
    client.reply_to("workspace/configuration", |params| {
        assert_eq!(params["items"][0]["section"], "hyper-nixos-ls");
        Some(json!([{"exclude": ["old"]}]))
    });
    client.initialize(json!({"workspace": {"configuration": true}}), &["file:///r"]).await;
    disk.asked(r#"scan /r ["old"]"#, 1).await;
    assert_eq!(
        disk.everything_asked(),
        [r#"configure /r {"exclude":["old"]}"#, r#"scan /r ["old"]"#]
    );
}

#[tokio::test]
async fn a_change_of_settings_is_live() {
    let disk = Arc::new(TestDisk::new());
    let (mut client, _server) = connect(disk.clone());
    client.initialize(json!({}), &["file:///r"]).await;
    disk.asked("scan /r []", 1).await;

    let change = |settings: Value| json!({ "settings": settings });
    let settings = json!({"hyper-nixos-ls": {"profile": "nixos"}});
    client.notify("workspace/didChangeConfiguration", change(settings));
    disk.asked(r#"configure /r {"profile":"nixos"}"#, 1).await;
    client.notify("workspace/didChangeConfiguration", change(json!({"exclude": ["x"]})));
    disk.asked(r#"scan /r ["x"]"#, 1).await;
    client.notify("workspace/didChangeConfiguration", change(json!({})));
    disk.asked("scan /r []", 2).await;
}

#[tokio::test]
async fn a_change_without_settings_makes_us_ask() {
    let disk = Arc::new(TestDisk::new());
    let (mut client, _server) = connect(disk.clone());
    client.initialize(json!({"workspace": {"configuration": true}}), &["file:///r"]).await;
    disk.asked("scan /r []", 1).await;
    client.reply_to("workspace/configuration", |_| Some(json!([{"profile": "nixos"}])));
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    disk.asked(r#"configure /r {"profile":"nixos"}"#, 1).await;
}

#[tokio::test]
async fn problems_are_shown_once() {
    let problems = vec!["`profle` is no setting; did you mean `profile`?"];
    let disk = Arc::new(TestDisk { problems, ..TestDisk::new() });
    let (mut client, _server) = connect(disk.clone());
    client.initialize(json!({}), &["file:///r"]).await;
    let told = client.wait_for("window/showMessage", |_| true).await;
    assert_eq!(told["message"], "`profle` is no setting; did you mean `profile`?");

    let settings = json!({"settings": {"profile": "nixos"}});
    client.notify("workspace/didChangeConfiguration", settings);
    disk.asked(r#"configure /r {"profile":"nixos"}"#, 1).await;
    client.open("file:///r/a.nix", 1, "{ }");
    client.diagnostics("file:///r/a.nix", 1).await;
    assert_eq!(client.seen("window/showMessage").len(), 1);
}
