//! The types of `lib.types` that take arguments.

use super::super::interp::Interp;
use super::super::value::*;
use super::Prim;
use crate::Symbol;
use crate::facts::Known;
use crate::types::{Leaf, Submodule, Tags, Type, WordClass};
use std::rc::Rc;

impl Prim {
    pub(super) fn is_type(self) -> bool {
        self as usize >= Prim::TypeListOf as usize
    }
}

impl Interp<'_> {
    pub(super) fn apply_type_prim(
        &mut self,
        prim: Prim,
        arguments: &[ThunkId],
        call: Code,
    ) -> Value {
        let mut inner = |index: usize| Box::new(self.type_of(arguments[index]));
        Value::ty(match prim {
            Prim::TypeListOf => Type::List { element: inner(0), non_empty: false },
            Prim::TypeNonEmptyListOf => Type::List { element: inner(0), non_empty: true },
            Prim::TypeAttrsOf => Type::Attrs { element: inner(0), lazy: false },
            Prim::TypeLazyAttrsOf => Type::Attrs { element: inner(0), lazy: true },
            Prim::TypeAttrListOf => Type::AttrList(inner(0)),
            Prim::TypeNullOr => Type::NullOr(inner(0)),
            Prim::TypeUniq => Type::Unique(inner(0)),
            Prim::TypeUnique => Type::Unique(inner(1)),
            Prim::TypeFunctionTo => Type::FunctionTo(inner(0)),
            Prim::TypePasswdEntry => Type::PasswdEntry(inner(0)),
            Prim::TypeAddCheck => Type::Checked(inner(0)),
            Prim::TypeEither => Type::Either(inner(0), inner(1)),
            Prim::TypeCoercedTo => Type::Coerced { from: inner(0), to: inner(2) },
            Prim::TypeStrMatching => {
                Type::StrMatching(self.string_of(arguments[0], call).map(|text| text.to_string()))
            }
            Prim::TypeSeparatedString => Type::SeparatedString(
                self.string_of(arguments[0], call).map(|text| text.to_string()),
            ),
            Prim::TypeIntsBetween => Type::IntBetween {
                low: self.int_of(arguments[0]),
                high: self.int_of(arguments[1]),
                words: None,
            },
            Prim::TypeNumbersBetween => Type::NumberBetween {
                low: self.number_of(arguments[0]),
                high: self.number_of(arguments[1]),
            },
            Prim::TypeOneOf => self.one_of(arguments[0], call),
            Prim::TypeEnum => self.enumeration(arguments[0], call),
            Prim::TypeAttrsWith => self.attrs_with(arguments[0], call),
            Prim::TypeAttrTag => self.tags(arguments[0], call),
            Prim::TypePathWith => self.path_with(arguments[0], call),
            Prim::TypeDeferredModuleWith => self.deferred_module_with(arguments[0], call),
            Prim::DescriptionPhrase => return self.description_phrase(arguments, call),
            Prim::TypeSubmodule => self.submodule(arguments[0]),
            Prim::TypeSubmoduleWith => self.submodule_with(arguments[0], call),
            Prim::TypeCustom => {
                let description = self.text_member(arguments[0], "description", call);
                let name = self.text_member(arguments[0], "name", call);
                let class = self.text_member(arguments[0], "descriptionClass", call);
                let class = class.map_or(WordClass::None, |class| WordClass::named(&class));
                Type::Custom { words: description.or(name), class }
            }
            _ => Type::Unknown,
        })
    }

    /// The type that a thunk is; unknown if it is none.
    pub(in crate::read) fn type_of(&mut self, thunk: ThunkId) -> Type {
        match self.force(thunk) {
            Value::Type(ty) => (*ty).clone(),
            _ => Type::Unknown,
        }
    }

    fn int_of(&mut self, thunk: ThunkId) -> Option<i64> {
        match self.force(thunk) {
            Value::Int(int) => Some(int),
            _ => None,
        }
    }

    fn number_of(&mut self, thunk: ThunkId) -> Option<f64> {
        match self.force(thunk) {
            Value::Int(int) => Some(int as f64),
            Value::Float(float) => Some(float),
            _ => None,
        }
    }

    pub(in crate::read) fn text_member(
        &mut self,
        set: ThunkId,
        name: &str,
        call: Code,
    ) -> Option<String> {
        let set = self.set_of(set, call)?;
        let slot = *set.get(Symbol::new(name))?;
        self.string_of(slot.thunk, call).map(|text| text.to_string())
    }

    fn one_of(&mut self, list: ThunkId, call: Code) -> Type {
        let Some(list) = self.list_of(list, call).filter(|list| list.complete) else {
            return Type::Unknown;
        };
        let mut types = list.items.iter().map(|item| item.thunk);
        let Some(first) = types.next() else { return Type::Unknown };
        let rest: Vec<ThunkId> = types.collect();
        let mut ty = self.type_of(first);
        for next in rest {
            ty = Type::Either(Box::new(ty), Box::new(self.type_of(next)));
        }
        ty
    }

    fn enumeration(&mut self, list: ThunkId, call: Code) -> Type {
        let Some(list) = self.list_of(list, call) else { return Type::Enum(None) };
        let certain = list.complete && list.items.iter().all(|item| item.condition.is_none());
        let values: Vec<Known> = list.items.iter().map(|item| self.known(item.thunk)).collect();
        let all_known =
            !values.iter().any(|value| matches!(value, Known::Unknown | Known::Str(None)));
        Type::Enum((certain && all_known).then_some(values))
    }

    fn attrs_with(&mut self, arguments: ThunkId, call: Code) -> Type {
        let Some(set) = self.set_of(arguments, call) else { return Type::Unknown };
        let lazy = match set.get(Symbol::new("lazy")).map(|slot| slot.thunk) {
            Some(thunk) => matches!(self.force(thunk), Value::Bool(true)),
            None => false,
        };
        match set.get(Symbol::new("elemType")).map(|slot| slot.thunk) {
            Some(element) => Type::Attrs { element: Box::new(self.type_of(element)), lazy },
            None => Type::Unknown,
        }
    }

    fn submodule(&mut self, module: ThunkId) -> Type {
        // A list of modules is one too.
        let (modules, open) = match self.force(module) {
            Value::List(list) => {
                (list.items.iter().map(|item| item.thunk).collect::<Rc<[_]>>(), !list.complete)
            }
            _ => (Rc::new([module]) as Rc<[_]>, false),
        };
        self.submodule_of(SubmoduleParts { modules, arguments: None }, None, open)
    }

    fn submodule_with(&mut self, arguments: ThunkId, call: Code) -> Type {
        let Some(set) = self.set_of(arguments, call) else { return Type::Unknown };
        let Some(modules) = set.get(Symbol::new("modules")).map(|slot| slot.thunk) else {
            return Type::Unknown;
        };
        let description = self.text_member(arguments, "description", call);
        let list = self.list_of(modules, call);
        let open = list.as_ref().is_none_or(|list| !list.complete);
        let modules =
            list.map(|list| list.items.iter().map(|item| item.thunk).collect()).unwrap_or_default();
        let arguments = set
            .get(Symbol::new("specialArgs"))
            .map(|slot| slot.thunk)
            .and_then(|arguments| self.set_of(arguments, call));
        self.submodule_of(SubmoduleParts { modules, arguments }, description, open)
    }

    /// A submodule of which nothing is known but that it is one.
    pub(in crate::read) fn open_submodule(&mut self) -> Type {
        self.submodule_of(SubmoduleParts { modules: Rc::new([]), arguments: None }, None, true)
    }

    /// A module for later: documentation shows the options of what is there already.
    fn deferred_module_with(&mut self, arguments: ThunkId, call: Code) -> Type {
        let set = self.set_of(arguments, call);
        let modules = set.as_ref().and_then(|set| set.get(Symbol::new("staticModules")).copied());
        let Some(modules) = modules else { return Type::Leaf(Leaf::DeferredModule) };
        let list = self.list_of(modules.thunk, call);
        let open = list.as_ref().is_none_or(|list| !list.complete);
        let modules =
            list.map(|list| list.items.iter().map(|item| item.thunk).collect()).unwrap_or_default();
        let parts = SubmoduleParts { modules, arguments: None };
        self.submodule_of(parts, None, open).described("module", Some(WordClass::Noun))
    }

    fn path_with(&mut self, arguments: ThunkId, call: Code) -> Type {
        let Some(set) = self.set_of(arguments, call).filter(|set| set.complete) else {
            return Type::Unknown;
        };
        let mut flag =
            |name: &str| match set.get(Symbol::new(name)).map(|slot| self.force(slot.thunk)) {
                None | Some(Value::Null) => Some(None),
                Some(Value::Bool(value)) => Some(Some(value)),
                Some(_) => None,
            };
        match (flag("absolute"), flag("inStore")) {
            (Some(absolute), Some(in_store)) => Type::PathWith { absolute, in_store },
            _ => Type::Unknown,
        }
    }

    /// `optionDescriptionPhrase (class: …) type`: the description, in parentheses where the function says
    /// that its class needs them.
    fn description_phrase(&mut self, arguments: &[ThunkId], call: Code) -> Value {
        let Some((words, class)) = self.type_of(arguments[1]).words() else {
            return Value::Str(None);
        };
        let class = self.done(class.name().map_or(Value::Null, Value::str));
        let is_plain = self.force(arguments[0]);
        match self.apply(is_plain, class, call) {
            Value::Bool(true) => Value::str(&words),
            Value::Bool(false) => Value::str(&format!("({words})")),
            _ => Value::Str(None),
        }
    }

    /// What `type.name` is.
    pub(in crate::read) fn type_member(&mut self, ty: &Rc<Type>, name: Symbol) -> Value {
        match name.as_str() {
            "description" => Value::Str(ty.description().map(|words| words.into())),
            "descriptionClass" => match ty.words() {
                Some((_, class)) => class.name().map_or(Value::Null, Value::str),
                None => Value::Unknown,
            },
            "_type" => Value::str("option-type"),
            "nestedTypes" => {
                let slots = ty
                    .element()
                    .map(|element| Slot {
                        name: Symbol::new("elemType"),
                        thunk: self.done(Value::ty(element.clone())),
                        site: None,
                        condition: None,
                    })
                    .into_iter()
                    .collect();
                Value::Set(Rc::new(Set { slots, complete: false }))
            }
            _ => Value::Unknown,
        }
    }

    fn submodule_of(
        &mut self,
        parts: SubmoduleParts,
        description: Option<String>,
        open: bool,
    ) -> Type {
        let (id, freeform) = self.add_submodule(parts);
        Type::Submodule(Submodule { description, freeform: freeform.map(Box::new), open, id })
    }

    fn tags(&mut self, arguments: ThunkId, call: Code) -> Type {
        let set = self.set_of(arguments, call);
        let mut names: Vec<String> = match &set {
            Some(set) if set.complete => {
                set.slots.iter().map(|slot| slot.name.to_string()).collect()
            }
            _ => Vec::new(),
        };
        names.sort();
        let id = self.tag_sets.len() as u32;
        self.tag_sets
            .push(set.unwrap_or_else(|| Rc::new(Set { slots: Vec::new(), complete: false })));
        Type::AttrTag(Tags { names, id })
    }

    /// `type // { description = …; }`.
    pub(in crate::read) fn update_type(&mut self, ty: Rc<Type>, more: &Set) -> Value {
        let call = Code { source: SourceId(0), expr: crate::ExprId(0) };
        let mut text = |name: &str| {
            let slot = more.get(Symbol::new(name)).copied()?;
            Some(self.string_of(slot.thunk, call).map(|text| text.to_string()))
        };
        let (words, class) = (text("description"), text("descriptionClass").flatten());
        let class = class.map(|class| WordClass::named(&class));
        let has = |name: &str| more.has(Symbol::new(name)) == Some(true);
        let ty = Box::new(match has("getSubOptions") {
            // Other options than the type's own.
            true => Type::Custom { words: ty.description(), class: ty.word_class() },
            false if !more.complete || has("check") || has("merge") || has("emptyValue") => {
                Type::Altered(Box::new((*ty).clone()))
            }
            false => (*ty).clone(),
        });
        Value::ty(match words {
            Some(words) => Type::Described { ty, words, class },
            None if more.complete => *ty,
            None => Type::Described { ty, words: None, class },
        })
    }
}
