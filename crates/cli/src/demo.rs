//! `demo`: a real editing session on a sample tree, editor and server as two processes, shown in the
//! terminal step by step.

mod buffer;
mod client;
mod screen;

#[cfg(test)]
mod tests;

use anyhow::{Context, bail};
use buffer::Buffer;
use client::Client;
use include_dir::{Dir, include_dir};
use screen::Screen;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use url::Url;

static SAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../samples/hyper");

/// The sample's places that the session visits, found by their text.
const UNGUARDED: &str = "modules/monitoring/exporter.nix";
const UNGUARDED_RULE: &str = "unguarded-config";
const RECURSIVE: &str = "modules/experiments/cluster.nix";
const RECURSION_RULE: &str = "infinite-recursion";
const READER: &str = "modules/web/dashboard.nix";
/// The line in [`READER`] above which a new one is typed.
const TYPED_ABOVE: &str = "    systemd.tmpfiles.rules";
const TYPED: &str = "    services.example.port = config.hypervisor.web.";
const EXPECTED_COMPLETION: &str = "port";
/// A read of an option in [`READER`]; the cursor stands on its last name.
const READ: &str = "config.hypervisor.web.port";

/// Until a server that was told to exit must be gone.
const EXIT_TIMEOUT: Duration = Duration::from_secs(5);

pub fn run(out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    SAMPLE.extract(folder.path()).context("cannot write the sample tree")?;
    let root = folder.path().canonicalize().context("cannot find the sample tree")?;

    let mut server = Server::start(&root)?;
    let (to_server, from_server) = server.streams()?;
    let mut client = Client::new(to_server, from_server);
    let played = session(&mut client, &root, out);
    out.flush()?;
    // The server's input ends with the client.
    drop(client);
    if let Err(error) = played {
        let log = server.stop();
        bail!("the demo stopped: {error:#}{log}");
    }
    server.wait()?;
    Ok(ExitCode::SUCCESS)
}

/// Every step asks for something and fails if the answer is not what an editor needs.
fn session<W: Write>(
    client: &mut Client<W>,
    root: &Path,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut screen = Screen::new(root, out);
    start(client, root, &mut screen).context("starting the server")?;

    screen.heading(
        "Findings as you open a file",
        "The whole tree was read at the start; nothing was evaluated, no Nix is needed.",
    )?;
    let unguarded = Buffer::open(root, UNGUARDED)?;
    let finding = findings(client, &unguarded, UNGUARDED_RULE, &mut screen)?;
    let recursive = Buffer::open(root, RECURSIVE)?;
    findings(client, &recursive, RECURSION_RULE, &mut screen)?;

    let mut reader = Buffer::open(root, READER)?;
    client.notify("textDocument/didOpen", reader.did_open())?;
    completion(client, &mut reader, &mut screen).context("completion")?;
    hover(client, &reader, &mut screen).context("hover")?;
    definition(client, &reader, &mut screen).context("go to definition")?;
    code_action(client, &unguarded, &finding, &mut screen).context("code action")?;

    client.request("shutdown", Value::Null).context("shutdown")?;
    client.notify("exit", Value::Null)?;
    screen.end()
}

fn start<W: Write>(
    client: &mut Client<W>,
    root: &Path,
    screen: &mut Screen<'_>,
) -> anyhow::Result<()> {
    let Ok(root_uri) = Url::from_directory_path(root) else {
        bail!("{} has no address", root.display());
    };
    let asked = Instant::now();
    let answer = client.request(
        "initialize",
        json!({
            "processId": std::process::id(),
            "clientInfo": { "name": "hyper-nixos-ls demo", "version": env!("CARGO_PKG_VERSION") },
            "rootUri": root_uri.as_str(),
            "workspaceFolders": [{ "uri": root_uri.as_str(), "name": "sample" }],
            "capabilities": {
                "textDocument": {
                    "publishDiagnostics": { "relatedInformation": true, "versionSupport": true },
                    "completion": {
                        "completionItem": { "documentationFormat": ["markdown", "plaintext"] },
                    },
                    "hover": { "contentFormat": ["markdown", "plaintext"] },
                    "definition": { "linkSupport": true },
                    "codeAction": {
                        "codeActionLiteralSupport": {
                            "codeActionKind": { "valueSet": ["quickfix", "refactor.rewrite"] },
                        },
                    },
                },
                "workspace": { "workspaceEdit": { "documentChanges": true } },
            },
        }),
    )?;
    let time = asked.elapsed();
    client.notify("initialized", json!({}))?;
    let info = &answer["serverInfo"];
    let name = info["name"].as_str().unwrap_or("The server");
    let version = info["version"].as_str().unwrap_or_default();
    screen.line(&format!("{name} {version} runs as a process of its own, as under an editor."))?;
    screen.answered(time)
}

