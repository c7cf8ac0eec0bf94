//! What a name means at a place of a text, whether or not it is written there.

use crate::arena::{Arena, Expr, Param, Resolved, ScopeId, ScopeKind};
use crate::{Symbol, is_global_name};
use syntax::TextSize;

impl Arena {
    /// What `name` would mean if it were written at `at`.
    pub fn resolve_at(&self, name: Symbol, at: TextSize) -> Resolved {
        let mut with = None;
        for scope in self.scopes_at(at) {
            let slot = match self.scope(scope).kind {
                ScopeKind::Let(set) | ScopeKind::Rec(set) => self
                    .set(set)
                    .entries
                    .iter()
                    .position(|entry| entry.name == name)
                    .map(|slot| slot as u32),
                ScopeKind::Lambda(lambda) => self.lambda(lambda).slot(name),
                ScopeKind::With(_) => {
                    with = with.or(Some(scope));
                    None
                }
            };
            if let Some(slot) = slot {
                return Resolved::Local { scope, slot };
            }
        }
        if is_global_name(name) {
            return Resolved::Builtin;
        }
        with.map_or(Resolved::Unresolved, Resolved::With)
    }

    /// The scopes around a place, innermost first.
    pub fn scopes_at(&self, at: TextSize) -> Vec<ScopeId> {
        let mut scopes = Vec::new();
        for expr in self.exprs_at(at) {
            match self.expr(expr) {
                Expr::Let { bindings, .. } => scopes.extend(self.set(*bindings).scope),
                Expr::Set(set) => scopes.extend(self.set(*set).scope),
                Expr::Lambda(lambda) => {
                    let lambda = self.lambda(*lambda);
                    let after_arguments = match &lambda.param {
                        Param::Name(_, range) | Param::Pattern { range, .. } => at >= range.start(),
                    };
                    scopes.extend(after_arguments.then_some(lambda.scope));
                }
                Expr::With { env, scope, .. } if at > self.full_range(*env).end() => {
                    scopes.push(*scope);
                }
                _ => {}
            }
        }
        scopes.reverse();
        scopes
    }
}
