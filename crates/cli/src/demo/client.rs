//! The editor's side of the protocol, as little of it as the demo needs.

use anyhow::{Context, bail};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// In bytes; no server has that much to say to a demo.
const LARGEST_MESSAGE: usize = 64 * 1024 * 1024;

pub struct Client<W> {
    to_server: W,
    from_server: Receiver<anyhow::Result<Value>>,
    last_id: u64,
    /// The latest findings by document.
    published: HashMap<String, Vec<Value>>,
}

impl<W: Write> Client<W> {
    /// Reads what the server sends in a thread of its own, until that ends.
    pub fn new(to_server: W, from_server: impl Read + Send + 'static) -> Client<W> {
        let (sender, receiver) = channel();
        thread::spawn(move || {
            let mut reader = BufReader::new(from_server);
            while let Some(message) = read_message(&mut reader).transpose() {
                let is_broken = message.is_err();
                if sender.send(message).is_err() || is_broken {
                    break;
                }
            }
        });
        Client { to_server, from_server: receiver, last_id: 0, published: HashMap::new() }
    }

    /// The answer's `result`.
    ///
    /// # Errors
    /// If the server answers with an error, not in time, or is gone.
    pub fn request(&mut self, method: &str, params: Value) -> anyhow::Result<Value> {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&message(Some(id), method, params))?;
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let mut received = self
                .receive(deadline)?
                .with_context(|| format!("no answer to `{method}` within {TIMEOUT:?}"))?;
            if received["id"] == id && received.get("method").is_none() {
                if let Some(error) = received.get("error") {
                    bail!("`{method}` was answered with an error: {error}");
                }
                return Ok(received["result"].take());
            }
        }
    }

    pub fn notify(&mut self, method: &str, params: Value) -> anyhow::Result<()> {
        self.send(&message(None, method, params))
    }

    /// Waits until the findings published for a document are as wanted.
    pub fn diagnostics(
        &mut self,
        uri: &str,
        is_enough: impl Fn(&[Value]) -> bool,
    ) -> anyhow::Result<Vec<Value>> {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            match self.published.get(uri) {
                Some(findings) if is_enough(findings) => return Ok(findings.clone()),
                so_far => {
                    let so_far = so_far.map_or(0, Vec::len);
                    self.receive(deadline)?.with_context(|| {
                        format!("nothing like it within {TIMEOUT:?} ({so_far} other findings)")
                    })?;
                }
            }
        }
    }

    /// The next message, after doing what it asks of a client; `None` if the deadline passes first.
    fn receive(&mut self, deadline: Instant) -> anyhow::Result<Option<Value>> {
        let left = deadline.saturating_duration_since(Instant::now());
        let received = match self.from_server.recv_timeout(left) {
            Ok(received) => received.context("the server's message cannot be read")?,
            Err(RecvTimeoutError::Timeout) => return Ok(None),
            Err(RecvTimeoutError::Disconnected) => bail!("the server is gone"),
        };
        match (received["method"].as_str(), received.get("id")) {
            (Some(method), Some(id)) => {
                // Settings are asked for one by one; there are none.
                let result = match (method, received["params"]["items"].as_array()) {
                    ("workspace/configuration", Some(items)) => {
                        json!(vec![Value::Null; items.len()])
                    }
                    _ => Value::Null,
                };
                self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }))?;
            }
            (Some("textDocument/publishDiagnostics"), None) => {
                let params = &received["params"];
                let findings = params["diagnostics"].as_array().cloned().unwrap_or_default();
                let uri = params["uri"].as_str().unwrap_or_default();
                self.published.insert(uri.to_owned(), findings);
            }
            _ => {}
        }
        Ok(Some(received))
    }

    fn send(&mut self, message: &Value) -> anyhow::Result<()> {
        write_message(&mut self.to_server, message).context("the server does not listen any more")
    }
}

fn message(id: Option<u64>, method: &str, params: Value) -> Value {
    let mut message = json!({ "jsonrpc": "2.0", "method": method });
    if let Some(id) = id {
        message["id"] = json!(id);
    }
    if !params.is_null() {
        message["params"] = params;
    }
    message
}

pub fn write_message(to: &mut impl Write, message: &Value) -> anyhow::Result<()> {
    let body = serde_json::to_vec(message)?;
    write!(to, "Content-Length: {}\r\n\r\n", body.len())?;
    to.write_all(&body)?;
    Ok(to.flush()?)
}

/// `None` at the end of the stream.
pub fn read_message(from: &mut impl BufRead) -> anyhow::Result<Option<Value>> {
    let mut length = None;
    loop {
        let mut header = String::new();
        if from.read_line(&mut header)? == 0 {
            return Ok(None);
        }
        let header = header.trim_end();
        if header.is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = Some(value.trim().parse::<usize>().context("the length is no number")?);
        }
    }
    let length = length.context("it has no length")?;
    if length > LARGEST_MESSAGE {
        bail!("it is {length} bytes long");
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok(Some(serde_json::from_slice(&body)?))
}
