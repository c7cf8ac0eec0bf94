//! Brackets and quotes that have no partner.

use super::tokens::{Token, Tokens};
use super::{Change, Repair};
use crate::{SyntaxKind, SyntaxKind::*, TextRange, TextSize};

struct Open<'t> {
    token: Token<'t>,
    index: usize,
}

/// A repair for every bracket without a partner, in the order of their positions.
pub(super) fn unpaired(tokens: &Tokens<'_>) -> Vec<Repair> {
    let pairing = Pairing::of(tokens, None);
    if pairing.repairs.is_empty() {
        return Vec::new();
    }
    // Someone forgot a `}` if one is missing at the end of the file, or where an outer bracket closes.
    // The one that was forgotten is the one whose supposed partner stands too far to the left.
    let culprit = pairing.misaligned;
    let mut repairs = match culprit {
        Some(index) if pairing.lacks_closer => Pairing::of(tokens, Some(index)).repairs,
        _ => pairing.repairs,
    };
    repairs.sort_by_key(|repair| repair.at);
    repairs
}

/// Whether some bracket has no partner, or one of another kind.
pub(super) fn are_unpaired(tokens: &Tokens<'_>) -> bool {
    let mut open = Vec::new();
    for token in &tokens.significant {
        if is_opener(token.kind) {
            open.push(token.kind);
        } else if is_closer(token.kind)
            && !open.pop().is_some_and(|opener| closes(opener, token.kind))
        {
            return true;
        }
    }
    !open.is_empty()
}

/// Each look ahead goes through the rest of the text.
const MAX_LOOKS_AHEAD: usize = 8;

struct Pairing {
    repairs: Vec<Repair>,
    /// Some opening bracket found no partner.
    lacks_closer: bool,
    /// The first opening bracket whose partner is indented less than its own line, by token index.
    misaligned: Option<usize>,
}

impl Pairing {
    /// `unclosed`: a bracket known to be without a partner; it is closed where indentation says.
    fn of(tokens: &Tokens<'_>, unclosed: Option<usize>) -> Pairing {
        let mut pairing = Pairing { repairs: Vec::new(), lacks_closer: false, misaligned: None };
        let mut open: Vec<Open<'_>> = Vec::new();
        let mut looks_ahead = MAX_LOOKS_AHEAD;
        for (index, &token) in tokens.significant.iter().enumerate() {
            if is_opener(token.kind) {
                open.push(Open { token, index });
                continue;
            }
            if !is_closer(token.kind) {
                continue;
            }
            if let Some(top) = open.last()
                && unclosed == Some(top.index)
                && is_left_of(tokens, token, top.token)
                && let Some(top) = open.pop()
            {
                pairing.close(tokens, &top, index);
            }
            match partner_of(token.kind, open.iter().map(|opener| opener.token.kind)) {
                Some(partner)
                    if partner + 1 < open.len()
                        && looks_ahead > 0
                        && unclosed.is_none()
                        && is_surplus(tokens, index, &open, partner) =>
                {
                    looks_ahead -= 1;
                    pairing.repairs.push(stray(token));
                }
                Some(partner) => {
                    if partner + 1 < open.len() {
                        looks_ahead = looks_ahead.saturating_sub(1);
                    }
                    for opener in open.drain(partner + 1..).rev() {
                        pairing.close(tokens, &opener, index);
                    }
                    // A string ends where its quotes are, however they are indented.
                    if let Some(opener) = open.pop()
                        && opener.token.kind != TOKEN_STRING_START
                        && pairing.misaligned.is_none()
                        && is_left_of(tokens, token, opener.token)
                    {
                        pairing.misaligned = Some(opener.index);
                    }
                }
                None => pairing.repairs.push(stray(token)),
            }
        }
        while let Some(opener) = open.pop() {
            pairing.close(tokens, &opener, tokens.significant.len());
        }
        pairing
    }

