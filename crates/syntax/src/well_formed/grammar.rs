//! Tokens to a tree: one function a rule of the grammar, operators by how closely they bind.

use super::lexer::{self, END, Token};
use crate::SyntaxKind::{self, *};
use crate::limits::MAX_CHAIN;
use crate::tree::{Builder, Tree};

/// Expressions inside each other. Deeper ones, which nobody writes, take more stack than every thread has.
const MAX_DEPTH: usize = 200;

/// The tree of a text without mistakes; `None` for any other, and for one that is left to rnix.
pub(crate) fn parse(text: &str) -> Option<Tree> {
    let tokens = lexer::tokens(text)?;
    let builder = Builder::with_capacity(tokens.len() * 2);
    let mut parser = Parser { tokens, taken: 0, next: 0, depth: 0, builder };
    parser.next = parser.after_blanks(0);
    parser.expression()?;
    parser.take_blanks();
    if parser.peek() != END {
        return None;
    }
    parser.builder.node(NODE_ROOT, 0, 0);
    let tree = parser.builder.finish();
    (tree.height() <= MAX_CHAIN).then_some(tree)
}

struct Parser {
    tokens: Vec<Token>,
    /// The first token that is not in the tree yet.
    taken: usize,
    /// The first one from there that is no blank and no comment.
    next: usize,
    depth: usize,
    builder: Builder,
}

/// Which of two like operators takes what stands between them.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Left,
    Right,
    /// Nobody: they cannot follow each other.
    None,
}

/// The first level that a `!` can stand in front of.
const INVERT: u8 = 9;
const HAS_ATTRIBUTE: u8 = 12;

/// How closely an operator binds, the closer the higher.
fn operator(kind: SyntaxKind) -> Option<(u8, Side)> {
    Some(match kind {
        TOKEN_PIPE_LEFT => (1, Side::Right),
        TOKEN_PIPE_RIGHT => (2, Side::Left),
        TOKEN_IMPLICATION => (3, Side::Right),
        TOKEN_OR_OR => (4, Side::Left),
        TOKEN_AND_AND => (5, Side::Left),
        TOKEN_EQUAL | TOKEN_NOT_EQUAL => (6, Side::None),
        TOKEN_LESS | TOKEN_LESS_OR_EQ | TOKEN_MORE | TOKEN_MORE_OR_EQ => (7, Side::None),
        TOKEN_UPDATE => (8, Side::Right),
        TOKEN_ADD | TOKEN_SUB => (INVERT, Side::Left),
        TOKEN_MUL | TOKEN_DIV => (10, Side::Left),
        TOKEN_CONCAT => (11, Side::Right),
        TOKEN_QUESTION => (HAS_ATTRIBUTE, Side::Left),
        _ => return None,
    })
}

fn is_argument(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        TOKEN_REC
            | TOKEN_L_BRACE
            | TOKEN_L_BRACK
            | TOKEN_L_PAREN
            | TOKEN_STRING_START
            | TOKEN_IDENT
            | TOKEN_FLOAT
            | TOKEN_INTEGER
            | TOKEN_PATH_ABS
            | TOKEN_PATH_REL
            | TOKEN_PATH_HOME
            | TOKEN_PATH_SEARCH
    )
}

fn is_path(kind: SyntaxKind) -> bool {
    matches!(kind, TOKEN_PATH_ABS | TOKEN_PATH_REL | TOKEN_PATH_HOME)
}

impl Parser {
    fn after_blanks(&self, mut index: usize) -> usize {
        while matches!(self.tokens[index].kind, TOKEN_WHITESPACE | TOKEN_COMMENT) {
            index += 1;
        }
        index
    }

    fn peek(&self) -> SyntaxKind {
        self.tokens[self.next].kind
    }

    /// The one behind the next.
    fn peek_second(&self) -> SyntaxKind {
        match self.peek() {
            END => END,
            _ => self.tokens[self.after_blanks(self.next + 1)].kind,
        }
    }

    fn start_of(&self, index: usize) -> u32 {
        self.tokens[index].start
    }

    /// Puts blanks and comments in front of the next token into the tree.
    fn take_blanks(&mut self) {
        for index in self.taken..self.next {
            let end = self.start_of(index + 1);
            self.builder.token(self.tokens[index].kind, self.start_of(index), end);
        }
        self.taken = self.next;
    }

