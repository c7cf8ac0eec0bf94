//! Renaming an option so that configurations with its old name go on working.

use super::option;
use crate::subject::Subject;
use crate::view::View;
use crate::{Assist, AssistKind, FileEdit};
use index::Resolved;
use module::arena::{Expr, Resolved as Name, ScopeKind};
use module::facts::DeclarationKind;
use module::{OptionPath, Symbol};
use syntax::{TextEdit, TextSize};

/// Gives the option whose declaration the cursor is on a name to start from, which a renaming can then
/// replace, and lets `mkRenamedOptionModule` lead the old one there.
pub(crate) fn shim(view: &View<'_>, at: TextSize) -> Option<Assist> {
    let Subject::Option { path, .. } = Subject::at(view, at)? else { return None };
    let Resolved::Option(path) = view.snapshot.resolve(&path) else { return None };
    let declared = view.snapshot.declarations(&path);
    let [declaration] = &declared[..] else { return None };
    let is_here = declaration.module == view.file
        && declaration.fact.name.file == view.file
        && declaration.fact.name.text_range().contains_inclusive(at);
    let is_plain = !declaration.fact.in_submodule
        && !matches!(declaration.fact.kind, DeclarationKind::Renamed | DeclarationKind::Removed);
    if !is_here || !is_plain {
        return None;
    }
    let sought = option::renameable(view.snapshot, &path).ok()?;
    let old = sought.name.as_str();
    let new = name_to_start_from(old);
    let mut edits = option::rename(view.snapshot, &sought, view.file, &new).ok()?;
    let successor = path.parent()?.child(Symbol::new(&new));
    let call = format!("(lib.mkRenamedOptionModule {} {})", list(&path), list(&successor));
    edits.push(FileEdit { file: view.file, edit: import(view, &call)? });
    Some(Assist {
        title: format!("Rename `{old}` with a compatibility shim"),
        kind: AssistKind::Rewrite,
        edits,
        core: None,
        fixes: None,
    })
}

/// `port` → `newPort`.
fn name_to_start_from(old: &str) -> String {
    let mut letters = old.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().fold("new".to_owned(), |name, first| format!("{name}{first}"))
        + letters.as_str()
}

fn list(path: &OptionPath) -> String {
    let names: Vec<String> = path.iter().map(|name| format!("\"{name}\"")).collect();
    format!("[ {} ]", names.join(" "))
}

/// The edit that imports a module which is written in place.
fn import(view: &View<'_>, module: &str) -> Option<TextEdit> {
    let arena = view.arena();
    let (body, _) = view.own?.shape.body?;
    let Expr::Set(body) = arena.expr(body) else { return None };
    let body = arena.set(*body);
    // The call needs `lib`, the module's argument.
    let Name::Local { scope, .. } = arena.resolve_at(Symbol::new("lib"), body.range.end()) else {
        return None;
    };
    if !matches!(arena.scope(scope).kind, ScopeKind::Lambda(_)) {
        return None;
    }
    let indent = |at: TextSize| {
        let before = &view.text()[..usize::from(at)];
        let line = before.rfind('\n').map_or(before, |at| &before[at + 1..]);
        (line.trim().is_empty()).then(|| line.to_owned())
    };
    match body.entry(Symbol::new("imports")) {
        Some(imports) => {
            let Expr::List(items) = arena.expr(imports.value) else { return None };
            let (at, separator) = match items.last() {
                Some(&last) => {
                    let range = arena.full_range(last);
                    let own_line = indent(range.start());
                    (range.end(), own_line.map_or(" ".to_owned(), |indent| format!("\n{indent}")))
                }
                None => (arena.range(imports.value).start() + TextSize::of('['), " ".to_owned()),
            };
            Some(TextEdit::insert(at, format!("{separator}{module}")))
        }
        None => {
            let first = body.entries.iter().map(|entry| entry.site.statement.start()).min()?;
            let separator = indent(first).map_or(" ".to_owned(), |indent| format!("\n\n{indent}"));
            Some(TextEdit::insert(first, format!("imports = [ {module} ];{separator}")))
        }
    }
}
