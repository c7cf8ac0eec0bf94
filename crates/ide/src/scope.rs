//! What a name or an expression stands for at a place: which part of `config`, which binding.
//!
//! Facts know it for every expression that the module's reading has met. In a line that is just being
//! typed there is no such expression yet, so names are also looked up in the scopes around the place.

use crate::elements::{Handed, handed, iteration};
use crate::role::Walk;
use crate::view::View;
use module::arena::{BinaryOp, Expr, Param, Resolved, ScopeId, ScopeKind};
use module::facts::ReadOf;
use module::{ExprId, OptionPath, Symbol};
use std::cell::Cell;
use syntax::{TextRange, TextSize};

/// Expressions that one question looks at, at most: names stand for names that stand for names, and `with`s around
/// `with`s lead to each other in more ways than can be tried.
const MAX_LOOKS: u32 = 200;

/// A part of `config` or of `options`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    pub of: ReadOf,
    pub path: OptionPath,
}

impl Place {
    pub fn child(&self, name: Symbol) -> Place {
        Place { of: self.of, path: self.path.child(name) }
    }

    /// As it is written from the module's arguments on.
    pub fn written(&self) -> String {
        let root = match self.of {
            ReadOf::Config => "config",
            ReadOf::Options => "options",
        };
        match self.path.is_empty() {
            true => root.to_owned(),
            false => format!("{root}.{}", self.path),
        }
    }
}

/// The meaning of names at one place of a file.
pub(crate) struct Scope<'v, 'a> {
    view: &'v View<'a>,
    /// The module functions around it, with the path that their `config` stands for.
    functions: Vec<(ScopeId, OptionPath)>,
    /// What is left of [`MAX_LOOKS`].
    looks: Cell<u32>,
}

impl<'v, 'a> Scope<'v, 'a> {
    pub fn at(view: &'v View<'a>, at: TextSize) -> Scope<'v, 'a> {
        Scope { view, functions: Walk::to(view, at).functions, looks: Cell::new(0) }
    }

    /// The part of the configuration that an expression stands for.
    pub fn place_of(&self, expr: ExprId) -> Option<Place> {
        self.looks.set(MAX_LOOKS);
        self.place(expr)
    }

    /// The same for the whole expression in a piece of source.
    pub fn place_at(&self, source: TextRange) -> Option<Place> {
        let arena = self.view.arena();
        let inside = arena.expr_ids().filter(|&expr| source.contains_range(arena.range(expr)));
        // Children are lowered before their parents.
        self.place_of(inside.max_by_key(|&expr| (arena.range(expr).len(), expr))?)
    }

    /// The same for a name with its meaning.
    pub fn place_of_name(&self, name: Symbol, resolved: Resolved) -> Option<Place> {
        self.looks.set(MAX_LOOKS);
        self.named_place(name, resolved)
    }

    /// `None`: that was enough.
    fn look(&self) -> Option<()> {
        self.looks.set(self.looks.get().checked_sub(1)?);
        Some(())
    }

    fn place(&self, expr: ExprId) -> Option<Place> {
        self.look()?;
        if let Some(read) = self.view.reads().find(|read| read.expr == expr) {
            return Some(Place { of: read.of, path: read.path.clone() });
        }
        match self.view.arena().expr(expr) {
            Expr::Name { name, resolved } => self.named_place(*name, *resolved),
            Expr::Select { base, path, .. } => {
                let base = self.place(*base)?;
                let names: Vec<Symbol> =
                    path.iter().map(|name| name.symbol().unwrap_or(Symbol::COMPUTED)).collect();
                Some(Place { of: base.of, path: base.path.join(&names) })
            }
            Expr::Apply { .. } => {
                let (function, arguments) = self.view.call(expr);
                match handed(self.view.callee(function)?)? {
                    Handed::One(index) => self.element_of(*arguments.get(index)?),
                    Handed::Many(_) => None,
                }
            }
            _ => None,
        }
    }

    fn named_place(&self, name: Symbol, resolved: Resolved) -> Option<Place> {
        match resolved {
            Resolved::Local { scope, slot } => {
                let binding = self.view.binding(scope, slot)?;
                match binding.value {
                    Some(value) => self.place(value),
                    None => self
                        .argument(scope, name)
                        .or_else(|| self.argument_by_reads(scope, slot))
                        .or_else(|| self.argument_by_call(scope)),
                }
            }
            Resolved::With(scope) => self
                .withs(scope)
                .into_iter()
                .map(|place| place.child(name))
                .find(|place| self.is_declared(&place.path)),
            Resolved::Builtin | Resolved::Unresolved => None,
        }
    }

