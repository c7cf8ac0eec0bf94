//! What to change so that the parser gets past its first complaint. Candidates, best first; the
//! caller keeps the first one that helps.

use super::tokens::{Token, Tokens};
use super::{Change, FirstError, FirstErrorKind, PLACEHOLDER, QuickFix, Repair};
use crate::{SyntaxKind, SyntaxKind::*, TextRange, TextSize};

pub(super) fn candidates(tokens: &Tokens<'_>, error: &FirstError) -> Vec<Repair> {
    let index = tokens.index_at(error.at);
    match &error.kind {
        FirstErrorKind::Wanted { got, wanted } => wanted_candidates(tokens, index, *got, wanted),
        FirstErrorKind::Extra => extra(tokens, index),
        FirstErrorKind::DoubleBind | FirstErrorKind::TooDeep | FirstErrorKind::Other => Vec::new(),
    }
}

fn wanted_candidates(
    tokens: &Tokens<'_>,
    index: usize,
    got: Option<SyntaxKind>,
    wanted: &[SyntaxKind],
) -> Vec<Repair> {
    let mut repairs = Vec::new();
    match wanted {
        [TOKEN_SEMICOLON] if got == Some(TOKEN_ASSIGN) => {
            before_next_binding(tokens, index, &mut repairs)
        }
        [TOKEN_SEMICOLON] => {
            if got == Some(TOKEN_COMMA) {
                repairs.push(instead_of(tokens, index, ";", "bindings end with `;`, not with `,`"));
            }
            repairs.push(semicolon(tokens, index));
        }
        [TOKEN_ASSIGN] => repairs.push(value_for_name(tokens, index)),
        [TOKEN_COLON] => repairs.push(insert_after_previous(
            tokens,
            index,
            ":",
            "a `:` is missing between the function's arguments and its body",
        )),
        [TOKEN_THEN] => repairs.push(keyword(tokens, index, " then __", "then")),
        [TOKEN_ELSE] => repairs.push(keyword(tokens, index, " else __", "else")),
        [TOKEN_IDENT, TOKEN_OR, ..] => attribute_name(tokens, index, &mut repairs),
        _ if wanted.contains(&TOKEN_L_BRACE) || wanted.is_empty() => {
            if tokens.get(index).is_none()
                && tokens.before(index).is_some_and(|last| last.kind == TOKEN_SEMICOLON)
            {
                repairs.push(end_of_let(tokens, index));
            }
            repairs.push(expression(tokens, index));
        }
        [TOKEN_R_BRACE, ..] => {
            repairs.push(insert_after_previous(
                tokens,
                index,
                ",",
                "a `,` is missing between two arguments",
            ));
        }
        _ => {}
    }
    if let Some(token) = tokens.get(index) {
        repairs.push(blank(token));
    }
    repairs
}

/// `x = a` `y = b;`: the `=` of the second binding is the first thing that cannot be read.
fn before_next_binding(tokens: &Tokens<'_>, assign: usize, repairs: &mut Vec<Repair>) {
    let Some(name) = attrpath_start(tokens, assign) else { return };
    let previous_is_dot = tokens.before(name).is_some_and(|token| token.kind == TOKEN_DOT);
    let previous_is_assign = tokens.before(name).is_some_and(|token| token.kind == TOKEN_ASSIGN);
    let at = tokens.end_before(name);
    if previous_is_dot {
        repairs.push(Repair {
            at,
            change: Change::Insert(format!("{PLACEHOLDER};")),
            range: last_token_range(tokens, name),
            message: "an attribute name is missing after this `.`".to_owned(),
            fix: None,
        });
    } else if previous_is_assign {
        repairs.push(Repair {
            at,
            change: Change::Insert(format!(" {PLACEHOLDER};")),
            range: last_token_range(tokens, name),
            message: "a value is missing after this `=`".to_owned(),
            fix: None,
        });
    } else {
        repairs.push(semicolon(tokens, name));
    }
}

