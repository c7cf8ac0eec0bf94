//! When diagnostics are computed, and which of them are sent.
//!
//! An edited file's own come at once; when the typing pauses, those follow that the edit is likely to have
//! changed, and then the whole tree. Whatever was computed for an earlier state of things is thrown away on
//! arrival.

use crate::cancel::Cancel;
use crate::convert;
use crate::handlers::command::statuses;
use crate::main_loop::MainLoop;
use crate::transport::Outgoing;
use crate::transport::lsp_types::PublishDiagnosticsParams;
use crate::view::{Report, ReportId, Reports, View};
use module::FileId;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Edits that follow each other faster than this are one.
const PAUSE_BETWEEN_KEYS: Duration = Duration::from_millis(20);
/// How long nothing may happen before the whole tree is looked at.
const PAUSE_BEFORE_TREE: Duration = Duration::from_millis(30);
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
            let mut files = view.files();
            let near = view.files_near(&edited);
            files.sort_by_key(|file| !near.contains(file));
            let (first, rest) = files.split_at(files.partition_point(|file| near.contains(file)));
            for (part, is_first) in [(first, true), (rest, false)] {
                for chunk in part.chunks(CHUNK) {
                    let Some(reports) = reports(&view, chunk, &cancel) else { return };
                    events.update(move |state| state.reported(generation, &reports));
                }
                if is_first {
                    events.update(move |state| state.near_reported(generation));
                }
            }
            events.update(move |state| state.tree_reported(generation, files));
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

    /// The whole tree has been looked at, and `files` are all there are.
    fn tree_reported(&mut self, generation: u64, files: Vec<FileId>) {
        if generation != self.generation.current() {
            return;
        }
        let files: FxHashSet<FileId> = files.into_iter().collect();
        let sent = std::mem::take(&mut self.diagnostics.sent);
        let (kept, gone): (FxHashMap<_, _>, FxHashMap<_, _>) =
            sent.into_iter().partition(|(file, _)| files.contains(file));
        self.diagnostics.sent = kept;
        self.diagnostics.reports.retain(|file, _| files.contains(file));
        for (file, sent) in gone {
            if sent.id != ReportId::of(&[]) {
                self.diagnostics.refresh = true;
                self.publish(&Report::new(file, None, Vec::new()));
            }
        }
        let edited = std::mem::take(&mut self.diagnostics.edited_since_tree);
        if edited.len() > 1 || self.documents.iter().any(|(file, _)| !edited.contains(&file)) {
            self.refresh_shown();
        }
        self.refresh_diagnostics();
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
    files.iter().map(|&file| cancel.check().ok().map(|()| view.report(file))).collect()
}
