use crate::TextRange;

/// Replaces the bytes at `range` by `new_text`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextEdit {
    pub range: TextRange,
    pub new_text: String,
}

impl TextEdit {
    pub fn replace(range: TextRange, new_text: impl Into<String>) -> TextEdit {
        TextEdit { range, new_text: new_text.into() }
    }

    pub fn insert(at: crate::TextSize, new_text: impl Into<String>) -> TextEdit {
        TextEdit::replace(TextRange::empty(at), new_text)
    }

    pub fn delete(range: TextRange) -> TextEdit {
        TextEdit::replace(range, "")
    }
}

/// Applies edits that all speak of the same `text`. `None` if two of them overlap or one lies
/// outside the text or inside a character. Insertions at one place keep their order.
pub fn apply_edits(text: &str, edits: &[TextEdit]) -> Option<String> {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.range.start(), edit.range.end()));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in sorted {
        let (start, end) = (usize::from(edit.range.start()), usize::from(edit.range.end()));
        if start < at {
            return None;
        }
        out.push_str(text.get(at..start)?);
        text.get(start..end)?;
        out.push_str(&edit.new_text);
        at = end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}
