//! The type that a value at some path has to be of.

use super::accepts::accepts;
use index::{Resolved, Snapshot};
use module::facts::{Declaration, DeclarationKind, Known};
use module::types::Type;
use module::{FileId, Location, OptionPath, Symbol};

/// The type that stands at a written path.
pub(crate) struct Expected<'a> {
    pub ty: &'a Type,
    /// The option whose type it is or comes from, by its declared path.
    pub option: OptionPath,
    /// It is the option's own, and not that of a part of its value.
    pub is_whole: bool,
    pub source: Source<'a>,
}

/// Who declares the option.
pub(crate) enum Source<'a> {
    Workspace {
        module: FileId,
        declaration: &'a Declaration,
    },
    /// A source outside the workspace; the type is what its documentation says.
    External {
        origin: &'a str,
    },
}

impl Expected<'_> {
    pub fn declared_at(&self) -> Option<Location> {
        match self.source {
            Source::Workspace { declaration, .. } => Some(declaration.name),
            Source::External { .. } => None,
        }
    }
}

/// Renamed options that lead to renamed ones, at most.
const MAX_RENAMED: usize = 8;

/// The type at the path, if it is known; `None` for a group of options, or where the option's declarations
/// do not agree.
pub(crate) fn expected_at<'a>(snapshot: &'a Snapshot, written: &[Symbol]) -> Option<Expected<'a>> {
    expected(snapshot, written, MAX_RENAMED)
}

fn expected<'a>(snapshot: &'a Snapshot, written: &[Symbol], fuel: usize) -> Option<Expected<'a>> {
    let fuel = fuel.checked_sub(1)?;
    match renamed(snapshot, written) {
        Some(Renamed::To(path)) => return expected(snapshot, &path, fuel),
        Some(Renamed::Changed) => return None,
        None => {}
    }
    let (option, is_whole) = match snapshot.resolve(written) {
        Resolved::Option(option) => (option, true),
        Resolved::Inside { option, .. } => (option, false),
        Resolved::Undeclared { .. } => return external(snapshot, written),
        Resolved::Group(path) => return member_of_option(snapshot, &path),
        Resolved::Unknown => return None,
    };
    // A member's option may be a renamed one: the path that it leads to is another one.
    let is_there = option.len() <= written.len()
        && option.iter().zip(written).all(|(name, written)| name.is_wildcard() || name == written);
    if !is_there {
        return None;
    }
    let (module, declaration) = agreed_declaration(snapshot, &option)?;
    let mut ty = &declaration.ty;
    if !is_whole {
        for name in &written[option.len()..] {
            ty = member_type(ty, *name)?;
        }
    }
    Some(Expected { ty, option, is_whole, source: Source::Workspace { module, declaration } })
}

/// What has become of an option that was renamed.
enum Renamed {
    /// It has the type of the option at this path.
    To(OptionPath),
    /// What is given to it is made into something else.
    Changed,
}

/// Whether an option on the way of a written path is a renamed one.
fn renamed(snapshot: &Snapshot, written: &[Symbol]) -> Option<Renamed> {
    let (path, retirement) = snapshot.retired_on_the_way(written)?;
    let declaration = retirement.fact;
    let is_same = declaration.kind == DeclarationKind::Renamed && declaration.ty == Type::Unknown;
    Some(match &declaration.successor {
        Some(successor) if is_same && !successor.starts_with(&path) => {
            Renamed::To(successor.join(&written[path.len()..]))
        }
        _ => Renamed::Changed,
    })
}

/// A member of an option's value whose own options are declared below it: `vms.<name>`.
fn member_of_option<'a>(snapshot: &'a Snapshot, path: &OptionPath) -> Option<Expected<'a>> {
    let depth = path.iter().rev().take_while(|name| name.is_wildcard()).count();
    let option = OptionPath::from(&path[..path.len() - depth]);
    if depth == 0 || !snapshot.is_option(&option) {
        return None;
    }
    let (module, declaration) = agreed_declaration(snapshot, &option)?;
    let mut ty = &declaration.ty;
    for name in &path[option.len()..] {
        ty = member_type(ty, *name)?;
    }
    let source = Source::Workspace { module, declaration };
    Some(Expected { ty, option: path.clone(), is_whole: true, source })
}

fn external<'a>(snapshot: &'a Snapshot, written: &[Symbol]) -> Option<Expected<'a>> {
    let known = snapshot.external();
    let (option, is_whole) = match known.resolve(written) {
        Resolved::Option(option) => (option, true),
        Resolved::Inside { option, .. } => (option, false),
        _ => return None,
    };
    let found = known.option(&option)?;
    let mut ty = &found.ty.as_ref()?.ty;
    if !is_whole {
        for name in &written[option.len()..] {
            ty = member_type(ty, *name)?;
        }
    }
    Some(Expected { ty, option, is_whole, source: Source::External { origin: &found.origin } })
}

/// The type of the option with this declared path, where all its declarations agree.
pub(crate) fn declared_type<'a>(snapshot: &'a Snapshot, path: &OptionPath) -> Option<&'a Type> {
    agreed_declaration(snapshot, path).map(|(_, declaration)| &declaration.ty)
}

fn agreed_declaration<'a>(
    snapshot: &'a Snapshot,
    path: &OptionPath,
) -> Option<(FileId, &'a Declaration)> {
    let mut found: Option<(FileId, &Declaration)> = None;
    for found_here in snapshot.declarations(path) {
        let (module, declaration) = (found_here.module, found_here.fact);
        let is_own =
            !matches!(declaration.kind, DeclarationKind::Renamed | DeclarationKind::Removed);
        match found {
            _ if !is_own => return None,
            // Types that merge to another one.
            Some((_, first)) if first.ty != declaration.ty => return None,
            Some(_) => {}
            None => found = Some((module, declaration)),
        }
    }
    found.filter(|(_, declaration)| declaration.ty != Type::Unknown)
}

/// The type of a member of a set that is of type `ty`, as far as no option is declared for it.
pub(super) fn member_type(ty: &Type, name: Symbol) -> Option<&Type> {
    let set = Known::Attrs { members: Vec::new(), complete: false };
    match ty {
        Type::Attrs { element, .. } | Type::AttrList(element) => Some(element),
        Type::NullOr(inner)
        | Type::Unique(inner)
        | Type::Checked(inner)
        | Type::Described { ty: inner, .. } => member_type(inner, name),
        Type::Either(left, right) => match accepts(left, &set)? {
            true => member_type(left, name),
            false => member_type(right, name),
        },
        Type::Coerced { from, to } => match accepts(from, &set)? {
            true => None,
            false => member_type(to, name),
        },
        Type::Submodule(submodule) => member_type(submodule.freeform.as_deref()?, name),
        // A set that says where it lies is taken for a path, whatever else is in it.
        Type::Serializable(_) if !matches!(name.as_str(), "outPath" | "__toString") => Some(ty),
        _ => None,
    }
}
