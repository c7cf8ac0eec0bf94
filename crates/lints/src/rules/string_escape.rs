use crate::calls::applied;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::shell::Interpolation;
use crate::{Fix, Level};
use module::arena::{Expr, StrPart};
use module::{Arena, ExprId};
use syntax::{TextEdit, TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports text in strings that Nix reads otherwise than it looks:
    ///
    /// - `\${x}` in a `''` string: the backslash stays in the text, and Nix interpolates `x`;
    /// - `$\{x[@]}` and other expansions that only a shell knows, in a `''` string: the backslash stays in
    ///   the text here too, and the shell expands nothing;
    /// - `''${x}` in a string in double quotes: the two quotes stay, and Nix interpolates `x`;
    /// - `''` in embedded code, which ends the string: what follows is taken for Nix;
    /// - `${name:-default}` of the shell: Nix reads `name:-default` as a URI, and the text is just that.
    ///
    /// ## Why is this bad?
    ///
    /// The file has another text in it than its author sees, or a value that Nix cannot make sense of. In a
    /// `''` string the escapes are `''${` and `'''` (three quotes for two; four end the string).
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, ... }:
    /// {
    ///   environment.etc.hello.text = ''
    ///     dir=''${XDG_RUNTIME_DIR} host=\${config.networking.hostName} user=${user:-nobody}
    ///   '';
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, ... }:
    /// {
    ///   environment.etc.hello.text = ''
    ///     dir=''${XDG_RUNTIME_DIR} host=''${config.networking.hostName} user=''${user:-nobody}
    ///   '';
    /// }
    /// ```
    name: "string-escape",
    level: Level::Warning,
    nixos_level: Some(Level::Warning),
    summary: "An escape in a string that does not escape there.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    for id in arena.expr_ids() {
        if let Expr::Str { parts, indented } = arena.expr(id) {
            for part in parts {
                let inner = match part {
                    StrPart::Interpolation(inner) => inner,
                    StrPart::Text(range) => {
                        if *indented {
                            escaped_braces(context, *range, sink);
                        }
                        continue;
                    }
                };
                let Some(found) = Interpolation::around(arena, *inner, *indented) else {
                    continue;
                };
                let start = arena.range(id).start();
                // Where a broken string was mended, what belongs to it may stand before it.
                if found.range.start() < start {
                    continue;
                }
                let before = arena.source(TextRange::new(start, found.range.start()));
                interpolation(context, found, *inner, before, sink);
            }
        }
    }
    if arena.syntax_errors.is_empty() {
        // The call with all its arguments comes after those with fewer.
        let calls: Vec<ExprId> =
            arena.expr_ids().filter(|&id| matches!(arena.expr(id), Expr::Apply { .. })).collect();
        for &call in calls.iter().rev() {
            string_that_ends(context, call, sink);
        }
    }
}

fn interpolation(
    context: &RuleContext<'_>,
    found: Interpolation,
    inner: ExprId,
    before: &str,
    sink: &mut Sink,
) {
    let arena = context.arena;
    let signs = |length: u32, end: TextSize| TextRange::new(end - TextSize::new(length), end);
    let brace = found.range.start() + TextSize::new(2);
    if found.indented && ends_with_lone_backslash(before) {
        let fix = Fix::to_review("Escape it with `''`", context.file, vec![found.escape(arena)]);
        sink.report(
            signs(3, brace),
            "In a '' string a backslash escapes nothing: Nix keeps it and interpolates what follows. \
             Write `''${` for a plain `${`.",
        )
        .fix(Some(fix));
    } else if !found.indented && before.ends_with("''") {
        let edit = TextEdit::replace(signs(2, found.range.start()), "\\");
        let fix = Fix::to_review("Escape it with a backslash", context.file, vec![edit]);
        sink.report(
            signs(4, brace),
            "In a string in double quotes '' escapes nothing: Nix keeps the quotes and interpolates what \
             follows. Write `\\${` for a plain `${`.",
        )
        .fix(Some(fix));
    } else if is_uri(arena, inner) {
        let escape = found.escape_sign();
        let fix = Fix::to_review("Leave it to the shell", context.file, vec![found.escape(arena)]);
        let text = arena.source(arena.range(inner));
        sink.report(
            found.range,
            format!(
                "Nix reads `{text}` as a URI, and the text will be just that. Write `{escape}${{` if the \
                 shell is to put a value there."
            ),
        )
        .fix(Some(fix));
    }
}

