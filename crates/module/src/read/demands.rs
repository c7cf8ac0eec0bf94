//! What evaluation asks of the configuration, gathered while the interpreter runs, and written down as
//! what each part of a module asks for.
//!
//! Only what Nix itself is certain to evaluate counts as certain. Where the interpreter looks further
//! than Nix would, it does so inside [`Interp::perhaps`].

use super::interp::Interp;
use super::module::Reading;
use super::value::*;
use crate::OptionPath;
use crate::demands::*;
use crate::facts::ConditionId;
use std::rc::Rc;

/// Demands of one evaluation that are kept; real ones have a few.
const MAX_DEMANDS: usize = 128;
/// Properties and choices inside each other.
const MAX_NESTING: usize = 40;

/// A place that was needed to get on, and the expression that needed it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DemandedAt {
    pub place: Rc<Place>,
    pub at: Code,
    /// Nix gets there in any case.
    pub certain: bool,
}

impl Interp<'_> {
    /// Runs `ask` and tells what it needed to know of the configuration.
    pub fn demands_of<R>(&mut self, ask: impl FnOnce(&mut Self) -> R) -> (R, Vec<DemandedAt>) {
        self.collectors.push(Vec::new());
        let result = ask(self);
        (result, self.collectors.pop().unwrap_or_default())
    }

    /// Runs what Nix may not run.
    pub fn perhaps<R>(&mut self, ask: impl FnOnce(&mut Self) -> R) -> R {
        let (result, mut demands) = self.demands_of(ask);
        for demand in &mut demands {
            demand.certain = false;
        }
        self.demand_again(&demands);
        result
    }

    /// What was needed for a part is needed for the whole.
    pub fn demand_again(&mut self, demands: &[DemandedAt]) {
        let Some(collector) = self.collectors.last_mut() else { return };
        for demand in demands {
            let is_same = |known: &DemandedAt| {
                let is_argument = matches!(demand.place.root, PlaceRoot::Argument(_));
                match is_argument {
                    true => known.place.root == demand.place.root,
                    false => known.at == demand.at && known.place == demand.place,
                }
            };
            match collector.iter().position(is_same) {
                Some(known) if collector[known].certain || !demand.certain => {}
                Some(known) => collector[known] = demand.clone(),
                None if collector.len() < MAX_DEMANDS => collector.push(demand.clone()),
                None => {}
            }
        }
    }

    /// Notes that `value` is needed itself, not just where it stands.
    pub fn demand(&mut self, value: &Value, at: Code) {
        match value {
            Value::Place(place) => {
                let demand = DemandedAt { place: place.clone(), at, certain: true };
                self.demand_again(&[demand]);
            }
            Value::Choice(choice) if !self.collectors.is_empty() => {
                for branch in [choice.then, choice.otherwise] {
                    self.perhaps(|interp| {
                        interp.step(|interp| interp.force_whole(branch, at));
                    });
                }
            }
            _ => {}
        }
    }

    /// The value of a thunk that is needed itself.
    pub fn force_whole(&mut self, thunk: ThunkId, at: Code) -> Value {
        let value = self.force(thunk);
        let at = self.code(thunk).unwrap_or(at);
        self.demand(&value, at);
        value
    }

    /// As [`Interp::force`], where a condition that is not known may keep Nix from it.
    pub fn force_under(&mut self, condition: Option<ConditionId>, thunk: ThunkId) -> Value {
        match condition {
            None => self.force(thunk),
            Some(_) => self.perhaps(|interp| interp.force(thunk)),
        }
    }
}

/// What an asking stands under.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Standing {
    guard: Option<GuardId>,
    priority: Option<i64>,
    /// A branch, or an import, may leave it out.
    perhaps: bool,
}

impl Standing {
    pub fn perhaps_if(self, may_be_left_out: bool) -> Standing {
        Standing { perhaps: self.perhaps || may_be_left_out, ..self }
    }

    pub fn overriding(self, priority: Option<i64>) -> Standing {
        // Of two overrides in each other only the outer one counts, and the inner one is a mistake.
        let is_clear = priority.is_some() && self.priority.is_none();
        Standing { priority: priority.or(self.priority), ..self }.perhaps_if(!is_clear)
    }
}

