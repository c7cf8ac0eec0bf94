//! Everything that a tree names, for an index of it: each option, module and local name with all its
//! places. The same places that [`crate::references`] gives at a cursor.

use crate::describe;
use crate::mentions::Sought;
use crate::references::path_of;
use crate::view::View;
use crate::{Reference, ReferenceKind, Snapshot};
use module::arena::{Expr, Param, Resolved, ScopeKind};
use module::{FileId, OptionPath};
use rustc_hash::FxHashMap;
use syntax::TextRange;

/// Every place that speaks of the option with this declared path, in the order of files and positions.
/// None for a path that ends with the name of a member, which is the user's own.
pub fn option_occurrences(snapshot: &Snapshot, option: &OptionPath) -> Vec<Reference> {
    let Some(sought) = Sought::of(snapshot, option) else { return Vec::new() };
    let declarations = snapshot.declarations(sought.declared());
    let Some(first) = declarations.first() else { return Vec::new() };
    sought.mentions(snapshot, first.fact.at.file).iter().map(Reference::of).collect()
}

/// What is known of the option with this declared path, as Markdown.
pub fn option_documentation(snapshot: &Snapshot, option: &OptionPath) -> Option<String> {
    describe::option(snapshot, option)
}

/// The paths in a file that lead to files of the tree, with these.
pub fn file_occurrences(snapshot: &Snapshot, file: FileId) -> Vec<(FileId, TextRange)> {
    let Some(data) = snapshot.file(file) else { return Vec::new() };
    let arena = &data.arena;
    let mut found: Vec<(FileId, TextRange)> = arena
        .expr_ids()
        .filter_map(|expr| {
            let target = snapshot.import_target(path_of(arena, file, expr)?)?;
            Some((target, arena.range(expr)))
        })
        .collect();
    found.sort_by_key(|(_, range)| range.start());
    found
}

/// A name that a file binds for itself, and one place that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalOccurrence {
    /// The number of the name among those of its file, in the order of their first bindings.
    pub name: usize,
    pub range: TextRange,
    /// A declaration or a read.
    pub kind: ReferenceKind,
}

/// The arguments, `let` and `rec` bindings of a file and the places that use them, in the order of
/// positions.
pub fn local_occurrences(snapshot: &Snapshot, file: FileId) -> Vec<LocalOccurrence> {
    let Some(view) = View::new(snapshot, file) else { return Vec::new() };
    let arena = view.arena();
    // Where each name is bound, and what its places count under.
    let mut places: Vec<(TextRange, TextRange, ReferenceKind)> = Vec::new();
    for scope in arena.scope_ids() {
        match arena.scope(scope).kind {
            ScopeKind::Let(set) | ScopeKind::Rec(set) => {
                for entry in &arena.set(set).entries {
                    let name = entry.site.key;
                    let sites =
                        entry.sites().map(|site| (name, site.key, ReferenceKind::Declaration));
                    places.extend(sites);
                }
            }
            ScopeKind::Lambda(lambda) => {
                let names = match &arena.lambda(lambda).param {
                    Param::Name(_, range) => vec![*range],
                    Param::Pattern { formals, whole, .. } => {
                        let formals = formals.iter().map(|formal| formal.range);
                        formals.chain(whole.map(|(_, range)| range)).collect()
                    }
                };
                places.extend(names.iter().map(|&it| (it, it, ReferenceKind::Declaration)));
            }
            ScopeKind::With(_) => {}
        }
    }
    for expr in arena.expr_ids() {
        let Expr::Name { resolved: Resolved::Local { scope, slot }, .. } = arena.expr(expr) else {
            continue;
        };
        if let Some(binding) = view.binding(*scope, *slot) {
            places.push((binding.name, arena.range(expr), ReferenceKind::Read));
        }
    }
    // The name of an `inherit` is both; it is a binding first.
    places.sort_by_key(|(name, range, kind)| {
        (range.start(), *kind != ReferenceKind::Declaration, name.start())
    });
    places.dedup_by_key(|(_, range, _)| *range);
    let mut numbers = FxHashMap::default();
    let number = |(name, range, kind)| {
        let next = numbers.len();
        let name = *numbers.entry(name).or_insert(next);
        LocalOccurrence { name, range, kind }
    };
    places.into_iter().map(number).collect()
}
