//! A flake read for what it offers to evaluate: its `nixosConfigurations` with their modules, its
//! `nixosModules`. Modules that are written in place are read as any module is.
//!
//! Only these outputs are looked at. Packages, shells and checks say nothing of options, and to follow
//! them would make the flake depend on half the tree.

use super::Files;
use super::interp::{Interp, State};
use super::module::{Context, Reading};
use super::prims::{Prim, is_evaluation};
use super::value::*;
use crate::arena::{Arena, Expr, Param};
use crate::facts::*;
use crate::{ExprId, FileId, Location, OptionPath, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;
use syntax::TextRange;

const CONFIGURATIONS: [&str; 3] =
    ["nixosConfigurations", "darwinConfigurations", "homeConfigurations"];
const MODULE_SETS: [&str; 5] =
    ["nixosModules", "darwinModules", "homeManagerModules", "homeModules", "flakeModules"];
const MODULES: [&str; 4] = ["nixosModule", "darwinModule", "homeManagerModule", "flakeModule"];

/// Arguments of `nixosSystem` and its kin that are lists of modules, and those that are sets of arguments
/// for modules.
const MODULE_LISTS: [&str; 3] = ["modules", "extraModules", "baseModules"];
const SPECIAL_ARGS: [&str; 2] = ["specialArgs", "extraSpecialArgs"];

/// A flake is a set, by its name and by what Nix asks of it; a function in a file of that name is a module.
pub(super) fn is_flake(file: FileId, arena: &Arena) -> bool {
    file.name() == "flake.nix" && !matches!(arena.expr(arena.root), Expr::Lambda(_))
}

pub(super) fn read(file: FileId, arena: &Arena, files: &dyn Files) -> Facts {
    let shape = Shape { looks_like_module: true, ..Shape::default() };
    let mut reading = FlakeReading {
        reading: Reading::new(file, arena, files, shape),
        flake: Flake { roots: Vec::new(), complete: true },
        evaluated: FxHashSet::default(),
        walked: FxHashMap::default(),
        written_here: Vec::new(),
    };
    reading.outputs(file);
    reading.further_evaluations();
    reading.finish(file)
}

struct FlakeReading<'a> {
    reading: Reading<'a>,
    flake: Flake,
    /// The calls of `nixosSystem` and its kin that belong to a root.
    evaluated: FxHashSet<Code>,
    /// Modules that several roots share are walked once. Each value is kept, so that its address stays its
    /// own.
    walked: FxHashMap<usize, (Value, Walked)>,
    /// Where this file contains modules.
    written_here: Vec<TextRange>,
}

/// What a module of a root comes to.
#[derive(Clone, Default)]
struct Walked {
    imports: Vec<Import>,
    disabled_modules: Vec<FileId>,
    complete: bool,
}

