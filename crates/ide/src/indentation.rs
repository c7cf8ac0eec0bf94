//! Where a line belongs that begins with a closing bracket: below the line of the bracket that it closes.
//! Nothing else about a line's place is decided here; that is for formatters.

use crate::written::Closer;
use crate::{FilePosition, Snapshot};
use syntax::{TextEdit, TextRange, TextSize};

/// Puts the line of the closing bracket that has just been written, or that a `;` has just been written
/// behind, under the line with its opening bracket. `None`: the line stays as it is, also where the brackets
/// stand below each other.
pub fn closing_indentation(snapshot: &Snapshot, at: FilePosition) -> Option<TextEdit> {
    let text = &*snapshot.file(at.file)?.text;
    let closer = Closer::at(text, at.offset)?;
    let (own, opening) = (Line::of(text, closer.at), Line::of(text, closer.opener));
    let is_under_bracket = closer.opener - opening.start == closer.at - own.start
        && own.indentation.len() == closer.at - own.start;
    let stays =
        own.start == opening.start || own.indentation == opening.indentation || is_under_bracket;
    let size = |at: usize| TextSize::new(at as u32);
    let range = TextRange::new(size(own.start), size(closer.at));
    (!stays).then(|| TextEdit::replace(range, opening.indentation))
}

struct Line<'t> {
    start: usize,
    indentation: &'t str,
}

impl Line<'_> {
    fn of(text: &str, at: usize) -> Line<'_> {
        let start = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let line = &text[start..];
        let length = line.len() - line.trim_start_matches([' ', '\t']).len();
        Line { start, indentation: &line[..length] }
    }
}
