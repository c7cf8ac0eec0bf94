use crate::rule::{RuleContext, Sink, declare_rule};
use crate::rules::whole_lines;
use crate::scopes::used_slots;
use crate::{Fix, Level, Tag};
use module::arena::{Entry, Expr, Resolved};
use module::{Arena, ExprId};
use syntax::{TextEdit, TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a name of a `let` that nothing uses. A name that starts with `_` is left alone.
    ///
    /// ## Why is this bad?
    ///
    /// Nobody asks for the value. It may be a leftover, or a misspelt name somewhere else.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// let
    ///   port = 8080;
    ///   host = "hypervisor";
    /// in
    /// {
    ///   networking.hostName = host;
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// let
    ///   host = "hypervisor";
    /// in
    /// {
    ///   networking.hostName = host;
    /// }
    /// ```
    name: "unused-binding",
    level: Level::Hint,
    nixos_level: Some(Level::Hint),
    summary: "A name of a `let` that nothing uses.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    if !arena.syntax_errors.is_empty() {
        return;
    }
    let mut used = None;
    for id in arena.expr_ids() {
        let Expr::Let { bindings, body } = arena.expr(id) else { continue };
        let set = arena.set(*bindings);
        let Some(scope) = set.scope else { continue };
        let used = used.get_or_insert_with(|| used_slots(arena));
        let statements = set.entries.len() + set.computed.len();
        for (slot, entry) in set.entries.iter().enumerate() {
            let slot = slot as u32;
            if entry.name.as_str().starts_with('_') || entry.duplicate {
                continue;
            }
            // Whether the name is used by nobody but itself is asked only where it is used at all.
            let resolved = Resolved::Local { scope, slot };
            if used.contains(&(scope, slot)) && !is_used_by_itself_alone(arena, entry, resolved) {
                continue;
            }
            let whole = (statements == 1).then_some((id, *body));
            sink.report(entry.site.key, format!("nothing uses `{}`.", entry.name))
                .tag(Tag::Unnecessary)
                .fix(removal(context, entry, whole));
        }
    }
}

fn is_used_by_itself_alone(arena: &Arena, entry: &Entry, resolved: Resolved) -> bool {
    // Only a function can be used by itself, and sense is made of it from outside.
    let value = arena.range(entry.value);
    matches!(arena.expr(entry.value), Expr::Lambda(_))
        && arena.expr_ids().all(|id| match arena.expr(id) {
            Expr::Name { resolved: used, .. } => {
                *used != resolved || value.contains_range(arena.range(id))
            }
            _ => true,
        })
}

/// Takes the statement away; with it, where it is the only one, the `let … in`.
fn removal(
    context: &RuleContext<'_>,
    entry: &Entry,
    whole: Option<(ExprId, ExprId)>,
) -> Option<Fix> {
    let arena = context.arena;
    let text: &str = &arena.text;
    if !entry.more.is_empty() {
        return None;
    }
    let statement = match entry.inherited {
        false => entry.site.statement,
        true => inherited(text, entry.site.key)?,
    };
    let mut range = match text[std::ops::Range::<usize>::from(statement)].ends_with(';') {
        true => whole_lines(text, statement),
        // One name of several: with the space before it.
        false => {
            let before = &text[..usize::from(statement.start())];
            let blank = before.len() - before.trim_end().len();
            TextRange::new(statement.start() - TextSize::new(blank as u32), statement.end())
        }
    };
    if let Some((id, body)) = whole {
        let all = TextRange::new(arena.range(id).start(), arena.full_range(body).start());
        let (start, end) = (usize::from(all.start()), usize::from(all.end()));
        let before = &text[start..usize::from(statement.start())];
        let after = &text[usize::from(statement.end())..end];
        if before.trim() == "let" && after.trim() == "in" {
            range = all;
        }
    }
    let title = format!("Remove `{}`", entry.name);
    Some(Fix::to_review(title, context.file, vec![TextEdit::delete(range)]))
}

/// The whole `inherit` that names only this, else the name; `None` where that cannot be told.
fn inherited(text: &str, name: TextRange) -> Option<TextRange> {
    let (start, end) = (usize::from(name.start()), usize::from(name.end()));
    let rest = text[end..].trim_start();
    let before = text[..start].trim_end();
    let is_first = before.ends_with("inherit") || before.ends_with(')');
    let is_last = rest.starts_with(';');
    if !is_first || !is_last {
        return Some(name);
    }
    let keyword = match before.strip_suffix("inherit") {
        Some(keyword) => keyword.len(),
        None => {
            let open = opening(before)?;
            before[..open].trim_end().strip_suffix("inherit")?.len()
        }
    };
    let semicolon = text.len() - rest.len() + 1;
    Some(TextRange::new(TextSize::new(keyword as u32), TextSize::new(semicolon as u32)))
}

/// The parenthesis that the last one of `text` closes; `None` if strings or comments may be among them.
fn opening(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, ch) in text.char_indices().rev() {
        match ch {
            ')' => depth += 1,
            '(' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            '"' | '\'' | '#' | '/' | '\n' => return None,
            _ => {}
        }
    }
    None
}
