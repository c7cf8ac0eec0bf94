//! A document as an editor has it open: its text, and positions in it found by what is written there.

use anyhow::{Context, bail};
use serde_json::{Value, json};
use std::path::Path;
use syntax::{Encoding, LineColumn, LineIndex, TextEdit, TextRange, TextSize};
use url::Url;

pub struct Buffer {
    pub uri: String,
    /// The path from the root.
    pub shown: String,
    pub text: String,
    version: i32,
}

impl Buffer {
    pub fn open(root: &Path, shown: &str) -> anyhow::Result<Buffer> {
        let path = root.join(shown);
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("the sample has no {shown}"))?;
        let Ok(uri) = Url::from_file_path(&path) else {
            bail!("{} has no address", path.display());
        };
        Ok(Buffer { uri: uri.into(), shown: shown.to_owned(), text, version: 1 })
    }

    pub fn at_uri(root: &Path, uri: &str) -> anyhow::Result<Buffer> {
        let Some(path) = Url::parse(uri).ok().and_then(|uri| uri.to_file_path().ok()) else {
            bail!("`{uri}` is no file's address");
        };
        let shown = path.strip_prefix(root).unwrap_or(&path);
        Buffer::open(root, &shown.to_string_lossy())
    }

    pub fn did_open(&self) -> Value {
        json!({
            "textDocument": {
                "uri": self.uri,
                "languageId": "nix",
                "version": self.version,
                "text": self.text,
            },
        })
    }

    /// Where the last name of the first dotted `path` in the text starts.
    pub fn last_name_of(&self, path: &str) -> anyhow::Result<Value> {
        let last_name = path.rfind('.').map_or(0, |dot| dot + 1);
        Ok(self.position(self.find(path)? + last_name))
    }

    /// Types `new` where `marker` starts. Gives the change for the server, and the position `cursor`
    /// bytes into what was typed.
    pub fn insert_before(
        &mut self,
        marker: &str,
        new: &str,
        cursor: usize,
    ) -> anyhow::Result<(Value, Value)> {
        let at = self.find(marker)?;
        let change = self.replace(at, at, new);
        Ok((change, self.position(at + cursor)))
    }

    /// Deletes what was typed before `marker`.
    pub fn take_back(&mut self, typed: &str, marker: &str) -> anyhow::Result<Value> {
        let start = self.find(&format!("{typed}{marker}"))?;
        Ok(self.replace(start, start + typed.len(), ""))
    }

    fn replace(&mut self, start: usize, end: usize, new: &str) -> Value {
        let range = json!({ "start": self.position(start), "end": self.position(end) });
        self.text.replace_range(start..end, new);
        self.version += 1;
        json!({
            "textDocument": { "uri": self.uri, "version": self.version },
            "contentChanges": [{ "range": range, "text": new }],
        })
    }

    /// The text after a workspace edit; `None` if it does not touch this document, or cannot be applied.
    pub fn edited(&self, edit: &Value) -> Option<String> {
        let by_uri = edit["changes"][&self.uri].as_array();
        let edits: Vec<&Value> = match by_uri {
            Some(edits) => edits.iter().collect(),
            None => edit["documentChanges"]
                .as_array()?
                .iter()
                .filter(|change| change["textDocument"]["uri"] == self.uri.as_str())
                .filter_map(|change| change["edits"].as_array())
                .flatten()
                .collect(),
        };
        if edits.is_empty() {
            return None;
        }
        let lines = LineIndex::new(&self.text);
        let text_edit = |edit: &&Value| {
            let start = self.offset(&lines, &edit["range"]["start"])?;
            let end = self.offset(&lines, &edit["range"]["end"])?;
            let range = (start <= end).then(|| TextRange::new(start, end))?;
            Some(TextEdit::replace(range, edit["newText"].as_str()?))
        };
        let edits: Vec<TextEdit> = edits.iter().map(text_edit).collect::<Option<_>>()?;
        syntax::apply_edits(&self.text, &edits)
    }

    /// A line of the text, and its number from 1, for a position of the protocol.
    pub fn line_at(&self, position: &Value) -> Option<(u32, &str)> {
        let line = u32::try_from(position["line"].as_u64()?).ok()?;
        let range = LineIndex::new(&self.text).line_range(&self.text, line);
        let text = self.text.get(usize::from(range.start())..usize::from(range.end()))?;
        Some((line + 1, text))
    }

    /// The number of characters before a position in its line.
    pub fn column_at(&self, position: &Value) -> Option<usize> {
        let lines = LineIndex::new(&self.text);
        let offset = self.offset(&lines, position)?;
        Some(lines.position(&self.text, offset, Encoding::Utf32).column as usize)
    }

    fn find(&self, marker: &str) -> anyhow::Result<usize> {
        let found = self.text.find(marker);
        found.with_context(|| format!("{} does not hold `{marker}`", self.shown))
    }

    /// Columns in UTF-16, as nothing else was agreed on.
    fn position(&self, offset: usize) -> Value {
        let offset = TextSize::new(u32::try_from(offset).unwrap_or(u32::MAX));
        let position = LineIndex::new(&self.text).position(&self.text, offset, Encoding::Utf16);
        json!({ "line": position.line, "character": position.column })
    }

    fn offset(&self, lines: &LineIndex, position: &Value) -> Option<TextSize> {
        let number = |key: &str| u32::try_from(position[key].as_u64()?).ok();
        let position = LineColumn { line: number("line")?, column: number("character")? };
        Some(lines.offset(&self.text, position, Encoding::Utf16))
    }
}
