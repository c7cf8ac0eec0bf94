//! Text to tokens, in one walk over its bytes. The tokens are those of rnix, those that it makes for mistakes left
//! out.

use crate::SyntaxKind::{self, *};

/// It ends where the next one begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: SyntaxKind,
    /// Bytes.
    pub start: u32,
}

/// What stands behind the last token. No token of a text without mistakes is of this kind.
pub(super) const END: SyntaxKind = TOKEN_ERROR;

/// What the next token belongs to.
#[derive(Clone, Copy)]
enum Inside {
    String {
        indented: bool,
    },
    /// With the number of braces that are open in it.
    Interpolation {
        braces: u32,
    },
    /// A path of this kind, which may go on.
    Path(SyntaxKind),
}

/// All tokens and [`END`]; `None` for a text that this parser does not take.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    u32::try_from(text.len()).ok()?;
    let tokens = Vec::with_capacity(text.len() / 3 + 1);
    let mut lexer =
        Lexer { bytes: text.as_bytes(), at: 0, tokens, inside: Vec::new(), no_path_before: 0 };
    while lexer.at < lexer.bytes.len() {
        lexer.next()?;
    }
    lexer.push(END, text.len());
    Some(lexer.tokens)
}

struct Lexer<'t> {
    bytes: &'t [u8],
    at: usize,
    tokens: Vec<Token>,
    inside: Vec<Inside>,
    /// In front of this place nothing begins a path: what could has been looked at.
    no_path_before: usize,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn starts_with(&self, sign: &[u8]) -> bool {
        self.bytes[self.at..].starts_with(sign)
    }

    fn push(&mut self, kind: SyntaxKind, start: usize) {
        self.tokens.push(Token { kind, start: start as u32 });
    }

    /// A token of so many bytes.
    fn take(&mut self, kind: SyntaxKind, length: usize) {
        self.push(kind, self.at);
        self.at += length;
    }

    /// The end of the bytes from `from` on that are like this.
    fn end_of(&self, from: usize, is_like: impl Fn(u8) -> bool) -> usize {
        let rest = &self.bytes[from..];
        from + rest.iter().position(|&byte| !is_like(byte)).unwrap_or(rest.len())
    }

    fn take_while(&mut self, kind: SyntaxKind, is_like: impl Fn(u8) -> bool) {
        let end = self.end_of(self.at, is_like);
        self.take(kind, end - self.at);
    }

    fn next(&mut self) -> Option<()> {
        match self.inside.last() {
            Some(&Inside::String { indented }) => return self.string(indented),
            Some(&Inside::Path(kind)) => {
                if self.starts_with(b"${") {
                    self.interpolation();
                    return Some(());
                }
                if self.peek(0).is_some_and(is_path_byte) {
                    return self.path(kind, 0);
                }
                self.inside.pop();
            }
            Some(Inside::Interpolation { .. }) | None => {}
        }
        self.code()
    }

    fn interpolation(&mut self) {
        self.inside.push(Inside::Interpolation { braces: 0 });
        self.take(TOKEN_INTERPOL_START, 2);
    }

    /// The rest of a string up to an interpolation or to its end, and that end.
    fn string(&mut self, indented: bool) -> Option<()> {
        let start = self.at;
        let mut at = start;
        let is_end = loop {
            match (*self.bytes.get(at)?, self.bytes.get(at + 1)) {
                (b'$', Some(b'{')) => break false,
                (b'$', Some(b'$')) => at += 2,
                (b'"', _) if !indented => break true,
                (b'\\', next) if !indented => {
                    next?;
                    at += 2;
                }
                (b'\'', Some(b'\'')) if indented => match self.bytes.get(at + 2) {
                    Some(b'\'' | b'$') => at += 3,
                    Some(b'\\') => at += 4,
                    _ => break true,
                },
                _ => at += 1,
            }
        };
        if at > start {
            self.take(TOKEN_STRING_CONTENT, at - start);
        }
        if is_end {
            self.inside.pop();
            self.take(TOKEN_STRING_END, if indented { 2 } else { 1 });
        } else {
            self.interpolation();
        }
        Some(())
    }

    /// A path, or what of it stands in front of an interpolation. Of its bytes the first `seen` are known.
    fn path(&mut self, kind: SyntaxKind, seen: usize) -> Option<()> {
        let start = self.at + seen;
        let end = self.end_of(start, is_path_byte);
        let path = &self.bytes[start..end];
        let goes_on = self.bytes[end..].starts_with(b"${");
        if !goes_on && (path.ends_with(b"/") || path.windows(2).any(|pair| pair == b"//")) {
            return None;
        }
        self.take(kind, end - self.at);
        match goes_on {
            true => self.interpolation(),
            false => drop(self.inside.pop()),
        }
        Some(())
    }

    fn begin_path(&mut self, kind: SyntaxKind) -> Option<()> {
        self.inside.push(Inside::Path(kind));
        self.path(kind, usize::from(kind == TOKEN_PATH_HOME))
    }

    fn code(&mut self) -> Option<()> {
        let byte = self.peek(0)?;
        let next = self.peek(1);
        match byte {
            byte if is_blank(byte) => self.take_while(TOKEN_WHITESPACE, is_blank),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                if self.is_path()? {
                    return self.begin_path(TOKEN_PATH_REL);
                }
                let end = self.end_of(self.at, is_name_byte);
                let kind = word(&self.bytes[self.at..end])?;
                self.take(kind, end - self.at);
            }
            b'.' if self.starts_with(b"...") => self.take(TOKEN_ELLIPSIS, 3),
            b'.' | b'+' | b'-' | b'0'..=b'9' if self.is_path()? => {
                return self.begin_path(TOKEN_PATH_REL);
            }
            b'0'..=b'9' => return self.number(),
            b'.' if next.is_some_and(|it| it.is_ascii_digit()) => {
                let end = self.end_of(self.at + 1, |it| it.is_ascii_digit());
                return self.exponent(end);
            }
            b'.' => self.take(TOKEN_DOT, 1),
            b';' => self.take(TOKEN_SEMICOLON, 1),
            b'=' if next == Some(b'=') => self.take(TOKEN_EQUAL, 2),
            b'=' => self.take(TOKEN_ASSIGN, 1),
            b'"' => {
                self.take(TOKEN_STRING_START, 1);
                self.inside.push(Inside::String { indented: false });
            }
            b'\'' if next == Some(b'\'') => {
                self.take(TOKEN_STRING_START, 2);
                self.inside.push(Inside::String { indented: true });
            }
            b'{' => {
                if let Some(Inside::Interpolation { braces }) = self.inside.last_mut() {
                    *braces += 1;
                }
                self.take(TOKEN_L_BRACE, 1);
            }
            b'}' => match self.inside.last_mut() {
                Some(Inside::Interpolation { braces: 0 }) => {
                    self.inside.pop();
                    self.take(TOKEN_INTERPOL_END, 1);
                }
                Some(Inside::Interpolation { braces }) => {
                    *braces -= 1;
                    self.take(TOKEN_R_BRACE, 1);
                }
                _ => self.take(TOKEN_R_BRACE, 1),
            },
            b'(' => self.take(TOKEN_L_PAREN, 1),
            b')' => self.take(TOKEN_R_PAREN, 1),
            b'[' => self.take(TOKEN_L_BRACK, 1),
            b']' => self.take(TOKEN_R_BRACK, 1),
            b':' => self.take(TOKEN_COLON, 1),
            b',' => self.take(TOKEN_COMMA, 1),
            b'?' => self.take(TOKEN_QUESTION, 1),
            b'@' => self.take(TOKEN_AT, 1),
            b'#' => self.take_while(TOKEN_COMMENT, |it| it != b'\n'),
            b'$' if next == Some(b'{') => self.interpolation(),
            b'!' if next == Some(b'=') => self.take(TOKEN_NOT_EQUAL, 2),
            b'!' => self.take(TOKEN_INVERT, 1),
            b'+' if next == Some(b'+') => self.take(TOKEN_CONCAT, 2),
            b'+' => self.take(TOKEN_ADD, 1),
            b'-' if next == Some(b'>') => self.take(TOKEN_IMPLICATION, 2),
            b'-' => self.take(TOKEN_SUB, 1),
            b'*' => self.take(TOKEN_MUL, 1),
            b'/' => return self.slash(next),
            b'~' if next == Some(b'/') => return self.begin_path(TOKEN_PATH_HOME),
            b'&' if next == Some(b'&') => self.take(TOKEN_AND_AND, 2),
            b'|' if next == Some(b'|') => self.take(TOKEN_OR_OR, 2),
            b'|' if next == Some(b'>') => self.take(TOKEN_PIPE_RIGHT, 2),
            b'<' => return self.less(next),
            b'>' if next == Some(b'=') => self.take(TOKEN_MORE_OR_EQ, 2),
            b'>' => self.take(TOKEN_MORE, 1),
            _ => return None,
        }
        Some(())
    }

    /// Whether what begins here is a relative path: a slash follows what could be its first part. Each part of a text is
    /// looked at once. `None`: it is a URI.
    fn is_path(&mut self) -> Option<bool> {
        if self.at < self.no_path_before {
            return Some(false);
        }
        let end = self.end_of(self.at, |byte| byte != b'/' && is_path_byte(byte));
        match (self.bytes.get(end), self.bytes.get(end + 1)) {
            (Some(b'/'), Some(b'/' | b'*') | None) => {}
            (Some(b'/'), Some(&next)) if is_blank(next) => {}
            (Some(b'/'), Some(next)) => return next.is_ascii().then_some(true),
            (Some(b':'), Some(&next)) if is_uri_byte(next) => return None,
            _ => {}
        }
        self.no_path_before = end;
        Some(false)
    }

    fn slash(&mut self, next: Option<u8>) -> Option<()> {
        match next {
            Some(b'*') => {
                let end = self.bytes[self.at + 2..].windows(2).position(|pair| pair == b"*/")?;
                self.take(TOKEN_COMMENT, end + 4);
            }
            Some(b'/') => self.take(TOKEN_UPDATE, 2),
            Some(byte) if is_path_byte(byte) || self.starts_with(b"/${") => {
                return self.begin_path(TOKEN_PATH_ABS);
            }
            _ => self.take(TOKEN_DIV, 1),
        }
        Some(())
    }

    fn less(&mut self, next: Option<u8>) -> Option<()> {
        let end = self.end_of(self.at + 1, is_path_byte);
        match (next, self.bytes.get(end)) {
            (Some(b'|'), _) => self.take(TOKEN_PIPE_LEFT, 2),
            (Some(b'='), _) => self.take(TOKEN_LESS_OR_EQ, 2),
            (_, Some(b'>')) if end > self.at + 1 => {
                self.take(TOKEN_PATH_SEARCH, end + 1 - self.at);
            }
            (_, Some(b'<' | b'>')) => return None,
            _ => self.take(TOKEN_LESS, 1),
        }
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        let end = self.end_of(self.at, |byte| byte.is_ascii_digit());
        let starts_with_zero = self.peek(0) == Some(b'0');
        // A zero in front of other digits makes it a whole number.
        if self.bytes.get(end) != Some(&b'.') || (starts_with_zero && end > self.at + 1) {
            self.take(TOKEN_INTEGER, end - self.at);
            return Some(());
        }
        let end = self.end_of(end + 1, |byte| byte.is_ascii_digit());
        self.exponent(end)
    }

    /// A number with a point, whose digits end at `end`.
    fn exponent(&mut self, end: usize) -> Option<()> {
        let mut end = end;
        if matches!(self.bytes.get(end), Some(b'e' | b'E')) {
            let sign = matches!(self.bytes.get(end + 1), Some(b'-' | b'+'));
            let digits = end + 1 + usize::from(sign);
            end = self.end_of(digits.min(self.bytes.len()), |byte| byte.is_ascii_digit());
            if end <= digits {
                return None;
            }
        }
        self.take(TOKEN_FLOAT, end - self.at);
        Some(())
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | 0x0b | 0x0c)
}

fn is_path_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'_' | b'.' | b'+' | b'-')
}

fn is_name_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'\'')
}

fn is_uri_byte(byte: u8) -> bool {
    let others = b"%?:@&=$,!~*'";
    is_path_byte(byte) || others.contains(&byte)
}

fn word(name: &[u8]) -> Option<SyntaxKind> {
    Some(match name {
        b"assert" => TOKEN_ASSERT,
        b"else" => TOKEN_ELSE,
        b"if" => TOKEN_IF,
        b"in" => TOKEN_IN,
        b"inherit" => TOKEN_INHERIT,
        b"let" => TOKEN_LET,
        b"or" => TOKEN_OR,
        b"rec" => TOKEN_REC,
        b"then" => TOKEN_THEN,
        b"with" => TOKEN_WITH,
        // A name or none, by what stands behind it.
        b"__curPos" => return None,
        _ => TOKEN_IDENT,
    })
}
