//! Edits that make one binding of two that Nix refuses beside each other.
//!
//! What the author has written is moved, never written anew: values keep their bytes, comments included.

use crate::Fix;
use crate::calls::library_call;
use crate::rule::RuleContext;
use crate::rules::whole_lines;
use crate::scopes::takes_argument;
use index::Resolved;
use module::arena::{BinaryOp, DuplicateAttribute, Entry, Expr, Set, Site};
use module::types::{Leaf, Type};
use module::{Arena, ExprId, SetId, Symbol};
use syntax::{TextEdit, TextRange, TextSize};

/// Makes one binding of the two; `None` where it is not clear what they would be together.
pub(crate) fn merged(context: &RuleContext<'_>, duplicate: &DuplicateAttribute) -> Option<Fix> {
    let arena = context.arena;
    if !arena.syntax_errors.is_empty() {
        return None;
    }
    let pair = Pair::of(arena, duplicate)?;
    let without = || TextEdit::delete(whole_lines(&context.data.text, pair.second.statement));
    let name = pair.name;
    if pair.second.text == pair.first.text {
        let title = format!("Remove the second `{name}`, which says the same");
        return Some(Fix::safe(title, context.file, vec![without()]));
    }
    if let (Some(into), Some(from)) = (pair.first.set(arena), pair.second.set(arena)) {
        let into = (arena.range(into.0), arena.set(into.1));
        let from = (arena.range(from.0), arena.set(from.1));
        let is_same = pair.first.around(arena, into.0) == pair.second.around(arena, from.0);
        if is_same && can_merge(arena, into.1, from.1) {
            let moved = move_bindings(arena, into.0, from.0);
            let title = format!("Merge the two sets of `{name}`");
            return Some(Fix::to_review(title, context.file, vec![moved, without()]));
        }
    }
    if let (Some(first), Some(second)) = (pair.first.value, pair.second.value)
        && is_list(arena, first)
        && is_list(arena, second)
    {
        let mut edits = enclose(arena, first);
        let second = enclosed(arena, second);
        edits.push(TextEdit::insert(pair.first.range.end(), format!(" ++ {second}")));
        edits.push(without());
        return Some(Fix::to_review(
            format!("Join the two lists of `{name}`"),
            context.file,
            edits,
        ));
    }
    if !takes_properties(context, &pair) || pair.contradicts_itself(arena) {
        return None;
    }
    let elements =
        format!("= lib.mkMerge [ {} {} ];", pair.first.element(arena), pair.second.element(arena));
    let between = arena.source(TextRange::new(pair.first_path.end(), pair.first.rest.start()));
    let space = if between.is_empty() { " " } else { "" };
    let edits = vec![TextEdit::replace(pair.first.rest, format!("{space}{elements}")), without()];
    Some(Fix::to_review(
        format!("Merge the two values of `{name}` with `lib.mkMerge`"),
        context.file,
        edits,
    ))
}

/// Two bindings of one name, each with its value.
struct Pair<'a> {
    name: Symbol,
    first_path: TextRange,
    first: Bound<'a>,
    second: Bound<'a>,
}

struct Bound<'a> {
    statement: TextRange,
    /// What follows the name, `=` or the rest of a dotted path first, and where it is.
    text: &'a str,
    rest: TextRange,
    /// The value's place, parentheses included.
    range: TextRange,
    /// `None`: the name is a part of a dotted path.
    value: Option<ExprId>,
    /// The value, or the set that the rest of the dotted path makes.
    content: ExprId,
}

