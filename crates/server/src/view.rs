//! What a question sees: everything as it was at one moment, immutable and shared.

use crate::capabilities::Client;
use crate::convert;
use crate::disk::Disk;
use crate::pool::contain;
use crate::reports::Reports;
use crate::token_results::TokenResults;
use crate::transport::lsp_types::{
    Diagnostic, DiagnosticSeverity, Position, TextDocumentIdentifier, Url,
};
use ide::{FilePosition, HintSettings, Settings, Snapshot};
use index::FileData;
use module::FileId;
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

#[derive(Clone)]
pub(crate) struct View {
    /// See [`crate::cancel::Generation`].
    pub generation: u64,
    pub client: Arc<Client>,
    pub roots: Arc<[RootView]>,
    pub open: Arc<FxHashMap<FileId, OpenDocument>>,
    pub reports: Arc<Reports>,
    pub disk: Arc<dyn Disk>,
    pub tokens: Arc<TokenResults>,
    /// Every tree has been read.
    pub is_whole: bool,
}

/// One root's index and settings.
#[derive(Clone)]
pub(crate) struct RootView {
    pub folder: FileId,
    pub snapshot: Snapshot,
    pub settings: Arc<Settings>,
    /// The formatter and its arguments, where the editor has set one.
    pub formatter: Option<Arc<[String]>>,
    pub hints: HintSettings,
    /// See [`crate::Configuration::settings_text`].
    pub settings_text: Option<Arc<str>>,
}

#[derive(Debug, Clone)]
pub(crate) struct OpenDocument {
    pub url: Url,
    pub version: i32,
}

/// One file's diagnostics, ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Report {
    pub file: FileId,
    pub diagnostics: Vec<Diagnostic>,
    /// The same for equal diagnostics, and else another.
    pub id: ReportId,
    /// The version of the open document that they were computed for.
    pub version: Option<i32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ReportId(u64);

/// A place that a question is about.
pub(crate) struct Place<'a> {
    pub root: &'a RootView,
    pub data: &'a FileData,
}

