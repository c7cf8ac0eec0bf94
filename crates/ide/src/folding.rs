//! The shape of a text: what can be folded, and what a selection grows to.

use crate::Snapshot;
use module::FileId;
use syntax::cursor::{Element, Node};
use syntax::{SyntaxKind::*, TextRange, TextSize};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// From the opening bracket or word to the closing one.
    pub range: TextRange,
    pub kind: FoldKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldKind {
    Comment,
    Imports,
    Code,
}

/// What takes more than one line and can be folded, in the order of positions.
pub fn folds(snapshot: &Snapshot, file: FileId) -> Vec<Fold> {
    let Some(data) = snapshot.file(file) else { return Vec::new() };
    let mut folds = syntax::parse(&data.text, |parse| {
        let mut folding = Folding {
            text: &data.text,
            to_original: &|range| parse.to_original(range),
            comment: None,
            folds: Vec::new(),
        };
        folding.node(parse.root(), FoldKind::Code);
        folding.end_comment();
        folding.folds
    });
    folds.sort_by_key(|fold| (fold.range.start(), std::cmp::Reverse(fold.range.end())));
    folds.dedup_by_key(|fold| fold.range);
    folds
}

struct Folding<'a> {
    text: &'a str,
    to_original: &'a dyn Fn(TextRange) -> TextRange,
    /// Line comments that follow each other.
    comment: Option<TextRange>,
    folds: Vec<Fold>,
}

impl Folding<'_> {
    fn node(&mut self, node: Node<'_>, kind: FoldKind) {
        match node.kind() {
            NODE_ATTR_SET | NODE_LIST | NODE_STRING | NODE_PATTERN | NODE_PAREN => {
                self.add((self.to_original)(node.range()), kind);
            }
            NODE_LET_IN => {
                let word = |kind| node.token(kind).map(|token| (self.to_original)(token.range()));
                if let (Some(start), Some(end)) = (word(TOKEN_LET), word(TOKEN_IN)) {
                    self.add(TextRange::new(start.start(), end.start().max(start.start())), kind);
                }
            }
            _ => {}
        }
        let is_imports = node.kind() == NODE_ATTRPATH_VALUE
            && node
                .child(NODE_ATTRPATH)
                .is_some_and(|path| &self.text[(self.to_original)(path.range())] == "imports");
        for child in node.children_with_tokens() {
            match child {
                Element::Node(child) => {
                    self.end_comment();
                    let kind = match is_imports && child.kind() == NODE_LIST {
                        true => FoldKind::Imports,
                        false => FoldKind::Code,
                    };
                    self.node(child, kind);
                }
                Element::Token(token) if token.kind() == TOKEN_COMMENT => {
                    self.comment((self.to_original)(token.range()));
                }
                Element::Token(token) if token.kind() == TOKEN_WHITESPACE => {
                    // An empty line ends a block of comments.
                    if token.text().matches('\n').count() > 1 {
                        self.end_comment();
                    }
                }
                Element::Token(_) => self.end_comment(),
            }
        }
    }

    fn comment(&mut self, range: TextRange) {
        self.comment = Some(self.comment.map_or(range, |before| before.cover(range)));
    }

    fn end_comment(&mut self) {
        if let Some(range) = self.comment.take() {
            self.add(range, FoldKind::Comment);
        }
    }

    fn add(&mut self, range: TextRange, kind: FoldKind) {
        if self.text[range].contains(['\n', '\r']) {
            self.folds.push(Fold { range, kind });
        }
    }
}

/// Ranges around one place, next to the whole text. Each stands inside the next one when they are sent, and
/// many who read JSON stop at 128 levels.
const MAX_SELECTIONS: usize = 100;

/// For each place the ranges that a selection grows to, from the name under it to the whole text; each
/// holds the one before it.
pub fn selections(snapshot: &Snapshot, file: FileId, places: &[TextSize]) -> Vec<Vec<TextRange>> {
    let Some(data) = snapshot.file(file) else { return Vec::new() };
    syntax::parse(&data.text, |parse| {
        let to_original = |range| parse.to_original(range);
        let whole = TextRange::up_to(TextSize::of(&*data.text));
        let of_place = |&at: &TextSize| {
            let mut ranges = vec![whole];
            let mut node = parse.root();
            loop {
                let range = to_original(node.range());
                ranges.push(range);
                if node.kind() == NODE_STRING {
                    ranges.extend(
                        inside_quotes(&data.text, range).filter(|it| it.contains_inclusive(at)),
                    );
                }
                let around = |it: &TextRange| it.contains_inclusive(at);
                // Between two the right one: the cursor is before a word, not behind the blank.
                let inner = node.children().filter(|it| around(&to_original(it.range()))).last();
                match inner {
                    Some(inner) => node = inner,
                    None => break,
                }
            }
            let words = node.tokens().filter(|token| !matches!(token.kind(), TOKEN_WHITESPACE));
            let word = words.map(|token| to_original(token.range()));
            ranges.extend(word.filter(|range| range.contains_inclusive(at)).last());
            ranges.dedup();
            ranges.reverse();
            let last = ranges.len() - 1;
            ranges.drain(last.min(MAX_SELECTIONS)..last);
            ranges
        };
        places.iter().map(of_place).collect()
    })
}

fn inside_quotes(text: &str, string: TextRange) -> impl Iterator<Item = TextRange> + use<> {
    let quotes = TextSize::new(if text[string].starts_with("''") { 2 } else { 1 });
    let inner = string.len().checked_sub(quotes + quotes);
    inner.map(|length| TextRange::at(string.start() + quotes, length)).into_iter()
}
