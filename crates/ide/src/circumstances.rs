//! What decides whether a value counts that an option is given: conditions and priorities.

use crate::Snapshot;
use crate::view::View;
use module::arena::{BinaryOp, Expr};
use module::facts::{ConditionId, ConditionKind, Given};
use module::{ExprId, Facts};
use syntax::TextRange;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Circumstances {
    /// Everything that must hold, as Nix; `None`: the value always counts.
    pub condition: Option<String>,
    /// The lower wins. `None`: it is not known.
    pub priority: Option<i64>,
}

/// The priority of what stands there plainly.
pub(crate) const PLAIN: i64 = 100;

/// The function of nixpkgs' `lib/modules.nix` that gives a priority.
pub(crate) fn function_of(priority: i64) -> Option<&'static str> {
    match priority {
        10 => Some("mkVMOverride"),
        50 => Some("mkForce"),
        60 => Some("mkImageMediaOverride"),
        1000 => Some("mkDefault"),
        1500 => Some("mkOptionDefault"),
        _ => None,
    }
}

impl Circumstances {
    /// As the facts of a module know them.
    pub fn of_given(snapshot: &Snapshot, facts: &Facts, given: &Given<'_>) -> Circumstances {
        let conditions = given.condition.map(|innermost| conditions(snapshot, facts, innermost));
        let condition = joined(conditions.unwrap_or_default());
        Circumstances { condition, priority: given.priority }
    }

    /// As they stand in the text around a name and in its value: for bindings that no fact speaks of, which
    /// lie in other options' values. What gives those a priority gives these none. With it, what is left of the
    /// value inside its own.
    pub fn of_text(
        view: &View<'_>,
        name: TextRange,
        mut value: Option<ExprId>,
    ) -> (Circumstances, Option<ExprId>) {
        let arena = view.arena();
        let around = arena.exprs_at(name.start()).into_iter();
        let around = around.filter_map(|expr| Property::around(view, expr, name));
        let mut conditions: Vec<Condition> = around.filter_map(|it| it.condition).collect();
        let mut priority = Some(PLAIN);
        // More than a few inside each other would not be read by anybody.
        for _ in 0..8 {
            let Some(property) = value.and_then(|value| Property::of(view, value)) else { break };
            if let Some(given) = property.priority {
                priority = given;
            }
            conditions.extend(property.condition);
            value = Some(property.content);
        }
        let texts = conditions.iter().map(|it| it.text(view)).collect();
        (Circumstances { condition: joined(texts), priority }, value)
    }
}

/// The outermost condition or priority around a name, whole.
pub(crate) fn outermost_around(view: &View<'_>, name: TextRange) -> Option<TextRange> {
    let around = view.arena().exprs_at(name.start());
    let is_around = |expr: &ExprId| Property::around(view, *expr, name).is_some();
    around.into_iter().find(is_around).map(|expr| view.arena().full_range(expr))
}

/// A call of `mkIf`, `mkForce` and the like, or an `if`.
struct Property {
    condition: Option<Condition>,
    /// The inner `None`: it is given one that is not known.
    priority: Option<Option<i64>>,
    content: ExprId,
}

struct Condition {
    expr: ExprId,
    negated: bool,
}

impl Property {
    fn of(view: &View<'_>, expr: ExprId) -> Option<Property> {
        let arena = view.arena();
        let Expr::Apply { function, argument } = *arena.expr(expr) else { return None };
        let plain = Property { condition: None, priority: None, content: argument };
        if let Some(name) = view.callee(function) {
            let priority = match name {
                "mkVMOverride" => 10,
                "mkForce" => 50,
                "mkImageMediaOverride" => 60,
                "mkDefault" => 1000,
                "mkOptionDefault" => 1500,
                _ => return None,
            };
            return Some(Property { priority: Some(Some(priority)), ..plain });
        }
        let Expr::Apply { function, argument: first } = *arena.expr(function) else { return None };
        match view.callee(function)? {
            "mkIf" | "optionalAttrs" => {
                let condition = Condition { expr: first, negated: false };
                Some(Property { condition: Some(condition), ..plain })
            }
            "mkOverride" => {
                let priority = match arena.expr(first) {
                    Expr::Int(priority) => Some(*priority),
                    _ => None,
                };
                Some(Property { priority: Some(priority), ..plain })
            }
            _ => None,
        }
    }

    /// The same, if a place lies in what it passes on.
    fn around(view: &View<'_>, expr: ExprId, place: TextRange) -> Option<Property> {
        let arena = view.arena();
        let holds = |expr: ExprId| arena.full_range(expr).contains_range(place);
        if let Expr::If { condition: expr, then, otherwise } = *arena.expr(expr) {
            let negated = holds(otherwise);
            let content = if negated { otherwise } else { then };
            let condition = Some(Condition { expr, negated });
            return holds(content).then_some(Property { condition, priority: None, content });
        }
        Property::of(view, expr).filter(|property| holds(property.content))
    }
}

impl Condition {
    fn text(&self, view: &View<'_>) -> String {
        let arena = view.arena();
        let text = first_line(arena.source(arena.range(self.expr)));
        written(text, arena.expr(self.expr), self.negated)
    }
}

/// The conditions that something stands under, outermost first.
fn conditions(snapshot: &Snapshot, facts: &Facts, innermost: ConditionId) -> Vec<String> {
    let mut all = Vec::new();
    let mut next = Some(innermost);
    while let Some(condition) = next.and_then(|id| facts.conditions.get(id.0 as usize)) {
        let text = first_line(snapshot.source(condition.at).unwrap_or("…"));
        let file = snapshot.file(condition.at.file);
        let expr = file.map_or(&Expr::Missing, |data| data.arena.expr(condition.expr));
        let negated = matches!(condition.kind, ConditionKind::Shape { negated: true });
        all.push(written(text, expr, negated));
        next = condition.outer;
    }
    all.reverse();
    all
}

/// So that it can stand beside others.
fn written(text: String, expr: &Expr, negated: bool) -> String {
    let binds_less = matches!(
        expr,
        Expr::Binary { op: BinaryOp::Or | BinaryOp::Implies, .. }
            | Expr::Let { .. }
            | Expr::With { .. }
            | Expr::If { .. }
            | Expr::Assert { .. }
    );
    let is_bracketed = text.starts_with('(') && text.ends_with(')');
    match (negated, is_bracketed) {
        (true, _) => format!("!({text})"),
        (false, false) if binds_less => format!("({text})"),
        (false, _) => text,
    }
}

fn joined(mut conditions: Vec<String>) -> Option<String> {
    conditions.dedup();
    (!conditions.is_empty()).then(|| conditions.join(" && "))
}

fn first_line(text: &str) -> String {
    match text.split_once('\n') {
        Some((first, _)) => format!("{} …", first.trim_end()),
        None => text.to_owned(),
    }
}
