use crate::transport::lsp_types::{Position, Range};
use index::FileData;
use syntax::{Encoding, LineColumn, TextRange, TextSize};

/// Clamped to the text, as the protocol asks.
pub(crate) fn offset(file: &FileData, position: Position, encoding: Encoding) -> TextSize {
    let position = LineColumn { line: position.line, column: position.character };
    file.lines.offset(&file.text, position, encoding)
}

/// Clamped; ends that are swapped are swapped back.
pub(crate) fn range(file: &FileData, range: Range, encoding: Encoding) -> TextRange {
    let start = offset(file, range.start, encoding);
    let end = offset(file, range.end, encoding);
    TextRange::new(start.min(end), start.max(end))
}
