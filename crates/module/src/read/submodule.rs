//! What is known of a submodule before it is known where it stands: its free members' type, and what
//! its modules are called with.

use super::interp::Interp;
use super::value::*;
use crate::types::Type;
use crate::{OptionPath, Symbol};
use std::rc::Rc;

/// Modules that import each other, inside one submodule.
const MAX_IMPORTS: usize = 8;

impl Interp<'_> {
    /// Takes in a submodule of these modules. Returns its place among all that were met, and its
    /// `freeformType` if one of the modules sets it.
    pub(super) fn add_submodule(&mut self, mut parts: SubmoduleParts) -> (u32, Option<Type>) {
        let special = parts.arguments.as_ref();
        let call = self.module_arguments(Value::Unknown, Value::Unknown, true, special);
        let mut sets = Vec::new();
        for &module in parts.modules.iter() {
            self.sets_of_module(module, call, MAX_IMPORTS, &mut sets);
        }
        let freeform = sets.iter().find_map(|set| self.freeform_in(set));
        let mut arguments = special.map_or_else(Set::empty, |set| (**set).clone());
        for set in &sets {
            self.add_arguments(set, &mut arguments);
        }
        parts.arguments = (!arguments.slots.is_empty()).then(|| Rc::new(arguments));
        self.submodules.push(parts);
        (self.submodules.len() as u32 - 1, freeform)
    }

    /// The sets that a module and those it imports are, as far as they can be seen.
    fn sets_of_module(
        &mut self,
        module: ThunkId,
        arguments: ThunkId,
        depth: usize,
        sets: &mut Vec<Rc<Set>>,
    ) {
        let Some(deeper) = depth.checked_sub(1) else { return };
        let value = match self.force(module) {
            Value::Closure(closure) => self.apply_closure(&closure, arguments),
            Value::Path(Some(path)) => {
                if let Some(root) = self.import(path) {
                    self.sets_of_module(root, arguments, deeper, sets);
                }
                return;
            }
            value => value,
        };
        let Value::Set(set) = value else { return };
        let imports = set.get(Symbol::new("imports")).map(|slot| slot.thunk);
        sets.push(set);
        if let Some(Value::List(imports)) = imports.map(|imports| self.force(imports)) {
            for item in &imports.items {
                self.sets_of_module(item.thunk, arguments, deeper, sets);
            }
        }
    }

    fn freeform_in(&mut self, set: &Rc<Set>) -> Option<Type> {
        const WHERE: [&[&str]; 3] = [
            &["freeformType"],
            &["_module", "freeformType"],
            &["config", "_module", "freeformType"],
        ];
        let found = WHERE.iter().find_map(|path| self.member(set, path))?;
        match found {
            Value::Type(ty) => Some((*ty).clone()),
            _ => Some(Type::Unknown),
        }
    }

    /// Whether a configuration with this module takes definitions of what nothing declares.
    pub(super) fn takes_undeclared(&mut self, set: &Rc<Set>) -> bool {
        const CHECK: [&[&str]; 2] = [&["_module", "check"], &["config", "_module", "check"]];
        let mut checks = CHECK.iter().filter_map(|path| self.member(set, path));
        let is_unchecked = checks.any(|check| !matches!(check, Value::Bool(true)));
        is_unchecked || self.freeform_in(set).is_some()
    }

    /// What the module sets below `_module.args`; a plain value counts more than a default.
    fn add_arguments(&mut self, set: &Rc<Set>, arguments: &mut Set) {
        const WHERE: [&[&str]; 2] = [&["_module", "args"], &["config", "_module", "args"]];
        for path in WHERE {
            let Some(Value::Set(given)) = self.member(set, path) else { continue };
            for slot in &given.slots {
                let (content, is_default) = match self.force(slot.thunk) {
                    Value::Property(property) => match property.kind {
                        PropertyKind::Override(Some(level)) => (property.content, level > 100),
                        // Whether it counts is not known.
                        _ => (self.done(Value::Unknown), false),
                    },
                    _ => (slot.thunk, false),
                };
                let known = arguments.slots.iter().position(|known| known.name == slot.name);
                match known {
                    Some(_) if is_default => {}
                    Some(known) => arguments.slots[known].thunk = content,
                    None => arguments.slots.push(Slot { thunk: content, ..*slot }),
                }
            }
        }
    }

    fn member(&mut self, set: &Rc<Set>, path: &[&str]) -> Option<Value> {
        path.iter().try_fold(Value::Set(set.clone()), |value, name| match value {
            Value::Set(set) => Some(self.force(set.get(Symbol::new(name))?.thunk)),
            _ => None,
        })
    }

    /// The arguments that a module function is called with.
    pub(super) fn module_arguments(
        &mut self,
        config: Value,
        options: Value,
        in_submodule: bool,
        special: Option<&Rc<Set>>,
    ) -> ThunkId {
        let pkgs = PlaceRoot::Argument(Symbol::new("pkgs"));
        let pkgs = Value::Place(Rc::new(Place { root: pkgs, path: OptionPath::root() }));
        let mut arguments = vec![
            ("config", config),
            ("options", options),
            ("lib", Value::Namespace(Namespace::Lib)),
            ("pkgs", pkgs),
        ];
        if in_submodule {
            arguments.push(("name", Value::Str(None)));
        } else {
            arguments.push(("modulesPath", Value::str(&in_nixpkgs("/nixos/modules"))));
        }
        let mut slots: Vec<Slot> = special.iter().flat_map(|set| set.slots.clone()).collect();
        for (name, value) in arguments {
            let name = Symbol::new(name);
            if slots.iter().all(|slot| slot.name != name) {
                slots.push(Slot { name, thunk: self.done(value), site: None, condition: None });
            }
        }
        self.done(Value::Set(Rc::new(Set { slots, complete: false })))
    }
}
