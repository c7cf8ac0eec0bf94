//! A name that a file binds for itself, with everything that uses it.

use crate::subject::Subject;
use crate::view::View;
use module::Symbol;
use module::arena::{AttrName, Entry, Expr, LambdaId, Param, Resolved, ScopeId, ScopeKind};
use syntax::TextRange;

/// A `let` or `rec` binding, an argument, or a member of a set that the file writes.
pub(crate) struct LocalName {
    pub name: Symbol,
    /// Where it is bound; several statements may add to one name.
    pub bindings: Vec<TextRange>,
    /// Every other place that writes it.
    pub uses: Vec<TextRange>,
    pub binder: Binder,
}

/// What binds a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binder {
    /// A `let` or a `rec` set; whether the name comes from an `inherit`.
    Bindings { scope: ScopeId, slot: u32, inherited: bool },
    /// `x:` or `@x`.
    Argument { scope: ScopeId, slot: u32 },
    /// `{ x, … }:`: who calls the function knows the name.
    Formal { scope: ScopeId, slot: u32, lambda: LambdaId },
    /// A set that is not recursive: a name of it is no name by itself.
    Member,
}

impl LocalName {
    /// The name whose binding [`crate::view::Binding::name`] is at `key`.
    pub fn bound_at(view: &View<'_>, key: TextRange) -> LocalName {
        match binder_at(view, key) {
            Some((name, bindings, binder)) => {
                let uses = uses_of(view, binder, &bindings);
                LocalName { name, bindings, uses, binder }
            }
            None => member(view, key),
        }
    }
}

impl Binder {
    pub fn slot(self) -> Option<(ScopeId, u32)> {
        match self {
            Binder::Bindings { scope, slot, .. }
            | Binder::Argument { scope, slot }
            | Binder::Formal { scope, slot, .. } => Some((scope, slot)),
            Binder::Member => None,
        }
    }
}

fn binder_at(view: &View<'_>, key: TextRange) -> Option<(Symbol, Vec<TextRange>, Binder)> {
    let arena = view.arena();
    arena.scope_ids().find_map(|scope| match arena.scope(scope).kind {
        ScopeKind::Let(set) | ScopeKind::Rec(set) => {
            let is_it = |entry: &Entry| entry.sites().any(|site| site.key == key);
            let slot = arena.set(set).entries.iter().position(is_it)?;
            let entry = &arena.set(set).entries[slot];
            let bindings = entry.sites().map(|site| site.key).collect();
            let (slot, inherited) = (slot as u32, entry.inherited);
            Some((entry.name, bindings, Binder::Bindings { scope, slot, inherited }))
        }
        ScopeKind::Lambda(id) => match &arena.lambda(id).param {
            Param::Name(name, range) => {
                (*range == key).then(|| (*name, vec![key], Binder::Argument { scope, slot: 0 }))
            }
            Param::Pattern { formals, whole, .. } => {
                let slot = formals.iter().position(|formal| formal.range == key);
                if let Some(slot) = slot {
                    let binder = Binder::Formal { scope, slot: slot as u32, lambda: id };
                    return Some((formals[slot].name, vec![key], binder));
                }
                let (name, range) = (*whole)?;
                let slot = formals.len() as u32;
                (range == key).then(|| (name, vec![key], Binder::Argument { scope, slot }))
            }
        },
        ScopeKind::With(_) => None,
    })
}

fn uses_of(view: &View<'_>, binder: Binder, bindings: &[TextRange]) -> Vec<TextRange> {
    let arena = view.arena();
    let Some((scope, slot)) = binder.slot() else { return Vec::new() };
    let wanted = Resolved::Local { scope, slot };
    let is_use = |range: &TextRange| !bindings.contains(range);
    let uses = arena.expr_ids().filter_map(|expr| match arena.expr(expr) {
        Expr::Name { resolved, .. } if *resolved == wanted => Some(arena.range(expr)),
        _ => None,
    });
    let mut uses: Vec<TextRange> = uses.filter(is_use).collect();
    uses.sort_by_key(|range| range.start());
    uses.dedup();
    uses
}

/// `defaults.memory` and the binding of `memory` that it leads to.
fn member(view: &View<'_>, key: TextRange) -> LocalName {
    let arena = view.arena();
    let entry = arena.entries().find(|entry| entry.sites().any(|site| site.key == key));
    let name = entry.map_or(Symbol::COMPUTED, |entry| entry.name);
    let mut uses = Vec::new();
    for expr in arena.expr_ids() {
        let Expr::Select { path, .. } = arena.expr(expr) else { continue };
        for segment in path.iter() {
            let AttrName::Static(written, range) = *segment else { continue };
            if written != name {
                continue;
            }
            if let Some(Subject::Local { binding, range, .. }) = Subject::at(view, range.start())
                && binding.name == key
            {
                uses.push(range);
            }
        }
    }
    uses.sort_by_key(|range| range.start());
    LocalName { name, bindings: vec![key], uses, binder: Binder::Member }
}
