//! `lib`, its `types` and `builtins`: which expressions are parts of them, which names they have, and what
//! those do. Meant for showing: where a name is very likely that of nixpkgs' `lib`, it counts as such. Rules,
//! which must be certain, ask `lints`.

mod documentation;

pub(crate) use documentation::{Entry, Shelf};

use crate::view::View;
use module::arena::{Expr, Resolved, ScopeId, ScopeKind};
use module::library::{KnownSet, Membership};
use module::{ExprId, Symbol};
use std::cell::Cell;
use syntax::TextSize;

/// Expressions that one question looks at, at most: `with`s around `with`s lead to each other in more ways than
/// can be tried.
const MAX_LOOKS: u32 = 100;

/// A part of `lib` or of `builtins`: `lib.types.ints` is `lib` with the path `types.ints`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LibraryPath {
    root: Root,
    names: Vec<Symbol>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Root {
    Lib,
    Builtins,
    /// The package set; of it only `lib` counts.
    Packages,
}

/// A name of a set, for lists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Member {
    pub name: &'static str,
    pub entry: Option<&'static Entry>,
}

impl LibraryPath {
    fn root(root: Root) -> LibraryPath {
        LibraryPath { root, names: Vec::new() }
    }

    pub fn builtins() -> LibraryPath {
        LibraryPath::root(Root::Builtins)
    }

    /// `[lib, types, str]`, as [`LibraryPath::written`] gives it.
    pub fn parse(names: &[Symbol]) -> Option<LibraryPath> {
        let (first, rest) = names.split_first()?;
        let root = match first.as_str() {
            "lib" => Root::Lib,
            "builtins" => Root::Builtins,
            _ => return None,
        };
        Some(LibraryPath { root, names: rest.to_vec() })
    }

    pub fn child(&self, name: Symbol) -> LibraryPath {
        match (self.root, name.as_str()) {
            (Root::Packages, "lib") if self.names.is_empty() => LibraryPath::root(Root::Lib),
            _ => {
                let mut names = self.names.clone();
                names.push(name);
                LibraryPath { root: self.root, names }
            }
        }
    }

    pub fn join(&self, names: &[Symbol]) -> LibraryPath {
        names.iter().fold(self.clone(), |path, &name| path.child(name))
    }

    /// With everything written out, from `lib` or `builtins` on.
    pub fn written(&self) -> Vec<Symbol> {
        let root = if self.root == Root::Builtins { "builtins" } else { "lib" };
        let mut names = vec![Symbol::new(root)];
        names.extend(&self.names);
        names
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub fn is_type(&self) -> bool {
        self.root == Root::Lib && self.names.first().is_some_and(|name| name.as_str() == "types")
    }

    /// The set that holds the name, and its part of it.
    fn shelf(&self) -> Option<(Shelf, &[Symbol])> {
        match (self.root, self.names.as_slice()) {
            (Root::Packages, _) => None,
            (Root::Builtins, names) => Some((Shelf::Builtins, names)),
            (Root::Lib, [first, rest @ ..]) if first.as_str() == "types" => {
                Some((Shelf::Types, rest))
            }
            (Root::Lib, names) => Some((Shelf::Lib, names)),
        }
    }

    /// What the texts say of it.
    pub fn entry(&self) -> Option<&'static Entry> {
        let (shelf, names) = self.shelf()?;
        let documentation = shelf.documentation();
        match names {
            [] => Shelf::Lib.documentation().entry("", self.names.last()?.as_str()),
            [name] => {
                let found = documentation.anywhere(name.as_str());
                // Much of `lib` is Nix's own.
                let own = shelf == Shelf::Lib && KnownSet::Lib.has(name.as_str());
                found.or_else(|| {
                    let builtins = Shelf::Builtins.documentation();
                    own.then(|| builtins.entry("", name.as_str())).flatten()
                })
            }
            [part, name] => documentation
                .entry(part.as_str(), name.as_str())
                .or_else(|| Shelf::Builtins.documentation().entry("", name.as_str())),
            _ => None,
        }
    }

    /// What [`LibraryPath::entry`] holds for.
    pub fn release(&self) -> &'static str {
        self.shelf().map_or("", |(shelf, _)| shelf.release())
    }

    /// Whether the set has it, as far as that is known.
    pub fn membership(&self) -> Membership {
        match self.shelf() {
            Some((shelf, [name])) => known_set(shelf).membership(name.as_str()),
            _ if self.entry().is_some() => Membership::Member,
            _ => Membership::Never,
        }
    }

    /// The names in it, in no order; none if they are not known.
    pub fn members(&self) -> Vec<Member> {
        let Some((shelf, names)) = self.shelf() else { return Vec::new() };
        match names {
            [] => known_set(shelf)
                .members()
                .iter()
                .map(|&name| Member { name, entry: self.child(Symbol::new(name)).entry() })
                .collect(),
            [part] => shelf
                .documentation()
                .names(part.as_str())
                .map(|name| Member { name, entry: self.child(Symbol::new(name)).entry() })
                .collect(),
            _ => Vec::new(),
        }
    }
}

