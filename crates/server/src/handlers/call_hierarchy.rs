//! Which options depend on which, in the words of calls: what an option reads it "calls".

use crate::cancel::{Cancel, Stopped};
use crate::convert::{self, from_lsp, structure};
use crate::transport::lsp_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem,
    CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams,
};
use crate::view::{RootView, View};
use module::OptionPath;

pub(super) fn prepare(
    view: &View,
    params: CallHierarchyPrepareParams,
    _: &Cancel,
) -> Result<Option<Vec<CallHierarchyItem>>, Stopped> {
    let at = params.text_document_position_params;
    let Some(place) = view.place(&at.text_document) else { return Ok(None) };
    let item = ide::hierarchy_item(&place.root.snapshot, view.position(&place, at.position));
    let item = item.and_then(|item| structure::hierarchy_item(&item, view, place.root));
    Ok(item.map(|item| vec![item]))
}

pub(super) fn incoming(
    view: &View,
    params: CallHierarchyIncomingCallsParams,
    cancel: &Cancel,
) -> Result<Option<Vec<CallHierarchyIncomingCall>>, Stopped> {
    cancel.check()?;
    let Some((root, option)) = option_of(view, &params.item) else { return Ok(None) };
    let found = ide::dependants(&root.snapshot, &option);
    Ok(Some(found.iter().filter_map(|it| structure::incoming_call(it, view, root)).collect()))
}

pub(super) fn outgoing(
    view: &View,
    params: CallHierarchyOutgoingCallsParams,
    cancel: &Cancel,
) -> Result<Option<Vec<CallHierarchyOutgoingCall>>, Stopped> {
    cancel.check()?;
    let Some((root, option)) = option_of(view, &params.item) else { return Ok(None) };
    let found = ide::dependencies(&root.snapshot, &option);
    let from = convert::file_id(&params.item.uri);
    let call = |it| structure::outgoing_call(it, from, view, root);
    Ok(Some(found.iter().filter_map(call).collect()))
}

fn option_of<'v>(view: &'v View, item: &CallHierarchyItem) -> Option<(&'v RootView, OptionPath)> {
    let root = view.root(convert::file_id(&item.uri)?)?;
    Some((root, from_lsp::option_path(item.data.as_ref()?)?))
}
