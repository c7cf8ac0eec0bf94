//! When diagnostics are computed, and which of them are sent.
//!
//! An edited file's own come at once; when the typing pauses, those follow that have looked at what the edit has
//! changed. Whatever was computed for an earlier state of things is thrown away on arrival.

use crate::cancel::Cancel;
use crate::convert;
use crate::handlers::command::statuses;
use crate::main_loop::MainLoop;
use crate::reports::{Outdated, Reports};
use crate::transport::Outgoing;
use crate::transport::lsp_types::PublishDiagnosticsParams;
use crate::view::{Report, ReportId, View};
use module::FileId;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Edits that follow each other faster than this are one.
const PAUSE_BETWEEN_KEYS: Duration = Duration::from_millis(20);
/// How long nothing may happen before other files are looked at. The edited ones' own findings are on their way then.
const PAUSE_BEFORE_TREE: Duration = Duration::from_millis(10);
/// How many files' reports travel together.
const CHUNK: usize = 64;

#[derive(Default)]
pub(crate) struct Diagnostics {
    /// Edited since their own diagnostics were last computed.
    edited: FxHashSet<FileId>,
    last_edit: Option<Instant>,
    edited_due: Option<Instant>,
    tree_due: Option<Instant>,
    /// What the client was last told, or could have asked for.
    sent: FxHashMap<FileId, Sent>,
    /// Edited since the last pass over the tree: a client that asks has asked for these itself.
    edited_since_tree: FxHashSet<FileId>,
    /// The pass under way has found diagnostics that the client should ask for.
    refresh: bool,
    reports: Arc<Reports>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sent {
    id: ReportId,
    version: Option<i32>,
}

impl Diagnostics {
    pub fn due(&self) -> Option<Instant> {
        [self.edited_due, self.tree_due].into_iter().flatten().min()
    }

    pub fn reports(&self) -> Arc<Reports> {
        self.reports.clone()
    }

    /// The state has changed: the tree is to be looked at once it stays as it is.
    pub fn plan(&mut self, now: Instant) {
        self.tree_due = Some(now + PAUSE_BEFORE_TREE);
        self.refresh = false;
    }

    /// A document has a new text. The first edit after a pause is looked at without delay.
    pub fn plan_edited(&mut self, file: FileId, now: Instant) {
        let in_burst = self.last_edit.is_some_and(|last| now < last + PAUSE_BETWEEN_KEYS);
        self.last_edit = Some(now);
        self.edited_due = Some(if in_burst { now + PAUSE_BETWEEN_KEYS } else { now });
        self.edited.insert(file);
        self.edited_since_tree.insert(file);
    }
}

impl MainLoop {
    pub(crate) fn diagnose_if_due(&mut self, now: Instant) {
        // Half a tree would give wrong findings: all waits for the scan.
        if !self.roots.are_read() {
            return;
        }
        if self.diagnostics.edited_due.is_some_and(|due| due <= now) {
            self.diagnostics.edited_due = None;
            self.diagnose_edited();
        }
        if self.diagnostics.tree_due.is_some_and(|due| due <= now) {
            self.diagnostics.tree_due = None;
            self.diagnose_tree();
        }
    }

    fn diagnose_edited(&mut self) {
        let edited = std::mem::take(&mut self.diagnostics.edited);
        if self.client.pulls_diagnostics {
            return;
        }
        let (view, events) = (self.view(), self.events.clone());
        for file in edited {
            let (view, events) = (view.clone(), events.clone());
            self.workers.questions.spawn(move || {
                let report = view.report(file);
                events.update(move |state| state.reported(view.generation, &[report]));
            });
        }
    }

    fn diagnose_tree(&mut self) {
        let (view, events) = (self.view(), self.events.clone());
        let cancel = Cancel::when_outdated(&self.generation);
        let edited = self.diagnostics.edited_since_tree.clone();
        self.workers.background.spawn(move || {
            let generation = view.generation;
            if cancel.check().is_err() {
                return;
            }
            let Outdated { files, all } = view.reports.outdated(&view);
            let [near, rest] = in_order(&view, files, &edited);
            for (part, is_near) in [(near, true), (rest, false)] {
                for chunk in part.chunks(CHUNK) {
                    let Some(reports) = reports(&view, chunk, &cancel) else { return };
                    events.update(move |state| state.reported(generation, &reports));
                }
                if is_near {
                    events.update(move |state| state.near_reported(generation));
                }
            }
            events.update(move |state| state.tree_reported(generation, all));
            if view.client.follows_status {
                let status = statuses(&view);
                events.update(move |state| state.tell_status(generation, status));
            }
        });
    }

