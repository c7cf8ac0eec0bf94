use crate::convert::file_id;
use crate::transport::lsp_types::{FileRename, Position, Range, Url};
use ide::Move;
use index::FileData;
use module::{OptionPath, Symbol};
use serde_json::Value;
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

/// Files of this machine only.
pub(crate) fn moves(files: &[FileRename]) -> Vec<Move> {
    let file = |uri: &str| file_id(&Url::parse(uri).ok()?);
    let moved = |it: &FileRename| Some(Move { from: file(&it.old_uri)?, to: file(&it.new_uri)? });
    files.iter().filter_map(moved).collect()
}

/// See [`super::structure::option_path`].
pub(crate) fn option_path(names: &Value) -> Option<OptionPath> {
    names.as_array()?.iter().map(|name| name.as_str().map(Symbol::new)).collect()
}
