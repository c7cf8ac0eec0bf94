//! The edit that makes a definition depend on whether its option exists.

use crate::Fix;
use crate::arguments::new_module_argument;
use crate::rule::RuleContext;
use crate::rules::whole_lines;
use crate::scopes::takes_argument;
use crate::shaping::{holds_definitions, parents};
use module::arena::{Entry, Expr, Set, Site};
use module::{ExprId, OptionPath, Symbol};
use syntax::{TextEdit, TextRange};

/// Puts the statement that begins at `name`, and the others that add to the same name, under
/// `lib.optionalAttrs (options ? …)`, with `missing` as the option or group that has to exist. Nix refuses the name itself, so the condition has to stand above it:
/// on an element of a `lib.mkMerge` beside the set that the statement stands in.
pub(crate) fn only_if_declared(
    context: &RuleContext<'_>,
    name: TextRange,
    missing: &OptionPath,
) -> Option<Fix> {
    let arena = context.arena;
    if !arena.syntax_errors.is_empty() || !takes_argument(arena, Symbol::new("lib")) {
        return None;
    }
    let mut edits = Vec::new();
    if !takes_argument(arena, Symbol::new("options")) {
        edits.push(new_module_argument(arena, "options")?);
    }
    let Statements { set_at, set, entry, site, all } = statements_at(context, name)?;
    let condition = format!("lib.optionalAttrs (options ? {missing})");
    let shape = &context.facts?.shape;
    if shape.body.is_some_and(|(body, _)| body == set_at) {
        // The module's own set can be no `mkMerge`; a name that it has once can have the condition.
        if !shape.shorthand || !entry.more.is_empty() {
            return None;
        }
        let statement = site.statement;
        let rest = arena.source(TextRange::new(site.path.end(), statement.end()));
        let rest = rest.trim_start().strip_prefix('.')?.trim_start();
        let key = arena.source(site.key);
        let text = format!("{key} = {condition} {{ {rest} }};");
        edits.push(TextEdit::replace(statement, text));
    } else {
        if !holds_definitions(arena, &parents(arena), set_at) {
            return None;
        }
        let range = set.range;
        let text: &str = &context.data.text;
        let is_value = text[..usize::from(range.start())].trim_end().ends_with('=');
        let is_enclosed = is_value || arena.full_range(set_at) != range;
        let [open, close] = if is_enclosed { ["", ""] } else { ["(", ")"] };
        edits.push(TextEdit::insert(range.start(), format!("{open}lib.mkMerge [ ")));
        edits.extend(all.iter().map(|statement| TextEdit::delete(whole_lines(text, *statement))));
        let written: Vec<&str> = all.iter().map(|statement| arena.source(*statement)).collect();
        let element = format!(" ({condition} {{ {} }}) ]{close}", written.join(" "));
        edits.push(TextEdit::insert(range.end(), element));
    }
    Some(Fix::to_review(format!("Define it only where `{missing}` exists"), context.file, edits))
}

/// Statements of one set that add to one name.
struct Statements<'a> {
    /// The set, which is written with braces.
    set_at: ExprId,
    set: &'a Set,
    /// What the first name of the statements' attribute paths is in the set.
    entry: &'a Entry,
    site: Site,
    /// All of them, in the order of the text.
    all: Vec<TextRange>,
}

/// The statements that add to the last name of `name`, the first part of the attribute path of one of them;
/// `None` if they do not stand in one set.
fn statements_at<'a>(context: &RuleContext<'a>, name: TextRange) -> Option<Statements<'a>> {
    let arena = context.arena;
    let named = arena.entries().find(|entry| entry.sites().any(|site| site.path == name))?;
    let mut all: Vec<TextRange> = named.sites().map(|site| site.statement).collect();
    all.sort_by_key(|statement| statement.start());
    let sets = arena.expr_ids().filter_map(|id| match arena.expr(id) {
        Expr::Set(set) => Some((id, arena.set(*set))),
        _ => None,
    });
    let mut found = sets.filter_map(|(set_at, set)| {
        let is_written = !set.implicit && set.scope.is_none();
        let own = set.entries.iter().filter(|entry| is_written && !entry.inherited);
        let mut sites = own.flat_map(|entry| entry.sites().map(move |site| (entry, *site)));
        let (entry, site) = sites.find(|(_, site)| {
            site.path.start() == name.start() && name.contains_range(site.path)
        })?;
        let is_here = |statement: &TextRange| {
            set.range.contains_range(*statement)
                && entry.sites().any(|site| site.statement == *statement)
        };
        all.iter().all(is_here).then_some((set_at, set, entry, site))
    });
    let (set_at, set, entry, site) = found.next()?;
    drop(found);
    Some(Statements { set_at, set, entry, site, all })
}
