//! Renaming a name that a file binds for itself.

use super::{Edits, Refusal, check, inherit, spelled};
use crate::FileEdit;
use crate::local::{Binder, LocalName};
use crate::view::View;
use index::FileKind;
use module::arena::{Arena, AttrName, Expr, LambdaId, Param, Resolved, ScopeId, ScopeKind};
use module::{ExprId, Symbol, is_identifier};
use syntax::TextRange;

/// The name bound at `key`, if it is the file's own business.
pub(super) fn renameable(view: &View<'_>, key: TextRange) -> Result<LocalName, Refusal> {
    let name = LocalName::bound_at(view, key);
    let text = name.name;
    match name.binder {
        Binder::Bindings { scope, .. } => match view.arena().scope(scope).kind {
            ScopeKind::Rec(_) => Err(attribute(text)),
            _ => Ok(name),
        },
        Binder::Member => Err(attribute(text)),
        Binder::Argument { .. } => Ok(name),
        Binder::Formal { lambda, .. } => match callers(view, lambda) {
            Some(_) => Ok(name),
            None if is_module(view, lambda) => Err(Refusal(format!(
                "`{text}` is an argument that the module system passes by this name."
            ))),
            None => Err(Refusal(format!(
                "`{text}` is passed to this function by name, and not all of its callers are known."
            ))),
        },
    }
}

fn attribute(name: Symbol) -> Refusal {
    Refusal(format!(
        "`{name}` is an attribute: whoever uses the set knows it by this name, and not all of them are known."
    ))
}

pub(super) fn rename(view: &View<'_>, key: TextRange, new: &str) -> Result<Vec<FileEdit>, Refusal> {
    let name = renameable(view, key)?;
    let mut edits = Edits::default();
    let arena = view.arena();
    add_edits(view, &name, new, &mut edits)?;
    match name.binder {
        Binder::Bindings { inherited: true, .. } => {
            let entry = inherit::inherited_at(view, key).ok_or_else(too_broken)?;
            inherit::write_out(view, entry, new, name.name.as_str(), &mut edits)
                .ok_or_else(too_broken)?;
        }
        Binder::Formal { lambda, .. } => {
            edits.replace(view.file, key, new);
            for call in callers(view, lambda).into_iter().flatten() {
                rename_argument(view, call, name.name, new, &mut edits)?;
            }
            rename_members_of_whole(view, lambda, name.name, new, &mut edits)?;
        }
        _ => {
            for &binding in &name.bindings {
                let text = spelled(new, arena.source(binding));
                edits.replace(view.file, binding, text);
            }
        }
    }
    let edits = edits.finish();
    check::local(view, &edits)?;
    Ok(edits)
}

fn too_broken() -> Refusal {
    Refusal("The text there is too broken to be edited.".to_owned())
}

/// Edits of all uses of a name, not of its binding.
pub(super) fn add_edits(
    view: &View<'_>,
    name: &LocalName,
    new: &str,
    edits: &mut Edits,
) -> Result<(), Refusal> {
    if !is_identifier(new) {
        return Err(Refusal(format!("`{new}` cannot be the name of a variable.")));
    }
    if let Some(conflict) = conflict(view, name, Symbol::new(new)) {
        return Err(conflict);
    }
    for &used in &name.uses {
        match inherit::inherited_at(view, used) {
            // The attribute keeps its name.
            Some(entry) => {
                inherit::write_out(view, entry, entry.name.as_str(), new, edits)
                    .ok_or_else(too_broken)?;
            }
            None => edits.replace(view.file, used, new),
        }
    }
    Ok(())
}

