//! The pull model of diagnostics: the client asks, and says what it has already.

use crate::cancel::{Cancel, Stopped};
use crate::convert;
use crate::transport::lsp_types::{
    Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Url,
    WorkspaceDiagnosticParams, WorkspaceDiagnosticReport, WorkspaceDiagnosticReportResult,
    WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};
use crate::view::{Report, ReportId, View};
use rustc_hash::FxHashMap;

pub(super) fn document(
    view: &View,
    params: DocumentDiagnosticParams,
    cancel: &Cancel,
) -> Result<DocumentDiagnosticReportResult, Stopped> {
    cancel.check()?;
    let file = convert::file_id(&params.text_document.uri);
    let report = file.map(|file| view.report(file));
    let id = report.as_ref().map_or_else(|| ReportId::of(&[]), |report| report.id).to_string();
    let report = if params.previous_result_id.as_ref() == Some(&id) {
        let unchanged = UnchangedDocumentDiagnosticReport { result_id: id };
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: unchanged,
        })
    } else {
        let items = report.map(|report| report.diagnostics.clone()).unwrap_or_default();
        let full = FullDocumentDiagnosticReport { result_id: Some(id), items };
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: full,
        })
    };
    Ok(DocumentDiagnosticReportResult::Report(report))
}

pub(super) fn workspace(
    view: &View,
    params: WorkspaceDiagnosticParams,
    cancel: &Cancel,
) -> Result<WorkspaceDiagnosticReportResult, Stopped> {
    let mut known: FxHashMap<_, _> = params
        .previous_result_ids
        .into_iter()
        .map(|previous| (convert::file_id(&previous.uri), previous))
        .collect();
    let mut items = Vec::new();
    for file in view.files() {
        cancel.check()?;
        let Some(uri) = view.url(file) else { continue };
        let report = view.report(file);
        let previous = known.remove(&Some(file)).map(|previous| previous.value);
        items.push(workspace_report(uri, &report, previous.as_deref()));
    }
    // What the client still shows for files that are gone.
    for previous in known.into_values() {
        let none = ReportId::of(&[]).to_string();
        if previous.value != none {
            items.push(full(previous.uri, None, none, Vec::new()));
        }
    }
    Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items }))
}

fn workspace_report(
    uri: Url,
    report: &Report,
    previous: Option<&str>,
) -> WorkspaceDocumentDiagnosticReport {
    let id = report.id.to_string();
    let version = report.version.map(i64::from);
    if previous != Some(&id) {
        return full(uri, version, id, report.diagnostics.clone());
    }
    WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
        uri,
        version,
        unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
    })
}

fn full(
    uri: Url,
    version: Option<i64>,
    id: String,
    items: Vec<Diagnostic>,
) -> WorkspaceDocumentDiagnosticReport {
    WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
        uri,
        version,
        full_document_diagnostic_report: FullDocumentDiagnosticReport {
            result_id: Some(id),
            items,
        },
    })
}
