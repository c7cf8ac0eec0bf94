//! What stands under the cursor: one answer for every question that begins there.

use crate::mentions::{is_end_of, is_migration, path_lists};
use crate::references::path_of;
use crate::role::{Role, Walk};
use crate::scope::{Place, Scope};
use crate::view::{Binding, View};
use module::arena::{AttrName, Expr, Param, Resolved};
use module::{ExprId, FileId, OptionPath, Symbol};
use syntax::{TextRange, TextSize};

/// What a piece of text speaks of; `range` is always that piece, in the file asked about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Subject {
    /// A path of options, as far as the cursor: on `web` in `hypervisor.web.port` it is
    /// `hypervisor.web`. As it is written, a submodule's member with its own name.
    Option { path: OptionPath, range: TextRange },
    /// A name that the file itself binds.
    Local { name: Symbol, binding: Binding, stands_for: Option<Place>, range: TextRange },
    /// A path that leads to a file.
    File { file: FileId, range: TextRange },
}

impl Subject {
    pub fn at(view: &View<'_>, at: TextSize) -> Option<Subject> {
        subject_of_expression(view, at)
            .or_else(|| subject_of_binding(view, at))
            .or_else(|| subject_of_argument(view, at))
            .or_else(|| subject_of_listed_name(view, at))
    }
}

/// The name of a binding: an option that it defines or declares, or a local name.
fn subject_of_binding(view: &View<'_>, at: TextSize) -> Option<Subject> {
    let walk = Walk::to(view, at);
    let &(name, site, ref role) = walk.names.last()?;
    if !site.key.contains_inclusive(at) {
        return None;
    }
    let range = site.key;
    match role {
        Role::Declarations(path) | Role::Definitions(path) if !path.is_empty() => {
            Some(Subject::Option { path: path.clone(), range })
        }
        Role::Declarations(_) | Role::Definitions(_) | Role::Modules(_) => None,
        Role::Module(_) | Role::Merged(_) | Role::Arguments(_) | Role::Type(_) => None,
        Role::Returns(_) | Role::NamedModules => None,
        Role::Other => {
            let arena = view.arena();
            // Only a `let` or a `rec` set binds a name that others can use.
            let (scope, slot) = arena.expr_ids().find_map(|expr| {
                let (Expr::Let { bindings: set, .. } | Expr::Set(set)) = arena.expr(expr) else {
                    return None;
                };
                let set = arena.set(*set);
                let scope = set.scope?;
                let is_it = |entry: &module::arena::Entry| entry.sites().any(|it| it.key == range);
                Some((scope, set.entries.iter().position(is_it)? as u32))
            })?;
            local(view, at, name, Resolved::Local { scope, slot }, range)
        }
    }
}

/// An argument where a function takes it.
fn subject_of_argument(view: &View<'_>, at: TextSize) -> Option<Subject> {
    let arena = view.arena();
    arena.exprs_at(at).into_iter().rev().find_map(|expr| {
        let Expr::Lambda(lambda) = arena.expr(expr) else { return None };
        let lambda = arena.lambda(*lambda);
        let (name, range) = match &lambda.param {
            Param::Name(name, range) => (*name, *range),
            Param::Pattern { formals, whole, .. } => formals
                .iter()
                .map(|formal| (formal.name, formal.range))
                .chain(*whole)
                .find(|(_, range)| range.contains_inclusive(at))?,
        };
        if !range.contains_inclusive(at) {
            return None;
        }
        let slot = lambda.slot(name)?;
        local(view, at, name, Resolved::Local { scope: lambda.scope, slot }, range)
    })
}

