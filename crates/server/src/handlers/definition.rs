use crate::cancel::{Cancel, Stopped};
use crate::convert::to_lsp;
use crate::transport::lsp_types::{GotoDefinitionParams, GotoDefinitionResponse};
use crate::view::View;

pub(super) fn definition(
    view: &View,
    params: GotoDefinitionParams,
    _: &Cancel,
) -> Result<Option<GotoDefinitionResponse>, Stopped> {
    let at = params.text_document_position_params;
    let Some(place) = view.place(&at.text_document) else { return Ok(None) };
    let found = ide::definition(&place.root.snapshot, view.position(&place, at.position));
    Ok(found.map(|found| to_lsp::definitions(&found, place.data, view, place.root)))
}
