//! An editor and a terminal are told the same.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use test_support::{LspClient, spawn};
use tokio::process::{Child, Command};

const PROGRAM: &str = env!("CARGO_BIN_EXE_hyper-nixos-ls");

/// The sample tree with a module more, in which findings are suppressed and are not.
fn sample() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/hyper"), &root);
    let module = "\
{ config, ... }:
{
  # hyper-nixos-ls: allow(unused-with): here it is
  a = with config; 1;
  b = with config; \"ä\"; # hyper-nixos-ls: allow(unused-with, empty-let)
  c = with config; 3;
  d = \"# hyper-nixos-ls: allow(unused-with)\"; e = with config; 4;
}
";
    fs::write(root.join("modules/suppressed.nix"), module).unwrap();
    (dir, root)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

fn program(args: &[&str], root: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    // What the machine has is no business of the test.
    command.args(args).current_dir(root).env_remove("NIX_PATH").env_remove("RUST_LOG");
    command
}

/// What `check --format json` prints, without what an editor is not told in this form.
async fn checked(root: &Path) -> Vec<Value> {
    let output = program(&["check", "--format", "json"], root).output().await.unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let mut findings: Vec<Value> =
        stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for finding in &mut findings {
        finding.as_object_mut().unwrap().remove("fixable");
    }
    sorted(findings)
}

/// A server for this tree, and an editor that has opened it.
async fn serve(root: &Path) -> (Child, LspClient) {
    let (mut client, server) = spawn(program(&["serve"], root).stderr(Stdio::null())).unwrap();
    let capabilities = json!({
        "textDocument": {
            "diagnostic": {},
            "publishDiagnostics": { "relatedInformation": true },
        },
    });
    client.initialize(capabilities, &[uri(root).trim_end_matches('/')]).await;
    (server, client)
}

fn uri(root: &Path) -> String {
    url::Url::from_directory_path(root).unwrap().to_string()
}

/// The diagnostics of the whole tree that the server answers with, in the form of `check`.
async fn served(client: &mut LspClient, root: &Path) -> Vec<Value> {
    let uri = uri(root);
    let all = client.request("workspace/diagnostic", json!({ "previousResultIds": [] })).await;
    let findings = all["items"].as_array().unwrap().iter().flat_map(|report| {
        let items = report["items"].as_array().unwrap().iter();
        items.map(|item| as_checked(&uri, &report["uri"], item))
    });
    sorted(findings.collect())
}

fn as_checked(root: &str, uri: &Value, item: &Value) -> Value {
    let file = |uri: &Value| uri.as_str().unwrap().strip_prefix(root).unwrap().to_owned();
    let number = |value: &Value| value.as_u64().unwrap() + 1;
    let (start, end) = (&item["range"]["start"], &item["range"]["end"]);
    let related = item["relatedInformation"].as_array().into_iter().flatten().map(|related| {
        let location = &related["location"];
        let start = &location["range"]["start"];
        json!({
            "file": file(&location["uri"]),
            "line": number(&start["line"]),
            "column": number(&start["character"]),
            "message": related["message"],
        })
    });
    let levels = ["error", "warning", "information", "hint"];
    json!({
        "file": file(uri),
        "line": number(&start["line"]),
        "column": number(&start["character"]),
        "endLine": number(&end["line"]),
        "endColumn": number(&end["character"]),
        "rule": item["code"],
        "level": levels[item["severity"].as_u64().unwrap() as usize - 1],
        "message": item["message"],
        "related": related.collect::<Vec<Value>>(),
    })
}

fn sorted(mut findings: Vec<Value>) -> Vec<Value> {
    findings.sort_by_key(Value::to_string);
    findings
}

#[tokio::test]
async fn the_same_findings_in_the_same_words() {
    let (_dir, root) = sample();
    let checked = checked(&root).await;
    let (_server, mut client) = serve(&root).await;
    let served = served(&mut client, &root).await;
    let only = |these: &[Value], others: &[Value]| -> Vec<Value> {
        these.iter().filter(|finding| !others.contains(finding)).cloned().collect()
    };
    assert_eq!(only(&checked, &served), [Value::Null; 0], "in the terminal only");
    assert_eq!(only(&served, &checked), [Value::Null; 0], "in the editor only");
    assert_eq!(checked.len(), served.len());

    // The tree has something to say, and so have its suppressions.
    let lines = |rule: &str| -> Vec<u64> {
        let of_module = checked
            .iter()
            .filter(|it| it["file"] == "modules/suppressed.nix" && it["rule"] == rule);
        let mut lines: Vec<u64> =
            of_module.map(|finding| finding["line"].as_u64().unwrap()).collect();
        lines.sort_unstable();
        lines
    };
    assert_eq!(lines("unused-with"), [6, 7]);
    assert_eq!(lines("unused-suppression"), [5]);
    assert!(checked.iter().any(|finding| finding["related"] != json!([])));
}

#[tokio::test]
async fn of_settings_with_slips_an_editor_uses_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    let settings = "profle = \"guide\"\n[rules]\nunused-with = \"error\"\nempty-let = 1\n";
    fs::write(root.join("hyper-nixos-ls.toml"), settings).unwrap();
    fs::write(root.join("a.nix"), "x: { a = with x; let in 1; }\n").unwrap();
    let place = root.join("hyper-nixos-ls.toml").display().to_string();

    let (_server, mut client) = serve(&root).await;
    for slip in [
        ":1:1: there is no setting `profle`; did you mean `profile`?",
        ":4:13: `rules.empty-let` is a level or a table like `{ level = \"hint\" }`, not a number",
    ] {
        let told = client.wait_for("window/showMessage", |_| true).await;
        assert_eq!(told["message"], format!("{place}{slip}"));
    }
    let levels: Vec<(Value, Value)> = served(&mut client, &root)
        .await
        .into_iter()
        .map(|finding| (finding["rule"].clone(), finding["level"].clone()))
        .collect();
    assert!(levels.contains(&(json!("unused-with"), json!("error"))), "{levels:?}");
    assert!(levels.contains(&(json!("empty-let"), json!("hint"))), "{levels:?}");

    // In a terminal nothing is checked under settings that nobody meant.
    let output = program(&["check"], &root).output().await.unwrap();
    assert_eq!(output.status.code(), Some(2));
}