/// A string in a list that is a path: for `mkRenamedOptionModule` and its kin, for `getAttrFromPath`.
fn subject_of_listed_name(view: &View<'_>, at: TextSize) -> Option<Subject> {
    let arena = view.arena();
    let migrations = view.declarations().filter(|it| is_migration(it)).flat_map(|it| {
        let ends = [Some(&it.path), it.successor.as_ref()];
        ends.into_iter().flatten().map(|path| (it.at, it.value, path))
    });
    let reads = view.reads().filter(|it| matches!(arena.expr(it.expr), Expr::Apply { .. }));
    let calls = migrations.chain(reads.map(|it| (it.at, it.expr, &it.path)));
    let mut calls = calls.filter(|(whole, ..)| whole.text_range().contains_inclusive(at));
    calls.find_map(|(_, call, path)| {
        let lists = path_lists(arena, call).into_iter();
        let mut lists = lists.filter(|list| is_end_of(list, path));
        lists.find_map(|list| {
            let index = list.iter().position(|(_, range)| range.contains_inclusive(at))?;
            let upto = path.len() - list.len() + index + 1;
            Some(Subject::Option { path: path[..upto].into(), range: list[index].1 })
        })
    })
}

fn local(
    view: &View<'_>,
    at: TextSize,
    name: Symbol,
    resolved: Resolved,
    range: TextRange,
) -> Option<Subject> {
    let Resolved::Local { scope, slot } = resolved else { return None };
    let binding = view.binding(scope, slot)?;
    let stands_for = Scope::at(view, at).place_of_name(name, resolved);
    Some(Subject::Local { name, binding, stands_for, range })
}

fn subject_of_expression(view: &View<'_>, at: TextSize) -> Option<Subject> {
    let arena = view.arena();
    arena.exprs_at(at).into_iter().rev().find_map(|expr| match arena.expr(expr) {
        Expr::Select { base, path, .. } | Expr::HasAttr { base, path } => {
            segment(view, at, expr, *base, path)
        }
        Expr::Name { name, resolved } => {
            let range = arena.range(expr);
            match resolved {
                Resolved::Local { .. } => local(view, at, *name, *resolved, range),
                Resolved::With(_) => {
                    let place = Scope::at(view, at).place_of(expr)?;
                    Some(Subject::Option { path: place.path, range })
                }
                Resolved::Builtin | Resolved::Unresolved => None,
            }
        }
        Expr::Path { .. } => {
            let path = path_of(arena, view.file, expr)?;
            let file = view.snapshot.import_target(path).unwrap_or(path);
            Some(Subject::File { file, range: arena.range(expr) })
        }
        _ => None,
    })
}

/// The name under the cursor in `base.a.b.c`.
fn segment(
    view: &View<'_>,
    at: TextSize,
    expr: ExprId,
    base: ExprId,
    path: &[AttrName],
) -> Option<Subject> {
    let index = path.iter().position(|name| name.range().contains_inclusive(at))?;
    let name = path[index].symbol()?;
    let names = |upto: &[AttrName]| -> Vec<Symbol> {
        upto.iter().map(|name| name.symbol().unwrap_or(Symbol::COMPUTED)).collect()
    };
    let range = path[index].range();
    let arena = view.arena();
    // Facts know computed names' values; they count what is written from the end of the path.
    let read = view.reads().find(|read| read.expr == expr && read.written as usize == path.len());
    if let Some(read) = read {
        let upto = read.path.len() + index + 1 - path.len();
        return Some(Subject::Option { path: read.path[..upto].into(), range });
    }
    if let Some(place) = Scope::at(view, at).place_of(base) {
        return Some(Subject::Option { path: place.path.join(&names(&path[..=index])), range });
    }
    // `self.x` and `set.x` of a set that the file itself writes.
    let mut value = base;
    for _ in 0..4 {
        match arena.expr(value) {
            Expr::Name { resolved: Resolved::Local { scope, slot }, .. } => {
                value = view.binding(*scope, *slot)?.value?;
            }
            _ => break,
        }
    }
    let mut binding = None;
    for segment in &path[..=index] {
        let Expr::Set(set) = arena.expr(value) else { return None };
        let entry = arena.set(*set).entry(segment.symbol()?)?;
        value = entry.value;
        let site = entry.site;
        binding = Some(Binding { name: site.key, full: site.statement, value: Some(value) });
    }
    Some(Subject::Local { name, binding: binding?, stands_for: None, range })
}
