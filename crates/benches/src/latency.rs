//! A language server as a process, and a client that costs next to nothing beside it.

use crate::figures::resident;
use serde_json::{Value, json};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long one answer may take before the server counts as silent.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a server has to do nothing to be at rest; longer than any pause that it makes before it does more.
const REST: Duration = Duration::from_millis(400);
const PUBLISH: &str = "textDocument/publishDiagnostics";

/// A running server. It is told that the client takes what is pushed and nothing else.
pub struct Server {
    child: Child,
    input: ChildStdin,
    output: Receiver<Value>,
    next_id: i64,
    started: Instant,
}

/// One text in the server's hands.
pub struct Open {
    uri: String,
    version: i64,
}

impl Server {
    /// # Errors
    /// If the program cannot be started or ends at once.
    pub fn start(program: &Path, root: &Path) -> io::Result<Server> {
        let started = Instant::now();
        let mut child = Command::new(program)
            .current_dir(root)
            // Options from outside the tree are no part of what is measured.
            .env_remove("NIX_PATH")
            .env_remove("RUST_LOG")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(input), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the server has no pipes"));
        };
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut reader = BufReader::new(stdout);
            while let Ok(message) = read_message(&mut reader) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut server = Server { child, input, output, next_id: 0, started };
        let uri = uri_of(root);
        server.request(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": uri,
                "workspaceFolders": [{ "uri": uri, "name": "tree" }],
                "capabilities": { "textDocument": { "publishDiagnostics": { "versionSupport": true } } },
            }),
        )?;
        server.notify("initialized", json!({}))?;
        Ok(server)
    }

    /// Since the process was started.
    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// # Errors
    /// If the server is gone or silent.
    pub fn request(&mut self, method: &str, params: Value) -> io::Result<Value> {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
        self.wait(PATIENCE, |message| message["id"] == id && message.get("method").is_none())
    }

    /// # Errors
    /// If the server is gone.
    pub fn notify(&mut self, method: &str, params: Value) -> io::Result<()> {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    /// # Errors
    /// If the server is gone.
    pub fn open(&mut self, file: &Path, text: &str) -> io::Result<Open> {
        let uri = uri_of(file);
        let document = json!({ "uri": uri, "languageId": "nix", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }))?;
        Ok(Open { uri, version: 1 })
    }

    /// Puts `text` in place of what stands on `line` from `from` to `to`, columns in UTF-16 units.
    ///
    /// # Errors
    /// If the server is gone.
    pub fn edit(
        &mut self,
        open: &mut Open,
        line: u32,
        [from, to]: [u32; 2],
        text: &str,
    ) -> io::Result<()> {
        open.version += 1;
        let position = |character| json!({ "line": line, "character": character });
        let range = json!({ "start": position(from), "end": position(to) });
        self.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": open.uri, "version": open.version },
                "contentChanges": [{ "range": range, "text": text }],
            }),
        )
    }

    /// Waits for the diagnostics of the text as it is now, if `is_wanted` holds of them.
    ///
    /// # Errors
    /// If the server is gone or silent.
    pub fn diagnostics(
        &mut self,
        open: &Open,
        mut is_wanted: impl FnMut(&[Value]) -> bool,
    ) -> io::Result<()> {
        self.wait(PATIENCE, |message| {
            let params = &message["params"];
            message["method"] == PUBLISH
                && params["uri"] == *open.uri
                && params["version"].as_i64().is_none_or(|told| told == open.version)
                && params["diagnostics"].as_array().is_some_and(|found| is_wanted(found))
        })?;
        Ok(())
    }

    /// Waits for news of a file that is not open.
    ///
    /// # Errors
    /// If the server is gone, or says nothing within `patience`.
    pub fn news_of(&mut self, file: &Path, patience: Duration) -> io::Result<()> {
        let uri = uri_of(file);
        self.wait(patience, |message| {
            message["method"] == PUBLISH && message["params"]["uri"] == *uri
        })?;
        Ok(())
    }

    /// A question about a place in the text.
    ///
    /// # Errors
    /// If the server is gone or silent.
    pub fn ask(&mut self, method: &str, open: &Open, line: u32, column: u32) -> io::Result<Value> {
        let mut params = json!({
            "textDocument": { "uri": open.uri },
            "position": { "line": line, "character": column },
        });
        if method == "textDocument/references" {
            params["context"] = json!({ "includeDeclaration": true });
        }
        self.request(method, params)
    }

    /// Waits until the server has nothing left to do: no message and no time of the processor for a while. Returns
    /// whether it came to that.
    ///
    /// # Errors
    /// If the server is gone.
    pub fn settle(&mut self) -> io::Result<bool> {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            let before = self.processor_time();
            let is_silent = self.receive(REST)?.is_none();
            if is_silent && self.processor_time() == before {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// In MB; `None` where the system does not tell.
    pub fn resident(&self) -> Option<f64> {
        resident(&self.child.id().to_string())
    }

    /// User and system time so far, in the system's own unit; `None` where it does not tell.
    fn processor_time(&self) -> Option<u64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // Behind the program's name, which may have spaces in it.
        let (_, rest) = stat.rsplit_once(')')?;
        let mut times =
            rest.split_whitespace().skip(11).map_while(|field| field.parse::<u64>().ok());
        Some(times.next()? + times.next()?)
    }

    fn send(&mut self, message: &Value) -> io::Result<()> {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len())?;
        self.input.flush()
    }

    fn wait(
        &mut self,
        patience: Duration,
        mut is_wanted: impl FnMut(&Value) -> bool,
    ) -> io::Result<Value> {
        let until = Instant::now() + patience;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let silent = || io::Error::new(io::ErrorKind::TimedOut, "the server is silent");
            let message = self.receive(left)?.ok_or_else(silent)?;
            if is_wanted(&message) {
                return Ok(message);
            }
        }
    }

    /// The next message; `None` if there is none within `patience`.
    fn receive(&mut self, patience: Duration) -> io::Result<Option<Value>> {
        let message = match self.output.recv_timeout(patience) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => return Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(io::Error::other("the server is gone"));
            }
        };
        // A request of the server: whatever it asks for, there is none.
        if let (Some(id), Some(_)) = (message.get("id"), message.get("method")) {
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }))?;
        }
        Ok(Some(message))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Of a path in which nothing needs to be escaped.
fn uri_of(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn read_message(reader: &mut impl BufRead) -> io::Result<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().map_err(io::Error::other)?;
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    serde_json::from_slice(&body).map_err(io::Error::other)
}