/// Index of the first token of the attribute path that ends before `end`; a path does not go on over
/// a line break after a `.`, since that `.` is more likely one that its author has not finished.
fn attrpath_start(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    let mut start = end;
    loop {
        start = component_start(tokens, start)?;
        let dotted = tokens.before(start).is_some_and(|token| token.kind == TOKEN_DOT);
        let here = tokens.get(start)?;
        if !dotted || tokens.is_first_on_line(here.start) {
            return Some(start);
        }
        start -= 1;
    }
}

/// Index where the name that ends before `end` starts: an identifier, a string or `${…}`.
fn component_start(tokens: &Tokens<'_>, end: usize) -> Option<usize> {
    let last = end.checked_sub(1)?;
    let opener = match tokens.kind(last)? {
        TOKEN_IDENT | TOKEN_OR => return Some(last),
        TOKEN_STRING_END => TOKEN_STRING_START,
        TOKEN_INTERPOL_END => TOKEN_INTERPOL_START,
        _ => return None,
    };
    (0..last).rev().find(|&index| tokens.kind(index) == Some(opener))
}

fn semicolon(tokens: &Tokens<'_>, index: usize) -> Repair {
    let inherit = tokens.get(index).is_some_and(|token| token.kind == TOKEN_INHERIT);
    let message = match tokens.get(index) {
        Some(token) if !inherit && matches!(token.kind, TOKEN_R_BRACE | TOKEN_IN) => {
            format!("a `;` is missing before {}: every binding ends with one", token.describe())
        }
        _ => "a `;` is missing after this: every binding ends with one".to_owned(),
    };
    Repair {
        at: tokens.end_before(index),
        change: Change::Insert(";".to_owned()),
        range: last_token_range(tokens, index),
        message,
        fix: Some(QuickFix::replace("Insert `;`", TextRange::empty(tokens.end_before(index)), ";")),
    }
}

/// `foo.bar` alone where a binding should stand.
fn value_for_name(tokens: &Tokens<'_>, index: usize) -> Repair {
    let next = tokens.kind(index);
    let change = match next {
        Some(TOKEN_SEMICOLON) => format!(" = {PLACEHOLDER}"),
        _ => format!(" = {PLACEHOLDER};"),
    };
    Repair {
        at: tokens.end_before(index),
        change: Change::Insert(change),
        range: last_token_range(tokens, index),
        message: "this name has no value yet: ` = …;` is missing".to_owned(),
        fix: None,
    }
}

fn attribute_name(tokens: &Tokens<'_>, index: usize, repairs: &mut Vec<Repair>) {
    let after_dot = tokens.before(index).is_some_and(|token| token.kind == TOKEN_DOT);
    if after_dot {
        repairs.push(Repair {
            at: tokens.end_before(index),
            change: Change::Insert(PLACEHOLDER.to_owned()),
            range: last_token_range(tokens, index),
            message: "an attribute name is missing after this `.`".to_owned(),
            fix: None,
        });
        return;
    }
    if tokens.kind(index) == Some(TOKEN_ASSIGN) {
        repairs.push(Repair {
            at: tokens.end_before(index),
            change: Change::Insert(format!(" {PLACEHOLDER}")),
            range: token_range(tokens, index),
            message: "a name is missing before this `=`".to_owned(),
            fix: None,
        });
    }
    if tokens.kind(index) == Some(TOKEN_SEMICOLON) {
        repairs.push(Repair {
            message: "this `;` ends nothing".to_owned(),
            ..blank_at(tokens, index)
        });
    }
    // `let a = 1; { … }`: the body begins where a binding is expected.
    if matches!(tokens.kind(index), Some(TOKEN_L_BRACE | TOKEN_L_PAREN | TOKEN_L_BRACK | TOKEN_IF))
    {
        repairs.push(Repair {
            at: tokens.end_before(index),
            change: Change::Insert(" in ".to_owned()),
            range: token_range(tokens, index),
            message: "`in` is missing between the `let` bindings and this expression".to_owned(),
            fix: None,
        });
    }
    if tokens.get(index).is_none() {
        repairs.push(end_of_let(tokens, index));
    }
}

