//! What each function is certain to evaluate of its arguments, whatever they are.

use super::super::interp::Interp;
use super::super::value::*;
use super::Prim;

/// Of one argument.
#[derive(Clone, Copy)]
enum Strict {
    /// The argument itself: which names a set has, how many elements a list.
    Whole(usize),
    /// A list and each of its elements.
    Elements(usize),
    /// What the function gives for each element of the list, or for each member of the set; function first.
    Results(usize, usize),
    /// A list and its first element; where there is one, the other argument too.
    First(usize, usize),
    /// What the function gives for the first element of the list; function first.
    FirstResult(usize, usize),
}
use Strict::{Elements, First, FirstResult, Results, Whole};

impl Prim {
    /// Whether the result is that of an argument or of a function applied: what this evaluates, Nix does.
    pub(super) fn passes_on(self) -> bool {
        matches!(
            self,
            Prim::Identity
                | Prim::Const
                | Prim::Second
                | Prim::WarnIf
                | Prim::Flip
                | Prim::Pipe
                | Prim::Import
                | Prim::ImportApply
        )
    }

    fn strict(self) -> &'static [Strict] {
        match self {
            Prim::OptionalAttrs
            | Prim::Optional
            | Prim::Optionals
            | Prim::OptionalString
            | Prim::AttrNames
            | Prim::AttrValues
            | Prim::AttrsToList
            | Prim::Length
            | Prim::Head
            | Prim::Last
            | Prim::Tail
            | Prim::Init
            | Prim::Reversed
            | Prim::ToString
            | Prim::BoolToString
            | Prim::StringLength
            | Prim::ToUpper
            | Prim::ToLower
            | Prim::ElemAt => &[Whole(0)],
            Prim::MapAttrs | Prim::MapAttrsToList | Prim::Map | Prim::Imap0 | Prim::Imap1 => {
                &[Whole(1)]
            }
            Prim::Elem => &[First(1, 0)],
            Prim::All | Prim::Any => &[FirstResult(0, 1)],
            Prim::ForEach => &[Whole(0)],
            Prim::RecursiveUpdate
            | Prim::MergeAttrs
            | Prim::IntersectAttrs
            | Prim::GetAttr
            | Prim::HasAttr
            | Prim::HasPrefix
            | Prim::HasSuffix
            | Prim::HasInfix
            | Prim::RemovePrefix
            | Prim::RemoveSuffix
            | Prim::SplitString => &[Whole(0), Whole(1)],
            Prim::RemoveAttrs => &[Whole(0), Elements(1)],
            Prim::GetAttrs => &[Elements(0), Whole(1)],
            Prim::GenAttrs
            | Prim::ListToAttrs
            | Prim::MergeAttrsList
            | Prim::Concat
            | Prim::ConcatStrings
            | Prim::ConcatLines => &[Elements(0)],
            Prim::ConcatStringsSep => &[Whole(0), Elements(1)],
            Prim::ConcatMap
            | Prim::ConcatMapStrings
            | Prim::MapAttrsPairs
            | Prim::ConcatMapAttrs
            | Prim::Filter
            | Prim::FilterAttrs => &[Results(0, 1)],
            Prim::ConcatMapStringsSep => &[Results(1, 2)],
            Prim::Foldl | Prim::Foldr => &[Whole(2)],
            _ => &[],
        }
    }
}

impl Interp<'_> {
    /// Notes what the function asks for in any case.
    pub(super) fn demand_strict(&mut self, prim: Prim, arguments: &[ThunkId], call: Code) {
        // Without anything to find, there is no need to look.
        let asks_nothing = self.collectors.last().is_none_or(|demands| demands.is_empty());
        for strict in prim.strict() {
            match *strict {
                Whole(index) => {
                    self.force_whole(arguments[index], call);
                }
                Elements(_) | Results(..) | FirstResult(..) if asks_nothing => {}
                Elements(index) => {
                    for item in self.certain_items(arguments[index], call) {
                        self.force_whole(item, call);
                    }
                }
                First(list, other) => {
                    if let Some(&first) = self.certain_items(arguments[list], call).first() {
                        self.force_whole(first, call);
                        self.force_whole(arguments[other], call);
                    }
                }
                FirstResult(function, list) => {
                    let mut items = self.certain_items(arguments[list], call);
                    items.truncate(1);
                    let calls = items.into_iter().map(|item| vec![item]).collect();
                    self.demand_results(arguments[function], calls, call);
                }
                Results(function, collection) => {
                    let calls = self.certain_members(arguments[collection], call);
                    self.demand_results(arguments[function], calls, call);
                }
            }
        }
    }

    /// The elements that are there under no condition.
    fn certain_items(&mut self, list: ThunkId, call: Code) -> Vec<ThunkId> {
        let Value::List(list) = self.force_whole(list, call) else { return Vec::new() };
        let items = list.items.iter().filter(|item| item.condition.is_none());
        items.map(|item| item.thunk).collect()
    }

    /// The elements of a list or the members of a set, as the arguments of a function called with each.
    fn certain_members(&mut self, collection: ThunkId, call: Code) -> Vec<Vec<ThunkId>> {
        match self.force_whole(collection, call) {
            Value::List(_) => {
                self.certain_items(collection, call).into_iter().map(|item| vec![item]).collect()
            }
            Value::Set(set) => {
                let slots = set.slots.iter().filter(|slot| slot.condition.is_none());
                slots.map(|slot| vec![self.name_thunk(slot.name), slot.thunk]).collect()
            }
            _ => Vec::new(),
        }
    }

    fn demand_results(&mut self, function: ThunkId, calls: Vec<Vec<ThunkId>>, call: Code) {
        let function = self.force(function);
        for arguments in calls {
            let result = self.delay_application(function.clone(), arguments, Some(call));
            self.force_whole(result, call);
        }
    }
}
