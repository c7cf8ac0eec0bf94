//! Byte offsets ↔ lines and columns, in the encodings that LSP clients negotiate.

use crate::{TextRange, TextSize};

/// The unit in which a column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, what LSP clients use unless they say otherwise.
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// A position with line and column from 0; the column's unit is the [`Encoding`] it was asked in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    pub line: u32,
    pub column: u32,
}

/// Where each line of one text starts. Lines end at `\n`, `\r\n` and a lone `\r`, as LSP has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<TextSize>,
    /// Columns every [`STRIDE`] bytes or so of the lines that are longer than that, so that a megabyte on
    /// one line is not counted from its start each time.
    milestones: Box<[Milestone]>,
}

/// Bytes that are counted one by one at most.
const STRIDE: usize = 1024;

/// The columns of one offset inside a long line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Milestone {
    offset: TextSize,
    utf16: u32,
    utf32: u32,
}

impl LineIndex {
    pub fn new(text: &str) -> LineIndex {
        let mut starts = vec![TextSize::new(0)];
        starts.extend(line_starts(text, 0..text.len()));
        let milestones = milestones(text, &starts).into();
        LineIndex { starts, milestones }
    }

    /// The index of `text`, which was made by putting `inserted` bytes in the place of `replaced` into the text of this
    /// one. Takes the time of the lines and not of the text, as long as no line is a very long one.
    pub fn edit(&mut self, text: &str, replaced: TextRange, inserted: TextSize) {
        if !self.milestones.is_empty() {
            *self = LineIndex::new(text);
            return;
        }
        // Whether a line starts at a place is up to the byte before it and the one behind.
        let first = self.starts.partition_point(|&start| start < replaced.start()).max(1);
        let last = self.starts.partition_point(|&start| start <= replaced.end()).max(first);
        let from = usize::from(replaced.start());
        let new = line_starts(text, from.saturating_sub(1)..from + usize::from(inserted));
        let new: Vec<TextSize> = new.collect();
        for start in &mut self.starts[last..] {
            *start = *start - replaced.end() + replaced.start() + inserted;
        }
        let around = first - 1..(first + new.len() + 1);
        self.starts.splice(first..last, new);
        let starts = &self.starts[around.start..around.end.min(self.starts.len())];
        let ends = starts.iter().skip(1).copied().chain([TextSize::of(text)]);
        if starts.iter().zip(ends).any(|(&start, end)| usize::from(end - start) > STRIDE) {
            self.milestones = milestones(text, &self.starts).into();
        }
    }

    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The line (from 0) that holds `offset`; offsets past the end count as the last line.
    pub fn line(&self, offset: TextSize) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32 - 1
    }

    /// The bytes of a line without its terminator; an empty range at the end of the text past it.
    pub fn line_range(&self, text: &str, line: u32) -> TextRange {
        let end_of_text = TextSize::of(text);
        let Some(&start) = self.starts.get(line as usize) else {
            return TextRange::empty(end_of_text);
        };
        let next = self.starts.get(line as usize + 1).copied().unwrap_or(end_of_text);
        let whole = &text[usize::from(start)..usize::from(next)];
        let content = whole.trim_end_matches(['\n', '\r']);
        // A lone `\r` ends its line, so a line holds no other terminator than its last one or two bytes.
        TextRange::at(start, TextSize::of(content))
    }

    /// `offset` is a byte offset; past the end or inside a character it is moved back to the nearest boundary.
    pub fn position(&self, text: &str, offset: TextSize, encoding: Encoding) -> LineColumn {
        let mut at = usize::from(offset).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.line(TextSize::new(at as u32));
        let start = self.starts[line as usize];
        let milestone = self.last_milestone(start, |known| usize::from(known.offset) <= at);
        let (from, column) =
            milestone.map_or((start, 0), |known| (known.offset, known.column(start, encoding)));
        let rest = &text[usize::from(from)..at];
        LineColumn { line, column: column + width(rest, encoding) }
    }

    /// The last milestone of the line that starts at `start` for which `is_before` holds.
    fn last_milestone(
        &self,
        start: TextSize,
        is_before: impl Fn(&Milestone) -> bool,
    ) -> Option<Milestone> {
        let first = self.milestones.partition_point(|known| known.offset <= start);
        let next = self.starts.partition_point(|&line| line <= start);
        let end = self.starts.get(next).map_or(self.milestones.len(), |&next| {
            self.milestones.partition_point(|known| known.offset < next)
        });
        let of_line = &self.milestones[first..end.max(first)];
        of_line.get(of_line.partition_point(is_before).checked_sub(1)?).copied()
    }

    /// The byte offset of a position. As LSP asks, a column past the end of its line means the end of
    /// that line; a line past the end means the end of the text; a column inside a character, its start.
    pub fn offset(&self, text: &str, position: LineColumn, encoding: Encoding) -> TextSize {
        let range = self.line_range(text, position.line);
        let start = range.start();
        let milestone = self
            .last_milestone(start, |known| known.column(start, encoding) <= position.column)
            .filter(|known| known.offset <= range.end());
        let (from, column) =
            milestone.map_or((start, 0), |known| (known.offset, known.column(start, encoding)));
        let rest = &text[usize::from(from)..usize::from(range.end())];
        let mut left = position.column - column;
        let mut bytes = 0;
        for ch in rest.chars() {
            let units = char_width(ch, encoding);
            if left < units {
                break;
            }
            left -= units;
            bytes += ch.len_utf8();
        }
        from + TextSize::new(bytes as u32)
    }
}

