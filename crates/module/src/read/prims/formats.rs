//! The types that the formats of `pkgs.formats` give, by their arguments.
//!
//! Source: nixpkgs `pkgs/pkgs-lib/formats.nix` and the files below `formats/`.

use super::super::interp::Interp;
use super::super::value::*;
use crate::Symbol;
use crate::types::{Leaf, Type};
use std::rc::Rc;

/// What a format that has keys and values is told of lists.
#[derive(Clone, Copy, PartialEq)]
enum Lists {
    Refused,
    Repeated,
    Joined,
}

impl Interp<'_> {
    /// `pkgs.formats.NAME { … }`: a set whose `type` is known, with more that is not.
    pub(in crate::read) fn format(&mut self, name: &str, arguments: ThunkId, call: Code) -> Value {
        let parts = match name {
            "ini" | "iniWithGlobalSection" | "gitIni" | "keyValue" | "systemd" => {
                self.keyed_format(name, arguments, call)
            }
            _ => Type::of_format(name).map(|ty| (ty, None)),
        };
        let Some((ty, atom)) = parts else { return Value::Unknown };
        let mut slots = vec![self.format_slot("type", Value::ty(ty))];
        if let Some(atom) = atom {
            let slot = self.format_slot("atom", Value::ty(atom));
            let types = self.format_slot("types", open_set(slot));
            slots.push(self.format_slot("lib", open_set(types)));
        }
        Value::Set(Rc::new(Set { slots, complete: false }))
    }

    fn format_slot(&mut self, name: &str, value: Value) -> Slot {
        let thunk = self.done(value);
        Slot { name: Symbol::new(name), thunk, site: None, condition: None }
    }

    /// The type of a format of sections, keys and values, and that of one value.
    fn keyed_format(
        &mut self,
        name: &str,
        arguments: ThunkId,
        call: Code,
    ) -> Option<(Type, Option<Type>)> {
        let arguments = self.set_of(arguments, call).filter(|set| set.complete)?;
        let mut flag = |name: &str| match arguments.get(Symbol::new(name)).map(|slot| slot.thunk) {
            None => Some(false),
            Some(thunk) => match self.force(thunk) {
                Value::Bool(value) => Some(value),
                Value::Null => Some(false),
                Value::Closure(_) | Value::Prim(..) => Some(true),
                _ => None,
            },
        };
        let repeated = flag("listsAsDuplicateKeys")? || name == "systemd";
        let joined = flag("listToValue")? && name != "gitIni";
        let coerced = flag("atomsCoercedToLists")? || name == "keyValue";
        let lists = match (repeated, joined) {
            (true, _) => Lists::Repeated,
            (_, true) => Lists::Joined,
            _ => Lists::Refused,
        };
        let word = if name == "keyValue" { "atom" } else { "INI atom" };
        let atom = atom(word, lists, coerced);
        Some(match name {
            "keyValue" => (attrs(atom), None),
            "gitIni" => {
                let value = Type::Either(Box::new(atom.clone()), Box::new(attrs(atom.clone())));
                (attrs(attrs(value)), Some(atom))
            }
            // A submodule of its own, written in nixpkgs and not here.
            "iniWithGlobalSection" => (self.open_submodule(), Some(atom)),
            _ => (attrs(section(&atom)), Some(atom)),
        })
    }
}

fn open_set(slot: Slot) -> Value {
    Value::Set(Rc::new(Set { slots: vec![slot], complete: false }))
}

fn attrs(element: Type) -> Type {
    Type::Attrs { element: Box::new(element), lazy: false }
}

fn section(atom: &Type) -> Type {
    let words = atom.description().unwrap_or_default();
    attrs(atom.clone()).described(&format!("section of an INI file (attrs of {words})"), None)
}

/// One value, or the list of values that a key may have.
fn atom(word: &str, lists: Lists, coerced: bool) -> Type {
    let leaves = [Leaf::Int, Leaf::Float, Leaf::Str].map(Type::Leaf);
    let any = leaves
        .into_iter()
        .fold(Type::BOOL, |left, right| Type::Either(Box::new(left), Box::new(right)));
    let single_words = format!("{word} (null, bool, int, float or string)");
    let single = Type::NullOr(Box::new(any)).described(&single_words, None);
    let (more, non_empty) = match lists {
        Lists::Refused => return single,
        Lists::Repeated => ("a list of them for duplicate keys", false),
        Lists::Joined => ("a non-empty list of them", true),
    };
    let list = Type::List { element: Box::new(single.clone()), non_empty };
    let either = match coerced {
        true => Type::Coerced { from: Box::new(single), to: Box::new(list) },
        false => Type::Either(Box::new(single), Box::new(list)),
    };
    either.described(&format!("{single_words} or {more}"), None)
}
