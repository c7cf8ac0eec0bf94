use crate::cancel::{Cancel, Stopped};
use crate::convert::{self, completion};
use crate::transport::lsp_types::{
    CompletionItem, CompletionList, CompletionParams, CompletionResponse, TextDocumentIdentifier,
};
use crate::view::View;
use module::FileId;

pub(super) fn completion(
    view: &View,
    params: CompletionParams,
    cancel: &Cancel,
) -> Result<Option<CompletionResponse>, Stopped> {
    let at = params.text_document_position;
    let Some(place) = view.place(&at.text_document) else { return Ok(None) };
    let cursor = view.position(&place, at.position);
    let found = ide::completion(&place.root.snapshot, cursor);
    cancel.check()?;
    let items = found.items.into_iter().map(|item| {
        completion::item(item, place.data, cursor.offset, &at.text_document.uri, &view.client)
    });
    Ok(Some(CompletionResponse::List(CompletionList {
        // From half a tree not all names are known.
        is_incomplete: found.is_incomplete || !view.is_whole,
        items: items.collect(),
    })))
}

/// The document that an item was offered in.
pub(super) fn about(item: &CompletionItem) -> Option<FileId> {
    let (uri, _) = completion::asked(item.data.as_ref()?)?;
    convert::file_id(&uri)
}

/// The documentation of one item, when somebody looks at it.
pub(super) fn resolve(
    view: &View,
    mut item: CompletionItem,
    _: &Cancel,
) -> Result<CompletionItem, Stopped> {
    let asked = item.data.as_ref().and_then(completion::asked);
    if let Some((uri, about)) = asked
        && let Some(place) = view.place(&TextDocumentIdentifier { uri })
    {
        let text = ide::completion_documentation(&place.root.snapshot, &about);
        item.documentation = text.map(|text| completion::documentation(text, &view.client));
    }
    Ok(item)
}
