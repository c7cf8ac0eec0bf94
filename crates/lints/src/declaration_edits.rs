//! Edits that add to declarations: a binding in an option's arguments, a switch or another option beside an
//! option.

use crate::Fix;
use crate::rule::RuleContext;
use crate::scopes::takes_argument;
use module::arena::{BinaryOp, Expr, Set, StrPart};
use module::facts::{Known, Read, ReadOf};
use module::{OptionPath, Symbol, is_identifier};
use syntax::{TextEdit, TextRange, TextSize};

/// Writes a binding before the first one of a set; `None` for a set without any.
pub(crate) fn first_binding(text: &str, set: &Set, binding: &str) -> Option<TextEdit> {
    let start = set.range.start() + TextSize::new(1);
    let first = set.entries.iter().map(|entry| entry.site.statement.start()).min()?;
    let between = text.get(usize::from(start)..usize::from(first))?;
    // A comment belongs to what follows it.
    let separator = if between.trim().is_empty() && !between.is_empty() { between } else { " " };
    Some(TextEdit::insert(start, format!("{separator}{binding}")))
}

/// Declares `enable` in a group of options, before the first one of it that stands in this file.
pub(crate) fn declare_enable(context: &RuleContext<'_>, group: &OptionPath) -> Option<Fix> {
    // Where another module has the switch a second one would clash with it.
    let is_taken = context.snapshot.is_option(&group.child(Symbol::new("enable")));
    if is_taken || !takes_argument(context.arena, Symbol::new("lib")) {
        return None;
    }
    let sibling = context.facts?.declarations.iter().find(|declaration| {
        declaration.path.parent().is_some_and(|parent| parent == *group)
            && context.here(declaration.at).is_some()
    })?;
    let at = sibling.at.text_range().start();
    let before = context.arena.source(TextRange::new(at, sibling.name.text_range().start()));
    // An option whose name is no plain part of a path stands elsewhere than it is declared.
    if !(before.is_empty() || before.ends_with('.')) {
        return None;
    }
    let line = context.data.text[..usize::from(at)].rsplit('\n').next().unwrap_or_default();
    let space = match line.trim().is_empty() {
        true => format!("\n{line}"),
        false => " ".to_owned(),
    };
    let topic = group.last().map_or("this", |name| name.as_str());
    let text = format!("{before}enable = lib.mkEnableOption \"{topic}\";{space}");
    let title = format!("Declare `{group}.enable`");
    Some(Fix::to_review(title, context.file, vec![TextEdit::insert(at, text)]))
}

/// Declares an option in a group of this module, behind the last option of that group that stands in this
/// file. Its type is that of the values it is given in the tree, or what this module's reads of it need;
/// `None` where these do not tell.
pub(crate) fn declare_option(context: &RuleContext<'_>, path: &OptionPath) -> Option<Fix> {
    let (name, group) = (*path.last()?, path.parent()?);
    if !takes_argument(context.arena, Symbol::new("lib")) || !is_identifier(name.as_str()) {
        return None;
    }
    let ty = type_needed(context, path)?;
    let text: &str = &context.data.text;
    let sibling = context.facts?.declarations.iter().rev().find(|declaration| {
        declaration.path.parent().is_some_and(|parent| parent == group)
            && context.here(declaration.at).is_some()
    })?;
    let at = sibling.at.text_range();
    let before =
        context.arena.source(TextRange::new(at.start(), sibling.name.text_range().start()));
    if !(before.is_empty() || before.ends_with('.')) {
        return None;
    }
    let behind = text[usize::from(at.end())..].find(';')?;
    let end = at.end() + TextSize::new(behind as u32 + 1);
    if !text[usize::from(at.end())..usize::from(end)].trim_end_matches(';').trim().is_empty() {
        return None;
    }
    let line = text[..usize::from(at.start())].rsplit('\n').next().unwrap_or_default();
    let description = in_words(name.as_str());
    let declaration = match line.trim().is_empty() {
        true => format!(
            "\n{line}{before}{name} = lib.mkOption {{\n{line}  type = {ty};\n{line}  description = \
             \"{description}\";\n{line}}};"
        ),
        false => format!(
            " {before}{name} = lib.mkOption {{ type = {ty}; description = \"{description}\"; }};"
        ),
    };
    let title = format!("Declare `{path}` as `{ty}`");
    Some(Fix::to_review(title, context.file, vec![TextEdit::insert(end, declaration)]))
}