    /// Sends what is news, unless something has changed since it was computed.
    fn reported(&mut self, generation: u64, reports: &[Arc<Report>]) {
        if generation != self.generation.current() {
            return;
        }
        for report in reports {
            let sent = Sent { id: report.id, version: report.version };
            let before = self.diagnostics.sent.insert(report.file, sent);
            let id_before = before.map_or_else(|| ReportId::of(&[]), |before| before.id);
            // What a client that asks has been told before the first look at the tree, is not known.
            let may_be_told = before.is_none() && self.documents.get(report.file).is_some();
            let new_version =
                report.version.is_some() && before.and_then(|it| it.version) != report.version;
            let news = id_before != report.id;
            if self.client.pulls_diagnostics {
                // Of several documents the first has been asked about before the others were edited.
                let edited = &self.diagnostics.edited_since_tree;
                let asks = edited.len() == 1 && edited.contains(&report.file);
                self.diagnostics.refresh |= (news || may_be_told) && !asks;
            } else if news || new_version {
                self.publish(report);
            }
        }
    }

    /// What an edit is likely to have changed has been looked at: nobody has to wait for the rest of a large
    /// tree.
    fn near_reported(&mut self, generation: u64) {
        if generation == self.generation.current() {
            self.refresh_diagnostics();
        }
    }

    /// Has a client ask again, if there is something to ask for.
    fn refresh_diagnostics(&mut self) {
        let refresh = std::mem::take(&mut self.diagnostics.refresh);
        if refresh && self.client.pulls_diagnostics && self.client.refreshes_diagnostics {
            self.outbox.send(Outgoing::RefreshDiagnostics);
        }
    }

    /// Everything has been looked at that had to be. `files` are all there are, if it is not known who of those that
    /// have been told of is gone.
    fn tree_reported(&mut self, generation: u64, files: Option<Vec<FileId>>) {
        if generation != self.generation.current() {
            return;
        }
        if let Some(files) = files {
            self.forget_all_but(&files.into_iter().collect());
            self.diagnostics.reports.are_whole();
        }
        let edited = std::mem::take(&mut self.diagnostics.edited_since_tree);
        if edited.len() > 1 || self.documents.iter().any(|(file, _)| !edited.contains(&file)) {
            self.refresh_shown();
        }
        self.refresh_diagnostics();
    }

    fn forget_all_but(&mut self, files: &FxHashSet<FileId>) {
        let sent = std::mem::take(&mut self.diagnostics.sent);
        let (kept, gone): (FxHashMap<_, _>, FxHashMap<_, _>) =
            sent.into_iter().partition(|(file, _)| files.contains(file));
        self.diagnostics.sent = kept;
        for (file, sent) in gone {
            if sent.id != ReportId::of(&[]) {
                self.diagnostics.refresh = true;
                self.publish(&Report::new(file, None, Vec::new()));
            }
        }
    }

    fn tell_status(&self, generation: u64, status: Value) {
        if generation == self.generation.current() {
            self.outbox.send(Outgoing::Status(status));
        }
    }

    /// Something else than an edit of its own may have changed what an open document shows.
    pub(crate) fn refresh_shown(&self) {
        if self.client.refreshes_tokens {
            self.outbox.send(Outgoing::RefreshTokens);
        }
        if self.client.refreshes_hints {
            self.outbox.send(Outgoing::RefreshHints);
        }
        if self.client.refreshes_lenses {
            self.outbox.send(Outgoing::RefreshLenses);
        }
    }

    fn publish(&self, report: &Report) {
        if self.client.pulls_diagnostics {
            return;
        }
        let open = self.documents.get(report.file).map(|document| document.url.clone());
        let Some(uri) = open.or_else(|| convert::url(report.file)) else { return };
        let diagnostics = report.diagnostics.clone();
        let version = report.version;
        self.outbox.send(Outgoing::Diagnostics(PublishDiagnosticsParams {
            uri,
            diagnostics,
            version,
        }));
    }
}

/// `None`: something has changed meanwhile.
fn reports(view: &View, files: &[FileId], cancel: &Cancel) -> Option<Vec<Arc<Report>>> {
    files.iter().map(|&file| cancel.check().ok().map(|()| view.lasting_report(file))).collect()
}

/// Open files and those that the edits are likely to concern; and the others. If there are only a few, that is not
/// worth finding out.
fn in_order(view: &View, files: FxHashSet<FileId>, edited: &FxHashSet<FileId>) -> [Vec<FileId>; 2] {
    let mut files: Vec<FileId> = files.into_iter().collect();
    files.sort_unstable_by_key(|file| (!view.open.contains_key(file), file.path()));
    if files.len() <= CHUNK {
        return [files, Vec::new()];
    }
    let near = view.files_near(edited);
    let is_near = |file: &FileId| view.open.contains_key(file) || near.contains(file);
    files.into_iter().partition::<Vec<_>, _>(is_near).into()
}
