//! What Nix has to know of the configuration before it knows something else of it: the edges that one
//! file adds to the demand graph.

use crate::facts::{Condition, Declaration, Definition, Read};
use crate::{Facts, Location, OptionPath, Symbol};

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

/// One of a file's asks on behalf of a path, wherever it is written and whatever is asked on behalf of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AskId {
    /// Which of the askings at the path.
    pub asking: u32,
    pub of: AskOf,
    /// Which of the asks there.
    pub index: u32,
}

/// What an ask stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AskOf {
    Value,
    Elements,
    /// The condition of one of the `mkIf`s around it, counted from the inside out.
    Guard(u32),
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
    pub(crate) fn shrink_to_fit(&mut self) {
        self.askings.shrink_to_fit();
        self.guards.shrink_to_fit();
        for asking in &mut self.askings {
            asking.asks.shrink_to_fit();
            asking.elements.shrink_to_fit();
        }
    }

    /// The askings at this very path, in their order.
    pub fn at<'a>(&'a self, path: &'a OptionPath) -> impl Iterator<Item = &'a Asking> {
        let first = self.askings.partition_point(|asking| asking.path < *path);
        self.askings[first..].iter().take_while(move |asking| asking.path == *path)
    }

    /// The conditions that an asking stands under, from the inside out.
    pub fn guards(&self, asking: &Asking) -> impl Iterator<Item = &Guard> {
        let get = |id: GuardId| self.guards.get(id.0 as usize);
        let outwards = move |guard: &&Guard| guard.outer.and_then(get);
        std::iter::successors(asking.guard.and_then(get), outwards)
    }

    /// What is asked for there.
    pub fn asks<'a>(&'a self, asking: &'a Asking, of: AskOf) -> &'a [Ask] {
        match of {
            AskOf::Value => &asking.asks,
            AskOf::Elements => &asking.elements,
            AskOf::Guard(depth) => {
                self.guards(asking).nth(depth as usize).map_or(&[], |guard| &guard.asks)
            }
        }
    }

    pub fn ask<'a>(&'a self, path: &'a OptionPath, id: AskId) -> Option<&'a Ask> {
        let asking = self.at(path).nth(id.asking as usize)?;
        self.asks(asking, id.of).get(id.index as usize)
    }

    /// Whether two askings of two files ask for the same, on behalf of whatever path and wherever that is
    /// written.
    pub fn are_askings_like(&self, one: &Asking, others: &Demands, other: &Asking) -> bool {
        let key = |asking: &Asking| (asking.by, asking.priority, asking.certain);
        let are_guards_like =
            |a: &Guard, b: &Guard| a.value == b.value && are_like(&a.asks, &b.asks);
        key(one) == key(other)
            && are_like(&one.asks, &other.asks)
            && are_like(&one.elements, &other.elements)
            && self.guards(one).count() == others.guards(other).count()
            && self.guards(one).zip(others.guards(other)).all(|(a, b)| are_guards_like(a, b))
    }

    /// Whether both ask for the same in the same order, wherever in the text that is written.
    fn are_like(&self, other: &Demands) -> bool {
        let are_askings_like = |a: &Asking, b: &Asking| {
            (a.by, &a.path, a.guard, a.priority, a.certain)
                == (b.by, &b.path, b.guard, b.priority, b.certain)
                && are_like(&a.asks, &b.asks)
                && are_like(&a.elements, &b.elements)
        };
        let are_guards_like = |a: &Guard, b: &Guard| {
            (a.outer, a.value) == (b.outer, b.value) && are_like(&a.asks, &b.asks)
        };
        all_like(&self.askings, &other.askings, are_askings_like)
            && all_like(&self.guards, &other.guards, are_guards_like)
    }
}

fn are_like(one: &[Ask], other: &[Ask]) -> bool {
    all_like(one, other, |a, b| a.reads == b.reads && a.certain == b.certain)
}

fn all_like<T>(one: &[T], other: &[T], like: impl Fn(&T, &T) -> bool) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| like(a, b))
}

impl Facts {
    /// Whether everything that the demand graph is made of is the same in both states of a module, except for
    /// the places where it is written.
    pub fn asks_like(&self, other: &Facts) -> bool {
        let declarations = |a: &Declaration, b: &Declaration| {
            (&a.path, &a.ty, a.kind, &a.successor) == (&b.path, &b.ty, b.kind, &b.successor)
        };
        let definitions = |a: &Definition, b: &Definition| {
            (&a.path, a.priority, a.condition) == (&b.path, b.priority, b.condition)
        };
        let conditions = |a: &Condition, b: &Condition| (a.outer, a.value) == (b.outer, b.value);
        all_like(&self.declarations, &other.declarations, declarations)
            && all_like(&self.definitions, &other.definitions, definitions)
            && all_like(&self.conditions, &other.conditions, conditions)
            && all_like(&self.reads, &other.reads, |a: &Read, b: &Read| a.path == b.path)
            && self.unknown == other.unknown
            && self.outputs == other.outputs
            && self.demands.are_like(&other.demands)
    }
}