    /// Where a node begins: behind the blanks.
    fn begin(&mut self) -> usize {
        self.take_blanks();
        self.builder.checkpoint()
    }

    fn end(&mut self, kind: SyntaxKind, from: usize) {
        let start = self.start_of(self.taken);
        self.builder.node(kind, from, start);
    }

    /// Takes the next token, whatever it is.
    fn take_as(&mut self, kind: SyntaxKind) {
        self.take_blanks();
        let at = self.next;
        self.builder.token(kind, self.start_of(at), self.start_of(at + 1));
        self.taken = at + 1;
        self.next = self.after_blanks(at + 1);
    }

    fn take(&mut self, kind: SyntaxKind) -> Option<()> {
        (self.peek() == kind).then(|| self.take_as(kind))
    }

    fn deeper(&mut self, rule: impl FnOnce(&mut Parser) -> Option<()>) -> Option<()> {
        if self.depth == MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        rule(self)?;
        self.depth -= 1;
        Some(())
    }

    fn expression(&mut self) -> Option<()> {
        self.deeper(|parser| match parser.peek() {
            TOKEN_LET => parser.let_in(),
            TOKEN_WITH => parser.statement(NODE_WITH),
            TOKEN_ASSERT => parser.statement(NODE_ASSERT),
            TOKEN_IF => parser.if_else(),
            _ => parser.operation(1),
        })
    }

    fn let_in(&mut self) -> Option<()> {
        let from = self.begin();
        self.take_as(TOKEN_LET);
        if self.peek() == TOKEN_L_BRACE {
            self.take_as(TOKEN_L_BRACE);
            self.bindings(TOKEN_R_BRACE)?;
            self.end(NODE_LEGACY_LET, from);
        } else {
            self.bindings(TOKEN_IN)?;
            self.expression()?;
            self.end(NODE_LET_IN, from);
        }
        Some(())
    }

    /// `with …; …`, `assert …; …`
    fn statement(&mut self, kind: SyntaxKind) -> Option<()> {
        let from = self.begin();
        self.take_as(self.peek());
        self.expression()?;
        self.take(TOKEN_SEMICOLON)?;
        self.expression()?;
        self.end(kind, from);
        Some(())
    }

    fn if_else(&mut self) -> Option<()> {
        let from = self.begin();
        self.take_as(TOKEN_IF);
        self.expression()?;
        self.take(TOKEN_THEN)?;
        self.expression()?;
        self.take(TOKEN_ELSE)?;
        self.expression()?;
        self.end(NODE_IF_ELSE, from);
        Some(())
    }

    /// Operators that bind at least as closely as `least`.
    fn operation(&mut self, least: u8) -> Option<()> {
        let from = self.begin();
        // What may follow binds no closer than this: the closer ones are done.
        let mut most = HAS_ATTRIBUTE;
        if self.peek() == TOKEN_INVERT && least <= INVERT {
            self.take_as(TOKEN_INVERT);
            self.deeper(|parser| parser.operation(INVERT))?;
            self.end(NODE_UNARY_OP, from);
            most = INVERT - 1;
        } else {
            self.negation()?;
        }
        while let Some((level, side)) = operator(self.peek())
            && (least..=most).contains(&level)
        {
            self.take_as(self.peek());
            if level == HAS_ATTRIBUTE {
                self.attribute_path()?;
                self.end(NODE_HAS_ATTR, from);
                continue;
            }
            match side {
                Side::Right => self.deeper(|parser| parser.operation(level))?,
                Side::Left | Side::None => self.operation(level + 1)?,
            }
            self.end(NODE_BIN_OP, from);
            most = if side == Side::Left { level } else { level - 1 };
        }
        Some(())
    }

    fn negation(&mut self) -> Option<()> {
        if self.peek() != TOKEN_SUB {
            return self.application();
        }
        let from = self.begin();
        self.take_as(TOKEN_SUB);
        self.deeper(Parser::negation)?;
        self.end(NODE_UNARY_OP, from);
        Some(())
    }

    fn application(&mut self) -> Option<()> {
        let from = self.begin();
        self.simple()?;
        while is_argument(self.peek()) {
            self.simple()?;
            self.end(NODE_APPLY, from);
        }
        Some(())
    }

