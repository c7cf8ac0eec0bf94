//! Helix: the server as a block at the end of `languages.toml`, and its name among the servers of Nix.

use super::appended::{append, cut, intact};
use super::part::{Part, Refusal};
use super::places::Places;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml_edit::{Array, Document, Item, Key, TableLike, Value};

const BY_HAND: &str = include_str!("../../../../editors/helix/languages.toml");
const COMMENT: &str = "#";
const NAME: &str = "hyper-nixos-ls";
const SERVER: &str = "\
[language-server.hyper-nixos-ls]
command = \"hyper-nixos-ls\"
args = [\"serve\"]
";
/// Helix's own list for Nix, with ours in front.
const SERVERS: &str = "language-servers = [\"hyper-nixos-ls\", \"nil\", \"nixd\"]";
/// The server was put into a list of the user's.
const LISTED: &str = "listed";
/// The user's section had no list, and got one.
const LIST_MADE: &str = "list made";

pub fn parts(places: &Places) -> Vec<Box<dyn Part>> {
    vec![Box::new(Languages(places.helix()))]
}

pub struct Languages(pub PathBuf);

impl Part for Languages {
    fn file(&self) -> &Path {
        &self.0
    }

    fn comment(&self) -> &'static str {
        COMMENT
    }

    fn by_hand(&self) -> String {
        BY_HAND.to_owned()
    }

    fn add(&self, text: Option<&str>) -> Result<String, Refusal> {
        let Some(before) = text else {
            return Ok(append(None, COMMENT, &[], &format!("{SERVER}\n{}", language())));
        };
        if intact(before)?.is_some() {
            return Ok(before.to_owned());
        }
        let document = parse(before)?;
        let mut after = before.to_owned();
        let mut lines = String::new();
        let mut notes = Vec::new();
        if !has_server(&document) {
            lines.push_str(SERVER);
        }
        match nix_language(&document) {
            None => {
                if !lines.is_empty() {
                    lines.push('\n');
                }
                lines.push_str(&language());
            }
            Some(nix) => match (nix.servers, nix.name_key) {
                (Some(servers), _) if lists_us(servers) => {}
                (Some(servers), _) => {
                    let (at, text) = first_element(servers).ok_or_else(unplaced)?;
                    after.insert_str(at, &text);
                    notes.push(LISTED);
                }
                (None, name) => {
                    let at = name.and_then(Key::span).ok_or_else(unplaced)?.start;
                    after.insert_str(
                        at,
                        &format!("{SERVERS}{}", separator(before, at, nix.is_inline)),
                    );
                    notes.push(LIST_MADE);
                }
            },
        }
        if lines.is_empty() && notes.is_empty() {
            return Ok(after);
        }
        let after = append(Some(&after), COMMENT, &notes, &lines);
        let document = Document::parse(after.as_str()).map_err(|error| no_fit(&error))?;
        let is_listed = |nix: Nix<'_>| nix.servers.is_some_and(lists_us);
        match has_server(&document) && nix_language(&document).is_some_and(is_listed) {
            true => Ok(after),
            false => Err(Refusal::NoFit("Helix would not see it".to_owned())),
        }
    }

    fn remove(&self, text: &str) -> Result<Option<String>, Refusal> {
        let Some(block) = intact(text)? else { return Ok(Some(text.to_owned())) };
        let document = parse(text)?;
        let nix = nix_language(&document);
        let ours = match nix {
            Some(Nix { servers: Some(servers), .. }) if block.notes(LISTED) => {
                our_element(text, servers)
            }
            Some(Nix { servers: Some(servers), servers_key: Some(key), is_inline, .. })
                if block.notes(LIST_MADE) =>
            {
                Some(our_list(text, servers, key, is_inline)?)
            }
            _ => None,
        };
        let Some(ours) = ours else { return Ok(cut(text, &block)) };
        let without = format!("{}{}", &text[..ours.start], &text[ours.end..]);
        let block = intact(&without)?.ok_or(Refusal::Changed)?;
        Ok(cut(&without, &block))
    }
}

