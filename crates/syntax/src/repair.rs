//! Broken text, mended for the parser.
//!
//! rnix skips ahead to the token it wanted, so one missing `;` swallows the next binding. Users are
//! always in the middle of a broken line, so instead of accepting that tree we find what is missing,
//! put it into a copy of the text, and parse again: everything that is intact keeps its shape. Each
//! mending is one [`SyntaxError`], in the words of the mistake and not of the parser, and an error
//! that merely follows from an earlier one is never reported.
//!
//! What Nix reads and rnix does not is written in another way first ([`paths`]). Then three steps: [`habits`] mends what is known by sight, [`brackets`] pairs the brackets, then [`one_error`] mends what rnix complains of first,
//! again and again, as long as each mending lets the parser get further.

mod brackets;
mod habits;
mod one_error;
mod paths;
mod tokens;

use crate::parse::{Parse, Reading};
use crate::tree::Tree;
use crate::{SyntaxError, SyntaxKind, TextEdit, TextRange, TextSize};
use rnix::ParseError;
use std::borrow::Cow;
use tokens::Tokens;

/// What stands for a missing expression or name: an identifier, so that every place takes it.
const PLACEHOLDER: &str = "__";
/// A text with more mistakes than this is hardly Nix; the rest of them is not worth another parse.
const MAX_REPAIRS: usize = 40;
/// How many things may be missing at one place (`a.` lacks a name, then its value).
const MAX_AT_ONE_PLACE: usize = 2;
/// How many bytes we are ready to parse again for one text: some ten milliseconds' worth.
const MAX_BYTES_PARSED: usize = 512 * 1024;

/// One thing to change in the copy, and what to tell the user; positions are those of the copy.
pub(crate) struct Repair {
    at: TextSize,
    change: Change,
    range: TextRange,
    message: String,
    /// The change of the user's text that mends it, where there is hardly another.
    fix: Option<QuickFix>,
}

struct QuickFix {
    title: String,
    edit: TextEdit,
}

impl QuickFix {
    fn replace(title: &str, range: TextRange, with: &str) -> QuickFix {
        QuickFix { title: title.to_owned(), edit: TextEdit::replace(range, with) }
    }
}

enum Change {
    Insert(String),
    /// Overwrite with blanks: the copy may grow, but what is in it never moves closer.
    Blank(TextSize),
    /// Overwrite with a text of this length.
    Overwrite {
        length: TextSize,
        with: String,
    },
}

/// A text in which everything has been mended that can be seen in its tokens.
pub(crate) struct BySight<'t> {
    pub copy: Copy<'t>,
    pub reported: Vec<SyntaxError>,
    /// Whether the copy is another one than before. What was in a string may be code now, so it has to be looked
    /// at again whether the parser can take it.
    pub changed: bool,
}

/// What is to be mended next in a text.
pub(crate) enum Sighting {
    /// This, and then it has to be looked at again.
    One(Repair),
    /// Nothing but brackets: what closes or removes those without a partner.
    Brackets(Vec<Repair>),
}

impl Sighting {
    fn of(tokens: &Tokens<'_>) -> Sighting {
        // An open string hides every bracket behind it, so it is closed before brackets are paired.
        match habits::first(tokens).or_else(|| brackets::unclosed_string(tokens)) {
            Some(repair) => Sighting::One(repair),
            None => Sighting::Brackets(brackets::unpaired(tokens)),
        }
    }
}

