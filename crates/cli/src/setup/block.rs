//! The lines of ours in a file, between two comments. The first says what there was before them, and
//! has a checksum of what is between, so that an undo restores exactly that and notices changes.

use super::part::Refusal;
use sha2::{Digest, Sha256};
use std::ops::Range;

const BEGIN: &str = ">>> hyper-nixos-ls setup (";
const END: &str = "<<< hyper-nixos-ls setup <<<";

/// There was no file.
pub const NEW_FILE: &str = "new file";

/// A block that was found.
#[derive(Debug, PartialEq)]
pub struct Block {
    /// Its lines, the last line break included if there is one.
    pub range: Range<usize>,
    /// What there was before, in words that [`written`] was given.
    notes: String,
    pub is_unchanged: bool,
}

impl Block {
    pub fn notes(&self, note: &str) -> bool {
        self.notes.split(", ").any(|it| it == note)
    }

    /// `text` with other lines in the block, which says the same of what was before it.
    pub fn renewed(&self, text: &str, lead: &str, lines: &str) -> String {
        let block = with_line_breaks_of(text, &written(lead, &[&self.notes], lines));
        format!("{}{block}{}", &text[..self.range.start], &text[self.range.end..])
    }
}

/// The block with these lines in it; `lead` begins a comment, with the indentation of the line.
/// Without notes it says that there was a file.
pub fn written(lead: &str, notes: &[&str], lines: &str) -> String {
    let notes = if notes.is_empty() { "appended".to_owned() } else { notes.join(", ") };
    let sum = checksum(lines);
    format!("{lead} {BEGIN}{notes}; {sum}) >>>\n{lines}{lead} {END}\n")
}

/// The block in a text.
///
/// # Errors
/// If it has no end.
pub fn find(text: &str) -> Result<Option<Block>, Refusal> {
    let Some(mark) = text.find(BEGIN) else { return Ok(None) };
    let start = text[..mark].rfind('\n').map_or(0, |at| at + 1);
    let after_mark = mark + BEGIN.len();
    let line_end = text[mark..].find('\n').map(|at| mark + at + 1).ok_or(Refusal::NoEnd)?;
    let (notes, rest) = text[after_mark..line_end].split_once("; ").ok_or(Refusal::Changed)?;
    let sum = rest.split(')').next().unwrap_or_default();
    let end_mark = text[line_end..].find(END).map(|at| line_end + at).ok_or(Refusal::NoEnd)?;
    let end_start = text[..end_mark].rfind('\n').map_or(0, |at| at + 1);
    let end = text[end_mark..].find('\n').map_or(text.len(), |at| end_mark + at + 1);
    let is_unchanged = checksum(&text[line_end..end_start]) == sum;
    Ok(Some(Block { range: start..end, notes: notes.to_owned(), is_unchanged }))
}

/// Of the lines without what other lines ask of them: line breaks of the file's kind, and a comma
/// where a setting follows.
fn checksum(lines: &str) -> String {
    let lines = lines.replace("\r\n", "\n");
    let digest = Sha256::digest(lines.trim_end().trim_end_matches(','));
    digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// `text` with line breaks of the kind that `like` has.
pub fn with_line_breaks_of(like: &str, text: &str) -> String {
    match like.contains("\r\n") {
        true => text.replace('\n', "\r\n"),
        false => text.to_owned(),
    }
}
