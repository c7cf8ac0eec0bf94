use crate::cancel::{Cancel, Stopped};
use crate::convert::{from_lsp, help};
use crate::transport::lsp_types::{InlayHint, InlayHintParams};
use crate::view::View;

pub(super) fn inlay_hint(
    view: &View,
    params: InlayHintParams,
    cancel: &Cancel,
) -> Result<Option<Vec<InlayHint>>, Stopped> {
    let Some(place) = view.place(&params.text_document) else { return Ok(None) };
    let range = from_lsp::range(place.data, params.range, view.client.encoding);
    let hints = ide::hints(&place.root.snapshot, place.root.hints, place.data.file, range);
    cancel.check()?;
    Ok(Some(hints.into_iter().map(|hint| help::hint(hint, place.data, &view.client)).collect()))
}
