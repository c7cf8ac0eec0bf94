//! Text → [`Arena`]: one walk over the tree, a pure function of the text.

mod draft;
mod names;
mod strings;

use crate::arena::*;
use crate::{Arena, Symbol};
use draft::Draft;
use names::Names;
use std::sync::Arc;
use syntax::cursor::{Element, Node};
use syntax::{Parse, SyntaxKind, SyntaxKind::*, TextRange};

use strings::unescape_name;
pub(crate) use strings::{Piece, string_text};

/// Lowers one file. Broken text gives an arena of its intact parts, and the errors.
pub fn lower(text: &Arc<str>) -> Arena {
    let arena = syntax::parse(text, |parse| lower_tree(text, parse));
    match arena {
        Ok(arena) => arena,
        Err(UnclosedParenthesis) => {
            syntax::parse_suspicious(text, |parse| match lower_tree(text, parse) {
                Ok(arena) => arena,
                // Not mended: what could be read is there all the same.
                Err(UnclosedParenthesis) => lower_anyway(text, parse).arena,
            })
        }
    }
}

/// The tree has a `(` without its `)`, and the parser did not say so.
struct UnclosedParenthesis;

fn lower_tree(text: &Arc<str>, parse: &Parse<'_>) -> Result<Arena, UnclosedParenthesis> {
    let lowering = lower_anyway(text, parse);
    match lowering.unclosed_parenthesis {
        true => Err(UnclosedParenthesis),
        false => Ok(lowering.arena),
    }
}

fn lower_anyway<'p>(text: &Arc<str>, parse: &'p Parse<'p>) -> Lowering<'p> {
    let mut lowering = Lowering {
        parse,
        names: Names::default(),
        unclosed_parenthesis: false,
        arena: Arena {
            text: text.clone(),
            root: ExprId(0),
            exprs: Vec::with_capacity(text.len() / 24),
            ranges: Vec::with_capacity(text.len() / 24),
            sets: Vec::new(),
            lambdas: Vec::new(),
            scopes: Vec::new(),
            parenthesized: Default::default(),
            duplicates: Vec::new(),
            syntax_errors: parse.errors.clone().into(),
        },
    };
    let root = expressions(parse.root()).next();
    lowering.arena.root = lowering.expr_or_missing(root, TextRange::empty(0.into()));
    lowering.arena.shrink_to_fit();
    lowering
}

struct Lowering<'p> {
    parse: &'p Parse<'p>,
    names: Names,
    arena: Arena,
    unclosed_parenthesis: bool,
}

/// A segment of an attribute path before its expression, if it has one, is lowered.
#[derive(Clone, Copy)]
enum WrittenName<'p> {
    Static(Symbol, TextRange),
    Computed(Option<Node<'p>>, TextRange),
}

impl WrittenName<'_> {
    fn range(self) -> TextRange {
        match self {
            WrittenName::Static(_, range) | WrittenName::Computed(_, range) => range,
        }
    }
}

fn is_expression(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        NODE_APPLY
            | NODE_ASSERT
            | NODE_IF_ELSE
            | NODE_SELECT
            | NODE_STRING
            | NODE_PATH_ABS
            | NODE_PATH_REL
            | NODE_PATH_HOME
            | NODE_PATH_SEARCH
            | NODE_LITERAL
            | NODE_LAMBDA
            | NODE_LEGACY_LET
            | NODE_LET_IN
            | NODE_LIST
            | NODE_BIN_OP
            | NODE_PAREN
            | NODE_ATTR_SET
            | NODE_UNARY_OP
            | NODE_IDENT
            | NODE_WITH
            | NODE_HAS_ATTR
            | NODE_CUR_POS
    )
}

fn expressions(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.children().filter(|child| is_expression(child.kind()))
}

