//! Options from outside the workspace, in words and as places. What the workspace itself declares comes
//! first everywhere; these fill in what it does not.

use crate::describe::{self, MAX_CHILDREN, counted};
use crate::{Snapshot, markup};
use index::{DeclaredAt, ExternalOption, Resolved, Shown};
use module::{OptionPath, PathDisplay};
use std::fmt::Write;

/// A group that more files than these put options in is no place to jump to.
const MAX_FILES: usize = 8;

/// What a written path leads to, in Markdown.
pub(crate) fn about(snapshot: &Snapshot, written: &OptionPath) -> Option<String> {
    let external = snapshot.external();
    match external.resolve(written) {
        Resolved::Option(path) | Resolved::Inside { option: path, .. } => {
            Some(option(external.option(&path)?))
        }
        Resolved::Group(path) => group(snapshot, &path),
        Resolved::Undeclared { .. } | Resolved::Unknown => None,
    }
}

/// The places that declare what a written path leads to.
pub(crate) fn declared_at(snapshot: &Snapshot, written: &OptionPath) -> Vec<DeclaredAt> {
    let external = snapshot.external();
    let mut places: Vec<DeclaredAt> = Vec::new();
    match external.resolve(written) {
        Resolved::Option(path) | Resolved::Inside { option: path, .. } => {
            places.extend(openable(external.option(&path)));
        }
        Resolved::Group(path) => match path.split_last() {
            // A member's name stands for the option that it is a member of.
            Some((name, above)) if name.is_wildcard() => {
                places.extend(openable(external.option(above)));
            }
            _ => {
                for place in openable(external.below(&path)) {
                    if places.iter().any(|known| known.file == place.file) {
                        continue;
                    }
                    if places.len() == MAX_FILES {
                        return Vec::new();
                    }
                    places.push(place);
                }
            }
        },
        Resolved::Undeclared { .. } | Resolved::Unknown => {}
    }
    places
}

fn openable<'a>(
    options: impl IntoIterator<Item = &'a ExternalOption>,
) -> impl Iterator<Item = DeclaredAt> {
    let places = options.into_iter().flat_map(|option| &option.declared_at);
    places.filter(|place| place.file.is_some()).cloned()
}

fn option(option: &ExternalOption) -> String {
    let mut out = format!("### `{}`\n", option.path);
    if let Some(ty) = &option.ty {
        let _ = write!(out, "\n*type*: {}\n", ty.words);
    }
    for (label, shown) in [("default", &option.default), ("example", &option.example)] {
        if let Some(shown) = shown {
            out.push_str(&value(label, shown));
        }
    }
    if let Some(description) = &option.description {
        let _ = write!(out, "\n{}\n", markup::markdown(description));
    }
    if option.read_only {
        out.push_str("\nRead-only.\n");
    }
    if option.internal {
        out.push_str("\nInternal.\n");
    }
    let places: Vec<String> = option.declared_at.iter().map(place).collect();
    match places.is_empty() {
        true => {
            let _ = write!(out, "\nDeclared in {}\n", option.origin);
        }
        false => {
            let _ = write!(out, "\nDeclared in {} {}\n", option.origin, places.join(", "));
        }
    }
    out
}

fn place(place: &DeclaredAt) -> String {
    match place.file {
        Some(_) if !place.columns.is_empty() => format!("`{}:{}`", place.name, place.line + 1),
        _ => format!("`{}`", place.name),
    }
}

fn value(label: &str, shown: &Shown) -> String {
    match shown {
        Shown::Code(text) => describe::labelled_source(label, text),
        Shown::Markdown(text) => format!("\n*{label}*: {}\n", markup::markdown(text)),
    }
}

fn group(snapshot: &Snapshot, path: &OptionPath) -> Option<String> {
    let external = snapshot.external();
    let below = external.below(path);
    let origin = &below.first()?.origin;
    let mut out = format!("### `{path}`\n\n{} of {origin}\n\n", counted(below.len(), "option"));
    let children = external.children(path);
    for child in children.iter().take(MAX_CHILDREN) {
        let name = PathDisplay(std::slice::from_ref(&child.name));
        let words = external.option(&child.path).and_then(|option| option.ty.as_ref());
        let _ = match words {
            Some(ty) => writeln!(out, "- `{name}`: {}", ty.words),
            None if child.is_option => writeln!(out, "- `{name}`"),
            None => writeln!(out, "- `{name}.`…"),
        };
    }
    if children.len() > MAX_CHILDREN {
        let _ = writeln!(out, "- … and {} more", children.len() - MAX_CHILDREN);
    }
    Some(out)
}

/// What completion says beside an option.
pub(crate) fn summary(option: &ExternalOption) -> String {
    let description = option.description.as_deref().map(markup::markdown);
    let mut out = description.map(|it| format!("{it}\n")).unwrap_or_default();
    if let Some(default) = &option.default {
        out.push_str(&value("default", default));
    }
    let _ = write!(out, "\nFrom {}.", option.origin);
    out.trim().to_owned()
}
