//! A flake read for what it offers to evaluate: its `nixosConfigurations` with their modules, its
//! `nixosModules`. Modules that are written in place are read as any module is.
//!
//! Only these outputs are looked at. Packages, shells and checks say nothing of options, and to follow
//! them would make the flake depend on half the tree.

use super::Files;
use super::interp::{Interp, State};
use super::prims::Prim;
use super::roots::{RootsReading, slot};
use super::value::*;
use crate::arena::{Arena, Expr, Param};
use crate::facts::*;
use crate::{FileId, OptionPath, Symbol};
use rustc_hash::FxHashSet;
use std::rc::Rc;

const CONFIGURATIONS: [&str; 3] =
    ["nixosConfigurations", "darwinConfigurations", "homeConfigurations"];
const MODULE_SETS: [&str; 5] =
    ["nixosModules", "darwinModules", "homeManagerModules", "homeModules", "flakeModules"];
const MODULES: [&str; 4] = ["nixosModule", "darwinModule", "homeManagerModule", "flakeModule"];

/// A flake is a set, by its name and by what Nix asks of it; a function in a file of that name is a module.
pub(super) fn is_flake(file: FileId, arena: &Arena) -> bool {
    file.name() == "flake.nix" && !matches!(arena.expr(arena.root), Expr::Lambda(_))
}

pub(super) fn read(file: FileId, arena: &Arena, files: &dyn Files) -> Facts {
    let mut reading = RootsReading::new(file, arena, files, RootKind::Configuration);
    reading.outputs_of_flake(file);
    reading.evaluations_written_here();
    reading.finish(file)
}

impl RootsReading<'_> {
    fn outputs_of_flake(&mut self, file: FileId) {
        let Value::Set(outputs) = self.outputs_value(file) else {
            self.outputs.complete = false;
            return;
        };
        self.outputs.complete = outputs.complete;
        for slot in &outputs.slots {
            let name = slot.name.as_str();
            if CONFIGURATIONS.contains(&name) {
                self.configurations(*slot);
            } else if MODULE_SETS.contains(&name) {
                self.module_set(*slot);
            } else if MODULES.contains(&name) {
                self.offered_module(name.to_owned(), *slot);
            }
        }
    }

    /// The function `outputs` called with the flake itself and its inputs.
    fn outputs_value(&mut self, file: FileId) -> Value {
        let interp = &mut self.reading.interp;
        let root = interp.root(SourceId(0));
        let flake = interp.force(root);
        // An empty file and a set without outputs offer nothing; so does Nix, which refuses them.
        let nothing = Value::Set(Rc::new(Set::empty()));
        let arena = interp.arena(SourceId(0));
        if matches!(arena.expr(arena.root), Expr::Missing) {
            return nothing;
        }
        let Value::Set(flake) = interp.flatten(flake) else { return Value::Unknown };
        let Some(&outputs) = flake.get(Symbol::new("outputs")) else {
            return if flake.complete { nothing } else { Value::Unknown };
        };
        let function = interp.force(outputs.thunk);
        let inputs = flake.get(Symbol::new("inputs")).map(|slot| interp.force(slot.thunk));
        let mut names = FxHashSet::default();
        if let Value::Closure(closure) = &function
            && let Param::Pattern { formals, .. } =
                &interp.arena(closure.source).lambda(closure.lambda).param
        {
            names.extend(formals.iter().map(|formal| formal.name));
        }
        if let Some(Value::Set(inputs)) = &inputs {
            names.extend(inputs.slots.iter().map(|slot| slot.name));
        }
        let itself = interp.done(Value::Unknown);
        let mut slots = vec![slot("self", itself)];
        for name in names.into_iter().filter(|name| name.as_str() != "self") {
            let input = input(interp, name, &inputs);
            slots.push(Slot { name, ..slot("", interp.done(input)) });
        }
        let arguments = interp.done(Value::Set(Rc::new(Set { slots, complete: false })));
        let code = interp.code(outputs.thunk);
        let result = interp.delay_application(function, vec![arguments], code);
        // The flake as its own outputs see it: they, and where it lies.
        let folder = interp.done(Value::str(file.folder().path()));
        let around =
            vec![slot("outPath", folder), slot("inputs", arguments), slot("outputs", result)];
        let around = interp.done(Value::Set(Rc::new(Set { slots: around, complete: false })));
        let merge = Value::Prim(Prim::MergeAttrsList, Rc::new([]));
        let both = interp.done(Value::list([result, around]));
        interp.heap[itself.0 as usize].state =
            State::Applied { function: merge, arguments: vec![both] };
        let outputs = interp.force(result);
        interp.flatten(outputs)
    }

    fn configurations(&mut self, output: Slot) {
        let Some(set) = self.set(output) else {
            self.outputs.complete = false;
            return;
        };
        self.outputs.complete &= set.complete;
        for slot in &set.slots {
            let name = format!("{}.{}", output.name, OptionPath::root().child(slot.name));
            let at = self.place_of(*slot);
            match self.reading.interp.force(slot.thunk) {
                Value::Evaluation(evaluation) => self.configuration(name, at, &evaluation),
                Value::Choice(choice) => {
                    for branch in [choice.then, choice.otherwise] {
                        match self.reading.interp.force(branch) {
                            Value::Evaluation(evaluation) => {
                                self.configuration(name.clone(), at, &evaluation);
                            }
                            _ => self.unknown_configuration(name.clone(), at),
                        }
                    }
                }
                _ => self.unknown_configuration(name, at),
            }
        }
    }

    fn module_set(&mut self, output: Slot) {
        let Some(set) = self.set(output) else { return };
        for slot in &set.slots {
            let name = format!("{}.{}", output.name, OptionPath::root().child(slot.name));
            self.offered_module(name, *slot);
        }
    }

    fn offered_module(&mut self, name: String, slot: Slot) {
        let at = self.place_of(slot);
        let walked = self.module(Item { thunk: slot.thunk, condition: None });
        self.outputs.roots.push(OutputRoot {
            name,
            kind: RootKind::Module,
            at,
            imports: walked.imports,
            disabled_modules: walked.disabled_modules,
            complete: walked.complete,
            takes_undeclared: walked.takes_undeclared,
            special_args: SpecialArgs::default(),
        });
    }
}

/// What is known of a flake's input: that it may have a `lib`, and of nixpkgs where it lies.
fn input(interp: &mut Interp<'_>, name: Symbol, inputs: &Option<Value>) -> Value {
    let lib = interp.done(Value::Namespace(Namespace::FlakeLib));
    let mut slots = vec![slot("lib", lib)];
    if is_nixpkgs(interp, name, inputs) {
        let folder = interp.done(Value::str(&in_nixpkgs("")));
        slots.push(slot("outPath", folder));
    }
    Value::Set(Rc::new(Set { slots, complete: false }))
}

/// Whether an input is nixpkgs: its address says so, or without one its name.
fn is_nixpkgs(interp: &mut Interp<'_>, name: Symbol, inputs: &Option<Value>) -> bool {
    let mut address = || {
        let Some(Value::Set(inputs)) = inputs else { return None };
        let Value::Set(input) = interp.force(inputs.get(name)?.thunk) else { return None };
        match interp.force(input.get(Symbol::new("url"))?.thunk) {
            Value::Str(address) => address,
            _ => None,
        }
    };
    match address() {
        Some(address) => {
            let path = address.split('?').next().unwrap_or("");
            path.split(['/', ':']).any(|part| part.trim_end_matches(".git") == "nixpkgs")
        }
        None => name.as_str() == "nixpkgs",
    }
}
