//! A `config` of which a part must not stand under the module's enable option: what defines that option, and
//! what the option's default needs. The rest can.

use super::{Module, Names, Switch, Wrapping, decides, enable_option};
use crate::Fix;
use crate::rules::whole_lines;
use crate::scopes::takes_argument;
use index::Snapshot;
use module::arena::{Entry, Expr, Set, Site};
use module::{ExprId, FileId, Symbol};
use syntax::{TextEdit, TextRange};

/// Makes a `lib.mkMerge` of the file's `config`: one set of what must stay unguarded, and one of the rest under
/// the module's own enable option. `None` where there is only one of the two, or no edit is certain.
pub(crate) fn split_config(snapshot: &Snapshot, file: FileId) -> Option<Fix> {
    let data = snapshot.file(file)?;
    let module = Module { snapshot, file, facts: data.module()?, arena: &data.arena };
    let (facts, arena) = (module.facts, module.arena);
    let enable = enable_option(facts, file)?;
    let switch = Switch::of(enable);
    let needed = switch.needed(&module);
    let is_unseen = facts.unknown.definitions.iter().any(|path| decides(&needed, path));
    if !arena.syntax_errors.is_empty() || is_unseen || !takes_argument(arena, Symbol::new("lib")) {
        return None;
    }
    let (set_at, set) = config_set(&module)?;
    let statements = statements(set)?;
    let wrapping = Wrapping { module: &module, enable: &enable.path, places: Vec::new() };
    let stays =
        |statement: &TextRange| {
            let holds = |range: TextRange| statement.contains_range(range);
            let mut own = facts.definitions.iter().filter(|it| it.at.file == file);
            let named = |entry: &&Entry| entry.sites().any(|it| it.statement == *statement);
            own.any(|it| !it.is_group && holds(it.name.text_range()) && decides(&needed, &it.path))
                || set.entries.iter().filter(named).any(|entry| {
                    entry.name.as_str() == "_module" || wrapping.is_guarded(entry.value)
                })
        };
    let (staying, moving): (Vec<TextRange>, Vec<TextRange>) =
        statements.into_iter().partition(stays);
    if staying.is_empty() || moving.is_empty() {
        return None;
    }
    let range = arena.range(set_at);
    let names = Names::of(&module, &enable.path, range.start())?;
    let mut edits = names.new_arguments(arena)?;
    let text: &str = &data.text;
    edits.extend(staying.iter().map(|statement| TextEdit::delete(whole_lines(text, *statement))));
    let staying: Vec<&str> = staying.iter().map(|statement| arena.source(*statement)).collect();
    let line = text[..usize::from(range.start())].rsplit('\n').next().unwrap_or_default();
    let indent = &line[..line.len() - line.trim_start().len()];
    let inner = format!("\n{indent}    ");
    let Names { function, condition, .. } = &names;
    edits.push(TextEdit::insert(
        range.start(),
        format!(
            "lib.mkMerge [\n{indent}  {{{inner}{}\n{indent}  }}\n{indent}  ({function} {condition} ",
            staying.join(&inner)
        ),
    ));
    edits.push(TextEdit::insert(range.end(), format!(")\n{indent}]")));
    let title = format!("Split config, and put the rest under `{function} {condition}`");
    Some(Fix::to_review(title, file, edits))
}

/// The literal set that `config` is.
fn config_set<'a>(module: &Module<'a>) -> Option<(ExprId, &'a Set)> {
    let arena = module.arena;
    let (body, _) = module.facts.shape.body?;
    let Expr::Set(body) = arena.expr(body) else { return None };
    let config = arena.set(*body).entry(Symbol::new("config"))?;
    if config.inherited || !config.more.is_empty() {
        return None;
    }
    let mut expr = config.value;
    while let Expr::Let { body, .. } | Expr::With { body, .. } = arena.expr(expr) {
        expr = *body;
    }
    let Expr::Set(set) = arena.expr(expr) else { return None };
    let set = arena.set(*set);
    let is_plain = !set.implicit && set.scope.is_none() && set.computed.is_empty();
    is_plain.then_some((expr, set))
}

/// The set's statements in the order of the text; `None` if one is an `inherit`.
fn statements(set: &Set) -> Option<Vec<TextRange>> {
    if set.entries.iter().any(|entry| entry.inherited) {
        return None;
    }
    let sites = set.entries.iter().flat_map(|entry| entry.sites());
    let mut statements: Vec<TextRange> = sites.map(|site: &Site| site.statement).collect();
    statements.sort_by_key(|statement| statement.start());
    statements.dedup();
    Some(statements)
}
