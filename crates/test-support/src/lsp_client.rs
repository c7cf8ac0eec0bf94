use serde_json::{Value, json};
use std::collections::HashMap;
use std::io;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, watch};

/// How long a test waits for something that must come, before it fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(30);

/// From one try to the next, where something is a moment away and nothing tells of it.
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// What comes of something that must come; panics where it takes half a minute.
pub async fn in_time<T>(what: &str, it: impl Future<Output = T>) -> T {
    let Ok(it) = tokio::time::timeout(PATIENCE, it).await else { panic!("{what} did not come") };
    it
}

/// The bytes of a message with this body.
pub fn framed(body: &[u8]) -> Vec<u8> {
    [format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

/// Starts a server with pipes to it and from it; it ends with whoever holds it. Must be called inside a tokio
/// runtime.
pub fn spawn(command: &mut Command) -> io::Result<(LspClient, Child)> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut server = command.spawn()?;
    let no_pipe = || io::Error::other("no pipe to the server");
    let output = server.stdout.take().ok_or_else(no_pipe)?;
    let input = server.stdin.take().ok_or_else(no_pipe)?;
    Ok((LspClient::new(output, input), server))
}

type Replies = HashMap<String, Box<dyn Fn(&Value) -> Option<Value> + Send>>;

/// An editor, as far as the protocol can tell. It keeps everything that the server sends, and answers
/// the server's requests by itself.
///
/// Its methods panic where the server does what no server may do, or nothing for half a minute.
pub struct LspClient {
    output: mpsc::UnboundedSender<Vec<u8>>,
    inbox: watch::Receiver<Vec<Message>>,
    /// The other end of the inbox.
    arrived: Arc<watch::Sender<Vec<Message>>>,
    replies: Arc<Mutex<Replies>>,
    next_id: i64,
    /// How many of the inbox' messages [`LspClient::wait_for`] has passed, by method.
    passed: HashMap<String, usize>,
}

/// Something that the server sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    Notification {
        method: String,
        params: Value,
    },
    Request {
        method: String,
        params: Value,
    },
    Response(Value),
    /// The server has closed its output.
    End,
}

impl LspClient {
    /// Must be called inside a tokio runtime.
    pub fn new(
        reader: impl AsyncRead + Unpin + Send + 'static,
        mut writer: impl AsyncWrite + Unpin + Send + 'static,
    ) -> LspClient {
        let (output, mut lines) = mpsc::unbounded_channel::<Vec<u8>>();
        let (arrived, inbox) = watch::channel(Vec::new());
        let arrived = Arc::new(arrived);
        let replies: Arc<Mutex<Replies>> = Arc::default();
        tokio::spawn(async move {
            while let Some(bytes) = lines.recv().await {
                if writer.write_all(&bytes).await.is_err() || writer.flush().await.is_err() {
                    return;
                }
            }
            // The client is gone; whoever reads is to see the end.
            let _ = writer.shutdown().await;
        });
        let passed = HashMap::default();
        let client =
            LspClient { output, inbox, arrived: arrived.clone(), replies, next_id: 0, passed };
        let (output, replies) = (client.output.downgrade(), client.replies.clone());
        tokio::spawn(async move {
            let mut reader = BufReader::new(reader);
            while let Some(message) = read(&mut reader).await {
                let method = message["method"].as_str().map(str::to_owned);
                let params = message["params"].clone();
                let message = match (method, message.get("id")) {
                    (Some(method), Some(id)) => {
                        let reply = reply(&replies, &method, &params);
                        if let (Some(output), Some(result)) = (output.upgrade(), reply) {
                            let reply = json!({"jsonrpc": "2.0", "id": id, "result": result});
                            let _ = output.send(framed(reply.to_string().as_bytes()));
                        }
                        Message::Request { method, params }
                    }
                    (Some(method), None) => Message::Notification { method, params },
                    (None, _) => Message::Response(message),
                };
                arrived.send_modify(|inbox| inbox.push(message));
            }
            arrived.send_modify(|inbox| inbox.push(Message::End));
        });
        client
    }

