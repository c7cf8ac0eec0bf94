//! The texts that are open in the editor, and the edits it sends.

use crate::transport::lsp_types::{Position, TextDocumentContentChangeEvent, Url};
use module::FileId;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;
use syntax::{Encoding, LineColumn, LineIndex, TextRange, TextSize};

/// An open text. It wins over the disk until it is closed.
#[derive(Debug)]
pub(crate) struct Document {
    /// As the client spells it.
    pub url: Url,
    pub version: i32,
    text: String,
    /// Of `text`; `None` until somebody asks for a place in it.
    lines: Option<LineIndex>,
    /// Whether the index knows the text.
    indexed: bool,
}

impl Document {
    pub fn new(url: Url, version: i32, text: String) -> Document {
        Document { url, version, text, lines: None, indexed: false }
    }

    #[cfg(test)]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Applies one notification's changes, each to what the one before it left. `false`: these edits
    /// are older than the text, and were left out.
    pub fn edit(
        &mut self,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> bool {
        if version < self.version {
            return false;
        }
        self.version = version;
        self.indexed = false;
        for change in changes {
            match change.range {
                Some(range) => {
                    let range = self.byte_range(range.start, range.end, encoding);
                    self.text.replace_range(Range::<usize>::from(range), &change.text);
                    if let Some(lines) = &mut self.lines {
                        lines.edit(&self.text, range, TextSize::of(&*change.text));
                    }
                }
                None => {
                    self.text = change.text;
                    self.lines = None;
                }
            }
        }
        true
    }

    /// Always in bounds and on character boundaries; ends that are swapped are swapped back.
    fn byte_range(&mut self, start: Position, end: Position, encoding: Encoding) -> TextRange {
        let text = &self.text;
        let lines = self.lines.get_or_insert_with(|| LineIndex::new(text));
        let offset = |position: Position| {
            let position = LineColumn { line: position.line, column: position.character };
            lines.offset(text, position, encoding)
        };
        let (start, end) = (offset(start), offset(end));
        TextRange::new(start.min(end), start.max(end))
    }

    /// The text, if the index has not had it yet.
    fn take_unindexed(&mut self) -> Option<Arc<str>> {
        if self.indexed {
            return None;
        }
        self.indexed = true;
        Some(self.text.as_str().into())
    }
}

#[derive(Debug, Default)]
pub(crate) struct Documents(FxHashMap<FileId, Document>);

impl Documents {
    pub fn open(&mut self, file: FileId, document: Document) {
        self.0.insert(file, document);
    }

    pub fn close(&mut self, file: FileId) -> Option<Document> {
        self.0.remove(&file)
    }

    pub fn get(&self, file: FileId) -> Option<&Document> {
        self.0.get(&file)
    }

    pub fn get_mut(&mut self, file: FileId) -> Option<&mut Document> {
        self.0.get_mut(&file)
    }

    pub fn is_open(&self, file: FileId) -> bool {
        self.0.contains_key(&file)
    }

    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Document)> {
        self.0.iter().map(|(&file, document)| (file, document))
    }

    /// Every text that the index does not know yet; from now on it counts as known.
    pub fn take_unindexed(&mut self) -> Vec<(FileId, Arc<str>)> {
        let texts = self.0.iter_mut();
        texts.filter_map(|(&file, document)| Some((file, document.take_unindexed()?))).collect()
    }

    /// The index below `folder` starts over and needs these texts again.
    pub fn forget_indexed(&mut self, folder: FileId) {
        for (file, document) in &mut self.0 {
            document.indexed &= !file.is_below(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::lsp_types::Range;

    fn change(
        range: Option<((u32, u32), (u32, u32))>,
        text: &str,
    ) -> TextDocumentContentChangeEvent {
        let position = |(line, character)| Position { line, character };
        TextDocumentContentChangeEvent {
            range: range.map(|(start, end)| Range::new(position(start), position(end))),
            range_length: None,
            text: text.to_owned(),
        }
    }

    fn edited(text: &str, changes: Vec<TextDocumentContentChangeEvent>) -> String {
        let url = Url::parse("file:///a.nix").unwrap();
        let mut document = Document::new(url, 1, text.to_owned());
        assert!(document.edit(2, changes, Encoding::Utf16));
        document.text().to_owned()
    }

    #[test]
    fn each_change_speaks_of_the_text_that_the_last_one_left() {
        let changes = vec![
            change(Some(((0, 0), (0, 0))), "x\n"),
            change(Some(((1, 0), (1, 1))), "A"),
            change(Some(((1, 1), (2, 0))), ""),
        ];
        assert_eq!(edited("a\nb\n", changes), "x\nAb\n");
    }

    #[test]
    fn a_change_without_a_range_replaces_everything() {
        let changes = vec![change(None, "new"), change(Some(((0, 3), (0, 3))), "er")];
        assert_eq!(edited("old", changes), "newer");
    }

    #[test]
    fn columns_are_utf16_units_and_lines_end_at_any_terminator() {
        assert_eq!(edited("ä𝄞x\r\ny", vec![change(Some(((0, 3), (0, 4))), "")]), "ä𝄞\r\ny");
        assert_eq!(edited("a\rb", vec![change(Some(((1, 0), (1, 1))), "c")]), "a\rc");
    }

    #[test]
    fn absurd_ranges_are_clamped() {
        let max = u32::MAX;
        assert_eq!(edited("ab\ncd", vec![change(Some(((max, max), (max, max))), "!")]), "ab\ncd!");
        assert_eq!(edited("ab\ncd", vec![change(Some(((0, 99), (0, 99))), "!")]), "ab!\ncd");
        assert_eq!(edited("abcd", vec![change(Some(((0, 3), (0, 1))), "-")]), "a-d");
        assert_eq!(edited("𝄞", vec![change(Some(((0, 1), (0, 1))), "-")]), "-𝄞", "in a pair");
        assert_eq!(edited("", vec![change(Some(((3, 3), (9, 9))), "a")]), "a");
    }

    #[test]
    fn an_edit_older_than_the_text_is_left_out() {
        let url = Url::parse("file:///a.nix").unwrap();
        let mut document = Document::new(url, 5, "a".to_owned());
        assert!(!document.edit(4, vec![change(None, "old")], Encoding::Utf16));
        assert_eq!((document.text(), document.version), ("a", 5));
    }

    #[test]
    fn a_text_is_given_to_the_index_once() {
        let file = FileId::new("/r/a.nix");
        let mut documents = Documents::default();
        let url = Url::parse("file:///r/a.nix").unwrap();
        documents.open(file, Document::new(url, 1, "1".to_owned()));
        assert_eq!(documents.take_unindexed(), [(file, Arc::from("1"))]);
        assert_eq!(documents.take_unindexed(), []);
        documents.forget_indexed(FileId::new("/elsewhere"));
        assert_eq!(documents.take_unindexed(), []);
        documents.forget_indexed(FileId::new("/r"));
        assert_eq!(documents.take_unindexed(), [(file, Arc::from("1"))]);
    }
}
