use crate::calls::{applied, certain_library_call};
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level};
use module::arena::Expr;
use module::{Arena, ExprId};
use syntax::{TextEdit, TextRange};

declare_rule! {
    /// ## What it does
    ///
    /// Reports an `mkIf` that has nothing but another `mkIf` in it, directly or as the only part of an
    /// `mkMerge`.
    ///
    /// ## Why is this bad?
    ///
    /// One condition says the same, and the guide keeps conditions flat.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   config = lib.mkIf config.hypervisor.web.enable (lib.mkIf config.hypervisor.web.tls {
    ///     security.acme.acceptTerms = true;
    ///   });
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   config = lib.mkIf (config.hypervisor.web.enable && config.hypervisor.web.tls) {
    ///     security.acme.acceptTerms = true;
    ///   };
    /// }
    /// ```
    name: "nested-conditional",
    level: Level::Hint,
    nixos_level: Some(Level::Hint),
    summary: "An `mkIf` directly inside an `mkIf`.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    for expr in arena.expr_ids() {
        let Some((condition, content)) = conditional(arena, expr) else { continue };
        // A merge of one is what stands in it.
        let only = only_part(arena, content).unwrap_or(content);
        let Some((inner, value)) = conditional(arena, only) else { continue };
        let Some((function, _)) = applied(arena, only) else { continue };
        sink.report(
            arena.range(function),
            "`mkIf` directly inside `mkIf`: one condition with `&&` says the same.",
        )
        .fix(combine(context, (condition, content), (inner, value)));
    }
}

/// The condition and the content of an `mkIf`.
fn conditional(arena: &Arena, expr: ExprId) -> Option<(ExprId, ExprId)> {
    let call = certain_library_call(arena, expr)?;
    match (call.name, call.arguments.as_slice()) {
        ("mkIf", [condition, content]) => Some((*condition, *content)),
        _ => None,
    }
}

/// What an `mkMerge` of a single part merges.
fn only_part(arena: &Arena, expr: ExprId) -> Option<ExprId> {
    let call = certain_library_call(arena, expr).filter(|call| call.name == "mkMerge")?;
    match (call.arguments.as_slice(), call.arguments.first().map(|list| arena.expr(*list))) {
        ([_], Some(Expr::List(items))) => match **items {
            [item] => Some(item),
            _ => None,
        },
        _ => None,
    }
}

fn combine(
    context: &RuleContext<'_>,
    (outer, content): (ExprId, ExprId),
    (inner, value): (ExprId, ExprId),
) -> Option<Fix> {
    let arena = context.arena;
    // Three in a row are made flat one after the other.
    if conditional(arena, value).is_some() {
        return None;
    }
    let operand = |expr: ExprId| {
        let text = arena.source(arena.full_range(expr));
        let is_tight = text.starts_with('(')
            || matches!(arena.expr(expr), Expr::Name { .. } | Expr::Select { .. } | Expr::Not(_));
        if is_tight { text.to_owned() } else { format!("({text})") }
    };
    let outer_range = arena.full_range(outer);
    let value_range = arena.full_range(value);
    let whole = arena.full_range(content);
    // Comments between the two are not thrown away.
    let between = TextRange::new(outer_range.end(), value_range.start());
    if arena.source(between).contains('#') || arena.source(between).contains("/*") {
        return None;
    }
    let edits = vec![
        TextEdit::replace(
            TextRange::new(outer_range.start(), value_range.start()),
            format!("({} && {}) ", operand(outer), operand(inner)),
        ),
        TextEdit::delete(TextRange::new(value_range.end(), whole.end())),
    ];
    Some(Fix::to_review("Combine the conditions", context.file, edits))
}