    /// How to answer the server's requests of one method: with a result, or not at all. Without this
    /// they are answered with `null`, and `workspace/configuration` with a `null` for each item.
    pub fn reply_to(&self, method: &str, reply: impl Fn(&Value) -> Option<Value> + Send + 'static) {
        let mut replies = self.replies.lock().expect("no reply panics");
        replies.insert(method.to_owned(), Box::new(reply));
    }

    pub fn notify(&self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends without waiting; the number is for [`LspClient::response`].
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// The whole response to a request, `result` or `error`.
    pub async fn response(&mut self, id: i64) -> Value {
        let wanted = |message: &Message| match message {
            Message::Response(response) if response["id"] == json!(id) => Some(response.clone()),
            _ => None,
        };
        self.find(&format!("a response to request {id}"), wanted).await
    }

    /// Asks, and waits for the result; panics on an error.
    #[track_caller]
    pub fn request(&mut self, method: &str, params: Value) -> impl Future<Output = Value> {
        let id = self.ask(method, params);
        let method = method.to_owned();
        async move {
            let response = self.response(id).await;
            match response.get("result") {
                Some(result) => result.clone(),
                None => panic!("{method} failed: {response}"),
            }
        }
    }

    /// Asks again until the whole response fits: what the server was told may take a moment to count.
    pub async fn ask_until(
        &mut self,
        method: &str,
        params: &Value,
        fits: impl Fn(&Value) -> bool,
    ) -> Value {
        let answer = async {
            loop {
                let id = self.ask(method, params.clone());
                let response = self.response(id).await;
                if fits(&response) {
                    return response;
                }
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
        };
        in_time(&format!("a fitting response to {method}"), answer).await
    }

    /// `initialize` and `initialized` with these capabilities and workspace folders (URIs). Gives the
    /// server's capabilities.
    pub async fn initialize(&mut self, capabilities: Value, folders: &[&str]) -> Value {
        let folders: Vec<Value> =
            folders.iter().map(|uri| json!({"uri": uri, "name": uri})).collect();
        self.initialize_with(json!({
            "processId": null,
            "rootUri": null,
            "capabilities": capabilities,
            "workspaceFolders": folders,
        }))
        .await
    }

    /// The same with all parameters of `initialize`.
    pub async fn initialize_with(&mut self, params: Value) -> Value {
        let result = self.request("initialize", params).await;
        self.notify("initialized", json!({}));
        result["capabilities"].clone()
    }

    pub fn open(&self, uri: &str, version: i32, text: &str) {
        let document = json!({"uri": uri, "languageId": "nix", "version": version, "text": text});
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Replaces the whole text.
    pub fn change(&self, uri: &str, version: i32, text: &str) {
        self.edit(uri, version, json!([{ "text": text }]));
    }

    pub fn edit(&self, uri: &str, version: i32, changes: Value) {
        let document = json!({"uri": uri, "version": version});
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.notify("textDocument/didChange", params);
    }

    pub fn close(&self, uri: &str) {
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }

    /// The next notification or request of this method that fits and was not waited for before; those
    /// that don't fit are passed over.
    pub async fn wait_for(&mut self, method: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let passed = self.passed.get(method).copied().unwrap_or(0);
        let mut inbox = self.inbox.clone();
        let found = async {
            loop {
                let found = {
                    let inbox = inbox.borrow_and_update();
                    let mut all = params_of(&inbox, method).into_iter().enumerate().skip(passed);
                    let found = all.find(|(_, params)| fits(params));
                    assert!(
                        found.is_some() || !inbox.contains(&Message::End),
                        "no {method}: the server has ended"
                    );
                    found
                };
                match found {
                    Some(found) => return found,
                    None => inbox.changed().await.expect("the reading task lives"),
                }
            }
        };
        let (at, params) = in_time(&format!("a fitting {method}"), found).await;
        self.passed.insert(method.to_owned(), at + 1);
        params
    }

    /// The diagnostics published for a version of a document.
    pub async fn diagnostics(&mut self, uri: &str, version: i32) -> Vec<Value> {
        let fits = |params: &Value| params["uri"] == uri && params["version"] == version;
        let params = self.wait_for("textDocument/publishDiagnostics", fits).await;
        params["diagnostics"].as_array().cloned().unwrap_or_default()
    }

    /// The parameters of every notification and request of this method that has come so far.
    pub fn seen(&self, method: &str) -> Vec<Value> {
        params_of(&self.inbox.borrow(), method)
    }

    /// Drops what has come so far, for those who stay for hours; gives how many texts' diagnostics were in it.
    pub fn forget(&mut self) -> usize {
        let published = self.seen("textDocument/publishDiagnostics").len();
        self.passed.clear();
        self.arrived.send_modify(Vec::clear);
        published
    }

    /// All responses so far.
    pub fn responses(&self) -> Vec<Value> {
        let inbox = self.inbox.borrow();
        let responses = inbox.iter().filter_map(|message| match message {
            Message::Response(response) => Some(response.clone()),
            _ => None,
        });
        responses.collect()
    }

    /// The responses so far that belong to no request.
    pub fn answers_to_nobody(&self) -> Vec<Value> {
        let responses = self.responses().into_iter();
        responses.filter(|response| response["id"].is_null()).collect()
    }

    /// `shutdown` and `exit`.
    pub async fn shut_down(&mut self) {
        self.request("shutdown", Value::Null).await;
        self.notify("exit", Value::Null);
    }

    /// Waits until the server has closed its output.
    pub async fn end(&mut self) {
        self.find("the end", |message| (*message == Message::End).then_some(())).await;
    }

    pub fn send(&self, message: &Value) {
        self.send_body(message.to_string().as_bytes());
    }

    /// A message with this body, which may be none.
    pub fn send_body(&self, body: &[u8]) {
        self.send_bytes(&framed(body));
    }

    /// Anything, also what is no message.
    pub fn send_bytes(&self, bytes: &[u8]) {
        // A server that has ended is for the test to notice by what it waits for.
        let _ = self.output.send(bytes.to_vec());
    }

    /// The first message, also a past one, for which `wanted` gives something.
    pub async fn find<T>(&mut self, what: &str, wanted: impl Fn(&Message) -> Option<T>) -> T {
        let mut inbox = self.inbox.clone();
        let found = async {
            loop {
                let (found, ended) = {
                    let inbox = inbox.borrow_and_update();
                    (inbox.iter().find_map(&wanted), inbox.contains(&Message::End))
                };
                match found {
                    Some(found) => return found,
                    None => assert!(!ended, "no {what}: the server has ended"),
                }
                inbox.changed().await.expect("the reading task lives");
            }
        };
        in_time(what, found).await
    }
}

fn params_of(inbox: &[Message], wanted: &str) -> Vec<Value> {
    let params = inbox.iter().filter_map(|message| match message {
        Message::Notification { method, params } | Message::Request { method, params }
            if method == wanted =>
        {
            Some(params.clone())
        }
        _ => None,
    });
    params.collect()
}

fn reply(replies: &Mutex<Replies>, method: &str, params: &Value) -> Option<Value> {
    if let Some(reply) = replies.lock().expect("no reply panics").get(method) {
        return reply(params);
    }
    match params["items"].as_array() {
        Some(items) if method == "workspace/configuration" => {
            Some(Value::Array(vec![Value::Null; items.len()]))
        }
        _ => Some(Value::Null),
    }
}

async fn read(reader: &mut (impl AsyncBufReadExt + Unpin)) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().expect("a length"),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).await.ok()?;
    Some(serde_json::from_slice(&body).expect("the server writes JSON"))
}
