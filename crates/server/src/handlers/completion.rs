use crate::cancel::{Cancel, Stopped};
use crate::convert;
use crate::convert::completion::{self, List};
use crate::transport::lsp_types::{CompletionParams, TextDocumentIdentifier};
use crate::view::View;
use module::FileId;
use serde_json::{Value, json};

pub(super) fn completion(
    view: &View,
    params: CompletionParams,
    cancel: &Cancel,
) -> Result<Option<List>, Stopped> {
    let at = params.text_document_position;
    let Some(place) = view.place(&at.text_document) else { return Ok(None) };
    let cursor = view.position(&place, at.position);
    let mut found = ide::completion(&place.root.snapshot, cursor);
    cancel.check()?;
    // From half a tree not all names are known.
    found.is_incomplete |= !view.is_whole;
    let document = &at.text_document.uri;
    Ok(Some(completion::list(found, place.data, cursor.offset, document, &view.client)))
}

/// The document that an item was offered in.
pub(super) fn about(item: &Value) -> Option<FileId> {
    convert::file_id(&completion::document(item)?)
}

/// The documentation of one item, when somebody looks at it.
pub(super) fn resolve(view: &View, mut item: Value, _: &Cancel) -> Result<Value, Stopped> {
    let asked = completion::document(&item).zip(completion::asked(&item));
    if let Some((uri, about)) = asked
        && let Some(place) = view.place(&TextDocumentIdentifier { uri })
        && let Some(text) = ide::completion_documentation(&place.root.snapshot, &about)
    {
        item["documentation"] = json!(completion::documentation(text, &view.client));
    }
    Ok(item)
}