    /// Closes `opener` right before the token at `index`.
    fn close(&mut self, tokens: &Tokens<'_>, opener: &Open<'_>, index: usize) {
        self.lacks_closer = true;
        let kind = opener.token.kind;
        if kind == TOKEN_STRING_START {
            return;
        }
        let closer = match kind {
            TOKEN_L_BRACK => "]",
            TOKEN_L_PAREN => ")",
            _ => "}",
        };
        // The value of a binding wants its `;` too, unless one stands there already.
        let is_value = opener.index > 0
            && matches!(
                tokens.kind(opener.index - 1),
                Some(TOKEN_ASSIGN | TOKEN_IDENT | TOKEN_R_PAREN)
            )
            && kind == TOKEN_L_BRACE;
        let mut at = tokens.end_before(index);
        let mut closer = closer.to_owned();
        let next = tokens.kind(index);
        if matches!(kind, TOKEN_L_PAREN | TOKEN_L_BRACK)
            && let Some(last) = index.checked_sub(1).and_then(|last| tokens.get(last))
            && last.kind == TOKEN_SEMICOLON
        {
            // `x = (a b; }`: the bracket closes before the `;`.
            let first = first_semicolon(tokens, opener.index + 1).unwrap_or(index - 1);
            at = tokens.end_before(first);
        } else if is_value
            && matches!(next, Some(TOKEN_R_BRACE) | None)
            && starts_binding(tokens, opener.index)
        {
            closer.push(';');
        }
        self.repairs.push(Repair {
            at,
            change: Change::Insert(closer.clone()),
            range: opener.token.range(),
            message: format!(
                "this `{}` is never closed: a `{closer}` is missing",
                opener.token.text
            ),
            fix: None,
        });
    }
}

/// The innermost of the open brackets that this one closes.
fn partner_of(
    closer: SyntaxKind,
    mut open: impl DoubleEndedIterator<Item = SyntaxKind> + ExactSizeIterator,
) -> Option<usize> {
    open.rposition(|opener| closes(opener, closer))
}

/// Whether the closing bracket at `index` is one too many: then more of the rest finds its partner than if those
/// inside of `partner` lacked theirs.
fn is_surplus(tokens: &Tokens<'_>, index: usize, open: &[Open<'_>], partner: usize) -> bool {
    let open: Vec<SyntaxKind> = open.iter().map(|opener| opener.token.kind).collect();
    let unclosed = open.len() - 1 - partner;
    let rest = &tokens.significant[index + 1..];
    1 + unpaired_in(rest, open.clone()) < unclosed + unpaired_in(rest, open[..partner].to_vec())
}

/// How many brackets find no partner when `tokens` follow these open ones.
fn unpaired_in(tokens: &[Token<'_>], mut open: Vec<SyntaxKind>) -> usize {
    let mut unpaired = 0;
    for token in tokens {
        if is_opener(token.kind) {
            open.push(token.kind);
        } else if is_closer(token.kind) {
            match partner_of(token.kind, open.iter().copied()) {
                Some(partner) => {
                    unpaired += open.len() - 1 - partner;
                    open.truncate(partner);
                }
                None => unpaired += 1,
            }
        }
    }
    unpaired + open.len()
}

/// The first `;` after `from` at the nesting level of `from`.
fn first_semicolon(tokens: &Tokens<'_>, from: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (index, token) in tokens.significant.iter().enumerate().skip(from) {
        if is_opener(token.kind) {
            depth += 1;
        } else if is_closer(token.kind) {
            depth = depth.checked_sub(1)?;
        } else if token.kind == TOKEN_SEMICOLON && depth == 0 {
            return Some(index);
        }
    }
    None
}

/// Whether the expression that the bracket at `index` belongs to is the value of a binding.
fn starts_binding(tokens: &Tokens<'_>, index: usize) -> bool {
    for token in tokens.significant[..index].iter().rev() {
        match token.kind {
            TOKEN_ASSIGN => return true,
            TOKEN_SEMICOLON | TOKEN_L_BRACE | TOKEN_L_PAREN | TOKEN_L_BRACK | TOKEN_IN => {
                return false;
            }
            TOKEN_COLON => return false,
            _ => {}
        }
    }
    false
}

