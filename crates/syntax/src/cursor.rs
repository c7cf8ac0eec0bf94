//! A borrowed view of the syntax tree with absolute byte offsets.
//!
//! Lowering walks each tree exactly once, so it reads the green tree directly: no node is allocated
//! or reference-counted on the way, as rowan's own cursors would.

use crate::{SyntaxKind, TextRange, TextSize};
use rnix::NixLanguage;
use rowan::{GreenNodeData, GreenTokenData, Language, NodeOrToken};

#[derive(Clone, Copy)]
pub struct Node<'a> {
    green: &'a GreenNodeData,
    start: TextSize,
}

#[derive(Clone, Copy)]
pub struct Token<'a> {
    green: &'a GreenTokenData,
    start: TextSize,
}

#[derive(Clone, Copy)]
pub enum Element<'a> {
    Node(Node<'a>),
    Token(Token<'a>),
}

impl<'a> Node<'a> {
    pub(crate) fn root(green: &'a GreenNodeData) -> Node<'a> {
        Node { green, start: TextSize::new(0) }
    }

    pub fn kind(self) -> SyntaxKind {
        NixLanguage::kind_from_raw(self.green.kind())
    }

    pub fn range(self) -> TextRange {
        TextRange::at(self.start, self.green.text_len())
    }

    pub fn children_with_tokens(self) -> impl Iterator<Item = Element<'a>> {
        let mut at = self.start;
        self.green.children().map(move |child| {
            let start = at;
            at += child.text_len();
            match child {
                NodeOrToken::Node(green) => Element::Node(Node { green, start }),
                NodeOrToken::Token(green) => Element::Token(Token { green, start }),
            }
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
        NixLanguage::kind_from_raw(self.green.kind())
    }

    pub fn text(self) -> &'a str {
        self.green.text()
    }

    pub fn range(self) -> TextRange {
        TextRange::at(self.start, self.green.text_len())
    }
}