/// The expression inside any number of parentheses.
fn without_parentheses(mut node: Node<'_>) -> Node<'_> {
    while node.kind() == NODE_PAREN {
        match expressions(node).next() {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

impl<'p> Lowering<'p> {
    fn range(&self, node: Node<'_>) -> TextRange {
        self.parse.to_original(node.range())
    }

    fn add(&mut self, expr: Expr, range: TextRange) -> ExprId {
        let id = ExprId(self.arena.exprs.len() as u32);
        self.arena.exprs.push(expr);
        self.arena.ranges.push(range);
        id
    }

    fn expr_or_missing(&mut self, node: Option<Node<'p>>, otherwise: TextRange) -> ExprId {
        match node {
            Some(node) => self.expr(node),
            None => self.add(Expr::Missing, otherwise),
        }
    }

    fn expr(&mut self, node: Node<'p>) -> ExprId {
        let inner = without_parentheses(node);
        let range = self.range(inner);
        let id = if self.parse.is_invented(inner.range()) {
            self.add(Expr::Missing, range)
        } else {
            self.bare_expr(inner, range)
        };
        if node.kind() == NODE_PAREN {
            self.unclosed_parenthesis |= node.token(TOKEN_R_PAREN).is_none();
            let outer = self.range(node);
            self.arena.parenthesized.insert(id, outer);
        }
        id
    }

    fn bare_expr(&mut self, node: Node<'p>, range: TextRange) -> ExprId {
        let missing = TextRange::empty(range.end());
        let expr = match node.kind() {
            NODE_IDENT => self.name(node),
            NODE_LITERAL => literal(node),
            NODE_STRING => self.string(node),
            NODE_PATH_REL => self.path(node, PathKind::Relative),
            NODE_PATH_ABS => self.path(node, PathKind::Absolute),
            NODE_PATH_HOME => self.path(node, PathKind::Home),
            NODE_PATH_SEARCH => self.path(node, PathKind::Search),
            NODE_LIST => Expr::List(expressions(node).map(|item| self.expr(item)).collect()),
            NODE_ATTR_SET => {
                let draft = Draft::of_set(self, node);
                Expr::Set(self.set(draft))
            }
            NODE_LET_IN => {
                let draft = Draft::of_let(self, node);
                let bindings = self.open_set(draft);
                let body = self.expr_or_missing(expressions(node).next(), missing);
                self.close_set(bindings);
                Expr::Let { bindings, body }
            }
            NODE_LEGACY_LET => return self.legacy_let(node, range),
            NODE_WITH => {
                let mut parts = expressions(node);
                let (env, body) = (parts.next(), parts.next());
                let env = self.expr_or_missing(env, missing);
                let scope = self.open_scope(ScopeKind::With(env));
                let body = self.expr_or_missing(body, missing);
                self.names.leave_with();
                Expr::With { env, scope, body }
            }
            NODE_IF_ELSE => {
                let mut parts = expressions(node);
                let (condition, then, otherwise) = (parts.next(), parts.next(), parts.next());
                Expr::If {
                    condition: self.expr_or_missing(condition, missing),
                    then: self.expr_or_missing(then, missing),
                    otherwise: self.expr_or_missing(otherwise, missing),
                }
            }
            NODE_ASSERT => {
                let mut parts = expressions(node);
                let (condition, body) = (parts.next(), parts.next());
                Expr::Assert {
                    condition: self.expr_or_missing(condition, missing),
                    body: self.expr_or_missing(body, missing),
                }
            }
            NODE_LAMBDA => self.lambda(node, range),
            NODE_APPLY => {
                let mut parts = expressions(node);
                let (function, argument) = (parts.next(), parts.next());
                Expr::Apply {
                    function: self.expr_or_missing(function, missing),
                    argument: self.expr_or_missing(argument, missing),
                }
            }
            NODE_SELECT => self.select(node, missing),
            NODE_HAS_ATTR => {
                let base = self.expr_or_missing(expressions(node).next(), missing);
                let path = self.attribute_path(node.child(NODE_ATTRPATH));
                Expr::HasAttr { base, path }
            }
            NODE_BIN_OP => {
                let op = node.tokens().find_map(|token| binary_op(token.kind()));
                let mut parts = expressions(node);
                let (left, right) = (parts.next(), parts.next());
                let left = self.expr_or_missing(left, missing);
                let right = self.expr_or_missing(right, missing);
                match op {
                    Some(op) => Expr::Binary { op, left, right },
                    None => Expr::Missing,
                }
            }
            NODE_UNARY_OP => {
                let operand = self.expr_or_missing(expressions(node).next(), missing);
                match node.token(TOKEN_INVERT) {
                    Some(_) => Expr::Not(operand),
                    None => Expr::Negate(operand),
                }
            }
            NODE_CUR_POS => Expr::Position,
            _ => Expr::Missing,
        };
        self.add(expr, range)
    }

    fn name(&self, node: Node<'_>) -> Expr {
        match node.token(TOKEN_IDENT) {
            Some(token) => {
                let name = Symbol::new(token.text());
                Expr::Name { name, resolved: self.names.resolve(name) }
            }
            None => Expr::Missing,
        }
    }

    fn select(&mut self, node: Node<'p>, missing: TextRange) -> Expr {
        let mut parts = expressions(node);
        let base = self.expr_or_missing(parts.next(), missing);
        let path = self.attribute_path(node.child(NODE_ATTRPATH));
        let default = parts.next().map(|default| self.expr(default));
        Expr::Select { base, path, default }
    }

    /// The segments of an attribute path; ends at the first one that is missing.
    fn attribute_path(&mut self, path: Option<Node<'p>>) -> Box<[AttrName]> {
        self.written_names(path).into_iter().map(|name| self.attribute_name(name)).collect()
    }

    fn attribute_name(&mut self, name: WrittenName<'p>) -> AttrName {
        match name {
            WrittenName::Static(name, range) => AttrName::Static(name, range),
            WrittenName::Computed(node, range) => {
                let expr = self.expr_or_missing(node, range);
                AttrName::Computed(expr, range)
            }
        }
    }

    fn written_names(&self, path: Option<Node<'p>>) -> Vec<WrittenName<'p>> {
        let children = path.into_iter().flat_map(Node::children);
        children
            .take_while(|child| !self.parse.is_invented(child.range()))
            .filter_map(|child| self.written_name(child))
            .collect()
    }

    fn written_name(&self, node: Node<'p>) -> Option<WrittenName<'p>> {
        let range = self.range(node);
        match node.kind() {
            NODE_IDENT => {
                let token = node.token(TOKEN_IDENT)?;
                Some(WrittenName::Static(Symbol::new(token.text()), range))
            }
            NODE_STRING => Some(match literal_string(node) {
                Some(text) => WrittenName::Static(Symbol::new(&text), range),
                None => WrittenName::Computed(Some(node), range),
            }),
            NODE_DYNAMIC => {
                let inner = expressions(node).next().map(without_parentheses);
                let literal =
                    inner.filter(|inner| inner.kind() == NODE_STRING).and_then(literal_string);
                Some(match literal {
                    Some(text) => WrittenName::Static(Symbol::new(&text), range),
                    None => WrittenName::Computed(inner, range),
                })
            }
            _ => None,
        }
    }

    fn string(&mut self, node: Node<'p>) -> Expr {
        let indented = node.token(TOKEN_STRING_START).is_some_and(|quote| quote.text() == "''");
        Expr::Str { parts: self.parts(node, TOKEN_STRING_CONTENT), indented }
    }

    fn path(&mut self, node: Node<'p>, kind: PathKind) -> Expr {
        let token = match kind {
            PathKind::Relative => TOKEN_PATH_REL,
            PathKind::Absolute => TOKEN_PATH_ABS,
            PathKind::Home => TOKEN_PATH_HOME,
            PathKind::Search => TOKEN_PATH_SEARCH,
        };
        Expr::Path { parts: self.parts(node, token), kind }
    }

    fn parts(&mut self, node: Node<'p>, content: SyntaxKind) -> Box<[StrPart]> {
        let mut parts = Vec::new();
        for child in node.children_with_tokens() {
            match child {
                // An interpolated path goes on in tokens of other kinds; all of them are its text.
                Element::Token(token)
                    if token.kind() == content
                        || matches!(
                            token.kind(),
                            TOKEN_PATH_REL | TOKEN_PATH_ABS | TOKEN_PATH_HOME
                        ) =>
                {
                    parts.push(StrPart::Text(self.parse.to_original(token.range())));
                }
                Element::Node(inner) if inner.kind() == NODE_INTERPOL => {
                    let range = self.range(inner);
                    let expr = self.expr_or_missing(expressions(inner).next(), range);
                    parts.push(StrPart::Interpolation(expr));
                }
                _ => {}
            }
        }
        parts.into()
    }

    fn lambda(&mut self, node: Node<'p>, range: TextRange) -> Expr {
        let id = LambdaId(self.arena.lambdas.len() as u32);
        // Reserve the place: the body's own functions come after it.
        self.arena.lambdas.push(Lambda {
            range,
            scope: ScopeId(0),
            body: ExprId(0),
            param: Param::Name(Symbol::COMPUTED, range),
        });
        let scope = self.new_scope(ScopeKind::Lambda(id));
        let (param, slots) = self.param(node, scope);
        let body = self.expr_or_missing(expressions(node).next(), TextRange::empty(range.end()));
        self.names.leave(scope, slots);
        self.arena.lambdas[id.0 as usize] = Lambda { range, scope, body, param };
        Expr::Lambda(id)
    }

    /// Reads the arguments and enters their names. Defaults see all of them.
    fn param(&mut self, node: Node<'p>, scope: ScopeId) -> (Param, Vec<Symbol>) {
        let Some(pattern) = node.child(NODE_PATTERN) else {
            let ident = node.child(NODE_IDENT_PARAM).and_then(|param| param.child(NODE_IDENT));
            let token = ident.and_then(|ident| ident.token(TOKEN_IDENT));
            let name = token.map_or(Symbol::COMPUTED, |token| Symbol::new(token.text()));
            let range = self.parse.to_original(token.map_or(node.range(), |token| token.range()));
            self.names.enter(scope, &[name]);
            return (Param::Name(name, range), vec![name]);
        };
        let ident =
            |node: Node<'p>| node.child(NODE_IDENT).and_then(|ident| ident.token(TOKEN_IDENT));
        let mut formals = Vec::new();
        let mut defaults = Vec::new();
        for entry in pattern.children().filter(|child| child.kind() == NODE_PAT_ENTRY) {
            let Some(token) = ident(entry) else { continue };
            let range = self.parse.to_original(token.range());
            formals.push(Formal { name: Symbol::new(token.text()), range, default: None });
            // The name is an expression node too: the default is the one after it.
            defaults.push(expressions(entry).nth(1));
        }
        let whole = pattern
            .child(NODE_PAT_BIND)
            .and_then(ident)
            .map(|token| (Symbol::new(token.text()), self.parse.to_original(token.range())));
        let mut slots: Vec<Symbol> = formals.iter().map(|formal| formal.name).collect();
        slots.extend(whole.map(|(name, _)| name));
        self.names.enter(scope, &slots);
        for (formal, default) in formals.iter_mut().zip(defaults) {
            formal.default = default.map(|default| self.expr(default));
        }
        let ellipsis = pattern.token(TOKEN_ELLIPSIS).is_some();
        let range = self.range(pattern);
        (Param::Pattern { formals, ellipsis, whole, range }, slots)
    }

    /// `let { body = …; }`: the `body` of a recursive set.
    fn legacy_let(&mut self, node: Node<'p>, range: TextRange) -> ExprId {
        let draft = Draft::of_set(self, node);
        let set = self.set(draft);
        let base = self.add(Expr::Set(set), range);
        let path = Box::new([AttrName::Static(Symbol::new("body"), range)]);
        self.add(Expr::Select { base, path, default: None }, range)
    }

    fn new_scope(&mut self, kind: ScopeKind) -> ScopeId {
        let id = ScopeId(self.arena.scopes.len() as u32);
        let parent = self.names.innermost();
        self.arena.scopes.push(Scope { parent, kind });
        id
    }

    fn open_scope(&mut self, kind: ScopeKind) -> ScopeId {
        let id = self.new_scope(kind);
        self.names.enter_with(id);
        id
    }
}

fn literal(node: Node<'_>) -> Expr {
    for token in node.tokens() {
        match token.kind() {
            TOKEN_INTEGER => return token.text().parse().map_or(Expr::Missing, Expr::Int),
            TOKEN_FLOAT => return token.text().parse().map_or(Expr::Missing, Expr::Float),
            // An unquoted URI is a string, which needs no name of its own.
            TOKEN_URI => return Expr::Str { parts: Box::default(), indented: false },
            _ => {}
        }
    }
    Expr::Missing
}

/// A string's value if it has no interpolation; escapes resolved.
fn literal_string(node: Node<'_>) -> Option<String> {
    let mut out = String::new();
    for child in node.children_with_tokens() {
        match child {
            Element::Token(token) if token.kind() == TOKEN_STRING_CONTENT => {
                out.push_str(&unescape_name(token.text()));
            }
            Element::Token(_) => {}
            Element::Node(_) => return None,
        }
    }
    Some(out)
}

fn binary_op(kind: SyntaxKind) -> Option<BinaryOp> {
    Some(match kind {
        TOKEN_CONCAT => BinaryOp::Concat,
        TOKEN_UPDATE => BinaryOp::Update,
        TOKEN_ADD => BinaryOp::Add,
        TOKEN_SUB => BinaryOp::Sub,
        TOKEN_MUL => BinaryOp::Mul,
        TOKEN_DIV => BinaryOp::Div,
        TOKEN_AND_AND => BinaryOp::And,
        TOKEN_OR_OR => BinaryOp::Or,
        TOKEN_IMPLICATION => BinaryOp::Implies,
        TOKEN_EQUAL => BinaryOp::Equal,
        TOKEN_NOT_EQUAL => BinaryOp::NotEqual,
        TOKEN_LESS => BinaryOp::Less,
        TOKEN_LESS_OR_EQ => BinaryOp::LessOrEqual,
        TOKEN_MORE => BinaryOp::More,
        TOKEN_MORE_OR_EQ => BinaryOp::MoreOrEqual,
        TOKEN_PIPE_LEFT => BinaryOp::PipeLeft,
        TOKEN_PIPE_RIGHT => BinaryOp::PipeRight,
        _ => return None,
    })
}
