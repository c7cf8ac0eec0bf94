use super::NoAnswer;
use crate::cancel::Cancel;
use crate::convert::to_lsp;
use crate::transport::lsp_types::{
    PrepareRenameResponse, RenameParams, TextDocumentPositionParams, WorkspaceEdit,
};
use crate::view::View;

pub(super) fn prepare(
    view: &View,
    at: TextDocumentPositionParams,
    _: &Cancel,
) -> Result<Option<PrepareRenameResponse>, NoAnswer> {
    let Some(place) = view.place(&at.text_document) else { return Ok(None) };
    let position = view.position(&place, at.position);
    let found = ide::prepare_rename(&place.root.snapshot, position).map_err(refused)?;
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder {
        range: to_lsp::range(place.data, found.range, view.client.encoding),
        placeholder: found.name.to_owned(),
    }))
}

pub(super) fn rename(
    view: &View,
    params: RenameParams,
    cancel: &Cancel,
) -> Result<Option<WorkspaceEdit>, NoAnswer> {
    cancel.check()?;
    let at = params.text_document_position;
    let Some(place) = view.place(&at.text_document) else { return Ok(None) };
    let position = view.position(&place, at.position);
    let edits = ide::rename(&place.root.snapshot, position, &params.new_name).map_err(refused)?;
    // An edit of a text that has changed meanwhile would break it.
    cancel.check()?;
    Ok(to_lsp::workspace_edit(&edits, view, place.root))
}

fn refused(refusal: ide::Refusal) -> NoAnswer {
    NoAnswer::Refused(refusal.0)
}