    /// What needs no parentheses to be an argument, with the attributes that are selected from it.
    fn simple(&mut self) -> Option<()> {
        let from = self.begin();
        match self.peek() {
            TOKEN_IDENT => self.name_or_function(from)?,
            TOKEN_STRING_START => self.string()?,
            TOKEN_L_BRACE => self.set_or_function(from)?,
            TOKEN_L_PAREN => {
                self.take_as(TOKEN_L_PAREN);
                self.expression()?;
                self.take(TOKEN_R_PAREN)?;
                self.end(NODE_PAREN, from);
            }
            TOKEN_L_BRACK => {
                self.take_as(TOKEN_L_BRACK);
                while self.peek() != TOKEN_R_BRACK {
                    self.deeper(Parser::simple)?;
                }
                self.take_as(TOKEN_R_BRACK);
                self.end(NODE_LIST, from);
            }
            TOKEN_REC => {
                self.take_as(TOKEN_REC);
                self.take(TOKEN_L_BRACE)?;
                self.bindings(TOKEN_R_BRACE)?;
                self.end(NODE_ATTR_SET, from);
            }
            kind @ (TOKEN_INTEGER | TOKEN_FLOAT) => {
                self.take_as(kind);
                self.end(NODE_LITERAL, from);
            }
            TOKEN_PATH_REL => self.path(NODE_PATH_REL)?,
            TOKEN_PATH_ABS => self.path(NODE_PATH_ABS)?,
            TOKEN_PATH_HOME => self.path(NODE_PATH_HOME)?,
            TOKEN_PATH_SEARCH => {
                self.take_as(TOKEN_PATH_SEARCH);
                self.end(NODE_PATH_SEARCH, from);
            }
            _ => return None,
        }
        match self.peek() {
            TOKEN_DOT => {
                self.take_as(TOKEN_DOT);
                self.attribute_path()?;
                if self.peek() == TOKEN_OR {
                    self.take_as(TOKEN_OR);
                    self.deeper(Parser::simple)?;
                }
                self.end(NODE_SELECT, from);
            }
            // Here it is a name, and applied to.
            TOKEN_OR => return None,
            _ => {}
        }
        Some(())
    }

    fn name_or_function(&mut self, from: usize) -> Option<()> {
        match self.peek_second() {
            TOKEN_COLON => {
                self.name(TOKEN_IDENT);
                self.end(NODE_IDENT_PARAM, from);
                self.body(from)
            }
            TOKEN_AT => {
                self.name(TOKEN_IDENT);
                self.take_as(TOKEN_AT);
                self.end(NODE_PAT_BIND, from);
                self.take(TOKEN_L_BRACE)?;
                self.arguments()?;
                self.end(NODE_PATTERN, from);
                self.body(from)
            }
            _ => {
                self.name(TOKEN_IDENT);
                Some(())
            }
        }
    }

    /// The `:` and what follows, of a function that began at `from`.
    fn body(&mut self, from: usize) -> Option<()> {
        self.take(TOKEN_COLON)?;
        self.expression()?;
        self.end(NODE_LAMBDA, from);
        Some(())
    }

    fn name(&mut self, kind: SyntaxKind) {
        let from = self.begin();
        self.take_as(kind);
        self.end(NODE_IDENT, from);
    }

    fn set_or_function(&mut self, from: usize) -> Option<()> {
        let first = self.after_blanks(self.next + 1);
        let first_kind = self.tokens[first].kind;
        let second_kind = match first_kind {
            END => END,
            _ => self.tokens[self.after_blanks(first + 1)].kind,
        };
        self.take_as(TOKEN_L_BRACE);
        match (first_kind, second_kind) {
            (TOKEN_IDENT, TOKEN_COMMA | TOKEN_QUESTION | TOKEN_R_BRACE)
            | (TOKEN_ELLIPSIS, TOKEN_R_BRACE)
            | (TOKEN_R_BRACE, TOKEN_COLON | TOKEN_AT) => {
                self.arguments()?;
                if self.peek() == TOKEN_AT {
                    let bind = self.begin();
                    self.take_as(TOKEN_AT);
                    if self.peek() != TOKEN_IDENT {
                        return None;
                    }
                    self.name(TOKEN_IDENT);
                    self.end(NODE_PAT_BIND, bind);
                }
                self.end(NODE_PATTERN, from);
                self.body(from)
            }
            _ => {
                self.bindings(TOKEN_R_BRACE)?;
                self.end(NODE_ATTR_SET, from);
                Some(())
            }
        }
    }

