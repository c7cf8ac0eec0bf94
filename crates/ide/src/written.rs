//! What is written to the left of the cursor, token by token. In a line that is being typed this is
//! all there is to go by: the parser's tree of it is a guess.

use module::Symbol;
use rnix::SyntaxKind::{self, *};
use syntax::{TextRange, TextSize};

/// The attribute path that the cursor is at the end of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Written {
    /// The names before the word, outermost first; `${…}` is [`Symbol::COMPUTED`].
    pub before: Vec<Symbol>,
    /// The word under the cursor with its quotes, on the cursor's line; empty after a `.` or a blank.
    pub word: TextRange,
    /// Where the whole path starts; with nothing written, where the text before it ends.
    pub start: TextSize,
    pub position: Position,
}

/// What may stand at a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Position {
    /// A new binding of the set around it.
    Binding,
    /// A name in `inherit (from) …`; the range is that of `from`.
    Inherit(TextRange),
    Expression,
}

#[derive(Clone, Copy)]
struct Token<'t> {
    kind: SyntaxKind,
    text: &'t str,
    start: usize,
}

impl Token<'_> {
    fn end(self) -> usize {
        self.start + self.text.len()
    }

    fn is_name(self) -> bool {
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

impl Written {
    /// `None` where nothing is to be completed: in comments, in strings, in paths and numbers.
    pub fn at(text: &str, cursor: TextSize) -> Option<Written> {
        let cursor = usize::from(cursor);
        let tokens = significant(text.get(..cursor)?)?;
        let mut left = Left { text, tokens: &tokens };
        let word = left.word(cursor)?;
        let before = left.path_before()?;
        let start = match left.first_is(&word, &before) {
            Some(start) => start,
            None => left.tokens.last().map_or(0, |token| token.end()),
        };
        let position = left.position(start, !(before.is_empty() && word.is_empty()));
        Some(Written { before, word, start: TextSize::new(start as u32), position })
    }
}

/// All tokens but blanks and comments; `None` if the text ends inside a comment.
fn significant(text: &str) -> Option<Vec<Token<'_>>> {
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
struct Left<'t> {
    text: &'t str,
    tokens: &'t [Token<'t>],
}

