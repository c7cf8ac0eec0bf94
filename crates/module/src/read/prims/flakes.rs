//! What flakes call to put configurations and outputs together: `nixosSystem` and its kin, `flake-utils`,
//! `flake-parts`.

use super::super::interp::Interp;
use super::super::value::*;
use super::{NAMED, Prim};
use crate::{FileId, Symbol};
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// Functions in the `lib` of well-known flakes.
const FUNCTIONS: &[(&str, Prim)] = &[
    ("nixosSystem", Prim::Evaluate),
    ("darwinSystem", Prim::Evaluate),
    ("homeManagerConfiguration", Prim::Evaluate),
    ("evalModules", Prim::Evaluate),
    ("eachSystem", Prim::EachSystem),
    ("eachDefaultSystem", Prim::EachDefaultSystem),
    ("mkFlake", Prim::MkFlake),
    ("extend", Prim::ExtendLib),
];

/// The sets that `lib` has its functions in as well.
const LIB_SETS: [&str; 11] = [
    "types",
    "options",
    "modules",
    "attrsets",
    "lists",
    "strings",
    "trivial",
    "debug",
    "customisation",
    "path",
    "filesystem",
];

/// Modules of `flake-parts` that import each other deeper than this do so in a circle.
const MAX_PARTS: usize = 32;

pub(super) fn lookup(name: Symbol) -> Option<Value> {
    let text = name.as_str();
    let (_, prim) = FUNCTIONS.iter().find(|(name, _)| *name == text)?;
    Some(Value::Prim(*prim, Rc::new([])))
}

/// Whether `name` is a function that makes a configuration of modules.
pub(in crate::read) fn is_evaluation(name: Symbol) -> bool {
    let text = name.as_str();
    FUNCTIONS.iter().any(|(name, prim)| *name == text && *prim == Prim::Evaluate)
}

/// The value of a file of nixpkgs.
pub(super) fn import_of_nixpkgs(path: FileId) -> Value {
    if path == FileId::new(&in_nixpkgs("/lib")) {
        return Value::Namespace(Namespace::FlakeLib);
    }
    let evaluations = ["/nixos", "/nixos/default.nix", "/nixos/lib/eval-config.nix"];
    if evaluations.iter().any(|rest| path == FileId::new(&in_nixpkgs(rest))) {
        return Value::Prim(Prim::Evaluate, Rc::new([]));
    }
    Value::Unknown
}

impl Prim {
    pub(super) fn is_flake(self) -> bool {
        (Prim::Evaluate as usize..=Prim::ExtendLib as usize).contains(&(self as usize))
    }
}

