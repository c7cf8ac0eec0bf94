use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level, Tag};
use module::arena::{Expr, Resolved, ScopeId};
use rustc_hash::FxHashSet;
use syntax::{TextEdit, TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `rec` set in which nothing refers to the set's own names.
    ///
    /// ## Why is this bad?
    ///
    /// The set's names hide those around it: whoever adds one later may change the meaning of another,
    /// up to "infinite recursion encountered".
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   environment.variables = rec {
    ///     EDITOR = "vi";
    ///     PAGER = "less";
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   environment.variables = {
    ///     EDITOR = "vi";
    ///     PAGER = "less";
    ///   };
    /// }
    /// ```
    name: "redundant-rec",
    level: Level::Hint,
    nixos_level: Some(Level::Hint),
    summary: "A `rec` that nothing needs.",
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
        let Expr::Set(set) = arena.expr(id) else { continue };
        let set = arena.set(*set);
        let Some(scope) = set.scope else { continue };
        let text = arena.source(set.range);
        let Some(rest) = text.strip_prefix("rec") else { continue };
        let blank = rest.len() - rest.trim_start().len();
        // Nix gives `__overrides` a meaning of its own in a `rec` set.
        if set.entries.iter().any(|entry| entry.name.as_str() == "__overrides") {
            continue;
        }
        let used = used.get_or_insert_with(|| {
            let scopes = arena.expr_ids().filter_map(|id| match arena.expr(id) {
                Expr::Name { resolved: Resolved::Local { scope, .. }, .. } => Some(*scope),
                _ => None,
            });
            scopes.collect()
        });
        if used.contains(&scope) {
            continue;
        }
        let keyword = TextRange::at(set.range.start(), TextSize::of("rec"));
        let removed = TextRange::new(keyword.start(), keyword.end() + TextSize::new(blank as u32));
        let fix = rest
            .trim_start()
            .starts_with('{')
            .then(|| Fix::safe("Remove `rec`", context.file, vec![TextEdit::delete(removed)]));
        sink.report(keyword, "nothing in this set refers to its own names: `rec` is not needed.")
            .tag(Tag::Unnecessary)
            .fix(fix);
    }
}
