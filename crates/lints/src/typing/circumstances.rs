//! Whether Nix looks at a value: its conditions, other definitions of more weight, and the submodule that it
//! may stand in.

use super::values::equal;
use crate::scopes::bound_value;
use crate::together::are_together;
use index::{Resolved, Snapshot};
use module::arena::{BinaryOp, Expr, Resolved as Name};
use module::facts::{
    Condition, ConditionId, ConditionKind, Definition, Given, Known, ReadKind, ReadOf,
};
use module::types::Type;
use module::{ExprId, Facts, FileId, Location, OptionPath, Symbol};

/// Whether Nix looks at a value when it is asked for the option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Looked {
    /// Something keeps it from doing so.
    Never(Why),
    /// Something may keep it from doing so.
    Perhaps(Why),
    Certainly,
}

/// What keeps Nix from looking at a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    Condition,
    /// Another definition of more weight.
    Overridden,
    /// It is in a submodule of which no member has to be there.
    NoMember,
    /// The set that it stands in may be changed by what is not known.
    Unsure,
    /// The modules may not be in one configuration.
    Apart,
}

/// Options that depend on other options, at most.
const MAX_OPTIONS: usize = 6;
/// Operators and names in a condition, at most.
const MAX_NESTING: usize = 32;

/// Where a value stands: the module that gives it.
#[derive(Clone, Copy)]
pub(crate) struct Standing<'a> {
    pub snapshot: &'a Snapshot,
    pub module: FileId,
    pub facts: &'a Facts,
}

impl<'a> Standing<'a> {
    /// Whether Nix looks at one of the values of a definition. `option` is the option that it belongs to, by
    /// its declared path, and `declarer` the module that declares it, where that is one of the workspace.
    pub fn looks_at(
        &self,
        definition: &Definition,
        given: &Given<'_>,
        option: &OptionPath,
        declarer: Option<FileId>,
    ) -> Looked {
        let is_apart =
            declarer.is_some_and(|declarer| !are_together(self.snapshot, declarer, self.module));
        let apart = if is_apart { Looked::Perhaps(Why::Apart) } else { Looked::Certainly };
        let condition = match self.holds(given.condition, MAX_OPTIONS) {
            Some(true) => Looked::Certainly,
            Some(false) => Looked::Never(Why::Condition),
            None => Looked::Perhaps(Why::Condition),
        };
        apart
            .min(condition)
            .min(self.weight(definition, given, option))
            .min(self.membership(&definition.path))
            .min(self.surroundings(definition))
    }

    /// Whether a default counts: nobody defines the option, which is there.
    pub fn looks_at_default(&self, option: &OptionPath) -> Looked {
        let snapshot = self.snapshot;
        let container = self.container(option);
        let mut replaced = Looked::Certainly;
        for written in snapshot.definition_paths(option) {
            for found in snapshot.definitions_at(&written) {
                let is_plain = !written.iter().any(|name| name.is_wildcard());
                let Some(standing) = Standing::of(&found, snapshot) else { continue };
                let given = found.fact.given();
                let holds = |given: &Given<'_>| standing.holds(given.condition, MAX_OPTIONS);
                if given.iter().all(|given| holds(given) == Some(false)) {
                    continue;
                }
                let is_certain = given.iter().any(|given| holds(given) == Some(true));
                let is_certain =
                    is_certain && is_plain && are_together(snapshot, found.module, self.module);
                replaced = replaced.min(match is_certain {
                    true => Looked::Never(Why::Overridden),
                    false => Looked::Perhaps(Why::Overridden),
                });
            }
        }
        if self.may_be_defined_unseen(option) {
            replaced = replaced.min(Looked::Perhaps(Why::Unsure));
        }
        replaced.min(container)
    }