/// The string that somebody forgot to close, if the last one of the text has no end. A plain string
/// was meant to end on its own line: the first that goes on behind a line's `;` is the culprit, and
/// all quotes after it have changed sides.
pub(super) fn unclosed_string(tokens: &Tokens<'_>) -> Option<Repair> {
    let strings = || {
        tokens.significant.iter().enumerate().filter(|(_, token)| token.kind == TOKEN_STRING_START)
    };
    let mut open = Vec::new();
    for (index, token) in tokens.significant.iter().enumerate() {
        match token.kind {
            TOKEN_STRING_START => open.push(index),
            TOKEN_STRING_END => drop(open.pop()),
            _ => {}
        }
    }
    let unclosed = *open.first()?;
    let runs_over_a_binding = |index: usize| {
        let content = tokens.get(index + 1).filter(|next| next.kind == TOKEN_STRING_CONTENT);
        content.is_some_and(|content| {
            content.text.lines().next().is_some_and(|line| {
                line.len() < content.text.len() && line.trim_end().ends_with(';')
            })
        })
    };
    let culprit = strings()
        .find(|&(index, token)| token.text == "\"" && runs_over_a_binding(index))
        .map_or(unclosed, |(index, _)| index);
    let opener = tokens.get(culprit)?;
    let at = if opener.text == "''" {
        end_by_indentation(tokens, opener)
    } else {
        let end = tokens.line_end(opener.start).max(opener.end());
        let line = &tokens.text[usize::from(opener.end())..usize::from(end)];
        opener.end() + TextSize::of(line.trim_end_matches([';', ' ', ')', ']', '}']))
    };
    Some(Repair {
        at,
        change: Change::Insert(opener.text.to_owned()),
        range: opener.range(),
        message: format!("this string is never closed: a `{}` is missing", opener.text),
        fix: None,
    })
}

/// Where a `''` string was meant to end: before the first line that is indented no further than the one it
/// begins on.
fn end_by_indentation(tokens: &Tokens<'_>, opener: Token<'_>) -> TextSize {
    let indent = tokens.indent(opener.start);
    let mut at = usize::from(tokens.line_end(opener.end()));
    let mut end = at;
    for line in tokens.text[at..].split_inclusive('\n') {
        let start = at;
        at += line.len();
        let body = line.trim();
        // The first piece is what is left of the string's own line.
        if body.is_empty() {
            continue;
        }
        if tokens.indent(TextSize::new(start as u32)) <= indent {
            return TextSize::new(end as u32);
        }
        end = start + line.trim_end().len();
    }
    TextSize::of(tokens.text)
}

fn stray(token: Token<'_>) -> Repair {
    Repair {
        at: token.start,
        change: Change::Blank(TextRange::at(token.start, TextSize::of(token.text)).len()),
        range: token.range(),
        message: format!("this `{}` closes nothing", token.text),
        fix: None,
    }
}

/// `closer` begins its line, further left than the line of `opener`.
fn is_left_of(tokens: &Tokens<'_>, closer: Token<'_>, opener: Token<'_>) -> bool {
    tokens.is_first_on_line(closer.start)
        && !tokens.same_line(closer.start, opener.start)
        && tokens.indent(closer.start) < tokens.indent(opener.start)
}

fn is_opener(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        TOKEN_L_BRACE | TOKEN_L_BRACK | TOKEN_L_PAREN | TOKEN_INTERPOL_START | TOKEN_STRING_START
    )
}

fn is_closer(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_R_PAREN | TOKEN_INTERPOL_END | TOKEN_STRING_END
    )
}

fn closes(opener: SyntaxKind, closer: SyntaxKind) -> bool {
    matches!(
        (opener, closer),
        (TOKEN_L_BRACE, TOKEN_R_BRACE)
            | (TOKEN_L_BRACK, TOKEN_R_BRACK)
            | (TOKEN_L_PAREN, TOKEN_R_PAREN)
            | (TOKEN_INTERPOL_START, TOKEN_INTERPOL_END)
            | (TOKEN_INTERPOL_START, TOKEN_R_BRACE)
            | (TOKEN_STRING_START, TOKEN_STRING_END)
    )
}
