//! Names that stand for a part of `config`, written out where they are used: one of them, or all of a file.

use crate::Fix;
use crate::rule::RuleContext;
use crate::rules::whole_lines;
use crate::scopes::Shadows;
use module::ExprId;
use module::arena::{AttrName, Expr, Resolved, Set};
use module::facts::OuterBinding;
use syntax::{TextEdit, TextRange, TextSize};

/// Writes the path in each place where the name is used, and removes the binding. Only for a plain
/// `name = config.a.b;`, and only where the result certainly means the same.
pub(crate) fn inline(context: &RuleContext<'_>, binding: &OuterBinding) -> Option<Fix> {
    let plan = Inlining::of(context, binding)?;
    let title = format!("Write `{}` wherever `{}` is used", plan.written, plan.name);
    Some(Fix::to_review(title, context.file, edits(context, &[plan])?))
}

/// As [`inline`], for as many of the bindings as can go together; `None` where that is not more than one.
pub(crate) fn inline_all<'a>(
    context: &RuleContext<'_>,
    bindings: impl Iterator<Item = &'a OuterBinding>,
) -> Option<Fix> {
    let mut plans: Vec<Inlining<'_>> = Vec::new();
    for plan in bindings.filter_map(|binding| Inlining::of(context, binding)) {
        if plans.iter().all(|other| !plan.is_used_in(other) && !other.is_used_in(&plan)) {
            plans.push(plan);
        }
    }
    if plans.len() < 2 {
        return None;
    }
    let title = format!("Write out all {} such names of this file", plans.len());
    Some(Fix::to_review(title, context.file, edits(context, &plans)?))
}

/// What it takes to do without one binding.
struct Inlining<'a> {
    name: module::Symbol,
    /// What is written instead of the name.
    written: &'a str,
    uses: Vec<TextRange>,
    statement: TextRange,
    /// The bindings of the `let` that it is one of.
    set: &'a Set,
    place: Place,
}

impl<'a> Inlining<'a> {
    fn of(context: &RuleContext<'a>, binding: &OuterBinding) -> Option<Inlining<'a>> {
        let arena = context.arena;
        let Expr::Select { base, path, default: None } = arena.expr(binding.value) else {
            return None;
        };
        let is_static = path.iter().all(|name| matches!(name, AttrName::Static(..)));
        let Expr::Name { name: base_name, resolved: Resolved::Local { scope: base_scope, .. } } =
            arena.expr(*base)
        else {
            return None;
        };
        let written = arena.source(arena.range(binding.value));
        if !is_static || !is_one_line(written) {
            return None;
        }
        let (set, place) = find_binding(context, binding)?;
        let shadows = Shadows::of(arena, *base_name, Some(*base_scope));
        let uses = uses(context, &place)?;
        let is_possible = |range: &TextRange| {
            !binding.statement.contains_range(*range) && !shadows.hide_at(range.start())
        };
        let statement = binding.statement;
        let plan = Inlining { name: binding.name, written, uses, statement, set, place };
        plan.uses.iter().all(is_possible).then_some(plan)
    }

    fn is_used_in(&self, other: &Inlining<'_>) -> bool {
        self.uses.iter().any(|range| other.statement.contains_range(*range))
    }
}

/// The edits of all of them, the removal of their bindings among them.
fn edits(context: &RuleContext<'_>, plans: &[Inlining<'_>]) -> Option<Vec<TextEdit>> {
    let mut edits = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        edits.extend(plan.uses.iter().map(|range| TextEdit::replace(*range, plan.written)));
        let is_same = |other: &&Inlining<'_>| other.place.whole == plan.place.whole;
        if !plans[..index].iter().any(|other| is_same(&other)) {
            let mut statements: Vec<TextRange> =
                plans.iter().filter(is_same).map(|other| other.statement).collect();
            statements.sort_by_key(|statement| statement.start());
            edits.extend(removal(context, &statements, plan.set, &plan.place)?);
        }
    }
    Some(edits)
}

fn is_one_line(text: &str) -> bool {
    !text.contains(['\n', '\r', '#'])
}

/// Where the binding lives.
struct Place {
    resolved: Resolved,
    body: ExprId,
    /// The `let` expression.
    whole: ExprId,
}

