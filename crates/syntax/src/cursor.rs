//! A borrowed view of the syntax tree with absolute byte offsets.

use crate::tree::{Element as Raw, Tree};
use crate::{SyntaxKind, TextRange};

#[derive(Clone, Copy)]
pub struct Node<'a> {
    text: &'a str,
    tree: &'a Tree,
    raw: &'a Raw,
}

#[derive(Clone, Copy)]
pub struct Token<'a> {
    text: &'a str,
    raw: &'a Raw,
}

#[derive(Clone, Copy)]
pub enum Element<'a> {
    Node(Node<'a>),
    Token(Token<'a>),
}

impl<'a> Node<'a> {
    pub(crate) fn root(text: &'a str, tree: &'a Tree) -> Node<'a> {
        Node { text, tree, raw: tree.root() }
    }

    pub fn kind(self) -> SyntaxKind {
        self.raw.kind
    }

    pub fn range(self) -> TextRange {
        self.raw.range()
    }

    pub fn children_with_tokens(self) -> impl Iterator<Item = Element<'a>> {
        let Node { text, tree, raw } = self;
        tree.children(raw).iter().map(move |raw| match raw.is_token() {
            true => Element::Token(Token { text, raw }),
            false => Element::Node(Node { text, tree, raw }),
        })
    }

    pub fn children(self) -> impl Iterator<Item = Node<'a>> {
        self.children_with_tokens().filter_map(|child| match child {
            Element::Node(node) => Some(node),
            Element::Token(_) => None,
        })
    }

    pub fn tokens(self) -> impl Iterator<Item = Token<'a>> {
        self.children_with_tokens().filter_map(|child| match child {
            Element::Token(token) => Some(token),
            Element::Node(_) => None,
        })
    }

    pub fn token(self, kind: SyntaxKind) -> Option<Token<'a>> {
        self.tokens().find(|token| token.kind() == kind)
    }

    pub fn child(self, kind: SyntaxKind) -> Option<Node<'a>> {
        self.children().find(|node| node.kind() == kind)
    }
}

impl<'a> Token<'a> {
    pub fn kind(self) -> SyntaxKind {
        self.raw.kind
    }

    pub fn text(self) -> &'a str {
        &self.text[self.raw.range()]
    }

    pub fn range(self) -> TextRange {
        self.raw.range()
    }
}
