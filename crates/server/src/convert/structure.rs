//! Outlines, folds, selections, links, lenses and hierarchies as the protocol has them.

use super::LensData;
use super::to_lsp::{location, position, range};
use crate::capabilities::Client;
use crate::transport::lsp_types::{
    self as lsp, CallHierarchyIncomingCall, CallHierarchyItem, CallHierarchyOutgoingCall, CodeLens,
    Command, DocumentLink, DocumentSymbolResponse, FoldingRange, FoldingRangeKind, Position, Range,
    SelectionRange, SymbolInformation, SymbolTag, Url,
};
use crate::view::{RootView, View};
use ide::{
    Dependency, DocumentSymbol, Fold, FoldKind, HierarchyItem, Lens, LensAbout, LensText, Link,
    SymbolKind, WorkspaceSymbol,
};
use index::FileData;
use module::{FileId, OptionPath};
use serde_json::{Value, json};
use syntax::{Encoding, TextRange};

pub(crate) const SHOW_REFERENCES: &str = "editor.action.showReferences";
/// With a document's URI and a position; the client asks for `hyper-nixos-ls.definitions` there.
pub(crate) const SHOW_DEFINITIONS: &str = "hyper-nixos-ls.showDefinitions";

pub(crate) fn document_symbols(
    symbols: Vec<DocumentSymbol>,
    file: &FileData,
    uri: &Url,
    client: &Client,
) -> DocumentSymbolResponse {
    if client.symbol_trees {
        let symbols = symbols.into_iter().map(|it| document_symbol(it, file, client.encoding));
        return DocumentSymbolResponse::Nested(symbols.collect());
    }
    let mut flat = Vec::new();
    flatten(symbols, None, &mut |symbol, container| {
        let range = range(file, symbol.focus, client.encoding);
        flat.push(symbol_information(
            symbol.name.clone(),
            symbol.kind,
            lsp::Location::new(uri.clone(), range),
            container.map(str::to_owned),
            symbol.deprecated,
        ));
    });
    DocumentSymbolResponse::Flat(flat)
}

fn flatten(
    symbols: Vec<DocumentSymbol>,
    container: Option<&str>,
    each: &mut impl FnMut(&DocumentSymbol, Option<&str>),
) {
    for mut symbol in symbols {
        each(&symbol, container);
        let children = std::mem::take(&mut symbol.children);
        flatten(children, Some(&symbol.name), each);
    }
}

#[expect(deprecated, reason = "the types have no default, so the old field must be named")]
fn document_symbol(
    symbol: DocumentSymbol,
    file: &FileData,
    encoding: Encoding,
) -> lsp::DocumentSymbol {
    let children = symbol.children.into_iter().map(|it| document_symbol(it, file, encoding));
    let children: Vec<_> = children.collect();
    lsp::DocumentSymbol {
        name: symbol.name,
        detail: symbol.detail,
        kind: symbol_kind(symbol.kind),
        tags: symbol.deprecated.then(|| vec![SymbolTag::DEPRECATED]),
        deprecated: None,
        range: range(file, symbol.full, encoding),
        selection_range: range(file, symbol.focus, encoding),
        children: (!children.is_empty()).then_some(children),
    }
}

/// `None`: its file has no URI.
pub(crate) fn workspace_symbol(
    symbol: WorkspaceSymbol,
    view: &View,
    root: &RootView,
) -> Option<SymbolInformation> {
    let location = location(symbol.file, symbol.range, view, root)?;
    let WorkspaceSymbol { name, container, kind, deprecated, .. } = symbol;
    Some(symbol_information(name, kind, location, container, deprecated))
}

#[expect(deprecated, reason = "the types have no default, so the old field must be named")]
fn symbol_information(
    name: String,
    kind: SymbolKind,
    location: lsp::Location,
    container_name: Option<String>,
    is_deprecated: bool,
) -> SymbolInformation {
    let tags = is_deprecated.then(|| vec![SymbolTag::DEPRECATED]);
    let kind = symbol_kind(kind);
    SymbolInformation { name, kind, tags, deprecated: None, location, container_name }
}

fn symbol_kind(kind: SymbolKind) -> lsp::SymbolKind {
    match kind {
        SymbolKind::Option => lsp::SymbolKind::FIELD,
        SymbolKind::Enable => lsp::SymbolKind::BOOLEAN,
        SymbolKind::Group => lsp::SymbolKind::NAMESPACE,
        SymbolKind::Definition => lsp::SymbolKind::PROPERTY,
        SymbolKind::Function => lsp::SymbolKind::FUNCTION,
        SymbolKind::Variable => lsp::SymbolKind::VARIABLE,
        SymbolKind::Module => lsp::SymbolKind::MODULE,
    }
}