/// Why a name cannot be called `new`: one of the two would mean something else somewhere.
pub(super) fn conflict(view: &View<'_>, name: &LocalName, new: Symbol) -> Option<Refusal> {
    let arena = view.arena();
    let (scope, _) = name.binder.slot()?;
    let place = |range: TextRange| View::place(view.snapshot, view.file, range.start());
    if binds(arena, scope, new) {
        return Some(Refusal(format!("`{new}` is bound beside `{}` already.", name.name)));
    }
    for &used in &name.uses {
        let inner = arena.scopes_at(used.start()).into_iter().take_while(|it| *it != scope);
        if inner.into_iter().any(|inner| binds(arena, inner, new)) {
            return Some(Refusal(format!(
                "At {} the name `{new}` is bound to something else.",
                place(used)
            )));
        }
    }
    for expr in arena.expr_ids() {
        let Expr::Name { name: other, resolved } = arena.expr(expr) else { continue };
        if *other != new {
            continue;
        }
        let range = arena.range(expr);
        let around = arena.scopes_at(range.start());
        let Some(depth) = around.iter().position(|it| *it == scope) else { continue };
        let is_bound_inside = match resolved {
            Resolved::Local { scope, .. } => around[..depth].contains(scope),
            _ => false,
        };
        if !is_bound_inside {
            return Some(Refusal(format!(
                "At {} `{new}` means something else, and would then mean this.",
                place(range)
            )));
        }
    }
    None
}

fn binds(arena: &Arena, scope: ScopeId, name: Symbol) -> bool {
    match arena.scope(scope).kind {
        ScopeKind::Let(set) | ScopeKind::Rec(set) => arena.set(set).entry(name).is_some(),
        ScopeKind::Lambda(lambda) => arena.lambda(lambda).slot(name).is_some(),
        ScopeKind::With(_) => false,
    }
}

fn is_module(view: &View<'_>, lambda: LambdaId) -> bool {
    let arena = view.arena();
    let is_root = matches!(arena.expr(arena.root), Expr::Lambda(root) if *root == lambda);
    is_root && view.data.kind == FileKind::Module
}

/// The arguments of every call of a function that is bound to a name; `None` if not all calls are known.
fn callers(view: &View<'_>, lambda: LambdaId) -> Option<Vec<ExprId>> {
    let arena = view.arena();
    let function =
        arena.expr_ids().find(|&it| matches!(arena.expr(it), Expr::Lambda(id) if *id == lambda))?;
    let key = arena.scope_ids().find_map(|scope| match arena.scope(scope).kind {
        ScopeKind::Let(set) => {
            let entry = arena.set(set).entries.iter().find(|entry| entry.value == function)?;
            Some(entry.site.key)
        }
        _ => None,
    })?;
    let bound = LocalName::bound_at(view, key);
    let mut arguments = Vec::new();
    let mut called = Vec::new();
    for expr in arena.expr_ids() {
        let Expr::Apply { function, argument } = arena.expr(expr) else { continue };
        let range = arena.range(*function);
        if matches!(arena.expr(*function), Expr::Name { .. }) && bound.uses.contains(&range) {
            matches!(arena.expr(*argument), Expr::Set(_)).then(|| arguments.push(*argument))?;
            called.push(range);
        }
    }
    bound.uses.iter().all(|used| called.contains(used)).then_some(arguments)
}

fn rename_argument(
    view: &View<'_>,
    argument: ExprId,
    old: Symbol,
    new: &str,
    edits: &mut Edits,
) -> Result<(), Refusal> {
    let arena = view.arena();
    let Expr::Set(set) = arena.expr(argument) else { return Ok(()) };
    let set = arena.set(*set);
    let Some(entry) = set.entry(old) else { return Ok(()) };
    if entry.inherited {
        inherit::write_out(view, entry, new, old.as_str(), edits).ok_or_else(too_broken)?;
    } else if set.scope.is_some() {
        return Err(attribute(old));
    } else {
        for site in entry.sites() {
            edits.replace(view.file, site.key, spelled(new, arena.source(site.key)));
        }
    }
    Ok(())
}

/// `args.x` of `{ x, … }@args`.
fn rename_members_of_whole(
    view: &View<'_>,
    lambda: LambdaId,
    old: Symbol,
    new: &str,
    edits: &mut Edits,
) -> Result<(), Refusal> {
    let arena = view.arena();
    let Param::Pattern { whole: Some((_, key)), .. } = arena.lambda(lambda).param else {
        return Ok(());
    };
    let whole = LocalName::bound_at(view, key);
    for expr in arena.expr_ids() {
        let Expr::Select { base, path, .. } = arena.expr(expr) else { continue };
        let Some(&AttrName::Static(name, range)) = path.first() else { continue };
        if name == old && whole.uses.contains(&arena.range(*base)) {
            edits.replace(view.file, range, spelled(new, arena.source(range)));
        }
    }
    Ok(())
}
