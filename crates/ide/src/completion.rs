//! What can be written at the cursor. Each kind of thing that can be offered has its module below
//! `completion/`; this one decides which of them fit the place.

mod lists;
mod names;
mod options;
mod paths;
mod templates;
mod values;

use crate::role::{Role, Walk, is_shorthand};
use crate::scope::{Place, Scope};
use crate::view::View;
use crate::written::{Position, Slot, Written, WrittenPath, path_ending_at, string_at};
use crate::{FilePosition, Snapshot, describe, external, library};
use module::arena::{Expr, Set};
use module::{OptionPath, Symbol};
use options::{Offered, members};
use syntax::{TextEdit, TextRange, TextSize};

/// What is offered at a place, best first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Completions {
    pub items: Vec<CompletionItem>,
    /// There is more to offer once another letter is written.
    pub is_incomplete: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CompletionItem {
    pub label: String,
    pub kind: CompletionKind,
    /// One line: the type.
    pub detail: Option<String>,
    /// What [`completion_documentation`] is to speak of.
    pub about: Option<About>,
    /// Replaces the word under the cursor, on the cursor's line.
    pub edit: TextEdit,
    /// The edit's text with places to fill in (`$1`, `${1:name}`, `$0`), for editors that know such.
    pub snippet: Option<String>,
    /// Items are shown in the order of this text.
    pub sort: String,
    pub deprecated: bool,
}

/// Something that there is documentation of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// An option, by its declared path.
    Option(OptionPath),
    /// A part of `lib` or `builtins`, from that name on.
    Library(Vec<Symbol>),
    /// An argument of `mkOption`.
    OptionArgument(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    /// A set of options, or a submodule to go into.
    Group,
    Option,
    /// A value of an option's type.
    Value,
    Function,
    /// A type that an option can have.
    Type,
    Binding,
    /// A set of functions or types: `lib.types`.
    Library,
    File,
    Folder,
    /// A piece of a module with places to fill in.
    Template,
}

/// What can be written at the cursor, best first.
pub fn completion(snapshot: &Snapshot, at: FilePosition) -> Completions {
    let Some(view) = View::new(snapshot, at.file) else { return Completions::default() };
    let mut found = Completions::default();
    if let Some(path) = WrittenPath::at(view.text(), at.offset) {
        found.items = paths::beside(&view, &path);
    } else if let Some(string) = string_at(view.text(), at.offset) {
        found.items = quoted(&view, at.offset, string);
    } else if let Some(written) = Written::at(view.text(), at.offset) {
        found = match written.position {
            Position::Binding => all(bindings(&view, &written)),
            Position::Inherit(from) => all(inherited(&view, &written, from)),
            Position::Formal => all(names::arguments(&view, &written)),
            Position::Expression => expressions(&view, &written),
        };
    }
    found.items.sort_by(|a, b| a.sort.cmp(&b.sort));
    let mut seen = rustc_hash::FxHashSet::default();
    found.items.retain(|item| seen.insert(item.label.clone()));
    found
}

/// Markdown about what an item stands for. Asked for when the user looks at the item, for it costs more than
/// the item itself.
pub fn completion_documentation(snapshot: &Snapshot, about: &About) -> Option<String> {
    match about {
        About::Option(path) => {
            let declarations = snapshot.declarations(path);
            match describe::main_declaration(&declarations) {
                Some(declaration) => describe::summary(snapshot, declaration),
                None => Some(external::summary(snapshot.external().option(path)?)),
            }
        }
        About::Library(names) => describe::library(&library::LibraryPath::parse(names)?),
        About::OptionArgument(name) => describe::option_argument(name),
    }
}

fn all(items: Vec<CompletionItem>) -> Completions {
    Completions { items, is_incomplete: false }
}

/// In a plain string: a name that needs quotes, or one of the values that an option can have.
fn quoted(view: &View<'_>, cursor: TextSize, string: TextRange) -> Vec<CompletionItem> {
    if let Some(written) = Written::at(view.text(), cursor) {
        return match written.position {
            Position::Binding => bindings(view, &written),
            _ => expressions(view, &written).items,
        };
    }
    if let Some(items) = lists::names(view, string) {
        return items;
    }
    let Some(slot) = Slot::at(view.text(), string.start()) else { return Vec::new() };
    let items = values::of_slot(view, &slot, string, string.start());
    items.into_iter().filter(|item| item.edit.new_text.starts_with('"')).collect()
}

/// `config.hypervisor.`, `cfg.`, `lib.`, values that fit, and names in scope.
fn expressions(view: &View<'_>, written: &Written) -> Completions {
    if let Some(base) = written.base {
        let place = Scope::at(view, written.start).place_at(base);
        let path = place.map(|place| place.path.join(&written.before));
        let found = path.map(|path| members(view, written, &path, &[], Offered::All));
        return all(found.unwrap_or_default());
    }
    let Some((&first, rest)) = written.before.split_first() else {
        return beginnings(view, written);
    };
    let scope = Scope::at(view, written.start);
    let resolved = view.arena().resolve_at(first, written.start);
    all(match scope.place_of_name(first, resolved) {
        Some(place) => members(view, written, &place.path.join(rest), &[], Offered::All),
        None => match library::library_path_at(view, &written.before, written.start) {
            Some(path) => names::of_library(written.word, &path),
            None => names::of_local_set(view, written),
        },
    })
}