/// Opens the file and shows what is said about it; returns the finding of `rule`.
fn findings<W: Write>(
    client: &mut Client<W>,
    buffer: &Buffer,
    rule: &str,
    screen: &mut Screen<'_>,
) -> anyhow::Result<Value> {
    let asked = Instant::now();
    client.notify("textDocument/didOpen", buffer.did_open())?;
    let is_wanted = |finding: &Value| finding["code"] == rule;
    let findings = client
        .diagnostics(&buffer.uri, |findings| findings.iter().any(is_wanted))
        .with_context(|| format!("waiting for the finding `{rule}` in {}", buffer.shown))?;
    let time = asked.elapsed();
    for finding in &findings {
        screen.finding(buffer, finding)?;
    }
    screen.answered(time)?;
    let wanted = findings.into_iter().find(is_wanted);
    wanted.with_context(|| format!("`{rule}` is not among the findings in {}", buffer.shown))
}

fn completion<W: Write>(
    client: &mut Client<W>,
    buffer: &mut Buffer,
    screen: &mut Screen<'_>,
) -> anyhow::Result<()> {
    screen.heading(
        "Completion in a line that is not finished",
        "Typed into an unsaved buffer: no value yet, no semicolon, and still every option is known.",
    )?;
    let line = format!("{TYPED}\n");
    let (change, cursor) = buffer.insert_before(TYPED_ABOVE, &line, TYPED.len())?;
    client.notify("textDocument/didChange", change)?;
    let asked = Instant::now();
    let answer = client.request(
        "textDocument/completion",
        json!({
            "textDocument": { "uri": buffer.uri },
            "position": cursor,
            "context": { "triggerKind": 2, "triggerCharacter": "." },
        }),
    )?;
    let time = asked.elapsed();
    let mut items = answer["items"].as_array().or(answer.as_array()).cloned().unwrap_or_default();
    let text = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
    items.sort_by_cached_key(|item| {
        let label = text(item, "label");
        (item["sortText"].as_str().map_or_else(|| label.clone(), str::to_owned), label)
    });
    if !items.iter().any(|item| item["label"] == EXPECTED_COMPLETION) {
        bail!("`{EXPECTED_COMPLETION}` is not among the {} offered names", items.len());
    }
    screen.source(buffer, &cursor)?;
    for item in items.iter().take(10) {
        screen.row(&text(item, "label"), &text(item, "detail"))?;
    }
    if items.len() > 10 {
        screen.line(&format!("… and {} more", items.len() - 10))?;
    }
    screen.answered(time)?;
    client.notify("textDocument/didChange", buffer.take_back(&line, TYPED_ABOVE)?)
}

fn hover<W: Write>(
    client: &mut Client<W>,
    buffer: &Buffer,
    screen: &mut Screen<'_>,
) -> anyhow::Result<()> {
    screen.heading(
        "Hover over an option",
        "Type, default and description, as its declaration has them.",
    )?;
    let cursor = buffer.last_name_of(READ)?;
    let asked = Instant::now();
    let answer = client.request(
        "textDocument/hover",
        json!({ "textDocument": { "uri": buffer.uri }, "position": cursor }),
    )?;
    let time = asked.elapsed();
    let text = markup(&answer["contents"]);
    if text.trim().is_empty() {
        bail!("there is nothing to show for `{READ}`");
    }
    screen.source(buffer, &cursor)?;
    for line in text.trim().lines() {
        screen.quote(line)?;
    }
    screen.answered(time)
}

/// The text of a hover, in any of the forms that the protocol has for it.
fn markup(contents: &Value) -> String {
    match contents {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(markup).collect::<Vec<_>>().join("\n"),
        _ => contents["value"].as_str().unwrap_or_default().to_owned(),
    }
}

