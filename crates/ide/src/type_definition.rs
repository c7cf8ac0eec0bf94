use crate::definition::{Definitions, Target};
use crate::role::Walk;
use crate::subject::Subject;
use crate::view::View;
use crate::{FilePosition, Snapshot};
use index::Resolved;
use module::OptionPath;
use module::arena::Expr;
use module::facts::Declaration;
use module::{ExprId, FileId, Symbol};

/// The submodule that the option under the cursor takes; of another option, the type as it is declared.
pub fn type_definition(snapshot: &Snapshot, at: FilePosition) -> Option<Definitions> {
    let view = View::new(snapshot, at.file)?;
    let (written, origin) = match Subject::at(&view, at.offset)? {
        Subject::Option { path, range } => (path, range),
        Subject::Local { stands_for: Some(place), range, .. } => (place.path, range),
        Subject::Local { .. } | Subject::File { .. } => return None,
    };
    let option = match snapshot.resolve(&written) {
        Resolved::Option(path) | Resolved::Inside { option: path, .. } => path,
        // A member's name stands for the submodule that it is one of.
        Resolved::Group(path) => match path.split_last() {
            Some((name, above)) if name.is_wildcard() => above.into(),
            _ => return None,
        },
        Resolved::Undeclared { .. } | Resolved::Unknown => return None,
    };
    let option = snapshot.successor(&option).cloned().unwrap_or(option);
    let mut targets = submodules(snapshot, &option);
    if targets.is_empty() {
        let declared = snapshot.declarations(&option);
        targets = declared.iter().filter_map(|it| type_argument(snapshot, it.fact)).collect();
    }
    (!targets.is_empty()).then_some(Definitions { origin, targets, outside: Vec::new() })
}

/// The `options` of each submodule that declares members of the option.
fn submodules(snapshot: &Snapshot, option: &OptionPath) -> Vec<Target> {
    let Some(ty) = snapshot.option_type(option) else { return Vec::new() };
    let Some((_, segments)) = ty.members() else { return Vec::new() };
    let mut targets: Vec<Target> = Vec::new();
    for found in snapshot.declarations_below(&option.join(&segments)) {
        if found.fact.path == *option {
            continue;
        }
        let target = options_around(snapshot, found.fact).unwrap_or(Target {
            file: found.fact.name.file,
            full: found.fact.at.text_range(),
            focus: found.fact.name.text_range(),
        });
        if !targets.iter().any(|known| known.file == target.file && known.focus == target.focus) {
            targets.push(target);
        }
    }
    // A submodule's own submodules lie in its text.
    let outer = targets.clone();
    targets.retain(|target| {
        !outer.iter().any(|other| {
            other.file == target.file
                && other.full != target.full
                && other.full.contains_range(target.full)
        })
    });
    targets
}

/// The innermost `options` that a declaration stands in.
fn options_around(snapshot: &Snapshot, declaration: &Declaration) -> Option<Target> {
    let file = declaration.name.file;
    let view = View::new(snapshot, file)?;
    let walk = Walk::to(&view, declaration.name.text_range().start());
    let options = walk.names.iter().rfind(|(name, ..)| *name == Symbol::new("options"));
    let (_, site, _) = options?;
    Some(Target { file, full: site.statement, focus: site.key })
}

/// What stands after `type =`.
fn type_argument(snapshot: &Snapshot, declaration: &Declaration) -> Option<Target> {
    let file: FileId = declaration.at.file;
    let arena = &snapshot.file(file)?.arena;
    let Expr::Apply { argument, .. } = arena.expr(declaration.value) else { return None };
    let mut argument: ExprId = *argument;
    while let Expr::Binary { right, .. } = arena.expr(argument) {
        argument = *right;
    }
    let Expr::Set(set) = arena.expr(argument) else { return None };
    let ty = arena.set(*set).entry(Symbol::new("type"))?;
    let focus = arena.full_range(ty.value);
    let full = ty.site.statement.cover(focus);
    Some(Target { file, full, focus })
}
