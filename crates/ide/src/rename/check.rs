//! Whether edits do what they are to do and nothing else: the edited texts are read, and compared with
//! what was there.

use super::Refusal;
use crate::mentions::Sought;
use crate::view::View;
use crate::{FileEdit, Snapshot};
use index::{Change, World};
use module::arena::Expr;
use module::{Arena, Facts, FileId, OptionPath, Symbol};
use std::collections::BTreeSet;
use syntax::{TextEdit, apply_edits};

/// After renaming an option every module says what it said, of the option's new path.
pub(super) fn option(
    snapshot: &Snapshot,
    sought: &Sought,
    new: Symbol,
    edits: &[FileEdit],
) -> Result<(), Refusal> {
    let renamed = |path: &OptionPath| match sought.index_in(path) {
        Some(index) => {
            let mut names = path.to_vec();
            names[index] = new;
            OptionPath::from(&names[..])
        }
        None => path.clone(),
    };
    compare(snapshot, edits, renamed)
}

/// After renaming a local name every name means what it meant, and every module says what it said.
pub(super) fn local(view: &View<'_>, edits: &[FileEdit]) -> Result<(), Refusal> {
    let after = compare(view.snapshot, edits, OptionPath::clone)
        .map(|()| edited(view.snapshot, edits))??;
    let Some(data) = after.file(view.file) else { return Ok(()) };
    match same_names(view.arena(), &data.arena) {
        true => Ok(()),
        false => Err(changes_meaning(view.snapshot, view.file)),
    }
}

/// The index with the edited texts; edits of one file follow each other.
fn edited(snapshot: &Snapshot, edits: &[FileEdit]) -> Result<Snapshot, Refusal> {
    let mut changes = Vec::new();
    for own in edits.chunk_by(|a, b| a.file == b.file) {
        let file = own[0].file;
        let own: Vec<TextEdit> = own.iter().map(|edit| edit.edit.clone()).collect();
        let text = snapshot.file(file).and_then(|data| apply_edits(&data.text, &own));
        let text = text.ok_or_else(|| changes_meaning(snapshot, file))?;
        changes.push(Change::Text { file, text: text.into() });
    }
    let mut world = World::of(snapshot.clone());
    world.apply(changes);
    Ok(world.snapshot())
}

fn compare(
    snapshot: &Snapshot,
    edits: &[FileEdit],
    renamed: impl Fn(&OptionPath) -> OptionPath,
) -> Result<(), Refusal> {
    let after = edited(snapshot, edits)?;
    for (before, after) in snapshot.files().zip(after.files()) {
        if std::sync::Arc::ptr_eq(before, after) {
            continue;
        }
        let same_text = before.arena.syntax_errors.len() == after.arena.syntax_errors.len()
            && before.arena.duplicates.len() == after.arena.duplicates.len();
        let none = Facts::default();
        let facts_before = before.module().map_or(&none, |facts| facts);
        let facts_after = after.module().map_or(&none, |facts| facts);
        let said = said(facts_before, &renamed);
        let same_facts = said == self::said(facts_after, OptionPath::clone);
        if !same_text || before.kind != after.kind || !same_facts {
            return Err(changes_meaning(snapshot, before.file));
        }
    }
    Ok(())
}

/// Everything that a module says of options, by path.
fn said(
    facts: &Facts,
    renamed: impl Fn(&OptionPath) -> OptionPath,
) -> BTreeSet<(&'static str, OptionPath)> {
    let declared = facts.declarations.iter().map(|it| ("declares", &it.path));
    let followed =
        facts.declarations.iter().filter_map(|it| Some(("renames", it.successor.as_ref()?)));
    let defined = facts.definitions.iter().map(|it| ("defines", &it.path));
    let read = facts.reads.iter().map(|it| ("reads", &it.path));
    let all = declared.chain(followed).chain(defined).chain(read);
    all.map(|(how, path)| (how, renamed(path))).collect()
}

/// Whether the names of two texts are resolved alike. Where a binding was written out the expressions are not
/// the same; what these come to has been compared.
fn same_names(before: &Arena, after: &Arena) -> bool {
    if before.len() != after.len() || before.scope_ids().ne(after.scope_ids()) {
        return true;
    }
    let written_out = |arena: &Arena| arena.entries().filter(|entry| entry.inherited).count();
    if written_out(before) != written_out(after) {
        return true;
    }
    before.expr_ids().all(|expr| match (before.expr(expr), after.expr(expr)) {
        (Expr::Name { resolved: before, .. }, Expr::Name { resolved: after, .. }) => {
            before == after
        }
        (Expr::Name { .. }, _) | (_, Expr::Name { .. }) => false,
        _ => true,
    })
}

fn changes_meaning(snapshot: &Snapshot, file: FileId) -> Refusal {
    let path = file.relative_to(snapshot.setup().root);
    Refusal(format!("With this name something in {path} would mean something else."))
}
