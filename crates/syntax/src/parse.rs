use crate::cursor::Node;
use crate::limits;
use crate::repair::{self, BySight, Copy, Insertions};
use crate::tree::Tree;
use crate::{TextEdit, TextRange, well_formed};
use rowan::GreenNode;
use std::borrow::Cow;
use std::ops::ControlFlow;

/// One text, parsed. Where the text was broken the tree is that of a repaired copy, so that the intact
/// parts keep their shape; [`Parse::to_original`] takes the tree's ranges back to the real text.
pub struct Parse<'t> {
    /// What the tree is of.
    pub(crate) text: Cow<'t, str>,
    pub(crate) tree: Tree,
    pub(crate) insertions: Insertions,
    pub errors: Vec<SyntaxError>,
}

/// What a person needs to mend one mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Bytes of the original text; may be empty (something is missing here).
    pub range: TextRange,
    pub message: String,
    /// The edit that mends it, where there is hardly another.
    pub fix: Option<(String, TextEdit)>,
}

impl Parse<'_> {
    pub fn root(&self) -> Node<'_> {
        Node::root(&self.text, &self.tree)
    }

    /// From a range of the tree to the bytes of the text that was parsed.
    pub fn to_original(&self, range: TextRange) -> TextRange {
        self.insertions.to_original(range)
    }

    /// Whether a range of the tree is nothing but what the repair put there.
    pub fn is_invented(&self, range: TextRange) -> bool {
        self.insertions.covers(range)
    }
}

/// Bytes of stack that rnix and our own walks may need for each level of nesting: twice what 60,000
/// levels of the hungriest construct were measured to need.
const STACK_A_LEVEL: usize = if cfg!(debug_assertions) { 4 * 1024 } else { 1536 };
const STACK_MINIMUM: usize = 256 * 1024;
/// Bytes of stack that our own parser may need.
const STACK_OF_WELL_FORMED: usize = 1024 * 1024;

/// Parses, on a stack that suffices for the nesting of the text, and hands the result to `then` on
/// that same stack: a deep tree needs it again to be walked and to be dropped.
///
/// rnix takes any token for the end of a `(`. Whoever walks the tree and finds a parenthesis without
/// its end asks again with [`parse_suspicious`]; looking for it here would cost another walk.
pub fn parse<R>(text: &str, then: impl FnOnce(&Parse<'_>) -> R) -> R {
    let copy = Copy::new(text).with(&limits::cuts_of_long_runs(text));
    match well_formed(copy.text()) {
        Some(tree) => on_stack_for(tree.height(), || then(&copy.into_parse(tree))),
        None => read_or_mend(copy, |errors| !errors.is_empty(), then),
    }
}

/// As [`parse`], for a text that is known to be broken although rnix does not say so.
pub fn parse_suspicious<R>(text: &str, then: impl FnOnce(&Parse<'_>) -> R) -> R {
    let copy = Copy::new(text).with(&limits::cuts_of_long_runs(text));
    read_or_mend(copy, |_| true, then)
}

/// For a text that is broken, or that only rnix takes.
fn read_or_mend<R>(
    copy: Copy<'_>,
    is_broken: impl FnOnce(&[rnix::ParseError]) -> bool,
    then: impl FnOnce(&Parse<'_>) -> R,
) -> R {
    // Nobody has to parse a text to see that its brackets do not pair.
    if let Some(sighting) = repair::lacks_brackets(&copy) {
        return read_mended(repair::by_sight(copy, Some(sighting)), then);
    }
    on_sufficient_stack(copy, Vec::new(), |copy, _| {
        if copy.is_unreadable() {
            return then(&copy.into_parse(Reading::default().into_tree()));
        }
        let reading = Reading::by_rnix(copy.text());
        if !is_broken(&reading.errors) {
            return then(&copy.into_parse(reading.into_tree()));
        }
        let mended = repair::by_sight(copy, None);
        if !mended.changed {
            return then(&repair::by_complaint(mended.copy, reading, Vec::new()));
        }
        drop(reading);
        read_mended(mended, then)
    })
}

/// For a text that is mended as far as its tokens show. What was in a string may be code now, so it has to be looked at
/// again whether the parser can take it.
fn read_mended<R>(mended: BySight<'_>, then: impl FnOnce(&Parse<'_>) -> R) -> R {
    if let Some(tree) = well_formed(mended.copy.text()) {
        let height = tree.height();
        let parse = repair::by_complaint(mended.copy, Reading::of(tree), mended.reported);
        return on_stack_for(height, || then(&parse));
    }
    on_sufficient_stack(mended.copy, mended.reported, |copy, reported| {
        then(&match copy.is_unreadable() {
            true => copy.into_parse(Reading::default().into_tree()),
            false => {
                let reading = Reading::by_rnix(copy.text());
                repair::by_complaint(copy, reading, reported)
            }
        })
    })
}

fn well_formed(text: &str) -> Option<Tree> {
    let needed = STACK_OF_WELL_FORMED;
    stacker::maybe_grow(needed, needed + STACK_MINIMUM, || well_formed::parse(text))
}

fn on_stack_for<R>(height: usize, run: impl FnOnce() -> R) -> R {
    let needed = STACK_MINIMUM + STACK_A_LEVEL * height;
    stacker::maybe_grow(needed, needed + STACK_MINIMUM, run)
}

/// Hands `run` the text as rnix can take it, and what is known to be wrong with it. A text that rnix cannot take is read
/// as an empty one.
fn on_sufficient_stack<'t, R>(
    copy: Copy<'t>,
    reported: Vec<SyntaxError>,
    run: impl FnOnce(Copy<'t>, Vec<SyntaxError>) -> R,
) -> R {
    let (copy, depth) = match limits::needs(copy.text()) {
        ControlFlow::Continue(needs) => (copy.with(&needs.seams), needs.depth),
        ControlFlow::Break(range) => {
            let range = copy.to_original(range);
            let message = format!(
                "more than {} operators or arguments follow each other here; this file is not analysed",
                limits::MAX_CHAIN
            );
            let error = SyntaxError { range, message, fix: None };
            (Copy::unreadable(reported.iter().cloned().chain([error]).collect()), 0)
        }
    };
    on_stack_for(depth, || run(copy, reported))
}

/// What has been read of a text.
#[derive(Default)]
pub(crate) struct Reading {
    shape: Shape,
    pub errors: Vec<rnix::ParseError>,
}

enum Shape {
    Tree(Tree),
    /// To be made a tree once it is known that this is the one that counts.
    Green(GreenNode),
}

impl Default for Shape {
    fn default() -> Shape {
        Shape::Tree(Tree::default())
    }
}

impl Reading {
    /// On a stack that suffices for rnix.
    pub fn new(text: &str) -> Reading {
        match well_formed::parse(text) {
            Some(tree) => Reading::of(tree),
            None => Reading::by_rnix(text),
        }
    }

    pub fn by_rnix(text: &str) -> Reading {
        let parse = rnix::Root::parse(text);
        let green = parse.syntax().green().to_owned();
        Reading { shape: Shape::Green(green), errors: parse.errors().to_vec() }
    }

    /// Without a mistake.
    fn of(tree: Tree) -> Reading {
        Reading { shape: Shape::Tree(tree), errors: Vec::new() }
    }

    pub fn into_tree(self) -> Tree {
        match self.shape {
            Shape::Tree(tree) => tree,
            Shape::Green(green) => Tree::of(&green),
        }
    }
}