pub(crate) fn fold(fold: Fold, file: &FileData, client: &Client) -> FoldingRange {
    let Range { start, end } = range(file, fold.range, client.encoding);
    let kind = match fold.kind {
        FoldKind::Comment => Some(FoldingRangeKind::Comment),
        FoldKind::Imports => Some(FoldingRangeKind::Imports),
        FoldKind::Code => None,
    };
    // A client that folds whole lines would fold the closing bracket away, too.
    let closes = !client.folds_lines || fold.kind == FoldKind::Comment;
    FoldingRange {
        start_line: start.line,
        start_character: Some(start.character),
        end_line: if closes { end.line } else { end.line.saturating_sub(1).max(start.line) },
        end_character: closes.then_some(end.character),
        kind,
        collapsed_text: None,
    }
}

/// From the innermost range outwards; `None` without any.
pub(crate) fn selection(
    ranges: &[TextRange],
    file: &FileData,
    encoding: Encoding,
) -> Option<SelectionRange> {
    ranges.iter().rev().fold(None, |parent: Option<SelectionRange>, &inner| {
        let range = range(file, inner, encoding);
        Some(SelectionRange { range, parent: parent.map(Box::new) })
    })
}

pub(crate) fn link(link: Link, file: &FileData, view: &View) -> DocumentLink {
    DocumentLink {
        range: range(file, link.range, view.client.encoding),
        target: view.url(link.target),
        tooltip: None,
        data: None,
    }
}

pub(crate) fn lens(lens: Lens, file: &FileData, uri: &Url, encoding: Encoding) -> CodeLens {
    let data = LensData { uri: uri.clone(), about: lens.about };
    let range = range(file, lens.range, encoding);
    CodeLens { range, command: None, data: Some(data.to_json()) }
}

/// A text, and, where the client has a command to show places, that command.
pub(crate) fn lens_command(
    text: LensText,
    about: LensAbout,
    uri: &Url,
    at: Position,
    view: &View,
    root: &RootView,
) -> Command {
    let places = text.places.iter().filter_map(|it| location(it.file, it.range, view, root));
    let places: Vec<lsp::Location> = places.collect();
    if places.is_empty() {
        return Command::new(text.title, String::new(), None);
    }
    if about == LensAbout::Definitions && view.client.shows_definitions {
        let arguments = vec![json!(uri), json!(at)];
        return Command::new(text.title, SHOW_DEFINITIONS.to_owned(), Some(arguments));
    }
    if !view.client.shows_references {
        return Command::new(text.title, String::new(), None);
    }
    let arguments = vec![json!(uri), json!(at), json!(places)];
    Command::new(text.title, SHOW_REFERENCES.to_owned(), Some(arguments))
}

/// `None`: its file has no URI, or no text that we know.
pub(crate) fn hierarchy_item(
    item: &HierarchyItem,
    view: &View,
    root: &RootView,
) -> Option<CallHierarchyItem> {
    let data = root.snapshot.file(item.file)?;
    let encoding = view.client.encoding;
    let line = position(data, item.focus.start(), encoding).line + 1;
    Some(CallHierarchyItem {
        name: item.path.to_string(),
        kind: lsp::SymbolKind::FIELD,
        tags: None,
        detail: Some(format!("{}:{line}", item.file.relative_to(root.folder))),
        uri: view.url(item.file)?,
        range: range(data, item.full, encoding),
        selection_range: range(data, item.focus, encoding),
        data: Some(option_path(&item.path)),
    })
}

pub(crate) fn option_path(path: &OptionPath) -> Value {
    path.iter().map(|name| Value::from(name.as_str())).collect()
}

pub(crate) fn incoming_call(
    dependency: &Dependency,
    view: &View,
    root: &RootView,
) -> Option<CallHierarchyIncomingCall> {
    let from = hierarchy_item(&dependency.item, view, root)?;
    let from_ranges = reads_in(dependency, Some(dependency.item.file), view, root);
    Some(CallHierarchyIncomingCall { from, from_ranges })
}

/// `from` is the file that the option asked about is shown in: the protocol has no other for the ranges.
pub(crate) fn outgoing_call(
    dependency: &Dependency,
    from: Option<FileId>,
    view: &View,
    root: &RootView,
) -> Option<CallHierarchyOutgoingCall> {
    let to = hierarchy_item(&dependency.item, view, root)?;
    Some(CallHierarchyOutgoingCall { to, from_ranges: reads_in(dependency, from, view, root) })
}

fn reads_in(
    dependency: &Dependency,
    file: Option<FileId>,
    view: &View,
    root: &RootView,
) -> Vec<Range> {
    let reads = dependency.reads.iter().filter(|read| Some(read.file) == file);
    let place = |read: &module::Location| location(read.file, read.text_range(), view, root);
    reads.filter_map(place).map(|place| place.range).collect()
}
