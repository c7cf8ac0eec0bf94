//! Lines of ours at the end of a file.

use super::block::{self, Block, NEW_FILE, with_line_breaks_of};
use super::part::Refusal;

/// The last line had no line break.
const NO_BREAK: &str = "no line break before";

/// `text` with a block at its end, an empty line before it.
pub fn append(text: Option<&str>, lead: &str, notes: &[&str], lines: &str) -> String {
    let mut notes = notes.to_vec();
    let before = text.unwrap_or_default();
    let needs_break = !before.is_empty() && !before.ends_with('\n');
    if text.is_none() {
        notes.push(NEW_FILE);
    }
    if needs_break {
        notes.push(NO_BREAK);
    }
    let mut added = String::new();
    if needs_break {
        added.push('\n');
    }
    if !before.is_empty() {
        added.push('\n');
    }
    added.push_str(&block::written(lead, &notes, lines));
    format!("{before}{}", with_line_breaks_of(before, &added))
}

/// `text` without its block, and without what was written in front of it; `None`: there was no file,
/// and nobody has added anything.
pub fn cut(text: &str, block: &Block) -> Option<String> {
    let (mut before, after) = (&text[..block.range.start], &text[block.range.end..]);
    let breaks = if block.notes(NO_BREAK) { 2 } else { 1 };
    for _ in 0..breaks {
        before = before.strip_suffix('\n').map_or(before, |it| it.strip_suffix('\r').unwrap_or(it));
    }
    let rest = format!("{before}{after}");
    (!rest.is_empty() || !block.notes(NEW_FILE)).then_some(rest)
}

/// The block of a text that may be replaced or removed.
///
/// # Errors
/// If it is not as it was written.
pub fn intact(text: &str) -> Result<Option<Block>, Refusal> {
    match block::find(text)? {
        Some(block) if !block.is_unchanged => Err(Refusal::Changed),
        found => Ok(found),
    }
}
