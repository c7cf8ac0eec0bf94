//! What rnix cannot take: texts that would need more stack than there is, or time that grows with the square
//! of their length. No author writes them; a generator or an attacker might.

use crate::{SyntaxKind::*, TextRange, TextSize};
use std::ops::ControlFlow;

/// Texts up to this many bytes may take the stack that their length could need at the very worst; it
/// is only reserved, not touched. Longer ones are worth a closer look.
const SHORT: usize = 32 * 1024;
/// rnix itself stops at 512 nested expressions; each takes a score of its functions.
const GRAMMAR: usize = 512 * 4;
/// Operators or arguments in a row. Each nests the tree by one level, and building it takes time with the
/// square of its depth.
pub(crate) const MAX_CHAIN: usize = 16 * 1024;
/// Bytes of names and dots in a row. rnix reads all of them again at each dot, to see whether they are a path;
/// where that comes to more than so many steps in a text, the runs are cut to so many bytes.
const MAX_STEPS: usize = 64 * 1024 * 1024;
const MAX_RUN: usize = 256;

/// How deep the tree of a text can be at most; `Break` with the place if it is deeper than we can take.
pub(crate) fn nesting_bound(text: &str) -> ControlFlow<TextRange, usize> {
    if text.len() <= SHORT {
        return ControlFlow::Continue(GRAMMAR + text.len());
    }
    // Operators, arguments, names of attribute paths and brackets nest without the parser's own limit:
    // count them between the separators that end them. Elements of lists stand side by side.
    let mut open = Vec::new();
    let (mut here, mut total, mut deepest) = (0usize, 0usize, 0usize);
    let mut chain = Chain::default();
    let mut start = TextSize::new(0);
    for (kind, token) in rnix::tokenize(text) {
        let at = start;
        start += TextSize::of(token);
        match kind {
            TOKEN_WHITESPACE | TOKEN_COMMENT => continue,
            TOKEN_L_BRACE | TOKEN_L_BRACK | TOKEN_L_PAREN | TOKEN_INTERPOL_START => {
                chain.operand();
                open.push((here, kind, std::mem::take(&mut chain)));
                total += here + 1;
                here = 0;
            }
            TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_R_PAREN | TOKEN_INTERPOL_END => {
                if let Some((outer, _, around)) = open.pop() {
                    total -= outer + 1;
                    here = outer + 1;
                    chain = around;
                }
            }
            TOKEN_SEMICOLON | TOKEN_COMMA => {
                here = 0;
                chain = Chain::default();
            }
            _ if open.last().is_some_and(|(_, bracket, _)| *bracket == TOKEN_L_BRACK) => {}
            TOKEN_STRING_CONTENT | TOKEN_STRING_END => {}
            // What the parser counts itself, and the dots of attribute paths.
            TOKEN_DOT | TOKEN_IF | TOKEN_THEN | TOKEN_ELSE | TOKEN_LET | TOKEN_IN | TOKEN_WITH
            | TOKEN_ASSERT | TOKEN_REC | TOKEN_INHERIT | TOKEN_ASSIGN | TOKEN_COLON | TOKEN_AT
            | TOKEN_ELLIPSIS => {
                here += 1;
                chain.after_operator = true;
            }
            TOKEN_IDENT | TOKEN_INTEGER | TOKEN_FLOAT | TOKEN_URI | TOKEN_STRING_START
            | TOKEN_PATH_ABS | TOKEN_PATH_REL | TOKEN_PATH_HOME | TOKEN_PATH_SEARCH => {
                here += 1;
                chain.operand();
            }
            _ => {
                here += 1;
                chain.operator();
            }
        }
        if chain.levels > MAX_CHAIN {
            return ControlFlow::Break(TextRange::at(at, TextSize::of(token)));
        }
        deepest = deepest.max(total + here);
    }
    ControlFlow::Continue(GRAMMAR + deepest)
}

/// Operators and arguments that follow each other.
#[derive(Default)]
struct Chain {
    levels: usize,
    after_operator: bool,
}

impl Chain {
    /// One that follows another is its argument.
    fn operand(&mut self) {
        self.levels += usize::from(!self.after_operator);
        self.after_operator = false;
    }

    fn operator(&mut self) {
        self.levels += 1;
        self.after_operator = true;
    }
}

/// Places where a blank cuts a run of names and dots, each before a dot; in the order of the text. There
/// are none unless the runs are so long that reading them takes more time than the rest of the text.
pub(crate) fn cuts_of_long_runs(text: &str) -> Vec<TextSize> {
    let is_part =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'+' | b'-');
    let bytes = text.as_bytes();
    if bytes.len().saturating_mul(bytes.len()) <= MAX_STEPS {
        return Vec::new();
    }
    let runs = bytes.split(|byte| !is_part(byte));
    let steps: usize = runs.map(|run| run.len().saturating_mul(run.len())).sum();
    if steps <= MAX_STEPS {
        return Vec::new();
    }
    let mut cuts = Vec::new();
    let mut start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'.' && at - start > MAX_RUN {
            cuts.push(TextSize::new(at as u32));
            start = at;
        } else if !is_part(byte) {
            start = at + 1;
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_and_paths_are_not_deep() {
        let list = format!("[ {} ]", "\"a\" ".repeat(MAX_CHAIN * 2));
        assert!(nesting_bound(&list).is_continue());
        let path = format!("a{} = 1;", " .b".repeat(MAX_CHAIN * 2));
        assert!(nesting_bound(&path).is_continue());
        let sum = format!("1{}", " + 1".repeat(MAX_CHAIN));
        assert!(nesting_bound(&sum).is_break());
    }

    #[test]
    fn runs_are_cut_before_a_dot() {
        let text = format!("x = {}; y = a.b.c;", "a.".repeat(8 * 1024));
        let cuts = cuts_of_long_runs(&text);
        assert_eq!(cuts.len(), 63);
        assert!(cuts.iter().all(|cut| text[usize::from(*cut)..].starts_with('.')));
        assert_eq!(cuts_of_long_runs(&text[..1024]), []);
    }
}