fn language() -> String {
    format!("[[language]]\nname = \"nix\"\n{SERVERS}\n")
}

fn parse(text: &str) -> Result<Document<&str>, Refusal> {
    Document::parse(text).map_err(|error| Refusal::Broken(error.message().to_owned()))
}

fn no_fit(error: &toml_edit::TomlError) -> Refusal {
    Refusal::NoFit(error.message().to_owned())
}

fn unplaced() -> Refusal {
    Refusal::NoFit("the section of Nix is of a form that setup does not know".to_owned())
}

fn has_server(document: &Document<&str>) -> bool {
    let servers = document.get("language-server").and_then(Item::as_table_like);
    servers.is_some_and(|servers| servers.contains_key(NAME))
}

/// The section of the language Nix.
struct Nix<'d> {
    servers: Option<&'d Array>,
    servers_key: Option<&'d Key>,
    name_key: Option<&'d Key>,
    /// `{ name = "nix" }`
    is_inline: bool,
}

fn nix_language<'d>(document: &'d Document<&str>) -> Option<Nix<'d>> {
    let languages = document.get("language")?;
    let nix = |table: &'d dyn TableLike, is_inline| {
        let is_nix = table.get("name").and_then(Item::as_str) == Some("nix");
        is_nix.then(|| Nix {
            servers: table.get("language-servers").and_then(Item::as_array),
            servers_key: table.get_key_value("language-servers").map(|(key, _)| key),
            name_key: table.get_key_value("name").map(|(key, _)| key),
            is_inline,
        })
    };
    match languages {
        Item::ArrayOfTables(tables) => tables.iter().find_map(|table| nix(table, false)),
        Item::Value(Value::Array(tables)) => {
            tables.iter().filter_map(Value::as_inline_table).find_map(|table| nix(table, true))
        }
        _ => None,
    }
}

/// An entry is a name, or a table with one.
fn names_us(entry: &Value) -> bool {
    let named = entry.as_inline_table().and_then(|table| table.get("name"));
    named.unwrap_or(entry).as_str() == Some(NAME)
}

fn lists_us(servers: &Array) -> bool {
    servers.iter().any(names_us)
}

/// Where the server becomes the first of a list, and what is written there.
fn first_element(servers: &Array) -> Option<(usize, String)> {
    match servers.get(0) {
        Some(first) => Some((first.span()?.start, format!("\"{NAME}\", "))),
        None => Some((servers.span()?.start + 1, format!("\"{NAME}\""))),
    }
}

/// The inverse of [`first_element`]; `None` if the user has taken the name out of the list.
fn our_element(text: &str, servers: &Array) -> Option<Range<usize>> {
    let Range { start, mut end } = servers.iter().find(|it| it.as_str() == Some(NAME))?.span()?;
    let rest = &text[end..];
    if let Some(after_comma) = rest.strip_prefix(',') {
        end += 1 + usize::from(after_comma.starts_with(' '));
    }
    Some(start..end)
}

/// What ends a key and its value in front of the key at `at`.
fn separator(text: &str, at: usize, is_inline: bool) -> String {
    if is_inline {
        return ", ".to_owned();
    }
    let line = text[..at].rfind('\n').map_or(0, |it| it + 1);
    let indentation = &text[line..at];
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    format!("{line_break}{indentation}")
}

/// The key and the list that were made for us, with what follows them.
fn our_list(
    text: &str,
    servers: &Array,
    key: &Key,
    is_inline: bool,
) -> Result<Range<usize>, Refusal> {
    let start = key.span().ok_or(Refusal::Changed)?.start;
    let end = servers.span().ok_or(Refusal::Changed)?.end;
    if &text[start..end] != SERVERS {
        return Err(Refusal::Changed);
    }
    let separator = separator(text, start, is_inline);
    match text[end..].starts_with(&separator) {
        true => Ok(start..end + separator.len()),
        false => Err(Refusal::Changed),
    }
}
