use crate::cancel::{Cancel, Stopped};
use crate::convert::{from_lsp, tokens};
use crate::transport::lsp_types::{
    SemanticToken, SemanticTokens, SemanticTokensDelta, SemanticTokensDeltaParams,
    SemanticTokensFullDeltaResult, SemanticTokensParams, SemanticTokensRangeParams,
    SemanticTokensRangeResult, SemanticTokensResult, TextDocumentIdentifier,
};
use crate::view::View;
use module::FileId;

pub(super) fn full(
    view: &View,
    params: SemanticTokensParams,
    cancel: &Cancel,
) -> Result<Option<SemanticTokensResult>, Stopped> {
    let Some((file, data)) = all(view, &params.text_document, cancel)? else { return Ok(None) };
    let result_id = view.tokens.keep(file, data.clone());
    Ok(Some(SemanticTokens { result_id: Some(result_id), data }.into()))
}

/// What has changed since an earlier answer, if that is still there; else everything.
pub(super) fn delta(
    view: &View,
    params: SemanticTokensDeltaParams,
    cancel: &Cancel,
) -> Result<Option<SemanticTokensFullDeltaResult>, Stopped> {
    let Some((file, data)) = all(view, &params.text_document, cancel)? else { return Ok(None) };
    let before = view.tokens.earlier(file, &params.previous_result_id);
    let result_id = Some(view.tokens.keep(file, data.clone()));
    Ok(Some(match before {
        Some(before) => {
            let edits = tokens::difference(&before, &data).into_iter().collect();
            SemanticTokensDelta { result_id, edits }.into()
        }
        None => SemanticTokens { result_id, data }.into(),
    }))
}

pub(super) fn range(
    view: &View,
    params: SemanticTokensRangeParams,
    cancel: &Cancel,
) -> Result<Option<SemanticTokensRangeResult>, Stopped> {
    let Some(place) = view.place(&params.text_document) else { return Ok(None) };
    let range = from_lsp::range(place.data, params.range, view.client.encoding);
    let mut found = ide::tokens(&place.root.snapshot, place.data.file);
    cancel.check()?;
    found.retain(|token| range.intersect(token.range).is_some());
    let data = tokens::relative(&found, place.data, view.client.encoding);
    Ok(Some(SemanticTokens { result_id: None, data }.into()))
}

fn all(
    view: &View,
    document: &TextDocumentIdentifier,
    cancel: &Cancel,
) -> Result<Option<(FileId, Vec<SemanticToken>)>, Stopped> {
    let Some(place) = view.place(document) else { return Ok(None) };
    let found = ide::tokens(&place.root.snapshot, place.data.file);
    cancel.check()?;
    let data = tokens::relative(&found, place.data, view.client.encoding);
    Ok(Some((place.data.file, data)))
}
