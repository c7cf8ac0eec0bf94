use crate::cursor::Node;
use crate::limits;
use crate::repair::{self, Copy, Insertions};
use crate::{TextEdit, TextRange};
use rowan::GreenNode;
use std::ops::ControlFlow;

/// One text, parsed. Where the text was broken the tree is that of a repaired copy, so that the intact
/// parts keep their shape; [`Parse::to_original`] takes the tree's ranges back to the real text.
pub struct Parse {
    pub(crate) green: GreenNode,
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

impl Parse {
    pub fn root(&self) -> Node<'_> {
        Node::root(&self.green)
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

/// Parses, on a stack that suffices for the nesting of the text, and hands the result to `then` on
/// that same stack: a deep tree needs it again to be walked and to be dropped.
///
/// rnix takes any token for the end of a `(`. Whoever walks the tree and finds a parenthesis without
/// its end asks again with [`parse_suspicious`]; looking for it here would cost another walk.
pub fn parse<R>(text: &str, then: impl FnOnce(&Parse) -> R) -> R {
    parse_or_mend(text, |errors| !errors.is_empty(), then)
}

/// As [`parse`], for a text that is known to be broken although rnix does not say so.
pub fn parse_suspicious<R>(text: &str, then: impl FnOnce(&Parse) -> R) -> R {
    parse_or_mend(text, |_| true, then)
}

fn parse_or_mend<R>(
    text: &str,
    is_broken: impl FnOnce(&[rnix::ParseError]) -> bool,
    then: impl FnOnce(&Parse) -> R,
) -> R {
    let copy = Copy::new(text).with(&limits::cuts_of_long_runs(text));
    on_sufficient_stack(copy, Vec::new(), |copy, _| {
        let (green, errors) = rnix_parse(copy.text());
        if copy.is_unreadable() || !is_broken(&errors) {
            return then(&copy.into_parse(green));
        }
        let mended = repair::by_sight(copy);
        if !mended.changed {
            let repaired = repair::by_complaint(mended.copy, green, errors, Vec::new());
            return then(&repaired.into());
        }
        drop(green);
        on_sufficient_stack(mended.copy, mended.reported, |copy, reported| {
            let (green, errors) = rnix_parse(copy.text());
            then(&match copy.is_unreadable() {
                true => copy.into_parse(green),
                false => repair::by_complaint(copy, green, errors, reported).into(),
            })
        })
    })
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
    let needed = STACK_MINIMUM + STACK_A_LEVEL * depth;
    stacker::maybe_grow(needed, needed + STACK_MINIMUM, || run(copy, reported))
}

pub(crate) fn rnix_parse(text: &str) -> (GreenNode, Vec<rnix::ParseError>) {
    let parse = rnix::Root::parse(text);
    let green = parse.syntax().green().to_owned();
    (green, parse.errors().to_vec())
}

impl From<repair::Repaired> for Parse {
    fn from(repaired: repair::Repaired) -> Parse {
        Parse { green: repaired.green, insertions: repaired.insertions, errors: repaired.errors }
    }
}
