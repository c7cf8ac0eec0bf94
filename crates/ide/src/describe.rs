//! Options in words: the Markdown of hovers and of completion's documentation.

use crate::circumstances::{Circumstances, PLAIN, function_of};
use crate::library::{Entry, LibraryPath, Shelf};
use crate::view::View;
use crate::{Snapshot, markup};
use index::{OptionUse, Resolved};
use module::facts::{Declaration, DeclarationKind, Definition, Given};
use module::library::Membership;
use module::types::Type;
use module::{Location, OptionPath};
use std::fmt::Write;

/// So many places are named one by one, the others counted.
const MAX_PLACES: usize = 5;
pub(crate) const MAX_CHILDREN: usize = 12;
/// Longer sources are cut: a hover is to be read at a glance.
const MAX_LINES: usize = 12;

/// The declaration that says most about an option: one that is not merely a renaming.
pub(crate) fn main_declaration<'s>(
    declarations: &[OptionUse<'s, Declaration>],
) -> Option<&'s Declaration> {
    let is_option = |found: &&OptionUse<'_, Declaration>| {
        !matches!(found.fact.kind, DeclarationKind::Renamed | DeclarationKind::Removed)
    };
    declarations.iter().find(is_option).or(declarations.first()).map(|found| found.fact)
}

/// Everything about an option, under its declared path.
pub(crate) fn option(snapshot: &Snapshot, path: &OptionPath) -> Option<String> {
    let declarations = snapshot.declarations(path);
    let declaration = main_declaration(&declarations)?;
    let mut out = format!("### `{path}`\n");
    if let Some(ty) = type_words(&declaration.ty) {
        let _ = write!(out, "\n*type*: {ty}\n");
    }
    for (label, argument) in [("default", &declaration.default), ("example", &declaration.example)]
    {
        if let Some(argument) = argument {
            out.push_str(&source(snapshot, label, argument.at));
        }
    }
    if let Some(description) = description(declaration) {
        let _ = write!(out, "\n{description}\n");
    }
    let mut notes = Vec::new();
    if declaration.read_only {
        notes.push("Read-only.".to_owned());
    }
    if declaration.internal {
        notes.push("Internal.".to_owned());
    }
    for found in &declarations {
        let successor = found.fact.successor.as_ref();
        notes.extend(successor.map(|successor| format!("Renamed to `{successor}`.")));
        if found.fact.kind == DeclarationKind::Removed {
            notes.push("Removed.".to_owned());
        }
    }
    for note in notes {
        let _ = write!(out, "\n{note}\n");
    }
    let places: Vec<String> =
        declarations.iter().map(|found| format!("`{}`", place(snapshot, found.fact.at))).collect();
    let _ = write!(out, "\nDeclared in {}\n", places.join(", "));
    uses(snapshot, path, &mut out);
    Some(out)
}

/// The type of what a path of options leads to, in words.
pub(crate) fn type_of(snapshot: &Snapshot, written: &OptionPath) -> Option<String> {
    match snapshot.resolve(written) {
        Resolved::Option(path) => type_words(snapshot.option_type(&path)?),
        Resolved::Undeclared { .. } | Resolved::Unknown => {
            match snapshot.external().resolve(written) {
                Resolved::Option(path) => {
                    Some(snapshot.external().option(&path)?.ty.as_ref()?.words.to_string())
                }
                _ => None,
            }
        }
        Resolved::Group(_) | Resolved::Inside { .. } => None,
    }
}

/// The default of an option of the workspace, as Markdown.
pub(crate) fn default_of(snapshot: &Snapshot, written: &OptionPath) -> Option<String> {
    let Resolved::Option(path) = snapshot.resolve(written) else { return None };
    let declarations = snapshot.declarations(&path);
    let default = main_declaration(&declarations)?.default.as_ref()?;
    Some(source(snapshot, "default", default.at).trim().to_owned())
}

/// A set of options: how many there are, and the first of them.
pub(crate) fn group(snapshot: &Snapshot, path: &OptionPath) -> Option<String> {
    let children = snapshot.children(path);
    if children.is_empty() {
        return None;
    }
    let below = snapshot.declarations_below(path);
    let mut paths: Vec<&OptionPath> = below.iter().map(|found| &found.fact.path).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut out = format!("### `{path}`\n\n{}\n\n", counted(paths.len(), "option"));
    for child in children.iter().take(MAX_CHILDREN) {
        let name = module::PathDisplay(std::slice::from_ref(&child.name)).to_string();
        match snapshot.option_type(&child.path).and_then(type_words) {
            Some(ty) => {
                let _ = writeln!(out, "- `{name}`: {ty}");
            }
            None if child.is_option => {
                let _ = writeln!(out, "- `{name}`");
            }
            None => {
                let _ = writeln!(out, "- `{name}.`…");
            }
        }
    }
    if children.len() > MAX_CHILDREN {
        let _ = writeln!(out, "- … and {} more", children.len() - MAX_CHILDREN);
    }
    Some(out)
}