impl<'t> Left<'t> {
    fn last(&self) -> Option<Token<'t>> {
        self.tokens.last().copied()
    }

    fn drop_last(&mut self, count: usize) {
        self.tokens = &self.tokens[..self.tokens.len().saturating_sub(count)];
    }

    /// The word that ends or goes on at the cursor.
    fn word(&mut self, cursor: usize) -> Option<TextRange> {
        let range = |start: usize, end: usize| {
            TextRange::new(TextSize::new(start as u32), TextSize::new(end as u32))
        };
        let rest = identifier_length(&self.text[cursor..]);
        let Some(last) = self.last().filter(|last| last.end() == cursor) else {
            // Inside a word that begins here there is nothing to the left.
            return Some(range(cursor, cursor + rest));
        };
        match last.kind {
            _ if last.is_name() => {
                self.drop_last(1);
                Some(range(last.start, cursor + rest))
            }
            TOKEN_STRING_START | TOKEN_STRING_CONTENT => self.quoted_word(cursor),
            // The tokenizer's name for the text of a string that has no end.
            TOKEN_ERROR if self.is_in_string() => self.quoted_word(cursor),
            // `${…}text` and the like.
            TOKEN_INTERPOL_END | TOKEN_ERROR | TOKEN_INTEGER | TOKEN_FLOAT | TOKEN_URI => None,
            TOKEN_PATH_ABS | TOKEN_PATH_REL | TOKEN_PATH_HOME | TOKEN_PATH_SEARCH => None,
            TOKEN_STRING_END => None,
            _ => Some(range(cursor, cursor + rest)),
        }
    }

    fn is_in_string(&self) -> bool {
        let before = self.tokens.len().checked_sub(2).map(|index| self.tokens[index].kind);
        before == Some(TOKEN_STRING_START)
    }

    /// `hypervisor."we`: a quoted name, if the string stands where a name does.
    fn quoted_word(&mut self, cursor: usize) -> Option<TextRange> {
        if self.last()?.kind != TOKEN_STRING_START {
            self.drop_last(1);
        }
        let quote = self.last().filter(|token| token.text == "\"")?;
        if quote.kind != TOKEN_STRING_START || self.text[quote.start..cursor].contains('\n') {
            return None;
        }
        self.drop_last(1);
        let is_name = match self.last() {
            Some(before) => matches!(before.kind, TOKEN_DOT | TOKEN_SEMICOLON | TOKEN_L_BRACE),
            None => false,
        };
        if !is_name {
            return None;
        }
        let line = self.text[cursor..].lines().next().unwrap_or("");
        let stop = |ch: char| !(ch.is_ascii_alphanumeric() || "-_'./:@".contains(ch));
        let length = line.find(stop).unwrap_or(line.len());
        // The name ends with its quote; without one, with the word.
        let end = match line[length..].starts_with('"') {
            true => cursor + length + 1,
            false => cursor + identifier_length(line),
        };
        Some(TextRange::new(TextSize::new(quote.start as u32), TextSize::new(end as u32)))
    }

    /// `a.b.` to the left of the word. `None` if something else than names is selected from.
    fn path_before(&mut self) -> Option<Vec<Symbol>> {
        let mut names = Vec::new();
        while self.last().is_some_and(|token| token.kind == TOKEN_DOT) {
            self.drop_last(1);
            let name = self.segment()?;
            names.push(name);
        }
        names.reverse();
        Some(names)
    }

    fn segment(&mut self) -> Option<Symbol> {
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

    /// Where the path starts, if anything of it is written.
    fn first_is(&self, word: &TextRange, before: &[Symbol]) -> Option<usize> {
        if before.is_empty() {
            return (!word.is_empty()).then_some(usize::from(word.start()));
        }
        // Whatever follows the last token that is left begins the path.
        let from = self.last().map_or(0, |token| token.end());
        let blank = |text: &str| text.len() - text.trim_start().len();
        let mut start = from;
        loop {
            start += blank(&self.text[start..]);
            let rest = &self.text[start..];
            if rest.starts_with('#') {
                start += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                start += rest.find("*/").map_or(rest.len(), |at| at + 2);
            } else {
                return Some(start);
            }
        }
    }

    fn position(&self, start: usize, is_written: bool) -> Position {
        if let Some(from) = self.inherit_source() {
            return Position::Inherit(from);
        }
        match self.last().map(|token| token.kind) {
            Some(TOKEN_L_BRACE) => Position::Binding,
            Some(TOKEN_SEMICOLON) if !self.is_after_with() => Position::Binding,
            // `rec {` is a brace; a `let`'s bindings are no options.
            Some(_) if is_written && self.is_in_line_with_sibling(start) => Position::Binding,
            _ => Position::Expression,
        }
    }

    /// Whether the `;` on the left ends a `with` or an `assert`, so that its body follows.
    fn is_after_with(&self) -> bool {
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

    /// `inherit (from) a b `: the source in parentheses.
    fn inherit_source(&self) -> Option<TextRange> {
        let names = self.tokens.iter().rev().take_while(|token| token.kind == TOKEN_IDENT).count();
        let close = self.tokens.len().checked_sub(names + 1)?;
        if self.tokens[close].kind != TOKEN_R_PAREN {
            return None;
        }
        let mut depth = 0;
        for index in (0..close).rev() {
            match self.tokens[index].kind {
                TOKEN_R_PAREN => depth += 1,
                TOKEN_L_PAREN if depth > 0 => depth -= 1,
                TOKEN_L_PAREN => {
                    let before = self.tokens.get(index.checked_sub(1)?)?;
                    let range = TextRange::new(
                        TextSize::new(self.tokens[index].end() as u32),
                        TextSize::new(self.tokens[close].start as u32),
                    );
                    return (before.kind == TOKEN_INHERIT).then_some(range);
                }
                TOKEN_SEMICOLON => return None,
                _ => {}
            }
        }
        None
    }

    /// A sibling that has lost its `;` stands right above, in the same column: what begins here is a
    /// binding and not its argument.
    fn is_in_line_with_sibling(&self, start: usize) -> bool {
        let Some(column) = self.first_column(start) else { return false };
        let mut depth = 0;
        for (index, token) in self.tokens.iter().enumerate().rev() {
            match token.kind {
                TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_R_PAREN => depth += 1,
                TOKEN_L_BRACE | TOKEN_L_BRACK | TOKEN_L_PAREN if depth == 0 => return false,
                TOKEN_L_BRACE | TOKEN_L_BRACK | TOKEN_L_PAREN => depth -= 1,
                TOKEN_SEMICOLON if depth == 0 => return false,
                TOKEN_ASSIGN if depth == 0 => {
                    let mut above = Left { text: self.text, tokens: &self.tokens[..index] };
                    if above.segment().is_none() || above.path_before().is_none() {
                        return false;
                    }
                    let first = self.tokens[above.tokens.len()].start;
                    return self.first_column(first) == Some(column)
                        && above.last().is_none_or(|token| token.kind != TOKEN_LET);
                }
                _ => {}
            }
        }
        false
    }

    /// The column of something that is first on its line.
    fn first_column(&self, start: usize) -> Option<usize> {
        let line = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        self.text[line..start].trim().is_empty().then_some(start - line)
    }
}

/// Bytes of the name that goes on at the start of `text`.
fn identifier_length(text: &str) -> usize {
    text.bytes().take_while(|&byte| byte.is_ascii_alphanumeric() || b"_'-".contains(&byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str, &str)>) {
        let (before, after) = text.split_once("$0").unwrap();
        let text = format!("{before}{after}");
        let written = Written::at(&text, TextSize::of(before));
        let shown = written.map(|written| {
            let names: Vec<&str> = written.before.iter().map(|name| name.as_str()).collect();
            let position = match written.position {
                Position::Binding => "binding".to_owned(),
                Position::Inherit(from) => format!("inherit {}", &text[from]),
                Position::Expression => "expression".to_owned(),
            };
            (names.join("."), text[written.word].to_owned(), position)
        });
        let shown = shown.as_ref().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str()));
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn paths_words_and_positions() {
        check("{ x = config.a.b$0c; }", Some(("config.a", "bc", "expression")));
        check("{ x = config.a.$0 ; }", Some(("config.a", "", "expression")));
        check("{ x = config\n  .a\n  .$0", Some(("config.a", "", "expression")));
        check("{ a.\"b c\".${d}.$0 }", Some(("a.b c.${…}", "", "binding")));
        check("{ a.\"b$0c\" = 1; }", Some(("a", "\"bc\"", "binding")));
        check("{ a = 1; in$0 }", Some(("", "in", "binding")));
        check("with a; $0", Some(("", "", "expression")));
        check("{ x = with a; b; $0 }", Some(("", "", "binding")));
        check("{ inherit (config.a) b $0; }", Some(("", "", "inherit config.a")));
        check("{\n  a = { }\n  b$0\n}", Some(("", "b", "binding")));
        check("{\n  a = f\n    b$0\n}", Some(("", "b", "expression")));
    }

    #[test]
    fn comments_strings_and_paths_are_left_alone() {
        check("{ # a.$0\n}", None);
        check("{ /* a.$0 */ }", None);
        check("{ a = \"b.$0\"; }", None);
        check("{ a = ''\n b.$0\n''; }", None);
        check("{ a = ./b.$0; }", None);
        check("{ a = 1$0; }", None);
        check("{ a = (f x).$0; }", None);
        check("{ a = \"${config.$0}\"; }", Some(("config", "", "expression")));
    }
}
