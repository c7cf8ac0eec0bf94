use super::safe_fixes;
use crate::cancel::{Cancel, Stopped};
use crate::convert::to_lsp::FIX_ALL;
use crate::convert::{from_lsp, to_lsp};
use crate::transport::lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse,
    Diagnostic, NumberOrString, Range,
};
use crate::view::{Place, View};

pub(super) fn code_action(
    view: &View,
    params: CodeActionParams,
    cancel: &Cancel,
) -> Result<Option<CodeActionResponse>, Stopped> {
    let Some(place) = view.place(&params.text_document) else { return Ok(None) };
    let only = params.context.only.as_deref();
    let encoding = view.client.encoding;
    let selection = from_lsp::range(place.data, params.range, encoding);
    let (snapshot, settings) = (&place.root.snapshot, &place.root.settings);
    let wants = |kind| wanted(only, &to_lsp::code_action_kind(kind));
    let assists = ide::assists(snapshot, settings, place.data.file, selection, wants);
    cancel.check()?;

    let mut actions = Vec::new();
    for assist in assists {
        let fixes = assist.fixes.map_or_else(Vec::new, |(rule, range)| {
            let range = to_lsp::range(place.data, range, encoding);
            matching(&params.context.diagnostics, rule, range)
        });
        actions.extend(to_lsp::code_action(assist, fixes, view, place.root));
    }
    // It takes the findings of the whole tree: nothing for every move of the cursor.
    if only.is_some() && wanted(only, &FIX_ALL) {
        cancel.check()?;
        actions.extend(fix_all(view, &place));
    }
    Ok(Some(actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()))
}

/// `None`: the file has nothing that can be fixed without a look.
fn fix_all(view: &View, place: &Place<'_>) -> Option<CodeAction> {
    let fixes = safe_fixes::all(place.root, Some(place.data.file));
    if fixes.edits.is_empty() {
        return None;
    }
    Some(CodeAction {
        title: "Make all safe fixes of this file".to_owned(),
        kind: Some(FIX_ALL),
        edit: Some(to_lsp::workspace_edit(&fixes.edits, view, place.root)?),
        ..CodeAction::default()
    })
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