fn end_of_let(tokens: &Tokens<'_>, index: usize) -> Repair {
    Repair {
        at: tokens.end_before(index),
        change: Change::Insert(format!(" in {PLACEHOLDER}")),
        range: last_token_range(tokens, index),
        message: "the file ends inside a `let`: `in` and its expression are missing".to_owned(),
        fix: None,
    }
}

fn expression(tokens: &Tokens<'_>, index: usize) -> Repair {
    let at = tokens.end_before(index);
    let mut change = format!(" {PLACEHOLDER}");
    let previous = tokens.before(index);
    let ends_set = matches!(tokens.kind(index), Some(TOKEN_R_BRACE | TOKEN_IN));
    if ends_set && previous.is_some_and(|token| token.kind == TOKEN_ASSIGN) {
        change.push(';');
    }
    let message = match (previous, tokens.get(index)) {
        (Some(previous), _) if previous.kind == TOKEN_ASSIGN => {
            "a value is missing after this `=`".to_owned()
        }
        (Some(previous), Some(next)) => {
            format!(
                "an expression is missing between {} and {}",
                previous.describe(),
                next.describe()
            )
        }
        (Some(previous), None) => format!("an expression is missing after {}", previous.describe()),
        (None, _) => "the file holds no expression".to_owned(),
    };
    Repair {
        at,
        change: Change::Insert(change),
        range: last_token_range(tokens, index),
        message,
        fix: None,
    }
}

fn extra(tokens: &Tokens<'_>, index: usize) -> Vec<Repair> {
    let mut repairs = Vec::new();
    let previous = tokens.before(index).map(|token| token.kind);
    if previous == Some(TOKEN_R_BRACE) && tokens.kind(index) != Some(TOKEN_SEMICOLON) {
        repairs.push(insert_after_previous(
            tokens,
            index,
            ":",
            "a `:` is missing between the function's arguments and its body",
        ));
    }
    if let Some(token) = tokens.get(index) {
        repairs.push(Repair {
            message: format!(
                "unexpected {}: the file's expression is already complete",
                token.describe()
            ),
            ..blank(token)
        });
    }
    repairs
}

fn keyword(tokens: &Tokens<'_>, index: usize, insert: &str, name: &str) -> Repair {
    insert_after_previous(tokens, index, insert, &format!("this `if` lacks its `{name}`"))
}

fn instead_of(tokens: &Tokens<'_>, index: usize, new: &str, message: &str) -> Repair {
    // Blanking the wrong token leaves room for the right one before it.
    Repair {
        at: tokens.get(index).map_or(TextSize::new(0), |token| token.start),
        change: Change::Insert(new.to_owned()),
        range: token_range(tokens, index),
        message: message.to_owned(),
        fix: None,
    }
}

fn insert_after_previous(tokens: &Tokens<'_>, index: usize, new: &str, message: &str) -> Repair {
    Repair {
        at: tokens.end_before(index),
        change: Change::Insert(new.to_owned()),
        range: last_token_range(tokens, index),
        message: message.to_owned(),
        fix: None,
    }
}

fn blank(token: Token<'_>) -> Repair {
    Repair {
        at: token.start,
        change: Change::Blank(TextSize::of(token.text)),
        range: token.range(),
        message: format!("syntax error: unexpected {}", token.describe()),
        fix: None,
    }
}

fn blank_at(tokens: &Tokens<'_>, index: usize) -> Repair {
    blank(tokens.significant[index])
}

fn token_range(tokens: &Tokens<'_>, index: usize) -> TextRange {
    tokens.get(index).map_or_else(|| last_token_range(tokens, index), Token::range)
}

fn last_token_range(tokens: &Tokens<'_>, index: usize) -> TextRange {
    tokens.before(index).map_or(TextRange::empty(TextSize::new(0)), Token::range)
}
