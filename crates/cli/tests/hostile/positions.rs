//! Places that no text has.

use crate::session::{MODULE, Session};
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
