//! What Nix has to know of the configuration before it knows something else of it: the edges that one
//! file adds to the demand graph.

use crate::{Location, OptionPath, Symbol};

/// Everything in a file that asks for a part of the configuration to be known first.
///
/// What asks for nothing is left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Demands {
    /// Sorted by path.
    pub askings: Vec<Asking>,
    /// The conditions of `mkIf` that askings stand under; each points at the next one outwards.
    pub guards: Vec<Guard>,
}

/// One place whose evaluation asks for parts of the configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Asking {
    pub by: Asker,
    /// The option set, or the option, whose names or value are not known before that.
    pub path: OptionPath,
    /// The innermost `mkIf` around it.
    pub guard: Option<GuardId>,
    /// The priority of the override around it, the default of an option being one of 1500; `None`: it
    /// stands there plainly. What is plain is evaluated even where something else overrides it.
    pub priority: Option<i64>,
    /// It is there in every evaluation of the module, and so is the override around it.
    pub certain: bool,
    /// What is asked for to know the value as far as its outermost set, list or scalar.
    pub asks: Vec<Ask>,
    /// The same of the elements, if the value is a list.
    pub elements: Vec<Ask>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asker {
    /// The module's `imports`.
    Imports,
    /// What the module as a whole is.
    Module,
    /// The names of the options below the path, or whether there is an option there.
    Options,
    /// The module's definitions as a whole: their names.
    Config,
    /// A definition: of the names below the path, or of the option's value.
    Definition,
    /// The option's default, or the function in its `apply`.
    Declaration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GuardId(pub u32);

/// The condition of a `mkIf`.
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    pub outer: Option<GuardId>,
    /// What it is known to be.
    pub value: Option<bool>,
    pub asks: Vec<Ask>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    pub reads: Demanded,
    /// The expression that needs it.
    pub at: Location,
    /// Every evaluation gets there; otherwise it depends on a branch, on what stands to the left of `&&`, on
    /// what a function does with its argument.
    pub certain: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Demanded {
    Config(OptionPath),
    /// A module argument that comes from `_module.args`, as `pkgs` does.
    Argument(Symbol),
}

impl Demanded {
    /// The path that it has in `config`.
    pub fn path(&self) -> OptionPath {
        match self {
            Demanded::Config(path) => path.clone(),
            Demanded::Argument(name) => {
                [Symbol::new("_module"), Symbol::new("args"), *name].into_iter().collect()
            }
        }
    }
}

impl Demands {
    /// The askings at this very path.
    pub fn at<'a>(&'a self, path: &'a OptionPath) -> impl Iterator<Item = &'a Asking> {
        let first = self.askings.partition_point(|asking| asking.path < *path);
        self.askings[first..].iter().take_while(move |asking| asking.path == *path)
    }

    /// The conditions that an asking stands under, from the inside out.
    pub fn guards(&self, asking: &Asking) -> impl Iterator<Item = &Guard> {
        let get = |id: GuardId| self.guards.get(id.0 as usize);
        std::iter::successors(asking.guard.and_then(get), move |guard| guard.outer.and_then(get))
    }
}
