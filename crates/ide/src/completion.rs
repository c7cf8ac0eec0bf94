use crate::describe;
use crate::external;
use crate::role::{Role, Walk, is_shorthand};
use crate::scope::{Place, Scope};
use crate::view::View;
use crate::written::{Position, Written};
use crate::{FilePosition, Snapshot};
use index::{Child, Resolved};
use module::arena::{Expr, Set};
use module::facts::{Declaration, DeclarationKind};
use module::{OptionPath, Symbol, is_identifier};
use syntax::{TextEdit, TextRange, TextSize};

#[derive(Debug, Clone, PartialEq)]
pub struct CompletionItem {
    pub label: String,
    pub kind: CompletionKind,
    /// One line: the type.
    pub detail: Option<String>,
    /// Markdown.
    pub documentation: Option<String>,
    /// Replaces the word under the cursor, on the cursor's line.
    pub edit: TextEdit,
    /// Items are shown in the order of this text.
    pub sort: String,
    pub deprecated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    /// A set of options, or a submodule to go into.
    Group,
    Option,
    Value,
    Function,
    Binding,
    File,
}

/// What can be written at the cursor, best first.
pub fn completion(snapshot: &Snapshot, at: FilePosition) -> Vec<CompletionItem> {
    let Some(view) = View::new(snapshot, at.file) else { return Vec::new() };
    let Some(written) = Written::at(view.text(), at.offset) else { return Vec::new() };
    let mut items = match written.position {
        Position::Binding => bindings(&view, &written),
        Position::Inherit(from) => inherited(&view, &written, from),
        Position::Expression => expressions(&view, &written),
    };
    items.sort_by(|a, b| a.sort.cmp(&b.sort));
    items.dedup_by(|b, a| a.label == b.label);
    items
}

/// `config.hypervisor.`, `cfg.`, and names under a `with`.
fn expressions(view: &View<'_>, written: &Written) -> Vec<CompletionItem> {
    let scope = Scope::at(view, written.start);
    let Some((&first, rest)) = written.before.split_first() else {
        let places = scope.withs_at(written.start);
        return places
            .iter()
            .flat_map(|place| members(view, written, &place.path, &[], Offered::All))
            .collect();
    };
    let resolved = view.arena().resolve_at(first, written.start);
    let Some(place) = scope.place_of_name(first, resolved) else { return Vec::new() };
    members(view, written, &place.path.join(rest), &[], Offered::All)
}

/// `inherit (cfg) `.
fn inherited(view: &View<'_>, written: &Written, from: TextRange) -> Vec<CompletionItem> {
    let Some(place) = place_written(view, from) else { return Vec::new() };
    members(view, written, &place.path, &[], Offered::All)
}

/// The part of the configuration that a piece of source names.
fn place_written(view: &View<'_>, range: TextRange) -> Option<Place> {
    let end = range.start() + TextSize::of(view.arena().source(range).trim_end());
    // The source of an `inherit` is read once for each name; without names the text is all there is.
    let path = Written::at(view.text(), end)?;
    let word = Symbol::new(view.text().get(std::ops::Range::<usize>::from(path.word))?);
    let mut names = path.before;
    names.push(word);
    let (&first, rest) = names.split_first()?;
    let place = Scope::at(view, range.start())
        .place_of_name(first, view.arena().resolve_at(first, range.start()))?;
    Some(Place { of: place.of, path: place.path.join(rest) })
}

