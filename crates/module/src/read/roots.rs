//! Files that put modules together: what each `evalModules`, `nixosSystem` or the like gets, and the modules
//! that are written in place there, read as any module is.

use super::Files;
use super::interp::{Interp, State};
use super::module::{Context, Reading};
use super::prims::is_evaluation;
use super::value::*;
use crate::arena::{Arena, Expr};
use crate::facts::*;
use crate::{ExprId, FileId, Location, OptionPath, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;
use syntax::TextRange;

/// Arguments of `nixosSystem` and its kin that are lists of modules, one that is a single module, and those
/// that are sets of arguments for modules.
const MODULE_LISTS: [&str; 3] = ["modules", "extraModules", "baseModules"];
const MODULE: &str = "configuration";
const SPECIAL_ARGS: [&str; 2] = ["specialArgs", "extraSpecialArgs"];

/// Whether the file calls one of the functions that make a configuration of modules.
pub(super) fn has_evaluations(arena: &Arena) -> bool {
    arena.expr_ids().any(|expr| calls_evaluation(arena, expr))
}

/// Reads a file that is no module for the configurations that it makes.
pub(super) fn read(file: FileId, arena: &Arena, files: &dyn Files) -> Facts {
    let mut reading = RootsReading::new(file, arena, files, RootKind::Evaluation);
    reading.call_file();
    reading.evaluations_written_here();
    reading.finish(file)
}

pub(super) struct RootsReading<'a> {
    pub reading: Reading<'a>,
    pub outputs: Outputs,
    /// What a configuration counts as.
    kind: RootKind,
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
pub(super) struct Walked {
    pub imports: Vec<Import>,
    pub disabled_modules: Vec<FileId>,
    pub complete: bool,
    pub takes_undeclared: bool,
}

impl<'a> RootsReading<'a> {
    pub fn new(
        file: FileId,
        arena: &'a Arena,
        files: &'a dyn Files,
        kind: RootKind,
    ) -> RootsReading<'a> {
        let shape = Shape { looks_like_module: true, ..Shape::default() };
        RootsReading {
            reading: Reading::new(file, arena, files, shape),
            outputs: Outputs { complete: true, ..Outputs::default() },
            kind,
            evaluated: FxHashSet::default(),
            walked: FxHashMap::default(),
            written_here: Vec::new(),
        }
    }

    // ---- configurations ----

    pub fn configuration(&mut self, name: String, at: Location, evaluation: &Evaluation) {
        self.evaluated.insert(evaluation.call);
        let Some(parts) = Parts::of(&mut self.reading.interp, evaluation) else {
            return self.unknown_configuration(name, at);
        };
        let mut whole = Walked { complete: parts.complete, ..Walked::default() };
        for item in parts.modules {
            whole.add(self.module(item));
        }
        self.outputs.roots.push(OutputRoot {
            name,
            kind: self.kind,
            at,
            imports: whole.imports,
            disabled_modules: whole.disabled_modules,
            complete: whole.complete,
            takes_undeclared: whole.takes_undeclared,
            special_args: parts.special_args,
        });
    }

    pub fn unknown_configuration(&mut self, name: String, at: Location) {
        self.outputs.roots.push(OutputRoot {
            name,
            kind: self.kind,
            at,
            imports: Vec::new(),
            disabled_modules: Vec::new(),
            complete: false,
            takes_undeclared: false,
            special_args: SpecialArgs::default(),
        });
    }

    /// The file's value; if it is a function, called with what callers commonly give: `lib`, `pkgs`, the
    /// inputs of a flake.
    fn call_file(&mut self) {
        let interp = &mut self.reading.interp;
        let root = interp.root(SourceId(0));
        let Value::Closure(closure) = interp.force(root) else { return };
        let lib = interp.done(Value::Namespace(Namespace::FlakeLib));
        let pkgs = PlaceRoot::Argument(Symbol::new("pkgs"));
        let pkgs = Value::Place(Rc::new(Place { root: pkgs, path: OptionPath::root() }));
        let input = Rc::new(Set { slots: vec![slot("lib", lib)], complete: false });
        let input = interp.done(Value::Set(input));
        let mut given: Vec<Slot> = INPUTS.iter().map(|name| slot(name, input)).collect();
        let inputs = Value::Set(Rc::new(Set { slots: given.clone(), complete: false }));
        given.push(slot("inputs", interp.done(inputs)));
        given.push(slot("lib", lib));
        given.push(slot("pkgs", interp.done(pkgs)));
        // What has a default is left to it.
        let argument = interp.done(Value::Set(Rc::new(Set { slots: given, complete: true })));
        interp.apply_closure(&closure, argument);
        // Functions that it returns make configurations too.
        self.reading.sweep(|_| true);
    }

    /// Configurations that are no outputs of their own, such as one that only an image is made of.
    pub fn evaluations_written_here(&mut self) {
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
            let name = name_of(self.reading.interp.arena(call.source), call.expr);
            self.configuration(name, at, &evaluation);
        }
    }

    // ---- modules ----

    /// A module of a root: its facts become the flake's if it is written in place.
    pub fn module(&mut self, item: Item) -> Walked {
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
        facts.takes_undeclared = false;
        self.reading.import(item, value.clone(), &Context::top_level());
        let facts = &mut self.reading.facts;
        let unknown = std::mem::replace(&mut facts.unknown, before);
        facts.unknown.options.extend(unknown.options);
        facts.unknown.definitions.extend(unknown.definitions);
        let walked = Walked {
            imports: facts.imports[imports..].to_vec(),
            disabled_modules: facts.disabled_modules[disabled..].to_vec(),
            complete: !unknown.imports && !unknown.module,
            takes_undeclared: std::mem::take(&mut facts.takes_undeclared),
        };
        if let Some(address) = address {
            self.walked.insert(address, (value, walked.clone()));
        }
        walked
    }

    pub fn set(&mut self, slot: Slot) -> Option<Rc<Set>> {
        let code = self.reading.interp.code(slot.thunk)?;
        self.reading.interp.set_of(slot.thunk, code)
    }

    /// Where an output gets its name.
    pub fn place_of(&self, slot: Slot) -> Location {
        let interp = &self.reading.interp;
        match (slot.site, interp.code(slot.thunk)) {
            (Some((source, site)), _) => interp.location_of(source, site.key),
            (None, Some(code)) => interp.location(code),
            (None, None) => interp.location_of(SourceId(0), TextRange::default()),
        }
    }

    pub fn finish(mut self, file: FileId) -> Facts {
        let written_here = std::mem::take(&mut self.written_here);
        self.reading.sweep(|range| written_here.iter().any(|module| module.contains_range(range)));
        let mut facts = self.reading.finish(file);
        let mut seen = FxHashSet::default();
        let roots = self.outputs.roots.iter().flat_map(|root| &root.imports);
        facts.imports =
            roots.filter(|import| seen.insert((import.at, import.target))).cloned().collect();
        // Each root disables for itself.
        facts.disabled_modules.clear();
        let mut seen = FxHashSet::default();
        facts.declarations.retain(|declared| seen.insert((declared.path.clone(), declared.at)));
        facts.definitions = merged(std::mem::take(&mut facts.definitions));
        facts.index_paths();
        facts.outputs = Some(self.outputs);
        facts
    }
}

