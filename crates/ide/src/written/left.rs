//! The tokens to the left of a place, read backwards.

use module::Symbol;
use rnix::SyntaxKind::{self, *};
use syntax::{TextRange, TextSize};

#[derive(Clone, Copy, PartialEq)]
pub(super) struct Token<'t> {
    pub kind: SyntaxKind,
    pub text: &'t str,
    pub start: usize,
}

impl Token<'_> {
    pub fn end(self) -> usize {
        self.start + self.text.len()
    }

    pub fn is_name(self) -> bool {
        self.kind == TOKEN_IDENT || self.is_keyword()
    }

    /// A keyword may be the beginning of a name: `in` of `interval`.
    fn is_keyword(self) -> bool {
        matches!(
            self.kind,
            TOKEN_OR
                | TOKEN_IN
                | TOKEN_IF
                | TOKEN_LET
                | TOKEN_REC
                | TOKEN_THEN
                | TOKEN_ELSE
                | TOKEN_WITH
                | TOKEN_ASSERT
                | TOKEN_INHERIT
        )
    }
}

/// All tokens but blanks and comments; `None` if the text ends inside a comment.
pub(super) fn significant(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::with_capacity(text.len() / 6);
    let mut start = 0;
    let mut in_comment = false;
    for (kind, piece) in rnix::tokenize(text) {
        let token = Token { kind, text: piece, start };
        start += piece.len();
        in_comment = kind == TOKEN_COMMENT && (piece.starts_with('#') || !piece.ends_with("*/"));
        // What the tokenizer cannot read is most likely a comment or a string without an end.
        in_comment |= kind == TOKEN_ERROR && piece.starts_with("/*");
        if kind != TOKEN_WHITESPACE && kind != TOKEN_COMMENT {
            tokens.push(token);
        }
    }
    (!in_comment).then_some(tokens)
}

/// The tokens to the left of what has been taken in so far.
#[derive(Clone, Copy)]
pub(super) struct Left<'t> {
    pub text: &'t str,
    pub tokens: &'t [Token<'t>],
}

impl<'t> Left<'t> {
    pub fn new(text: &'t str, tokens: &'t [Token<'t>]) -> Left<'t> {
        Left { text, tokens }
    }

    pub fn last(&self) -> Option<Token<'t>> {
        self.tokens.last().copied()
    }

    pub fn drop_last(&mut self, count: usize) {
        self.tokens = &self.tokens[..self.tokens.len().saturating_sub(count)];
    }

    /// `a.b.` to the left of the word. `None` if something else than names is selected from.
    pub fn path_before(&mut self) -> Option<Vec<Symbol>> {
        let mut names = Vec::new();
        while self.last().is_some_and(|token| token.kind == TOKEN_DOT) {
            self.drop_last(1);
            let name = self.segment()?;
            names.push(name);
        }
        names.reverse();
        Some(names)
    }

    /// As [`Left::path_before`]; what is asked for by `?` is selected as well. In front of the path may stand
    /// an expression in parentheses.
    pub fn selected_from(&mut self) -> Option<(Vec<Symbol>, Option<TextRange>)> {
        let mut names = Vec::new();
        while self.last().is_some_and(|token| token.kind == TOKEN_DOT) {
            self.drop_last(1);
            if let Some(close) = self.last().filter(|token| token.kind == TOKEN_R_PAREN) {
                self.group()?;
                let start = self.last().map_or(0, |token| token.end());
                let start = start + blanks_and_comments(&self.text[start..]);
                names.reverse();
                let size = |at: usize| TextSize::new(at as u32);
                return Some((names, Some(TextRange::new(size(start), size(close.end())))));
            }
            names.push(self.segment()?);
        }
        names.reverse();
        if self.last().is_some_and(|token| token.kind == TOKEN_QUESTION) {
            let mut asked = *self;
            asked.drop_last(1);
            let is_default = |before: Option<Token<'_>>| {
                before.is_some_and(|it| matches!(it.kind, TOKEN_L_BRACE | TOKEN_COMMA))
            };
            if let Some((mut path, _)) = asked.attribute_path()
                && !(path.len() == 1 && is_default(asked.last()))
            {
                path.append(&mut names);
                *self = asked;
                return Some((path, None));
            }
        }
        Some((names, None))
    }

    pub fn segment(&mut self) -> Option<Symbol> {
        let last = self.last()?;
        if last.is_name() {
            self.drop_last(1);
            return Some(Symbol::new(last.text));
        }
        let opener = match last.kind {
            TOKEN_STRING_END => TOKEN_STRING_START,
            TOKEN_INTERPOL_END => TOKEN_INTERPOL_START,
            _ => return None,
        };
        let index = self.tokens.iter().rposition(|token| token.kind == opener)?;
        let inner = &self.tokens[index + 1..self.tokens.len() - 1];
        let name = match (opener, inner) {
            (TOKEN_STRING_START, []) => Symbol::new(""),
            (TOKEN_STRING_START, [text]) => Symbol::new(text.text),
            _ => Symbol::COMPUTED,
        };
        self.tokens = &self.tokens[..index];
        Some(name)
    }

