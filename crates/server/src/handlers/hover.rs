use crate::cancel::{Cancel, Stopped};
use crate::convert::to_lsp;
use crate::transport::lsp_types::{Hover, HoverParams};
use crate::view::View;

pub(super) fn hover(
    view: &View,
    params: HoverParams,
    _: &Cancel,
) -> Result<Option<Hover>, Stopped> {
    let at = params.text_document_position_params;
    let Some(place) = view.place(&at.text_document) else { return Ok(None) };
    let hover = ide::hover(&place.root.snapshot, view.position(&place, at.position));
    Ok(hover.map(|hover| to_lsp::hover(hover, place.data, &view.client)))
}
