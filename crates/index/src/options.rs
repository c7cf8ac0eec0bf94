//! Questions about options.

use crate::contributions::Contributions;
use crate::{FileData, Snapshot};
use module::facts::{Declaration, DeclarationKind, Definition, Read};
use module::types::{Leaf, Type};
use module::{FileId, OptionPath, Symbol};
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
        let set = &self.contributions.declared;
        self.uses(set, path, |facts| facts.declarations_at(path))
    }

    /// Every declaration at or below a declared path, in the order of files and positions.
    pub fn declarations_below<'a>(
        &'a self,
        path: &'a OptionPath,
    ) -> Vec<OptionUse<'a, Declaration>> {
        let set = &self.contributions.declared;
        let mut files: Vec<FileId> =
            Contributions::below(set, path).map(|(_, file)| *file).collect();
        files.sort_by_key(|file| file.path());
        files.dedup();
        let mut found = Vec::new();
        for module in files {
            let Some(data) = self.file(module) else { continue };
            let Some(facts) = data.module() else { continue };
            let below = facts.declarations.iter().filter(|fact| fact.path.starts_with(path));
            found.extend(below.map(|fact| OptionUse { module, data, fact }));
        }
        found
    }

    /// The modules that use `file` as a value: its text counts among their facts.
    pub fn users(&self, file: FileId) -> impl Iterator<Item = FileId> {
        self.contributions.users(file)
    }

    pub fn is_option(&self, path: &OptionPath) -> bool {
        Contributions::at(&self.contributions.declared, path).next().is_some()
    }

    /// Every definition at this very path, as it is written.
    pub fn definitions_at(&self, path: &OptionPath) -> Vec<OptionUse<'_, Definition>> {
        let set = &self.contributions.defined;
        self.uses(set, path, |facts| facts.definitions_at(path))
    }

    /// The modules that define this very path, as it is written, in no order that means anything.
    pub fn defining_modules<'a>(
        &'a self,
        path: &'a OptionPath,
    ) -> impl Iterator<Item = FileId> + use<'a> {
        Contributions::at(&self.contributions.defined, path)
    }

    pub fn reads_at(&self, path: &OptionPath) -> Vec<OptionUse<'_, Read>> {
        let set = &self.contributions.read;
        self.uses(set, path, |facts| facts.reads_at(path))
    }

    /// Every path that somebody reads at or below this one, as it is written.
    pub fn reads_below<'a>(
        &'a self,
        path: &'a OptionPath,
    ) -> impl Iterator<Item = (&'a OptionPath, FileId)> {
        Contributions::below(&self.contributions.read, path).map(|(path, file)| (path, *file))
    }

    /// As [`Snapshot::reads_below`], of definitions.
    pub fn definitions_below<'a>(
        &'a self,
        path: &'a OptionPath,
    ) -> impl Iterator<Item = (&'a OptionPath, FileId)> {
        Contributions::below(&self.contributions.defined, path).map(|(path, file)| (path, *file))
    }

    fn uses<'a, T: 'a, I: Iterator<Item = &'a T>>(
        &'a self,
        set: &imbl::OrdSet<(OptionPath, FileId)>,
        path: &OptionPath,
        at_path: impl Fn(&'a module::Facts) -> I,
    ) -> Vec<OptionUse<'a, T>> {
        let mut files: Vec<FileId> = Contributions::at(set, path).collect();
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
        written_forms(&self.contributions.defined, declared)
    }

    pub fn read_paths(&self, declared: &OptionPath) -> Vec<OptionPath> {
        written_forms(&self.contributions.read, declared)
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
        for file in Contributions::at(&self.contributions.declared, declared) {
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
        Contributions::at(&self.contributions.declared, declared).find_map(|file| {
            let facts = self.file(file)?.module()?;
            let declaration = facts.declarations_at(declared).next()?;
            declaration.successor.as_ref().filter(|successor| !successor.starts_with(declared))
        })
    }

    /// The declaration that renames or removes the option with this declared path.
    pub fn retirement(&self, declared: &OptionPath) -> Option<OptionUse<'_, Declaration>> {
        Contributions::at(&self.contributions.declared, declared).find_map(|module| {
            let data = self.file(module)?;
            let retires =
                |kind| matches!(kind, DeclarationKind::Renamed | DeclarationKind::Removed);
            let fact = data.module()?.declarations_at(declared).find(|fact| retires(fact.kind))?;
            Some(OptionUse { module, data, fact })
        })
    }

    /// Whether anything is declared at or below this declared path.
    pub fn has_options_below(&self, path: &OptionPath) -> bool {
        Contributions::below(&self.contributions.declared, path).next().is_some()
    }

    /// Every declared option below this declared path, in the order of the paths.
    pub fn options_below<'a>(
        &'a self,
        path: &'a OptionPath,
    ) -> impl Iterator<Item = &'a OptionPath> {
        let mut last = None;
        Contributions::below(&self.contributions.declared, path)
            .map(|(found, _)| found)
            .filter(move |found| last.replace(*found) != Some(*found))
    }

    /// Whether some module may declare more below this path than can be seen.
    pub fn may_have_more(&self, path: &OptionPath) -> bool {
        Contributions::at(&self.contributions.unknown, path).next().is_some()
    }

    /// The names that can follow a declared path, sorted by name.
    pub fn children(&self, path: &OptionPath) -> Vec<Child> {
        let mut children: Vec<Child> = Vec::new();
        for (found, _) in Contributions::below(&self.contributions.declared, path) {
            let Some(&name) = found.get(path.len()) else { continue };
            let is_option = found.len() == path.len() + 1;
            match children.last_mut() {
                Some(last) if last.name == name => last.is_option |= is_option,
                _ => children.push(Child { name, path: path.child(name), is_option }),
            }
        }
        children.sort_by_key(|child| child.name.as_str());
        children
    }

    /// What a written path means.
    pub fn resolve(&self, written: &[Symbol]) -> Resolved {
        let mut declared = OptionPath::root();
        let mut unknown = self.may_have_more(&declared);
        for (index, &name) in written.iter().enumerate() {
            if index > 0 && self.is_option(&declared) {
                // A renamed option has the members of its successor.
                if let Some(successor) = self.successor(&declared) {
                    return self.resolve(&successor.join(&written[index..]));
                }
                match self.below_option(&declared, name) {
                    Below::Members(path) => {
                        declared = path;
                        unknown |= self.may_have_more(&declared);
                        // The name is that of a member: the option's own follow.
                        if declared.last().is_some_and(|last| *last == Symbol::ANY_NAME) {
                            continue;
                        }
                    }
                    Below::Anything => {
                        let rest = written[index..].into();
                        return Resolved::Inside { option: declared, rest };
                    }
                }
            }
            if name == Symbol::COMPUTED {
                return Resolved::Unknown;
            }
            let child = declared.child(name);
            if !self.has_options_below(&child) {
                if unknown || self.may_have_more(&child) {
                    return Resolved::Unknown;
                }
                // Members that a submodule's freeform type allows.
                if let Some(option) = self.freeform_above(&declared) {
                    return Resolved::Inside { option, rest: written[index..].into() };
                }
                return Resolved::Undeclared { known: declared, missing: name };
            }
            declared = child;
            unknown |= self.may_have_more(&declared);
        }
        match self.is_option(&declared) {
            true => Resolved::Option(declared),
            false => Resolved::Group(declared),
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
                let path = option.join(&segments);
                // One segment at a time is walked; sets of sets of submodules are rare enough.
                if segments.len() > 1 || !self.has_options_below(&path) {
                    return Below::Anything;
                }
                Below::Members(path)
            }
            // Of a list's elements no path tells, except one that is made up for them.
            Some((_, segments)) if !segments.is_empty() && name != Symbol::ANY_ELEMENT => {
                Below::Anything
            }
            _ if self.has_options_below_strictly(option) && !is_open(ty) => {
                Below::Members(option.clone())
            }
            _ => Below::Anything,
        }
    }

    fn has_options_below_strictly(&self, path: &OptionPath) -> bool {
        Contributions::below(&self.contributions.declared, path).any(|(found, _)| found != path)
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

enum Below {
    /// The option's members are declared below this path.
    Members(OptionPath),
    Anything,
}

/// Types whose values may have any member.
fn is_open(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Unknown | Type::Leaf(Leaf::Attrs | Leaf::Anything | Leaf::Unspecified | Leaf::Raw)
    )
}

/// The paths in `set` that mean `declared` when `<name>` stands for any one name.
fn written_forms(
    set: &imbl::OrdSet<(OptionPath, FileId)>,
    declared: &OptionPath,
) -> Vec<OptionPath> {
    let wildcard = declared.iter().position(|name| name.is_wildcard());
    let fixed = match wildcard {
        None => {
            let found = Contributions::at(set, declared).next().is_some();
            return if found { vec![declared.clone()] } else { Vec::new() };
        }
        Some(at) => OptionPath::from(&declared[..at]),
    };
    let mut forms: Vec<OptionPath> = Contributions::below(set, &fixed)
        .map(|(path, _)| path)
        .filter(|path| {
            path.len() == declared.len()
                && path
                    .iter()
                    .zip(declared.iter())
                    .all(|(written, declared)| declared.is_wildcard() || written == declared)
        })
        .cloned()
        .collect();
    forms.dedup();
    forms
}
