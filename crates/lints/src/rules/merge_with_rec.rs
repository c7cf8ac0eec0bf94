use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level};
use module::Location;
use module::arena::{Arena, Entry, Expr, Site};
use syntax::{TextEdit, TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a set that is written in several statements of which some are `rec` and some are not.
    ///
    /// ## Why is this bad?
    ///
    /// Nix merges them, and the first one decides for all: after `a = rec { … };` the values of `a.b = …`
    /// see the names of the recursive set, and a `rec` that comes second counts for nothing.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   environment.variables = rec {
    ///     EDITOR = "vim";
    ///     VISUAL = EDITOR;
    ///   };
    ///   environment.variables.PAGER = "less";
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   environment.variables = rec {
    ///     EDITOR = "vim";
    ///     VISUAL = EDITOR;
    ///     PAGER = "less";
    ///   };
    /// }
    /// ```
    name: "merge-with-rec",
    level: Level::Warning,
    nixos_level: Some(Level::Warning),
    summary: "A recursive set and others that are merged with it.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    for id in arena.expr_ids() {
        let (Expr::Set(set) | Expr::Let { bindings: set, .. }) = arena.expr(id) else { continue };
        for entry in &arena.set(*set).entries {
            let Expr::Set(merged) = arena.expr(entry.value) else { continue };
            let first_is_rec = arena.set(*merged).scope.is_some();
            for site in &entry.more {
                match (first_is_rec, begins_with_rec(arena, site)) {
                    (true, false) => added_to_rec(context, entry, site, sink),
                    (false, true) => {
                        sink.report(
                            site.key,
                            format!(
                                "Nix merges this set with the one above, which is not recursive: the \
                                 `rec` counts for nothing. Write `{}` in one piece.",
                                entry.name
                            ),
                        )
                        .related(
                            Location::new(context.file, entry.site.key),
                            "the first part is here",
                        );
                    }
                    _ => {}
                }
            }
        }
    }
}

fn added_to_rec(context: &RuleContext<'_>, entry: &Entry, site: &Site, sink: &mut Sink) {
    sink.report(
        site.key,
        format!(
            "Nix merges this with the recursive set above, whose names it sees from here on. Write `{}` in \
             one piece.",
            entry.name
        ),
    )
    .related(Location::new(context.file, entry.site.key), "the recursive set is here")
    .fix(moved_into(context, entry, site));
}

/// Whether the statement gives the name a `rec { … }`.
fn begins_with_rec(arena: &Arena, site: &Site) -> bool {
    let rest = arena.source(TextRange::new(site.path.end(), site.statement.end()));
    let value = rest.trim_start().strip_prefix('=').map(str::trim_start);
    value
        .and_then(|value| value.strip_prefix("rec"))
        .is_some_and(|rest| rest.starts_with(|ch: char| ch.is_whitespace() || ch == '{'))
}

/// `a.b = 1;` becomes `b = 1;` at the end of the recursive set, where Nix reads it anyway.
fn moved_into(context: &RuleContext<'_>, entry: &Entry, site: &Site) -> Option<Fix> {
    let arena = context.arena;
    let rest = TextRange::new(site.path.end(), site.statement.end());
    let inner = arena.source(rest).trim_start().strip_prefix('.')?.trim_start();
    let first = entry.site.statement;
    let body = arena.source(first).strip_suffix(';')?.trim_end().strip_suffix('}')?;
    let last = body.trim_end();
    let at = first.start() + TextSize::of(last);
    let line = last.rsplit('\n').next().unwrap_or_default();
    let text = match last.contains('\n') {
        true => format!("\n{}{inner}", &line[..line.len() - line.trim_start().len()]),
        false => format!(" {inner}"),
    };
    let text_of_file: &str = &context.data.text;
    let lines = crate::rules::whole_lines(text_of_file, site.statement);
    let edits = vec![TextEdit::insert(at, text), TextEdit::delete(lines)];
    Some(Fix::safe("Move it into the set", context.file, edits))
}
