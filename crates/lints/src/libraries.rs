//! Which expressions are certainly nixpkgs' `lib`, its `types`, or `builtins`.

use crate::Level;
use crate::rule::RuleContext;
use crate::scopes::{binding, module_scope, outwards};
use index::FileData;
use module::arena::{AttrName, BinaryOp, Expr, Param, Resolved, ScopeId, ScopeKind};
use module::library::KnownSet;
use module::{Arena, ExprId, Symbol};

/// Names that lead to names, at most.
const MAX_STEPS: usize = 16;

/// The known set that `expr` is. A `lib` counts where it is the file's own argument: other functions may
/// be given anything under that name.
pub(crate) fn known_set(arena: &Arena, expr: ExprId) -> Option<KnownSet> {
    known_set_within(arena, expr, MAX_STEPS)
}

fn known_set_within(arena: &Arena, expr: ExprId, steps: usize) -> Option<KnownSet> {
    let steps = steps.checked_sub(1)?;
    match arena.expr(expr) {
        Expr::Name { name, resolved } => match *resolved {
            Resolved::Builtin => (name.as_str() == "builtins").then_some(KnownSet::Builtins),
            Resolved::Local { scope, slot } => match arena.scope(scope).kind {
                ScopeKind::Lambda(_) => (name.as_str() == "lib"
                    && is_file_argument(arena, scope, *name))
                .then_some(KnownSet::Lib),
                _ => known_set_within(arena, binding(arena, scope, slot)?.value, steps),
            },
            Resolved::With(scope) => {
                let (_, supplier) = supplier(arena, scope, *name, steps)??;
                member_set(supplier, *name)
            }
            Resolved::Unresolved => None,
        },
        Expr::Select { base, path, default: None } => {
            let (set, rest) = selected(arena, *base, path, steps)?;
            rest.is_empty().then_some(set)
        }
        _ => None,
    }
}

/// The set that the path leads to as far as it leads to known ones, and the rest of the path.
pub(crate) fn known_base<'p>(
    arena: &Arena,
    base: ExprId,
    path: &'p [AttrName],
) -> Option<(KnownSet, &'p [AttrName])> {
    selected(arena, base, path, MAX_STEPS)
}

fn selected<'p>(
    arena: &Arena,
    base: ExprId,
    path: &'p [AttrName],
    steps: usize,
) -> Option<(KnownSet, &'p [AttrName])> {
    let (mut set, mut rest) = match known_set_within(arena, base, steps) {
        Some(set) => (set, path),
        None => {
            let (first, rest) = path.split_first()?;
            let is_lib = first.symbol()?.as_str() == "lib" && is_packages(arena, base);
            is_lib.then_some((KnownSet::Lib, rest))?
        }
    };
    while let Some((first, after)) = rest.split_first()
        && let Some(inner) = first.symbol().and_then(|name| member_set(set, name))
    {
        (set, rest) = (inner, after);
    }
    Some((set, rest))
}

/// The file's own argument `pkgs`.
fn is_packages(arena: &Arena, expr: ExprId) -> bool {
    match arena.expr(expr) {
        Expr::Name { name, resolved: Resolved::Local { scope, .. } } => {
            name.as_str() == "pkgs" && is_file_argument(arena, *scope, *name)
        }
        _ => false,
    }
}

fn member_set(of: KnownSet, name: Symbol) -> Option<KnownSet> {
    match (of, name.as_str()) {
        (KnownSet::Lib | KnownSet::Types, "types") => Some(KnownSet::Types),
        (KnownSet::Builtins, "builtins") => Some(KnownSet::Builtins),
        _ => None,
    }
}

/// Whether `scope` is the pattern that the file as a whole takes, and `name` one of its arguments.
fn is_file_argument(arena: &Arena, scope: ScopeId, name: Symbol) -> bool {
    let ScopeKind::Lambda(lambda) = arena.scope(scope).kind else { return false };
    let Param::Pattern { formals, .. } = &arena.lambda(lambda).param else { return false };
    module_scope(arena) == Some(scope) && formals.iter().any(|formal| formal.name == name)
}

/// The `with` scopes from `scope` outwards, with their sets.
pub(crate) fn withs(
    arena: &Arena,
    scope: ScopeId,
) -> impl Iterator<Item = (ScopeId, ExprId)> + use<'_> {
    outwards(arena, Some(scope)).filter_map(|scope| match arena.scope(scope).kind {
        ScopeKind::With(env) => Some((scope, env)),
        _ => None,
    })
}

/// Which of the `with`s from `scope` outwards supplies `name`: `None` if that is not known,
/// `Some(None)` if none of them does.
pub(crate) fn supplier_of(
    arena: &Arena,
    scope: ScopeId,
    name: Symbol,
) -> Option<Option<(ScopeId, KnownSet)>> {
    supplier(arena, scope, name, MAX_STEPS)
}

fn supplier(
    arena: &Arena,
    scope: ScopeId,
    name: Symbol,
    steps: usize,
) -> Option<Option<(ScopeId, KnownSet)>> {
    for (scope, env) in withs(arena, scope) {
        let set = known_set_within(arena, env, steps)?;
        if set.has(name.as_str()) {
            return Some(Some((scope, set)));
        }
    }
    Some(None)
}

/// How sure it is that this file's `lib` has just the members that nixpkgs' has. `None`: something in
/// the tree adds to a `lib`, and it may be this one.
pub(crate) fn plain_library(context: &RuleContext<'_>) -> Option<Level> {
    context.facts?;
    if context.snapshot.files().any(|data| adds_to_library(data)) {
        return None;
    }
    Some(evaluated(context))
}

