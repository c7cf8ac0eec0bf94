//! Renaming an option or a group of options in every module that speaks of it.

use super::{Edits, Refusal, check, inherit, local, spelled};
use crate::local::{Binder, LocalName};
use crate::mentions::{Mention, MentionKind, Sought, Spelling};
use crate::scope::Scope;
use crate::view::View;
use crate::{FileEdit, Snapshot};
use index::Resolved;
use module::arena::{Expr, Resolved as Name, ScopeKind};
use module::{ExprId, FileId, OptionPath, PathDisplay, Symbol, is_identifier};
use syntax::TextRange;

/// The option or group that a written path leads to, if it is the workspace's to rename.
pub(super) fn renameable(snapshot: &Snapshot, written: &OptionPath) -> Result<Sought, Refusal> {
    let refuse = |reason: String| Err(Refusal(reason));
    match snapshot.resolve(written) {
        Resolved::Option(_) | Resolved::Group(_) => {}
        Resolved::Inside { option, .. } => {
            return refuse(format!(
                "`{written}` is a part of the value of `{option}`, which declares no option of that name."
            ));
        }
        _ if is_outside(snapshot, written) => {
            return refuse(format!("`{written}` is declared outside of the workspace."));
        }
        Resolved::Undeclared { .. } => {
            return refuse(format!("No module of the workspace declares `{written}`."));
        }
        Resolved::Unknown => {
            return refuse(format!(
                "It is not known what `{written}` is: a name on the way to it is computed, or a module that \
                 declares options there cannot be read."
            ));
        }
    }
    let Some(sought) = Sought::of(snapshot, written) else {
        return refuse(
            "This name was chosen where the option is set; no option is called so.".to_owned(),
        );
    };
    let declared = sought.declared();
    if is_outside(snapshot, declared) {
        return refuse(format!("`{declared}` is declared outside of the workspace, too."));
    }
    if snapshot.setup().namespaces.iter().any(|it| OptionPath::parse(it).starts_with(declared)) {
        return refuse(format!("`{declared}` is a namespace that the settings name."));
    }
    Ok(sought)
}

fn is_outside(snapshot: &Snapshot, path: &OptionPath) -> bool {
    matches!(snapshot.external().resolve(path), Resolved::Option(_) | Resolved::Group(_))
}

pub(super) fn rename(
    snapshot: &Snapshot,
    sought: &Sought,
    asked_in: FileId,
    new: &str,
) -> Result<Vec<FileEdit>, Refusal> {
    let name = Symbol::new(new);
    refuse_conflicts(snapshot, sought, name)?;
    let mut edits = Edits::default();
    for mention in sought.mentions(snapshot, asked_in) {
        edit(snapshot, sought, &mention, new, &mut edits)?;
    }
    let edits = edits.finish();
    check::option(snapshot, sought, name, &edits)?;
    Ok(edits)
}

fn refuse_conflicts(snapshot: &Snapshot, sought: &Sought, new: Symbol) -> Result<(), Refusal> {
    for form in &sought.forms {
        let Some(group) = form.parent() else { continue };
        let path = group.child(new);
        if let Some(found) = snapshot.declarations_below(&path).first() {
            let at = found.fact.at;
            let place = View::place(snapshot, at.file, at.text_range().start());
            return Err(Refusal(format!("`{path}` is there already, declared in {place}.")));
        }
        if is_outside(snapshot, &path) {
            return Err(Refusal(format!("`{path}` is there already, outside of the workspace.")));
        }
        if let Some(module) = snapshot.speakers(&path).first() {
            let module = module.relative_to(snapshot.setup().root);
            return Err(Refusal(format!("{module} speaks of `{path}` already.")));
        }
        if let Some(module) = snapshot.speaker_of_computed(&group) {
            let module = module.relative_to(snapshot.setup().root);
            return Err(Refusal(format!(
                "{module} computes a name below `{}`: it cannot be known whether that is `{}`.",
                PathDisplay(&group),
                sought.name
            )));
        }
    }
    Ok(())
}