impl FlakeReading<'_> {
    // ---- outputs ----

    fn outputs(&mut self, file: FileId) {
        let outputs = self.outputs_value(file);
        let Value::Set(outputs) = outputs else {
            self.flake.complete = false;
            return;
        };
        self.flake.complete = outputs.complete;
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
            self.flake.complete = false;
            return;
        };
        self.flake.complete &= set.complete;
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
        self.flake.roots.push(FlakeRoot {
            name,
            kind: RootKind::Module,
            at,
            imports: walked.imports,
            disabled_modules: walked.disabled_modules,
            complete: walked.complete,
            special_args: SpecialArgs::default(),
        });
    }

    // ---- configurations ----

    fn configuration(&mut self, name: String, at: Location, evaluation: &Evaluation) {
        self.evaluated.insert(evaluation.call);
        let interp = &mut self.reading.interp;
        let arguments = interp.set_of(evaluation.arguments, evaluation.call);
        let Some(arguments) = arguments else { return self.unknown_configuration(name, at) };
        let mut whole = Walked { complete: arguments.complete, ..Walked::default() };
        let mut special_args = SpecialArgs { names: Vec::new(), complete: arguments.complete };
        for slot in &arguments.slots {
            if MODULE_LISTS.contains(&slot.name.as_str()) {
                let list = self.reading.interp.list_of(slot.thunk, evaluation.call);
                whole.complete &= list.as_ref().is_some_and(|list| list.complete);
                for item in list.iter().flat_map(|list| &list.items) {
                    whole.add(self.module(*item));
                }
            } else if SPECIAL_ARGS.contains(&slot.name.as_str()) {
                match self.reading.interp.set_of(slot.thunk, evaluation.call) {
                    Some(set) => {
                        special_args.names.extend(set.slots.iter().map(|slot| slot.name));
                        special_args.complete &= set.complete;
                    }
                    None => special_args.complete = false,
                }
            }
        }
        self.flake.roots.push(FlakeRoot {
            name,
            kind: RootKind::Configuration,
            at,
            imports: whole.imports,
            disabled_modules: whole.disabled_modules,
            complete: whole.complete,
            special_args,
        });
    }

    fn unknown_configuration(&mut self, name: String, at: Location) {
        self.flake.roots.push(FlakeRoot {
            name,
            kind: RootKind::Configuration,
            at,
            imports: Vec::new(),
            disabled_modules: Vec::new(),
            complete: false,
            special_args: SpecialArgs::default(),
        });
    }

    /// Configurations that are no outputs of their own, such as one that only an image is made of.
    fn further_evaluations(&mut self) {
        let interp = &mut self.reading.interp;
        let mut thunk = 0;
        while thunk < interp.heap.len() {
            let here = &interp.heap[thunk];
            let waits = matches!(here.state, State::Delayed { .. });
            if let Some(code) = here.code
                && waits
                && code.source == SourceId(0)
                && calls_evaluation(interp.arena(code.source), code.expr)
            {
                interp.force(ThunkId(thunk as u32));
            }
            thunk += 1;
        }
        for evaluation in interp.evaluations.clone() {
            let call = evaluation.call;
            if call.source != SourceId(0) || self.evaluated.contains(&call) {
                continue;
            }
            let at = self.reading.interp.location(call);
            let arena = self.reading.interp.arena(call.source);
            let entry = arena
                .sets
                .iter()
                .flat_map(|set| &set.entries)
                .find(|entry| entry.value == call.expr);
            let name = entry.map_or("configuration", |entry| entry.name.as_str());
            self.configuration(name.to_owned(), at, &evaluation);
        }
    }

    // ---- modules ----

    /// A module of a root: its facts become the flake's if it is written in place.
    fn module(&mut self, item: Item) -> Walked {
        let interp = &mut self.reading.interp;
        let value = interp.force(item.thunk);
        let Some(code) = interp.code(item.thunk) else { return Walked::default() };
        let at = interp.location(code);
        if let Some(file) = interp.file_of(&value) {
            // `import ./x.nix` is that module just as `./x.nix` is.
            let target = ImportTarget::Path(file);
            let import = Import { at, target, conditional: item.condition.is_some() };
            return Walked { imports: vec![import], complete: true, ..Walked::default() };
        }
        let address = address_of(&value);
        if let Some((_, walked)) = address.and_then(|address| self.walked.get(&address)) {
            return walked.clone();
        }
        if code.source == SourceId(0) {
            self.written_here.push(interp.arena(code.source).range(code.expr));
        }
        self.written_here.extend(range_of(interp, &value));
        // What is unknown makes this root's modules unknown, not the whole file's.
        let facts = &mut self.reading.facts;
        let before = std::mem::take(&mut facts.unknown);
        let imports = facts.imports.len();
        let disabled = facts.disabled_modules.len();
        self.reading.import(item, value.clone(), &Context::top_level());
        let facts = &mut self.reading.facts;
        let unknown = std::mem::replace(&mut facts.unknown, before);
        facts.unknown.options.extend(unknown.options);
        facts.unknown.definitions.extend(unknown.definitions);
        let walked = Walked {
            imports: facts.imports[imports..].to_vec(),
            disabled_modules: facts.disabled_modules[disabled..].to_vec(),
            complete: !unknown.imports && !unknown.module,
        };
        if let Some(address) = address {
            self.walked.insert(address, (value, walked.clone()));
        }
        walked
    }

    fn set(&mut self, slot: Slot) -> Option<Rc<Set>> {
        let code = self.reading.interp.code(slot.thunk)?;
        self.reading.interp.set_of(slot.thunk, code)
    }

    /// Where an output gets its name.
    fn place_of(&self, slot: Slot) -> Location {
        let interp = &self.reading.interp;
        match (slot.site, interp.code(slot.thunk)) {
            (Some((source, site)), _) => interp.location_of(source, site.key),
            (None, Some(code)) => interp.location(code),
            (None, None) => interp.location_of(SourceId(0), TextRange::default()),
        }
    }

    fn finish(mut self, file: FileId) -> Facts {
        let written_here = std::mem::take(&mut self.written_here);
        self.reading.sweep(|range| written_here.iter().any(|module| module.contains_range(range)));
        let mut facts = self.reading.finish(file);
        let mut seen = FxHashSet::default();
        let roots = self.flake.roots.iter().flat_map(|root| &root.imports);
        facts.imports =
            roots.filter(|import| seen.insert((import.at, import.target))).cloned().collect();
        // Each root disables for itself.
        facts.disabled_modules.clear();
        let mut seen = FxHashSet::default();
        facts.declarations.retain(|declared| seen.insert((declared.path.clone(), declared.at)));
        facts.definitions = merged(std::mem::take(&mut facts.definitions));
        facts.flake = Some(self.flake);
        facts
    }
}

