//! Calls of functions that Nix or `lib` supplies, recognised by name.

use crate::scopes::binding;
use module::arena::{AttrName, Expr, Param, Resolved, ScopeId, ScopeKind, Set};
use module::library::KnownSet;
use module::{Arena, ExprId, Symbol};

/// A call `function a b …`, its arguments in order.
pub(crate) struct Call {
    /// The function's last name: `mkIf` of `lib.mkIf` and of `lib.modules.mkIf`.
    pub name: &'static str,
    pub arguments: Vec<ExprId>,
}

/// The call that `expr` is, if its function is one of `lib` or `builtins`.
pub(crate) fn library_call(arena: &Arena, expr: ExprId) -> Option<Call> {
    let (function, arguments) = applied(arena, expr)?;
    library_function(arena, function).map(|name| Call { name, arguments })
}

fn library_function(arena: &Arena, expr: ExprId) -> Option<&'static str> {
    match arena.expr(expr) {
        Expr::Name { name, resolved } => match resolved {
            Resolved::Builtin | Resolved::With(_) => Some(name.as_str()),
            // `inherit (lib) mkIf;`
            Resolved::Local { .. } => {
                member_of_library(arena, crate::scopes::bound_value(arena, expr)?)
            }
            Resolved::Unresolved => None,
        },
        _ => member_of_library(arena, expr),
    }
}

fn member_of_library(arena: &Arena, expr: ExprId) -> Option<&'static str> {
    let Expr::Select { base, path, default: None } = arena.expr(expr) else { return None };
    let (_, base, _) = crate::scopes::base_name(arena, *base)?;
    let is_library = matches!(base.as_str(), "lib" | "builtins");
    let last = path.last().copied().and_then(AttrName::symbol)?;
    is_library.then(|| last.as_str())
}

/// As [`library_call`], for those who must be certain that the function is that of nixpkgs' `lib`: the
/// file was given `lib` as an argument, and no `with` in between can supply another one.
pub(crate) fn certain_library_call(arena: &Arena, expr: ExprId) -> Option<Call> {
    let (function, arguments) = applied(arena, expr)?;
    let name = match library_path(arena, function)?.as_slice() {
        [name] => *name,
        [group, name] if FUNCTION_GROUPS.contains(&group.as_str()) => *name,
        _ => return None,
    };
    Some(Call { name: name.as_str(), arguments })
}

/// The parts of `lib` whose functions it has itself, too.
const FUNCTION_GROUPS: &[&str] = &["attrsets", "lists", "modules", "options", "strings", "trivial"];

/// Arguments of one call, at most. No function takes so many, and every call in a row of them is asked about.
const MAX_ARGUMENTS: usize = 64;

/// The function of a call with all of its arguments, in order; `None`: no call.
pub(crate) fn applied(arena: &Arena, expr: ExprId) -> Option<(ExprId, Vec<ExprId>)> {
    let mut function = expr;
    let mut arguments = Vec::new();
    while let Expr::Apply { function: inner, argument } = arena.expr(function) {
        if arguments.len() == MAX_ARGUMENTS {
            return None;
        }
        arguments.push(*argument);
        function = *inner;
    }
    arguments.reverse();
    (!arguments.is_empty()).then_some((function, arguments))
}

/// Names that lead to names, at most.
const MAX_NAMES: usize = 16;

/// The path below nixpkgs' `lib` that `expr` certainly is: `[types, str]` of `lib.types.str`, of
/// `types.str` under `with lib;`, of `str` under `with lib.types;`.
pub(crate) fn library_path(arena: &Arena, expr: ExprId) -> Option<Vec<Symbol>> {
    library_path_of(arena, expr, MAX_NAMES)
}

fn library_path_of(arena: &Arena, expr: ExprId, fuel: usize) -> Option<Vec<Symbol>> {
    let fuel = fuel.checked_sub(1)?;
    match arena.expr(expr) {
        Expr::Name { name, resolved } => match resolved {
            Resolved::Local { scope, slot } => match arena.scope(*scope).kind {
                ScopeKind::Lambda(lambda) => {
                    let is_formal = match &arena.lambda(lambda).param {
                        Param::Pattern { formals, .. } => (*slot as usize) < formals.len(),
                        Param::Name(..) => false,
                    };
                    (is_formal && name.as_str() == "lib").then(Vec::new)
                }
                _ => library_path_of(arena, binding(arena, *scope, *slot)?.value, fuel),
            },
            Resolved::With(scope) => supplied_by_with(arena, *name, *scope, fuel),
            Resolved::Builtin | Resolved::Unresolved => None,
        },
        Expr::Select { base, path, default: None } => {
            let mut found = library_path_of(arena, *base, fuel)?;
            for name in path {
                found.push(name.symbol()?);
            }
            Some(found)
        }
        _ => None,
    }
}

/// The `with`s are asked from the inside out; one whose names are not known ends the search.
fn supplied_by_with(
    arena: &Arena,
    name: Symbol,
    scope: ScopeId,
    fuel: usize,
) -> Option<Vec<Symbol>> {
    let mut scope = Some(scope);
    while let Some(here) = scope {
        if let ScopeKind::With(env) = arena.scope(here).kind {
            let mut path = library_path_of(arena, env, fuel)?;
            match path.as_slice() {
                [] => {
                    path.push(name);
                    return Some(path);
                }
                [types] if types.as_str() == "types" => {
                    if KnownSet::Types.has(name.as_str()) {
                        path.push(name);
                        return Some(path);
                    }
                }
                _ => return None,
            }
        }
        scope = arena.scope(here).parent;
    }
    None
}

/// What an option's declaration is given, where it is a call of `mkOption` with a set that stands there.
pub(crate) fn option_arguments(arena: &Arena, expr: ExprId) -> Option<&Set> {
    let call = library_call(arena, expr)?;
    match (call.name, call.arguments.as_slice()) {
        ("mkOption", [argument]) => match arena.expr(*argument) {
            Expr::Set(set) => Some(arena.set(*set)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether `expr` makes an option.
pub(crate) fn makes_option(arena: &Arena, expr: ExprId) -> bool {
    library_call(arena, expr)
        .is_some_and(|call| matches!(call.name, "mkOption" | "mkEnableOption" | "mkPackageOption"))
}

/// Whether every value that `expr` gives stands under a `mkIf` of its own.
pub(crate) fn is_guarded(arena: &Arena, expr: ExprId) -> bool {
    let Some(call) = library_call(arena, expr) else { return false };
    match (call.name, call.arguments.as_slice()) {
        ("mkIf", [_, _]) => true,
        ("mkMerge", [list]) => match arena.expr(*list) {
            Expr::List(items) => {
                !items.is_empty() && items.iter().all(|&item| is_guarded(arena, item))
            }
            _ => false,
        },
        ("mkDefault" | "mkForce" | "mkBefore" | "mkAfter", [content]) => {
            is_guarded(arena, *content)
        }
        ("mkOverride" | "mkOrder", [_, content]) => is_guarded(arena, *content),
        _ => false,
    }
}