/// Mends what can be seen; `first` is what has been seen already.
pub(crate) fn by_sight(mut copy: Copy<'_>, first: Option<Sighting>) -> BySight<'_> {
    let mut reported = Vec::new();
    let spelled = copy.spell_out_paths();
    let mut first = first.filter(|_| !spelled);
    if spelled && Reading::new(&copy.text).errors.is_empty() {
        return BySight { copy, reported, changed: true };
    }
    let unpaired = loop {
        let look = |copy: &Copy<'_>| Sighting::of(&Tokens::new(&copy.text));
        match first.take().unwrap_or_else(|| look(&copy)) {
            Sighting::One(repair) if reported.len() < MAX_REPAIRS => {
                reported.push(copy.apply(&repair));
            }
            Sighting::One(_) => break brackets::unpaired(&Tokens::new(&copy.text)),
            Sighting::Brackets(unpaired) => break unpaired,
        }
    };
    // From the back, so that positions of the ones still to come stay true.
    for repair in unpaired.into_iter().rev() {
        reported.push(copy.apply(&repair));
    }
    let changed = spelled || !reported.is_empty();
    BySight { copy, reported, changed }
}

/// What is to be mended first in a text in which some bracket has no partner; `None`: all have one. Such a text may
/// be broken as well.
pub(crate) fn lacks_brackets(copy: &Copy<'_>) -> Option<Sighting> {
    let tokens = Tokens::new(&copy.text);
    brackets::are_unpaired(&tokens).then(|| Sighting::of(&tokens))
}

/// Mends what the parser complains of; `reported` is what has been mended before.
pub(crate) fn by_complaint<'t>(
    mut copy: Copy<'t>,
    mut reading: Reading,
    mut reported: Vec<SyntaxError>,
) -> Parse<'t> {
    let mut budget = MAX_BYTES_PARSED;
    let mut at_one_place = 0;
    for _ in 0..MAX_REPAIRS {
        let Some(first) = first_error(&reading.errors, &copy.text) else { break };
        match mend(&copy, &first, at_one_place < MAX_AT_ONE_PLACE, &mut budget) {
            Ok(mended) => {
                at_one_place = if mended.further { 0 } else { at_one_place + 1 };
                (copy, reading) = (mended.copy, mended.reading);
                // What is missing right behind something invented is missing for the same reason.
                if !mended.follows_invention {
                    reported.push(mended.error);
                }
            }
            Err(error) => {
                // What follows an error that we cannot mend is guesswork: report this one and stop.
                reported.push(error);
                break;
            }
        }
    }
    reported.sort_by_key(|error| error.range.start());
    reported.dedup_by(|b, a| a.range == b.range && a.message == b.message);
    Parse { errors: reported, ..copy.into_parse(reading.into_tree()) }
}

struct Mended<'t> {
    copy: Copy<'t>,
    reading: Reading,
    error: SyntaxError,
    /// The parser got past the place.
    further: bool,
    follows_invention: bool,
}

/// The first candidate that lets the parser get past `first`, or, where `may_stay` says so, makes it want
/// something else at the same place; else `first` in plain words.
fn mend<'t>(
    copy: &Copy<'t>,
    first: &FirstError,
    may_stay: bool,
    budget: &mut usize,
) -> Result<Mended<'t>, SyntaxError> {
    let tokens = Tokens::new(&copy.text);
    for repair in one_error::candidates(&tokens, first) {
        if *budget < copy.text.len() {
            break;
        }
        *budget -= copy.text.len();
        let mut attempt = copy.clone();
        let error = attempt.apply(&repair);
        let reading = Reading::new(&attempt.text);
        let grown = TextSize::of(attempt.text()) - TextSize::of(copy.text());
        let same = first.at + grown;
        let next = first_error(&reading.errors, &attempt.text);
        let further = next.as_ref().is_none_or(|next| next.at > same);
        let other = next.is_some_and(|next| next.at == same && next.kind != first.kind);
        if further || (may_stay && other) {
            let follows_invention = copy.insertions.ends_at(repair.at);
            return Ok(Mended { copy: attempt, reading, error, further, follows_invention });
        }
    }
    let range = copy.insertions.to_original(first.range);
    Err(SyntaxError { range, message: first.message(&tokens), fix: None })
}

/// The text as it is parsed, and what of it is not the user's.
#[derive(Clone)]
pub(crate) struct Copy<'t> {
    text: Cow<'t, str>,
    insertions: Insertions,
    /// Why the text is not read at all.
    unreadable: Option<Vec<SyntaxError>>,
}

