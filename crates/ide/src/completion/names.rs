//! Names that are no options: those in scope, those of `lib` and `builtins`, arguments of functions.

use super::{About, CompletionItem, CompletionKind};
use crate::library::{Entry, LibraryPath, Member, Shelf, libraries_at};
use crate::view::View;
use crate::written::Written;
use module::arena::{BinaryOp, Expr, Param, Resolved, ScopeKind};
use module::{Arena, Symbol, is_global_name, is_identifier};
use syntax::{TextEdit, TextRange, TextSize};

/// The arguments that modules usually take, the most frequent first.
const MODULE_ARGUMENTS: [(&str, &str); 6] = [
    ("config", "the values of all options"),
    ("lib", "the functions of nixpkgs"),
    ("pkgs", "the packages"),
    ("options", "the options as they are declared"),
    ("modulesPath", "the folder of NixOS's own modules"),
    ("name", "in a submodule: the name it has in its set"),
];

fn named(word: TextRange, name: &str, kind: CompletionKind, rank: char) -> CompletionItem {
    CompletionItem {
        label: name.to_owned(),
        kind,
        detail: None,
        about: None,
        edit: TextEdit::replace(word, name),
        snippet: None,
        sort: format!("{rank}{name}"),
        deprecated: false,
    }
}

/// A key of a module's own set.
pub(super) fn key(word: TextRange, name: Symbol) -> CompletionItem {
    named(word, name.as_str(), CompletionKind::Binding, '2')
}

/// What the scopes around a place bind.
pub(super) fn in_scope(view: &View<'_>, word: TextRange, at: TextSize) -> Vec<CompletionItem> {
    let arena = view.arena();
    let mut items = Vec::new();
    for scope in arena.scopes_at(at) {
        match arena.scope(scope).kind {
            ScopeKind::Let(set) | ScopeKind::Rec(set) => {
                // A binding's own half-written name is none yet.
                let bound =
                    arena.set(set).entries.iter().filter(|it| !it.site.key.contains_inclusive(at));
                items.extend(bound.map(|entry| {
                    let kind = match arena.expr(entry.value) {
                        Expr::Lambda(_) => CompletionKind::Function,
                        _ => CompletionKind::Binding,
                    };
                    named(word, entry.name.as_str(), kind, '2')
                }));
            }
            ScopeKind::Lambda(lambda) => match &arena.lambda(lambda).param {
                Param::Name(name, _) => {
                    items.push(named(word, name.as_str(), CompletionKind::Binding, '2'));
                }
                Param::Pattern { formals, whole, .. } => {
                    let names = formals.iter().map(|formal| formal.name);
                    let names = names.chain(whole.map(|(name, _)| name));
                    items.extend(
                        names.map(|name| named(word, name.as_str(), CompletionKind::Binding, '3')),
                    );
                }
            },
            ScopeKind::With(_) => {}
        }
    }
    items
}

/// What `with lib;` and Nix itself supply.
pub(super) fn everywhere(view: &View<'_>, word: TextRange, at: TextSize) -> Vec<CompletionItem> {
    let mut items: Vec<CompletionItem> =
        libraries_at(view, at).iter().flat_map(|path| of_library(word, path)).collect();
    let builtins = LibraryPath::builtins();
    let global =
        builtins.members().into_iter().filter(|member| is_global_name(Symbol::new(member.name)));
    items.extend(global.map(|member| CompletionItem {
        sort: format!("6{}", member.name),
        ..library_item(word, &builtins, member)
    }));
    items
}

/// The names in `lib`, `lib.types`, `builtins`.
pub(super) fn of_library(word: TextRange, path: &LibraryPath) -> Vec<CompletionItem> {
    path.members().into_iter().map(|member| library_item(word, path, member)).collect()
}

fn library_item(word: TextRange, path: &LibraryPath, member: Member) -> CompletionItem {
    let of = path.child(Symbol::new(member.name));
    let is_function = member.entry.is_some_and(|entry| !entry.parameters.is_empty());
    let kind = match () {
        () if path.is_type() && !is_function => CompletionKind::Type,
        () if is_function || member.entry.is_none() => CompletionKind::Function,
        () if member.entry.is_some_and(|entry| entry.result == "AttrSet") => {
            CompletionKind::Library
        }
        () => CompletionKind::Value,
    };
    // What is documented is what authors use.
    let rank = match member {
        Member { entry: Some(_), .. } => '4',
        Member { .. } => '5',
    };
    CompletionItem {
        detail: member.entry.map(Entry::ty),
        about: Some(About::Library(of.written())),
        ..named(word, member.name, kind, rank)
    }
}