impl View {
    /// `None`: no file that we know.
    pub fn place(&self, document: &TextDocumentIdentifier) -> Option<Place<'_>> {
        let file = convert::file_id(&document.uri)?;
        let root = self.root(file)?;
        Some(Place { root, data: root.snapshot.file(file)? })
    }

    pub fn position(&self, place: &Place<'_>, position: Position) -> FilePosition {
        let offset = convert::from_lsp::offset(place.data, position, self.client.encoding);
        FilePosition { file: place.data.file, offset }
    }

    /// The innermost root that the file lies below.
    pub fn root(&self, file: FileId) -> Option<&RootView> {
        self.root_index(file).map(|index| &self.roots[index])
    }

    /// Its place among the roots.
    pub fn root_index(&self, file: FileId) -> Option<usize> {
        let around = (0..self.roots.len()).filter(|at| file.is_below(self.roots[*at].folder));
        around.max_by_key(|at| self.roots[*at].folder.path().len())
    }

    /// Every file of every root, open ones first.
    pub fn files(&self) -> Vec<FileId> {
        let roots = self.roots.iter();
        let mut files: Vec<FileId> = roots
            .flat_map(|root| root.snapshot.files().map(move |data| (root, data.file)))
            .filter(|(root, file)| self.root(*file).is_some_and(|it| it.folder == root.folder))
            .map(|(_, file)| file)
            .collect();
        files.sort_by_key(|file| !self.open.contains_key(file));
        files
    }

    /// The files whose findings these edits are likely to have changed, themselves included.
    pub fn files_near(&self, edited: &FxHashSet<FileId>) -> FxHashSet<FileId> {
        let mut near = edited.clone();
        for &file in edited {
            if let Some(root) = self.root(file) {
                near.extend(root.snapshot.acquaintances(file));
            }
        }
        near
    }

    pub fn url(&self, file: FileId) -> Option<Url> {
        match self.open.get(&file) {
            Some(document) => Some(document.url.clone()),
            None => convert::url(file),
        }
    }

    /// `None` for a file that is not open.
    pub fn version(&self, file: FileId) -> Option<i32> {
        self.open.get(&file).map(|document| document.version)
    }

    /// What is to be said about a file; nothing about one that we don't know.
    pub fn report(&self, file: FileId) -> Arc<Report> {
        if let Some(known) = self.reports.get(file, self) {
            return known;
        }
        let report = Arc::new(self.computed(file, self.root(file)));
        self.reports.keep(report.clone(), None, self.generation);
        report
    }

    /// The same, noting what it depends on, so that it need not be made again after an edit that concerns something
    /// else. That takes longer: for when nobody waits.
    pub fn lasting_report(&self, file: FileId) -> Arc<Report> {
        if let Some(known) = self.reports.get(file, self) {
            return known;
        }
        let Some(root) = self.root(file) else { return self.report(file) };
        let (report, looked) = root.snapshot.watched(|snapshot| {
            let root = RootView { snapshot: snapshot.clone(), ..root.clone() };
            Arc::new(self.computed(file, Some(&root)))
        });
        self.reports.keep(report.clone(), looked, self.generation);
        report
    }

    fn computed(&self, file: FileId, root: Option<&RootView>) -> Report {
        let diagnostics = || root.map_or_else(Vec::new, |root| self.diagnostics(file, root));
        Report::computed(file, self.version(file), diagnostics)
    }

    fn diagnostics(&self, file: FileId, root: &RootView) -> Vec<Diagnostic> {
        let Some(data) = root.snapshot.file(file) else { return Vec::new() };
        let found = ide::diagnostics(&root.snapshot, &root.settings, file);
        let converted = found.iter().map(|it| convert::to_lsp::diagnostic(it, data, self, root));
        converted.collect()
    }
}

impl Report {
    pub fn new(file: FileId, version: Option<i32>, diagnostics: Vec<Diagnostic>) -> Report {
        let id = ReportId::of(&diagnostics);
        Report { file, diagnostics, id, version }
    }

    /// One whose making may panic: then that is what it reports, and other files' reports are made all the same.
    fn computed(
        file: FileId,
        version: Option<i32>,
        diagnostics: impl FnOnce() -> Vec<Diagnostic>,
    ) -> Report {
        let diagnostics = contain(diagnostics).unwrap_or_else(|panic| {
            tracing::error!("looking for findings in {} panicked: {panic}", file.path());
            let message = "This file makes hyper-nixos-ls stumble over a defect of its own, so nothing else can be \
                           said of it; other files are not affected. The log says more.";
            vec![Diagnostic {
                severity: Some(DiagnosticSeverity::INFORMATION),
                source: Some(crate::NAME.to_owned()),
                message: message.to_owned(),
                ..Diagnostic::default()
            }]
        });
        Report::new(file, version, diagnostics)
    }
}

impl ReportId {
    pub fn of(diagnostics: &[Diagnostic]) -> ReportId {
        let mut hasher = DefaultHasher::new();
        // A value that JSON cannot hold does not occur in diagnostics; were it so, they would merely
        // look like none.
        serde_json::to_string(diagnostics).unwrap_or_default().hash(&mut hasher);
        ReportId(hasher.finish())
    }
}

impl std::fmt::Display for ReportId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_in_the_rules_is_what_is_reported() {
        let file = FileId::new("/r/a.nix");
        let report = Report::computed(file, Some(7), || panic!("on purpose"));
        assert_eq!((report.file, report.version, report.diagnostics.len()), (file, Some(7), 1));
        assert!(report.diagnostics[0].message.contains("a defect of its own"));
        let fine = Report::computed(file, None, || report.diagnostics.clone());
        assert_eq!(fine.diagnostics, report.diagnostics);
    }
}
