//! A module's value taken apart: its imports and its definitions; its options are in `options`.

use super::Files;
use super::demands::{DemandedAt, Standing};
use super::interp::{Interp, State};
use super::known::Stage;
use super::value::*;
use crate::demands::Asker;
use crate::facts::*;
use crate::types::{Leaf, Type};
use crate::{Arena, Facts, FileId, Location, OptionPath, Symbol};
use rustc_hash::FxHashSet;
use std::rc::Rc;
use syntax::TextRange;

/// Definitions nested deeper than this are data, not options.
const MAX_NESTING: usize = 40;
/// Modules inside modules (inline `imports`, submodules that import).
const MAX_INLINE: usize = 16;

pub(super) fn read(file: FileId, arena: &Arena, files: &dyn Files, shape: Shape) -> Facts {
    let mut reading = Reading::new(file, arena, files, shape);
    let root = reading.interp.root(SourceId(0));
    let context = Context::top_level();
    let (_, demands) = reading.interp.demands_of(|interp| interp.force(root));
    reading.note_asking(Asker::Module, &OptionPath::root(), Standing::default(), &demands);
    reading.module(root, &context);
    reading.sweep(|_| true);
    reading.facts.outputs = reading.interp.inner_configurations();
    reading.finish(file)
}

pub(super) struct Reading<'a> {
    pub interp: Interp<'a>,
    pub facts: Facts,
    pub nesting: usize,
}

/// Where a module stands.
#[derive(Clone)]
pub(super) struct Context {
    /// The option that it is a submodule of; empty for a module of the configuration.
    pub prefix: OptionPath,
    pub in_submodule: bool,
    /// Documentation shows none of what is declared here.
    pub is_hidden: bool,
    /// What modules get besides the usual arguments, and instead of them (`specialArgs`).
    pub arguments: Option<Rc<Set>>,
    /// How certain it is that it is part of the configuration at all.
    pub standing: Standing,
}

impl Context {
    pub fn top_level() -> Context {
        Context {
            prefix: OptionPath::root(),
            in_submodule: false,
            is_hidden: false,
            arguments: None,
            standing: Standing::default(),
        }
    }
}

/// What a definition stands under while the walk goes inwards.
#[derive(Clone, Copy, Default)]
struct Under {
    condition: Option<ConditionId>,
    /// That of the innermost `mkOverride`; `Some(None)`: not known which.
    priority: Option<Option<i64>>,
    parent: Option<u32>,
    standing: Standing,
}

impl Under {
    fn asker(self) -> Asker {
        match self.parent {
            None => Asker::Config,
            Some(_) => Asker::Definition,
        }
    }
}

/// Keys of a module's set that are not definitions.
const RESERVED: [&str; 10] = [
    "_module",
    "imports",
    "options",
    "config",
    "disabledModules",
    "freeformType",
    "_file",
    "key",
    "_class",
    "meta",
];

