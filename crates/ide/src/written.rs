//! What is written to the left of the cursor, token by token. In a line that is being typed this is
//! all there is to go by: the parser's tree of it is a guess.

mod call;
mod closer;
mod left;
mod slot;

pub(crate) use call::Call;
pub(crate) use closer::Closer;
pub(crate) use slot::{Slot, SlotKind};

use left::{Left, blanks_and_comments, significant};
use module::Symbol;
use rnix::SyntaxKind::*;
use syntax::{TextRange, TextSize};

/// The attribute path that the cursor is at the end of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Written {
    /// The names before the word, outermost first; `${…}` is [`Symbol::COMPUTED`].
    pub before: Vec<Symbol>,
    /// The expression in parentheses that the path selects from, with these.
    pub base: Option<TextRange>,
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
    /// An argument that a function takes from a set.
    Formal,
    Expression,
}

/// A path literal that the cursor is at the end of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WrittenPath {
    /// As written up to the last slash, that included: `../modules/`.
    pub folder: String,
    /// What follows.
    pub word: TextRange,
    /// Of the whole literal.
    pub start: TextSize,
}

impl Written {
    /// `None` where nothing is to be completed: in comments, in strings, in paths and numbers.
    pub fn at(text: &str, cursor: TextSize) -> Option<Written> {
        let cursor = usize::from(cursor);
        let tokens = significant(text.get(..cursor)?)?;
        let mut left = Left::new(text, &tokens);
        let word = left.word(cursor)?;
        let (before, base) = left.selected_from()?;
        let start = match left.first_is(&word, base.is_some() || !before.is_empty()) {
            Some(start) => start,
            None => left.tokens.last().map_or(0, |token| token.end()),
        };
        let position = match base {
            Some(_) => Position::Expression,
            None => left.position(start, !(before.is_empty() && word.is_empty())),
        };
        Some(Written { before, base, word, start: TextSize::new(start as u32), position })
    }
}

/// The attribute path that ends at a place.
pub(crate) fn path_ending_at(text: &str, end: TextSize) -> Option<Vec<Symbol>> {
    let tokens = significant(text.get(..usize::from(end))?)?;
    let (names, _) = Left::new(text, &tokens).attribute_path()?;
    Some(names)
}

/// For a string in a list of strings: those before it, and where the list begins.
pub(crate) fn listed_before(text: &str, string: TextSize) -> Option<(Vec<Symbol>, TextSize)> {
    let tokens = significant(text.get(..usize::from(string))?)?;
    let mut left = Left::new(text, &tokens);
    let mut names = Vec::new();
    loop {
        let last = left.last()?;
        match last.kind {
            TOKEN_STRING_END => names.push(left.segment()?),
            TOKEN_L_BRACK => {
                names.reverse();
                return Some((names, TextSize::new(last.start as u32)));
            }
            _ => return None,
        }
    }
}

impl WrittenPath {
    /// `None` where no relative path is being written.
    pub fn at(text: &str, cursor: TextSize) -> Option<WrittenPath> {
        let cursor = usize::from(cursor);
        let before = text.get(..cursor)?;
        let is_path = |ch: char| ch.is_ascii_alphanumeric() || "._-+/".contains(ch);
        let start = before.trim_end_matches(is_path).len();
        let written = &before[start..];
        if !(written.starts_with("./") || written.starts_with("../"))
            || Left::new(text, &significant(&text[..start])?).is_in_string()
        {
            return None;
        }
        let name = written.rfind('/')? + 1;
        let rest = text[cursor..].find(|ch| !is_path(ch) || ch == '/');
        let end = rest.map_or(text.len(), |length| cursor + length);
        let size = |at: usize| TextSize::new(at as u32);
        Some(WrittenPath {
            folder: written[..name].to_owned(),
            word: TextRange::new(size(start + name), size(end)),
            start: size(start),
        })
    }
}

/// The plain string of one line that the cursor is in, quotes included; without its end, up to the
/// cursor.
pub(crate) fn string_at(text: &str, cursor: TextSize) -> Option<TextRange> {
    let cursor = usize::from(cursor);
    let tokens = significant(text.get(..cursor)?)?;
    let left = Left::new(text, &tokens);
    let start = left.string_start()?;
    let content = &text[start + 1..cursor];
    if content.contains(['\n', '$', '\\']) {
        return None;
    }
    let line = text[cursor..].lines().next().unwrap_or("");
    let end = match line.find(['"', '$', '\\', ';']) {
        Some(length) if line[length..].starts_with('"') => cursor + length + 1,
        _ => cursor,
    };
    Some(TextRange::new(TextSize::new(start as u32), TextSize::new(end as u32)))
}

impl Left<'_> {
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
            TOKEN_ERROR if self.is_after_quote() => self.quoted_word(cursor),
            // `${…}text` and the like.
            TOKEN_INTERPOL_END | TOKEN_ERROR | TOKEN_INTEGER | TOKEN_FLOAT | TOKEN_URI => None,
            TOKEN_PATH_ABS | TOKEN_PATH_REL | TOKEN_PATH_HOME | TOKEN_PATH_SEARCH => None,
            TOKEN_STRING_END => None,
            _ => Some(range(cursor, cursor + rest)),
        }
    }

    fn is_after_quote(&self) -> bool {
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

    /// Where the path starts, if anything of it is written.
    fn first_is(&self, word: &TextRange, has_before: bool) -> Option<usize> {
        if !has_before {
            return (!word.is_empty()).then_some(usize::from(word.start()));
        }
        // Whatever follows the last token that is left begins the path.
        let from = self.last().map_or(0, |token| token.end());
        Some(from + blanks_and_comments(&self.text[from..]))
    }

    fn position(&self, start: usize, is_written: bool) -> Position {
        if let Some(from) = self.inherit_source() {
            return Position::Inherit(from);
        }
        match self.last().map(|token| token.kind) {
            Some(TOKEN_L_BRACE | TOKEN_LET) => Position::Binding,
            Some(TOKEN_COMMA) => Position::Formal,
            Some(TOKEN_SEMICOLON) if !self.is_after_with() => Position::Binding,
            Some(_) if is_written && self.is_in_line_with_sibling(start) => Position::Binding,
            _ => Position::Expression,
        }
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
                    let mut above = Left::new(self.text, &self.tokens[..index]);
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
                Position::Formal => "formal".to_owned(),
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
        check("{ config, l$0ib, ... }: { }", Some(("", "lib", "formal")));
        check("{ a = (f x).$0; }", Some(("", "", "expression")));
        check("{ a = (f x).b.c$0; }", Some(("b", "c", "expression")));
        check("{ a = b.c ? $0; }", Some(("b.c", "", "expression")));
        check("{ a = b.c ? d.e$0; }", Some(("b.c.d", "e", "expression")));
        check("{ a ? b$0, ... }: { }", Some(("", "b", "expression")));
    }

    #[test]
    fn comments_strings_and_paths_are_left_alone() {
        check("{ # a.$0\n}", None);
        check("{ /* a.$0 */ }", None);
        check("{ a = \"b.$0\"; }", None);
        check("{ a = ''\n b.$0\n''; }", None);
        check("{ a = ./b.$0; }", None);
        check("{ a = 1$0; }", None);
        check("{ a = [ ].$0; }", None);
        check("{ a = \"${config.$0}\"; }", Some(("config", "", "expression")));
    }
}
