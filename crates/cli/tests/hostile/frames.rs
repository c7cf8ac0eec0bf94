//! Bytes that come in other portions, with other headers or without any.

use crate::session::{MODULE, Session, hover_in};
use serde_json::{Value, json};
use test_support::framed;

/// A request for something that only a server that knows [`MODULE`] can answer.
fn hover(session: &Session, id: &Value) -> String {
    let params = hover_in(&session.uri("module.nix"));
    json!({ "jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": params })
        .to_string()
}

#[tokio::test]
async fn bytes_that_are_no_message() {
    let endless_header = [b"X: ".as_slice(), &vec![b'x'; 1 << 20], b"\r\n\r\n"].concat();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("words", b"hello world\r\n\r\n".to_vec()),
        ("a header without a value", b"Content-Length\r\n\r\n".to_vec()),
        ("a header with an empty value", b"Content-Length:\r\n\r\n".to_vec()),
        ("a negative length", b"Content-Length: -5\r\n\r\n".to_vec()),
        ("a length with a fraction", b"Content-Length: 2.5\r\n\r\n{}".to_vec()),
        ("a length in words", b"Content-Length: five\r\n\r\n".to_vec()),
        ("a length in other digits", "Content-Length: ٢\r\n\r\n{}".into()),
        ("a length of nearly a gigabyte", b"Content-Length: 999999999\r\n\r\n{}".to_vec()),
        ("a length of 2^63", b"Content-Length: 9223372036854775808\r\n\r\n".to_vec()),
        (
            "a length beyond all numbers",
            b"Content-Length: 99999999999999999999999\r\n\r\n".to_vec(),
        ),
        ("no length", b"Content-Type: x\r\n\r\n".to_vec()),
        ("only ends of lines", b"\r\n\r\n\n\n\r\r\n".to_vec()),
        ("a length of nothing", b"Content-Length: 0\r\n\r\n".to_vec()),
        ("an empty body", framed(b"")),
        ("blanks", framed(b"   \r\n  ")),
        ("half an object", framed(b"{\"a\":")),
        ("no UTF-8", framed(b"\xff\xfe\xfd\xfc")),
        ("no UTF-8 in a text", framed(b"{\"jsonrpc\":\"2.0\",\"method\":\"\xc3\x28\"}")),
        ("UTF-16", framed(b"{\0}\0")),
        ("NULs", framed(&[0; 64])),
        ("a header of a megabyte", endless_header),
        ("a thousand headers", [b"X: y\r\n".repeat(1_000).as_slice(), &framed(b"{}")].concat()),
        ("bytes in a header", b"X: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}".to_vec()),
        ("a request of HTTP", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec()),
    ];
    let mut session = Session::start().await;
    for (name, bytes) in cases {
        println!("{name}");
        session.client.send_bytes(&bytes);
        // A header may have taken this message for its own; the next one is whole.
        session.client.notify("$/nothing", Value::Null);
        session.is_alive().await;
    }
}

#[tokio::test]
async fn headers_in_all_their_spellings() {
    let mut session = Session::start().await;
    for (index, before) in [
        "Content-Length: #\r\n\r\n",
        "Content-Length: #\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
        "Content-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length: #\r\n\r\n",
        "content-length: #\r\n\r\n",
        "CONTENT-LENGTH:#\r\ncontent-type:x\r\n\r\n",
        "Content-Length:\t # \r\n\r\n",
        "Content-Length: #\n\n",
        "Content-Type: x\nContent-Length: #\n\n",
        "Content-Length: 0000#\r\n\r\n",
        "Content-Length: 3\r\nContent-Length: #\r\n\r\n",
        "Content-Length: #\r\nX-Unknown: 1\r\n\r\n",
    ]
    .iter()
    .enumerate()
    {
        let id = 10_000 + index as i64;
        let body = hover(&session, &json!(id));
        let header = before.replace('#', &body.len().to_string());
        session.client.send_bytes(format!("{header}{body}").as_bytes());
        let answer = session.client.response(id).await;
        assert!(answer["result"].is_object(), "{before:?}: {answer}");
    }
}

/// What follows is understood again, at the latest from the second message on.
#[tokio::test]
async fn lengths_that_are_not_those_of_the_body() {
    let mut session = Session::start().await;
    let body = hover(&session, &json!(1));
    for difference in [-100, -1, 1, 7, 40, 60, 75, 150] {
        let length = body.len() as i64 + difference;
        session.client.send_bytes(format!("Content-Length: {length}\r\n\r\n{body}").as_bytes());
        session.client.notify("$/nothing", json!({ "text": MODULE }));
        session.client.notify("$/nothing", json!({ "text": MODULE }));
        session.is_alive().await;
    }
}

#[tokio::test]
async fn messages_in_many_portions_and_many_in_one() {
    let mut session = Session::start().await;
    let one = framed(hover(&session, &json!(70_000)).as_bytes());
    for byte in &one {
        session.client.send_bytes(&[*byte]);
    }
    assert!(session.client.response(70_000).await["result"].is_object());

    let many: Vec<u8> =
        (70_001..71_000).flat_map(|id| framed(hover(&session, &json!(id)).as_bytes())).collect();
    for part in many.chunks(4_093) {
        session.client.send_bytes(part);
    }
    for id in 70_001..71_000 {
        assert!(session.client.response(id).await["result"].is_object());
    }
}
