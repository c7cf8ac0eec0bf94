use super::client::{read_message, write_message};
use super::*;
use std::io::BufReader;
use tempfile::TempDir;

fn sample() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    SAMPLE.extract(folder.path()).unwrap();
    folder
}

/// The result for a request, by its method and parameters.
type Script = fn(&str, &Value) -> Value;

/// Plays the session against a server that answers from a script, and gives what was shown.
fn play(answer: Script) -> (anyhow::Result<()>, String) {
    let folder = sample();
    let (from_client, to_server) = std::io::pipe().unwrap();
    let (from_server, mut to_client) = std::io::pipe().unwrap();
    let server = thread::spawn(move || {
        let mut from_client = BufReader::new(from_client);
        while let Some(message) = read_message(&mut from_client).unwrap() {
            let method = message["method"].as_str().unwrap_or_default();
            if method == "textDocument/didOpen" {
                let uri = message["params"]["textDocument"]["uri"].clone();
                for code in [UNGUARDED_RULE, RECURSION_RULE] {
                    let diagnostics = json!([{
                        "range": range(30, 2, 30, 8), "severity": 2, "code": code,
                        "message": format!("about {code}"),
                        "relatedInformation": [{
                            "location": { "uri": uri, "range": range(4, 0, 4, 1) },
                            "message": "because of this",
                        }],
                    }]);
                    let published = json!({
                        "jsonrpc": "2.0", "method": "textDocument/publishDiagnostics",
                        "params": { "uri": uri, "diagnostics": diagnostics },
                    });
                    write_message(&mut to_client, &published).unwrap();
                }
                // What servers ask of clients must not keep the client from going on.
                let question = json!({
                    "jsonrpc": "2.0", "id": "q", "method": "workspace/configuration",
                    "params": { "items": [{}, {}] },
                });
                write_message(&mut to_client, &question).unwrap();
            } else if method.is_empty() {
                assert_eq!(message["result"], json!([null, null]));
            } else if let Some(id) = message.get("id") {
                let mut reply = json!({ "jsonrpc": "2.0", "id": id });
                reply["result"] = answer(method, &message["params"]);
                write_message(&mut to_client, &reply).unwrap();
            }
        }
    });
    let mut client = Client::new(to_server, from_server);
    let mut out = Vec::new();
    let stripped: &mut dyn Write = &mut anstream::StripStream::new(&mut out);
    let played = session(&mut client, folder.path(), stripped);
    drop(client);
    server.join().unwrap();
    (played, String::from_utf8(out).unwrap())
}

fn range(line: u32, column: u32, end_line: u32, end_column: u32) -> Value {
    json!({
        "start": { "line": line, "character": column },
        "end": { "line": end_line, "character": end_column },
    })
}

fn good_answers(method: &str, params: &Value) -> Value {
    let uri = params["textDocument"]["uri"].as_str().unwrap_or_default();
    match method {
        "initialize" => json!({ "serverInfo": { "name": "scripted", "version": "1" } }),
        "textDocument/completion" => json!({ "isIncomplete": false, "items": [
            { "label": "workers", "sortText": "b" },
            { "label": "port", "detail": "16 bit unsigned integer", "sortText": "a" },
        ] }),
        "textDocument/hover" => {
            json!({ "contents": { "kind": "markdown", "value": "**port**\n" } })
        }
        "textDocument/definition" => json!([{
            "targetUri": uri, "targetRange": range(0, 0, 2, 0),
            "targetSelectionRange": range(0, 2, 0, 5),
        }]),
        "textDocument/codeAction" => json!([
            { "title": "Something else", "edit": { "changes": {} } },
            { "title": "Guard it", "edit": { "documentChanges": [{
                "textDocument": { "uri": uri, "version": 1 },
                "edits": [{ "range": range(1, 0, 1, 0), "newText": "# lib.mkIf\n" }],
            }] } },
        ]),
        _ => Value::Null,
    }
}

#[test]
fn the_session_shows_every_step() {
    let (played, shown) = play(good_answers);
    played.unwrap();
    for expected in [
        "scripted 1 runs",
        "warning[unguarded-config]: about unguarded-config\n   modules/monitoring/exporter.nix:31:3",
        "modules/experiments/cluster.nix:5 because of this",
        "config.hypervisor.web.\n",
        "port                     16 bit unsigned integer\n   workers",
        "│ **port**",
        "is declared at\n   modules/web/dashboard.nix:1:3",
        "Guard it\n",
        "+# lib.mkIf\n",
    ] {
        assert!(shown.contains(expected), "`{expected}` is missing in\n{shown}");
    }
}

#[test]
fn a_step_without_an_answer_ends_the_session_with_a_reason() {
    let cases: [(Script, &str); 4] = [
        (|method, params| without("textDocument/completion", method, params), "completion: `port`"),
        (|method, params| without("textDocument/hover", method, params), "hover: there is nothing"),
        (
            |method, params| without("textDocument/definition", method, params),
            "go to definition: `config.hypervisor.web.port` leads nowhere",
        ),
        (
            |method, params| without("textDocument/codeAction", method, params),
            "code action: none of the 0 offered actions",
        ),
    ];
    for (answer, reason) in cases {
        let error = play(answer).0.unwrap_err();
        assert!(format!("{error:#}").starts_with(reason), "{error:#}");
    }
}

fn without(left_out: &str, method: &str, params: &Value) -> Value {
    if method == left_out { Value::Null } else { good_answers(method, params) }
}

#[test]
fn a_server_that_goes_away_is_noticed() {
    let (from_server, to_client) = std::io::pipe().unwrap();
    drop(to_client);
    let mut client = Client::new(Vec::new(), from_server);
    let error = client.request("initialize", json!({})).unwrap_err();
    assert_eq!(error.to_string(), "the server is gone");
}

#[test]
fn what_is_typed_can_be_taken_back() {
    let folder = sample();
    let mut buffer = Buffer::open(folder.path(), READER).unwrap();
    let before = buffer.text.clone();
    let line = format!("{TYPED}\n");
    let (change, cursor) = buffer.insert_before(TYPED_ABOVE, &line, TYPED.len()).unwrap();
    assert_eq!(change["contentChanges"][0]["text"], line);
    assert_eq!(cursor["character"], TYPED.len());
    assert!(buffer.line_at(&cursor).unwrap().1.ends_with("config.hypervisor.web."));
    let change = buffer.take_back(&line, TYPED_ABOVE).unwrap();
    assert_eq!(change["textDocument"]["version"], 3);
    assert_eq!(buffer.text, before);
}