/// An expression of which nothing, or the beginning of its first name, is written.
fn beginnings(view: &View<'_>, written: &Written) -> Completions {
    if is_alone(view, written.word) {
        return all(templates::whole_module(view, written.word));
    }
    let at = written.start;
    let mut items = Vec::new();
    if let Some(slot) = Slot::at(view.text(), at) {
        items.extend(values::of_slot(view, &slot, written.word, at));
    }
    for place in Scope::at(view, at).withs_at(at) {
        items.extend(members(view, written, &place.path, &[], Offered::All));
    }
    items.extend(names::in_scope(view, written.word, at));
    // What is there everywhere is offered to those who have begun to write it.
    let has_begun = !written.word.is_empty();
    if has_begun {
        items.extend(names::everywhere(view, written.word, at));
    }
    Completions { items, is_incomplete: !has_begun }
}

/// Whether the file has nothing but this word in it.
fn is_alone(view: &View<'_>, word: TextRange) -> bool {
    let text = view.text();
    let before = &text[..usize::from(word.start())];
    let after = &text[usize::from(word.end())..];
    before.trim().is_empty() && after.trim().is_empty()
}

/// `inherit (cfg) `, `inherit (lib) `.
fn inherited(view: &View<'_>, written: &Written, from: TextRange) -> Vec<CompletionItem> {
    // The source of an `inherit` is read once for each name; without names the text is all there is.
    let end = from.start() + TextSize::of(view.arena().source(from).trim_end());
    let names = path_ending_at(view.text(), end).unwrap_or_default();
    let place = place_written(view, &names, from.start());
    match place.or_else(|| Scope::at(view, from.start()).place_at(from)) {
        Some(place) => members(view, written, &place.path, &[], Offered::All),
        None => match library::library_path_at(view, &names, from.start()) {
            Some(path) => names::of_library(written.word, &path),
            None => Vec::new(),
        },
    }
}

/// The part of the configuration that a path of names is at a place.
fn place_written(view: &View<'_>, names: &[Symbol], at: TextSize) -> Option<Place> {
    let (&first, rest) = names.split_first()?;
    let resolved = view.arena().resolve_at(first, at);
    let place = Scope::at(view, at).place_of_name(first, resolved)?;
    Some(Place { of: place.of, path: place.path.join(rest) })
}

/// Names of a new binding.
fn bindings(view: &View<'_>, written: &Written) -> Vec<CompletionItem> {
    let walk = Walk::to_statement(view, written.start);
    let Some((set, role)) = walk.container else { return Vec::new() };
    // A file's first brace may begin the arguments of a function.
    let is_first = walk.functions.is_empty() && walk.names.is_empty();
    let set = set.map(|set| view.arena().set(set));
    let may_take = is_first && set.is_none_or(|set| set.entries.is_empty());
    let present = set.map(|set| names_in(view, set, &written.before, written.word));
    let present = present.unwrap_or_default();
    let before = &written.before[..];
    match (role, before) {
        (Role::Definitions(path), _) => {
            members(view, written, &path.join(before), &present, Offered::All)
        }
        (Role::Declarations(path), _) => declarations(view, written, &path.join(before), &present),
        (Role::Arguments(_), []) => names::option_arguments(written.word, &present),
        (Role::Module(path), [first, rest @ ..]) => match first.as_str() {
            "config" => members(view, written, &path.join(rest), &present, Offered::All),
            "options" => declarations(view, written, &path.join(rest), &present),
            _ => members(view, written, &path.join(before), &present, Offered::All),
        },
        (Role::Module(path), []) => {
            let keys = ["config", "imports", "options"].into_iter().map(Symbol::new);
            let keys = keys.filter(|key| !present.contains(key));
            let mut items: Vec<CompletionItem> =
                keys.map(|key| names::key(written.word, key)).collect();
            if set.is_none_or(is_shorthand) {
                items.extend(members(view, written, &path, &present, Offered::All));
            }
            if may_take {
                items.extend(names::arguments(view, written));
            }
            items
        }
        _ => Vec::new(),
    }
}

/// Below `options`: the groups that are there, and new options.
fn declarations(
    view: &View<'_>,
    written: &Written,
    path: &OptionPath,
    present: &[Symbol],
) -> Vec<CompletionItem> {
    let mut items = members(view, written, path, present, Offered::Groups);
    items.extend(templates::options(view, written.word, written.start, present));
    items
}

/// The names that the set has below `path` already, but for the one that is being written.
fn names_in(view: &View<'_>, set: &Set, path: &[Symbol], word: TextRange) -> Vec<Symbol> {
    let mut set = set;
    for &name in path {
        let Some(entry) = set.entry(name) else { return Vec::new() };
        let Expr::Set(inner) = view.arena().expr(entry.value) else { return Vec::new() };
        set = view.arena().set(*inner);
    }
    set.entries
        .iter()
        .filter(|entry| entry.sites().any(|site| site.key.intersect(word).is_none()))
        .map(|entry| entry.name)
        .collect()
}
