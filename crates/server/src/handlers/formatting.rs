use super::NoAnswer;
use crate::cancel::Cancel;
use crate::convert::to_lsp;
use crate::transport::lsp_types::{DocumentFormattingParams, TextEdit};
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
    let default = [FORMATTER.to_owned()];
    let command = place.root.formatter.as_deref().unwrap_or(&default);
    if command.is_empty() {
        return Ok(None);
    }
    let (file, text) = (place.data.file, &place.data.text);
    let formatted = view.disk.format(command, file.folder(), text).map_err(NoAnswer::Refused)?;
    // Edits of a text that has changed meanwhile would break it.
    cancel.check()?;
    let edits = syntax::line_edits(text, &formatted);
    let edit = |edit| to_lsp::text_edit(place.data, edit, view.client.encoding);
    Ok(Some(edits.iter().map(edit).collect()))
}
