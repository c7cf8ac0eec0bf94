//! What we tell and ask the client on our own account.

use crate::main_loop::Events;
use crate::{NAME, SETTINGS_FILE};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::Client;
use tower_lsp::lsp_types::notification::{Notification, Progress, PublishDiagnostics};
use tower_lsp::lsp_types::request::WorkDoneProgressCreate;
use tower_lsp::lsp_types::{
    ConfigurationItem, MessageType, NumberOrString, ProgressParams, PublishDiagnosticsParams,
    Registration, WorkDoneProgressCreateParams, WorkspaceEdit,
};

/// No part of the protocol; see [`crate::capabilities::Client::follows_status`].
enum StatusNotification {}

impl Notification for StatusNotification {
    type Params = Value;
    const METHOD: &'static str = "hyper-nixos-ls/status";
}

#[derive(Debug)]
pub(crate) enum Outgoing {
    Diagnostics(PublishDiagnosticsParams),
    RefreshDiagnostics,
    RefreshHints,
    RefreshTokens,
    RefreshLenses,
    Progress(ProgressParams),
    CreateProgress {
        token: String,
    },
    AskConfiguration,
    ApplyEdit(WorkspaceEdit),
    WatchFiles,
    /// A sentence for the user.
    Warning(String),
    /// Each tree in numbers, after something has changed.
    Status(Value),
}

/// Takes what is to be sent; never blocks, never fails.
#[derive(Debug, Clone)]
pub(crate) struct Outbox(UnboundedSender<Outgoing>);

impl Outbox {
    pub fn new() -> (Outbox, UnboundedReceiver<Outgoing>) {
        let (sender, receiver) = unbounded_channel();
        (Outbox(sender), receiver)
    }

    pub fn send(&self, outgoing: Outgoing) {
        if self.0.send(outgoing).is_err() {
            tracing::debug!("a message was to be sent after the end");
        }
    }
}

/// Sends, in order. Answers are waited for elsewhere: a client that never answers holds up nothing.
pub(super) async fn run(client: Client, mut outgoing: UnboundedReceiver<Outgoing>, events: Events) {
    while let Some(message) = outgoing.recv().await {
        match message {
            Outgoing::Diagnostics(params) => {
                client.send_notification::<PublishDiagnostics>(params).await;
            }
            Outgoing::Progress(params) => client.send_notification::<Progress>(params).await,
            Outgoing::Warning(message) => client.show_message(MessageType::WARNING, message).await,
            Outgoing::Status(roots) => {
                client.send_notification::<StatusNotification>(json!({ "roots": roots })).await;
            }
            Outgoing::RefreshDiagnostics => drop(tokio::spawn(refresh(client.clone()))),
            Outgoing::ApplyEdit(edit) => drop(tokio::spawn(apply_edit(client.clone(), edit))),
            Outgoing::RefreshHints => drop(tokio::spawn(refresh_hints(client.clone()))),
            Outgoing::RefreshTokens => drop(tokio::spawn(refresh_tokens(client.clone()))),
            Outgoing::RefreshLenses => drop(tokio::spawn(refresh_lenses(client.clone()))),
            Outgoing::WatchFiles => drop(tokio::spawn(watch_files(client.clone()))),
            Outgoing::AskConfiguration => {
                drop(tokio::spawn(ask_configuration(client.clone(), events.clone())));
            }
            Outgoing::CreateProgress { token } => {
                drop(tokio::spawn(create_progress(client.clone(), token, events.clone())));
            }
        }
    }
}

async fn refresh(client: Client) {
    log("refresh diagnostics", client.workspace_diagnostic_refresh().await);
}

async fn apply_edit(client: Client, edit: WorkspaceEdit) {
    log("apply an edit", client.apply_edit(edit).await.map(drop));
}

async fn refresh_hints(client: Client) {
    log("refresh inlay hints", client.inlay_hint_refresh().await);
}

async fn refresh_tokens(client: Client) {
    log("refresh semantic tokens", client.semantic_tokens_refresh().await);
}

async fn refresh_lenses(client: Client) {
    log("refresh code lenses", client.code_lens_refresh().await);
}

async fn create_progress(client: Client, token: String, events: Events) {
    let params = WorkDoneProgressCreateParams { token: NumberOrString::String(token.clone()) };
    let agreed = client.send_request::<WorkDoneProgressCreate>(params).await.is_ok();
    events.update(move |state| state.progress_created(&token, agreed));
}

async fn ask_configuration(client: Client, events: Events) {
    let item = ConfigurationItem { scope_uri: None, section: Some(NAME.to_owned()) };
    let settings = client.configuration(vec![item]).await;
    let settings = settings.ok().and_then(|values| values.into_iter().next());
    events.update(move |state| state.configured(settings.as_ref()));
}

async fn watch_files(client: Client) {
    let globs = ["**/*.nix".to_owned(), format!("**/{SETTINGS_FILE}")];
    let watchers = globs.map(|glob| json!({ "globPattern": glob }));
    let registration = Registration {
        id: format!("{NAME}/watched-files"),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(json!({ "watchers": watchers })),
    };
    log("watch files", client.register_capability(vec![registration]).await);
}

fn log(what: &str, answer: tower_lsp::jsonrpc::Result<()>) {
    if let Err(error) = answer {
        tracing::warn!("the client does not {what}: {error}");
    }
}