impl Reading<'_> {
    /// Writes down what somebody asks for.
    pub fn note_asking(
        &mut self,
        by: Asker,
        path: &OptionPath,
        standing: Standing,
        demands: &[DemandedAt],
    ) {
        self.note(by, path, standing, demands, &[]);
    }

    fn note(
        &mut self,
        by: Asker,
        path: &OptionPath,
        standing: Standing,
        demands: &[DemandedAt],
        elements: &[DemandedAt],
    ) {
        let asks = self.asks(demands);
        let elements = self.asks(elements);
        let is_guarded = standing.guard.is_some() && by == Asker::Definition;
        if asks.is_empty() && elements.is_empty() && !is_guarded {
            return;
        }
        self.facts.demands.askings.push(Asking {
            by,
            path: path.clone(),
            guard: standing.guard,
            priority: standing.priority,
            certain: !standing.perhaps,
            asks,
            elements,
        });
    }

    fn asks(&self, demands: &[DemandedAt]) -> Vec<Ask> {
        let mut asks: Vec<Ask> = Vec::new();
        for demand in demands {
            let reads = match demand.place.root {
                PlaceRoot::Config => Demanded::Config(demand.place.path.clone()),
                PlaceRoot::Argument(name) => Demanded::Argument(name),
                // `options` is there before `config`; asking it decides nothing that is not known.
                PlaceRoot::Options => continue,
            };
            let certain = demand.certain;
            match asks.iter_mut().find(|ask| ask.reads == reads) {
                Some(known) if known.certain || !certain => {}
                Some(known) => {
                    known.at = self.interp.location(demand.at);
                    known.certain = true;
                }
                None => asks.push(Ask { reads, at: self.interp.location(demand.at), certain }),
            }
        }
        asks
    }

    /// Writes down what the default of an option and its `apply` ask for.
    pub fn ask_declaration(
        &mut self,
        path: &OptionPath,
        default: Option<ThunkId>,
        apply: Option<ThunkId>,
    ) {
        if let Some(thunk) = default {
            let standing = Standing { priority: Some(1500), ..Standing::default() };
            self.ask_value(Asker::Declaration, thunk, path, standing);
        }
        if let Some(thunk) = apply {
            let (_, demands) = self.interp.demands_of(|interp| {
                let Value::Closure(closure) = interp.force(thunk) else { return };
                let argument = interp.done(Value::Unknown);
                let value = interp.apply_closure(&closure, argument);
                if let Some(code) = interp.code(thunk) {
                    interp.demand(&value, code);
                }
            });
            self.note_asking(Asker::Declaration, path, Standing::default(), &demands);
        }
    }

    /// Writes down what a definition or a default asks for, and gives its value.
    pub fn ask_value(
        &mut self,
        by: Asker,
        thunk: ThunkId,
        path: &OptionPath,
        standing: Standing,
    ) -> Value {
        let Some(code) = self.interp.code(thunk) else { return self.interp.force(thunk) };
        let (value, demands) = self.interp.demands_of(|interp| interp.force_whole(thunk, code));
        let elements = match &value {
            Value::List(list) => self.ask_elements(list, code),
            _ => Vec::new(),
        };
        self.note(by, path, standing, &demands, &elements);
        value
    }

    /// What Nix needs to know whether each element counts.
    fn ask_elements(&mut self, list: &List, code: Code) -> Vec<DemandedAt> {
        let (_, demands) = self.interp.demands_of(|interp| {
            for item in &list.items {
                interp.ask_element(*item, code, MAX_NESTING);
            }
        });
        demands
    }

    pub fn guarded(
        &mut self,
        standing: Standing,
        condition: ThunkId,
        value: Option<bool>,
        code: Code,
    ) -> Standing {
        let (_, demands) = self.interp.demands_of(|interp| interp.force_whole(condition, code));
        let asks = self.asks(&demands);
        if asks.is_empty() && value == Some(true) {
            return standing;
        }
        let guards = &mut self.facts.demands.guards;
        guards.push(Guard { outer: standing.guard, value, asks });
        Standing { guard: Some(GuardId(guards.len() as u32 - 1)), ..standing }
    }

    /// The definitions below `_module`: those of arguments are definitions as others are, though not of
    /// an option that anybody declares.
    pub fn ask_module_settings(&mut self, slot: Slot, above: &OptionPath, standing: Standing) {
        let is_argument = above.last().is_some_and(|name| name.as_str() == "args");
        let standing = standing.perhaps_if(slot.condition.is_some());
        let path = above.child(slot.name);
        match self.ask_value(Asker::Definition, slot.thunk, &path, standing) {
            Value::Set(set) if !is_argument => {
                for &slot in &set.slots {
                    self.ask_module_settings(slot, &path, standing);
                }
            }
            _ => {}
        }
    }
}

impl Interp<'_> {
    fn ask_element(&mut self, item: Item, at: Code, fuel: usize) {
        if item.condition.is_some() {
            return self.perhaps(|interp| {
                interp.ask_element(Item { condition: None, ..item }, at, fuel);
            });
        }
        let (Value::Property(property), Some(fuel)) =
            (self.force_whole(item.thunk, at), fuel.checked_sub(1))
        else {
            return;
        };
        if let PropertyKind::If(condition, code, value) = property.kind {
            self.force_whole(condition, code);
            let content = Item { thunk: property.content, condition: None };
            match value {
                Some(true) => self.ask_element(content, code, fuel),
                Some(false) => {}
                None => self.perhaps(|interp| interp.ask_element(content, code, fuel)),
            }
        }
    }
}