    fn of<T>(found: &index::OptionUse<'a, T>, snapshot: &'a Snapshot) -> Option<Standing<'a>> {
        let facts = found.data.module()?;
        Some(Standing { snapshot, module: found.module, facts })
    }

    /// Whether some module defines more than can be seen at or around the path.
    pub fn may_be_defined_unseen(&self, option: &OptionPath) -> bool {
        self.snapshot.may_be_defined_unseen(option)
    }

    /// Whether other definitions outweigh this one, here or further out up to its option.
    fn weight(&self, definition: &Definition, given: &Given<'_>, option: &OptionPath) -> Looked {
        let mut result = self.weight_at(definition, given.priority);
        let depth = outermost_option(self.snapshot, option);
        let mut parent = definition.parent;
        while let Some(above) =
            parent.and_then(|parent| self.facts.definitions.get(parent as usize))
        {
            if above.path.len() < depth {
                break;
            }
            // In which of several values it stands is not known: the weakest of them, perhaps.
            let weights: Option<Vec<i64>> =
                above.given().iter().map(|given| given.priority).collect();
            let weakest = weights.and_then(|weights| weights.into_iter().max());
            result = result.min(self.weight_at(above, weakest));
            parent = above.parent;
        }
        result
    }

    fn weight_at(&self, definition: &Definition, priority: Option<i64>) -> Looked {
        let Some(own) = priority else { return Looked::Perhaps(Why::Overridden) };
        let mut result = Looked::Certainly;
        for other in self.snapshot.definitions_at(&definition.path) {
            let Some(standing) = Standing::of(&other, self.snapshot) else { continue };
            for given in other.fact.given() {
                if given.priority.is_some_and(|other| other >= own) {
                    continue;
                }
                let is_certain = given.priority.is_some()
                    && are_together(self.snapshot, other.module, self.module)
                    && standing.holds(given.condition, MAX_OPTIONS) == Some(true);
                result = result.min(match is_certain {
                    true => Looked::Never(Why::Overridden),
                    false => Looked::Perhaps(Why::Overridden),
                });
            }
        }
        result
    }

    /// Whether the set that the definition stands in is known as a whole.
    fn surroundings(&self, definition: &Definition) -> Looked {
        let path = &definition.path;
        let is_inside = |unseen: &OptionPath| unseen.len() < path.len() && path.starts_with(unseen);
        match self.facts.unknown.definitions.iter().any(is_inside) {
            true => Looked::Perhaps(Why::Unsure),
            false => Looked::Certainly,
        }
    }

    /// Whether the submodule that a definition is written in has a member.
    fn membership(&self, written: &OptionPath) -> Looked {
        match written.iter().position(|name| name.is_wildcard()) {
            None => Looked::Certainly,
            Some(_) => self.container(written),
        }
    }

    /// Whether the submodules around an option are there.
    fn container(&self, declared: &OptionPath) -> Looked {
        let snapshot = self.snapshot;
        for end in 1..declared.len() {
            let around = OptionPath::from(&declared[..end]);
            if !snapshot.is_option(&around) {
                continue;
            }
            let Some(ty) = snapshot.option_type(&around) else {
                return Looked::Perhaps(Why::NoMember);
            };
            if is_always_there(ty) {
                continue;
            }
            return match self.has_member(declared, end) {
                true => Looked::Certainly,
                false => Looked::Perhaps(Why::NoMember),
            };
        }
        Looked::Certainly
    }

    /// Whether a member of the set of submodules at `declared[..end]` is certainly defined, without defining
    /// the option itself.
    fn has_member(&self, declared: &OptionPath, end: usize) -> bool {
        let snapshot = self.snapshot;
        if declared.get(end) != Some(&Symbol::ANY_NAME)
            || declared[end + 1..].iter().any(|name| name.is_wildcard())
        {
            return false;
        }
        let member = OptionPath::from(&declared[..=end]);
        snapshot.definition_paths(&member).iter().any(|written| {
            let is_member = !written.iter().any(|name| name.is_wildcard());
            let defines_it = written.join(&declared[end + 1..]);
            is_member
                && snapshot.definitions_at(&defines_it).is_empty()
                && snapshot.definitions_at(written).iter().any(|found| {
                    let Some(standing) = Standing::of(found, snapshot) else { return false };
                    found.fact.is_group
                        && found.fact.discharged.is_empty()
                        && are_together(snapshot, found.module, self.module)
                        && standing.holds(found.fact.condition, MAX_OPTIONS) == Some(true)
                        && standing.surroundings(found.fact) == Looked::Certainly
                })
        })
    }

    // ---- conditions ----

    /// Whether all conditions from `from` outwards hold; `None` where that is not known.
    pub fn all_hold(&self, from: Option<ConditionId>) -> Option<bool> {
        self.holds(from, MAX_OPTIONS)
    }

    fn holds(&self, from: Option<ConditionId>, fuel: usize) -> Option<bool> {
        let get = |id: ConditionId| self.facts.conditions.get(id.0 as usize);
        let conditions =
            std::iter::successors(from.and_then(get), |condition| condition.outer.and_then(get));
        let mut result = Some(true);
        for condition in conditions {
            match self.condition(condition, fuel) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => result = None,
            }
        }
        result
    }

    fn condition(&self, condition: &Condition, fuel: usize) -> Option<bool> {
        if condition.value.is_some() {
            return condition.value;
        }
        let file = condition.at.file;
        let value = self.boolean(file, condition.expr, MAX_NESTING, fuel)?;
        match condition.kind {
            ConditionKind::Shape { negated } => Some(value != negated),
            ConditionKind::MkIf | ConditionKind::Guard => Some(value),
        }
    }

    fn boolean(&self, file: FileId, expr: ExprId, depth: usize, fuel: usize) -> Option<bool> {
        match self.value(file, expr, depth, fuel)? {
            Known::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// What an expression is worth, if it is made of options whose values are known.
    fn value(&self, file: FileId, expr: ExprId, depth: usize, fuel: usize) -> Option<Known> {
        let depth = depth.checked_sub(1)?;
        let arena = &self.snapshot.file(file)?.arena;
        let boolean = |expr: ExprId| self.boolean(file, expr, depth, fuel);
        match arena.expr(expr) {
            Expr::Int(value) => Some(Known::Int(*value)),
            Expr::Name { name, resolved: Name::Builtin } => match name.as_str() {
                "true" => Some(Known::Bool(true)),
                "false" => Some(Known::Bool(false)),
                "null" => Some(Known::Null),
                _ => None,
            },
            Expr::Name { .. } | Expr::Select { .. } => match self.read_at(file, expr) {
                Some(path) => self.option_value(&path, fuel),
                None => self.value(file, bound_value(arena, expr)?, depth, fuel),
            },
            Expr::Not(operand) => Some(Known::Bool(!boolean(*operand)?)),
            Expr::Binary { op, left, right } => {
                let (left, right) = (*left, *right);
                Some(Known::Bool(match op {
                    BinaryOp::And => boolean(left)? && boolean(right)?,
                    BinaryOp::Or => boolean(left)? || boolean(right)?,
                    BinaryOp::Implies => !boolean(left)? || boolean(right)?,
                    BinaryOp::Equal | BinaryOp::NotEqual => {
                        let left = self.value(file, left, depth, fuel)?;
                        let right = self.value(file, right, depth, fuel)?;
                        equal(&left, &right)? == (*op == BinaryOp::Equal)
                    }
                    _ => return None,
                }))
            }
            _ => None,
        }
    }

    /// The path of the option that the expression reads.
    fn read_at(&self, file: FileId, expr: ExprId) -> Option<OptionPath> {
        let is_it = |at: Location, found: ExprId| at.file == file && found == expr;
        let mut reads = self.facts.reads.iter().filter(|read| is_it(read.at, read.expr));
        let read = reads.next()?;
        let is_plain = read.of == ReadOf::Config && read.kind == ReadKind::Plain;
        // A function's body may read several options in one place.
        (is_plain && reads.next().is_none()).then(|| read.path.clone())
    }

    /// The value of an option, if every definition that counts is known.
    fn option_value(&self, written: &OptionPath, fuel: usize) -> Option<Known> {
        let fuel = fuel.checked_sub(1)?;
        let snapshot = self.snapshot;
        let Resolved::Option(option) = snapshot.resolve(written) else { return None };
        if option.iter().any(|name| name.is_wildcard()) {
            return None;
        }
        let declarations = snapshot.declarations(&option);
        let [declared] = declarations.as_slice() else { return None };
        let declaration = declared.fact;
        if declaration.has_apply || declaration.successor.is_some() {
            return None;
        }
        let mut certain: Vec<(i64, Known)> = Vec::new();
        let mut possible: Vec<(i64, Known)> = Vec::new();
        for found in snapshot.definitions_at(&option) {
            let standing = Standing::of(&found, snapshot)?;
            let is_there = are_together(snapshot, found.module, self.module);
            for given in found.fact.given() {
                let value = (given.priority?, given.known.clone());
                match standing.holds(given.condition, fuel) {
                    Some(false) => {}
                    Some(true) if is_there => certain.push(value),
                    _ => possible.push(value),
                }
            }
        }
        let best = certain.iter().min_by_key(|(priority, _)| *priority);
        let Some((weight, value)) = best.cloned() else {
            // A default counts only where nobody else can define the option.
            let is_closed = snapshot.reach().is_closed_for(self.module);
            let nobody = possible.is_empty() && is_closed && !self.may_be_defined_unseen(&option);
            return match &declaration.default {
                Some(default) if nobody => Some(default.value.clone()),
                // Every `mkEnableOption` is false at first.
                None if nobody && declaration.kind == module::facts::DeclarationKind::Enable => {
                    Some(Known::Bool(false))
                }
                _ => None,
            };
        };
        let agrees = |(priority, other): &(i64, Known)| {
            *priority > weight || equal(other, &value) == Some(true)
        };
        (certain.iter().all(agrees) && possible.iter().all(agrees)).then_some(value)
    }
}

/// The length of the path of the option that is not in another one, around or at a declared path. From
/// there inwards each set of definitions has a weight of its own.
pub(crate) fn outermost_option(snapshot: &Snapshot, declared: &OptionPath) -> usize {
    (1..declared.len())
        .find(|end| snapshot.is_option(&declared[..*end].into()))
        .unwrap_or(declared.len())
}

/// Whether a value of this type has the options of its submodule, whoever defines what.
fn is_always_there(ty: &Type) -> bool {
    match ty {
        Type::Submodule(_) => true,
        Type::Unique(inner) | Type::Checked(inner) | Type::Described { ty: inner, .. } => {
            is_always_there(inner)
        }
        _ => false,
    }
}
