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
}
use Strict::{Elements, Results, Whole};

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
            Prim::MapAttrs
            | Prim::MapAttrsToList
            | Prim::Map
            | Prim::Imap0
            | Prim::Imap1
            | Prim::Elem
            | Prim::All
            | Prim::Any => &[Whole(1)],
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
                _ if asks_nothing => {}
                Elements(index) => {
                    let list = self.force_whole(arguments[index], call);
                    let Value::List(list) = list else { continue };
                    for item in list.items.iter().filter(|item| item.condition.is_none()) {
                        self.force_whole(item.thunk, call);
                    }
                }
                Results(function, index) => self.demand_results(
                    arguments[function],
                    arguments[index],
                    call,
                ),
            }
        }
    }

    fn demand_results(&mut self, function: ThunkId, collection: ThunkId, call: Code) {
        let calls: Vec<Vec<ThunkId>> = match self.force_whole(collection, call) {
            Value::List(list) => {
                let items = list.items.iter().filter(|item| item.condition.is_none());
                items.map(|item| vec![item.thunk]).collect()
            }
            Value::Set(set) => {
                let slots = set.slots.iter().filter(|slot| slot.condition.is_none());
                slots.map(|slot| vec![self.name_thunk(slot.name), slot.thunk]).collect()
            }
            _ => return,
        };
        let function = self.force(function);
        for arguments in calls {
            let result = self.delay_application(function.clone(), arguments, Some(call));
            self.force_whole(result, call);
        }
    }
}
