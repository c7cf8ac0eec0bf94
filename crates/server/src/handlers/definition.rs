use crate::cancel::{Cancel, Stopped};
use crate::convert::to_lsp;
use crate::transport::lsp_types::{
    GotoDefinitionParams, GotoDefinitionResponse, TextDocumentPositionParams,
};
use crate::view::View;
use ide::{Definitions, FilePosition, Snapshot};

type Answer = Result<Option<GotoDefinitionResponse>, Stopped>;

pub(super) fn definition(view: &View, params: GotoDefinitionParams, _: &Cancel) -> Answer {
    let links = view.client.definition_links;
    Ok(go_to(view, &params.text_document_position_params, links, ide::definition))
}

pub(super) fn declaration(view: &View, params: GotoDefinitionParams, _: &Cancel) -> Answer {
    let links = view.client.declaration_links;
    Ok(go_to(view, &params.text_document_position_params, links, ide::declaration))
}

pub(super) fn implementation(view: &View, params: GotoDefinitionParams, _: &Cancel) -> Answer {
    let links = view.client.implementation_links;
    Ok(go_to(view, &params.text_document_position_params, links, ide::implementation))
}

pub(super) fn type_definition(view: &View, params: GotoDefinitionParams, _: &Cancel) -> Answer {
    let links = view.client.type_definition_links;
    Ok(go_to(view, &params.text_document_position_params, links, ide::type_definition))
}

fn go_to(
    view: &View,
    at: &TextDocumentPositionParams,
    links: bool,
    answer: impl Fn(&Snapshot, FilePosition) -> Option<Definitions>,
) -> Option<GotoDefinitionResponse> {
    let place = view.place(&at.text_document)?;
    let found = answer(&place.root.snapshot, view.position(&place, at.position))?;
    Some(to_lsp::definitions(&found, links, place.data, view, place.root))
}
