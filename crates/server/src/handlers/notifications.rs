//! What the client tells us, in the order in which it tells it.

use crate::SETTINGS_FILE;
use crate::convert::{self, from_lsp};
use crate::documents::Document;
use crate::main_loop::MainLoop;
use crate::transport::Outgoing;
use crate::transport::lsp_types::{
    CreateFilesParams, DeleteFilesParams, DidChangeConfigurationParams,
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    InitializedParams, RenameFilesParams, Url,
};
use module::FileId;
use serde_json::Value;
use std::time::Instant;

pub(crate) fn initialized(state: &mut MainLoop, _: InitializedParams) {
    state.start();
}

pub(crate) fn did_open(state: &mut MainLoop, params: DidOpenTextDocumentParams) {
    let document = params.text_document;
    let nix = document.language_id == "nix";
    let Some(file) = convert::file_id(&document.uri).filter(|file| nix || file.is_nix()) else {
        tracing::debug!("{} is no Nix file on disk; left alone", document.uri);
        return;
    };
    state.documents.open(file, Document::new(document.uri, document.version, document.text));
    edited(state, file);
    state.start();
    state.adopt_documents();
}

pub(crate) fn did_change(state: &mut MainLoop, params: DidChangeTextDocumentParams) {
    let id = params.text_document;
    let Some(file) = convert::file_id(&id.uri) else { return };
    let encoding = state.client.encoding;
    let Some(document) = state.documents.get_mut(file) else {
        tracing::warn!("an edit of {}, which is not open, was left out", id.uri);
        return;
    };
    if document.edit(id.version, params.content_changes, encoding) {
        edited(state, file);
    } else {
        tracing::warn!("version {} of {} came too late and was left out", id.version, id.uri);
    }
}

fn edited(state: &mut MainLoop, file: FileId) {
    state.touch();
    state.diagnostics.plan_edited(file, Instant::now());
}

pub(crate) fn did_save(state: &mut MainLoop, params: DidSaveTextDocumentParams) {
    if is_settings_file(&params.text_document.uri) {
        state.reconfigure();
    }
}

/// The disk counts again.
pub(crate) fn did_close(state: &mut MainLoop, params: DidCloseTextDocumentParams) {
    let Some(file) = convert::file_id(&params.text_document.uri) else { return };
    if state.documents.close(file).is_some() {
        state.tokens.forget(file);
        state.touch();
        state.read_again(&[file]);
        state.leave_unused_roots();
    }
}

pub(crate) fn did_change_watched_files(state: &mut MainLoop, params: DidChangeWatchedFilesParams) {
    if params.changes.iter().any(|change| is_settings_file(&change.uri)) {
        state.reconfigure();
    }
    let others = params.changes.iter().filter(|change| !is_settings_file(&change.uri));
    read_again(state, others.filter_map(|it| convert::file_id(&it.uri)).collect());
}

/// Clients that watch no files tell at least what they do themselves.
pub(crate) fn did_rename_files(state: &mut MainLoop, params: RenameFilesParams) {
    let moves = from_lsp::moves(&params.files);
    let mut files: Vec<FileId> = moves.iter().flat_map(|it| [it.from, it.to]).collect();
    files.extend(state.roots.moved_files(&moves));
    read_again(state, files);
}

pub(crate) fn did_create_files(state: &mut MainLoop, params: CreateFilesParams) {
    let urls = params.files.iter().filter_map(|it| Url::parse(&it.uri).ok());
    let files: Vec<FileId> = urls.filter_map(|url| convert::file_id(&url)).collect();
    state.created.extend(files.iter().filter(|file| file.is_nix()));
    read_again(state, files);
}

/// Reads every tree afresh, as at the start.
pub(crate) fn rescan(state: &mut MainLoop, (): ()) {
    state.rescan();
}

pub(crate) fn did_delete_files(state: &mut MainLoop, params: DeleteFilesParams) {
    let urls = params.files.iter().filter_map(|it| Url::parse(&it.uri).ok());
    read_again(state, urls.filter_map(|url| convert::file_id(&url)).collect());
}

fn read_again(state: &mut MainLoop, mut files: Vec<FileId>) {
    files.sort_unstable();
    files.dedup();
    state.read_again(&files);
}

pub(crate) fn did_change_configuration(state: &mut MainLoop, params: DidChangeConfigurationParams) {
    let told = params.settings.as_object().is_some_and(|settings| !settings.is_empty());
    if !told && state.client.tells_configuration {
        state.outbox.send(Outgoing::AskConfiguration);
        return;
    }
    let none = Value::Object(Default::default());
    state.configured(Some(if told { &params.settings } else { &none }));
}

pub(crate) fn did_change_workspace_folders(
    state: &mut MainLoop,
    params: DidChangeWorkspaceFoldersParams,
) {
    let added: Vec<Url> = params.event.added.into_iter().map(|folder| folder.uri).collect();
    let removed: Vec<Url> = params.event.removed.into_iter().map(|folder| folder.uri).collect();
    state.change_folders(&added, &removed);
}

fn is_settings_file(url: &Url) -> bool {
    convert::file_id(url).is_some_and(|file| file.name() == SETTINGS_FILE)
}
