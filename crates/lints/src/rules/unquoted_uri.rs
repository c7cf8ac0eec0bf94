use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level};
use module::arena::{Expr, StrPart};
use module::{Arena, ExprId};
use syntax::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports an address that is written without quotes.
    ///
    /// ## Why is this bad?
    ///
    /// It is deprecated (RFC 45), Nix can be told to refuse it, and `x:x` without a space is such an
    /// address too, where a function was meant.
    ///
    /// ## Example
    ///
    /// ```nix
    /// {
    ///   nix.settings.substituters = [ https://cache.nixos.org ];
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// {
    ///   nix.settings.substituters = [ "https://cache.nixos.org" ];
    /// }
    /// ```
    name: "unquoted-uri",
    level: Level::Warning,
    nixos_level: Some(Level::Warning),
    summary: "An address without quotes.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    for id in arena.expr_ids() {
        let Expr::Str { parts, .. } = arena.expr(id) else { continue };
        let range = arena.range(id);
        let text = arena.source(range);
        if !parts.is_empty() || text.is_empty() || text.starts_with(['"', '\'']) {
            continue;
        }
        let (advice, fix) = match text.contains("://") {
            true => {
                let edit = TextEdit::replace(range, format!("\"{text}\""));
                let fix = Fix::safe("Put it in quotes", context.file, vec![edit]);
                ("write it in quotes", Some(fix))
            }
            // `${name:-default}` is a shell's, and quotes would not mend it.
            false if is_interpolated(arena, id) => continue,
            false => {
                ("write it in quotes, or a space after the colon if a function is meant", None)
            }
        };
        sink.report(range, format!("an address without quotes is deprecated: {advice}.")).fix(fix);
    }
}

/// Whether `${…}` of a string holds just this expression.
fn is_interpolated(arena: &Arena, id: ExprId) -> bool {
    arena.expr_ids().any(|other| match arena.expr(other) {
        Expr::Str { parts, .. } => parts.contains(&StrPart::Interpolation(id)),
        _ => false,
    })
}