impl<'t> Copy<'t> {
    pub fn new(text: &'t str) -> Copy<'t> {
        Copy { text: text.into(), insertions: Insertions::default(), unreadable: None }
    }

    /// With texts put in at their places, which are those of this copy and sorted.
    pub fn with(self, inserted: &[(TextSize, &str)]) -> Copy<'t> {
        if inserted.is_empty() {
            return self;
        }
        let mut text = String::with_capacity(self.text.len() + inserted.len());
        let mut ranges = Vec::new();
        let Insertions { ranges: earlier, overwritten, .. } = self.insertions;
        let mut earlier = earlier.into_iter().peekable();
        let mut start = TextSize::new(0);
        let mut grown = TextSize::new(0);
        for &(at, new) in inserted {
            text.push_str(&self.text[TextRange::new(start, at)]);
            start = at;
            while let Some(range) = earlier.next_if(|range| range.start() < at) {
                ranges.push(range + grown);
            }
            ranges.push(TextRange::at(TextSize::of(&text), TextSize::of(new)));
            text.push_str(new);
            grown += TextSize::of(new);
        }
        text.push_str(&self.text[usize::from(start)..]);
        ranges.extend(earlier.map(|range| range + grown));
        let insertions = Insertions { overwritten, ..Insertions::new(ranges) };
        Copy { text: text.into(), insertions, unreadable: self.unreadable }
    }

    /// In place of a text that nobody can read.
    pub fn unreadable(errors: Vec<SyntaxError>) -> Copy<'t> {
        Copy { text: "".into(), insertions: Insertions::default(), unreadable: Some(errors) }
    }

    pub fn is_unreadable(&self) -> bool {
        self.unreadable.is_some()
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn to_original(&self, range: TextRange) -> TextRange {
        self.insertions.to_original(range)
    }

    pub fn into_parse(self, tree: Tree) -> Parse<'t> {
        let errors = self.unreadable.unwrap_or_default();
        Parse { text: self.text, tree, insertions: self.insertions, errors }
    }

    fn insert(&mut self, at: TextSize, new: &str) {
        self.text.to_mut().insert_str(at.into(), new);
        self.insertions.add(at, TextSize::of(new));
    }

    fn apply(&mut self, repair: &Repair) -> SyntaxError {
        let range = self.insertions.to_original(repair.range);
        let fix = repair.fix.as_ref().map(|fix| {
            let range = self.insertions.to_original(fix.edit.range);
            (fix.title.clone(), TextEdit::replace(range, fix.edit.new_text.clone()))
        });
        let start = usize::from(repair.at);
        match &repair.change {
            Change::Insert(new) => self.insert(repair.at, new),
            Change::Blank(len) => {
                let end = start + usize::from(*len);
                self.insertions.keep_whole(&self.text[start..end], repair.at);
                self.text.to_mut().replace_range(start..end, &" ".repeat(end - start));
            }
            Change::Overwrite { length, with } => {
                let old = &self.text[start..start + usize::from(*length)];
                self.insertions.keep_whole(old, repair.at);
                self.text.to_mut().replace_range(start..start + usize::from(*length), with);
            }
        }
        SyntaxError { range, message: repair.message.clone(), fix }
    }
}

/// What the parser says first, and where.
struct FirstError {
    at: TextSize,
    range: TextRange,
    kind: FirstErrorKind,
}

#[derive(PartialEq)]
enum FirstErrorKind {
    Wanted { got: Option<SyntaxKind>, wanted: Vec<SyntaxKind> },
    Extra,
    DoubleBind,
    TooDeep,
    Other,
}

fn first_error(errors: &[ParseError], text: &str) -> Option<FirstError> {
    let end = TextRange::empty(TextSize::of(text));
    errors
        .iter()
        .map(|error| {
            let (range, kind) = match error {
                ParseError::UnexpectedWanted(got, range, wanted) => {
                    (*range, FirstErrorKind::Wanted { got: Some(*got), wanted: wanted.to_vec() })
                }
                ParseError::UnexpectedEOFWanted(wanted) => {
                    (end, FirstErrorKind::Wanted { got: None, wanted: wanted.to_vec() })
                }
                ParseError::UnexpectedEOF => {
                    (end, FirstErrorKind::Wanted { got: None, wanted: Vec::new() })
                }
                ParseError::UnexpectedExtra(range) => (*range, FirstErrorKind::Extra),
                ParseError::UnexpectedDoubleBind(range) => (*range, FirstErrorKind::DoubleBind),
                ParseError::RecursionLimitExceeded => {
                    (TextRange::empty(TextSize::new(0)), FirstErrorKind::TooDeep)
                }
                ParseError::Unexpected(range) | ParseError::DuplicatedArgs(range, _) => {
                    (*range, FirstErrorKind::Other)
                }
                _ => (end, FirstErrorKind::Other),
            };
            FirstError { at: range.start(), range, kind }
        })
        .min_by_key(|error| error.at)
}