impl<'a> Pair<'a> {
    fn of(arena: &'a Arena, duplicate: &DuplicateAttribute) -> Option<Pair<'a>> {
        let is_second = |entry: &&Entry| {
            entry.duplicate
                && entry.site.path == duplicate.second
                && entry.site.statement == duplicate.second_statement
        };
        arena.sets().find_map(|set| {
            let second = set.entries.iter().find(is_second)?;
            let first = set.entry(second.name)?;
            Some(Pair {
                name: second.name,
                first_path: first.site.path,
                first: Bound::of(arena, first)?,
                second: Bound::of(arena, second)?,
            })
        })
    }
}

impl Pair<'_> {
    /// Whether a dotted path and a set give one name two values.
    fn contradicts_itself(&self, arena: &Arena) -> bool {
        let is_dotted = self.first.value.is_none() || self.second.value.is_none();
        let content = |bound: &Bound<'_>| match arena.expr(bound.content) {
            Expr::Set(set) => Some(*set),
            _ => bound.set(arena).map(|(_, set)| set),
        };
        let sets = (content(&self.first), content(&self.second));
        matches!(sets, (Some(one), Some(other))
            if is_dotted && !can_merge(arena, arena.set(one), arena.set(other)))
    }
}

impl<'a> Bound<'a> {
    fn of(arena: &'a Arena, entry: &Entry) -> Option<Bound<'a>> {
        // Several statements are several places to move.
        if entry.inherited || !entry.more.is_empty() {
            return None;
        }
        let Site { path, statement, .. } = entry.site;
        let after = arena.source(TextRange::new(path.end(), statement.end()));
        let text = after.trim();
        let start = statement.end() - TextSize::of(after.trim_start());
        let rest = TextRange::new(start, statement.end());
        let value = text.starts_with('=').then_some(entry.value);
        Some(Bound {
            statement,
            text,
            rest,
            range: arena.full_range(entry.value),
            value,
            content: entry.value,
        })
    }

    /// The value as an element of a list.
    fn element(&self, arena: &Arena) -> String {
        match self.value {
            Some(value) => enclosed(arena, value),
            None => format!("{{ {} }}", self.text.trim_start_matches('.').trim_start()),
        }
    }

    /// The literal set that the value is, or that a call at its outside ends with.
    fn set(&self, arena: &Arena) -> Option<(ExprId, SetId)> {
        let mut expr = self.value?;
        loop {
            match arena.expr(expr) {
                Expr::Set(set) => return Some((expr, *set)),
                Expr::Apply { argument, .. } => {
                    // Of other functions nobody knows what they make of a larger set.
                    let call = library_call(arena, expr)?;
                    if !matches!(call.name, "mkIf" | "mkDefault" | "mkForce" | "optionalAttrs") {
                        return None;
                    }
                    expr = *argument;
                }
                _ => return None,
            }
        }
    }

    /// The value's text without that of the set in it.
    fn around<'t>(&self, arena: &'t Arena, set: TextRange) -> (&'t str, &'t str) {
        let before = arena.source(TextRange::new(self.range.start(), set.start()));
        let after = arena.source(TextRange::new(set.end(), self.range.end()));
        (before.trim(), after.trim())
    }
}

/// Whether the two sets are fine as one: nobody's names change, and none is given twice.
fn can_merge(arena: &Arena, one: &Set, other: &Set) -> bool {
    let is_plain = |set: &Set| set.scope.is_none() && set.computed.is_empty();
    is_plain(one)
        && is_plain(other)
        && other.entries.iter().all(|entry| {
            let Some(first) = one.entry(entry.name) else { return true };
            match (arena.expr(first.value), arena.expr(entry.value)) {
                (Expr::Set(one), Expr::Set(other)) => {
                    can_merge(arena, arena.set(*one), arena.set(*other))
                }
                _ => false,
            }
        })
}

