//! Values of the abstract interpreter: those of Nix as far as they are known, plus what a module sees of
//! the world outside it.

use crate::arena::{LambdaId, ScopeId, Site};
use crate::facts::{ConditionId, DeclarationKind};
use crate::read::prims::Prim;
use crate::types::Type;
use crate::{ExprId, FileId, OptionPath, Symbol};
use std::rc::Rc;

/// A delayed value in the interpreter's heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ThunkId(pub u32);

/// One of the files that a reading has looked into; 0 is the module itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SourceId(pub u32);

/// An expression of one of those files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Code {
    pub source: SourceId,
    pub expr: ExprId,
}

/// The names around an expression at run time, innermost first.
pub(super) type Env = Option<Rc<Frame>>;

#[derive(Debug)]
pub(super) struct Frame {
    pub parent: Env,
    pub scope: ScopeId,
    /// A slot a name; for a `with`, the one set.
    pub slots: Vec<ThunkId>,
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    Unknown,
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// `None`: a string, but not which.
    Str(Option<Rc<str>>),
    Path(Option<FileId>),
    List(Rc<List>),
    Set(Rc<Set>),
    /// One of two, and it is not known which.
    Choice(Rc<Choice>),
    Closure(Rc<Closure>),
    /// A function of `lib` or `builtins` with some of its arguments.
    Prim(Prim, Rc<[ThunkId]>),
    Namespace(Namespace),
    /// A namespace with more in it: `lib.extend`, `lib.types // { … }`.
    Extended(Namespace, Rc<Set>),
    Place(Rc<Place>),
    Property(Rc<Property>),
    Option(Rc<OptionValue>),
    Type(Rc<Type>),
    /// What `mkRenamedOptionModule` and its kin make.
    Migration(Rc<Migration>),
    /// What `nixosSystem` and its kin make.
    Evaluation(Rc<Evaluation>),
}

#[derive(Debug, Clone)]
pub(super) struct List {
    pub items: Vec<Item>,
    /// There are no others.
    pub complete: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub thunk: ThunkId,
    /// The item is there only under this condition.
    pub condition: Option<ConditionId>,
}

#[derive(Debug, Clone)]
pub(super) struct Set {
    pub slots: Vec<Slot>,
    pub complete: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    pub name: Symbol,
    pub thunk: ThunkId,
    /// Where the name is bound, if a binding made it.
    pub site: Option<(SourceId, Site)>,
    /// The name is there only under this condition.
    pub condition: Option<ConditionId>,
}

#[derive(Debug)]
pub(super) struct Choice {
    pub condition: Code,
    pub then: ThunkId,
    pub otherwise: ThunkId,
}

#[derive(Debug)]
pub(super) struct Closure {
    pub source: SourceId,
    pub lambda: LambdaId,
    pub env: Env,
    pub condition: Option<ConditionId>,
}

/// What a submodule type is made of.
#[derive(Debug, Clone)]
pub(super) struct SubmoduleParts {
    pub modules: Rc<[ThunkId]>,
    /// The `specialArgs` that its modules get.
    pub arguments: Option<Rc<Set>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Namespace {
    Lib,
    Types,
    Ints,
    Numbers,
    Builtins,
    /// The `lib` of a flake's input: nixpkgs' own and what the well-known flakes add.
    FlakeLib,
}

/// Something that only the whole configuration knows, by where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub root: PlaceRoot,
    pub path: OptionPath,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlaceRoot {
    Config,
    Options,
    /// A module argument (`pkgs`).
    Argument(Symbol),
}

/// `mkIf` and its kin around a definition.
#[derive(Debug)]
pub(super) struct Property {
    pub kind: PropertyKind,
    pub content: ThunkId,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum PropertyKind {
    /// The condition, where it is written, and what it is known to be.
    If(ThunkId, Code, Option<bool>),
    /// The content is the list.
    Merge,
    /// `None`: the priority is not known.
    Override(Option<i64>),
    Order,
}

#[derive(Debug)]
pub(super) struct OptionValue {
    pub kind: DeclarationKind,
    /// `mkOption`'s argument, or what stands for it.
    pub arguments: Option<Rc<Set>>,
    /// The text that `mkEnableOption` and `mkPackageOption` are given.
    pub label: Option<Rc<str>>,
    pub call: Code,
}

#[derive(Debug)]
pub(super) struct Migration {
    pub kind: DeclarationKind,
    pub from: OptionPath,
    pub to: Option<OptionPath>,
    /// The old name has the new one's type: one that is computed from it, or removed, has none.
    pub is_typed: bool,
    pub call: Code,
}

/// Modules put together to a configuration.
#[derive(Debug)]
pub(super) struct Evaluation {
    /// The set with `modules` and `specialArgs`.
    pub arguments: ThunkId,
    pub call: Code,
}

/// Where nixpkgs is, for paths into it; nobody's tree is there.
const NIXPKGS: &str = "/<nixpkgs>";

/// `rest` is empty or begins with a slash.
pub(super) fn in_nixpkgs(rest: &str) -> String {
    format!("{NIXPKGS}{rest}")
}

pub(super) fn is_in_nixpkgs(path: &str) -> bool {
    path.strip_prefix(NIXPKGS).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Set {
    pub fn empty() -> Set {
        Set { slots: Vec::new(), complete: true }
    }

    /// The slot that a selection of `name` means. One that is there under a condition counts: where it is
    /// not, the selection fails anyway. `None` if there is none or it is not known which of several.
    pub fn get(&self, name: Symbol) -> Option<&Slot> {
        let mut found = self.slots.iter().filter(|slot| slot.name == name);
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    pub fn has(&self, name: Symbol) -> Option<bool> {
        match self.slots.iter().find(|slot| slot.name == name) {
            Some(slot) if slot.condition.is_none() => Some(true),
            Some(_) => None,
            None if self.complete => Some(false),
            None => None,
        }
    }
}

impl Place {
    /// `pkgs.path`
    pub fn is_path_of_nixpkgs(&self) -> bool {
        let [name] = &self.path[..] else { return false };
        name.as_str() == "path" && self.root == PlaceRoot::Argument(Symbol::new("pkgs"))
    }

    pub fn child(&self, name: Symbol) -> Value {
        Value::Place(Rc::new(Place { root: self.root, path: self.path.child(name) }))
    }
}

impl Value {
    pub fn str(text: &str) -> Value {
        Value::Str(Some(text.into()))
    }

    pub fn list(items: impl IntoIterator<Item = ThunkId>) -> Value {
        let items = items.into_iter().map(|thunk| Item { thunk, condition: None }).collect();
        Value::List(Rc::new(List { items, complete: true }))
    }

    /// The path that this value is where a path is wanted: itself, or an absolute string.
    pub fn path(&self) -> Option<FileId> {
        match self {
            Value::Path(path) => *path,
            Value::Str(Some(text)) if text.starts_with('/') => Some(FileId::new(text)),
            _ => None,
        }
    }

    pub fn ty(ty: Type) -> Value {
        Value::Type(Rc::new(ty))
    }
}
