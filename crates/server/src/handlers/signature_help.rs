use crate::cancel::{Cancel, Stopped};
use crate::convert::help;
use crate::transport::lsp_types::{SignatureHelp, SignatureHelpParams};
use crate::view::View;

pub(super) fn signature_help(
    view: &View,
    params: SignatureHelpParams,
    _: &Cancel,
) -> Result<Option<SignatureHelp>, Stopped> {
    let at = params.text_document_position_params;
    let Some(place) = view.place(&at.text_document) else { return Ok(None) };
    let signature = ide::signature(&place.root.snapshot, view.position(&place, at.position));
    Ok(signature.map(|signature| help::signature(signature, &view.client)))
}
