//! An `if`, an `optionalAttrs` or an `optional` that decides which definitions a module has, rewritten so
//! that the definitions stay and only their values depend on the condition.

use crate::Fix;
use crate::calls::library_call;
use crate::rule::RuleContext;
use crate::scopes::takes_argument;
use module::arena::{BinaryOp, Expr};
use module::{Arena, ExprId, Symbol};
use syntax::{TextEdit, TextRange};

/// The rewriting of the expression that asks for what stands at `at`; `None` where it would not certainly be
/// a module still.
pub(crate) fn with_mk_if(context: &RuleContext<'_>, at: TextRange) -> Option<Fix> {
    let arena = context.arena;
    if !takes_argument(arena, Symbol::new("lib")) {
        return None;
    }
    let parents = parents(arena);
    let mut candidates: Vec<(ExprId, Shaping)> = arena
        .expr_ids()
        .filter_map(|expr| Some((expr, Shaping::of(arena, expr)?)))
        .filter(|(_, shaping)| arena.full_range(shaping.condition).contains_range(at))
        .collect();
    candidates.sort_by_key(|(expr, _)| arena.range(*expr).len());
    let (expr, shaping) = candidates.into_iter().next()?;
    let parent = parents[expr.0 as usize];
    let (range, text, title) = match parent.map(|parent| (parent, arena.expr(parent))) {
        // What `//` replaces, `mkMerge` merges.
        Some((update, Expr::Binary { op: BinaryOp::Update, left, right })) => {
            let other = if *left == expr { *right } else { *left };
            if !shaping.is_set || !holds_definitions(arena, &parents, update) {
                return None;
            }
            let (mut parts, conditional) = (vec![enclosed(arena, other)], shaping.elements(arena));
            let at = if *left == expr { 0 } else { 1 };
            parts.splice(at..at, conditional);
            let text = format!("lib.mkMerge [ {} ]", parts.join(" "));
            (arena.range(update), text, "Merge the definitions with `lib.mkMerge` and `lib.mkIf`")
        }
        _ if shaping.is_set => {
            if !holds_definitions(arena, &parents, expr) {
                return None;
            }
            let elements = shaping.elements(arena);
            let text = match elements.as_slice() {
                [_] => shaping.when_true(arena),
                _ => format!("lib.mkMerge [ {} ]", elements.join(" ")),
            };
            (arena.range(expr), text, "Use `lib.mkIf`")
        }
        // The elements of a `mkMerge`.
        _ => {
            if !is_merged(arena, &parents, expr) {
                return None;
            }
            let text = format!("[ {} ]", shaping.elements(arena).join(" "));
            let is_enclosed = arena.full_range(expr) != arena.range(expr);
            let range = if is_enclosed { arena.full_range(expr) } else { arena.range(expr) };
            (range, text, "Use `lib.mkIf`")
        }
    };
    Some(Fix::to_review(title, context.file, vec![TextEdit::replace(range, text)]))
}

/// Something that is there or not.
struct Shaping {
    condition: ExprId,
    then: ExprId,
    /// `None`: nothing.
    otherwise: Option<ExprId>,
    /// A set, not a list of some.
    is_set: bool,
}

impl Shaping {
    fn of(arena: &Arena, expr: ExprId) -> Option<Shaping> {
        if let Expr::If { condition, then, otherwise } = arena.expr(expr) {
            let is_empty = matches!(arena.expr(*otherwise), Expr::Set(set)
                if arena.set(*set).entries.is_empty() && arena.set(*set).computed.is_empty());
            let otherwise = (!is_empty).then_some(*otherwise);
            return Some(Shaping { condition: *condition, then: *then, otherwise, is_set: true });
        }
        let call = library_call(arena, expr)?;
        match (call.name, call.arguments.as_slice()) {
            ("optionalAttrs" | "optional", &[condition, then]) => {
                let is_set = call.name == "optionalAttrs";
                Some(Shaping { condition, then, otherwise: None, is_set })
            }
            _ => None,
        }
    }

    fn when_true(&self, arena: &Arena) -> String {
        format!("lib.mkIf {} {}", enclosed(arena, self.condition), enclosed(arena, self.then))
    }

    /// As elements of a list.
    fn elements(&self, arena: &Arena) -> Vec<String> {
        let mut elements = vec![format!("({})", self.when_true(arena))];
        if let Some(otherwise) = self.otherwise {
            let condition = enclosed(arena, self.condition);
            let otherwise = enclosed(arena, otherwise);
            elements.push(format!("(lib.mkIf (!{condition}) {otherwise})"));
        }
        elements
    }
}

/// An expression as an argument or an element.
fn enclosed(arena: &Arena, expr: ExprId) -> String {
    let text = arena.source(arena.full_range(expr));
    let is_enclosed = arena.full_range(expr) != arena.range(expr);
    match arena.expr(expr) {
        Expr::Name { .. }
        | Expr::Select { default: None, .. }
        | Expr::Set(_)
        | Expr::List(_)
        | Expr::Str { .. } => text.to_owned(),
        _ if is_enclosed => text.to_owned(),
        _ => format!("({text})"),
    }
}

/// The expression directly around each.
pub(crate) fn parents(arena: &Arena) -> Vec<Option<ExprId>> {
    let mut parents = vec![None; arena.len()];
    for expr in arena.expr_ids() {
        for child in arena.children(expr) {
            parents[child.0 as usize] = Some(expr);
        }
    }
    parents
}

/// Whether Nix takes a property at this place: the value of a binding, perhaps inside of other properties.
pub(crate) fn holds_definitions(arena: &Arena, parents: &[Option<ExprId>], expr: ExprId) -> bool {
    let Some(parent) = parents[expr.0 as usize] else { return false };
    match arena.expr(parent) {
        Expr::Set(set) => {
            let set = arena.set(*set);
            set.entries.iter().any(|entry| entry.value == expr)
                || set.computed.iter().any(|entry| entry.value == expr)
        }
        Expr::Let { body, .. } | Expr::With { body, .. } | Expr::Assert { body, .. } => {
            *body == expr && holds_definitions(arena, parents, parent)
        }
        Expr::List(_) => is_merged(arena, parents, parent),
        Expr::Apply { .. } => library_call(arena, parent).is_some_and(|call| {
            call.name == "mkIf"
                && call.arguments.get(1) == Some(&expr)
                && holds_definitions(arena, parents, parent)
        }),
        _ => false,
    }
}

/// Whether the list is the argument of `mkMerge`, or a part of it.
fn is_merged(arena: &Arena, parents: &[Option<ExprId>], list: ExprId) -> bool {
    let Some(parent) = parents[list.0 as usize] else { return false };
    match arena.expr(parent) {
        Expr::Binary { op: BinaryOp::Concat, .. } => is_merged(arena, parents, parent),
        _ => library_call(arena, parent)
            .is_some_and(|call| call.name == "mkMerge" && call.arguments == [list]),
    }
}
