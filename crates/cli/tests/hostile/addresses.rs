//! Documents under addresses that are none, and documents that are not as they should be.

use crate::session::{MODULE, Session};
use serde_json::{Value, json};

#[tokio::test]
async fn addresses_of_all_kinds() {
    let mut session = Session::start().await;
    let long = format!("file:///{}.nix", "x".repeat(100_000));
    let deep = format!("file://{}a.nix", "/a".repeat(10_000));
    let root = session.root.display().to_string();
    let addresses = [
        "untitled:One",
        "untitled:Untitled-1",
        "git:/x/module.nix?ref",
        "vscode-notebook-cell:/a#1",
        "vscode-remote://ssh-remote+host/a.nix",
        "http://example.org/a.nix",
        "data:text/plain,x",
        "file:///",
        "file://",
        "file:",
        "file:///%ff.nix",
        "file:///%00.nix",
        "file:///%2e%2e/%2e%2e/a.nix",
        "file:///%",
        "file:///%zz.nix",
        "file:///a%2Fb.nix",
        "file:///a b.nix",
        "file:///ä.nix",
        "file:///C:/x/module.nix",
        "file:///c%3A/x/module.nix",
        "C:\\x\\module.nix",
        "\\\\server\\share\\module.nix",
        "file://server/share/module.nix",
        "file:////server/share/module.nix",
        "file://user:password@host:80/module.nix",
        "FILE:///nowhere/module.nix",
        "file:///nowhere/module.nix?query#fragment",
        "file:///nowhere/../../../module.nix",
        "file:///nowhere//./module.nix",
        "module.nix",
        "/nowhere/module.nix",
        "",
        " ",
        "\0",
        "\u{202e}",
        "::::",
        &format!("file://{root}/module.nix/below.nix"),
        &format!("file://{root}"),
        &format!("file://{root}/"),
        &long,
        &deep,
    ];
    for address in addresses {
        println!("{}", &address[..address.floor_char_boundary(60)]);
        session.client.open(address, 1, MODULE);
        session.ask_everything(address, &json!({ "line": 2, "character": 70 })).await;
        session.client.change(address, 2, "{ a = ");
        let renamed = json!({ "files": [{ "oldUri": address, "newUri": session.uri("new.nix") }] });
        let id = session.client.ask("workspace/willRenameFiles", renamed.clone());
        session.client.response(id).await;
        session.client.notify("workspace/didRenameFiles", renamed);
        session.client.close(address);
    }
    session.is_alive().await;
}

/// One document under two spellings of its address is one document.
#[tokio::test]
async fn two_spellings_of_one_address() {
    let mut session = Session::start().await;
    let plain = session.uri("module.nix");
    let spelled = plain.replace("module", "%6dodule");
    let symbols = async |session: &mut Session| {
        let mut of_both = Vec::new();
        for uri in [&spelled, &plain] {
            let params = json!({ "textDocument": { "uri": uri } });
            of_both.push(session.client.request("textDocument/documentSymbol", params).await);
        }
        assert_eq!(of_both[0], of_both[1]);
        of_both.remove(0)
    };
    session.client.open(&spelled, 2, "{ }");
    let before = symbols(&mut session).await;
    session.client.change(&plain, 3, MODULE);
    assert_ne!(symbols(&mut session).await, before);
    session.client.close(&spelled);
    session.client.close(&plain);
    session.is_alive().await;
}

#[tokio::test]
async fn documents_opened_twice_closed_twice_and_never_opened() {
    let mut session = Session::start().await;
    let uri = session.uri("module.nix");
    session.client.open(&uri, 1, "{");
    session.client.open(&uri, 7, MODULE);
    let other = session.uri("other.nix");
    session.client.change(&other, 2, "{ }");
    session.client.close(&other);
    session.client.close(&other);
    session.is_alive().await;
}

#[tokio::test]
async fn documents_that_are_no_nix() {
    let mut session = Session::start().await;
    for (file, language) in [
        ("a.txt", "plaintext"),
        ("b.nix", ""),
        ("c", "nix"),
        ("d.nix", "rust"),
        (".nix", "nix"),
        ("flake.lock", "json"),
        ("hyper-nixos-ls.toml", "toml"),
    ] {
        let uri = session.uri(file);
        let document =
            json!({ "uri": uri, "languageId": language, "version": 1, "text": "[ { ( \u{0} " });
        session.client.notify("textDocument/didOpen", json!({ "textDocument": document }));
        session.ask_everything(&uri, &json!({ "line": 0, "character": 2 })).await;
        session.client.edit(&uri, 2, json!([{ "text": "}" }]));
        session.client.close(&uri);
    }
    session.is_alive().await;
}

/// JavaScript's texts may hold halves of characters; they cost no more than themselves.
#[tokio::test]
async fn halves_of_characters() {
    let mut session = Session::start().await;
    let uri = session.uri("module.nix");
    // Before the option, where a text that was lost or shifted would show.
    let insert = |version: i32, character: u32, text: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","method":"textDocument/didChange","params":{{"textDocument":{{"uri":"{uri}","version":{version}}},"contentChanges":[{{"range":{{"start":{{"line":2,"character":{character}}},"end":{{"line":2,"character":{character}}}}},"text":"{text}"}}]}}}}"#
        )
    };
    for (version, character, text) in
        [(2, 0, "/*\\ud83d"), (3, 3, "\\ude00*/"), (4, 0, "/*\\udead\\ud83d\\ude00*/")]
    {
        session.client.send_body(insert(version, character, text).as_bytes());
    }
    let place = json!({ "line": 2, "character": 71 + 6 + 7 });
    let params = json!({ "textDocument": { "uri": uri }, "position": place });
    let hover = session.client.request("textDocument/hover", params).await;
    let shown = hover["contents"]["value"].as_str().unwrap_or_default();
    assert!(shown.contains("hypervisor.web.port"), "{hover}");
    assert_eq!(session.client.answers_to_nobody(), [Value::Null; 0]);
}

/// As an editor with thousands of cursors sends them; each speaks of the text that the one before it left.
#[tokio::test]
async fn ten_thousand_edits_in_one_message() {
    const LINES: u32 = 10_000;
    let mut session = Session::start().await;
    let uri = session.uri("long.nix");
    let text: String = (0..LINES).map(|line| format!("# {line} {}\n", "x".repeat(80))).collect();
    session.client.open(&uri, 1, &text);
    let edits: Vec<Value> = (0..LINES)
        .map(|line| {
            let [start, end] =
                [0, 1].map(|character| json!({ "line": line, "character": character }));
            json!({ "range": { "start": start, "end": end }, "text": "# #" })
        })
        .collect();
    session.client.edit(&uri, 2, Value::Array(edits));
    let last = json!({ "line": LINES - 1, "character": 0 });
    let range = json!({ "start": last, "end": { "line": LINES, "character": 0 } });
    session.client.edit(&uri, 3, json!([{ "range": range, "text": "{ a = let in 1; }" }]));
    let found = session.client.diagnostics(&uri, 3).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["range"]["start"]["line"], LINES - 1);
    session.is_alive().await;
}
