//! A closing bracket with which its line begins, and the bracket that it closes.

use super::left::significant;
use rnix::SyntaxKind::*;
use syntax::TextSize;

/// Offsets in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Closer {
    pub at: usize,
    pub opener: usize,
}

impl Closer {
    /// The bracket in front of the cursor, if it is the first on its line; or, behind a `;`, the first of the
    /// brackets that it alone follows. `None` in strings and comments, and where brackets do not fit.
    pub fn at(text: &str, cursor: TextSize) -> Option<Closer> {
        let before = text.get(..usize::from(cursor))?;
        let tokens = significant(before)?;
        let line = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let first = tokens.partition_point(|token| token.start < line);
        let (closers, semicolon) = match tokens.get(first..)? {
            [closers @ .., semicolon] if semicolon.kind == TOKEN_SEMICOLON => (closers, true),
            closers => (closers, false),
        };
        let is_closer = |kind| matches!(kind, TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_R_PAREN);
        let fits = before.ends_with([';', '}', ']', ')'])
            && closers.iter().all(|token| is_closer(token.kind))
            && (semicolon || closers.len() == 1);
        let closer = closers.first().filter(|_| fits)?;
        // What is in front of it could be the end of a comment.
        if !before[line..closer.start].trim().is_empty() {
            return None;
        }
        let mut open = Vec::new();
        for token in &tokens[..=first] {
            let opens = match token.kind {
                TOKEN_L_BRACE | TOKEN_L_BRACK | TOKEN_L_PAREN | TOKEN_INTERPOL_START => {
                    open.push((token.kind, token.start));
                    continue;
                }
                TOKEN_R_BRACE => TOKEN_L_BRACE,
                TOKEN_R_BRACK => TOKEN_L_BRACK,
                TOKEN_R_PAREN => TOKEN_L_PAREN,
                TOKEN_INTERPOL_END => TOKEN_INTERPOL_START,
                _ => continue,
            };
            let (kind, start) = open.pop()?;
            if kind != opens {
                return None;
            }
            if token.start == closer.start {
                return Some(Closer { at: closer.start, opener: start });
            }
        }
        None
    }
}