fn edit(
    snapshot: &Snapshot,
    sought: &Sought,
    mention: &Mention,
    new: &str,
    edits: &mut Edits,
) -> Result<(), Refusal> {
    let Mention { file, range, .. } = *mention;
    let place = || View::place(snapshot, file, range.start());
    let broken = || Refusal(format!("The text at {} is too broken to be edited.", place()));
    let view = View::new(snapshot, file).ok_or_else(broken)?;
    match mention.spelling {
        Spelling::Segment => {
            let text = spelled(new, view.arena().source(range));
            edits.replace(file, range, text);
            if mention.kind != MentionKind::Reads {
                rename_in_rec(&view, range, new, edits)?;
            }
        }
        Spelling::Listed => edits.replace(file, range, format!("\"{new}\"")),
        Spelling::Bare(expr) => {
            let text = bare(&view, sought, expr, new).ok_or_else(|| {
                Refusal(format!("At {} `{new}` would mean something else.", place()))
            })?;
            edits.replace(file, range, text);
        }
        Spelling::Inherited => inherited(&view, mention, new, edits)?,
        Spelling::Alias => {}
        Spelling::Computed => {
            return Err(Refusal(format!(
                "At {} the name `{}` is computed, not written.",
                place(),
                sought.name
            )));
        }
    }
    Ok(())
}

/// In a `rec` set an option's name is a variable, too.
fn rename_in_rec(
    view: &View<'_>,
    key: TextRange,
    new: &str,
    edits: &mut Edits,
) -> Result<(), Refusal> {
    let local = LocalName::bound_at(view, key);
    match local.binder {
        Binder::Bindings { .. } if !local.uses.is_empty() => {
            local::add_edits(view, &local, new, edits)
        }
        _ => Ok(()),
    }
}

/// A name in an `inherit`. Where it is a variable, that takes the new name as well if nothing is in the way;
/// everywhere else the binding keeps its name.
fn inherited(
    view: &View<'_>,
    mention: &Mention,
    new: &str,
    edits: &mut Edits,
) -> Result<(), Refusal> {
    let broken = || Refusal("The text there is too broken to be edited.".to_owned());
    let entry = inherit::inherited_at(view, mention.range).ok_or_else(broken)?;
    let old = entry.name.as_str();
    let member = if mention.is_read { new } else { old };
    if mention.kind != MentionKind::Reads {
        return inherit::write_out(view, entry, new, member, edits).ok_or_else(broken);
    }
    let local = LocalName::bound_at(view, mention.range);
    let is_variable = match local.binder {
        Binder::Bindings { scope, .. } => {
            matches!(view.arena().scope(scope).kind, ScopeKind::Let(_))
        }
        _ => false,
    };
    if is_variable
        && is_identifier(new)
        && local::conflict(view, &local, Symbol::new(new)).is_none()
    {
        edits.replace(view.file, mention.range, new);
        return local::add_edits(view, &local, new, edits);
    }
    inherit::write_out(view, entry, old, new, edits).ok_or_else(broken)
}

/// What to write in place of a name that a `with` supplies: the new one, with what supplies it in front
/// where it could mean something else there.
fn bare(view: &View<'_>, sought: &Sought, expr: ExprId, new: &str) -> Option<String> {
    let arena = view.arena();
    let at = arena.range(expr).start();
    let Expr::Name { resolved: Name::With(innermost), .. } = arena.expr(expr) else { return None };
    let scope = Scope::at(view, at);
    let mut next = Some(*innermost);
    let mut is_innermost = true;
    while let Some(id) = next {
        next = arena.scope(id).parent;
        let ScopeKind::With(env) = arena.scope(id).kind else { continue };
        let supplies = scope
            .place_of(env)
            .is_some_and(|place| sought.index_in(&place.child(sought.name).path).is_some());
        if supplies {
            let means_it = arena.resolve_at(Symbol::new(new), at) == Name::With(*innermost);
            if is_innermost && means_it && is_identifier(new) {
                return Some(new.to_owned());
            }
            let is_path =
                matches!(arena.expr(env), Expr::Name { .. } | Expr::Select { default: None, .. });
            let source = arena.source(arena.range(env));
            return is_path.then(|| format!("{source}.{}", spelled(new, sought.name.as_str())));
        }
        is_innermost = false;
    }
    None
}
