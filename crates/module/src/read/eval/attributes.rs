//! Names selected from values, tested for, and sets made of choices.

use super::super::interp::Interp;
use super::super::value::*;
use crate::arena::AttrName;
use crate::facts::{ConditionId, ConditionKind, ReadKind};
use crate::read::prims;
use crate::{ExprId, FileId, Symbol};
use std::rc::Rc;

impl Interp<'_> {
    pub(in crate::read) fn eval_attr_name(
        &mut self,
        source: SourceId,
        name: AttrName,
        env: &Env,
        condition: Option<ConditionId>,
    ) -> Symbol {
        match name {
            AttrName::Static(name, _) => name,
            AttrName::Computed(expr, _) => {
                let code = Code { source, expr };
                let value = self.eval(code, env, condition);
                self.demand(&value, code);
                match value {
                    Value::Str(Some(name)) => Symbol::new(&name),
                    _ => Symbol::COMPUTED,
                }
            }
        }
    }

    pub(in crate::read) fn eval_select(
        &mut self,
        code: Code,
        base: ExprId,
        path: &[AttrName],
        default: Option<ExprId>,
        env: &Env,
        condition: Option<ConditionId>,
    ) -> Value {
        let base = Code { source: code.source, expr: base };
        let default =
            default.map(|expr| self.delay(Code { source: code.source, expr }, env, condition));
        let mut value = self.eval_base(base, env, condition);
        for &segment in path {
            let name = self.eval_attr_name(code.source, segment, env, condition);
            match self.select(value, name, base) {
                Some(found) => value = found,
                None => {
                    return default.map_or(Value::Unknown, |default| self.force(default));
                }
            }
        }
        if let Value::Place(place) = &value {
            if place.is_path_of_nixpkgs() {
                self.demand(&value, code);
                return Value::Path(Some(FileId::new(&in_nixpkgs(""))));
            }
            let kind = if default.is_some() { ReadKind::OrDefault } else { ReadKind::Plain };
            self.record_read(code, &place.clone(), path.len(), kind, condition);
        }
        value
    }

    /// `value.name`; `None` if there is certainly no such attribute.
    pub fn select(&mut self, value: Value, name: Symbol, at: Code) -> Option<Value> {
        let value = self.flatten(value);
        match &value {
            Value::Set(set) => match set.get(name) {
                Some(slot) => Some(self.force_under(slot.condition, slot.thunk)),
                None if set.complete && set.has(name) == Some(false) => None,
                None => Some(Value::Unknown),
            },
            Value::Namespace(Namespace::Lib) | Value::Extended(Namespace::Lib, _)
                if name.as_str() == "extend" =>
            {
                let lib = self.done(value);
                Some(Value::Prim(prims::Prim::Extend, Rc::new([lib])))
            }
            Value::Namespace(namespace) => {
                Some(self.library_member(*namespace, name).unwrap_or(Value::Unknown))
            }
            Value::Extended(namespace, set) => Some(match set.get(name) {
                Some(slot) => self.force_under(slot.condition, slot.thunk),
                // What the set may have, it may have instead of the namespace's own.
                None if set.complete => {
                    self.library_member(*namespace, name).unwrap_or(Value::Unknown)
                }
                None => Value::Unknown,
            }),
            Value::Type(ty) => Some(self.type_member(ty, name)),
            Value::Place(place) => Some(place.child(name)),
            Value::Option(option) => {
                let found = option.arguments.as_ref().and_then(|set| set.get(name).copied());
                Some(found.map_or(Value::Unknown, |slot| self.force(slot.thunk)))
            }
            _ => {
                self.demand(&value, at);
                Some(Value::Unknown)
            }
        }
    }

    pub(in crate::read) fn eval_has(
        &mut self,
        code: Code,
        mut value: Value,
        path: &[AttrName],
        env: &Env,
        condition: Option<ConditionId>,
    ) -> Value {
        for (index, &segment) in path.iter().enumerate() {
            let name = self.eval_attr_name(code.source, segment, env, condition);
            value = self.flatten(value);
            match &value {
                Value::Set(set) => match set.has(name) {
                    Some(false) => return Value::Bool(false),
                    Some(true) if index + 1 == path.len() => return Value::Bool(true),
                    None if index + 1 == path.len() => return Value::Unknown,
                    _ => value = self.select(value.clone(), name, code).unwrap_or(Value::Unknown),
                },
                Value::Place(place) => value = place.child(name),
                _ => return Value::Unknown,
            }
        }
        if let Value::Place(place) = &value {
            self.record_read(code, &place.clone(), path.len(), ReadKind::Probe, condition);
            // Asking whether a name is there needs the names beside it, not the value.
            if let Some(parent) = place.path.parent() {
                let around = Value::Place(Rc::new(Place { root: place.root, path: parent }));
                self.demand(&around, code);
            }
        }
        Value::Unknown
    }

    /// A choice between sets or lists as one set or list whose members stand under conditions.
    pub fn flatten(&mut self, value: Value) -> Value {
        let Value::Choice(choice) = &value else { return value };
        let (then, otherwise) = self.perhaps(|interp| {
            let (then, otherwise) = (interp.force(choice.then), interp.force(choice.otherwise));
            (interp.flatten(then), interp.flatten(otherwise))
        });
        let kind = |negated| ConditionKind::Shape { negated };
        match (then, otherwise) {
            (Value::Set(left), Value::Set(right)) => {
                let mut slots = Vec::with_capacity(left.slots.len() + right.slots.len());
                for (set, negated) in [(&left, false), (&right, true)] {
                    for slot in &set.slots {
                        let condition =
                            self.condition(slot.condition, choice.condition, kind(negated), None);
                        slots.push(Slot { condition: Some(condition), ..*slot });
                    }
                }
                let complete = left.complete && right.complete;
                Value::Set(Rc::new(Set { slots, complete }))
            }
            (Value::List(left), Value::List(right)) => {
                let mut items = Vec::with_capacity(left.items.len() + right.items.len());
                for (list, negated) in [(&left, false), (&right, true)] {
                    for item in &list.items {
                        let condition =
                            self.condition(item.condition, choice.condition, kind(negated), None);
                        items.push(Item { condition: Some(condition), ..*item });
                    }
                }
                let complete = left.complete && right.complete;
                Value::List(Rc::new(List { items, complete }))
            }
            _ => value,
        }
    }
}