    fn is_declared(&self, written: &OptionPath) -> bool {
        let outside = || self.view.snapshot.external().resolve(written);
        self.view.snapshot.declared_path(written).is_some()
            || matches!(outside(), index::Resolved::Option(_) | index::Resolved::Group(_))
    }

    /// The parts of the configuration that `with`s put in scope, innermost first.
    pub fn withs_at(&self, at: TextSize) -> Vec<Place> {
        let innermost = self.view.arena().scopes_at(at).into_iter().next();
        self.looks.set(MAX_LOOKS);
        innermost.map(|scope| self.withs(scope)).unwrap_or_default()
    }

    fn withs(&self, innermost: ScopeId) -> Vec<Place> {
        let arena = self.view.arena();
        let mut places = Vec::new();
        let mut next = Some(innermost);
        while let Some(scope) = next.filter(|_| self.looks.get() > 0) {
            if let ScopeKind::With(env) = arena.scope(scope).kind {
                places.extend(self.place(env));
            }
            next = arena.scope(scope).parent;
        }
        places
    }

    fn argument(&self, scope: ScopeId, name: Symbol) -> Option<Place> {
        let (_, path) = self.functions.iter().find(|(function, _)| *function == scope)?;
        let of = match name.as_str() {
            "config" => ReadOf::Config,
            "options" => ReadOf::Options,
            _ => return None,
        };
        Some(Place { of, path: path.clone() })
    }

    /// A function's argument stands for what is read through it.
    fn argument_by_reads(&self, scope: ScopeId, slot: u32) -> Option<Place> {
        let arena = self.view.arena();
        self.view.reads().find_map(|read| {
            let Expr::Select { base, .. } = arena.expr(read.expr) else { return None };
            let Expr::Name { resolved, .. } = arena.expr(*base) else { return None };
            let above = read.path.len().checked_sub(read.written as usize)?;
            (*resolved == Resolved::Local { scope, slot })
                .then(|| Place { of: read.of, path: read.path[..above].into() })
        })
    }

    /// The argument of a function that is given to one like `map` stands for an element of what the other
    /// one goes through.
    fn argument_by_call(&self, scope: ScopeId) -> Option<Place> {
        let arena = self.view.arena();
        let ScopeKind::Lambda(lambda) = arena.scope(scope).kind else { return None };
        let Param::Name(_, range) = arena.lambda(lambda).param else { return None };
        let around = arena.exprs_at(range.start());
        let is_it = |expr: &ExprId| matches!(arena.expr(*expr), Expr::Lambda(id) if *id == lambda);
        let own = around.iter().position(is_it)?;
        let mut outermost = own;
        while let Some(&outer) = around[..outermost].last()
            && let Expr::Lambda(outer) = arena.expr(outer)
            && arena.lambda(*outer).body == around[outermost]
        {
            outermost -= 1;
        }
        let callback = around[outermost];
        let mut call = outermost.checked_sub(1)?;
        // The call with the arguments that follow.
        while let Some(&outer) = around[..call].last()
            && let Expr::Apply { function, .. } = arena.expr(outer)
            && *function == around[call]
        {
            call -= 1;
        }
        let (mut function, mut arguments) = self.view.call(around[call]);
        if self.view.callee(function) == Some("flip") && arguments.len() > 2 {
            function = arguments.remove(0);
            arguments.swap(0, 1);
        }
        let iteration = iteration(self.view.callee(function)?)?;
        let is_callback = arguments.get(iteration.callback) == Some(&callback);
        let collection = *arguments.get(iteration.collection)?;
        (is_callback && iteration.element == own - outermost)
            .then(|| self.element_of(collection))?
    }

    /// What any element of a list stands for, or any member of a set that members are added to freely.
    fn element_of(&self, collection: ExprId) -> Option<Place> {
        self.look()?;
        if let Some(whole) = self.place(collection) {
            let elements = [Symbol::ANY_NAME, Symbol::ANY_ELEMENT].map(|name| whole.child(name));
            return elements.into_iter().find(|element| self.is_declared(&element.path));
        }
        let arena = self.view.arena();
        match arena.expr(collection) {
            Expr::Name { resolved: Resolved::Local { scope, slot }, .. } => {
                self.element_of(self.view.binding(*scope, *slot)?.value?)
            }
            Expr::Binary { op: BinaryOp::Concat | BinaryOp::Update, left, right } => {
                self.element_of(*left).or_else(|| self.element_of(*right))
            }
            Expr::Apply { .. } => {
                let (function, arguments) = self.view.call(collection);
                match handed(self.view.callee(function)?)? {
                    Handed::Many(index) => self.element_of(*arguments.get(index)?),
                    Handed::One(_) => None,
                }
            }
            _ => None,
        }
    }
}
