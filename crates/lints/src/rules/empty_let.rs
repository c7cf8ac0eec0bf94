use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level, Tag};
use module::arena::Expr;
use syntax::{TextEdit, TextRange};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `let … in` that binds nothing.
    ///
    /// ## Why is this bad?
    ///
    /// It says nothing, and a reader stops to see why it is there.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// let in
    /// {
    ///   networking.hostName = "hypervisor";
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   networking.hostName = "hypervisor";
    /// }
    /// ```
    name: "empty-let",
    level: Level::Hint,
    nixos_level: Some(Level::Hint),
    summary: "A `let` that binds nothing.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    if !arena.syntax_errors.is_empty() {
        return;
    }
    for id in arena.expr_ids() {
        let Expr::Let { bindings, body } = arena.expr(id) else { continue };
        let set = arena.set(*bindings);
        if !set.entries.is_empty() || !set.computed.is_empty() {
            continue;
        }
        let head = TextRange::new(arena.range(id).start(), arena.full_range(*body).start());
        let words: Vec<&str> = arena.source(head).split_whitespace().collect();
        // Comments and an empty `inherit` are not thrown away unseen.
        let fix = (words == ["let", "in"]).then(|| {
            Fix::safe("Remove the empty `let`", context.file, vec![TextEdit::delete(head)])
        });
        let shown = TextRange::at(head.start(), 3.into());
        sink.report(shown, "this `let` binds nothing: remove it.").tag(Tag::Unnecessary).fix(fix);
    }
}
