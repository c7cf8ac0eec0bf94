use crate::libraries::withs;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level, Tag};
use module::arena::{Expr, Resolved, ScopeId};
use rustc_hash::FxHashSet;
use syntax::{TextEdit, TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `with` that supplies no name: everything below it is bound otherwise.
    ///
    /// ## Why is this bad?
    ///
    /// A reader, and every tool, takes any name below a `with` for one that may come from it.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// with lib;
    /// {
    ///   networking.hostName = lib.mkDefault "hypervisor";
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   networking.hostName = lib.mkDefault "hypervisor";
    /// }
    /// ```
    name: "unused-with",
    level: Level::Hint,
    nixos_level: Some(Level::Hint),
    summary: "A `with` that supplies no name.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    if !arena.syntax_errors.is_empty() {
        return;
    }
    let mut used: Option<FxHashSet<ScopeId>> = None;
    for id in arena.expr_ids() {
        let Expr::With { env, scope, body } = arena.expr(id) else { continue };
        let used = used.get_or_insert_with(|| {
            let innermost: FxHashSet<ScopeId> = arena
                .expr_ids()
                .filter_map(|id| match arena.expr(id) {
                    Expr::Name { resolved: Resolved::With(scope), .. } => Some(*scope),
                    _ => None,
                })
                .collect();
            // A name may come from any of the `with`s around it.
            innermost
                .into_iter()
                .flat_map(|scope| withs(arena, scope).map(|(scope, _)| scope))
                .collect()
        });
        if used.contains(scope) {
            continue;
        }
        let start = arena.range(id).start();
        let end = arena.full_range(*body).start();
        let between = TextRange::new(arena.full_range(*env).end(), end);
        let fix = (arena.source(between).trim() == ";").then(|| {
            let edit = TextEdit::delete(TextRange::new(start, end));
            Fix::safe("Remove the `with`", context.file, vec![edit])
        });
        let shown =
            TextRange::new(start, arena.full_range(*env).end() + semicolon(arena.source(between)));
        sink.report(shown, "no name below this `with` comes from it: remove it.")
            .tag(Tag::Unnecessary)
            .fix(fix);
    }
}

fn semicolon(between: &str) -> TextSize {
    match between.starts_with(';') {
        true => TextSize::of(';'),
        false => TextSize::new(0),
    }
}
