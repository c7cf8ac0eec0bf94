use crate::connect;
use crate::disk::TestDisk;
use serde_json::{Value, json};
use std::sync::Arc;

const A: &str = "file:///r/a.nix";

fn hover_in(uri: &str) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}})
}

#[tokio::test]
async fn a_cancelled_request_is_answered_at_once_however_many_wait() {
    let (disk, go) = TestDisk::held_up();
    let disk = Arc::new(disk);
    let (mut client, _server) = connect(disk.clone());
    let capabilities = json!({"textDocument": {"diagnostic": {}}});
    client.initialize(capabilities, &["file:///r"]).await;
    disk.asked("scan /r []", 1).await;
    let ids: Vec<i64> = (0..300)
        .map(|_| client.ask("workspace/diagnostic", json!({"previousResultIds": []})))
        .collect();
    for id in [ids[0], ids[299]] {
        client.notify("$/cancelRequest", json!({ "id": id }));
        assert_eq!(client.response(id).await["error"]["code"], -32800);
    }
    client.notify("$/cancelRequest", json!({"id": 123_456}));
    go.send(()).unwrap();
    for id in &ids[1..299] {
        assert!(client.response(*id).await["result"]["items"].is_array());
    }
}

#[tokio::test]
async fn texts_that_are_no_files_are_harmless() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    client.initialize(json!({}), &["untitled:folder", "file:///r"]).await;
    for uri in ["untitled:Untitled-1", "git:/r/a.nix?ref=HEAD", "file://host/r/a.nix", "x:"] {
        client.open(uri, 1, "{ }");
        client.change(uri, 2, "{ a = 1; }");
        assert_eq!(client.request("textDocument/hover", hover_in(uri)).await, Value::Null);
        client.close(uri);
    }
    client.open(A, 1, "{ }");
    client.diagnostics(A, 1).await;
}

#[tokio::test]
async fn every_request_has_an_answer_for_a_file_that_nobody_knows() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    client.initialize(json!({}), &["file:///r"]).await;
    let document = json!({"uri": "file:///r/unknown.nix"});
    let range = json!({"start": {"line": 9, "character": 9}, "end": {"line": 0, "character": 0}});
    let context = json!({"diagnostics": []});
    let at = hover_in("file:///r/unknown.nix");
    for (method, params) in [
        ("textDocument/hover", at.clone()),
        ("textDocument/definition", at.clone()),
        ("textDocument/declaration", at.clone()),
        ("textDocument/implementation", at.clone()),
        ("textDocument/typeDefinition", at.clone()),
        ("textDocument/documentHighlight", at.clone()),
        ("textDocument/prepareRename", at.clone()),
        ("textDocument/prepareCallHierarchy", at.clone()),
        ("textDocument/documentSymbol", json!({ "textDocument": document })),
        ("textDocument/foldingRange", json!({ "textDocument": document })),
        ("textDocument/documentLink", json!({ "textDocument": document })),
        ("textDocument/codeLens", json!({ "textDocument": document })),
        (
            "textDocument/formatting",
            json!({
                "textDocument": document,
                "options": {"tabSize": 2, "insertSpaces": true},
            }),
        ),
        (
            "textDocument/selectionRange",
            json!({"textDocument": document, "positions": [{"line": 9, "character": 9}]}),
        ),
        (
            "textDocument/references",
            json!({
                "textDocument": document,
                "position": {"line": 0, "character": 0},
                "context": {"includeDeclaration": true},
            }),
        ),
        (
            "textDocument/rename",
            json!({
                "textDocument": document,
                "position": {"line": 0, "character": 0},
                "newName": "x",
            }),
        ),
        ("textDocument/completion", at.clone()),
        ("textDocument/signatureHelp", at),
        ("textDocument/inlayHint", json!({"textDocument": document, "range": range})),
        ("textDocument/semanticTokens/full", json!({"textDocument": document})),
        (
            "textDocument/semanticTokens/full/delta",
            json!({"textDocument": document, "previousResultId": "1"}),
        ),
        ("textDocument/semanticTokens/range", json!({"textDocument": document, "range": range})),
        (
            "textDocument/codeAction",
            json!({"textDocument": document, "range": range, "context": context}),
        ),
    ] {
        assert_eq!(client.request(method, params).await, Value::Null, "{method}");
    }
    let report =
        client.request("textDocument/diagnostic", json!({ "textDocument": document })).await;
    assert_eq!(report["items"], json!([]));
}

#[tokio::test]
async fn edits_of_what_is_not_open_are_left_out() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    client.initialize(json!({}), &["file:///r"]).await;
    client.change(A, 2, "{ }");
    client.close(A);
    client.open(A, 3, "{ }");
    client.diagnostics(A, 3).await;
}

