//! What an editor shows between the lines: types beside definitions, what aliases stand for, what a closing
//! brace closes.

use crate::scope::Place;
use crate::view::View;
use crate::{Snapshot, describe};
use module::FileId;
use module::arena::{Entry, Expr, Resolved};
use module::facts::Alias;
use rustc_hash::FxHashMap;
use syntax::{TextRange, TextSize};

/// A binding of so many lines gets its name repeated at its end.
const LONG: u32 = 25;
/// Characters of a type that are shown at most.
const MAX_TYPE: usize = 40;

/// Which of the hints are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HintSettings {
    /// The type of an option beside each of its definitions.
    pub types: bool,
    /// The path that a name stands for, where its binding does not say it.
    pub aliases: bool,
    /// The name of a long binding, at its end.
    pub closings: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Hint {
    /// Where it is shown.
    pub at: TextSize,
    pub label: String,
    pub kind: HintKind,
    /// Markdown, for those who ask.
    pub tooltip: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HintKind {
    Type,
    Alias,
    Closing,
}

/// The hints of a part of a file, in the order of their places.
pub fn hints(
    snapshot: &Snapshot,
    settings: HintSettings,
    file: FileId,
    range: TextRange,
) -> Vec<Hint> {
    let Some(view) = View::new(snapshot, file) else { return Vec::new() };
    let mut hints = Vec::new();
    if settings.types {
        types(&view, range, &mut hints);
    }
    if settings.aliases {
        aliases(&view, range, &mut hints);
    }
    if settings.closings {
        closings(&view, range, &mut hints);
    }
    hints.sort_by_key(|hint| hint.at);
    // What several modules say of a library's text is said once.
    hints.dedup_by(|b, a| a.at == b.at && a.label == b.label);
    hints
}

fn types(view: &View<'_>, range: TextRange, hints: &mut Vec<Hint>) {
    for definition in view.definitions() {
        let at = definition.name.text_range().end();
        if definition.is_group || !range.contains_inclusive(at) {
            continue;
        }
        let Some(words) = describe::type_of(view.snapshot, &definition.path) else { continue };
        hints.push(Hint {
            at,
            label: format!(": {}", shortened(&words)),
            kind: HintKind::Type,
            tooltip: describe::default_of(view.snapshot, &definition.path),
        });
    }
}

/// The beginning of a type's words, up to where they go into detail.
fn shortened(words: &str) -> String {
    let words = words.split(';').next().unwrap_or(words);
    match words.char_indices().nth(MAX_TYPE) {
        Some((end, _)) => format!("{}…", words[..end].trim_end()),
        None => words.to_owned(),
    }
}

fn aliases(view: &View<'_>, range: TextRange, hints: &mut Vec<Hint>) {
    let aliases = view.own.into_iter().flat_map(|facts| &facts.aliases);
    let here = aliases.filter(|alias| alias.name_at.file == view.file && !alias.path.is_empty());
    for alias in here {
        let at = alias.name_at.text_range().end();
        if range.contains_inclusive(at) && !is_said(view, alias) {
            let place = Place { of: alias.of, path: alias.path.clone() }.written();
            let label = format!(" → {place}");
            hints.push(Hint { at, label, kind: HintKind::Alias, tooltip: None });
        }
    }
}

/// Whether the binding itself says the whole path: it starts from the module's own argument.
fn is_said(view: &View<'_>, alias: &Alias) -> bool {
    let arena = view.arena();
    let key = alias.name_at.text_range();
    entries(view).find(|entry| entry.site.key == key).is_some_and(|entry| {
        let mut base = entry.value;
        while let Expr::Select { base: inner, .. } = arena.expr(base) {
            base = *inner;
        }
        match arena.expr(base) {
            Expr::Name { resolved: Resolved::Local { scope, slot }, .. } => {
                view.binding(*scope, *slot).is_some_and(|binding| binding.value.is_none())
            }
            _ => false,
        }
    })
}

/// Every binding of the file.
fn entries<'v>(view: &'v View<'_>) -> impl Iterator<Item = &'v Entry> {
    view.arena().sets().flat_map(|set| &set.entries)
}

fn closings(view: &View<'_>, range: TextRange, hints: &mut Vec<Hint>) {
    let text = view.text();
    let line = |offset| view.data.lines.line(offset);
    // A dotted path makes one entry for each of its names; the longest says all.
    let mut statements: FxHashMap<TextRange, TextRange> = FxHashMap::default();
    for entry in entries(view).filter(|entry| !entry.inherited) {
        for site in entry.sites() {
            let path = statements.entry(site.statement).or_insert(site.path);
            if path.len() < site.path.len() {
                *path = site.path;
            }
        }
    }
    for (statement, path) in statements {
        let at = statement.end();
        let is_long = line(at) >= line(statement.start()) + LONG;
        let closes =
            text[..usize::from(at)].ends_with("};") || text[..usize::from(at)].ends_with("];");
        // A remark on the rest of the line would be pushed away.
        let is_last =
            text[usize::from(at)..].lines().next().is_none_or(|rest| rest.trim().is_empty());
        if is_long && closes && is_last && range.contains_inclusive(at) {
            let label = format!(" {}", text[path].trim());
            hints.push(Hint { at, label, kind: HintKind::Closing, tooltip: None });
        }
    }
}
