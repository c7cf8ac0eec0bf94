//! What Nix certainly evaluates to learn the shape of something: the names of a set, the elements of
//! `imports`.
//!
//! Only what stands in the way in every evaluation counts. The branches of an `if`, what is to the right
//! of `&&`, a function's body: they may not be reached, so nothing is concluded from them.

use crate::calls::library_call;
use crate::scopes::binding;
use module::arena::{BinaryOp, Expr, Resolved, ScopeKind, StrPart};
use module::{Arena, ExprId, Symbol};
use rustc_hash::FxHashSet;

/// The expressions of one file that are certainly evaluated.
pub(crate) struct Forced<'a> {
    arena: &'a Arena,
    exprs: FxHashSet<ExprId>,
}

/// How far the properties around a definition (`mkIf`, `mkDefault`, …) are looked through.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Properties {
    /// Over a set of options Nix pushes every property down to the single options, for which it needs
    /// the names inside, whatever the property says.
    PushedDown,
    /// Over one option's value Nix asks the property first, and perhaps nothing more.
    AskedFirst,
}

impl<'a> Forced<'a> {
    pub fn new(arena: &'a Arena) -> Forced<'a> {
        Forced { arena, exprs: FxHashSet::default() }
    }

    pub fn contains(&self, expr: ExprId) -> bool {
        self.exprs.contains(&expr)
    }

    pub fn iter(&self) -> impl Iterator<Item = ExprId> {
        self.exprs.iter().copied()
    }

    /// `expr` itself is needed, though not what is in it.
    pub fn value(&mut self, expr: ExprId) {
        if !self.exprs.insert(expr) {
            return;
        }
        let arena = self.arena;
        match arena.expr(expr) {
            Expr::Name { resolved, .. } => self.name(*resolved),
            Expr::Str { parts, .. } | Expr::Path { parts, .. } => {
                for part in parts {
                    if let StrPart::Interpolation(inner) = part {
                        self.value(*inner);
                    }
                }
            }
            Expr::Set(set) => {
                for entry in &arena.set(*set).computed {
                    self.value(entry.name);
                }
            }
            Expr::Let { body, .. } | Expr::With { body, .. } => self.value(*body),
            Expr::If { condition, .. } => self.value(*condition),
            Expr::Assert { condition, body } => {
                self.value(*condition);
                self.value(*body);
            }
            Expr::Apply { function, .. } => {
                self.value(*function);
                self.arguments(expr);
            }
            Expr::Select { base, .. } | Expr::HasAttr { base, .. } => self.value(*base),
            Expr::Binary { op, left, right } => match op {
                BinaryOp::And | BinaryOp::Or | BinaryOp::Implies => self.value(*left),
                BinaryOp::PipeLeft => self.value(*left),
                BinaryOp::PipeRight => self.value(*right),
                _ => {
                    self.value(*left);
                    self.value(*right);
                }
            },
            Expr::Not(operand) | Expr::Negate(operand) => self.value(*operand),
            Expr::Missing
            | Expr::Int(_)
            | Expr::Float(_)
            | Expr::List(_)
            | Expr::Lambda(_)
            | Expr::Position => {}
        }
    }

    fn name(&mut self, resolved: Resolved) {
        match resolved {
            Resolved::Local { scope, slot } => {
                if let Some(entry) = binding(self.arena, scope, slot) {
                    self.value(entry.value);
                }
            }
            // The innermost `with` is asked first.
            Resolved::With(scope) => {
                if let ScopeKind::With(set) = self.arena.scope(scope).kind {
                    self.value(set);
                }
            }
            Resolved::Builtin | Resolved::Unresolved => {}
        }
    }

    /// The arguments that a function of `lib` or `builtins` looks at in any case.
    fn arguments(&mut self, call: ExprId) {
        let Some(call) = library_call(self.arena, call) else { return };
        match (call.name, call.arguments.as_slice()) {
            ("optionalAttrs" | "optional" | "optionals" | "optionalString", [condition, _])
            | ("assertMsg" | "throwIf" | "throwIfNot", [condition, ..]) => self.value(*condition),
            (
                "mapAttrs" | "mapAttrs'" | "mapAttrsToList" | "filterAttrs" | "concatMapAttrs"
                | "map" | "concatMap" | "filter" | "imap0" | "imap1",
                [_, collection],
            )
            | (
                "attrNames" | "attrValues" | "listToAttrs" | "concatLists" | "flatten" | "import"
                | "head" | "length" | "not",
                [collection],
            )
            | ("genAttrs", [collection, _]) => self.value(*collection),
            _ => {}
        }
    }

    /// The names that the set of definitions or options `expr` has.
    pub fn names(&mut self, expr: ExprId, properties: Properties) {
        self.value(expr);
        let arena = self.arena;
        match arena.expr(expr) {
            Expr::Name { resolved: Resolved::Local { scope, slot }, .. } => {
                // A name that stands for itself never ends; that is not ours to say.
                if let Some(entry) = binding(arena, *scope, *slot)
                    && !matches!(arena.expr(entry.value), Expr::Name { .. })
                {
                    self.names(entry.value, properties);
                }
            }
            Expr::Let { body, .. } | Expr::With { body, .. } | Expr::Assert { body, .. } => {
                self.names(*body, properties);
            }
            Expr::Apply { .. } => {
                for content in property_contents(arena, expr, properties) {
                    self.names(content, properties);
                }
                if let Some(list) = merged_list(arena, expr) {
                    self.value(list);
                }
            }
            _ => {}
        }
    }

    /// The elements of a list, each as far as Nix needs it to see what kind of module it is.
    pub fn elements(&mut self, list: ExprId) {
        self.value(list);
        let arena = self.arena;
        match arena.expr(list) {
            Expr::List(items) => items.iter().for_each(|&item| self.value(item)),
            Expr::Let { body, .. } | Expr::With { body, .. } | Expr::Assert { body, .. } => {
                self.elements(*body);
            }
            Expr::Binary { op: BinaryOp::Concat, left, right } => {
                self.elements(*left);
                self.elements(*right);
            }
            Expr::Name { resolved: Resolved::Local { scope, slot }, .. } => {
                if let Some(entry) = binding(arena, *scope, *slot)
                    && !matches!(arena.expr(entry.value), Expr::Name { .. })
                {
                    self.elements(entry.value);
                }
            }
            _ => {}
        }
    }

    /// The values that certainly stand at `path` below the set `expr`, each with whether a property on
    /// the way may keep Nix from looking at it.
    pub fn values_at(&self, expr: ExprId, path: &[Symbol]) -> Vec<(ExprId, bool)> {
        let mut found = Vec::new();
        descend(self.arena, expr, path, false, 0, &mut found);
        found
    }
}

/// Names that lead to names and sets inside sets, at most.
const MAX_NESTING: usize = 64;

fn descend(
    arena: &Arena,
    expr: ExprId,
    path: &[Symbol],
    conditional: bool,
    nesting: usize,
    found: &mut Vec<(ExprId, bool)>,
) {
    let Some((&name, rest)) = path.split_first() else {
        found.push((expr, conditional));
        return;
    };
    if nesting > MAX_NESTING {
        return;
    }
    let mut into = |expr, path, conditional| {
        descend(arena, expr, path, conditional, nesting + 1, found);
    };
    match arena.expr(expr) {
        Expr::Set(set) => {
            if let Some(entry) = arena.set(*set).entry(name) {
                into(entry.value, rest, conditional);
            }
        }
        Expr::Let { body, .. } | Expr::With { body, .. } | Expr::Assert { body, .. } => {
            into(*body, path, conditional);
        }
        Expr::Name { resolved: Resolved::Local { scope, slot }, .. } => {
            if let Some(entry) = binding(arena, *scope, *slot) {
                into(entry.value, path, conditional);
            }
        }
        Expr::Apply { .. } => {
            let is_merge = merged_list(arena, expr).is_some();
            for content in property_contents(arena, expr, Properties::PushedDown) {
                into(content, path, conditional || !is_merge);
            }
        }
        _ => {}
    }
}

/// What stands inside a property, where Nix looks at it.
fn property_contents(arena: &Arena, expr: ExprId, properties: Properties) -> Vec<ExprId> {
    let Some(call) = library_call(arena, expr) else { return Vec::new() };
    let pushed_down = properties == Properties::PushedDown;
    match (call.name, call.arguments.as_slice()) {
        ("mkIf" | "mkOverride", [_, content]) | ("mkDefault", [content]) if pushed_down => {
            vec![*content]
        }
        ("mkForce" | "mkBefore" | "mkAfter", [content]) | ("mkOrder", [_, content]) => {
            vec![*content]
        }
        ("mkMerge", [list]) => match arena.expr(*list) {
            Expr::List(items) => items.to_vec(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn merged_list(arena: &Arena, expr: ExprId) -> Option<ExprId> {
    let call = library_call(arena, expr)?;
    match (call.name, call.arguments.as_slice()) {
        ("mkMerge", [list]) => Some(*list),
        _ => None,
    }
}