/// Names of a new binding.
fn bindings(view: &View<'_>, written: &Written) -> Vec<CompletionItem> {
    let walk = Walk::to_statement(view, written.start);
    let Some((set, role)) = walk.container else { return Vec::new() };
    let set = set.map(|set| view.arena().set(set));
    let present = set.map(|set| names_in(view, set, &written.before, written.word));
    let present = present.unwrap_or_default();
    let before = &written.before[..];
    match (role, before) {
        (Role::Definitions(path), _) => {
            members(view, written, &path.join(before), &present, Offered::All)
        }
        (Role::Declarations(path), _) => {
            members(view, written, &path.join(before), &present, Offered::Groups)
        }
        (Role::Module(path), [first, rest @ ..]) => match first.as_str() {
            "config" => members(view, written, &path.join(rest), &present, Offered::All),
            "options" => members(view, written, &path.join(rest), &present, Offered::Groups),
            _ => members(view, written, &path.join(before), &present, Offered::All),
        },
        (Role::Module(path), []) => {
            let keys = ["config", "imports", "options"].into_iter().map(Symbol::new);
            let keys = keys.filter(|key| !present.contains(key));
            let mut items: Vec<CompletionItem> = keys.map(|key| keyword(written, key)).collect();
            if set.is_none_or(is_shorthand) {
                items.extend(members(view, written, &path, &present, Offered::All));
            }
            items
        }
        _ => Vec::new(),
    }
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

#[derive(Clone, Copy, PartialEq)]
enum Offered {
    All,
    /// Where options are declared: those that exist cannot be declared once more.
    Groups,
}

/// The names that can follow a written path: the workspace's own, then those from outside.
fn members(
    view: &View<'_>,
    written: &Written,
    path: &OptionPath,
    present: &[Symbol],
    offered: Offered,
) -> Vec<CompletionItem> {
    let own = own_members(view, written, path, offered);
    let mut items: Vec<CompletionItem> =
        own.iter().map(|child| item(view, written, child, present)).collect();
    let external = external_members(view, written, path, offered);
    let others = external.iter().filter(|child| own.iter().all(|it| it.name != child.name));
    items.extend(others.map(|child| external_item(view.snapshot, written, child, present)));
    items
}

fn own_members(
    view: &View<'_>,
    written: &Written,
    path: &OptionPath,
    offered: Offered,
) -> Vec<Child> {
    let parent = match view.snapshot.resolve(path) {
        Resolved::Option(path) | Resolved::Group(path) => path,
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

fn item(view: &View<'_>, written: &Written, child: &Child, present: &[Symbol]) -> CompletionItem {
    let snapshot = view.snapshot;
    let declarations = snapshot.declarations(&child.path);
    let declaration = describe::main_declaration(&declarations);
    let is_gone = |declaration: &Declaration| {
        matches!(declaration.kind, DeclarationKind::Renamed | DeclarationKind::Removed)
    };
    let deprecated = declaration.is_some_and(is_gone);
    let own = view
        .own
        .is_some_and(|facts| facts.declarations.iter().any(|it| it.path.starts_with(&child.path)));
    let rank = match declaration {
        _ if present.contains(&child.name) => 9,
        _ if deprecated => 8,
        Some(declaration) if declaration.internal => 7,
        _ if own => 0,
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
        documentation: declaration.and_then(|it| describe::summary(snapshot, it)),
        edit: edit(written, child.name),
        sort: format!("{rank}{}", child.name),
        deprecated,
    }
}

fn external_item(
    snapshot: &Snapshot,
    written: &Written,
    child: &Child,
    present: &[Symbol],
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
        documentation: option.map(external::summary),
        edit: edit(written, child.name),
        sort: format!("{rank}{}", child.name),
        deprecated,
    }
}

fn keyword(written: &Written, name: Symbol) -> CompletionItem {
    CompletionItem {
        label: name.to_string(),
        kind: CompletionKind::Binding,
        detail: None,
        documentation: None,
        edit: edit(written, name),
        sort: format!("2{name}"),
        deprecated: false,
    }
}

fn edit(written: &Written, name: Symbol) -> TextEdit {
    let text = match is_identifier(name.as_str()) {
        true => name.to_string(),
        false => format!("\"{}\"", name.as_str().replace('\\', "\\\\").replace('"', "\\\"")),
    };
    TextEdit::replace(written.word, text)
}
