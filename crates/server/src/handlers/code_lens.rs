use crate::cancel::{Cancel, Stopped};
use crate::convert::{self, LensData, structure};
use crate::transport::lsp_types::{CodeLens, CodeLensParams, Command, TextDocumentIdentifier};
use crate::view::View;
use module::FileId;

pub(super) fn code_lens(
    view: &View,
    params: CodeLensParams,
    _: &Cancel,
) -> Result<Option<Vec<CodeLens>>, Stopped> {
    let Some(place) = view.place(&params.text_document) else { return Ok(None) };
    let uri = &params.text_document.uri;
    // Where each leads somewhere else there are two.
    let apart = view.client.shows_definitions;
    let lenses = ide::lenses(&place.root.snapshot, place.data.file, apart).into_iter();
    let lens = |lens| structure::lens(lens, place.data, uri, view.client.encoding);
    Ok(Some(lenses.map(lens).collect()))
}

/// Counts what a lens tells; only those in sight are asked for.
pub(super) fn resolve(view: &View, mut lens: CodeLens, _: &Cancel) -> Result<CodeLens, Stopped> {
    // A lens whose text has gone meanwhile says nothing; the client will ask for new ones.
    lens.command = Some(text(view, &lens).unwrap_or_default());
    Ok(lens)
}

/// The document that a lens stands in.
pub(super) fn about(lens: &CodeLens) -> Option<FileId> {
    convert::file_id(&LensData::from_json(lens.data.as_ref()?)?.uri)
}

fn text(view: &View, lens: &CodeLens) -> Option<Command> {
    let LensData { uri, about } = LensData::from_json(lens.data.as_ref()?)?;
    let place = view.place(&TextDocumentIdentifier { uri: uri.clone() })?;
    let at = view.position(&place, lens.range.start);
    let text = ide::lens_text(&place.root.snapshot, at, about)?;
    Some(structure::lens_command(text, about, &uri, lens.range.start, view, place.root))
}
