//! The only place that knows tower-lsp: messages in, messages out, and nothing decided in between.
//!
//! Of tower-lsp we use the life cycle (`initialize` … `exit`), the notifications, the requests to the client and the
//! types. Reading, questions and scheduling are ours:
//!
//! - Whatever a message is, it has been sent to the main loop before the next one is looked at, so events arrive there
//!   in the order of the messages. Nobody waits for the answer to a question here (`questions`), and nothing that a
//!   `$/cancelRequest` could wait behind.
//! - `initialize` is answered before anything after it is looked at, so that a client that does not
//!   wait for the answer loses nothing.
//! - A body that is no JSON costs an error response, a broken header is skipped.
//! - `exit`, the end of the input, a broken output and the end of the client's process each end the
//!   loop, whatever the other side of the pipe does.
//!
//! Requests to the client leave from the one task in `outbox`; it waits for every answer to the end,
//! since tower-lsp panics on an answer that nobody waits for.

mod frames;
mod outbox;
mod questions;
mod stdout;
mod surrogates;

pub(crate) use outbox::{Outbox, Outgoing};
pub(crate) use tower_lsp::lsp_types;

use crate::client_process;
use crate::disk::Disk;
use crate::handlers::notifications;
use crate::main_loop::{self, Event, Events, Failure, MainLoop};
use frames::{Frames, encode};
use futures_util::{SinkExt, StreamExt};
use lsp_types::*;
use questions::Pending;
use serde::Serialize;
use serde_json::Value;
use std::future::{Future, poll_fn};
use std::ops::ControlFlow;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use stdout::Stdout;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower_lsp::jsonrpc::{self, Error, ErrorCode, Id, Request, Response};
use tower_lsp::{ClientSocket, LanguageServer, Loopback, LspService};
use tower_service::Service;

/// How long answers under way, and then the output, may take once the end has come.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The protocol's code for what was asked rightly and cannot be done.
const REQUEST_FAILED: i64 = -32803;

/// The protocol's code for what comes before `initialize`.
const NOT_INITIALIZED: i64 = -32002;

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The client had asked for `shutdown` before.
    Orderly,
    /// It had not.
    Unexpected,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        match exit {
            Exit::Orderly => ExitCode::SUCCESS,
            Exit::Unexpected => ExitCode::FAILURE,
        }
    }
}

/// Speaks LSP over standard input and output until the client is done. The caller is to end the
/// process then: a thread may still be stuck in reading standard input.
///
/// # Errors
/// If the operating system gives us no threads.
pub fn run_stdio(disk: Arc<dyn Disk>) -> std::io::Result<Exit> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let exit = runtime.block_on(run(tokio::io::stdin(), Stdout::new(), disk));
    runtime.shutdown_background();
    exit
}

/// Speaks LSP over any pair of pipes, on the caller's tokio runtime.
///
/// # Errors
/// If the operating system gives us no threads.
pub async fn run<R, W>(reader: R, writer: W, disk: Arc<dyn Disk>) -> std::io::Result<Exit>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin + Send + 'static,
{
    let (sender, incoming) = std::sync::mpsc::channel();
    let events = Events::new(sender);
    let (outbox, outgoing) = Outbox::new();
    main_loop::start(events.clone(), incoming, outbox, disk)?;

    let (service, socket) = LspService::new(|client| {
        tokio::spawn(outbox::run(client, outgoing, events.clone()));
        Backend { events: events.clone() }
    });
    let connection = Connection::new(service, socket, writer, events.clone());
    let exit = connection.serve(Frames::new(reader)).await;
    events.send(Event::Exit);
    Ok(exit)
}

/// What leaves: one message, ready to be written.
enum Line {
    Message(Vec<u8>),
    /// Nothing after this.
    End,
}

type Answers = <ClientSocket as Loopback>::ResponseSink;

struct Connection {
    service: LspService<Backend>,
    /// Takes the client's answers to our own requests.
    answers: Answers,
    output: UnboundedSender<Line>,
    writer: JoinHandle<()>,
    pending: Pending,
    events: Events,
    client_ended: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// An `initialize` has been answered.
    initialized: bool,
    /// A `shutdown` has been answered.
    shut_down: bool,
}

impl Connection {
    fn new(
        service: LspService<Backend>,
        socket: ClientSocket,
        writer: impl AsyncWrite + Unpin + Send + 'static,
        events: Events,
    ) -> Connection {
        let (output, lines) = unbounded_channel();
        let (mut requests, answers) = socket.split();
        let own_output = output.clone();
        tokio::spawn(async move {
            while let Some(request) = requests.next().await {
                send(&own_output, &request);
            }
        });
        Connection {
            service,
            answers,
            output,
            writer: tokio::spawn(write(lines, writer)),
            pending: Pending::default(),
            events,
            client_ended: Box::pin(std::future::pending()),
            initialized: false,
            shut_down: false,
        }
    }