impl Walked {
    fn add(&mut self, more: Walked) {
        self.imports.extend(more.imports);
        self.disabled_modules.extend(more.disabled_modules);
        self.complete &= more.complete;
    }
}

/// A function that makes several configurations writes their modules once: what it defines is one
/// definition in the text, and known only where all configurations agree.
fn merged(definitions: Vec<Definition>) -> Vec<Definition> {
    let mut kept: Vec<Definition> = Vec::with_capacity(definitions.len());
    let mut index = FxHashMap::default();
    let mut moved_to: Vec<u32> = Vec::with_capacity(definitions.len());
    for mut definition in definitions {
        definition.parent = definition.parent.map(|parent| moved_to[parent as usize]);
        let next = kept.len() as u32;
        let place = *index.entry((definition.path.clone(), definition.at)).or_insert(next);
        moved_to.push(place);
        if place == next {
            kept.push(definition);
            continue;
        }
        let known = &mut kept[place as usize];
        known.is_group |= definition.is_group;
        if known.known != definition.known {
            known.known = Known::Unknown;
        }
        if known.priority != definition.priority {
            known.priority = None;
        }
    }
    kept
}

fn slot(name: &str, thunk: ThunkId) -> Slot {
    Slot { name: Symbol::new(name), thunk, site: None, condition: None }
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

/// Two values with one address are one value.
fn address_of(value: &Value) -> Option<usize> {
    match value {
        Value::Closure(closure) => Some(Rc::as_ptr(closure) as usize),
        Value::Set(set) => Some(Rc::as_ptr(set) as usize),
        _ => None,
    }
}

/// Where the flake writes a function or a set that a name stands for.
fn range_of(interp: &Interp<'_>, value: &Value) -> Option<TextRange> {
    match value {
        Value::Closure(closure) if closure.source == SourceId(0) => {
            Some(interp.arena(closure.source).lambda(closure.lambda).range)
        }
        _ => None,
    }
}

/// `nixpkgs.lib.nixosSystem { … }`, by its form.
fn calls_evaluation(arena: &Arena, expr: ExprId) -> bool {
    let Expr::Apply { function, .. } = arena.expr(expr) else { return false };
    let name = match arena.expr(*function) {
        Expr::Name { name, .. } => Some(*name),
        Expr::Select { path, .. } => path.last().and_then(|name| name.symbol()),
        _ => None,
    };
    name.is_some_and(is_evaluation)
}