impl<'a> Reading<'a> {
    pub fn new(file: FileId, arena: &'a Arena, files: &'a dyn Files, shape: Shape) -> Reading<'a> {
        Reading {
            interp: Interp::new(files, file, arena),
            facts: Facts { shape, ..Facts::default() },
            nesting: 0,
        }
    }

    /// A module's value: a function, a set, a path to another file.
    pub fn module(&mut self, thunk: ThunkId, context: &Context) {
        if self.nesting >= MAX_INLINE {
            return self.unreadable(context);
        }
        self.nesting += 1;
        let value = self.interp.force(thunk);
        let (value, demands) = self.applied(value, context);
        self.note_asking(Asker::Module, &context.prefix, context.standing, &demands);
        self.module_value(value, context);
        self.nesting -= 1;
    }

    fn unreadable(&mut self, context: &Context) {
        if context.in_submodule {
            self.facts.unknown.options.push(context.prefix.clone());
        } else {
            self.facts.unknown.module = true;
        }
    }

    /// A module function called with the arguments that modules get, and what its body demands.
    fn applied(&mut self, value: Value, context: &Context) -> (Value, Vec<DemandedAt>) {
        let Value::Closure(closure) = &value else { return (value, Vec::new()) };
        let argument = self.module_arguments(context);
        self.interp.demands_of(|interp| interp.apply_closure(closure, argument))
    }

    fn module_arguments(&mut self, context: &Context) -> ThunkId {
        let place = |root| Value::Place(Rc::new(Place { root, path: context.prefix.clone() }));
        let (config, options) = (place(PlaceRoot::Config), place(PlaceRoot::Options));
        let special = context.arguments.as_ref();
        self.interp.module_arguments(config, options, context.in_submodule, special)
    }

    fn module_value(&mut self, value: Value, context: &Context) {
        match self.interp.flatten(value) {
            Value::Set(set) => self.module_set(&set, context),
            Value::Migration(migration) => self.migration(&migration, context),
            Value::Path(Some(path)) => self.imported_module(path, context),
            // `lib.mkMerge [ … ]` in place of a set: Nix takes it for the module's `config`.
            Value::Property(property) => {
                let under = Under { standing: context.standing, ..Under::default() };
                self.property(&property, &context.prefix, under);
            }
            _ => self.unreadable(context),
        }
    }

    /// `submodule ./x.nix`, or a submodule that imports one.
    fn imported_module(&mut self, path: FileId, context: &Context) {
        match self.interp.import(path) {
            Some(root) => self.module(root, context),
            None => self.unreadable(context),
        }
    }

    fn module_set(&mut self, set: &Rc<Set>, context: &Context) {
        let named = |name: &str| {
            let name = Symbol::new(name);
            set.slots.iter().filter(move |slot| slot.name == name).copied().collect::<Vec<_>>()
        };
        for slot in named("imports") {
            self.imports(slot, context);
        }
        for slot in named("disabledModules") {
            self.disabled_modules(slot);
        }
        if !context.in_submodule {
            self.facts.takes_undeclared |= self.interp.takes_undeclared(set);
        }
        let (options, config) = (named("options"), named("config"));
        for slot in &options {
            self.options(slot.thunk, &context.prefix, *slot, context);
        }
        for slot in &config {
            let standing = context.standing.perhaps_if(slot.condition.is_some());
            let under = Under { condition: slot.condition, standing, ..Under::default() };
            self.definitions(slot.thunk, &context.prefix, under);
        }
        if options.is_empty() && config.is_empty() {
            let under = Under { standing: context.standing, ..Under::default() };
            for slot in &set.slots {
                if !RESERVED.contains(&slot.name.as_str()) {
                    self.definition(*slot, &context.prefix, under);
                }
            }
        }
        for slot in named("_module") {
            self.ask_module_settings(slot, &context.prefix, context.standing);
        }
        if !set.complete {
            self.unreadable(context);
        }
    }

    // ---- imports ----

    fn imports(&mut self, slot: Slot, context: &Context) {
        let thunk = slot.thunk;
        let at = self.interp.code(thunk);
        let ((list, elements), demands) = self.interp.demands_of(|interp| {
            let list = at.and_then(|at| interp.list_of(thunk, at));
            // Nix needs each element to know whether it is a path.
            let elements: Vec<(Item, Value)> = list
                .iter()
                .flat_map(|list| list.items.clone())
                .map(|item| (item, interp.force_under(item.condition, item.thunk)))
                .collect();
            for (item, value) in elements.iter().filter(|(item, _)| item.condition.is_none()) {
                if let Some(code) = interp.code(item.thunk) {
                    interp.demand(value, code);
                }
            }
            (list, elements)
        });
        let standing = context.standing.perhaps_if(slot.condition.is_some());
        self.note_asking(Asker::Imports, &context.prefix, standing, &demands);
        if list.is_none_or(|list| !list.complete) {
            self.unknown_imports(context);
        }
        for (item, value) in elements {
            self.import(item, value, context);
        }
    }

    fn unknown_imports(&mut self, context: &Context) {
        if context.in_submodule {
            self.facts.unknown.options.push(context.prefix.clone());
        } else {
            self.facts.unknown.imports = true;
        }
    }

    pub fn import(&mut self, item: Item, value: Value, context: &Context) {
        let Some(code) = self.interp.code(item.thunk) else { return };
        let at = self.interp.location(code);
        let conditional = item.condition.is_some();
        let target = match &value {
            Value::Path(_) | Value::Str(_) if value.path().is_some() => {
                let path = value.path().unwrap_or(FileId::FIRST);
                if is_in_nixpkgs(path.path()) {
                    ImportTarget::External
                } else if context.in_submodule {
                    let standing = context.standing.perhaps_if(conditional);
                    return self.imported_module(path, &Context { standing, ..context.clone() });
                } else {
                    // What the path leads to is a question to the index, not a fact of this file.
                    ImportTarget::Path(path)
                }
            }
            Value::Set(_) | Value::Closure(_) | Value::Migration(_) => {
                let standing = context.standing.perhaps_if(conditional);
                self.module(item.thunk, &Context { standing, ..context.clone() });
                ImportTarget::Inline
            }
            Value::Choice(choice) => {
                let (then, otherwise) = (choice.then, choice.otherwise);
                for branch in [then, otherwise] {
                    let value = self.interp.force(branch);
                    let item = Item { thunk: branch, condition: Some(ConditionId(0)) };
                    self.import(item, value, context);
                }
                return;
            }
            _ => {
                self.unknown_imports(context);
                ImportTarget::Unknown
            }
        };
        if !context.in_submodule {
            self.facts.imports.push(Import { at, target, conditional });
        }
    }

    fn disabled_modules(&mut self, slot: Slot) {
        let Some(code) = self.interp.code(slot.thunk) else { return };
        let Some(list) = self.interp.list_of(slot.thunk, code) else { return };
        // One that is disabled perhaps is there perhaps.
        for item in list.items.iter().filter(|item| item.condition.is_none()) {
            if let Value::Path(Some(path)) = self.interp.force(item.thunk) {
                self.facts.disabled_modules.push(path);
            }
        }
    }

    // ---- definitions ----

    /// The definitions that the set behind `thunk` makes below `path`.
    fn definitions(&mut self, thunk: ThunkId, path: &OptionPath, under: Under) {
        let value = self.ask_value(under.asker(), thunk, path, under.standing);
        match value {
            Value::Property(property) => self.property(&property, path, under),
            Value::Choice(choice) => {
                for (branch, negated) in [(choice.then, false), (choice.otherwise, true)] {
                    let kind = ConditionKind::Shape { negated };
                    let condition =
                        self.interp.condition(under.condition, choice.condition, kind, None);
                    let standing = under.standing.perhaps_if(true);
                    let under = Under { condition: Some(condition), standing, ..under };
                    self.definitions(branch, path, under);
                }
            }
            Value::Set(set) => {
                if let Some(parent) = under.parent {
                    self.facts.definitions[parent as usize].is_group = true;
                }
                // A module's own, in a submodule too.
                let is_module = under.parent.is_none();
                for slot in &set.slots {
                    if !is_module || slot.name.as_str() != "_module" {
                        self.definition(*slot, path, under);
                    } else {
                        self.ask_module_settings(*slot, path, under.standing);
                    }
                }
                if !set.complete {
                    self.facts.unknown.definitions.push(path.clone());
                }
            }
            // A plain value: `definition` has said what is known of it.
            _ if under.parent.is_some() => {}
            _ => self.facts.unknown.definitions.push(path.clone()),
        }
    }

    fn property(&mut self, property: &Property, path: &OptionPath, under: Under) {
        match property.kind {
            PropertyKind::If(thunk, code, value) => {
                let kind = ConditionKind::MkIf;
                let condition = self.interp.condition(under.condition, code, kind, value);
                let standing = self.guarded(under.standing, thunk, value, code);
                let under = Under { condition: Some(condition), standing, ..under };
                self.definitions(property.content, path, under);
            }
            PropertyKind::Override(priority) => {
                let standing = under.standing.overriding(priority);
                let under = Under { priority: Some(priority), standing, ..under };
                self.definitions(property.content, path, under);
            }
            PropertyKind::Order => self.definitions(property.content, path, under),
            PropertyKind::Merge => {
                let code = self.interp.code(property.content);
                let (list, demands) = self.interp.demands_of(|interp| {
                    code.and_then(|code| interp.list_of(property.content, code))
                });
                self.note_asking(under.asker(), path, under.standing, &demands);
                let Some(list) = list else {
                    return self.facts.unknown.definitions.push(path.clone());
                };
                for item in &list.items {
                    let condition = self.interp.under(under.condition, item.condition);
                    let standing = under.standing.perhaps_if(item.condition.is_some());
                    self.definitions(item.thunk, path, Under { condition, standing, ..under });
                }
                if !list.complete {
                    self.facts.unknown.definitions.push(path.clone());
                }
            }
        }
    }

    /// One name of a set of definitions.
    fn definition(&mut self, slot: Slot, above: &OptionPath, under: Under) {
        let path = above.child(slot.name);
        let value_code = self.interp.code(slot.thunk);
        let Some(value_code) = value_code else { return };
        if path.len() > MAX_NESTING {
            return;
        }
        let value_at = self.interp.location(value_code);
        let (at, name) = self.place_of(slot, value_at);
        let condition = self.interp.under(under.condition, slot.condition);
        let stage = if under.priority.is_some() { Stage::Overridden } else { Stage::Free };
        let (known, _) =
            self.interp.demands_of(|interp| interp.known_definition(slot.thunk, stage, condition));
        let around = under.priority.unwrap_or(Some(100));
        let discharged = known
            .discharged
            .into_iter()
            .map(|value| match under.priority {
                Some(priority) => Discharged { priority, ..value },
                None => value,
            })
            .collect();
        let index = self.facts.definitions.len() as u32;
        self.facts.definitions.push(Definition {
            path: path.clone(),
            at,
            name,
            value: value_code.expr,
            value_at,
            known: known.value,
            is_group: false,
            priority: known.priority.unwrap_or(around),
            condition,
            parent: under.parent,
            discharged,
        });
        let standing = under.standing.perhaps_if(slot.condition.is_some());
        let inner = Under { condition, parent: Some(index), standing, ..under };
        self.definitions(slot.thunk, &path, inner);
    }

    /// The binding and the attribute path up to its name; for a computed name, the value.
    pub fn place_of(&self, slot: Slot, value_at: Location) -> (Location, Location) {
        match slot.site {
            Some((source, site)) => (
                self.interp.location_of(source, site.statement),
                self.interp.location_of(source, site.path),
            ),
            None => (value_at, value_at),
        }
    }

    fn migration(&mut self, migration: &Migration, context: &Context) {
        let at = self.interp.location(migration.call);
        let path = context.prefix.join(&migration.from);
        self.facts.declarations.push(Declaration {
            path,
            at,
            name: at,
            kind: migration.kind,
            // A renamed option has the type of its successor, whoever declares it.
            ty: match migration.is_typed {
                true => Type::Unknown,
                false => Type::Leaf(Leaf::Unspecified),
            },
            default: None,
            example: None,
            description: None,
            has_description: true,
            has_type: true,
            read_only: false,
            internal: false,
            has_apply: migration.kind == DeclarationKind::Renamed,
            // With the new one's type come its members.
            hides_members: !migration.is_typed,
            in_submodule: context.in_submodule,
            successor: migration.to.as_ref().map(|to| context.prefix.join(to)),
            value: migration.call.expr,
        });
    }

    // ---- what nobody asked for ----

    /// Evaluates everything in the module's own text that the module system did not ask for, so that
    /// every read in it is found: unused bindings, both sides of each `if`, the bodies of functions. Only
    /// what is written where `is_module` says so counts; ranges are those of this file.
    pub fn sweep(&mut self, is_module: impl Fn(TextRange) -> bool) {
        let mut thunk = 0;
        let mut closure = 0;
        let mut swept = FxHashSet::default();
        let is_own = |interp: &Interp<'_>, code: Code| {
            code.source == SourceId(0) && is_module(interp.arena(code.source).range(code.expr))
        };
        loop {
            while thunk < self.interp.heap.len() {
                let code = self.interp.heap[thunk].code;
                let own = code.is_none_or(|code| is_own(&self.interp, code));
                let waits = matches!(
                    self.interp.heap[thunk].state,
                    State::Delayed { .. } | State::Applied { .. }
                );
                if own && waits {
                    self.interp.force(ThunkId(thunk as u32));
                }
                thunk += 1;
            }
            let Some(next) = self.interp.closures.get(closure).cloned() else { break };
            closure += 1;
            let key = (next.source, next.lambda);
            let own = next.source == SourceId(0)
                && is_module(self.interp.arena(next.source).lambda(next.lambda).range);
            if own && !self.interp.applied.contains(&key) && swept.insert(key) {
                let unknown = self.interp.done(Value::Unknown);
                self.interp.apply_closure(&next, unknown);
            }
        }
    }

    pub fn finish(mut self, file: FileId) -> Facts {
        self.facts.reads = std::mem::take(&mut self.interp.reads);
        self.facts.reads.sort_by_key(|read| read.at);
        self.facts.conditions = std::mem::take(&mut self.interp.conditions);
        self.facts.aliases = aliases(&self.interp, &self.facts.reads, file);
        let mut looked_into: Vec<FileId> = self.interp.looked_into.drain().collect();
        looked_into.sort_unstable();
        looked_into.retain(|&path| path != file);
        self.facts.looked_into = looked_into;
        self.facts.uses = self.interp.used_files();
        self.facts.demands.askings.sort_by(|a, b| a.path.cmp(&b.path));
        self.facts.unknown.options.sort_unstable();
        self.facts.unknown.options.dedup();
        self.facts.unknown.definitions.sort_unstable();
        self.facts.unknown.definitions.dedup();
        self.facts.index_paths();
        self.facts.shrink_to_fit();
        self.facts
    }
}

/// The `let` and `rec` bindings of the file whose value is a part of `config`.
fn aliases(interp: &Interp<'_>, reads: &[Read], file: FileId) -> Vec<Alias> {
    let arena = interp.arena(SourceId(0));
    let mut aliases = Vec::new();
    for set in &arena.sets {
        if set.scope.is_none() {
            continue;
        }
        for entry in &set.entries {
            let read = reads.iter().find(|read| read.at.file == file && read.expr == entry.value);
            if let Some(read) = read {
                aliases.push(Alias {
                    name: entry.name,
                    name_at: Location::new(file, entry.site.key),
                    path: read.path.clone(),
                    of: read.of,
                });
            }
        }
    }
    aliases
}