impl FirstError {
    /// For an error that nothing we know mends.
    fn message(&self, tokens: &Tokens<'_>) -> String {
        match &self.kind {
            FirstErrorKind::TooDeep => {
                "this file nests expressions more than 512 levels deep; it is not analysed"
                    .to_owned()
            }
            FirstErrorKind::DoubleBind => {
                "this argument set is bound to a name twice; keep one of the two `@` names"
                    .to_owned()
            }
            FirstErrorKind::Wanted { got: None, .. } => {
                "the file ends in the middle of an expression".to_owned()
            }
            _ => match tokens.at(self.at) {
                Some(token) => format!("syntax error: unexpected {}", token.describe()),
                None => "syntax error".to_owned(),
            },
        }
    }
}

/// What was put into the copy, in positions of the copy.
#[derive(Debug, Clone, Default)]
pub(crate) struct Insertions {
    /// Sorted.
    ranges: Vec<TextRange>,
    /// How many bytes are inserted before each of them.
    before: Vec<TextSize>,
    /// Characters of several bytes that have been overwritten byte by byte, in positions of the original. A
    /// place between their bytes is none in the original.
    overwritten: Vec<TextRange>,
}

impl Insertions {
    /// A sorted list of ranges that do not touch.
    fn new(ranges: Vec<TextRange>) -> Insertions {
        let mut sum = TextSize::new(0);
        let before = ranges.iter().map(|range| {
            let before = sum;
            sum += range.len();
            before
        });
        Insertions { before: before.collect(), ranges, overwritten: Vec::new() }
    }

    fn add(&mut self, at: TextSize, len: TextSize) {
        let mut ranges = std::mem::take(&mut self.ranges);
        let mut inside = false;
        for range in &mut ranges {
            if range.start() >= at {
                *range += len;
            } else if at < range.end() {
                *range = TextRange::new(range.start(), range.end() + len);
                inside = true;
            }
        }
        if !inside {
            let place = ranges.partition_point(|range| range.start() < at);
            ranges.insert(place, TextRange::at(at, len));
        }
        let overwritten = std::mem::take(&mut self.overwritten);
        *self = Insertions { overwritten, ..Insertions::new(ranges) };
    }

    /// `text` is about to be overwritten, which begins at `start` in the copy.
    fn keep_whole(&mut self, text: &str, start: TextSize) {
        for (at, ch) in text.char_indices().filter(|(_, ch)| !ch.is_ascii()) {
            let start = self.offset_to_original(start + TextSize::new(at as u32));
            self.overwritten.push(TextRange::at(start, TextSize::of(ch)));
        }
        self.overwritten.sort_by_key(|range| range.start());
    }

    fn ends_at(&self, offset: TextSize) -> bool {
        self.ranges.iter().any(|inserted| inserted.end() == offset)
    }

    pub fn covers(&self, range: TextRange) -> bool {
        let next = self.ranges.partition_point(|inserted| inserted.start() <= range.start());
        let last = next.checked_sub(1).and_then(|last| self.ranges.get(last));
        last.is_some_and(|inserted| inserted.contains_range(range))
    }

    pub fn to_original(&self, range: TextRange) -> TextRange {
        if self.ranges.is_empty() && self.overwritten.is_empty() {
            return range;
        }
        TextRange::new(self.offset_to_original(range.start()), self.offset_to_original(range.end()))
    }

    fn offset_to_original(&self, offset: TextSize) -> TextSize {
        let next = self.ranges.partition_point(|inserted| inserted.start() < offset);
        let original = match next.checked_sub(1) {
            Some(last) => {
                let inserted = self.ranges[last];
                offset - self.before[last] - (inserted.end().min(offset) - inserted.start())
            }
            None => offset,
        };
        let next = self.overwritten.partition_point(|wide| wide.end() <= original);
        let inside = self.overwritten.get(next).filter(|wide| wide.start() < original);
        inside.map_or(original, |wide| wide.start())
    }
}

#[cfg(test)]
mod tests;
