//! The token stream of a text, with what repairing asks of it: lines, indentation, neighbours.

use crate::well_formed::tokenize;
use crate::{SyntaxKind, SyntaxKind::*, TextRange, TextSize};

pub(super) struct Tokens<'t> {
    pub text: &'t str,
    /// Without whitespace and comments.
    pub significant: Vec<Token<'t>>,
}

#[derive(Clone, Copy)]
pub(super) struct Token<'t> {
    pub kind: SyntaxKind,
    pub text: &'t str,
    pub start: TextSize,
}

impl<'t> Token<'t> {
    pub fn range(self) -> TextRange {
        TextRange::at(self.start, TextSize::of(self.text))
    }

    pub fn end(self) -> TextSize {
        self.range().end()
    }

    /// For a message: the token as the user wrote it.
    pub fn describe(self) -> String {
        match self.kind {
            TOKEN_STRING_START | TOKEN_STRING_END => "string quote".to_owned(),
            TOKEN_STRING_CONTENT => "text".to_owned(),
            _ => {
                let short: String = self.text.chars().take(30).collect();
                format!("`{short}`")
            }
        }
    }
}

impl<'t> Tokens<'t> {
    pub fn new(text: &'t str) -> Tokens<'t> {
        let mut start = TextSize::new(0);
        let mut significant = Vec::new();
        for (kind, text) in tokenize(text) {
            if !kind.is_trivia() {
                significant.push(Token { kind, text, start });
            }
            start += TextSize::of(text);
        }
        Tokens { text, significant }
    }

    /// Index of the first significant token at or after `offset`.
    pub fn index_at(&self, offset: TextSize) -> usize {
        self.significant.partition_point(|token| token.start < offset)
    }

    pub fn at(&self, offset: TextSize) -> Option<Token<'t>> {
        self.significant.get(self.index_at(offset)).copied()
    }

    pub fn get(&self, index: usize) -> Option<Token<'t>> {
        self.significant.get(index).copied()
    }

    pub fn kind(&self, index: usize) -> Option<SyntaxKind> {
        self.get(index).map(|token| token.kind)
    }

    pub fn before(&self, index: usize) -> Option<Token<'t>> {
        self.get(index.checked_sub(1)?)
    }

    /// Where the token before `index` ends; the start of the text if there is none.
    pub fn end_before(&self, index: usize) -> TextSize {
        self.before(index).map_or(TextSize::new(0), Token::end)
    }

    fn line_start(&self, offset: TextSize) -> usize {
        self.text[..usize::from(offset)].rfind('\n').map_or(0, |at| at + 1)
    }

    /// Whether only blanks stand before `offset` on its line.
    pub fn is_first_on_line(&self, offset: TextSize) -> bool {
        // Only the blanks are looked at: a line may be as long as the text.
        let before = self.text[..usize::from(offset)].trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with('\n')
    }

    /// Columns of blanks at the start of the line that holds `offset`.
    pub fn indent(&self, offset: TextSize) -> usize {
        let line = &self.text[self.line_start(offset)..];
        line.len() - line.trim_start_matches([' ', '\t']).len()
    }

    pub fn same_line(&self, a: TextSize, b: TextSize) -> bool {
        self.line_start(a) == self.line_start(b)
    }

    /// The end of the line that holds `offset`, without blanks at its end and without its `\n`.
    pub fn line_end(&self, offset: TextSize) -> TextSize {
        let start = usize::from(offset);
        let rest = &self.text[start..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        TextSize::new((start + line.trim_end().len()) as u32)
    }
}