impl Walked {
    fn add(&mut self, more: Walked) {
        self.imports.extend(more.imports);
        self.disabled_modules.extend(more.disabled_modules);
        self.complete &= more.complete;
        self.takes_undeclared |= more.takes_undeclared;
    }
}

/// What `nixosSystem` and its kin are given.
struct Parts {
    modules: Vec<Item>,
    /// There are no other modules.
    complete: bool,
    special_args: SpecialArgs,
}

impl Parts {
    fn of(interp: &mut Interp<'_>, evaluation: &Evaluation) -> Option<Parts> {
        let arguments = interp.set_of(evaluation.arguments, evaluation.call)?;
        let mut parts = Parts {
            modules: Vec::new(),
            complete: arguments.complete,
            special_args: SpecialArgs { names: Vec::new(), complete: arguments.complete },
        };
        for slot in &arguments.slots {
            let name = slot.name.as_str();
            if MODULE_LISTS.contains(&name) {
                let list = interp.list_of(slot.thunk, evaluation.call);
                parts.complete &= list.as_ref().is_some_and(|list| list.complete);
                parts.modules.extend(list.iter().flat_map(|list| &list.items));
            } else if name == MODULE {
                parts.modules.push(Item { thunk: slot.thunk, condition: slot.condition });
            } else if SPECIAL_ARGS.contains(&name) {
                match interp.set_of(slot.thunk, evaluation.call) {
                    Some(set) => {
                        parts.special_args.names.extend(set.slots.iter().map(|slot| slot.name));
                        parts.special_args.complete &= set.complete;
                    }
                    None => parts.special_args.complete = false,
                }
            }
        }
        Some(parts)
    }
}

