//! Options that are declared outside the workspace: NixOS's own, home-manager's. They are read once, from
//! sources that `workspace` finds, and never change afterwards.

mod type_words;

use crate::{Child, Resolved};
use module::types::Type;
use module::{FileId, OptionPath, Symbol};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;

pub use type_words::type_of_words;

/// Every option of the sources, in the order of paths. NixOS has some twenty thousand of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExternalOptions {
    /// Sorted by path, each path once.
    options: Box<[ExternalOption]>,
    /// Below these declared paths a source may declare more than could be seen. Sorted.
    open: Box<[OptionPath]>,
}

/// One option of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct ExternalOption {
    /// Members of submodules have `<name>` and `*` in it, as the workspace's own options have.
    pub path: OptionPath,
    /// What it belongs to, for the user: `nixpkgs`, `home-manager`.
    pub origin: Arc<str>,
    pub ty: Option<Arc<ExternalType>>,
    pub default: Option<Shown>,
    pub example: Option<Shown>,
    /// Markdown.
    pub description: Option<Box<str>>,
    pub declared_at: Box<[DeclaredAt]>,
    pub read_only: bool,
    pub internal: bool,
    /// Renamed or removed; the description says to what and why.
    pub deprecated: bool,
}

/// A type in Nix's own words, and as data as far as the words are understood.
#[derive(Debug, Clone, PartialEq)]
pub struct ExternalType {
    pub words: Box<str>,
    pub ty: Type,
}

/// A value as documentation shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Nix source.
    Code(Box<str>),
    Markdown(Box<str>),
}

/// A place that declares an option, in a file that no snapshot has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredAt {
    /// The file as the source names it: `nixos/modules/services/web-servers/nginx/default.nix`.
    pub name: Arc<str>,
    /// The file, where it can be opened.
    pub file: Option<FileId>,
    /// From 0.
    pub line: u32,
    /// Of the option's name. The same in every encoding: where the line has other than ASCII characters
    /// before the name's end, this is the line's start.
    pub columns: Range<u32>,
}

/// Makes one [`ExternalType`] of all that say the same.
#[derive(Debug, Default)]
pub struct TypeTable(FxHashMap<Box<str>, Arc<ExternalType>>);

impl TypeTable {
    pub fn get(&mut self, words: &str) -> Arc<ExternalType> {
        if let Some(known) = self.0.get(words) {
            return known.clone();
        }
        let ty = ExternalType { words: words.into(), ty: type_of_words(words) };
        let ty = Arc::new(ty);
        self.0.insert(words.into(), ty.clone());
        ty
    }
}

impl ExternalOptions {
    /// `options` in any order; of several with one path the first counts. Below the paths in `open`
    /// there may be more options than these.
    pub fn new(mut options: Vec<ExternalOption>, mut open: Vec<OptionPath>) -> ExternalOptions {
        // The sort is stable, so the first of equals stays the first.
        options.sort_by(|a, b| a.path.cmp(&b.path));
        options.dedup_by(|b, a| a.path == b.path);
        open.sort_unstable();
        open.dedup();
        ExternalOptions { options: options.into(), open: open.into() }
    }

    pub fn is_empty(&self) -> bool {
        self.options.is_empty()
    }

    pub fn len(&self) -> usize {
        self.options.len()
    }

    /// All options; those of one set stand together.
    pub fn iter(&self) -> impl Iterator<Item = &ExternalOption> {
        self.options.iter()
    }

    /// Below these declared paths there may be more than is known.
    pub fn open(&self) -> &[OptionPath] {
        &self.open
    }

    /// The option with this declared path.
    pub fn option(&self, path: &[Symbol]) -> Option<&ExternalOption> {
        let at = self.options.binary_search_by(|option| (*option.path).cmp(path)).ok()?;
        Some(&self.options[at])
    }

    /// The options at and below a declared path.
    pub fn below(&self, path: &[Symbol]) -> &[ExternalOption] {
        below(&self.options, path)
    }

    /// The names that can follow a declared path, sorted by name.
    pub fn children(&self, path: &OptionPath) -> Vec<Child> {
        let mut children = Vec::new();
        let mut rest = self.below(path);
        while let Some(first) = rest.first() {
            let Some(&name) = first.path.get(path.len()) else {
                // The path itself is an option.
                rest = &rest[1..];
                continue;
            };
            let is_option = first.path.len() == path.len() + 1;
            children.push(Child { name, path: path.child(name), is_option });
            // All that begins with the child's path stands together.
            rest = &rest[rest.partition_point(|it| it.path.get(path.len()) == Some(&name))..];
        }
        children.sort_by_key(|child| child.name.as_str());
        children
    }

    /// What a written path means. `Undeclared` is as certain as the sources are complete: an
    /// `options.json` leaves out options that are not meant to be seen.
    pub fn resolve(&self, written: &[Symbol]) -> Resolved {
        let mut declared = OptionPath::root();
        let mut unknown = self.is_open(&declared);
        for (index, &name) in written.iter().enumerate() {
            let child = declared.child(name);
            let any = declared.child(Symbol::ANY_NAME);
            declared = if name != Symbol::COMPUTED && !self.below(&child).is_empty() {
                child
            } else if name != Symbol::ANY_ELEMENT && !self.below(&any).is_empty() {
                any
            } else if unknown || name == Symbol::COMPUTED {
                return Resolved::Unknown;
            } else {
                return match self.option_with_any_member(&declared) {
                    Some(option) => Resolved::Inside { option, rest: written[index..].into() },
                    None => Resolved::Undeclared { known: declared, missing: name },
                };
            };
            unknown |= self.is_open(&declared);
        }
        match self.option(&declared) {
            Some(_) => Resolved::Option(declared),
            None => Resolved::Group(declared),
        }
    }

    fn is_open(&self, path: &[Symbol]) -> bool {
        self.open.binary_search_by(|open| (**open).cmp(path)).is_ok()
    }

    /// The innermost option at or above a declared path, if its type may allow members that nobody
    /// declares. Only a closed submodule certainly does not.
    fn option_with_any_member(&self, declared: &OptionPath) -> Option<OptionPath> {
        let (end, option) = (1..=declared.len())
            .rev()
            .find_map(|end| Some((end, self.option(&declared[..end])?)))?;
        let ty = option.ty.as_ref().map_or(&Type::Unknown, |known| &known.ty);
        let is_closed = ty.submodule().is_some_and(|(submodule, segments)| {
            // In `attrsOf (submodule …)` the first name below the option is the member's own.
            submodule.freeform.is_none()
                && !submodule.open
                && declared.len() >= end + segments.len()
        });
        (!is_closed).then(|| option.path.clone())
    }
}

/// The part of a sorted list that begins with `path`.
fn below<'a>(options: &'a [ExternalOption], path: &[Symbol]) -> &'a [ExternalOption] {
    let start = options.partition_point(|option| *option.path < *path);
    let rest = &options[start..];
    &rest[..rest.partition_point(|option| option.path.starts_with(path))]
}

#[cfg(test)]
mod tests;
