//! Questions about names: what one is bound to, and whether another binding hides it.

use module::arena::{Entry, Expr, Param, Resolved, ScopeId, ScopeKind};
use module::{Arena, ExprId, Symbol};
use rustc_hash::FxHashSet;
use syntax::{TextRange, TextSize};

/// The `let` or `rec` binding that a resolved name means.
pub(crate) fn binding(arena: &Arena, scope: ScopeId, slot: u32) -> Option<&Entry> {
    match arena.scope(scope).kind {
        ScopeKind::Let(set) | ScopeKind::Rec(set) => arena.set(set).entries.get(slot as usize),
        ScopeKind::Lambda(_) | ScopeKind::With(_) => None,
    }
}

/// The value of the binding that `expr` names, if it is a name of a `let` or a `rec` set.
pub(crate) fn bound_value(arena: &Arena, expr: ExprId) -> Option<ExprId> {
    match arena.expr(expr) {
        Expr::Name { resolved: Resolved::Local { scope, slot }, .. } => {
            binding(arena, *scope, *slot).map(|entry| entry.value)
        }
        _ => None,
    }
}

/// The name that a chain of selections starts from: `config` in `config.a.b`.
pub(crate) fn base_name(arena: &Arena, expr: ExprId) -> Option<(ExprId, Symbol, Resolved)> {
    let mut expr = expr;
    loop {
        match arena.expr(expr) {
            Expr::Select { base, .. } => expr = *base,
            Expr::Name { name, resolved } => return Some((expr, *name, *resolved)),
            _ => return None,
        }
    }
}

/// The last name of what may be a function: `mkIf` in `lib.mkIf`.
pub(crate) fn last_name(arena: &Arena, expr: ExprId) -> Option<&'static str> {
    match arena.expr(expr) {
        Expr::Name { name, .. } => Some(name.as_str()),
        Expr::Select { path, .. } => Some(path.last()?.symbol()?.as_str()),
        _ => None,
    }
}

/// The scope of the module's own arguments, if the file is a function.
pub(crate) fn module_scope(arena: &Arena) -> Option<ScopeId> {
    let mut expr = arena.root;
    loop {
        match arena.expr(expr) {
            Expr::Lambda(lambda) => return Some(arena.lambda(*lambda).scope),
            Expr::Let { body, .. } | Expr::With { body, .. } | Expr::Assert { body, .. } => {
                expr = *body;
            }
            _ => return None,
        }
    }
}

/// Whether the file is a function that takes an argument of this name.
pub(crate) fn takes_argument(arena: &Arena, name: Symbol) -> bool {
    let Some(scope) = module_scope(arena) else { return false };
    match arena.scope(scope).kind {
        ScopeKind::Lambda(lambda) => arena.lambda(lambda).slot(name).is_some(),
        _ => false,
    }
}

/// The scopes inside a file that bind `name` anew, as ranges of text.
pub(crate) struct Shadows(Vec<TextRange>);

impl Shadows {
    /// Where `name` is bound by another scope than `own`.
    pub fn of(arena: &Arena, name: Symbol, own: Option<ScopeId>) -> Shadows {
        let binds = |expr: ExprId| match arena.expr(expr) {
            Expr::Lambda(lambda) => {
                let lambda = arena.lambda(*lambda);
                let bound = match &lambda.param {
                    Param::Name(param, _) => *param == name,
                    Param::Pattern { .. } => lambda.slot(name).is_some(),
                };
                bound && Some(lambda.scope) != own
            }
            Expr::Let { bindings: set, .. } | Expr::Set(set) => {
                let set = arena.set(*set);
                set.scope.is_some_and(|scope| Some(scope) != own) && set.entry(name).is_some()
            }
            _ => false,
        };
        Shadows(arena.expr_ids().filter(|&id| binds(id)).map(|id| arena.range(id)).collect())
    }

    pub fn hide_at(&self, offset: TextSize) -> bool {
        self.0.iter().any(|range| range.contains_inclusive(offset))
    }
}