/// `$\{` in a `''` string. In `"…"` it is a plain `${`, and Nix code in a text may have it there; so only
/// what must be an expansion of the shell counts.
fn escaped_braces(context: &RuleContext<'_>, text: TextRange, sink: &mut Sink) {
    const SIGN: &str = "$\\{";
    let source = context.arena.source(text);
    for (at, _) in source.match_indices(SIGN) {
        if source[..at].ends_with('\\') || !begins_expansion(&source[at + SIGN.len()..]) {
            continue;
        }
        let start = text.start() + TextSize::new(at as u32);
        let range = TextRange::at(start, TextSize::of(SIGN));
        let edit = TextEdit::replace(range, "''${");
        sink.report(
            range,
            "In a '' string a backslash escapes nothing: the shell gets it too, and expands nothing. Write \
             `''${` for a plain `${`.",
        )
        .fix(Some(Fix::to_review("Escape it with `''`", context.file, vec![edit])));
    }
}

/// `#entries[@]}`, `entries[@]}`, `name:=value}`: what follows `${` in a shell and in no Nix.
fn begins_expansion(text: &str) -> bool {
    let inside = text.split(['\n', '}']).next().unwrap_or_default();
    let is_closed = text[inside.len()..].starts_with('}') && !inside.ends_with('\\');
    let name = inside.trim_start_matches(['#', '!']);
    let rest = name.trim_start_matches(|ch: char| ch.is_ascii_alphanumeric() || ch == '_');
    let has_name = rest.len() < name.len();
    let is_operated = rest.starts_with(['[', ':', '%', '#', '^', ',']);
    is_closed && has_name && (is_operated || rest.is_empty() && name.len() < inside.len())
}

/// A backslash that no other one stands before: a pair may well be meant as it is.
fn ends_with_lone_backslash(text: &str) -> bool {
    let backslashes = text.len() - text.trim_end_matches('\\').len();
    backslashes % 2 == 1
}

/// An unquoted URI that is no address.
fn is_uri(arena: &Arena, expr: ExprId) -> bool {
    let Expr::Str { parts, .. } = arena.expr(expr) else { return false };
    let text = arena.source(arena.range(expr));
    parts.is_empty()
        && !text.starts_with(['"', '\''])
        && text.contains(':')
        && !text.contains("://")
}

/// A `''` string that is called like a function: its text was meant to go on.
fn string_that_ends(context: &RuleContext<'_>, call: ExprId, sink: &mut Sink) {
    let arena = context.arena;
    let Some((function, arguments)) = applied(arena, call) else { return };
    let Some(string) = bare_indented(arena, function) else { return };
    let quotes = TextRange::new(string.end() - TextSize::new(2), string.end());
    if !sink.is_first_at(quotes) {
        return;
    }
    sink.report(
        quotes,
        "These quotes end the string, and Nix takes it for a function that it calls with what follows. \
         Write `'''` for two quotes in the text.",
    )
    .fix(escaped_quotes(context, string, &arguments));
}

/// A third quote for each pair that ends the string too early or begins it again; the last one stays.
fn escaped_quotes(
    context: &RuleContext<'_>,
    string: TextRange,
    arguments: &[ExprId],
) -> Option<Fix> {
    let (last, between) = arguments.split_last()?;
    let last = bare_indented(context.arena, *last)?;
    let mut edits = vec![TextEdit::insert(string.end(), "'"), TextEdit::insert(last.start(), "'")];
    for range in between.iter().filter_map(|&argument| bare_indented(context.arena, argument)) {
        edits.extend([TextEdit::insert(range.start(), "'"), TextEdit::insert(range.end(), "'")]);
    }
    Some(Fix::to_review("Escape the quotes", context.file, edits))
}

/// The range of a `''` string without parentheses; in them it is called on purpose, whatever that may be.
fn bare_indented(arena: &Arena, expr: ExprId) -> Option<TextRange> {
    let range = arena.range(expr);
    let is_indented = matches!(arena.expr(expr), Expr::Str { indented: true, .. });
    (is_indented && arena.full_range(expr) == range).then_some(range)
}
