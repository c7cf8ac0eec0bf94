//! A syntax tree in one vector. Both parsers build it, and [`crate::cursor`] walks it.
//!
//! Its shape is that of rnix' own trees, blanks and comments included. It is made for one walk and thrown away:
//! nothing is counted or shared, and the children of a node lie side by side.

use crate::{SyntaxKind, TextRange, TextSize};
use rnix::NixLanguage;
use rowan::{GreenNodeData, Language, NodeOrToken};

/// A node or a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Element {
    pub kind: SyntaxKind,
    /// Bytes of the text that was parsed.
    start: u32,
    end: u32,
    /// Where a node's children are.
    first: u32,
    count: u32,
    /// Nodes above each other, this one included; none in a token.
    height: u32,
}

impl Element {
    pub fn range(&self) -> TextRange {
        TextRange::new(TextSize::new(self.start), TextSize::new(self.end))
    }

    pub fn is_token(&self) -> bool {
        self.height == 0
    }
}

/// A tree without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tree {
    elements: Vec<Element>,
    root: Element,
}

impl Default for Tree {
    /// That of an empty text.
    fn default() -> Tree {
        let mut builder = Builder::with_capacity(0);
        builder.node(SyntaxKind::NODE_ROOT, 0, 0);
        builder.finish()
    }
}

impl Tree {
    /// The same tree as rnix has made it.
    pub fn of(green: &GreenNodeData) -> Tree {
        let mut builder = Builder::with_capacity(0);
        copy(&mut builder, green, TextSize::new(0));
        builder.finish()
    }

    pub fn root(&self) -> &Element {
        &self.root
    }

    /// Nodes above each other.
    pub fn height(&self) -> usize {
        self.root.height as usize
    }

    pub fn children(&self, node: &Element) -> &[Element] {
        let first = node.first as usize;
        &self.elements[first..first + node.count as usize]
    }
}

fn copy(builder: &mut Builder, green: &GreenNodeData, start: TextSize) {
    let from = builder.checkpoint();
    let mut at = start;
    for child in green.children() {
        let end = at + child.text_len();
        match child {
            NodeOrToken::Node(node) => copy(builder, node, at),
            NodeOrToken::Token(token) => {
                let kind = NixLanguage::kind_from_raw(token.kind());
                builder.token(kind, at.into(), end.into());
            }
        }
        at = end;
    }
    builder.node(NixLanguage::kind_from_raw(green.kind()), from, start.into());
}

/// Builds a tree from its leaves: a node is made of what has been built since a place.
pub(crate) struct Builder {
    elements: Vec<Element>,
    /// What is in no node yet.
    loose: Vec<Element>,
}

impl Builder {
    /// For a tree of about so many elements.
    pub fn with_capacity(elements: usize) -> Builder {
        Builder { elements: Vec::with_capacity(elements), loose: Vec::new() }
    }

    /// Where a node begins that is made later.
    pub fn checkpoint(&self) -> usize {
        self.loose.len()
    }

    pub fn token(&mut self, kind: SyntaxKind, start: u32, end: u32) {
        self.loose.push(Element { kind, start, end, first: 0, count: 0, height: 0 });
    }

    /// Makes a node of all that has been built since the checkpoint; one of nothing is empty, at `start`.
    pub fn node(&mut self, kind: SyntaxKind, from: usize, start: u32) {
        let first = self.elements.len() as u32;
        let children = &self.loose[from..];
        let below = children.iter().map(|child| child.height).max().unwrap_or(0);
        let node = Element {
            kind,
            start: children.first().map_or(start, |child| child.start),
            end: children.last().map_or(start, |child| child.end),
            first,
            count: children.len() as u32,
            height: below + 1,
        };
        self.elements.extend_from_slice(children);
        self.loose.truncate(from);
        self.loose.push(node);
    }

    /// The tree whose root, which everything is in, was made last.
    pub fn finish(self) -> Tree {
        Tree { elements: self.elements, root: self.loose[0] }
    }
}
