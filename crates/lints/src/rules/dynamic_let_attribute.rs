use crate::rule::{RuleContext, Sink, declare_rule};
use crate::scopes::bound_value;
use crate::{Fix, Level};
use module::arena::{BinaryOp, Expr, StrPart};
use module::{Arena, ExprId, PathDisplay, Symbol};
use syntax::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a computed name in a `let`. The fix writes the name itself, where the file tells it.
    ///
    /// ## Why is this bad?
    ///
    /// Nix has to know the names of a `let` when it reads the file, and refuses the file: "dynamic
    /// attributes not allowed in let".
    ///
    /// ## Example
    ///
    /// ```nix
    /// let
    ///   kind = "web";
    /// in
    /// let
    ///   ${kind + "Port"} = 8080;
    /// in
    /// { inherit webPort; }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// let
    ///   webPort = 8080;
    /// in
    /// { inherit webPort; }
    /// ```
    ///
    /// Where the name is not known before evaluation, put it into a set: `ports = { ${name} = 8080; };`.
    name: "dynamic-let-attribute",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "A computed name in a `let`.",
    fixable: true,
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
            let name = known_text(arena, entry.name, MAX_NESTING).map(|name| Symbol::new(&name));
            let advice = match name {
                Some(name) => format!("Write `{}`.", PathDisplay(&[name])),
                None => "Put the name into a set: `names = { ${…} = …; };`.".to_owned(),
            };
            let fix = name.map(|name| {
                let written = PathDisplay(&[name]).to_string();
                let title = format!("Write `{written}`");
                let edit = TextEdit::replace(entry.site.key, written);
                Fix::to_review(title, context.file, vec![edit])
            });
            let message =
                format!("dynamic attributes not allowed in let: Nix refuses the file. {advice}");
            sink.report(entry.site.key, message).fix(fix);
        }
    }
}

/// Names that lead to expressions, strings in strings and sums, at most.
const MAX_NESTING: usize = 16;

/// The string that an expression certainly is; `None` for one that a name in quotes could not hold as it is.
fn known_text(arena: &Arena, expr: ExprId, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match arena.expr(expr) {
        Expr::Str { parts, .. } => {
            let mut text = String::new();
            for part in parts {
                match part {
                    StrPart::Text(part) => text.push_str(arena.source(*part)),
                    StrPart::Interpolation(inner) => {
                        text.push_str(&known_text(arena, *inner, depth)?);
                    }
                }
            }
            (!text.contains(['"', '\'', '\\', '$', '\n'])).then_some(text)
        }
        Expr::Binary { op: BinaryOp::Add, left, right } => {
            Some(known_text(arena, *left, depth)? + &known_text(arena, *right, depth)?)
        }
        Expr::Name { .. } => known_text(arena, bound_value(arena, expr)?, depth),
        _ => None,
    }
}
