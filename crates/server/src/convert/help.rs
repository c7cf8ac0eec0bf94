//! What is shown beside the text: signatures and inlay hints.

use super::to_lsp::{markup, position};
use crate::capabilities::Client;
use crate::transport::lsp_types::{
    Documentation, InlayHint, InlayHintKind, InlayHintLabel, InlayHintTooltip,
    ParameterInformation, ParameterLabel, SignatureHelp, SignatureInformation,
};
use ide::{Hint, HintKind, Signature};
use index::FileData;

pub(crate) fn signature(signature: Signature, client: &Client) -> SignatureHelp {
    let units = |end: usize| signature.label[..end].encode_utf16().count() as u32;
    let parameters = signature.parameters.iter().map(|range| {
        let label = match client.label_offsets {
            true => ParameterLabel::LabelOffsets([units(range.start), units(range.end)]),
            false => ParameterLabel::Simple(signature.label[range.clone()].to_owned()),
        };
        ParameterInformation { label, documentation: None }
    });
    // Without any number, clients take the first; one that does not exist is none.
    let active = signature.active.unwrap_or(signature.parameters.len()) as u32;
    let information = SignatureInformation {
        parameters: Some(parameters.collect()),
        active_parameter: client.active_parameter_each.then_some(active),
        documentation: signature
            .documentation
            .map(|text| Documentation::MarkupContent(markup(text, client.signature_markdown))),
        label: signature.label,
    };
    SignatureHelp {
        signatures: vec![information],
        active_signature: Some(0),
        active_parameter: Some(active),
    }
}

pub(crate) fn hint(hint: Hint, file: &FileData, client: &Client) -> InlayHint {
    let is_type = hint.kind == HintKind::Type;
    InlayHint {
        position: position(file, hint.at, client.encoding),
        label: InlayHintLabel::String(hint.label),
        kind: is_type.then_some(InlayHintKind::TYPE),
        text_edits: None,
        tooltip: hint
            .tooltip
            .map(|text| InlayHintTooltip::MarkupContent(markup(text, client.hover_markdown))),
        padding_left: None,
        padding_right: None,
        data: None,
    }
}