impl Interp<'_> {
    /// The configurations that a module makes on its own, of a container or a virtual machine say. What is
    /// written in place for them is no part of the configuration that the module belongs to, and not read.
    pub(super) fn inner_configurations(&mut self) -> Option<Outputs> {
        let mut roots = Vec::new();
        for evaluation in self.evaluations.clone() {
            let call = evaluation.call;
            if call.source != SourceId(0) {
                continue;
            }
            let Some(parts) = Parts::of(self, &evaluation) else { continue };
            let mut root = OutputRoot {
                name: name_of(self.arena(call.source), call.expr),
                kind: RootKind::Evaluation,
                at: self.location(call),
                imports: Vec::new(),
                disabled_modules: Vec::new(),
                complete: parts.complete,
                takes_undeclared: false,
                special_args: parts.special_args,
            };
            for item in parts.modules {
                let value = self.force(item.thunk);
                let path = value.path().or_else(|| self.file_of(&value));
                match (path, self.code(item.thunk)) {
                    (Some(path), Some(code)) if !is_in_nixpkgs(path.path()) => {
                        let conditional = item.condition.is_some();
                        let target = ImportTarget::Path(path);
                        root.imports.push(Import { at: self.location(code), target, conditional });
                    }
                    _ => root.complete = false,
                }
            }
            roots.push(root);
        }
        (!roots.is_empty()).then_some(Outputs { roots, complete: false, beside_module: true })
    }
}

/// Inputs of flakes whose `lib` makes configurations, as they are commonly called.
const INPUTS: [&str; 6] =
    ["nixpkgs", "nixpkgs-unstable", "nix-darwin", "darwin", "home-manager", "nixpkgs-stable"];

pub(super) fn slot(name: &str, thunk: ThunkId) -> Slot {
    Slot { name: Symbol::new(name), thunk, site: None, condition: None }
}

/// What an evaluation is bound to, if it is.
fn name_of(arena: &Arena, call: ExprId) -> String {
    let mut entries = arena.sets.iter().flat_map(|set| &set.entries);
    let entry = entries.find(|entry| entry.value == call);
    entry.map_or("configuration", |entry| entry.name.as_str()).to_owned()
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
        if known.discharged != definition.discharged {
            known.discharged = known.discharged.iter().cloned().map(Discharged::unknown).collect();
        }
        if known.priority != definition.priority {
            known.priority = None;
        }
    }
    kept
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
        Expr::Name { name, .. } => *name,
        Expr::Select { path, .. } => match path.last().and_then(|name| name.symbol()) {
            Some(name) => name,
            None => return false,
        },
        // `import <nixpkgs/nixos/lib/eval-config.nix> { … }`
        Expr::Apply { argument, .. } => {
            let file = arena.source(arena.range(*argument));
            return file.contains("nixos/lib/eval-config.nix") || file == "<nixpkgs/nixos>";
        }
        _ => return false,
    };
    is_evaluation(name)
}