    async fn serve<R: AsyncRead + Unpin>(mut self, mut frames: Frames<R>) -> Exit {
        loop {
            // Each branch but the first is the end, so no half-read message is ever lost.
            let body = tokio::select! {
                frame = frames.next() => match frame {
                    Ok(Some(body)) => body,
                    Ok(None) => break,
                    Err(error) => {
                        tracing::error!("the input cannot be read: {error}");
                        break;
                    }
                },
                () = &mut self.client_ended => break,
                _ = &mut self.writer => break,
            };
            let go_on = match parse(&body) {
                Ok(message) => self.receive(message).await,
                Err(error) => {
                    tracing::warn!("a message is no JSON: {error}");
                    self.refuse(Id::Null, Error::parse_error())
                }
            };
            if go_on.is_break() {
                break;
            }
        }
        self.finish().await
    }

    async fn receive(&mut self, mut message: Value) -> ControlFlow<()> {
        let Some(method) = message.get("method").and_then(Value::as_str).map(str::to_owned) else {
            // What has a method of no sort is no answer either.
            let id = message.get("method").and(message.get("id")).cloned();
            return match id.and_then(|id| serde_json::from_value(id).ok()) {
                Some(id) => self.refuse(id, Error::invalid_request()),
                None => self.receive_answer(message).await,
            };
        };
        amend(&method, &mut message);
        let id: Option<Id> =
            message.get("id").cloned().and_then(|id| serde_json::from_value(id).ok());
        if let Some(id) = &id
            && self.initialized
            && !self.shut_down
            && message["jsonrpc"] == "2.0"
            && questions::put(&method, id, &mut message, &self.pending, &self.output, &self.events)
        {
            return ControlFlow::Continue(());
        }
        if method == "$/cancelRequest" && id.is_none() {
            let id = message.pointer("/params/id").cloned();
            if let Some(id) = id.and_then(|id| serde_json::from_value(id).ok()) {
                self.pending.cancel(&id, &self.output);
            }
            return ControlFlow::Continue(());
        }
        let Ok(request) = serde_json::from_value::<Request>(message) else {
            return self.refuse(id.unwrap_or_default(), Error::invalid_request());
        };
        // tower-lsp leaves some of these without an answer, and calls others unknown.
        match (&id, &*method) {
            (Some(id), "exit") => tracing::debug!("exit has the number {id}"),
            (Some(id), _) if self.shut_down => {
                return self.refuse(id.clone(), Error::invalid_request());
            }
            (Some(id), method) if !self.initialized && method != "initialize" => {
                return self.refuse(id.clone(), not_initialized());
            }
            (Some(id), method) if method.starts_with("$/") => {
                return self.refuse(id.clone(), Error::method_not_found());
            }
            // A question that nobody wants to have answered.
            (None, "initialize" | "shutdown") => return ControlFlow::Continue(()),
            _ => {}
        }
        if method == "initialize" {
            self.watch_client(&request);
        }
        if poll_fn(|cx| self.service.poll_ready(cx)).await.is_err() {
            return ControlFlow::Break(());
        }
        // What is left to tower-lsp does not take its time.
        let answer = self.service.call(request).await;
        match (answer, id) {
            (Ok(Some(response)), _) => {
                self.initialized |= method == "initialize" && response.is_ok();
                self.shut_down |= method == "shutdown" && response.is_ok();
                send(&self.output, &response);
            }
            // A notification with a number: whoever numbers it waits for an answer.
            (Ok(None), Some(id)) => {
                send(&self.output, &Response::from_error(id, Error::invalid_request()))
            }
            _ => {}
        }
        if method == "exit" {
            self.pending.cancel_all(&self.output);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    async fn receive_answer(&mut self, message: Value) -> ControlFlow<()> {
        let is_answer = message.get("result").is_some() || message.get("error").is_some();
        match serde_json::from_value::<Response>(message) {
            Ok(response) if is_answer => {
                if self.answers.send(response).await.is_err() {
                    tracing::debug!("an answer came after the end");
                }
                ControlFlow::Continue(())
            }
            _ => self.refuse(Id::Null, Error::invalid_request()),
        }
    }

    fn refuse(&self, id: Id, error: Error) -> ControlFlow<()> {
        send(&self.output, &Response::from_error(id, error));
        ControlFlow::Continue(())
    }

    fn watch_client(&mut self, initialize: &Request) {
        let id = initialize.params().and_then(|params| params.get("processId"));
        let id = id.and_then(Value::as_u64).and_then(|id| u32::try_from(id).ok());
        self.client_ended = Box::pin(client_process::ended(id));
    }

    async fn finish(mut self) -> Exit {
        let _ = tokio::time::timeout(LAST_WORDS, self.pending.all_answered()).await;
        let _ = self.output.send(Line::End);
        if !self.writer.is_finished() {
            let _ = tokio::time::timeout(LAST_WORDS, &mut self.writer).await;
        }
        self.writer.abort();
        if self.shut_down { Exit::Orderly } else { Exit::Unexpected }
    }
}

fn parse(body: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(body).or_else(|error| match surrogates::mended(body) {
        Some(mended) => serde_json::from_slice(&mended),
        None => Err(error),
    })
}

fn not_initialized() -> Error {
    let code = ErrorCode::ServerError(NOT_INITIALIZED);
    Error { code, message: "Server not initialized".into(), data: None }
}

/// Makes good what clients and tower-lsp understand differently.
fn amend(method: &str, message: &mut Value) {
    if message.get("params").is_some_and(Value::is_null) || matches!(method, "shutdown" | "exit") {
        message.as_object_mut().map(|message| message.remove("params"));
    }
    if method == "initialize" {
        // The protocol allows any number, and ours are not below 0.
        if let Some(id) = message.pointer_mut("/params/processId")
            && id.as_u64().and_then(|id| u32::try_from(id).ok()).is_none()
            && id.is_number()
        {
            *id = Value::Null;
        }
        // The protocol says `diagnostics`; the types that come with tower-lsp read `diagnostic`.
        let workspace = message.pointer_mut("/params/capabilities/workspace");
        let workspace = workspace.and_then(Value::as_object_mut);
        if let Some(workspace) = workspace
            && let Some(diagnostics) = workspace.get("diagnostics").cloned()
        {
            workspace.entry("diagnostic").or_insert(diagnostics);
        }
    }
}

fn send(output: &UnboundedSender<Line>, message: &impl Serialize) {
    if output.send(Line::Message(encode(message))).is_err() {
        tracing::debug!("a message was to be written after the end");
    }
}

/// Writes what comes, several messages at a time where they queue up.
async fn write(mut lines: UnboundedReceiver<Line>, mut writer: impl AsyncWrite + Unpin) {
    let mut queued = Vec::new();
    loop {
        queued.clear();
        let count = lines.recv_many(&mut queued, 64).await;
        let mut end = count == 0;
        let mut bytes = Vec::new();
        for line in queued.drain(..) {
            match line {
                Line::Message(message) if !end => bytes.extend(message),
                Line::Message(_) => {}
                Line::End => end = true,
            }
        }
        let written = async {
            writer.write_all(&bytes).await?;
            writer.flush().await
        };
        if let Err(error) = written.await {
            tracing::warn!("the output cannot be written: {error}");
            return;
        }
        if end {
            return;
        }
    }
}

/// What tower-lsp calls. Every body is one send; what has to be waited for is `initialize` alone.
struct Backend {
    events: Events,
}

impl Backend {
    fn notify<P: Send + 'static>(&self, handler: fn(&mut MainLoop, P), params: P) {
        self.events.update(move |state| handler(state, params));
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        let (code, message) = match failure {
            Failure::ContentModified => (ErrorCode::ContentModified, "Content modified".into()),
            Failure::Refused(reason) => (ErrorCode::ServerError(REQUEST_FAILED), reason.into()),
            Failure::Internal(message) => (ErrorCode::InternalError, message.into()),
        };
        Error { code, message, data: None }
    }
}

#[tower_lsp::async_trait]
impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> jsonrpc::Result<InitializeResult> {
        let (reply, answer) = oneshot::channel();
        self.events.update(move |state| {
            let _ = reply.send(state.initialize(&params));
        });
        answer.await.map_err(|_| Failure::Internal("initialize failed".to_owned()).into())
    }

    async fn shutdown(&self) -> jsonrpc::Result<()> {
        Ok(())
    }

    async fn initialized(&self, params: InitializedParams) {
        self.notify(notifications::initialized, params);
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.notify(notifications::did_open, params);
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.notify(notifications::did_change, params);
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.notify(notifications::did_save, params);
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.notify(notifications::did_close, params);
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.notify(notifications::did_change_watched_files, params);
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.notify(notifications::did_change_configuration, params);
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.notify(notifications::did_change_workspace_folders, params);
    }

    async fn did_rename_files(&self, params: RenameFilesParams) {
        self.notify(notifications::did_rename_files, params);
    }

    async fn did_create_files(&self, params: CreateFilesParams) {
        self.notify(notifications::did_create_files, params);
    }

    async fn did_delete_files(&self, params: DeleteFilesParams) {
        self.notify(notifications::did_delete_files, params);
    }
}
