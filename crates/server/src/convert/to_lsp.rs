use crate::NAME;
use crate::capabilities::Client;
use crate::transport::lsp_types::{
    self as lsp, CodeActionKind, CodeDescription, CreateFile, CreateFileOptions,
    DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, DocumentChangeOperation,
    DocumentChanges, GotoDefinitionResponse, LocationLink, MarkupContent, MarkupKind,
    NumberOrString, OneOf, OptionalVersionedTextDocumentIdentifier, Position, Range, ResourceOp,
    TextDocumentEdit, Url, WorkspaceEdit,
};
use crate::view::{RootView, View};
use ide::{Assist, AssistKind, Definitions, Diagnostic, FileEdit, Reference, ReferenceKind};
use index::FileData;
use lints::{Level, Related, Tag};
use module::FileId;
use std::collections::HashMap;
use syntax::{Encoding, LineIndex, TextRange, TextSize};

pub(crate) fn position(file: &FileData, offset: TextSize, encoding: Encoding) -> Position {
    let position = file.lines.position(&file.text, offset, encoding);
    Position { line: position.line, character: position.column }
}

pub(crate) fn range(file: &FileData, range: TextRange, encoding: Encoding) -> Range {
    Range::new(position(file, range.start(), encoding), position(file, range.end(), encoding))
}

/// Markdown, or for clients that don't read it the same as plain text.
pub(crate) fn markup(text: String, markdown: bool) -> MarkupContent {
    match markdown {
        true => MarkupContent { kind: MarkupKind::Markdown, value: text },
        false => MarkupContent { kind: MarkupKind::PlainText, value: ide::plain_text(&text) },
    }
}

pub(crate) fn hover(hover: ide::Hover, file: &FileData, client: &Client) -> lsp::Hover {
    lsp::Hover {
        contents: lsp::HoverContents::Markup(markup(hover.markdown, client.hover_markdown)),
        range: Some(range(file, hover.range, client.encoding)),
    }
}

pub(crate) fn definitions(
    definitions: &Definitions,
    as_links: bool,
    origin: &FileData,
    view: &View,
    root: &RootView,
) -> GotoDefinitionResponse {
    let encoding = view.client.encoding;
    let links = definitions.targets.iter().filter_map(|target| {
        Some(LocationLink {
            origin_selection_range: Some(range(origin, definitions.origin, encoding)),
            target_uri: view.url(target.file)?,
            target_range: range_in(root, target.file, target.full, encoding),
            target_selection_range: range_in(root, target.file, target.focus, encoding),
        })
    });
    let outside = definitions.outside.iter().filter_map(|place| {
        let on_line = |column| Position::new(place.line, column);
        let name = Range::new(on_line(place.columns.start), on_line(place.columns.end));
        Some(LocationLink {
            origin_selection_range: Some(range(origin, definitions.origin, encoding)),
            target_uri: view.url(place.file?)?,
            target_range: name,
            target_selection_range: name,
        })
    });
    let links = links.chain(outside);
    if as_links {
        return GotoDefinitionResponse::Link(links.collect());
    }
    let location =
        |link: LocationLink| lsp::Location::new(link.target_uri, link.target_selection_range);
    GotoDefinitionResponse::Array(links.map(location).collect())
}

/// `None`: the file has no URI.
pub(crate) fn location(
    file: FileId,
    range: TextRange,
    view: &View,
    root: &RootView,
) -> Option<lsp::Location> {
    let range = range_in(root, file, range, view.client.encoding);
    Some(lsp::Location::new(view.url(file)?, range))
}

pub(crate) fn highlight(
    reference: &Reference,
    file: &FileData,
    encoding: Encoding,
) -> lsp::DocumentHighlight {
    let kind = match reference.kind {
        ReferenceKind::Declaration | ReferenceKind::Write => lsp::DocumentHighlightKind::WRITE,
        ReferenceKind::Read => lsp::DocumentHighlightKind::READ,
    };
    lsp::DocumentHighlight { range: range(file, reference.range, encoding), kind: Some(kind) }
}

/// A range in any file; one whose text we don't have (a folder, a picture) is pointed to as a whole.
fn range_in(root: &RootView, file: FileId, bytes: TextRange, encoding: Encoding) -> Range {
    let data = root.snapshot.file(file);
    data.map(|data| range(data, bytes, encoding)).unwrap_or_default()
}

pub(crate) fn diagnostic(
    diagnostic: &Diagnostic,
    file: &FileData,
    view: &View,
    root: &RootView,
) -> lsp::Diagnostic {
    let client = &view.client;
    let href = lints::rule(diagnostic.rule).and_then(|rule| Url::parse(&rule.url).ok());
    let related = diagnostic.related.iter().filter_map(|it| related_information(it, view, root));
    let related: Vec<_> = if client.related_information { related.collect() } else { Vec::new() };
    let tag = diagnostic.tag.map(diagnostic_tag).filter(|tag| client.diagnostic_tags.contains(tag));
    lsp::Diagnostic {
        range: range(file, diagnostic.range, client.encoding),
        severity: Some(severity(diagnostic.level)),
        code: Some(NumberOrString::String(diagnostic.rule.to_owned())),
        code_description: href.map(|href| CodeDescription { href }),
        source: Some(NAME.to_owned()),
        message: diagnostic.message.clone(),
        related_information: (!related.is_empty()).then_some(related),
        tags: tag.map(|tag| vec![tag]),
        data: None,
    }
}