fn known_set(shelf: Shelf) -> KnownSet {
    match shelf {
        Shelf::Types => KnownSet::Types,
        Shelf::Builtins => KnownSet::Builtins,
        Shelf::Lib | Shelf::OptionArguments => KnownSet::Lib,
    }
}

/// The part of a library that an expression is.
pub(crate) fn library_path(view: &View<'_>, expr: ExprId) -> Option<LibraryPath> {
    Search::new(view).expr(expr)
}

/// The same for a name with its meaning.
pub(crate) fn library_path_of_name(
    view: &View<'_>,
    name: Symbol,
    resolved: Resolved,
) -> Option<LibraryPath> {
    Search::new(view).name(name, resolved)
}

/// The same for a path of names as it could be written at a place.
pub(crate) fn library_path_at(
    view: &View<'_>,
    names: &[Symbol],
    at: TextSize,
) -> Option<LibraryPath> {
    let (&first, rest) = names.split_first()?;
    let path = library_path_of_name(view, first, view.arena().resolve_at(first, at))?;
    Some(path.join(rest))
}

/// What an expression stands for, as far as a number of looks reaches.
struct Search<'v, 'a> {
    view: &'v View<'a>,
    looks: Cell<u32>,
}

impl<'v, 'a> Search<'v, 'a> {
    fn new(view: &'v View<'a>) -> Search<'v, 'a> {
        Search { view, looks: Cell::new(MAX_LOOKS) }
    }

    fn expr(&self, expr: ExprId) -> Option<LibraryPath> {
        self.looks.set(self.looks.get().checked_sub(1)?);
        match self.view.arena().expr(expr) {
            Expr::Name { name, resolved } => self.name(*name, *resolved),
            Expr::Select { base, path, .. } => {
                let mut found = self.expr(*base)?;
                for name in path {
                    found = found.child(name.symbol()?);
                }
                Some(found)
            }
            _ => None,
        }
    }

    fn name(&self, name: Symbol, resolved: Resolved) -> Option<LibraryPath> {
        match resolved {
            Resolved::Local { scope, slot } => match self.view.binding(scope, slot)?.value {
                Some(value) => self.expr(value),
                None => match name.as_str() {
                    "lib" => Some(LibraryPath::root(Root::Lib)),
                    "pkgs" => Some(LibraryPath::root(Root::Packages)),
                    _ => None,
                },
            },
            Resolved::With(scope) => self.member_of_with(name, scope),
            Resolved::Builtin if name.as_str() == "builtins" => Some(LibraryPath::builtins()),
            Resolved::Builtin => Some(LibraryPath::builtins().child(name)),
            Resolved::Unresolved => None,
        }
    }

    fn member_of_with(&self, name: Symbol, innermost: ScopeId) -> Option<LibraryPath> {
        let arena = self.view.arena();
        let around = std::iter::successors(Some(innermost), |&it| arena.scope(it).parent);
        let envs = around.take_while(|_| self.looks.get() > 0).filter_map(|scope| {
            match arena.scope(scope).kind {
                ScopeKind::With(env) => self.expr(env),
                _ => None,
            }
        });
        let mut members = envs.map(|env| env.child(name));
        members.find(|member| member.membership() != Membership::Never)
    }
}

/// The parts of libraries that `with`s put in scope at a place, innermost first.
pub(crate) fn libraries_at(view: &View<'_>, at: TextSize) -> Vec<LibraryPath> {
    let arena = view.arena();
    let withs = arena.scopes_at(at).into_iter().filter_map(|scope| match arena.scope(scope).kind {
        ScopeKind::With(env) => library_path(view, env),
        _ => None,
    });
    withs.filter(|path| path.root != Root::Packages).collect()
}

/// How a function of `lib` is called at a place: `mkOption` or `lib.mkOption`; `None`: it cannot be.
pub(crate) fn spelled_at(view: &View<'_>, function: &str, at: TextSize) -> Option<String> {
    let wanted = LibraryPath::root(Root::Lib).child(Symbol::new(function));
    let is = |names: &[&str]| {
        let names: Vec<Symbol> = names.iter().map(|name| Symbol::new(name)).collect();
        library_path_at(view, &names, at).as_ref() == Some(&wanted)
    };
    if is(&[function]) {
        Some(function.to_owned())
    } else if is(&["lib", function]) {
        Some(format!("lib.{function}"))
    } else {
        None
    }
}

/// As [`spelled_at`], for a member of `lib.types`.
pub(crate) fn type_spelled_at(view: &View<'_>, ty: &str, at: TextSize) -> Option<String> {
    let is_types = |names: &[&str]| {
        let names: Vec<Symbol> = names.iter().map(|name| Symbol::new(name)).collect();
        library_path_at(view, &names, at)
            .is_some_and(|path| path.is_type() && path.names.len() == 1)
    };
    if is_types(&["types"]) {
        Some(format!("types.{ty}"))
    } else if is_types(&["lib", "types"]) {
        Some(format!("lib.types.{ty}"))
    } else {
        None
    }
}
