//! VS Code: where the server's program is, as the first setting in `settings.json`. A VS Code that was
//! not started from a terminal may not have the `PATH` that a terminal has.

use super::appended::intact;
use super::block::{self, Block, NEW_FILE, with_line_breaks_of};
use super::part::{Part, Refusal};
use super::places::Places;
use jsonc_parser::ast::Object;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use std::path::{Path, PathBuf};

const KEY: &str = "hyper-nixos-ls.server.path";
const COMMENT: &str = "//";
/// What a new file looks like around the block.
const EMPTY: &str = "{\n}\n";
/// What follows stood in the same line.
const SAME_LINE: &str = "same line";
/// There was a file without any text, which VS Code takes for one without settings.
const NO_TEXT: &str = "no text";

pub fn parts(places: &Places) -> Vec<Box<dyn Part>> {
    let program = places.program().to_string_lossy().into_owned();
    let settings =
        |file| -> Box<dyn Part> { Box::new(UserSettings { file, program: program.clone() }) };
    places.vscode_settings().into_iter().map(settings).collect()
}

pub struct UserSettings {
    pub file: PathBuf,
    pub program: String,
}

impl Part for UserSettings {
    fn file(&self) -> &Path {
        &self.file
    }

    fn comment(&self) -> &'static str {
        COMMENT
    }

    fn by_hand(&self) -> String {
        format!("{}\n", self.setting())
    }

    fn add(&self, text: Option<&str>) -> Result<String, Refusal> {
        let (text, note) = match text {
            None => (EMPTY, Some(NEW_FILE)),
            Some("") => (EMPTY, Some(NO_TEXT)),
            Some(text) => (text, None),
        };
        if let Some(block) = intact(text)? {
            let lines = &text[block.range.clone()];
            let indentation = &lines[..lines.len() - lines.trim_start().len()];
            let comma =
                if lines.lines().nth(1).is_some_and(|it| it.ends_with(',')) { "," } else { "" };
            let line = format!("{indentation}{}{comma}\n", self.setting());
            return Ok(block.renewed(text, &format!("{indentation}{COMMENT}"), &line));
        }
        self.insert(text, note.as_slice())
    }

    fn remove(&self, text: &str) -> Result<Option<String>, Refusal> {
        let Some(block) = intact(text)? else { return Ok(Some(text.to_owned())) };
        let is_new = block.notes(NEW_FILE);
        Ok(match without(text, &block) {
            Rest::Text(text) => Some(text),
            Rest::Nothing => (!is_new).then(String::new),
        })
    }
}

impl UserSettings {
    fn setting(&self) -> String {
        let program = serde_json::Value::from(self.program.as_str());
        format!("\"{KEY}\": {program}")
    }

    fn insert(&self, text: &str, notes: &[&str]) -> Result<String, Refusal> {
        let options = (CollectOptions::default(), ParseOptions::default());
        let parsed = parse_to_ast(text, &options.0, &options.1)
            .map_err(|error| Refusal::Broken(error.to_string()))?;
        let root = parsed.value.as_ref().and_then(|value| value.as_object());
        let root = root.ok_or_else(|| Refusal::Broken("it holds no settings".to_owned()))?;
        if root.get(KEY).is_some() {
            return Ok(text.to_owned());
        }
        let indentation = indentation(text, root);
        let comma = if root.properties.is_empty() { "" } else { "," };
        let line = format!("{indentation}{}{comma}\n", self.setting());
        let at = root.start() + 1;
        let mut notes = notes.to_vec();
        let continues = !text[at..].starts_with(['\n', '\r']);
        if continues {
            notes.push(SAME_LINE);
        }
        let block = block::written(&format!("{indentation}{COMMENT}"), &notes, &line);
        let block = if continues { &block[..] } else { block.trim_end() };
        let block = with_line_breaks_of(text, &format!("\n{block}"));
        Ok(format!("{}{block}{}", &text[..at], &text[at..]))
    }
}

/// What is left without the block.
enum Rest {
    Text(String),
    /// Nothing that the user has written.
    Nothing,
}

/// The inverse of [`UserSettings::insert`].
fn without(text: &str, block: &Block) -> Rest {
    let before = &text[..block.range.start];
    let before = before.strip_suffix('\n').unwrap_or(before);
    let before = before.strip_suffix('\r').unwrap_or(before);
    let mut end = block.range.end;
    if !block.notes(SAME_LINE) {
        let lines = &text[..end];
        let lines = lines.strip_suffix('\n').unwrap_or(lines);
        end = lines.strip_suffix('\r').unwrap_or(lines).len();
    }
    let rest = format!("{before}{}", &text[end..]);
    match rest == EMPTY && (block.notes(NEW_FILE) || block.notes(NO_TEXT)) {
        true => Rest::Nothing,
        false => Rest::Text(rest),
    }
}

/// That of the first setting, if it has a line for itself.
fn indentation(text: &str, root: &Object<'_>) -> String {
    let first = root.properties.first().map(|property| property.start());
    let line = first.map(|at| &text[text[..at].rfind('\n').map_or(0, |it| it + 1)..at]);
    let own = line.filter(|line| line.chars().all(char::is_whitespace));
    own.unwrap_or("    ").to_owned()
}