fn related_information(
    related: &Related,
    view: &View,
    root: &RootView,
) -> Option<DiagnosticRelatedInformation> {
    let file = related.at.file;
    let range = range_in(root, file, related.at.text_range(), view.client.encoding);
    let location = lsp::Location::new(view.url(file)?, range);
    Some(DiagnosticRelatedInformation { location, message: related.message.clone() })
}

fn severity(level: Level) -> DiagnosticSeverity {
    match level {
        Level::Error => DiagnosticSeverity::ERROR,
        Level::Warning => DiagnosticSeverity::WARNING,
        Level::Information => DiagnosticSeverity::INFORMATION,
        Level::Hint => DiagnosticSeverity::HINT,
    }
}

fn diagnostic_tag(tag: Tag) -> DiagnosticTag {
    match tag {
        Tag::Unnecessary => DiagnosticTag::UNNECESSARY,
        Tag::Deprecated => DiagnosticTag::DEPRECATED,
    }
}

/// `None`: the client cannot make this edit. `fixes` are those of its diagnostics that it mends.
pub(crate) fn code_action(
    assist: Assist,
    fixes: Vec<lsp::Diagnostic>,
    view: &View,
    root: &RootView,
) -> Option<lsp::CodeAction> {
    let edit = match &assist.core {
        Some(option) => settings_edit(&option.to_string(), view, root)?,
        None => workspace_edit(&assist.edits, view, root)?,
    };
    Some(lsp::CodeAction {
        kind: Some(code_action_kind(assist.kind)),
        edit: Some(edit),
        diagnostics: (!fixes.is_empty()).then_some(fixes),
        title: assist.title,
        ..lsp::CodeAction::default()
    })
}

/// Below the protocol's `source.fixAll`, so that users can choose whose fixes they want.
pub(crate) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.hyper-nixos-ls");

pub(crate) fn code_action_kind(kind: AssistKind) -> CodeActionKind {
    match kind {
        AssistKind::QuickFix => CodeActionKind::QUICKFIX,
        AssistKind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
    }
}

/// One entry more in the setting `core`. `None`: it would not be exact, or the client cannot do it.
fn settings_edit(entry: &str, view: &View, root: &RootView) -> Option<WorkspaceEdit> {
    let text = root.settings_text.as_deref()?;
    let edit = workspace::add_core_entry(text, entry)?;
    let uri = view.url(root.folder.join(workspace::SETTINGS_FILE))?;
    let at = LineIndex::new(text).position(text, edit.range.start(), view.client.encoding);
    let at = Position { line: at.line, character: at.column };
    let edits = vec![lsp::TextEdit::new(Range::new(at, at), edit.new_text)];
    if !text.is_empty() {
        return Some(WorkspaceEdit::new(HashMap::from([(uri, edits)])));
    }
    if !view.client.document_changes || !view.client.creates_files {
        return None;
    }
    let operations = vec![
        DocumentChangeOperation::Op(create_file(uri.clone())),
        DocumentChangeOperation::Edit(TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version: None },
            edits: edits.into_iter().map(OneOf::Left).collect(),
        }),
    ];
    let document_changes = Some(DocumentChanges::Operations(operations));
    Some(WorkspaceEdit { document_changes, ..WorkspaceEdit::default() })
}

/// `None`: the client cannot do it, or one of the files has no URI.
pub(crate) fn workspace_edit(
    edits: &[FileEdit],
    view: &View,
    root: &RootView,
) -> Option<WorkspaceEdit> {
    let encoding = view.client.encoding;
    let mut by_file: Vec<(FileId, Vec<lsp::TextEdit>)> = Vec::new();
    for FileEdit { file, edit } in edits {
        let edit = match root.snapshot.file(*file) {
            Some(data) => text_edit(data, edit, encoding),
            None => lsp::TextEdit::new(Range::default(), edit.new_text.clone()),
        };
        match by_file.iter_mut().find(|(seen, _)| seen == file) {
            Some((_, edits)) => edits.push(edit),
            None => by_file.push((*file, vec![edit])),
        }
    }
    let is_new = |file: FileId| root.snapshot.file(file).is_none();
    let creates = by_file.iter().any(|(file, _)| is_new(*file));
    if !view.client.document_changes {
        let change = |(file, edits)| Some((view.url(file)?, edits));
        let changes: Option<HashMap<_, _>> = by_file.into_iter().map(change).collect();
        return changes.filter(|_| !creates).map(WorkspaceEdit::new);
    }
    if creates && !view.client.creates_files {
        return None;
    }
    let mut operations = Vec::new();
    for (file, edits) in by_file {
        let uri = view.url(file)?;
        if is_new(file) {
            operations.push(DocumentChangeOperation::Op(create_file(uri.clone())));
        }
        let version = view.version(file);
        operations.push(DocumentChangeOperation::Edit(TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
            edits: edits.into_iter().map(OneOf::Left).collect(),
        }));
    }
    let document_changes = Some(DocumentChanges::Operations(operations));
    Some(WorkspaceEdit { document_changes, ..WorkspaceEdit::default() })
}

fn create_file(uri: Url) -> ResourceOp {
    let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(true) };
    ResourceOp::Create(CreateFile { uri, options: Some(options), annotation_id: None })
}

pub(crate) fn text_edit(
    file: &FileData,
    edit: &syntax::TextEdit,
    encoding: Encoding,
) -> lsp::TextEdit {
    lsp::TextEdit::new(range(file, edit.range, encoding), edit.new_text.clone())
}
