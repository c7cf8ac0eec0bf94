//! A document's own shape: its outline, what folds, what a selection grows to, where its paths lead.

use crate::cancel::{Cancel, Stopped};
use crate::convert::{from_lsp, structure};
use crate::transport::lsp_types::{
    DocumentLink, DocumentLinkParams, DocumentSymbolParams, DocumentSymbolResponse, FoldingRange,
    FoldingRangeParams, SelectionRange, SelectionRangeParams,
};
use crate::view::View;

pub(super) fn symbols(
    view: &View,
    params: DocumentSymbolParams,
    _: &Cancel,
) -> Result<Option<DocumentSymbolResponse>, Stopped> {
    let Some(place) = view.place(&params.text_document) else { return Ok(None) };
    let symbols = ide::document_symbols(&place.root.snapshot, place.data.file);
    Ok(Some(structure::document_symbols(
        symbols,
        place.data,
        &params.text_document.uri,
        &view.client,
    )))
}

pub(super) fn folds(
    view: &View,
    params: FoldingRangeParams,
    _: &Cancel,
) -> Result<Option<Vec<FoldingRange>>, Stopped> {
    let Some(place) = view.place(&params.text_document) else { return Ok(None) };
    let folds = ide::folds(&place.root.snapshot, place.data.file);
    let folds = folds.into_iter().map(|fold| structure::fold(fold, place.data, &view.client));
    Ok(Some(folds.collect()))
}

pub(super) fn selections(
    view: &View,
    params: SelectionRangeParams,
    _: &Cancel,
) -> Result<Option<Vec<SelectionRange>>, Stopped> {
    let Some(place) = view.place(&params.text_document) else { return Ok(None) };
    let encoding = view.client.encoding;
    let offset = |position| from_lsp::offset(place.data, position, encoding);
    let places: Vec<_> = params.positions.into_iter().map(offset).collect();
    let selections = ide::selections(&place.root.snapshot, place.data.file, &places);
    let selection = |ranges: Vec<_>| structure::selection(&ranges, place.data, encoding);
    Ok(Some(selections.into_iter().filter_map(selection).collect()))
}

pub(super) fn links(
    view: &View,
    params: DocumentLinkParams,
    _: &Cancel,
) -> Result<Option<Vec<DocumentLink>>, Stopped> {
    let Some(place) = view.place(&params.text_document) else { return Ok(None) };
    let links = ide::links(&place.root.snapshot, place.data.file);
    Ok(Some(links.into_iter().map(|link| structure::link(link, place.data, view)).collect()))
}