impl Milestone {
    /// `start` is where the line begins.
    fn column(self, start: TextSize, encoding: Encoding) -> u32 {
        match encoding {
            Encoding::Utf8 => (self.offset - start).into(),
            Encoding::Utf16 => self.utf16,
            Encoding::Utf32 => self.utf32,
        }
    }
}

/// Where lines start because of an end of a line at `ends`.
fn line_starts(text: &str, ends: std::ops::Range<usize>) -> impl Iterator<Item = TextSize> {
    let bytes = text.as_bytes();
    let from = ends.start;
    let ends = memchr::memchr2_iter(b'\n', b'\r', &bytes[ends]).map(move |at| from + at);
    let ends_line = |&at: &usize| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
    ends.filter(ends_line).map(|at| TextSize::new(at as u32 + 1))
}

fn milestones(text: &str, starts: &[TextSize]) -> Vec<Milestone> {
    let mut milestones = Vec::new();
    let ends = starts.iter().skip(1).copied().chain([TextSize::of(text)]);
    for (&start, end) in starts.iter().zip(ends) {
        let mut from = usize::from(start);
        let (mut utf16, mut utf32) = (0, 0);
        while usize::from(end) - from > STRIDE {
            let mut to = from + STRIDE;
            while !text.is_char_boundary(to) {
                to -= 1;
            }
            utf16 += width(&text[from..to], Encoding::Utf16);
            utf32 += width(&text[from..to], Encoding::Utf32);
            milestones.push(Milestone { offset: TextSize::new(to as u32), utf16, utf32 });
            from = to;
        }
    }
    milestones
}

fn char_width(ch: char, encoding: Encoding) -> u32 {
    match encoding {
        Encoding::Utf8 => ch.len_utf8() as u32,
        Encoding::Utf16 => ch.len_utf16() as u32,
        Encoding::Utf32 => 1,
    }
}

fn width(text: &str, encoding: Encoding) -> u32 {
    if encoding == Encoding::Utf8 || text.is_ascii() {
        return text.len() as u32;
    }
    text.chars().map(|ch| char_width(ch, encoding)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(text: &str) {
        let index = LineIndex::new(text);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            for (at, _) in text.char_indices() {
                let inside_crlf = text.as_bytes()[..=at].ends_with(b"\r\n");
                if inside_crlf {
                    continue;
                }
                let offset = TextSize::new(at as u32);
                let position = index.position(text, offset, encoding);
                assert_eq!(index.offset(text, position, encoding), offset, "{text:?} at {at}");
            }
        }
    }

    #[test]
    fn positions_survive_every_line_ending_and_script() {
        for text in ["", "a", "a\nb", "a\r\nb\r\n", "a\rb\r\rc", "ä\n𝄞b\r\n\u{feff}", "\n\n"] {
            round_trip(text);
        }
    }

    #[test]
    fn positions_in_long_lines() {
        round_trip(&"aäb𝄞".repeat(STRIDE));
        let line = "aä𝄞".repeat(STRIDE / 2);
        round_trip(&format!("{line}\n{line}\r\n{line}x"));
        let index = LineIndex::new(&line);
        let end = index.position(&line, TextSize::of(&line), Encoding::Utf16);
        assert_eq!(end.column, line.encode_utf16().count() as u32);
        let past = LineColumn { line: 0, column: u32::MAX };
        assert_eq!(index.offset(&line, past, Encoding::Utf16), TextSize::of(&line));
    }

    /// Every edit of up to two pieces in a text of all ends of lines, with a long line among its neighbours.
    #[test]
    fn an_edited_index_is_that_of_the_edited_text() {
        let long = "x".repeat(STRIDE);
        for text in ["\n\r\n\ra\r", "", "a\r\n", &format!("a\n{long}\nb")] {
            for start in 0..=text.len().min(8) {
                for end in start..=text.len().min(start + 3) {
                    for inserted in ["", "\n", "\r", "\r\n", "x", "x\ry", "\n\r", "y\n", &long] {
                        let mut edited = text.to_owned();
                        edited.replace_range(start..end, inserted);
                        let mut index = LineIndex::new(text);
                        let range =
                            TextRange::new(TextSize::new(start as u32), TextSize::new(end as u32));
                        index.edit(&edited, range, TextSize::of(inserted));
                        let new = LineIndex::new(&edited);
                        assert_eq!(index, new, "{text:?} with {inserted:?} at {start}..{end}");
                    }
                }
            }
        }
    }

    #[test]
    fn absurd_positions_are_clamped() {
        let text = "ab\r\n𝄞c";
        let index = LineIndex::new(text);
        let offset = |line, column| {
            u32::from(index.offset(text, LineColumn { line, column }, Encoding::Utf16))
        };
        assert_eq!(offset(0, 99), 2, "past the end of a line: its end, before the CRLF");
        assert_eq!(offset(9, 0), text.len() as u32, "past the last line: the end of the text");
        assert_eq!(offset(1, 1), 4, "inside a surrogate pair: the character's start");
        assert_eq!(offset(1, 2), 8);
    }
}
