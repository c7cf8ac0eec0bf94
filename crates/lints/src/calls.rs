//! Calls of functions that Nix or `lib` supplies, recognised by name.

use module::arena::{AttrName, Expr, Resolved};
use module::{Arena, ExprId};

/// A call `function a b …`, its arguments in order.
pub(crate) struct Call {
    /// The function's last name: `mkIf` of `lib.mkIf` and of `lib.modules.mkIf`.
    pub name: &'static str,
    pub arguments: Vec<ExprId>,
}

/// The call that `expr` is, if its function is one of `lib` or `builtins`.
pub(crate) fn library_call(arena: &Arena, expr: ExprId) -> Option<Call> {
    let mut function = expr;
    let mut arguments = Vec::new();
    while let Expr::Apply { function: inner, argument } = arena.expr(function) {
        arguments.push(*argument);
        function = *inner;
    }
    if arguments.is_empty() {
        return None;
    }
    arguments.reverse();
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
