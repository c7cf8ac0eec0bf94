use crate::cancel::{Cancel, Stopped};
use crate::convert::{from_lsp, to_lsp};
use crate::transport::lsp_types::{
    CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Diagnostic,
    NumberOrString, Range,
};
use crate::view::View;

pub(super) fn code_action(
    view: &View,
    params: CodeActionParams,
    cancel: &Cancel,
) -> Result<Option<CodeActionResponse>, Stopped> {
    let Some(place) = view.place(&params.text_document) else { return Ok(None) };
    let encoding = view.client.encoding;
    let selection = from_lsp::range(place.data, params.range, encoding);
    let (snapshot, settings) = (&place.root.snapshot, &place.root.settings);
    let assists = ide::assists(snapshot, settings, place.data.file, selection);
    cancel.check()?;

    let mut actions = Vec::new();
    for assist in assists {
        if !wanted(params.context.only.as_deref(), &to_lsp::code_action_kind(assist.kind)) {
            continue;
        }
        let fixes = assist.fixes.map_or_else(Vec::new, |(rule, range)| {
            let range = to_lsp::range(place.data, range, encoding);
            matching(&params.context.diagnostics, rule, range)
        });
        actions.extend(to_lsp::code_action(assist, fixes, view, place.root));
    }
    Ok(Some(actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()))
}

/// A client that wants `refactor` wants `refactor.rewrite` too.
fn wanted(only: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    only.is_none_or(|only| {
        only.iter().any(|wanted| {
            let rest = kind.as_str().strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| {
                rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty()
            })
        })
    })
}

fn matching(shown: &[Diagnostic], rule: &str, range: Range) -> Vec<Diagnostic> {
    let is_rule = |code: &NumberOrString| matches!(code, NumberOrString::String(it) if it == rule);
    let fixed = |it: &&Diagnostic| it.range == range && it.code.as_ref().is_some_and(is_rule);
    shown.iter().filter(fixed).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_stands_for_all_below_it() {
        let rewrite = CodeActionKind::REFACTOR_REWRITE;
        assert!(wanted(None, &rewrite));
        assert!(wanted(Some(&[CodeActionKind::EMPTY]), &rewrite));
        assert!(wanted(Some(&[CodeActionKind::REFACTOR]), &rewrite));
        assert!(wanted(Some(&[CodeActionKind::QUICKFIX, rewrite.clone()]), &rewrite));
        assert!(!wanted(Some(&[CodeActionKind::QUICKFIX]), &rewrite));
        assert!(!wanted(Some(&[CodeActionKind::from("refactor.re")]), &rewrite));
        assert!(!wanted(Some(&[]), &rewrite));
    }
}
