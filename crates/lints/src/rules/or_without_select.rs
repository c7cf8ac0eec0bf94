use crate::Level;
use crate::libraries::supplier_of;
use crate::rule::{RuleContext, Sink, declare_rule};
use module::Arena;
use module::arena::{Expr, Resolved};
use syntax::TextRange;

declare_rule! {
    /// ## What it does
    ///
    /// Reports an `or` that follows something that is no attribute selection.
    ///
    /// ## Why is this bad?
    ///
    /// `x.y or d` gives a default to a *missing attribute*. After anything else Nix takes `or` for a
    /// name, an argument like any other, and says "undefined variable 'or'"; below `with lib;` it finds
    /// the function `lib.or`, and stops at the call.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   networking.domain = config.networking.fqdn or "" + toString config.networking.search or [ ];
    ///   networking.hostName = builtins.getEnv "HOST" or "hypervisor";
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   networking.domain = config.networking.fqdn or "" + toString (config.networking.search or [ ]);
    ///   networking.hostName =
    ///     let host = builtins.getEnv "HOST"; in if host == "" then "hypervisor" else host;
    /// }
    /// ```
    name: "or-without-select",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "An `or` that gives no attribute a default.",
    fixable: false,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    if !arena.syntax_errors.is_empty() {
        return;
    }
    for id in arena.expr_ids() {
        let Expr::Apply { function, argument } = arena.expr(id) else { continue };
        let Expr::Name { name, resolved } = arena.expr(*argument) else { continue };
        if name.as_str() != "or" {
            continue;
        }
        let is_wrong = match *resolved {
            Resolved::Unresolved => true,
            // There may be a function of this name, and then only what is called tells.
            Resolved::With(scope) => {
                supplier_of(arena, scope, *name) == Some(None) || is_data(arena.expr(*function))
            }
            Resolved::Local { .. } | Resolved::Builtin => false,
        };
        if !is_wrong {
            continue;
        }
        let range = arena.range(*argument);
        sink.report(
            range,
            format!(
                "undefined variable 'or': {} is no attribute selection, so `or` is no default here. \
                 Only `x.y or default` has one, for the case that `y` is missing; for other cases \
                 write `if … then … else …`.",
                shown(arena, arena.full_range(*function)),
            ),
        );
    }
}

/// What can never be called.
fn is_data(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Str { .. } | Expr::Path { .. } | Expr::Int(_) | Expr::Float(_) | Expr::List(_)
    )
}

fn shown(arena: &Arena, range: TextRange) -> String {
    let text = arena.source(range);
    match text.contains('\n') || text.chars().count() > 40 {
        true => "what stands before it".to_owned(),
        false => format!("`{text}`"),
    }
}