/// The names in a set that the file itself binds.
pub(super) fn of_local_set(view: &View<'_>, written: &Written) -> Vec<CompletionItem> {
    let arena = view.arena();
    let Some((&first, rest)) = written.before.split_first() else { return Vec::new() };
    let Resolved::Local { scope, slot } = arena.resolve_at(first, written.start) else {
        return Vec::new();
    };
    let Some(mut value) = view.binding(scope, slot).and_then(|binding| binding.value) else {
        return Vec::new();
    };
    for &name in rest {
        let Expr::Set(set) = arena.expr(value) else { return Vec::new() };
        let Some(entry) = arena.set(*set).entry(name) else { return Vec::new() };
        value = entry.value;
    }
    let Expr::Set(set) = arena.expr(value) else { return Vec::new() };
    let names = arena.set(*set).entries.iter().map(|entry| entry.name.as_str());
    names.map(|name| named(written.word, name, CompletionKind::Binding, '2')).collect()
}

/// What `mkOption` takes and has not been given.
pub(super) fn option_arguments(word: TextRange, present: &[Symbol]) -> Vec<CompletionItem> {
    const ORDER: [&str; 10] = [
        "type",
        "default",
        "description",
        "example",
        "defaultText",
        "apply",
        "readOnly",
        "internal",
        "visible",
        "relatedPackages",
    ];
    let documentation = Shelf::OptionArguments.documentation();
    let entries = documentation.names("").filter_map(|name| documentation.entry("", name));
    let items = entries.map(|entry| {
        let is_present = present.iter().any(|name| name.as_str() == entry.name);
        let place = ORDER.iter().position(|name| *name == entry.name).unwrap_or(ORDER.len());
        let rank = if is_present { '9' } else { '0' };
        let value = if entry.result == "String" { "\"$0\"" } else { "$0" };
        CompletionItem {
            detail: Some(entry.result.to_owned()),
            about: Some(About::OptionArgument(entry.name.to_owned())),
            snippet: (!is_present).then(|| format!("{} = {value};", entry.name)),
            sort: format!("{rank}{place:02}"),
            ..named(word, entry.name, CompletionKind::Binding, rank)
        }
    });
    items.collect()
}

/// What a function can take from the set that it is given, as modules are.
pub(super) fn arguments(view: &View<'_>, written: &Written) -> Vec<CompletionItem> {
    let present = formals_around(view, written);
    let mut items = Vec::new();
    for (index, (name, detail)) in MODULE_ARGUMENTS.iter().enumerate() {
        items.push(CompletionItem {
            detail: Some((*detail).to_owned()),
            sort: format!("0{index}"),
            ..named(written.word, name, CompletionKind::Binding, '0')
        });
    }
    let special = special_arguments(view).into_iter();
    items.extend(
        special.map(|name| named(written.word, name.as_str(), CompletionKind::Binding, '1')),
    );
    items.retain(|item| !present.iter().any(|name| name.as_str() == item.label));
    items
}

/// The arguments that the function takes already, but for the one that is being written.
fn formals_around(view: &View<'_>, written: &Written) -> Vec<Symbol> {
    let arena = view.arena();
    let lambdas = arena.exprs_at(written.start).into_iter().rev().filter_map(|expr| {
        let Expr::Lambda(lambda) = arena.expr(expr) else { return None };
        let Param::Pattern { formals, range, .. } = &arena.lambda(*lambda).param else {
            return None;
        };
        range.contains_inclusive(written.start).then_some(formals)
    });
    let others = lambdas.take(1).flatten();
    let others = others.filter(|formal| formal.range.intersect(written.word).is_none());
    others.map(|formal| formal.name).collect()
}

/// What configurations and modules give to modules beside the usual: `specialArgs` and `_module.args`.
fn special_arguments(view: &View<'_>) -> Vec<Symbol> {
    let snapshot = view.snapshot;
    let mut names: Vec<Symbol> = Vec::new();
    for root in snapshot.reach().roots() {
        let facts = snapshot.file(root.file()).and_then(|data| data.module());
        let outputs = facts.and_then(|facts| facts.outputs.as_ref());
        for root in outputs.iter().flat_map(|outputs| &outputs.roots) {
            names.extend(&root.special_args.names);
        }
    }
    let texts = snapshot.files().filter(|data| data.text.contains("_module"));
    for data in texts {
        names_given(&data.arena, &mut names);
    }
    names.retain(|name| is_identifier(name.as_str()));
    names
}

/// What a file sets below `_module.args`, as far as it is written out.
fn names_given(arena: &Arena, names: &mut Vec<Symbol>) {
    let [module, args] = ["_module", "args"].map(Symbol::new);
    for set in arena.sets() {
        let Some(settings) = set.entry(module).map(|entry| entry.value) else { continue };
        let Expr::Set(settings) = arena.expr(settings) else { continue };
        let Some(given) = arena.set(*settings).entry(args) else { continue };
        let mut waiting = vec![given.value];
        while let Some(expr) = waiting.pop() {
            match arena.expr(expr) {
                Expr::Set(set) => {
                    names.extend(arena.set(*set).entries.iter().map(|entry| entry.name));
                }
                // `mkIf`, `mkDefault` and the like.
                Expr::Apply { argument, .. } => waiting.push(*argument),
                Expr::Binary { op: BinaryOp::Update, left, right } => {
                    waiting.extend([*left, *right]);
                }
                Expr::Let { body, .. } => waiting.push(*body),
                _ => {}
            }
        }
    }
}
