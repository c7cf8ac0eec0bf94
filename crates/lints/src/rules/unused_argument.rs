use crate::arguments::removal;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::scopes::used_slots;
use crate::{Fix, Level, Tag};
use module::arena::{Expr, Param};
use syntax::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports an argument that a function names in its pattern and never uses. The arguments that
    /// every module has (`config`, `lib`, `pkgs`, `options`, `modulesPath`) are left alone, and so are
    /// names that start with `_`, functions without `...` (their pattern says what callers may give),
    /// and those that use all arguments as one (`args@{ … }`).
    ///
    /// ## Why is this bad?
    ///
    /// In a module Nix looks for the argument all the same, and stops where nobody supplies it.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, inputs, ... }:
    /// {
    ///   networking.hostName = lib.mkDefault "hypervisor";
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   networking.hostName = lib.mkDefault "hypervisor";
    /// }
    /// ```
    name: "unused-argument",
    level: Level::Hint,
    nixos_level: Some(Level::Hint),
    summary: "An argument that its function never uses.",
    fixable: true,
    check: check,
}

/// What modules name by habit.
const LEFT_ALONE: [&str; 5] = ["config", "lib", "pkgs", "options", "modulesPath"];

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    if !arena.syntax_errors.is_empty() {
        return;
    }
    let mut used = None;
    for id in arena.expr_ids() {
        let Expr::Lambda(lambda) = arena.expr(id) else { continue };
        let lambda = arena.lambda(*lambda);
        let Param::Pattern { formals, ellipsis: true, whole, .. } = &lambda.param else { continue };
        let used = used.get_or_insert_with(|| used_slots(arena));
        if whole.is_some() && used.contains(&(lambda.scope, formals.len() as u32)) {
            continue;
        }
        for (slot, formal) in formals.iter().enumerate() {
            let name = formal.name.as_str();
            let is_left_alone = name.starts_with('_') || LEFT_ALONE.contains(&name);
            if is_left_alone || used.contains(&(lambda.scope, slot as u32)) {
                continue;
            }
            let fix = removal(arena, formal).map(|range| {
                let edit = TextEdit::delete(range);
                Fix::to_review(format!("Remove `{name}`"), context.file, vec![edit])
            });
            sink.report(formal.range, format!("nothing uses the argument `{name}`."))
                .tag(Tag::Unnecessary)
                .fix(fix);
        }
    }
}
