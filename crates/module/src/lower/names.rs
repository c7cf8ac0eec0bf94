//! Which binding a name means, while lowering walks through scopes.

use crate::Symbol;
use crate::arena::{Resolved, ScopeId};
use crate::library::is_global_name;
use rustc_hash::FxHashMap;

/// The scopes that are open at the moment.
#[derive(Default)]
pub(super) struct Names {
    /// For each name, its bindings, innermost last.
    bound: FxHashMap<Symbol, Vec<(ScopeId, u32)>>,
    /// All open scopes, and the `with`s among them.
    open: Vec<ScopeId>,
    withs: Vec<ScopeId>,
}

impl Names {
    pub fn innermost(&self) -> Option<ScopeId> {
        self.open.last().copied()
    }

    pub fn enter(&mut self, scope: ScopeId, slots: &[Symbol]) {
        self.open.push(scope);
        for (slot, &name) in slots.iter().enumerate() {
            let bindings = self.bound.entry(name).or_default();
            // Of two slots with one name the first counts; the second is an error of its own.
            if bindings.last().is_none_or(|&(innermost, _)| innermost != scope) {
                bindings.push((scope, slot as u32));
            }
        }
    }

    pub fn leave(&mut self, scope: ScopeId, slots: impl IntoIterator<Item = Symbol>) {
        for name in slots {
            if let Some(bindings) = self.bound.get_mut(&name)
                && bindings.last().is_some_and(|&(innermost, _)| innermost == scope)
            {
                bindings.pop();
            }
        }
        self.open.pop();
    }

    pub fn enter_with(&mut self, scope: ScopeId) {
        self.open.push(scope);
        self.withs.push(scope);
    }

    pub fn leave_with(&mut self) {
        self.open.pop();
        self.withs.pop();
    }

    /// Nix's order: lexical bindings, then what Nix itself supplies, then the `with`s.
    pub fn resolve(&self, name: Symbol) -> Resolved {
        if let Some(&(scope, slot)) = self.bound.get(&name).and_then(|bindings| bindings.last()) {
            return Resolved::Local { scope, slot };
        }
        if is_global_name(name) {
            return Resolved::Builtin;
        }
        match self.withs.last() {
            Some(&scope) => Resolved::With(scope),
            None => Resolved::Unresolved,
        }
    }
}