    /// Named arguments and the `}` behind them.
    fn arguments(&mut self) -> Option<()> {
        loop {
            match self.peek() {
                TOKEN_ELLIPSIS => {
                    self.take_as(TOKEN_ELLIPSIS);
                    break;
                }
                TOKEN_IDENT => {
                    let from = self.begin();
                    self.name(TOKEN_IDENT);
                    if self.peek() == TOKEN_QUESTION {
                        self.take_as(TOKEN_QUESTION);
                        self.expression()?;
                    }
                    self.end(NODE_PAT_ENTRY, from);
                    if self.peek() != TOKEN_COMMA {
                        break;
                    }
                    self.take_as(TOKEN_COMMA);
                }
                _ => break,
            }
        }
        self.take(TOKEN_R_BRACE)
    }

    /// Bindings and what ends them.
    fn bindings(&mut self, until: SyntaxKind) -> Option<()> {
        while self.peek() != until {
            let from = self.begin();
            if self.peek() == TOKEN_INHERIT {
                self.take_as(TOKEN_INHERIT);
                self.inherited()?;
                self.end(NODE_INHERIT, from);
            } else {
                self.attribute_path()?;
                self.take(TOKEN_ASSIGN)?;
                self.expression()?;
                self.take(TOKEN_SEMICOLON)?;
                self.end(NODE_ATTRPATH_VALUE, from);
            }
        }
        self.take_as(until);
        Some(())
    }

    fn inherited(&mut self) -> Option<()> {
        if self.peek() == TOKEN_L_PAREN {
            let from = self.begin();
            self.take_as(TOKEN_L_PAREN);
            self.expression()?;
            self.take(TOKEN_R_PAREN)?;
            self.end(NODE_INHERIT_FROM, from);
        }
        while self.peek() != TOKEN_SEMICOLON {
            self.attribute()?;
        }
        self.take_as(TOKEN_SEMICOLON);
        Some(())
    }

    fn attribute_path(&mut self) -> Option<()> {
        let from = self.begin();
        self.attribute()?;
        while self.peek() == TOKEN_DOT {
            self.take_as(TOKEN_DOT);
            self.attribute()?;
        }
        self.end(NODE_ATTRPATH, from);
        Some(())
    }

    fn attribute(&mut self) -> Option<()> {
        match self.peek() {
            TOKEN_IDENT | TOKEN_OR => self.name(TOKEN_IDENT),
            TOKEN_STRING_START => self.string()?,
            TOKEN_INTERPOL_START => self.interpolation(NODE_DYNAMIC)?,
            _ => return None,
        }
        Some(())
    }

    fn interpolation(&mut self, kind: SyntaxKind) -> Option<()> {
        let from = self.begin();
        self.take_as(TOKEN_INTERPOL_START);
        self.expression()?;
        self.take(TOKEN_INTERPOL_END)?;
        self.end(kind, from);
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        let from = self.begin();
        self.take_as(TOKEN_STRING_START);
        loop {
            match self.peek() {
                TOKEN_STRING_CONTENT => self.take_as(TOKEN_STRING_CONTENT),
                TOKEN_INTERPOL_START => self.interpolation(NODE_INTERPOL)?,
                _ => break,
            }
        }
        self.take(TOKEN_STRING_END)?;
        self.end(NODE_STRING, from);
        Some(())
    }

    fn path(&mut self, kind: SyntaxKind) -> Option<()> {
        let from = self.begin();
        self.take_as(self.peek());
        // Nothing stands between the parts.
        while self.tokens[self.taken].kind == TOKEN_INTERPOL_START {
            self.interpolation(NODE_INTERPOL)?;
            let part = self.tokens[self.taken].kind;
            if is_path(part) {
                self.take_as(part);
                // Another path right behind it, which rnix takes for more of this one.
                if is_path(self.tokens[self.taken].kind) {
                    return None;
                }
            }
        }
        if self.peek() == TOKEN_INTERPOL_START {
            return None;
        }
        self.end(kind, from);
        Some(())
    }
}
