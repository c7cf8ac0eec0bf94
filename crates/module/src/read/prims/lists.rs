//! Lists: unrolled over what is known of them.

use super::super::eval::{bool_of, equal};
use super::super::interp::Interp;
use super::super::value::*;
use super::Prim;
use super::collections::list;
use crate::Symbol;
use std::rc::Rc;

/// Longer ranges are computed numbers, not a list of options.
const MAX_RANGE: i64 = 1_000;

impl Interp<'_> {
    pub(super) fn list_prim(
        &mut self,
        prim: Prim,
        arguments: &[ThunkId],
        call: Code,
    ) -> Option<Value> {
        Some(match prim {
            Prim::Map | Prim::ConcatMap => {
                let function = self.force(arguments[0]);
                let source = self.list_of(arguments[1], call)?;
                let items: Vec<Item> = source
                    .items
                    .iter()
                    .map(|item| {
                        let code = self.code(item.thunk).or(Some(call));
                        let thunk =
                            self.delay_application(function.clone(), vec![item.thunk], code);
                        Item { thunk, ..*item }
                    })
                    .collect();
                match prim {
                    Prim::Map => list(items, source.complete),
                    _ => self.concatenated(&items, source.complete, call),
                }
            }
            Prim::Imap0 | Prim::Imap1 => {
                let first = i64::from(prim == Prim::Imap1);
                let function = self.force(arguments[0]);
                let source = self.list_of(arguments[1], call)?;
                let items = source
                    .items
                    .iter()
                    .zip(first..)
                    .map(|(item, number)| {
                        let number =
                            if source.complete { Value::Int(number) } else { Value::Unknown };
                        let number = self.done(number);
                        let arguments = vec![number, item.thunk];
                        let thunk = self.delay_application(function.clone(), arguments, Some(call));
                        Item { thunk, ..*item }
                    })
                    .collect();
                list(items, source.complete)
            }
            Prim::Concat => {
                let source = self.list_of(arguments[0], call)?;
                self.concatenated(&source.items, source.complete, call)
            }
            Prim::Optional | Prim::Optionals => {
                let then = match prim {
                    Prim::Optional => {
                        let code = self.code(arguments[1]);
                        self.done_at(Value::list([arguments[1]]), code)
                    }
                    _ => arguments[1],
                };
                let otherwise = self.done(Value::list([]));
                self.optionally(arguments[0], then, otherwise, call)
            }
            Prim::Singleton => Value::list([arguments[0]]),
            Prim::ToList => match self.force(arguments[0]) {
                value @ Value::List(_) => value,
                Value::Unknown => Value::Unknown,
                _ => Value::list([arguments[0]]),
            },
            Prim::Filter => {
                let keep = self.force(arguments[0]);
                let source = self.list_of(arguments[1], call)?;
                let mut items = Vec::new();
                let mut complete = source.complete;
                for item in &source.items {
                    let verdict = self.apply(keep.clone(), item.thunk, call);
                    match bool_of(&verdict) {
                        Some(true) => items.push(*item),
                        Some(false) => {}
                        None => complete = false,
                    }
                }
                list(items, complete)
            }
            Prim::Range => {
                let (first, last) = (self.force(arguments[0]), self.force(arguments[1]));
                let (Value::Int(first), Value::Int(last)) = (first, last) else { return None };
                if last.saturating_sub(first) > MAX_RANGE {
                    return None;
                }
                let items: Vec<ThunkId> =
                    (first..=last).map(|int| self.done(Value::Int(int))).collect();
                Value::list(items)
            }
            Prim::Length => {
                let source = self.list_of(arguments[0], call)?;
                let certain =
                    source.complete && source.items.iter().all(|item| item.condition.is_none());
                if !certain {
                    return None;
                }
                Value::Int(source.items.len() as i64)
            }
            Prim::Head => {
                let source = self.list_of(arguments[0], call)?;
                let first = source.items.first().filter(|item| item.condition.is_none())?;
                self.force(first.thunk)
            }
            Prim::Foldl => {
                let source = self.list_of(arguments[2], call)?;
                if !source.complete {
                    return None;
                }
                let function = self.force(arguments[0]);
                let mut value = self.force(arguments[1]);
                for item in &source.items {
                    let so_far = self.done(value);
                    let step = self.apply(function.clone(), so_far, call);
                    value = self.apply(step, item.thunk, call);
                }
                value
            }
            Prim::Elem => {
                let wanted = self.force(arguments[0]);
                self.demand(&wanted, self.code(arguments[0]).unwrap_or(call));
                let source = self.list_of(arguments[1], call)?;
                let mut certain = source.complete;
                for item in &source.items {
                    let value = self.force(item.thunk);
                    match equal(&wanted, &value) {
                        Some(true) if item.condition.is_none() => return Some(Value::Bool(true)),
                        Some(false) => {}
                        _ => certain = false,
                    }
                }
                if !certain {
                    return None;
                }
                Value::Bool(false)
            }
            Prim::Reversed => {
                let source = self.list_of(arguments[0], call)?;
                list(source.items.iter().rev().copied().collect(), source.complete)
            }
            Prim::Unique => self.unique(arguments[0], call)?,
            Prim::Sorted => self.sorted(arguments[0], call)?,
            Prim::Sort => match self.force(arguments[0]) {
                Value::Prim(Prim::LessThan, _) => self.sorted(arguments[1], call)?,
                _ => return None,
            },
            Prim::ForEach => {
                return self.list_prim(Prim::Map, &[arguments[1], arguments[0]], call);
            }
            Prim::Foldr => {
                let source = self.certain_list(arguments[2], call)?;
                let function = self.force(arguments[0]);
                let mut value = self.force(arguments[1]);
                for &item in source.iter().rev() {
                    let step = self.apply(function.clone(), item, call);
                    let so_far = self.done(value);
                    value = self.apply(step, so_far, call);
                }
                value
            }
            Prim::All | Prim::Any => {
                let decisive = prim == Prim::Any;
                let keep = self.force(arguments[0]);
                let source = self.list_of(arguments[1], call)?;
                let mut certain = source.complete;
                for item in &source.items {
                    let verdict = self.apply(keep.clone(), item.thunk, call);
                    match bool_of(&verdict) {
                        Some(verdict) if verdict != decisive => {}
                        Some(_) if item.condition.is_none() => return Some(Value::Bool(decisive)),
                        _ => certain = false,
                    }
                }
                if !certain {
                    return None;
                }
                Value::Bool(!decisive)
            }
            Prim::Last => {
                let source = self.certain_list(arguments[0], call)?;
                self.force(*source.last()?)
            }
            Prim::Tail => Value::list(self.certain_list(arguments[0], call)?.into_iter().skip(1)),
            Prim::Init => {
                let mut source = self.certain_list(arguments[0], call)?;
                source.pop()?;
                Value::list(source)
            }
            Prim::ElemAt => {
                let source = self.certain_list(arguments[0], call)?;
                let Value::Int(index) = self.force(arguments[1]) else { return None };
                self.force(*source.get(usize::try_from(index).ok()?)?)
            }
            Prim::Take | Prim::Drop => {
                let Value::Int(count) = self.force(arguments[0]) else { return None };
                let count = usize::try_from(count).ok()?;
                let source = self.certain_list(arguments[1], call)?;
                match prim {
                    Prim::Take => Value::list(source.into_iter().take(count)),
                    _ => Value::list(source.into_iter().skip(count)),
                }
            }
            Prim::GenList => {
                let function = self.force(arguments[0]);
                let Value::Int(count) = self.force(arguments[1]) else { return None };
                if count > MAX_RANGE {
                    return None;
                }
                let items: Vec<ThunkId> = (0..count)
                    .map(|index| {
                        let index = self.done(Value::Int(index));
                        self.delay_application(function.clone(), vec![index], Some(call))
                    })
                    .collect();
                Value::list(items)
            }
            Prim::CatAttrs => {
                let name = self.string_of(arguments[0], call)?;
                let source = self.list_of(arguments[1], call)?;
                let mut items = Vec::new();
                let mut complete = source.complete;
                for item in &source.items {
                    let found = self.set_of(item.thunk, call);
                    complete &= found.as_ref().is_some_and(|set| set.complete);
                    let slot = found.and_then(|set| set.get(Symbol::new(&name)).copied());
                    items.extend(slot.map(|slot| Item { thunk: slot.thunk, ..*item }));
                }
                list(items, complete)
            }
            Prim::Remove | Prim::Subtract | Prim::Intersect => {
                let other = match prim {
                    Prim::Remove => vec![arguments[0]],
                    _ => self.certain_list(arguments[0], call)?,
                };
                let other: Vec<Value> = other.into_iter().map(|item| self.force(item)).collect();
                let source = self.list_of(arguments[1], call)?;
                let mut items = Vec::new();
                for item in &source.items {
                    let value = self.force(item.thunk);
                    let same: Option<Vec<bool>> =
                        other.iter().map(|other| equal(other, &value)).collect();
                    if same?.contains(&true) == (prim == Prim::Intersect) {
                        items.push(*item);
                    }
                }
                list(items, source.complete)
            }
            _ => return None,
        })
    }

    /// The elements of a list of which all are known to be there.
    fn certain_list(&mut self, thunk: ThunkId, call: Code) -> Option<Vec<ThunkId>> {
        let list = self.list_of(thunk, call)?;
        let certain = list.complete && list.items.iter().all(|item| item.condition.is_none());
        certain.then(|| list.items.iter().map(|item| item.thunk).collect())
    }

    /// Each element once; one that cannot be compared stays.
    fn unique(&mut self, thunk: ThunkId, call: Code) -> Option<Value> {
        let source = self.list_of(thunk, call)?;
        let mut seen: Vec<Value> = Vec::new();
        let mut items = Vec::new();
        for item in &source.items {
            let value = self.force(item.thunk);
            if !seen.iter().any(|known| equal(known, &value) == Some(true)) {
                items.push(*item);
                seen.push(value);
            }
        }
        Some(list(items, source.complete))
    }

    /// In the order of the strings, where they are all known.
    fn sorted(&mut self, thunk: ThunkId, call: Code) -> Option<Value> {
        let source = self.certain_list(thunk, call)?;
        let mut keyed: Vec<(Rc<str>, ThunkId)> = source
            .into_iter()
            .map(|item| Some((self.string_of(item, call)?, item)))
            .collect::<Option<_>>()?;
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
        Some(Value::list(keyed.into_iter().map(|(_, item)| item)))
    }

    fn concatenated(&mut self, lists: &[Item], complete: bool, call: Code) -> Value {
        let mut all = List { items: Vec::new(), complete };
        for part in lists {
            match self.list_of(part.thunk, call) {
                Some(list) => {
                    all.complete &= list.complete;
                    all.items.extend(list.items.iter().map(|item| Item {
                        condition: item.condition.or(part.condition),
                        ..*item
                    }));
                }
                // `flatten` takes plain elements too; of `concatLists` this would be an error.
                None => match self.force(part.thunk) {
                    Value::Unknown | Value::Place(_) | Value::Choice(_) => all.complete = false,
                    _ => all.items.push(*part),
                },
            }
        }
        Value::List(Rc::new(all))
    }
}
