use crate::Level;
use crate::rule::{RuleContext, Sink, declare_rule};
use module::arena::Expr;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a computed name in a `let`.
    ///
    /// ## Why is this bad?
    ///
    /// Nix has to know the names of a `let` when it reads the file, and refuses the file: "dynamic
    /// attributes not allowed in let".
    ///
    /// ## Example
    ///
    /// ```nix
    /// name:
    /// let
    ///   ${name} = 8080;
    /// in
    /// { inherit name; }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// name:
    /// let
    ///   ports = { ${name} = 8080; };
    /// in
    /// { inherit name ports; }
    /// ```
    name: "dynamic-let-attribute",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "A computed name in a `let`.",
    fixable: false,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    if !arena.syntax_errors.is_empty() {
        return;
    }
    for id in arena.expr_ids() {
        let Expr::Let { bindings, .. } = arena.expr(id) else { continue };
        for entry in &arena.set(*bindings).computed {
            sink.report(
                entry.site.key,
                "dynamic attributes not allowed in let: Nix refuses the file. Put the name into a \
                 set: `names = { ${…} = …; };`.",
            );
        }
    }
}
