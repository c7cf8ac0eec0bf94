use crate::cancel::{Cancel, Stopped};
use crate::convert::to_lsp;
use crate::transport::lsp_types::{
    DocumentHighlight, DocumentHighlightParams, Location, ReferenceParams,
};
use crate::view::View;
use ide::ReferenceKind;

pub(super) fn references(
    view: &View,
    params: ReferenceParams,
    cancel: &Cancel,
) -> Result<Option<Vec<Location>>, Stopped> {
    cancel.check()?;
    let at = params.text_document_position;
    let Some(place) = view.place(&at.text_document) else { return Ok(None) };
    let found = ide::references(&place.root.snapshot, view.position(&place, at.position));
    let with_declarations = params.context.include_declaration;
    Ok(found.map(|found| {
        let wanted =
            found.iter().filter(|it| with_declarations || it.kind != ReferenceKind::Declaration);
        wanted.filter_map(|it| to_lsp::location(it.file, it.range, view, place.root)).collect()
    }))
}

pub(super) fn highlights(
    view: &View,
    params: DocumentHighlightParams,
    _: &Cancel,
) -> Result<Option<Vec<DocumentHighlight>>, Stopped> {
    let at = params.text_document_position_params;
    let Some(place) = view.place(&at.text_document) else { return Ok(None) };
    let found = ide::highlights(&place.root.snapshot, view.position(&place, at.position));
    let encoding = view.client.encoding;
    Ok(found
        .map(|found| found.iter().map(|it| to_lsp::highlight(it, place.data, encoding)).collect()))
}
