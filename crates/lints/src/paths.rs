//! Path literals, and whether they lead anywhere.

use crate::calls::library_call;
use crate::rule::RuleContext;
use crate::scopes::bound_value;
use crate::spelling::nearest;
use crate::{Fix, Level};
use module::arena::{Expr, PathKind, StrPart};
use module::{Arena, Existence, ExprId, FileId, Files};
use rustc_hash::FxHashSet;
use syntax::{TextEdit, TextRange, TextSize};

/// What a path literal relative to its file stands for, if nothing in it is computed.
pub(crate) fn literal_path(file: FileId, arena: &Arena, expr: ExprId) -> Option<FileId> {
    let Expr::Path { parts, kind: PathKind::Relative } = arena.expr(expr) else { return None };
    let [StrPart::Text(text)] = **parts else { return None };
    Some(file.folder().join(arena.source(text)))
}

/// How sure it is that there is no such path; `None`: there is, or nobody can tell.
pub(crate) fn is_missing(context: &RuleContext<'_>, path: FileId) -> Option<Level> {
    let snapshot = context.snapshot;
    if snapshot.existence(path) != Existence::Missing {
        return None;
    }
    let root = snapshot.setup().root;
    // Hidden folders are listed, and what is in them is not.
    let mut above = path.relative_to(root).split('/').rev().skip(1);
    if above.any(|folder| folder.starts_with('.')) {
        return None;
    }
    // What git ignores is not seen either. A flake in a repository does not see it, nobody else minds.
    let is = |path: FileId, existence| snapshot.existence(path) == existence;
    let only_tracked =
        is(root.join("flake.nix"), Existence::File) && is(root.join(".git"), Existence::Folder);
    let mut folders = std::iter::successors(Some(path.folder()), |folder| Some(folder.folder()))
        .take_while(|&folder| folder == root || folder.is_below(root));
    let may_be_ignored = folders.any(|folder| is(folder.join(".gitignore"), Existence::File));
    Some(match may_be_ignored && !only_tracked {
        true => Level::Warning,
        false => Level::Error,
    })
}

/// The paths that the file itself asks for with `pathExists`.
pub(crate) fn asked_for(file: FileId, arena: &Arena) -> FxHashSet<FileId> {
    let asked = arena.expr_ids().filter_map(|id| {
        let call = library_call(arena, id)?;
        let [argument] = call.arguments[..] else { return None };
        if !matches!(call.name, "pathExists" | "maybeMissing") {
            return None;
        }
        literal_path(file, arena, bound_value(arena, argument).unwrap_or(argument))
    });
    asked.collect()
}

/// The edit that writes the name of a file beside the missing one, if one is spelt almost alike.
pub(crate) fn nearest_file(
    context: &RuleContext<'_>,
    missing: FileId,
    literal: TextRange,
) -> Option<(&'static str, Fix)> {
    let folder = missing.folder();
    let beside = Files::listing(context.snapshot, folder)?;
    let files = beside.iter().filter(|(_, existence)| *existence == Existence::File);
    let others = files.map(|(name, _)| *name).filter(|name| folder.join(name) != context.file);
    let name = nearest(missing.name(), others)?;
    let written = context.arena.source(literal);
    if !written.ends_with(missing.name()) {
        return None;
    }
    let range = TextRange::new(literal.end() - TextSize::of(missing.name()), literal.end());
    let edit = TextEdit::replace(range, name);
    Some((name, Fix::to_review(format!("Change to `{name}`"), context.file, vec![edit])))
}
