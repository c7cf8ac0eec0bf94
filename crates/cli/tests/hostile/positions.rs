//! Places that no text has.

use crate::session::{MODULE, QUESTIONS_AT, Session};
use serde_json::{Value, json};

fn at(line: u64, character: u64) -> Value {
    json!({ "line": line, "character": character })
}

fn edit(start: &Value, end: &Value, text: &str) -> Value {
    json!([{ "range": { "start": start, "end": end }, "text": text }])
}

#[tokio::test]
async fn questions_past_every_end() {
    let mut session = Session::start().await;
    let uri = session.uri("module.nix");
    let most = u64::from(u32::MAX);
    for place in [
        at(0, 0),
        at(3, 1),
        at(4, 0),
        at(0, most),
        at(most, 0),
        at(most, most),
        at(1 << 31, 1 << 31),
    ] {
        session.ask_everything(&uri, &place).await;
    }
    session.is_alive().await;
}

#[tokio::test]
async fn edits_past_every_end_or_backwards() {
    let mut session = Session::start().await;
    let uri = session.uri("module.nix");
    let most = u64::from(u32::MAX);
    session.client.edit(&uri, 2, edit(&at(most, most), &at(most, most), "# one\n"));
    session.client.edit(&uri, 3, edit(&at(2, 5), &at(1, 1), ""));
    session.client.edit(&uri, 4, edit(&at(5, 0), &at(2, 0), "x"));
    session.client.edit(&uri, 5, json!([{ "range": null, "text": MODULE }]));
    session.client.edit(&uri, 6, json!([]));
    session.is_alive().await;
}

#[tokio::test]
async fn versions_that_go_back_or_repeat() {
    let mut session = Session::start().await;
    let uri = session.uri("module.nix");
    for version in [5, 5, 3, -1, i32::MAX, i32::MIN] {
        session.client.change(&uri, version, MODULE);
    }
    session.is_alive().await;
}

#[tokio::test]
async fn places_inside_a_surrogate_pair_and_all_ends_of_lines() {
    let texts = [
        "# \u{1d11e}\u{1d11e}\n",
        "# \u{1d11e}\r",
        "\r\n\r\r\n",
        "\u{feff}# \u{1d11e}\r\n",
        "# \0\u{1d11e}\0\n",
    ];
    for text in texts {
        let mut session = Session::start().await;
        let uri = session.uri("odd.nix");
        session.client.open(&uri, 1, &format!("{text}{MODULE}"));
        for character in 0..7 {
            session.ask_everything(&uri, &at(0, character)).await;
        }
        for (version, character) in (2..).zip(0..7) {
            session.client.edit(&uri, version, edit(&at(0, character), &at(0, character + 1), "z"));
        }
        session.ask_everything(&uri, &at(0, 3)).await;
        session.is_alive().await;
    }
}

/// Such a place is refused, and what is asked next is answered.
#[tokio::test]
async fn places_that_are_no_numbers() {
    let mut session = Session::start().await;
    let uri = session.uri("module.nix");
    let places = [
        json!({ "line": -1, "character": 0 }),
        json!({ "line": 0, "character": -1 }),
        json!({ "line": 0.5, "character": 0 }),
        json!({ "line": "0", "character": "0" }),
        json!({ "line": null, "character": null }),
        json!({ "line": 1_u64 << 32, "character": 0 }),
        json!({ "line": 1e300, "character": 0 }),
        json!({ "line": [0], "character": {} }),
        json!({ "character": 0 }),
        json!([0]),
        json!(0),
        json!(null),
    ];
    for place in &places {
        for question in QUESTIONS_AT {
            let params = json!({
                "textDocument": { "uri": uri },
                "position": place,
                "positions": [place],
                "context": { "includeDeclaration": true },
                "newName": "renamed",
            });
            let id = session.client.ask(&format!("textDocument/{question}"), params);
            let answer = session.client.response(id).await;
            assert_eq!(answer["error"]["code"], -32602, "{question} at {place}: {answer}");
        }
        session.client.edit(&uri, 2, edit(place, place, "lost"));
    }
    session.is_alive().await;
}

#[tokio::test]
async fn ranges_with_their_end_before_their_start() {
    let mut session = Session::start().await;
    let uri = session.uri("module.nix");
    let most = u64::from(u32::MAX);
    for (start, end) in [(at(3, 0), at(0, 0)), (at(1, 9), at(1, 2)), (at(most, 0), at(0, most))] {
        for question in ["codeAction", "semanticTokens/range", "inlayHint", "rangeFormatting"] {
            let params = json!({
                "textDocument": { "uri": uri },
                "range": { "start": start, "end": end },
                "context": { "diagnostics": [] },
                "options": { "tabSize": 2, "insertSpaces": true },
            });
            let id = session.client.ask(&format!("textDocument/{question}"), params);
            session.client.response(id).await;
        }
    }
    session.is_alive().await;
}

#[tokio::test]
async fn ten_thousand_places_in_one_question() {
    let mut session = Session::start().await;
    let uri = session.uri("module.nix");
    let places: Vec<Value> = (0..10_000).map(|n| at(n % 5, n % 90)).collect();
    let params = json!({ "textDocument": { "uri": uri }, "positions": places });
    let selections = session.client.request("textDocument/selectionRange", params).await;
    assert_eq!(selections.as_array().unwrap().len(), 10_000);
}

/// A blank name is refused with a reason; none of the others costs more than its own answer.
#[tokio::test]
async fn names_that_are_none() {
    let mut session = Session::start().await;
    let uri = session.uri("module.nix");
    let megabyte = "x".repeat(1 << 20);
    let names = [
        "",
        " ",
        "\"",
        "\"\"",
        "''",
        "${x}",
        "a b",
        "a\nb",
        "\0",
        "\u{1d11e}",
        "\u{202e}x",
        "let",
        ".",
        "a.",
        "..",
        "1",
        "-",
        "*",
        "<name>",
        "/*",
        "#",
        "}",
        "\\",
        "../../x",
        &megabyte,
    ];
    for name in names {
        // An option's last name, a name of `lib`, an argument.
        for place in [at(1, 26), at(1, 34), at(0, 3)] {
            let params =
                json!({ "textDocument": { "uri": uri }, "position": place, "newName": name });
            let id = session.client.ask("textDocument/rename", params);
            let answer = session.client.response(id).await;
            if name.trim().is_empty() {
                assert!(answer["error"]["message"].is_string(), "{name:?}: {answer}");
            }
        }
    }
    session.is_alive().await;
}