fn find_binding<'a>(context: &RuleContext<'a>, binding: &OuterBinding) -> Option<(&'a Set, Place)> {
    let arena = context.arena;
    arena.expr_ids().find_map(|id| {
        let Expr::Let { bindings, body } = arena.expr(id) else { return None };
        let set = arena.set(*bindings);
        let slot = set.entries.iter().position(|entry| entry.value == binding.value)?;
        let entry = &set.entries[slot];
        if entry.inherited || entry.duplicate || !entry.more.is_empty() {
            return None;
        }
        let resolved = Resolved::Local { scope: set.scope?, slot: slot as u32 };
        Some((set, Place { resolved, body: *body, whole: id }))
    })
}

/// Every place that names the binding; `None` if one of them cannot hold a path (`inherit cfg;`).
fn uses(context: &RuleContext<'_>, place: &Place) -> Option<Vec<TextRange>> {
    let arena = context.arena;
    let is_use = |id: ExprId| match arena.expr(id) {
        Expr::Name { resolved, .. } => *resolved == place.resolved,
        _ => false,
    };
    for id in arena.expr_ids() {
        let (Expr::Set(set) | Expr::Let { bindings: set, .. }) = arena.expr(id) else { continue };
        let mut inherited = arena.set(*set).entries.iter().filter(|entry| entry.inherited);
        if inherited.any(|entry| is_use(entry.value)) {
            return None;
        }
    }
    let mut ranges: Vec<TextRange> =
        arena.expr_ids().filter(|&id| is_use(id)).map(|id| arena.range(id)).collect();
    ranges.sort_by_key(|range| (range.start(), range.end()));
    // `inherit (cfg) a b;` reads `cfg` once for each name, all at one place.
    ranges.dedup();
    Some(ranges)
}

/// The edits that take these bindings of one `let` away; with them, if there are no others, the `let … in`.
fn removal(
    context: &RuleContext<'_>,
    statements: &[TextRange],
    set: &Set,
    place: &Place,
) -> Option<Vec<TextEdit>> {
    let text: &str = &context.data.text;
    if set.entries.len() + set.computed.len() > statements.len() {
        let lines = statements.iter().map(|&statement| whole_lines(text, statement));
        return Some(lines.map(TextEdit::delete).collect());
    }
    let start = context.arena.range(place.whole).start();
    let body = context.arena.full_range(place.body).start();
    let (first, last) = (statements.first()?, statements.last()?);
    let before = text.get(usize::from(start)..usize::from(first.start()))?;
    let after = text.get(usize::from(last.end())..usize::from(body))?;
    let is_bare = statements.windows(2).all(|pair| {
        let between = TextRange::new(pair[0].end(), pair[1].start());
        text[between].trim().is_empty()
    });
    if is_bare && before.trim() == "let" && after.trim() == "in" {
        return Some(vec![TextEdit::delete(TextRange::new(start, body))]);
    }
    // Comments stay: only the two keywords and the bindings go.
    let keyword = before.strip_prefix("let")?;
    let keyword = before.len() - keyword.trim_start().len();
    let comments = after.trim_end();
    let keyword_in = comments.strip_suffix("in")?;
    if !keyword_in.ends_with(char::is_whitespace) {
        return None;
    }
    let keyword = TextRange::at(start, TextSize::new(keyword as u32));
    let in_start = last.end() + TextSize::of(keyword_in);
    let mut edits = vec![TextEdit::delete(keyword)];
    edits.extend(statements.iter().map(|&statement| {
        let lines = whole_lines(text, statement);
        let start = lines.start().max(keyword.end());
        // Behind the keyword's own line the next one begins, without its indentation.
        let rest = &text[usize::from(lines.end())..];
        let indent = match lines.start() < start {
            true => rest.len() - rest.trim_start_matches([' ', '\t']).len(),
            false => 0,
        };
        let end = lines.end() + TextSize::new(indent as u32);
        TextEdit::delete(TextRange::new(start, end.min(in_start)))
    }));
    edits.push(TextEdit::delete(TextRange::new(in_start, body)));
    Some(edits)
}
