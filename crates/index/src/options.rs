//! Questions about options.

use crate::contributions::Said;
use crate::watch::Look;
use crate::{FileData, Snapshot};
use module::facts::{Declaration, DeclarationKind, Definition, Read};
use module::types::{Leaf, Type};
use module::{FileId, OptionPath, Symbol};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// What a path means that somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// An option, by its declared path (`hypervisor.vms.<name>.memory`).
    Option(OptionPath),
    /// A set that options stand in.
    Group(OptionPath),
    /// A member of an option's value, which its type does not declare but may allow.
    Inside { option: OptionPath, rest: OptionPath },
    /// Nothing declares it: `known` leads to the innermost group or submodule that exists.
    Undeclared { known: OptionPath, missing: Symbol },
    /// It cannot be said: something on the way is not known.
    Unknown,
}

/// A name that can follow a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    pub name: Symbol,
    pub path: OptionPath,
    /// An option of that very path is declared.
    pub is_option: bool,
}

/// Something that a module says of an option, with the module.
#[derive(Debug, Clone, Copy)]
pub struct OptionUse<'a, T> {
    pub module: FileId,
    pub data: &'a Arc<FileData>,
    pub fact: &'a T,
}

impl Snapshot {
    /// Every declaration of the option with this declared path, in the order of files and positions.
    pub fn declarations(&self, path: &OptionPath) -> Vec<OptionUse<'_, Declaration>> {
        self.uses(Said::Declared, path, |facts| facts.declarations_at(path))
    }

    /// Every declaration at or below a declared path, in the order of files and positions.
    pub fn declarations_below(&self, path: &OptionPath) -> Vec<OptionUse<'_, Declaration>> {
        let mut found = Vec::new();
        for module in self.modules_around(&[Said::Declared], path) {
            let Some(data) = self.file(module) else { continue };
            let Some(facts) = data.module() else { continue };
            let below = facts.declarations_below(path);
            found.extend(below.map(|fact| OptionUse { module, data, fact }));
        }
        found
    }

    /// Whether such a module declares something at or below a declared path.
    pub fn is_declared_below_by(
        &self,
        path: &OptionPath,
        is_meant: impl FnMut(FileId) -> bool,
    ) -> bool {
        self.any_module_around(Said::Declared, path, is_meant)
    }

    /// The modules that use `file` as a value: its text counts among their facts.
    pub fn users(&self, file: FileId) -> impl Iterator<Item = FileId> {
        self.note(Look::Graph);
        self.contributions.users(file)
    }

    pub fn is_option(&self, path: &OptionPath) -> bool {
        self.is_said_at(Said::Declared, path)
    }

    /// Every definition at this very path, as it is written.
    pub fn definitions_at(&self, path: &OptionPath) -> Vec<OptionUse<'_, Definition>> {
        self.uses(Said::Defined, path, |facts| facts.definitions_at(path))
    }

    /// The modules that define this very path, as it is written, in no order that means anything.
    pub fn defining_modules<'a>(
        &'a self,
        path: &'a OptionPath,
    ) -> impl Iterator<Item = FileId> + use<'a> {
        self.said_at(Said::Defined, path)
    }

    pub fn reads_at(&self, path: &OptionPath) -> Vec<OptionUse<'_, Read>> {
        self.uses(Said::Read, path, |facts| facts.reads_at(path))
    }

    /// Whether somebody reads this path or one below it, as it is written.
    pub fn is_read_around(&self, path: &OptionPath) -> bool {
        self.is_said_around(Said::Read, path)
    }

    /// The modules that read this path or one below it, as it is written, in the order of their paths.
    pub fn readers_around(&self, path: &OptionPath) -> Vec<FileId> {
        self.modules_around(&[Said::Read], path)
    }

    /// The modules that read or define this path or one below it, as it is written, in the order of their
    /// paths.
    pub fn users_around(&self, path: &OptionPath) -> Vec<FileId> {
        self.modules_around(&[Said::Read, Said::Defined], path)
    }

    /// The paths at or below this one that somebody reads or defines, as they are written, each once.
    pub fn paths_used_below(&self, path: &OptionPath) -> FxHashSet<OptionPath> {
        let said = [Said::Read, Said::Defined].into_iter();
        said.flat_map(|what| self.paths_said_below(what, path)).collect()
    }

    fn uses<'a, T: 'a, I: Iterator<Item = &'a T>>(
        &'a self,
        what: Said,
        path: &OptionPath,
        at_path: impl Fn(&'a module::Facts) -> I,
    ) -> Vec<OptionUse<'a, T>> {
        let mut files: Vec<FileId> = self.said_at(what, path).collect();
        files.sort_by_key(|file| file.path());
        let mut uses = Vec::new();
        for module in files {
            let Some(data) = self.file(module) else { continue };
            let Some(facts) = data.module() else { continue };
            uses.extend(at_path(facts).map(|fact| OptionUse { module, data, fact }));
        }
        uses
    }

    /// Every written path of definitions that set the option with this declared path.
    pub fn definition_paths(&self, declared: &OptionPath) -> Vec<OptionPath> {
        written_forms(self, Said::Defined, declared)
    }

    pub fn read_paths(&self, declared: &OptionPath) -> Vec<OptionPath> {
        written_forms(self, Said::Read, declared)
    }

    /// Every definition of the option with this declared path.
    pub fn definitions<R>(
        &self,
        declared: &OptionPath,
        mut each: impl FnMut(OptionUse<'_, Definition>) -> R,
    ) -> Vec<R> {
        let mut all = Vec::new();
        for path in self.definition_paths(declared) {
            for found in self.definitions_at(&path) {
                all.push(each(found));
            }
        }
        all
    }

    pub fn reads<R>(
        &self,
        declared: &OptionPath,
        mut each: impl FnMut(OptionUse<'_, Read>) -> R,
    ) -> Vec<R> {
        let mut all = Vec::new();
        for path in self.read_paths(declared) {
            for found in self.reads_at(&path) {
                all.push(each(found));
            }
        }
        all
    }

    /// The type of an option, by its first declaration that knows one.
    pub fn option_type(&self, declared: &OptionPath) -> Option<&Type> {
        let mut unknown = None;
        for file in self.said_at(Said::Declared, declared) {
            let facts = self.file(file).and_then(|data| data.module())?;
            for declaration in facts.declarations_at(declared) {
                if declaration.ty != Type::Unknown {
                    return Some(&declaration.ty);
                }
                unknown = Some(&declaration.ty);
            }
        }
        unknown
    }

    /// Where a renamed option has gone; `None` if it is no renamed one, or has been renamed to itself.
    pub fn successor(&self, declared: &OptionPath) -> Option<&OptionPath> {
        self.said_at(Said::Retired, declared).find_map(|file| {
            let facts = self.file(file)?.module()?;
            let mut successors =
                facts.declarations_at(declared).filter_map(|it| it.successor.as_ref());
            successors.find(|successor| !successor.starts_with(declared))
        })
    }

    /// The declaration that renames or removes the option with this declared path.
    pub fn retirement(&self, declared: &OptionPath) -> Option<OptionUse<'_, Declaration>> {
        self.said_at(Said::Retired, declared).find_map(|module| {
            let data = self.file(module)?;
            let retires =
                |kind| matches!(kind, DeclarationKind::Renamed | DeclarationKind::Removed);
            let fact = data.module()?.declarations_at(declared).find(|fact| retires(fact.kind))?;
            Some(OptionUse { module, data, fact })
        })
    }

    /// The renamed or removed option that a path is or leads into, with the declaration that retires it.
    pub fn retired_on_the_way(
        &self,
        path: &[Symbol],
    ) -> Option<(OptionPath, OptionUse<'_, Declaration>)> {
        let mut here = self.first_stop();
        for &name in path {
            here.go_on(name);
            if !here.is_said_around(Said::Declared) {
                return None;
            }
            if here.is_said(Said::Retired)
                && let Some(retirement) = self.retirement(&here.path)
            {
                return Some((here.path, retirement));
            }
        }
        None
    }

    /// The one option below `group` whose last name is this; `None` if there is none, or are more. Those of
    /// members do not count.
    pub fn only_option_named(&self, name: Symbol, group: &[Symbol]) -> Option<OptionPath> {
        let mut found: Option<&OptionPath> = None;
        for module in self.modules_declaring_named(name) {
            let facts = self.file(module)?.module()?;
            let named = facts.declarations.iter().map(|declaration| &declaration.path);
            let is_meant = |path: &&OptionPath| {
                path.last() == Some(&name)
                    && path.starts_with(group)
                    && !path.iter().any(|name| name.is_wildcard())
            };
            for path in named.filter(is_meant) {
                if *found.get_or_insert(path) != path {
                    return None;
                }
            }
        }
        found.cloned()
    }

    /// Whether anything is declared at or below this declared path.
    pub fn has_options_below(&self, path: &OptionPath) -> bool {
        self.is_said_around(Said::Declared, path)
    }

    /// Every declared option at or below this declared path, in the order of the paths.
    pub fn options_below(&self, path: &OptionPath) -> impl Iterator<Item = OptionPath> + use<'_> {
        self.paths_said_below(Said::Declared, path)
    }

    /// Whether some module may declare more below this path than can be seen.
    pub fn may_have_more(&self, path: &OptionPath) -> bool {
        self.is_said_at(Said::Unknown, path)
    }

    /// Whether some module defines more than can be seen at or around this path, or below it; `<name>` stands
    /// for any name.
    pub fn may_be_defined_unseen(&self, path: &OptionPath) -> bool {
        let fixed = path.iter().position(|name| name.is_wildcard()).unwrap_or(path.len());
        let meets = |unseen: &OptionPath| {
            let mut names = unseen.iter().zip(path.iter());
            names.all(|(unseen, name)| unseen == name || name.is_wildcard())
        };
        (0..fixed).any(|end| self.is_said_at(Said::Undefined, &path[..end]))
            || self.paths_said_below(Said::Undefined, &path[..fixed]).any(|unseen| meets(&unseen))
    }

    /// The names that can follow a declared path, sorted by name.
    pub fn children(&self, path: &OptionPath) -> Vec<Child> {
        let names = self.names_said_after(Said::Declared, path);
        let child = |(name, is_option)| Child { name, path: path.child(name), is_option };
        let mut children: Vec<Child> = names.map(child).collect();
        children.sort_by_key(|child| child.name.as_str());
        children
    }

    /// What a written path means.
    pub fn resolve(&self, written: &[Symbol]) -> Resolved {
        self.remembered(written, || self.walk(written))
    }

    fn walk(&self, written: &[Symbol]) -> Resolved {
        let mut here = self.first_stop();
        let mut unknown = here.is_said(Said::Unknown);
        for (index, &name) in written.iter().enumerate() {
            if index > 0 && here.is_said(Said::Declared) {
                // A renamed option has the members of its successor.
                if here.is_said(Said::Retired)
                    && let Some(successor) = self.successor(&here.path)
                {
                    return self.resolve(&successor.join(&written[index..]));
                }
                match self.below_option(&here.path, name) {
                    Below::Own => {}
                    // The name is that of a member: the option's own follow.
                    Below::Members => {
                        here.go_on(Symbol::ANY_NAME);
                        unknown |= here.is_said(Said::Unknown);
                        continue;
                    }
                    Below::Anything => {
                        let rest = written[index..].into();
                        return Resolved::Inside { option: here.path, rest };
                    }
                }
            }
            if name == Symbol::COMPUTED {
                return Resolved::Unknown;
            }
            here.go_on(name);
            if !here.is_said_around(Said::Declared) {
                if unknown || here.is_said(Said::Unknown) {
                    return Resolved::Unknown;
                }
                let known = here.path.parent().unwrap_or_default();
                // Members that a submodule's freeform type allows.
                if let Some(option) = self.freeform_above(&known) {
                    return Resolved::Inside { option, rest: written[index..].into() };
                }
                return Resolved::Undeclared { known, missing: name };
            }
            unknown |= here.is_said(Said::Unknown);
        }
        match here.is_said(Said::Declared) {
            true => Resolved::Option(here.path),
            false => Resolved::Group(here.path),
        }
    }

    /// The declared path that a written path leads to, if it is there.
    pub fn declared_path(&self, written: &[Symbol]) -> Option<OptionPath> {
        match self.resolve(written) {
            Resolved::Option(path) | Resolved::Group(path) => Some(path),
            _ => None,
        }
    }

    fn below_option(&self, option: &OptionPath, name: Symbol) -> Below {
        let Some(ty) = self.option_type(option) else { return Below::Anything };
        match ty.members() {
            Some((_, segments)) if segments.iter().all(|name| *name == Symbol::ANY_NAME) => {
                // One segment at a time is walked; sets of sets of submodules are rare enough.
                match segments.len() {
                    0 => Below::Own,
                    1 if self.has_options_below(&option.join(&segments)) => Below::Members,
                    _ => Below::Anything,
                }
            }
            // Of a list's elements no path tells, except one that is made up for them.
            Some((_, segments)) if !segments.is_empty() && name != Symbol::ANY_ELEMENT => {
                Below::Anything
            }
            _ if self.is_said_below(Said::Declared, option) && !is_open(ty) => Below::Own,
            _ => Below::Anything,
        }
    }

    /// The option whose submodule this path is directly in, if members may be undeclared there.
    fn freeform_above(&self, declared: &OptionPath) -> Option<OptionPath> {
        let mut above = Some(declared.clone());
        while let Some(path) = above {
            if self.is_option(&path) {
                let (submodule, _) = self.option_type(&path)?.submodule()?;
                return (submodule.freeform.is_some() || submodule.open).then_some(path);
            }
            above = path.parent();
        }
        None
    }
}

/// What is below an option's path.
enum Below {
    /// Options of the option's own.
    Own,
    /// Members, whose options are declared below `<name>`.
    Members,
    /// Whatever its type allows.
    Anything,
}

/// Types whose values may have any member.
fn is_open(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Unknown | Type::Leaf(Leaf::Attrs | Leaf::Anything | Leaf::Unspecified | Leaf::Raw)
    )
}

/// The paths of which modules say this that mean `declared` when `<name>` stands for any one name.
fn written_forms(snapshot: &Snapshot, what: Said, declared: &OptionPath) -> Vec<OptionPath> {
    let wildcard = declared.iter().position(|name| name.is_wildcard());
    let fixed = match wildcard {
        None => {
            return if snapshot.is_said_at(what, declared) {
                vec![declared.clone()]
            } else {
                Vec::new()
            };
        }
        Some(at) => OptionPath::from(&declared[..at]),
    };
    let is_form = |path: &OptionPath| {
        let mut names = path.iter().zip(declared.iter());
        path.len() == declared.len()
            && names.all(|(written, declared)| declared.is_wildcard() || written == declared)
    };
    snapshot.paths_said_below(what, &fixed).filter(is_form).collect()
}
