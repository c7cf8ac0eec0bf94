use crate::cursor::Node;
use crate::repair::{self, Insertions};
use crate::{TextEdit, TextRange};
use rowan::GreenNode;

/// One text, parsed. Where the text was broken the tree is that of a repaired copy, so that the intact
/// parts keep their shape; [`Parse::to_original`] takes the tree's ranges back to the real text.
pub struct Parse {
    green: GreenNode,
    insertions: Insertions,
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
    on_sufficient_stack(text, || {
        let (green, errors) = rnix_parse(text);
        then(&match errors.is_empty() {
            true => Parse { green, insertions: Insertions::default(), errors: Vec::new() },
            false => repair::repair(text, green, errors).into(),
        })
    })
}

/// As [`parse`], for a text that is known to be broken although rnix does not say so.
pub fn parse_suspicious<R>(text: &str, then: impl FnOnce(&Parse) -> R) -> R {
    on_sufficient_stack(text, || {
        let (green, errors) = rnix_parse(text);
        then(&repair::repair(text, green, errors).into())
    })
}

fn on_sufficient_stack<R>(text: &str, run: impl FnOnce() -> R) -> R {
    let needed = STACK_MINIMUM + STACK_A_LEVEL * repair::nesting_bound(text);
    stacker::maybe_grow(needed, needed + STACK_MINIMUM, run)
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
