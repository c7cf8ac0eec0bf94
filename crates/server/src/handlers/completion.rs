use crate::cancel::{Cancel, Stopped};
use crate::convert::to_lsp;
use crate::transport::lsp_types::{CompletionParams, CompletionResponse};
use crate::view::View;

pub(super) fn completion(
    view: &View,
    params: CompletionParams,
    _: &Cancel,
) -> Result<Option<CompletionResponse>, Stopped> {
    let at = params.text_document_position;
    let Some(place) = view.place(&at.text_document) else { return Ok(None) };
    let items = ide::completion(&place.root.snapshot, view.position(&place, at.position));
    let items = items.into_iter().map(|it| to_lsp::completion_item(it, place.data, &view.client));
    Ok(Some(CompletionResponse::Array(items.collect())))
}
