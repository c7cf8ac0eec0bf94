use super::NoAnswer;
use crate::cancel::Cancel;
use crate::convert::to_lsp;
use crate::disk::NotFormatted;
use crate::transport::lsp_types::{
    DocumentFormattingParams, DocumentOnTypeFormattingParams, TextEdit,
};
use crate::view::View;

/// What is run where the editor says nothing.
const FORMATTER: &str = "nixfmt";

/// The edits that a formatter of the user's own makes; the text stays as it is if that fails.
pub(super) fn formatting(
    view: &View,
    params: DocumentFormattingParams,
    cancel: &Cancel,
) -> Result<Option<Vec<TextEdit>>, NoAnswer> {
    let Some(place) = view.place(&params.text_document) else { return Ok(None) };
    let own = place.root.formatter.as_deref();
    let default = [FORMATTER.to_owned()];
    let command = own.unwrap_or(&default);
    if command.is_empty() {
        return Ok(None);
    }
    let (file, text) = (place.data.file, &place.data.text);
    let formatted = match view.disk.format(command, file.folder(), text) {
        Ok(formatted) => formatted,
        // Nobody has asked for this one: who formats on saving is not told so each time.
        Err(NotFormatted::Missing(reason)) if own.is_none() => {
            tracing::info!("{reason}");
            return Ok(None);
        }
        Err(NotFormatted::Missing(reason) | NotFormatted::Failed(reason)) => {
            return Err(NoAnswer::Refused(reason));
        }
    };
    // Edits of a text that has changed meanwhile would break it.
    cancel.check()?;
    let edits = syntax::line_edits(text, &formatted);
    let edit = |edit| to_lsp::text_edit(place.data, edit, view.client.encoding);
    Ok(Some(edits.iter().map(edit).collect()))
}

/// After a closing bracket, or a `;` behind one, has been typed: see [`ide::closing_indentation`].
pub(super) fn on_type(
    view: &View,
    params: DocumentOnTypeFormattingParams,
    _: &Cancel,
) -> Result<Option<Vec<TextEdit>>, NoAnswer> {
    let at = params.text_document_position;
    let Some(place) = view.place(&at.text_document) else { return Ok(None) };
    let at = view.position(&place, at.position);
    let edit = ide::closing_indentation(&place.root.snapshot, at);
    let edit = edit.map(|edit| to_lsp::text_edit(place.data, &edit, view.client.encoding));
    Ok(Some(edit.into_iter().collect()))
}