    /// Whether the `;` on the left ends a `with` or an `assert`, so that its body follows.
    pub fn is_after_with(&self) -> bool {
        let mut depth = 0;
        for token in self.tokens.iter().rev().skip(1) {
            match token.kind {
                TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_R_PAREN | TOKEN_INTERPOL_END => depth += 1,
                TOKEN_L_BRACE | TOKEN_L_BRACK | TOKEN_L_PAREN | TOKEN_INTERPOL_START => {
                    if depth == 0 {
                        return false;
                    }
                    depth -= 1;
                }
                TOKEN_WITH | TOKEN_ASSERT if depth == 0 => return true,
                TOKEN_SEMICOLON | TOKEN_ASSIGN | TOKEN_LET | TOKEN_IN if depth == 0 => {
                    return false;
                }
                _ => {}
            }
        }
        false
    }

    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    pub fn is_in_string(&self) -> bool {
        self.open_string_index().is_some()
    }

    /// The opening quote of the plain string that has no end yet.
    pub fn string_start(&self) -> Option<usize> {
        let quote = self.tokens[self.open_string_index()?];
        (quote.text == "\"").then_some(quote.start)
    }

    /// The token that opens the string around the end.
    pub fn open_string_index(&self) -> Option<usize> {
        let mut open = Vec::new();
        for (index, token) in self.tokens.iter().enumerate() {
            match token.kind {
                TOKEN_STRING_START | TOKEN_INTERPOL_START => open.push(index),
                TOKEN_STRING_END | TOKEN_INTERPOL_END => drop(open.pop()),
                _ => {}
            }
        }
        open.pop().filter(|&index| self.tokens[index].kind == TOKEN_STRING_START)
    }

    /// What can be an argument, or a function: a name with what is selected from it, a string, something in
    /// brackets. `None`, and nothing taken, if no such thing ends here.
    pub fn atom(&mut self) -> Option<&'t [Token<'t>]> {
        let all = self.tokens;
        let mut rest = *self;
        loop {
            rest.group()?;
            if rest.last().is_none_or(|token| token.kind != TOKEN_DOT) {
                break;
            }
            rest.drop_last(1);
        }
        self.tokens = rest.tokens;
        Some(&all[rest.tokens.len()..])
    }

    /// One name, literal or pair of brackets.
    fn group(&mut self) -> Option<()> {
        let last = self.last()?;
        match last.kind {
            TOKEN_IDENT | TOKEN_INTEGER | TOKEN_FLOAT | TOKEN_URI | TOKEN_PATH_ABS
            | TOKEN_PATH_REL | TOKEN_PATH_HOME | TOKEN_PATH_SEARCH => {
                self.drop_last(1);
                Some(())
            }
            TOKEN_R_PAREN | TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_STRING_END
            | TOKEN_INTERPOL_END => {
                let mut depth = 0;
                while let Some(token) = self.last() {
                    match token.kind {
                        TOKEN_R_PAREN | TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_STRING_END
                        | TOKEN_INTERPOL_END => depth += 1,
                        TOKEN_L_PAREN | TOKEN_L_BRACE | TOKEN_L_BRACK | TOKEN_STRING_START
                        | TOKEN_INTERPOL_START => depth -= 1,
                        _ => {}
                    }
                    self.drop_last(1);
                    if depth == 0 {
                        // `rec { … }` is one thing.
                        if self.last().is_some_and(|token| token.kind == TOKEN_REC) {
                            self.drop_last(1);
                        }
                        return Some(());
                    }
                }
                None
            }
            _ => None,
        }
    }

    /// Takes tokens up to one of these kinds at the same depth, that one included. `None`: there is none
    /// before the brackets around it begin.
    pub fn skip_to(&mut self, wanted: &[SyntaxKind]) -> Option<Token<'t>> {
        loop {
            if self.group().is_some() {
                continue;
            }
            let last = self.last()?;
            if wanted.contains(&last.kind) {
                self.drop_last(1);
                return Some(last);
            }
            if OPENERS.contains(&last.kind) {
                return None;
            }
            self.drop_last(1);
        }
    }

    /// As [`Left::skip_to`], passing over the pairs in between, as those of `let … in`.
    pub fn skip_to_partner(&mut self, wanted: SyntaxKind, end: SyntaxKind) -> Option<()> {
        let mut open = 1;
        while open > 0 {
            open = match self.skip_to(&[wanted, end])?.kind == wanted {
                true => open - 1,
                false => open + 1,
            };
        }
        Some(())
    }

    /// The attribute path that ends here, with where it starts.
    pub fn attribute_path(&mut self) -> Option<(Vec<Symbol>, usize)> {
        let last = self.segment()?;
        let mut names = self.path_before()?;
        names.push(last);
        let end = self.last().map_or(0, |token| token.end());
        let rest = &self.text[end..];
        Some((names, end + blanks_and_comments(rest)))
    }
}

const OPENERS: [SyntaxKind; 5] =
    [TOKEN_L_PAREN, TOKEN_L_BRACE, TOKEN_L_BRACK, TOKEN_STRING_START, TOKEN_INTERPOL_START];

/// The names of a path that consists of nothing else.
pub(super) fn names_of(atom: &[Token<'_>]) -> Option<Vec<Symbol>> {
    let is_path = atom.iter().enumerate().all(|(index, token)| match index % 2 {
        0 => token.is_name(),
        _ => token.kind == TOKEN_DOT,
    });
    is_path.then(|| atom.iter().step_by(2).map(|token| Symbol::new(token.text)).collect())
}

/// Bytes of blanks and comments at the start of `text`.
pub(super) fn blanks_and_comments(text: &str) -> usize {
    let mut start = 0;
    loop {
        start += text[start..].len() - text[start..].trim_start().len();
        let rest = &text[start..];
        if rest.starts_with('#') {
            start += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            start += rest.find("*/").map_or(rest.len(), |at| at + 2);
        } else {
            return start;
        }
    }
}
