use crate::libraries::{known_set, supplier_of, withs};
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::scopes::Shadows;
use crate::{Fix, Level};
use module::arena::{Expr, Resolved, ScopeId};
use module::{Arena, ExprId};
use syntax::{TextEdit, TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `with` around a whole module.
    ///
    /// ## Why is this bad?
    ///
    /// Nobody can see any more where a name comes from, a misspelt one is found only when it is
    /// evaluated, and `with pkgs;` around a module ends in infinite recursion.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// with lib;
    /// {
    ///   networking.hostName = mkDefault "hypervisor";
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
    name: "top-level-with",
    level: Level::Hint,
    nixos_level: Some(Level::Hint),
    summary: "A `with` around a whole module.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    if context.facts.is_none() || !arena.syntax_errors.is_empty() {
        return;
    }
    let mut expr = arena.root;
    loop {
        expr = match arena.expr(expr) {
            Expr::Lambda(lambda) => arena.lambda(*lambda).body,
            Expr::Let { body, .. } | Expr::Assert { body, .. } => *body,
            Expr::With { env, scope, body } => {
                let with = With { whole: expr, env: *env, scope: *scope, body: *body };
                let env = arena.source(arena.range(*env));
                let shown =
                    TextRange::new(arena.range(expr).start(), arena.full_range(with.env).end());
                sink.report(
                    shown,
                    format!(
                        "`with {env}` around the whole module hides where names come from: write \
                         `{env}.` before them, or `inherit ({env})` the few that are used."
                    ),
                )
                .fix(qualified(context, &with));
                *body
            }
            _ => return,
        };
    }
}

struct With {
    whole: ExprId,
    env: ExprId,
    scope: ScopeId,
    body: ExprId,
}

/// Every name that this `with` supplies with its set before it; `None` if it is not certain for one of
/// them where it comes from.
fn qualified(context: &RuleContext<'_>, with: &With) -> Option<Fix> {
    let arena = context.arena;
    known_set(arena, with.env)?;
    let Expr::Name { name: env, resolved: Resolved::Local { .. } | Resolved::Builtin } =
        arena.expr(with.env)
    else {
        return None;
    };
    let own = match arena.expr(with.env) {
        Expr::Name { resolved: Resolved::Local { scope, .. }, .. } => Some(*scope),
        _ => None,
    };
    let shadows = Shadows::of(arena, *env, own);
    let mut edits = Vec::new();
    for id in arena.expr_ids() {
        let Expr::Name { name, resolved: Resolved::With(scope) } = arena.expr(id) else { continue };
        if !withs(arena, *scope).any(|(scope, _)| scope == with.scope) {
            continue;
        }
        // `or` is written like a name, and is none.
        let (supplier, _) = supplier_of(arena, *scope, *name)??;
        if supplier != with.scope {
            continue;
        }
        let range = arena.range(id);
        if name.as_str() == "or" || shadows.hide_at(range.start()) || is_inherited(arena, id) {
            return None;
        }
        edits.push(TextEdit::insert(range.start(), format!("{env}.")));
    }
    edits.sort_by_key(|edit| edit.range.start());
    // `inherit (types) a b;` is one name in the text and two in the arena.
    edits.dedup();
    let start = arena.range(with.whole).start();
    let end = arena.full_range(with.body).start();
    let between = TextRange::new(arena.full_range(with.env).end(), end);
    let removed = match arena.source(between).trim() == ";" {
        true => TextRange::new(start, end),
        // A comment in between stays.
        false => {
            let semicolon = arena.source(between).find(';')?;
            TextRange::new(start, between.start() + TextSize::new(semicolon as u32 + 1))
        }
    };
    edits.push(TextEdit::delete(removed));
    let title = format!("Write `{env}.` before each name");
    Some(Fix::to_review(title, context.file, edits))
}

fn is_inherited(arena: &Arena, id: ExprId) -> bool {
    arena.expr_ids().any(|set| match arena.expr(set) {
        Expr::Set(set) | Expr::Let { bindings: set, .. } => {
            arena.set(*set).entries.iter().any(|entry| entry.inherited && entry.value == id)
        }
        _ => false,
    })
}