impl Interp<'_> {
    pub(super) fn apply_flake_prim(
        &mut self,
        prim: Prim,
        arguments: &[ThunkId],
        call: Code,
    ) -> Value {
        match prim {
            Prim::EachSystem => self.each_system(arguments[1], call),
            Prim::EachDefaultSystem => self.each_system(arguments[0], call),
            Prim::MkFlake => self.flake_of_parts(arguments[0], arguments[1], call),
            Prim::ExtendLib => self.extended_lib(arguments[0], call),
            _ => {
                let evaluation = Rc::new(Evaluation { arguments: arguments[0], call });
                self.evaluations.push(evaluation.clone());
                Value::Evaluation(evaluation)
            }
        }
    }

    /// The names that a function of the system gives. Their values are sets with one member a system,
    /// of which nothing is asked.
    fn each_system(&mut self, function: ThunkId, call: Code) -> Value {
        let function = self.force(function);
        let system = self.done(Value::Str(None));
        let outputs = self.apply(function, system, call);
        let Value::Set(outputs) = self.flatten(outputs) else { return Value::Unknown };
        let unknown = self.done(Value::Unknown);
        let slots = outputs.slots.iter().map(|slot| Slot { thunk: unknown, ..*slot }).collect();
        Value::Set(Rc::new(Set { slots, complete: outputs.complete }))
    }

    /// `lib.extend (final: prev: { … })`.
    fn extended_lib(&mut self, overlay: ThunkId, call: Code) -> Value {
        let lib = Value::Namespace(Namespace::FlakeLib);
        let overlay = self.force(overlay);
        let (end, previous) = (self.done(lib.clone()), self.done(lib.clone()));
        let overlay = self.apply(overlay, end, call);
        let added = self.apply(overlay, previous, call);
        self.update(lib, added)
    }

    /// A `lib` as a set of all its members that are known; any other value as it is.
    pub(in crate::read) fn members(&mut self, value: Value) -> Value {
        if !matches!(value, Value::Namespace(Namespace::FlakeLib)) {
            return value;
        }
        let names = NAMED.iter().chain(FUNCTIONS).map(|(name, _)| *name).chain(LIB_SETS);
        let mut slots = Vec::new();
        for name in names {
            let name = Symbol::new(name);
            let Some(value) = super::lookup(Namespace::FlakeLib, name) else { continue };
            let thunk = self.done(value);
            slots.push(Slot { name, thunk, site: None, condition: None });
        }
        Value::Set(Rc::new(Set { slots, complete: false }))
    }

    // ---- flake-parts ----

    fn flake_of_parts(&mut self, arguments: ThunkId, module: ThunkId, call: Code) -> Value {
        let given = self.set_of(arguments, call);
        let find = |set: &Option<Rc<Set>>, name: &str| {
            set.as_ref().and_then(|set| set.get(Symbol::new(name)).copied())
        };
        let mut slots = Vec::new();
        if let Some(inputs) = find(&given, "inputs") {
            slots.push(inputs);
            let inputs = self.set_of(inputs.thunk, call);
            slots.extend(find(&inputs, "self"));
        }
        let special = find(&given, "specialArgs").and_then(|slot| self.set_of(slot.thunk, call));
        slots.extend(special.iter().flat_map(|set| set.slots.iter().copied()));
        for name in ["lib", "flake-parts-lib"] {
            let name = Symbol::new(name);
            if !slots.iter().any(|slot| slot.name == name) {
                let thunk = self.done(Value::Namespace(Namespace::FlakeLib));
                slots.push(Slot { name, thunk, site: None, condition: None });
            }
        }
        let argument = self.done(Value::Set(Rc::new(Set { slots, complete: false })));
        let mut parts =
            Parts { argument, call, outputs: Set::empty(), seen: FxHashSet::default(), depth: 0 };
        self.part(module, &mut parts);
        Value::Set(Rc::new(parts.outputs))
    }

    /// One module of `flake-parts`: what it gives as `flake`, and what it imports.
    fn part(&mut self, module: ThunkId, parts: &mut Parts) {
        if parts.depth >= MAX_PARTS {
            parts.outputs.complete = false;
            return;
        }
        parts.depth += 1;
        let value = self.force(module);
        match (value.path(), value) {
            (Some(path), _) => {
                if parts.seen.insert(path) {
                    match self.import(path) {
                        Some(root) => self.part(root, parts),
                        None => parts.outputs.complete = false,
                    }
                }
            }
            (None, Value::Closure(closure)) => {
                let value = self.apply_closure(&closure, parts.argument);
                self.part_set(value, parts);
            }
            (None, value) => self.part_set(value, parts),
        }
        parts.depth -= 1;
    }

    fn part_set(&mut self, value: Value, parts: &mut Parts) {
        let Value::Set(set) = self.flatten(value) else {
            parts.outputs.complete = false;
            return;
        };
        parts.outputs.complete &= set.complete;
        for slot in &set.slots {
            match slot.name.as_str() {
                "imports" => match self.list_of(slot.thunk, parts.call) {
                    Some(list) => {
                        parts.outputs.complete &= list.complete;
                        for item in &list.items {
                            self.part(item.thunk, parts);
                        }
                    }
                    None => parts.outputs.complete = false,
                },
                "flake" => self.add_outputs(slot.thunk, parts),
                "config" => {
                    let config = self.set_of(slot.thunk, parts.call);
                    let flake = config.and_then(|set| set.get(Symbol::new("flake")).copied());
                    if let Some(flake) = flake {
                        self.add_outputs(flake.thunk, parts);
                    }
                }
                _ => {}
            }
        }
    }

    fn add_outputs(&mut self, thunk: ThunkId, parts: &mut Parts) {
        let value = self.force(thunk);
        if let Value::Property(property) = &value {
            match property.kind {
                PropertyKind::Merge => {
                    let list = self.list_of(property.content, parts.call);
                    parts.outputs.complete &= list.as_ref().is_some_and(|list| list.complete);
                    for item in list.iter().flat_map(|list| &list.items) {
                        self.add_outputs(item.thunk, parts);
                    }
                }
                _ => self.add_outputs(property.content, parts),
            }
            return;
        }
        let Value::Set(set) = self.flatten(value) else {
            parts.outputs.complete = false;
            return;
        };
        parts.outputs.complete &= set.complete;
        for slot in &set.slots {
            let known = parts.outputs.slots.iter_mut().find(|known| known.name == slot.name);
            let Some(known) = known else {
                parts.outputs.slots.push(*slot);
                continue;
            };
            // Only when somebody asks: the values may need the flake itself.
            let merge = Value::Prim(Prim::RecursiveUpdate, Rc::new([]));
            let both = vec![known.thunk, slot.thunk];
            known.thunk = self.delay_application(merge, both, Some(parts.call));
        }
    }
}

/// The modules of one flake made with `flake-parts`, while they are read.
struct Parts {
    /// What each of them is called with.
    argument: ThunkId,
    call: Code,
    outputs: Set,
    seen: FxHashSet<FileId>,
    depth: usize,
}
