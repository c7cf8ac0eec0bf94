//! Putting all of `config` under an option that is yet to be declared, whatever conditions are in it already.

use super::{Module, Names, Place, Switch, decides, is_in_options};
use crate::calls::library_call;
use index::Snapshot;
use module::arena::Expr;
use module::{ExprId, FileId, OptionPath, Symbol};
use syntax::TextEdit;

/// The edits that put the file's `config` under `enable`; none where it stands under that option already. `None`
/// where no edit is certain to be what is meant.
pub(crate) fn guard_all(
    snapshot: &Snapshot,
    file: FileId,
    enable: &OptionPath,
) -> Option<Vec<TextEdit>> {
    let data = snapshot.file(file)?;
    let module = Module { snapshot, file, facts: data.module()?, arena: &data.arena };
    let (facts, arena) = (module.facts, module.arena);
    let switch = Switch { path: enable, default: None };
    let needed = switch.needed(&module);
    let own = facts.definitions.iter().filter(|it| !it.is_group && !is_in_options(facts, file, it));
    let mut defined = own.map(|it| &it.path).chain(&facts.unknown.definitions);
    if !arena.syntax_errors.is_empty() || defined.any(|path| decides(&needed, path)) {
        return None;
    }
    let config = config(&module)?;
    let is_module_setting = |expr: ExprId| match arena.expr(expr) {
        Expr::Set(set) => arena.set(*set).entry(Symbol::new("_module")).is_some(),
        _ => false,
    };
    if is_module_setting(config) {
        return None;
    }
    let names = Names::of(&module, enable, arena.full_range(config).start())?;
    let mut edits = names.new_arguments(arena)?;
    let condition = library_call(arena, config)
        .filter(|call| call.name == "mkIf")
        .and_then(|call| call.arguments.first().copied());
    let Some(condition) = condition else {
        Place::of(arena, config, false).wrap(&names, &mut edits);
        return Some(edits);
    };
    let range = arena.full_range(condition);
    if module.reads().any(|read| read.path == *enable && range.contains_range(read.at.text_range()))
    {
        return Some(Vec::new());
    }
    edits.push(TextEdit::insert(range.start(), format!("({} && ", names.condition)));
    edits.push(TextEdit::insert(range.end(), ")"));
    Some(edits)
}

/// What `config` is, behind its names.
fn config(module: &Module<'_>) -> Option<ExprId> {
    let arena = module.arena;
    let (body, _) = module.facts.shape.body?;
    let Expr::Set(body) = arena.expr(body) else { return None };
    let config = arena.set(*body).entry(Symbol::new("config"))?;
    let is_one = !config.inherited && config.more.is_empty();
    let is_dotted = matches!(arena.expr(config.value), Expr::Set(set) if arena.set(*set).implicit);
    if !is_one || is_dotted {
        return None;
    }
    let mut expr = config.value;
    while let Expr::Let { body, .. } | Expr::With { body, .. } = arena.expr(expr) {
        expr = *body;
    }
    Some(expr)
}