/// A file that no root reaches may be one that Nix never looks at.
pub(crate) fn evaluated(context: &RuleContext<'_>) -> Level {
    match context.snapshot.reach().is_reached(context.file) {
        true => Level::Error,
        false => Level::Warning,
    }
}

fn adds_to_library(data: &FileData) -> bool {
    let text: &str = &data.text;
    // Cheap signs first: this is asked of every file of the tree.
    let signs = [".extend", "lib //", "// lib", ".lib", "makeExtensible"];
    if signs.iter().any(|sign| text.contains(sign)) && extends_library(&data.arena) {
        return true;
    }
    let evaluates = ["pecialArgs", "evalModules", "nixosSystem", "eval-config", "_module.args"];
    evaluates.iter().any(|word| text.contains(word)) && passes_library(&data.arena)
}

/// Whether the file makes a larger set of a `lib`: `lib.extend …`, `lib // { … }`, `lib.makeExtensible …`.
/// `{ … } // lib.optionalAttrs …` does not, and neither does a comment.
fn extends_library(arena: &Arena) -> bool {
    arena.expr_ids().any(|id| match arena.expr(id) {
        Expr::Binary { op: BinaryOp::Update, left, right } => {
            is_some_library(arena, *left) || is_some_library(arena, *right)
        }
        Expr::Select { path, .. } => {
            path.last().and_then(|name| name.symbol()).is_some_and(|name| {
                name.as_str() == "extend" || name.as_str().starts_with("makeExtensible")
            })
        }
        Expr::Name { name, .. } => name.as_str().starts_with("makeExtensible"),
        _ => false,
    })
}

/// `lib`, `nixpkgs.lib` and whatever else is called so.
fn is_some_library(arena: &Arena, expr: ExprId) -> bool {
    let name = match arena.expr(expr) {
        Expr::Name { name, .. } => Some(*name),
        Expr::Select { path, .. } => path.last().and_then(|name| name.symbol()),
        _ => None,
    };
    name.is_some_and(|name| name.as_str() == "lib")
}

/// How sure it is that a member is missing that `release` was the last to have: the tree's flake may name
/// that release or an older one.
pub(crate) fn gone_since(context: &RuleContext<'_>, release: &str) -> Level {
    let flake = context.snapshot.setup().root.join("flake.nix");
    let pinned = context.snapshot.file(flake).and_then(|data| oldest_release(&data.arena));
    match pinned {
        Some(pinned) if pinned.as_str() <= release => Level::Warning,
        _ => Level::Error,
    }
}

/// The oldest release of NixOS that a string of the file names as a branch: `nixos-25.05`,
/// `nixpkgs-25.05-darwin`, `release-25.05`.
fn oldest_release(arena: &Arena) -> Option<String> {
    arena
        .expr_ids()
        .filter(|&id| matches!(arena.expr(id), Expr::Str { .. } | Expr::Path { .. }))
        .flat_map(|id| releases_in(arena.source(arena.range(id))))
        .min()
        .map(str::to_owned)
}

/// Each `YY.MM` after the beginning of a branch's name.
fn releases_in(text: &str) -> impl Iterator<Item = &str> {
    ["nixos-", "nixpkgs-", "release-"]
        .into_iter()
        .flat_map(|branch| text.split(branch).skip(1))
        .filter_map(|rest| {
            let release = rest.get(..5)?;
            let is_release = release.bytes().enumerate().all(|(at, byte)| match at {
                2 => byte == b'.',
                _ => byte.is_ascii_digit(),
            });
            is_release.then_some(release)
        })
}

/// Whether the file hands modules a `lib` of its own, as far as that can be excluded.
fn passes_library(arena: &Arena) -> bool {
    arena.expr_ids().any(|id| {
        let Expr::Set(set) = arena.expr(id) else { return false };
        arena.set(*set).entries.iter().any(|entry| match entry.name.as_str() {
            "specialArgs" | "extraSpecialArgs" => match arena.expr(entry.value) {
                Expr::Set(arguments) => !arena.set(*arguments).computed.is_empty(),
                _ => true,
            },
            "lib" => !is_plain(arena, entry.value),
            _ => false,
        })
    })
}

/// `inherit lib;`, `lib = nixpkgs.lib;` and the like.
fn is_plain(arena: &Arena, expr: ExprId) -> bool {
    match arena.expr(expr) {
        Expr::Name { name, resolved: Resolved::Local { scope, slot } } => {
            match binding(arena, *scope, *slot) {
                // Of names that stand for names one step is enough: they may never end.
                Some(entry) => {
                    !matches!(arena.expr(entry.value), Expr::Name { .. })
                        && is_plain(arena, entry.value)
                }
                None => name.as_str() == "lib",
            }
        }
        Expr::Select { base, path, default: None } => {
            let is_nixpkgs = matches!(arena.expr(*base), Expr::Name { name, .. }
                if matches!(name.as_str(), "nixpkgs" | "pkgs" | "inputs"));
            is_nixpkgs
                && path
                    .last()
                    .and_then(|name| name.symbol())
                    .is_some_and(|name| name.as_str() == "lib")
        }
        _ => false,
    }
}

/// Whether the file asks somewhere if a set has `name`: whoever asks knows what they do.
pub(crate) fn is_asked_for(arena: &Arena, name: Symbol) -> bool {
    arena.expr_ids().any(|id| match arena.expr(id) {
        Expr::HasAttr { path, .. } | Expr::Select { path, default: Some(_), .. } => {
            path.iter().any(|segment| segment.symbol() == Some(name))
        }
        _ => false,
    })
}