/// The innermost scope around each expression.
pub(crate) struct Surroundings(Vec<Option<ScopeId>>);

impl Surroundings {
    pub fn of(arena: &Arena) -> Surroundings {
        let mut around = vec![None; arena.len()];
        let mut waiting = vec![(arena.root, None)];
        while let Some((id, scope)) = waiting.pop() {
            around[id.0 as usize] = scope;
            let (inner, outer) = match arena.expr(id) {
                Expr::Lambda(lambda) => (Some(arena.lambda(*lambda).scope), FxHashSet::default()),
                Expr::With { env, scope, .. } => (Some(*scope), FxHashSet::from_iter([*env])),
                Expr::Let { bindings: set, .. } | Expr::Set(set) => {
                    let set = arena.set(*set);
                    // `inherit x;` means the `x` around the set.
                    let is_outer = |entry: &&Entry| {
                        entry.inherited && matches!(arena.expr(entry.value), Expr::Name { .. })
                    };
                    let outer = set.entries.iter().filter(is_outer).map(|entry| entry.value);
                    (set.scope.or(scope), outer.collect::<FxHashSet<_>>())
                }
                _ => (scope, FxHashSet::default()),
            };
            for child in arena.children(id) {
                let own = if outer.contains(&child) { scope } else { inner };
                waiting.push((child, own));
            }
        }
        Surroundings(around)
    }

    /// The scopes around an expression, from the inside out.
    pub fn of_expr<'a>(
        &self,
        arena: &'a Arena,
        expr: ExprId,
    ) -> impl Iterator<Item = ScopeId> + use<'a> {
        outwards(arena, self.0[expr.0 as usize])
    }
}

/// A scope and those around it.
pub(crate) fn outwards(
    arena: &Arena,
    from: Option<ScopeId>,
) -> impl Iterator<Item = ScopeId> + use<'_> {
    std::iter::successors(from, |&scope| arena.scope(scope).parent)
}

/// The names that a scope binds by itself; of a `with`, none.
pub(crate) fn names_in(arena: &Arena, scope: ScopeId) -> Vec<Symbol> {
    match arena.scope(scope).kind {
        ScopeKind::Let(set) | ScopeKind::Rec(set) => {
            arena.set(set).entries.iter().map(|entry| entry.name).collect()
        }
        ScopeKind::Lambda(lambda) => match &arena.lambda(lambda).param {
            Param::Name(name, _) => vec![*name],
            Param::Pattern { formals, whole, .. } => {
                let formals = formals.iter().map(|formal| formal.name);
                formals.chain(whole.map(|(name, _)| name)).collect()
            }
        },
        ScopeKind::With(_) => Vec::new(),
    }
}

/// How many names a scope binds by itself.
pub(crate) fn count_in(arena: &Arena, scope: ScopeId) -> usize {
    match arena.scope(scope).kind {
        ScopeKind::Let(set) | ScopeKind::Rec(set) => arena.set(set).entries.len(),
        ScopeKind::Lambda(lambda) => match &arena.lambda(lambda).param {
            Param::Name(..) => 1,
            Param::Pattern { formals, whole, .. } => formals.len() + usize::from(whole.is_some()),
        },
        ScopeKind::With(_) => 0,
    }
}

/// The slots of each scope that some name in the file means.
pub(crate) fn used_slots(arena: &Arena) -> FxHashSet<(ScopeId, u32)> {
    let used = arena.expr_ids().filter_map(|id| match arena.expr(id) {
        Expr::Name { resolved: Resolved::Local { scope, slot }, .. } => Some((*scope, *slot)),
        _ => None,
    });
    used.collect()
}

/// The first name of a statement's attribute path, which is known to be `key`.
pub(crate) fn key_range(statement: TextRange, key: &str) -> TextRange {
    TextRange::at(statement.start(), TextSize::of(key))
}

pub(crate) fn is_let(arena: &Arena, scope: ScopeId) -> bool {
    matches!(arena.scope(scope).kind, ScopeKind::Let(_))
}