/// `Session timeout.` for `sessionTimeout`: a start, to be said better by who knows.
fn in_words(name: &str) -> String {
    let mut words = String::new();
    for ch in name.chars() {
        match ch {
            '-' | '_' => words.push(' '),
            _ if words.is_empty() => words.extend(ch.to_uppercase()),
            _ if ch.is_uppercase() && words.ends_with(char::is_lowercase) => {
                words.push(' ');
                words.extend(ch.to_lowercase());
            }
            _ => words.push(ch),
        }
    }
    words.push('.');
    words
}

fn type_needed(context: &RuleContext<'_>, path: &OptionPath) -> Option<String> {
    let definitions = context.snapshot.definitions_at(path);
    let mut types = Vec::new();
    for definition in &definitions {
        for given in definition.fact.given() {
            types.push(type_of(given.known, "lib.types")?);
        }
    }
    if types.is_empty() {
        let reads = context.facts?.reads_at(path);
        let own = reads.filter(|read| read.of == ReadOf::Config && context.here(read.at).is_some());
        types.extend(own.filter_map(|read| type_read(context, read)));
    }
    let first = types.first()?;
    if types.iter().any(|ty| ty != first) {
        return None;
    }
    let is_port = first == "lib.types.int"
        && path.last().is_some_and(|name| name.as_str().to_ascii_lowercase().ends_with("port"));
    Some(if is_port { "lib.types.port".to_owned() } else { first.clone() })
}

/// What the place where an option is read takes: a condition, or a part of a string.
fn type_read(context: &RuleContext<'_>, read: &Read) -> Option<String> {
    let arena = context.arena;
    let is_condition =
        |facts: &module::Facts| facts.conditions.iter().any(|condition| condition.at == read.at);
    let is_asked = context.facts.is_some_and(is_condition)
        || arena.expr_ids().any(|id| match arena.expr(id) {
            Expr::Not(operand) => *operand == read.expr,
            Expr::Binary { op: BinaryOp::And | BinaryOp::Or | BinaryOp::Implies, left, right } => {
                *left == read.expr || *right == read.expr
            }
            Expr::If { condition, .. } | Expr::Assert { condition, .. } => *condition == read.expr,
            _ => false,
        });
    let is_text = || {
        arena.expr_ids().any(|id| match arena.expr(id) {
            Expr::Str { parts, .. } => parts.contains(&StrPart::Interpolation(read.expr)),
            _ => false,
        })
    };
    match is_asked {
        true => Some("lib.types.bool".to_owned()),
        false => is_text().then(|| "lib.types.str".to_owned()),
    }
}

/// The type of a known value, with `types` as the place where types are found; `None` for one that leaves a
/// choice.
pub(crate) fn type_of(value: &Known, types: &str) -> Option<String> {
    let name = match value {
        Known::Bool(_) => "bool",
        Known::Int(_) => "int",
        Known::Float(_) => "float",
        Known::Str(_) => "str",
        Known::Path(_) => "path",
        Known::Package => "package",
        Known::List { items, complete: true } => {
            let first = type_of(&items.first()?.value, types)?;
            // What would need parentheses is more than a first guess should be.
            let is_one = !first.contains(' ')
                && items.iter().all(|item| type_of(&item.value, types).as_ref() == Some(&first));
            return is_one.then(|| format!("{types}.listOf {first}"));
        }
        Known::Unknown
        | Known::Null
        | Known::Function
        | Known::List { .. }
        | Known::Attrs { .. } => return None,
    };
    Some(format!("{types}.{name}"))
}