fn definition<W: Write>(
    client: &mut Client<W>,
    buffer: &Buffer,
    screen: &mut Screen<'_>,
) -> anyhow::Result<()> {
    screen.heading(
        "From a read to the declaration",
        "Where the option under the cursor comes from.",
    )?;
    let cursor = buffer.last_name_of(READ)?;
    let asked = Instant::now();
    let answer = client.request(
        "textDocument/definition",
        json!({ "textDocument": { "uri": buffer.uri }, "position": cursor }),
    )?;
    let time = asked.elapsed();
    let target = answer.get(0).unwrap_or(&answer);
    let uri = target["targetUri"].as_str().or(target["uri"].as_str());
    let range = target.get("targetSelectionRange").unwrap_or(&target["range"]);
    let uri = uri.with_context(|| format!("`{READ}` leads nowhere"))?;
    let declaring = Buffer::at_uri(screen.root(), uri)?;
    screen.source(buffer, &cursor)?;
    screen.line("is declared at")?;
    screen.source(&declaring, &range["start"])?;
    screen.answered(time)
}

fn code_action<W: Write>(
    client: &mut Client<W>,
    buffer: &Buffer,
    finding: &Value,
    screen: &mut Screen<'_>,
) -> anyhow::Result<()> {
    screen.heading("A fix at a keystroke", "What the editor applies when the fix is chosen.")?;
    let asked = Instant::now();
    let answer = client.request(
        "textDocument/codeAction",
        json!({
            "textDocument": { "uri": buffer.uri },
            "range": finding["range"],
            "context": { "diagnostics": [finding], "triggerKind": 1 },
        }),
    )?;
    let time = asked.elapsed();
    let actions = answer.as_array().map(Vec::as_slice).unwrap_or_default();
    let edited = actions.iter().find_map(|action| {
        let edited = buffer.edited(&action["edit"])?;
        let added = edited.matches("mkIf").count() > buffer.text.matches("mkIf").count();
        added.then_some((action, edited))
    });
    let Some((action, edited)) = edited else {
        bail!("none of the {} offered actions puts `lib.mkIf` around `config`", actions.len());
    };
    screen.line(action["title"].as_str().unwrap_or_default())?;
    screen.diff(buffer, &edited)?;
    screen.answered(time)
}

/// The server's process, which is this very program.
struct Server {
    child: Child,
    log: Option<JoinHandle<String>>,
}

impl Server {
    fn start(root: &Path) -> anyhow::Result<Server> {
        let program = std::env::current_exe().context("cannot find this program")?;
        let mut child = Command::new(program)
            .arg("serve")
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start the server")?;
        // Read as it comes: of a log that nobody reads the server leaves lines out.
        let log = child.stderr.take().map(|mut stderr| {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                // What arrived before an error is all there is to tell.
                let _ = stderr.read_to_end(&mut bytes);
                String::from_utf8_lossy(&bytes).into_owned()
            })
        });
        Ok(Server { child, log })
    }

    fn streams(&mut self) -> anyhow::Result<(impl Write + use<>, impl Read + Send + use<>)> {
        let streams = self.child.stdin.take().zip(self.child.stdout.take());
        streams.context("the server has no input or output")
    }

    /// Ends the process, and tells what it last logged.
    fn stop(mut self) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let log = self.log.take().and_then(|log| log.join().ok()).unwrap_or_default();
        match log.trim() {
            "" => String::new(),
            log => {
                let skipped = log.lines().count().saturating_sub(10);
                let last: Vec<&str> = log.lines().skip(skipped).collect();
                format!("\nThe server's last words:\n{}", last.join("\n"))
            }
        }
    }

    /// A server that was told to exit has to go, and content.
    fn wait(mut self) -> anyhow::Result<()> {
        let asked = Instant::now();
        while asked.elapsed() < EXIT_TIMEOUT {
            match self.child.try_wait().context("cannot wait for the server")? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => bail!("the server ended with {status}{}", self.stop()),
                None => thread::sleep(Duration::from_millis(5)),
            }
        }
        bail!("the server did not exit when it was asked to{}", self.stop());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone in all good cases.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