#[tokio::test]
async fn what_we_can_do_is_what_we_say() {
    let (mut client, _server) = connect(Arc::new(TestDisk::new()));
    let general = json!({"general": {"positionEncodings": ["utf-16", "utf-8"]}});
    let capabilities = client.initialize(general, &["file:///r"]).await;
    let file = |glob: &str, kind: &str| json!({"scheme": "file", "pattern": {"glob": glob, "matches": kind}});
    let any = json!({"filters": [file("**/*", "file"), file("**/*", "folder")]});
    assert_eq!(
        capabilities,
        json!({
            "positionEncoding": "utf-8",
            "textDocumentSync": {"openClose": true, "change": 2, "save": {"includeText": false}},
            "hoverProvider": true,
            "definitionProvider": true,
            "declarationProvider": true,
            "implementationProvider": true,
            "typeDefinitionProvider": true,
            "documentOnTypeFormattingProvider": {
                "firstTriggerCharacter": "}",
                "moreTriggerCharacter": ["]", ")", ";"],
            },
            "referencesProvider": true,
            "documentHighlightProvider": true,
            "documentFormattingProvider": true,
            "executeCommandProvider": {
                "commands": [
                    "hyper-nixos-ls.status",
                    "hyper-nixos-ls.restart",
                    "hyper-nixos-ls.moduleGraph",
                    "hyper-nixos-ls.optionGraph",
                    "hyper-nixos-ls.optionsDocument",
                    "hyper-nixos-ls.optionChildren",
                    "hyper-nixos-ls.optionList",
                    "hyper-nixos-ls.modulePicture",
                    "hyper-nixos-ls.optionPicture",
                    "hyper-nixos-ls.safeFixes",
                    "hyper-nixos-ls.definitions",
                ],
            },
            "documentSymbolProvider": true,
            "workspaceSymbolProvider": true,
            "foldingRangeProvider": true,
            "selectionRangeProvider": true,
            "documentLinkProvider": {"resolveProvider": false},
            "codeLensProvider": {"resolveProvider": true},
            "callHierarchyProvider": true,
            "renameProvider": true,
            "completionProvider": {"resolveProvider": true, "triggerCharacters": [".", "\"", "/"]},
            "signatureHelpProvider": {
                "triggerCharacters": [" ", "{", "("],
                "retriggerCharacters": [";", "=", ")", "]"],
            },
            "inlayHintProvider": true,
            "semanticTokensProvider": {
                "legend": {
                    "tokenTypes": ["property", "namespace", "function", "type", "variable"],
                    "tokenModifiers": [
                        "declaration", "definition", "readonly", "deprecated", "defaultLibrary",
                        "enable", "submodule", "alias", "undeclared",
                    ],
                },
                "full": {"delta": true},
                "range": true,
            },
            "codeActionProvider": {
                "codeActionKinds": ["quickfix", "refactor.rewrite", "source.fixAll.hyper-nixos-ls"],
            },
            "workspace": {
                "workspaceFolders": {"supported": true, "changeNotifications": true},
                "fileOperations": {
                    "didCreate": {"filters": [file("**/*.nix", "file")]},
                    "willRename": any,
                    "didRename": any,
                    "didDelete": any,
                },
            },
        })
    );
}

/// The action on the read of another module's option that adds it to the setting `core`.
async fn core_action(settings: &'static str, capabilities: Value) -> Option<Value> {
    let disk = TestDisk { settings, ..TestDisk::new() };
    let (mut client, _server) = connect(Arc::new(disk));
    client.initialize(capabilities, &["file:///r"]).await;
    client.open(
        "file:///r/b.nix",
        1,
        "{ lib, ... }: { options.hypervisor.b.port = lib.mkOption { type = lib.types.port; }; }",
    );
    client.open(A, 1, "{ config, ... }:\n{ config.x = config.hypervisor.b.port; }");
    client.diagnostics(A, 1).await;
    let place = json!({"line": 1, "character": 20});
    let params = json!({
        "textDocument": {"uri": A},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": []},
    });
    let actions = client.request("textDocument/codeAction", params).await;
    let is_core = |action: &&Value| {
        action["title"] == "Count `hypervisor.b.port` as core in the settings of this tree"
    };
    let mut actions = actions.as_array().into_iter().flatten();
    actions.find(is_core).map(|action| action["edit"].clone())
}

#[tokio::test]
async fn an_option_that_everybody_may_read_is_added_to_the_settings() {
    let edit = core_action("# ä\ncore = [ \"a\" ]\n", json!({})).await.unwrap();
    let at = json!({"line": 1, "character": 12});
    let added = json!([{"range": {"start": at, "end": at}, "newText": ", \"hypervisor.b.port\""}]);
    assert_eq!(edit, json!({"changes": {"file:///r/hyper-nixos-ls.toml": added}}));

    assert_eq!(core_action("", json!({})).await, None, "the client cannot create a file");
    let creates = json!({"workspace": {"workspaceEdit": {
        "documentChanges": true, "resourceOperations": ["create"],
    }}});
    let edit = core_action("", creates.clone()).await.unwrap();
    assert_eq!(edit["documentChanges"][0]["kind"], "create");
    let text = &edit["documentChanges"][1]["edits"][0]["newText"];
    assert_eq!(text, "core = [\"modules/core\", \"hypervisor.b.port\"]\n");
    assert_eq!(core_action("core = 7\n", creates).await, None);
}