/// What completion says beside an option.
pub(crate) fn summary(snapshot: &Snapshot, declaration: &Declaration) -> Option<String> {
    let mut out = description(declaration).map(|text| format!("{text}\n")).unwrap_or_default();
    if let Some(default) = &declaration.default {
        out.push_str(&source(snapshot, "default", default.at));
    }
    if let Some(successor) = &declaration.successor {
        let _ = write!(out, "\nRenamed to `{successor}`.\n");
    }
    let out = out.trim().to_owned();
    (!out.is_empty()).then_some(out)
}

/// What a part of `lib` or `builtins` takes and does.
pub(crate) fn library(path: &LibraryPath) -> Option<String> {
    let names = path.written();
    let name = module::PathDisplay(&names);
    if let Membership::Until(release) = path.membership() {
        return Some(format!(
            "### `{name}`\n\nGone since nixpkgs {release}, which was the last to have it.\n"
        ));
    }
    let entry = path.entry()?;
    Some(format!("### `{name}`\n{}\n*{}*\n", documented(entry), path.release()))
}

/// What an argument of `mkOption` is for.
pub(crate) fn option_argument(name: &str) -> Option<String> {
    let shelf = Shelf::OptionArguments;
    let entry = shelf.documentation().entry("", name)?;
    Some(format!(
        "### `{name}`\n\nAn argument of `mkOption`.\n{}\n*{}*\n",
        documented(entry),
        shelf.release()
    ))
}

fn documented(entry: &Entry) -> String {
    let (signature, _) = entry.signature();
    format!("\n```\n{signature}\n```\n\n{}\n", entry.text)
}

pub(crate) fn type_words(ty: &Type) -> Option<String> {
    ty.description()
}

fn description(declaration: &Declaration) -> Option<String> {
    let text = declaration.description.as_deref()?.trim();
    (!text.is_empty()).then(|| markup::markdown(text))
}

fn source(snapshot: &Snapshot, label: &str, at: Location) -> String {
    snapshot.source(at).map(|text| labelled_source(label, text)).unwrap_or_default()
}

/// `label: source`, in a code block if it takes several lines.
pub(crate) fn labelled_source(label: &str, text: &str) -> String {
    match text.contains('\n') {
        true => format!("\n*{label}*:\n```nix\n{}\n```\n", unindented(text)),
        false => format!("\n*{label}*: {}\n", inline_code(text)),
    }
}

/// Markdown's code quotes, long enough to hold any text.
fn inline_code(text: &str) -> String {
    match text.contains('`') {
        true => format!("`` {text} ``"),
        false => format!("`{text}`"),
    }
}

/// Without the indentation that all lines but the first share.
fn unindented(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let rest = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let shared = rest.map(indent).min().unwrap_or(0);
    let mut lines: Vec<&str> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if index == MAX_LINES {
            lines.push("…");
            break;
        }
        lines.push(if index == 0 { line } else { &line[shared.min(indent(line))..] });
    }
    lines.join("\n")
}

/// Who sets and who reads the option.
fn uses(snapshot: &Snapshot, path: &OptionPath, out: &mut String) {
    let set: Vec<Vec<String>> = snapshot.definitions(path, |found| definition(snapshot, found));
    if !set.is_empty() {
        let _ = write!(out, "\nSet in {}:\n", counted(set.len(), "place"));
        for line in set.iter().take(MAX_PLACES).flatten() {
            let _ = writeln!(out, "- {line}");
        }
        if set.len() > MAX_PLACES {
            let _ = writeln!(out, "- … and {} more", set.len() - MAX_PLACES);
        }
    }
    let read = snapshot.reads(path, |_| ()).len();
    if read > 0 {
        let _ = write!(out, "\nRead in {}\n", counted(read, "place"));
    }
}

/// A line for each value that a definition gives under circumstances of its own.
fn definition(snapshot: &Snapshot, found: OptionUse<'_, Definition>) -> Vec<String> {
    let place = place(snapshot, found.fact.at);
    let line = |given: &Given<'_>| {
        let facts = found.data.module();
        let circumstances =
            facts.map(|facts| Circumstances::of_given(snapshot, facts, given)).unwrap_or_default();
        format!("`{place}`{}", in_words(&circumstances))
    };
    let mut lines: Vec<String> = found.fact.given().iter().map(line).collect();
    lines.dedup();
    lines
}

fn in_words(Circumstances { condition, priority }: &Circumstances) -> String {
    let mut text = String::new();
    if let Some(condition) = condition {
        let _ = write!(text, " if {}", inline_code(condition));
    }
    if let Some(priority) = priority.filter(|priority| *priority != PLAIN) {
        let _ = write!(text, ", priority {priority}");
        if let Some(function) = function_of(priority) {
            let _ = write!(text, " (`{function}`)");
        }
    }
    text
}

fn place(snapshot: &Snapshot, at: Location) -> String {
    View::place(snapshot, at.file, at.text_range().start())
}

pub(crate) fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
