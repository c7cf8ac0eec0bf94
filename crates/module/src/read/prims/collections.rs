//! Attribute sets and lists: unrolled over what is known of them.

use super::super::eval::bool_of;
use super::super::interp::Interp;
use super::super::value::*;
use super::Prim;
use crate::Symbol;
use crate::facts::ReadKind;
use std::rc::Rc;

pub(super) fn set(slots: Vec<Slot>, complete: bool) -> Value {
    Value::Set(Rc::new(Set { slots, complete }))
}

pub(super) fn list(items: Vec<Item>, complete: bool) -> Value {
    Value::List(Rc::new(List { items, complete }))
}

impl Interp<'_> {
    pub(super) fn apply_collection_prim(
        &mut self,
        prim: Prim,
        arguments: &[ThunkId],
        call: Code,
    ) -> Value {
        self.collection(prim, arguments, call).unwrap_or(Value::Unknown)
    }

    fn collection(&mut self, prim: Prim, arguments: &[ThunkId], call: Code) -> Option<Value> {
        Some(match prim {
            Prim::MapAttrs => {
                let function = self.force(arguments[0]);
                let source = self.set_of(arguments[1], call)?;
                let slots = source
                    .slots
                    .iter()
                    .map(|slot| {
                        let name = self.name_thunk(slot.name);
                        let arguments = vec![name, slot.thunk];
                        let thunk = self.delay_application(function.clone(), arguments, Some(call));
                        Slot { thunk, ..*slot }
                    })
                    .collect();
                set(slots, source.complete)
            }
            Prim::MapAttrsPairs => {
                let function = self.force(arguments[0]);
                let source = self.set_of(arguments[1], call)?;
                let mut slots = Vec::new();
                let mut complete = source.complete;
                for slot in &source.slots {
                    let name = self.name_thunk(slot.name);
                    let arguments = vec![name, slot.thunk];
                    let pair = self.delay_application(function.clone(), arguments, Some(call));
                    match self.pair(pair, slot.condition, call) {
                        Some(slot) => slots.push(slot),
                        None => complete = false,
                    }
                }
                set(slots, complete)
            }
            Prim::ConcatMapAttrs => {
                let function = self.force(arguments[0]);
                let source = self.set_of(arguments[1], call)?;
                let mut all = Set { slots: Vec::new(), complete: source.complete };
                for slot in &source.slots {
                    let name = self.name_thunk(slot.name);
                    let part = self.delay_application(
                        function.clone(),
                        vec![name, slot.thunk],
                        Some(call),
                    );
                    match self.set_of(part, call) {
                        Some(part) => {
                            all.complete &= part.complete;
                            all.slots.extend(part.slots.iter().copied());
                        }
                        None => all.complete = false,
                    }
                }
                Value::Set(Rc::new(all))
            }
            Prim::MapAttrsToList => {
                let function = self.force(arguments[0]);
                let source = self.set_of(arguments[1], call)?;
                let items = source
                    .slots
                    .iter()
                    .map(|slot| {
                        let name = self.name_thunk(slot.name);
                        let arguments = vec![name, slot.thunk];
                        let thunk = self.delay_application(function.clone(), arguments, Some(call));
                        Item { thunk, condition: slot.condition }
                    })
                    .collect();
                list(items, source.complete)
            }
            Prim::GenAttrs => {
                let names = self.list_of(arguments[0], call)?;
                let function = self.force(arguments[1]);
                let mut slots = Vec::new();
                let mut complete = names.complete;
                for item in &names.items {
                    let Some(name) = self.string_of(item.thunk, call) else {
                        complete = false;
                        continue;
                    };
                    let thunk =
                        self.delay_application(function.clone(), vec![item.thunk], Some(call));
                    slots.push(Slot {
                        name: Symbol::new(&name),
                        thunk,
                        site: None,
                        condition: item.condition,
                    });
                }
                set(slots, complete)
            }
            Prim::ListToAttrs => {
                let source = self.list_of(arguments[0], call)?;
                let mut slots: Vec<Slot> = Vec::new();
                let mut complete = source.complete;
                for item in &source.items {
                    match self.pair(item.thunk, item.condition, call) {
                        // The first of several pairs with one name counts.
                        Some(slot) if slots.iter().any(|known| known.name == slot.name) => {}
                        Some(slot) => slots.push(slot),
                        None => complete = false,
                    }
                }
                set(slots, complete)
            }
            Prim::NameValuePair => {
                let slot = |name: &str, thunk| Slot {
                    name: Symbol::new(name),
                    thunk,
                    site: None,
                    condition: None,
                };
                set(vec![slot("name", arguments[0]), slot("value", arguments[1])], true)
            }
            Prim::OptionalAttrs => {
                let otherwise = self.done(Value::Set(Rc::new(Set::empty())));
                self.optionally(arguments[0], arguments[1], otherwise, call)
            }
            Prim::FilterAttrs => {
                let source = self.set_of(arguments[1], call)?;
                let keep = self.force(arguments[0]);
                let mut slots = Vec::new();
                let mut complete = source.complete;
                for slot in &source.slots {
                    let name = self.name_thunk(slot.name);
                    let verdict = self.apply(keep.clone(), name, call);
                    let verdict = self.apply(verdict, slot.thunk, call);
                    match bool_of(&verdict) {
                        Some(true) => slots.push(*slot),
                        Some(false) => {}
                        None => complete = false,
                    }
                }
                set(slots, complete)
            }
            Prim::AttrNames => {
                let source = self.set_of(arguments[0], call)?;
                let mut names: Vec<&Slot> = source.slots.iter().collect();
                names.sort_by_key(|slot| slot.name.as_str());
                let items = names
                    .into_iter()
                    .map(|slot| Item {
                        thunk: self.name_thunk(slot.name),
                        condition: slot.condition,
                    })
                    .collect();
                list(items, source.complete)
            }
            Prim::AttrValues => {
                let source = self.set_of(arguments[0], call)?;
                let mut slots: Vec<&Slot> = source.slots.iter().collect();
                slots.sort_by_key(|slot| slot.name.as_str());
                let items = slots
                    .into_iter()
                    .map(|slot| Item { thunk: slot.thunk, condition: slot.condition })
                    .collect();
                list(items, source.complete)
            }
            Prim::RecursiveUpdate => {
                let (left, right) = (self.force(arguments[0]), self.force(arguments[1]));
                self.recursive_update(left, right)
            }
            Prim::MergeAttrsList => {
                let source = self.list_of(arguments[0], call)?;
                let mut merged = Value::Set(Rc::new(Set::empty()));
                for item in &source.items {
                    let part = self.force(item.thunk);
                    merged = self.update(merged, part);
                }
                if source.complete { merged } else { Value::Unknown }
            }
            Prim::RemoveAttrs | Prim::GetAttrs => {
                let (names, source) = match prim {
                    Prim::RemoveAttrs => (arguments[1], arguments[0]),
                    _ => (arguments[0], arguments[1]),
                };
                let source = self.set_of(source, call)?;
                let names = self.names(names, call)?;
                let keep = prim == Prim::GetAttrs;
                let slots = source
                    .slots
                    .iter()
                    .filter(|slot| names.contains(&slot.name) == keep)
                    .copied()
                    .collect();
                set(slots, source.complete)
            }
            Prim::IntersectAttrs => {
                let names = self.set_of(arguments[0], call)?;
                let source = self.set_of(arguments[1], call)?;
                let slots: Vec<Slot> = source
                    .slots
                    .iter()
                    .filter(|slot| names.has(slot.name) == Some(true))
                    .copied()
                    .collect();
                set(slots, source.complete && names.complete)
            }
            Prim::MergeAttrs => {
                let (left, right) = (self.force(arguments[0]), self.force(arguments[1]));
                self.update(left, right)
            }
            Prim::GenAttrsPairs => {
                let names = self.list_of(arguments[0], call)?;
                let function = self.force(arguments[1]);
                let mut slots = Vec::new();
                let mut complete = names.complete;
                for item in &names.items {
                    let pair =
                        self.delay_application(function.clone(), vec![item.thunk], Some(call));
                    match self.pair(pair, item.condition, call) {
                        Some(slot) => slots.push(slot),
                        None => complete = false,
                    }
                }
                set(slots, complete)
            }
            Prim::AttrsToList => {
                let source = self.set_of(arguments[0], call)?;
                let mut slots: Vec<&Slot> = source.slots.iter().collect();
                slots.sort_by_key(|slot| slot.name.as_str());
                let items = slots
                    .into_iter()
                    .map(|slot| {
                        let name = Slot {
                            name: Symbol::new("name"),
                            thunk: self.name_thunk(slot.name),
                            site: None,
                            condition: None,
                        };
                        let value = Slot { name: Symbol::new("value"), condition: None, ..*slot };
                        let pair = self.done_at(set(vec![name, value], true), Some(call));
                        Item { thunk: pair, condition: slot.condition }
                    })
                    .collect();
                list(items, source.complete)
            }
            Prim::FoldlAttrs => {
                let function = self.force(arguments[0]);
                let source = self.set_of(arguments[2], call)?;
                if !source.complete || source.slots.iter().any(|slot| slot.condition.is_some()) {
                    return None;
                }
                let mut slots: Vec<Slot> = source.slots.clone();
                slots.sort_by_key(|slot| slot.name.as_str());
                let mut value = self.force(arguments[1]);
                for slot in slots {
                    let so_far = self.done(value);
                    let step = self.apply(function.clone(), so_far, call);
                    let name = self.name_thunk(slot.name);
                    let step = self.apply(step, name, call);
                    value = self.apply(step, slot.thunk, call);
                }
                value
            }
            Prim::ZipAttrsWith => {
                let function = self.force(arguments[0]);
                let sources = self.list_of(arguments[1], call)?;
                let (zipped, complete) = self.zipped(&sources, call);
                let slots = zipped
                    .into_iter()
                    .map(|(name, values)| {
                        let values = self.done_at(list(values, complete), Some(call));
                        let arguments = vec![self.name_thunk(name), values];
                        let thunk = self.delay_application(function.clone(), arguments, Some(call));
                        Slot { name, thunk, site: None, condition: None }
                    })
                    .collect();
                set(slots, complete)
            }
            Prim::HasAttrByPath => {
                let path = self.path_of(arguments[0])?;
                let mut value = self.force(arguments[1]);
                for &name in path.iter() {
                    value = match self.flatten(value) {
                        Value::Set(source) => match source.has(name)? {
                            false => return Some(Value::Bool(false)),
                            true => self.force(source.get(name)?.thunk),
                        },
                        Value::Place(place) => place.child(name),
                        _ => return None,
                    };
                }
                if let Value::Place(place) = &value {
                    self.record_call_read(call, place, path.len(), ReadKind::Probe);
                    return None;
                }
                Value::Bool(true)
            }
            Prim::GetAttr => {
                let name = self.string_of(arguments[0], call)?;
                let value = self.force(arguments[1]);
                self.select(value, Symbol::new(&name), call)?
            }
            Prim::HasAttr => {
                let name = self.string_of(arguments[0], call)?;
                let source = self.set_of(arguments[1], call)?;
                Value::Bool(source.has(Symbol::new(&name))?)
            }
            Prim::AttrByPath | Prim::GetAttrFromPath => {
                let path = self.path_of(arguments[0])?;
                let last = *arguments.last()?;
                let mut value = self.force(last);
                for &name in path.iter() {
                    match self.select(value, name, call) {
                        Some(found) => value = found,
                        None if prim == Prim::AttrByPath => return Some(self.force(arguments[1])),
                        None => return None,
                    }
                }
                if let Value::Place(place) = &value {
                    let kind = match prim {
                        Prim::AttrByPath => ReadKind::OrDefault,
                        _ => ReadKind::Plain,
                    };
                    self.record_call_read(call, place, path.len(), kind);
                }
                value
            }
            Prim::SetAttrByPath => {
                let path = self.path_of(arguments[0])?;
                let mut thunk = arguments[1];
                let mut value = self.force(thunk);
                for &name in path.iter().rev() {
                    let slot = Slot { name, thunk, site: None, condition: None };
                    value = set(vec![slot], true);
                    thunk = self.done_at(value.clone(), Some(call));
                }
                value
            }
            _ => return self.list_prim(prim, arguments, call),
        })
    }

    /// A part of the configuration that is named by a list of strings.
    fn record_call_read(&mut self, call: Code, place: &Rc<Place>, names: usize, kind: ReadKind) {
        let condition = self.call_condition;
        self.record_read(call, &place.clone(), names, kind, condition);
    }

    /// `optionalAttrs c x` and its kin: `x`, or what stands for nothing.
    pub(super) fn optionally(
        &mut self,
        condition: ThunkId,
        then: ThunkId,
        otherwise: ThunkId,
        call: Code,
    ) -> Value {
        let value = self.force(condition);
        let code = self.code(condition).unwrap_or(call);
        self.demand(&value, code);
        self.choose(bool_of(&value), code, then, otherwise)
    }

    /// The values that each name has in some of the sets, and whether there are no others.
    fn zipped(&mut self, sources: &List, call: Code) -> (Vec<(Symbol, Vec<Item>)>, bool) {
        let mut zipped: Vec<(Symbol, Vec<Item>)> = Vec::new();
        let mut complete = sources.complete;
        for item in &sources.items {
            let Some(source) = self.set_of(item.thunk, call) else {
                complete = false;
                continue;
            };
            complete &= source.complete && item.condition.is_none();
            for slot in &source.slots {
                let value = Item { thunk: slot.thunk, condition: slot.condition };
                match zipped.iter_mut().find(|(name, _)| *name == slot.name) {
                    Some((_, values)) => values.push(value),
                    None => zipped.push((slot.name, vec![value])),
                }
            }
        }
        (zipped, complete)
    }

    pub(super) fn name_thunk(&mut self, name: Symbol) -> ThunkId {
        let value = match name {
            Symbol::COMPUTED => Value::Str(None),
            name => Value::str(name.as_str()),
        };
        self.done(value)
    }

    pub(super) fn names(&mut self, list: ThunkId, call: Code) -> Option<Vec<Symbol>> {
        let list = self.list_of(list, call).filter(|list| list.complete)?;
        list.items
            .iter()
            .map(|item| self.string_of(item.thunk, call).map(|name| Symbol::new(&name)))
            .collect()
    }

    /// `{ name = …; value = …; }` as a slot.
    pub(super) fn pair(
        &mut self,
        pair: ThunkId,
        condition: Option<crate::facts::ConditionId>,
        call: Code,
    ) -> Option<Slot> {
        let pair = self.set_of(pair, call)?;
        let name = pair.get(Symbol::new("name"))?.thunk;
        let value = *pair.get(Symbol::new("value"))?;
        let name = Symbol::new(&self.string_of(name, call)?);
        Some(Slot { name, thunk: value.thunk, site: value.site, condition })
    }

    pub(super) fn recursive_update(&mut self, left: Value, right: Value) -> Value {
        let (left, right) = (self.flatten(left), self.flatten(right));
        let (Value::Set(a), Value::Set(b)) = (&left, &right) else {
            return match &right {
                Value::Unknown | Value::Place(_) => self.update(left, right),
                _ => right,
            };
        };
        let mut slots: Vec<Slot> = Vec::new();
        for slot in &a.slots {
            match b.get(slot.name) {
                None => slots.push(*slot),
                Some(over) => {
                    let (x, y) = (self.force(slot.thunk), self.force(over.thunk));
                    let value = self.step(|interp| interp.recursive_update(x, y));
                    let code = self.code(over.thunk);
                    let thunk = self.done_at(value.unwrap_or(Value::Unknown), code);
                    slots.push(Slot { thunk, ..*over });
                }
            }
        }
        slots.extend(b.slots.iter().filter(|slot| a.get(slot.name).is_none()).copied());
        set(slots, a.complete && b.complete)
    }
}
