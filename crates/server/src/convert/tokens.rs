//! Semantic tokens: what the numbers mean, and how they are counted.

use super::to_lsp::position;
use crate::transport::lsp_types::{
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokensEdit,
    SemanticTokensLegend,
};
use ide::{Modifier, Token, TokenKind};
use index::FileData;
use syntax::Encoding;

static KINDS: [(TokenKind, SemanticTokenType); 5] = [
    (TokenKind::Option, SemanticTokenType::PROPERTY),
    (TokenKind::Group, SemanticTokenType::NAMESPACE),
    (TokenKind::Function, SemanticTokenType::FUNCTION),
    (TokenKind::Type, SemanticTokenType::TYPE),
    (TokenKind::Variable, SemanticTokenType::VARIABLE),
];

/// Those that the protocol has no name for are documented in `docs/editor-features.md`.
static MODIFIERS: [(Modifier, SemanticTokenModifier); 9] = [
    (Modifier::Declaration, SemanticTokenModifier::DECLARATION),
    (Modifier::Definition, SemanticTokenModifier::DEFINITION),
    (Modifier::ReadOnly, SemanticTokenModifier::READONLY),
    (Modifier::Deprecated, SemanticTokenModifier::DEPRECATED),
    (Modifier::DefaultLibrary, SemanticTokenModifier::DEFAULT_LIBRARY),
    (Modifier::Enable, SemanticTokenModifier::new("enable")),
    (Modifier::Submodule, SemanticTokenModifier::new("submodule")),
    (Modifier::Alias, SemanticTokenModifier::new("alias")),
    (Modifier::Undeclared, SemanticTokenModifier::new("undeclared")),
];

pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: KINDS.iter().map(|(_, name)| name.clone()).collect(),
        token_modifiers: MODIFIERS.iter().map(|(_, name)| name.clone()).collect(),
    }
}

/// Each relative to the one before it, as the protocol wants them.
pub(crate) fn relative(
    tokens: &[Token],
    file: &FileData,
    encoding: Encoding,
) -> Vec<SemanticToken> {
    let (mut line, mut column) = (0, 0);
    let mut all = Vec::with_capacity(tokens.len());
    for token in tokens {
        let start = position(file, token.range.start(), encoding);
        let end = position(file, token.range.end(), encoding);
        let kind = KINDS.iter().position(|(kind, _)| *kind == token.kind).unwrap_or(0);
        let modifiers = MODIFIERS.iter().enumerate();
        let modifiers = modifiers.filter(|(_, (modifier, _))| token.modifiers.has(*modifier));
        let delta_line = start.line - line;
        all.push(SemanticToken {
            delta_line,
            delta_start: if delta_line == 0 { start.character - column } else { start.character },
            length: end.character - start.character,
            token_type: kind as u32,
            token_modifiers_bitset: modifiers.fold(0, |bits, (index, _)| bits | 1 << index),
        });
        (line, column) = (start.line, start.character);
    }
    all
}

/// Numbers that one token takes.
const WIDTH: u32 = 5;

/// The one edit that makes `after` of `before`; none if they are the same.
pub(crate) fn difference(
    before: &[SemanticToken],
    after: &[SemanticToken],
) -> Option<SemanticTokensEdit> {
    let start = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    if start == before.len() && start == after.len() {
        return None;
    }
    let rest = before[start..].iter().rev().zip(after[start..].iter().rev());
    let end = rest.take_while(|(a, b)| a == b).count();
    let new = after[start..after.len() - end].to_vec();
    Some(SemanticTokensEdit {
        start: start as u32 * WIDTH,
        delete_count: (before.len() - start - end) as u32 * WIDTH,
        data: (!new.is_empty()).then_some(new),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(lengths: &[u32]) -> Vec<SemanticToken> {
        let token = |&length: &u32| SemanticToken {
            delta_line: 1,
            delta_start: 0,
            length,
            token_type: 0,
            token_modifiers_bitset: 0,
        };
        lengths.iter().map(token).collect()
    }

    #[track_caller]
    fn check(before: &[u32], after: &[u32], expected: Option<(u32, u32, &[u32])>) {
        let edit = difference(&tokens(before), &tokens(after));
        let shown = edit.map(|it| (it.start, it.delete_count, it.data.unwrap_or_default()));
        let expected = expected.map(|(start, delete, data)| (start, delete, tokens(data)));
        assert_eq!(shown, expected);
    }

    #[test]
    fn one_edit_for_all_that_differs() {
        check(&[1, 2, 3], &[1, 2, 3], None);
        check(&[1, 2, 3], &[1, 4, 3], Some((5, 5, &[4])));
        check(&[1, 1], &[1, 1, 1], Some((10, 0, &[1])));
        check(&[1, 1, 1], &[1], Some((5, 10, &[])));
        check(&[], &[1], Some((0, 0, &[1])));
    }
}