/// Writes what stands between the braces of the second set at the end of the first one.
fn move_bindings(arena: &Arena, into: TextRange, from: TextRange) -> TextEdit {
    let inside = |braces: TextRange| {
        let range =
            TextRange::new(braces.start() + TextSize::new(1), braces.end() - TextSize::new(1));
        (range.start(), arena.source(range))
    };
    let (start, existing) = inside(into);
    let (_, moved) = inside(from);
    let kept = existing.trim_end();
    let at = start + TextSize::of(kept);
    let moved = moved.trim_end();
    let line = kept.rsplit('\n').next().unwrap_or_default();
    let indent = &line[..line.len() - line.trim_start().len()];
    let begins_line = moved.trim_start_matches([' ', '\t', '\r']).starts_with('\n');
    let is_tall = existing.contains('\n');
    let text = match (begins_line, is_tall) {
        (true, _) => moved.to_owned(),
        (false, true) => format!("\n{indent}{}", moved.trim_start()),
        (false, false) => format!(" {}", moved.trim_start()),
    };
    let end = start + TextSize::of(existing);
    // The brace that follows must not end up in a comment or behind a tall set's last line.
    let ends_line = existing[kept.len()..].contains('\n');
    if ends_line || !(text.contains('\n') || text.contains('#')) {
        return TextEdit::insert(at, text);
    }
    let before = &arena.text[..usize::from(into.start())];
    let line = before.rsplit('\n').next().unwrap_or_default();
    let indent = &line[..line.len() - line.trim_start().len()];
    TextEdit::replace(TextRange::new(at, end), format!("{text}\n{indent}"))
}

/// Whether `expr` is a list whatever is in it.
fn is_list(arena: &Arena, expr: ExprId) -> bool {
    match arena.expr(expr) {
        Expr::List(_) => true,
        Expr::With { body, .. } | Expr::Let { body, .. } => is_list(arena, *body),
        Expr::Binary { op: BinaryOp::Concat, left, right } => {
            is_list(arena, *left) || is_list(arena, *right)
        }
        Expr::Apply { .. } => library_call(arena, expr).is_some_and(|call| {
            matches!(
                (call.name, call.arguments.len()),
                ("optional" | "optionals" | "map" | "filter" | "concatMap", 2)
            )
        }),
        _ => false,
    }
}

/// Whether the expression has to have parentheses as an operand or an element.
fn is_open(arena: &Arena, expr: ExprId) -> bool {
    arena.full_range(expr) == arena.range(expr)
        && !matches!(
            arena.expr(expr),
            Expr::Name { .. }
                | Expr::Select { default: None, .. }
                | Expr::Set(_)
                | Expr::List(_)
                | Expr::Str { .. }
        )
}

fn enclosed(arena: &Arena, expr: ExprId) -> String {
    let text = arena.source(arena.full_range(expr));
    if is_open(arena, expr) { format!("({text})") } else { text.to_owned() }
}

/// The edits that put an expression in parentheses where it needs them.
fn enclose(arena: &Arena, expr: ExprId) -> Vec<TextEdit> {
    let range = arena.range(expr);
    match is_open(arena, expr) {
        true => vec![TextEdit::insert(range.start(), "("), TextEdit::insert(range.end(), ")")],
        false => Vec::new(),
    }
}

/// Whether `mkMerge` means something where the two stand: they are definitions of a module, one of them
/// has a property already, and no option takes the set as it is.
fn takes_properties(context: &RuleContext<'_>, pair: &Pair<'_>) -> bool {
    let arena = context.arena;
    let is_property = |bound: &Bound<'_>| {
        bound.value.and_then(|value| library_call(arena, value)).is_some_and(|call| {
            matches!(
                call.name,
                "mkIf" | "mkMerge" | "mkDefault" | "mkForce" | "mkBefore" | "mkAfter"
            )
        })
    };
    let Some(facts) = context.facts else { return false };
    let definition = facts
        .definitions
        .iter()
        .find(|definition| context.here(definition.name) == Some(pair.first_path));
    let Some(definition) = definition else { return false };
    let is_data = match context.snapshot.resolve(&definition.path) {
        Resolved::Inside { option, .. } => matches!(
            context.snapshot.option_type(&option),
            Some(Type::Leaf(Leaf::Attrs | Leaf::Raw | Leaf::Unspecified))
        ),
        _ => false,
    };
    takes_argument(arena, Symbol::new("lib"))
        && !is_data
        && (is_property(&pair.first) || is_property(&pair.second))
}
