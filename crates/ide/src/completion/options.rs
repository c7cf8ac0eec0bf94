//! Paths of options: the workspace's own, then those from outside.

use super::{About, CompletionItem, CompletionKind};
use crate::Snapshot;
use crate::describe;
use crate::view::View;
use crate::written::Written;
use index::{Child, Resolved};
use module::facts::{Declaration, DeclarationKind};
use module::{OptionPath, Symbol, is_identifier};
use rustc_hash::FxHashSet;
use syntax::TextEdit;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Offered {
    All,
    /// Where options are declared: those that exist cannot be declared once more.
    Groups,
}

/// The names that can follow a written path: the workspace's own, then those from outside.
pub(super) fn members(
    view: &View<'_>,
    written: &Written,
    path: &OptionPath,
    present: &[Symbol],
    offered: Offered,
) -> Vec<CompletionItem> {
    // Thousands of names may be offered, so each is looked up rather than searched for.
    let present: FxHashSet<Symbol> = present.iter().copied().collect();
    let own = own_members(view, written, path, offered);
    let by_file = own.first().and_then(|child| child.path.parent());
    let by_file = by_file.map(|parent| declared_here(view, &parent)).unwrap_or_default();
    let mut items: Vec<CompletionItem> =
        own.iter().map(|child| item(view, written, child, &present, &by_file)).collect();
    let names: FxHashSet<Symbol> = own.iter().map(|child| child.name).collect();
    let external = external_members(view, written, path, offered);
    let others = external.iter().filter(|child| !names.contains(&child.name));
    items.extend(others.map(|child| external_item(view.snapshot, written, child, &present)));
    items
}

/// The names directly below a declared path that the file itself declares something at or below.
fn declared_here(view: &View<'_>, parent: &OptionPath) -> FxHashSet<Symbol> {
    let declarations = view.own.into_iter().flat_map(|facts| &facts.declarations);
    let below = declarations.filter(|declaration| declaration.path.starts_with(parent));
    below.filter_map(|declaration| declaration.path.get(parent.len()).copied()).collect()
}

fn own_members(
    view: &View<'_>,
    written: &Written,
    path: &OptionPath,
    offered: Offered,
) -> Vec<Child> {
    let parent = match view.snapshot.resolve(path) {
        Resolved::Option(path) | Resolved::Group(path) => path,
        // Below an option that is a set Nix lets nobody declare more; where somebody does, that is what
        // the author goes by.
        Resolved::Inside { .. } if view.snapshot.has_options_below(path) => path.clone(),
        Resolved::Inside { .. } | Resolved::Undeclared { .. } | Resolved::Unknown => {
            return Vec::new();
        }
    };
    let has_more = |child: &Child| {
        let below = view.snapshot.declarations_below(&child.path);
        below.iter().any(|found| found.fact.path != child.path)
    };
    named_members(view, written, &parent, view.snapshot.children(&parent), offered, has_more)
}

fn external_members(
    view: &View<'_>,
    written: &Written,
    path: &OptionPath,
    offered: Offered,
) -> Vec<Child> {
    let external = view.snapshot.external();
    let (Resolved::Option(parent) | Resolved::Group(parent)) = external.resolve(path) else {
        return Vec::new();
    };
    // A child that is no option is there because of those below it.
    named_members(view, written, &parent, external.children(&parent), offered, |_| true)
}

/// The children that have names of their own, and those names that `<name>` stands for.
fn named_members(
    view: &View<'_>,
    written: &Written,
    parent: &OptionPath,
    mut children: Vec<Child>,
    offered: Offered,
    has_more: impl Fn(&Child) -> bool,
) -> Vec<Child> {
    if children.iter().any(|child| child.name == Symbol::ANY_NAME) {
        children.extend(known_members(view, written, parent));
    }
    children.retain(|child| {
        !child.name.is_wildcard()
            && (offered == Offered::All || !child.is_option && has_more(child))
    });
    children
}

/// The names that members of an `attrsOf` have been given anywhere.
fn known_members(view: &View<'_>, written: &Written, option: &OptionPath) -> Vec<Child> {
    let member = option.child(Symbol::ANY_NAME);
    let half_written = Symbol::new(view.arena().source(written.word));
    let paths = view.snapshot.definition_paths(&member).into_iter();
    let names = paths.filter_map(|path| path.last().copied()).filter(|name| *name != half_written);
    names.map(|name| Child { name, path: member.clone(), is_option: false }).collect()
}

fn item(
    view: &View<'_>,
    written: &Written,
    child: &Child,
    present: &FxHashSet<Symbol>,
    declared_here: &FxHashSet<Symbol>,
) -> CompletionItem {
    let snapshot = view.snapshot;
    let declarations = snapshot.declarations(&child.path);
    let declaration = describe::main_declaration(&declarations);
    let is_gone = |declaration: &Declaration| {
        matches!(declaration.kind, DeclarationKind::Renamed | DeclarationKind::Removed)
    };
    let deprecated = declaration.is_some_and(is_gone);
    let rank = match declaration {
        _ if present.contains(&child.name) => 9,
        _ if deprecated => 8,
        Some(declaration) if declaration.internal => 7,
        _ if child.path.last().is_some_and(|name| declared_here.contains(name)) => 0,
        _ => 1,
    };
    let has_members = |declaration: &Declaration| declaration.ty.submodule().is_some();
    let kind = match declaration {
        Some(declaration) if !has_members(declaration) => CompletionKind::Option,
        _ => CompletionKind::Group,
    };
    CompletionItem {
        label: child.name.to_string(),
        kind,
        detail: declaration.and_then(|declaration| describe::type_words(&declaration.ty)),
        about: declaration.is_some().then(|| About::Option(child.path.clone())),
        edit: edit(written, child.name),
        snippet: None,
        sort: format!("{rank}{}", child.name),
        deprecated,
    }
}

fn external_item(
    snapshot: &Snapshot,
    written: &Written,
    child: &Child,
    present: &FxHashSet<Symbol>,
) -> CompletionItem {
    let external = snapshot.external();
    let option = external.option(&child.path);
    let deprecated = option.is_some_and(|option| option.deprecated);
    let rank = match option {
        _ if present.contains(&child.name) => 9,
        _ if deprecated => 8,
        Some(option) if option.internal => 7,
        _ => 4,
    };
    let has_members = external.below(&child.path).len() > 1;
    let kind = match option {
        Some(_) if !has_members => CompletionKind::Option,
        _ => CompletionKind::Group,
    };
    CompletionItem {
        label: child.name.to_string(),
        kind,
        detail: option.and_then(|option| Some(option.ty.as_ref()?.words.to_string())),
        about: option.is_some().then(|| About::Option(child.path.clone())),
        edit: edit(written, child.name),
        snippet: None,
        sort: format!("{rank}{}", child.name),
        deprecated,
    }
}

fn edit(written: &Written, name: Symbol) -> TextEdit {
    let text = match is_identifier(name.as_str()) {
        true => name.to_string(),
        false => format!("\"{}\"", name.as_str().replace('\\', "\\\\").replace('"', "\\\"")),
    };
    TextEdit::replace(written.word, text)
}
