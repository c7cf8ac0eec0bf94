use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level};
use module::arena::{AttrName, Expr};
use module::{Arena, ExprId, SetId};
use syntax::{TextEdit, TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports the old form of `let`, a set in braces whose `body` is the value.
    ///
    /// ## Why is this bad?
    ///
    /// Hardly anybody knows it any more, and Nix warns of it.
    ///
    /// ## Example
    ///
    /// ```nix
    /// let {
    ///   port = 8080;
    ///   body = port + 1;
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// let
    ///   port = 8080;
    /// in
    /// port + 1
    /// ```
    name: "legacy-let",
    level: Level::Warning,
    nixos_level: Some(Level::Warning),
    summary: "The old `let { …; body = …; }`.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    if !arena.syntax_errors.is_empty() {
        return;
    }
    for id in arena.expr_ids() {
        let Some((set, braces)) = legacy_let(arena, id) else { continue };
        let fix = rewritten(arena, set, braces).map(|text| {
            let edit = TextEdit::replace(braces, text);
            Fix::to_review("Rewrite as `let … in`", context.file, vec![edit])
        });
        let shown = TextRange::at(braces.start(), TextSize::of("let"));
        sink.report(
            shown,
            "`let { … }` is the old form, which Nix warns of: write `let … in` followed by what is \
             `body` here.",
        )
        .fix(fix);
    }
}

/// The arena has a `let { … }` as the selection of `body` from a set, all three in one place.
fn legacy_let(arena: &Arena, id: ExprId) -> Option<(SetId, TextRange)> {
    let Expr::Select { base, path, default: None } = arena.expr(id) else { return None };
    let Expr::Set(set) = arena.expr(*base) else { return None };
    let [AttrName::Static(_, range)] = **path else { return None };
    (range == arena.range(id)).then_some((*set, range))
}

/// The same as `let … in`; `None` where something else uses `body`.
fn rewritten(arena: &Arena, set: SetId, braces: TextRange) -> Option<String> {
    let set = arena.set(set);
    let slot = set.entries.iter().position(|entry| entry.name.as_str() == "body")?;
    let body = &set.entries[slot];
    let uses_body = crate::scopes::used_slots(arena).contains(&(set.scope?, slot as u32));
    if uses_body || body.inherited || !body.more.is_empty() || !set.computed.is_empty() {
        return None;
    }
    let text = arena.source(braces);
    let open = text.find('{')?;
    let at = |offset: TextSize| usize::from(offset - braces.start());
    let before = &text[open + 1..at(body.site.statement.start())];
    let after = &text[at(body.site.statement.end())..text.len() - 1];
    let value = arena.source(arena.full_range(body.value));
    let indent: String = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .take_while(|ch| ch.is_whitespace())
        .collect();
    let is_one_line = !text.contains('\n');
    let rest = after.trim_end();
    match is_one_line {
        true => Some(format!("let {}{} in {value}", before.trim(), spaced(rest.trim()))),
        false => {
            let outer = indent.strip_suffix("  ").unwrap_or(&indent);
            Some(format!("let{}{rest}\n{outer}in\n{outer}{value}", before.trim_end()))
        }
    }
}

fn spaced(text: &str) -> String {
    match text.is_empty() {
        true => String::new(),
        false => format!(" {text}"),
    }
}
