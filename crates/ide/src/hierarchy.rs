//! Which options depend on which. What Nix must know before it knows an option says the demand graph; to that
//! come the reads inside a value, which Nix gets to when it looks further into the value.

use crate::describe::main_declaration;
use crate::mentions::Sought;
use crate::subject::Subject;
use crate::view::View;
use crate::{FilePosition, Snapshot};
use index::{Resolved, Step, Way};
use module::demands::Demanded;
use module::facts::{ConditionId, Declaration, Definition, Read};
use module::{Facts, FileId, Location, OptionPath};
use rustc_hash::FxHashMap;
use syntax::TextRange;

/// An option, at the place that declares it or, where another one is set, at that place.
#[derive(Debug, Clone, PartialEq)]
pub struct HierarchyItem {
    pub path: OptionPath,
    pub file: FileId,
    pub full: TextRange,
    pub focus: TextRange,
}

/// An option on the other end, and the places that read.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependency {
    pub item: HierarchyItem,
    pub reads: Vec<Location>,
}

/// The option under the cursor.
pub fn hierarchy_item(snapshot: &Snapshot, at: FilePosition) -> Option<HierarchyItem> {
    let view = View::new(snapshot, at.file)?;
    let (written, range) = match Subject::at(&view, at.offset)? {
        Subject::Option { path, range } => (path, range),
        Subject::Local { stands_for: Some(place), range, .. } => (place.path, range),
        Subject::Local { .. } | Subject::File { .. } => return None,
    };
    let here = Location::new(at.file, range);
    Some(item_of(snapshot, &written, here, here))
}

fn item_of(
    snapshot: &Snapshot,
    written: &OptionPath,
    full: Location,
    focus: Location,
) -> HierarchyItem {
    let path = match snapshot.resolve(written) {
        Resolved::Option(path) | Resolved::Group(path) => path,
        _ => written.clone(),
    };
    let declarations = snapshot.declarations(&path);
    match main_declaration(&declarations) {
        Some(declared) => HierarchyItem {
            file: declared.name.file,
            full: declared.at.text_range().cover(declared.name.text_range()),
            focus: declared.name.text_range(),
            path,
        },
        None => HierarchyItem {
            path,
            file: focus.file,
            full: full.text_range().cover(focus.text_range()),
            focus: focus.text_range(),
        },
    }
}

/// The options that this one decides: those that Nix cannot know before it, and those in whose values it is
/// read. Each is shown at the place that sets it.
pub fn dependants(snapshot: &Snapshot, option: &OptionPath) -> Vec<Dependency> {
    let Some(sought) = Sought::of(snapshot, option) else { return Vec::new() };
    let mut found = Found::default();
    for step in snapshot.dependants(sought.declared()) {
        // What the whole configuration needs is no option's own dependency.
        if !step.by.path.is_empty() {
            for item in items_asking(snapshot, &step) {
                found.add(item, step.at);
            }
        }
    }
    for module in sought.modules(snapshot) {
        let Some(facts) = snapshot.file(module).and_then(|data| data.module()) else { continue };
        for read in facts.reads.iter().filter(|read| sought.index_in(&read.path).is_some()) {
            for definition in definitions_needing(facts, read) {
                found.add(item_of_definition(definition), read.at);
            }
            for declaration in &facts.declarations {
                let default = declaration.default.as_ref();
                if default.is_some_and(|default| holds(default.at, read.at)) {
                    found.add(item_of_declaration(snapshot, declaration), read.at);
                }
            }
        }
    }
    found.dependencies.sort_by_key(|it| (it.item.file.path(), it.item.focus.start()));
    found.dependencies
}

/// The options that decide this one: those that Nix has to know before it, and those that are read in its
/// values.
pub fn dependencies(snapshot: &Snapshot, option: &OptionPath) -> Vec<Dependency> {
    let Some(sought) = Sought::of(snapshot, option) else { return Vec::new() };
    let mut found = Found::default();
    let mut add_read = |path: &OptionPath, at: Location| {
        // A name that only stands for an option is read again where it is used.
        if sought.index_in(path).is_none() {
            found.add(item_of(snapshot, path, at, at), at);
        }
    };
    let mut forms = snapshot.definition_paths(sought.declared());
    forms.push(sought.declared().clone());
    for step in forms.iter().flat_map(|form| snapshot.dependencies(form)) {
        if let Demanded::Config(path) = &step.asks_for {
            add_read(path, step.at);
        }
    }
    for module in sought.modules(snapshot) {
        let Some(facts) = snapshot.file(module).and_then(|data| data.module()) else { continue };
        let is_it =
            |path: &OptionPath| sought.index_in(path).is_some_and(|index| index + 1 == path.len());
        let mut needed: Vec<Location> = Vec::new();
        for definition in facts.definitions.iter().filter(|it| is_it(&it.path)) {
            needed.extend(conditions_around(facts, definition.condition));
            needed.push(definition.value_at);
        }
        let declarations = facts.declarations.iter().filter(|it| is_it(&it.path));
        needed.extend(declarations.filter_map(|it| Some(it.default.as_ref()?.at)));
        for read in &facts.reads {
            if needed.iter().any(|it| holds(*it, read.at)) {
                add_read(&read.path, read.at);
            }
        }
    }
    let place = |at: &Location| (at.file.path(), at.text_range().start());
    found.dependencies.sort_by_key(|it| it.reads.iter().map(place).min());
    found.dependencies
}

/// What a step asks on behalf of, at each place in its module that sets or declares it.
fn items_asking(snapshot: &Snapshot, step: &Step) -> Vec<HierarchyItem> {
    let facts = snapshot.file(step.module).and_then(|data| data.module());
    let Some(facts) = facts else { return Vec::new() };
    let items: Vec<HierarchyItem> = match step.way {
        Way::Definition | Way::Condition => {
            let definitions = facts.definitions_at(&step.by.path).filter(|it| !it.is_group);
            let definitions: Vec<&Definition> = definitions.collect();
            // Of several the one that asks, unless what it asks with is bound elsewhere.
            let asks = |definition: &&&Definition| {
                conditions_around(facts, definition.condition)
                    .chain([definition.value_at])
                    .any(|at| holds(at, step.at))
            };
            let asking: Vec<_> = definitions.iter().filter(asks).collect();
            match asking.is_empty() {
                true => definitions.into_iter().map(item_of_definition).collect(),
                false => asking.into_iter().map(|it| item_of_definition(it)).collect(),
            }
        }
        Way::Declaration => {
            let declarations = facts.declarations_at(&step.by.declared);
            declarations.map(|it| item_of_declaration(snapshot, it)).collect()
        }
        Way::Imports | Way::Module | Way::Options => Vec::new(),
    };
    // Of a set of options those in it are shown, unless nothing is known of them.
    let has_members = || {
        let is_inner = |it: &Definition| it.path.len() > step.by.path.len();
        facts.definitions.iter().any(|it| is_inner(it) && it.path.starts_with(&step.by.path))
    };
    match items.is_empty() && !has_members() {
        true => vec![item_of(snapshot, &step.by.path, step.at, step.at)],
        false => items,
    }
}

fn item_of_definition(definition: &Definition) -> HierarchyItem {
    HierarchyItem {
        path: definition.path.clone(),
        file: definition.at.file,
        full: definition.at.text_range().cover(definition.name.text_range()),
        focus: definition.name.text_range(),
    }
}

fn item_of_declaration(snapshot: &Snapshot, declaration: &Declaration) -> HierarchyItem {
    item_of(snapshot, &declaration.path, declaration.at, declaration.name)
}

/// The definitions whose value holds a read, the innermost ones, or that stand under a condition that does.
fn definitions_needing<'f>(facts: &'f Facts, read: &Read) -> Vec<&'f Definition> {
    let plain = || facts.definitions.iter().filter(|definition| !definition.is_group);
    let around = plain().filter(|definition| holds(definition.value_at, read.at));
    if let Some(innermost) = around.min_by_key(|it| it.value_at.text_range().len()) {
        return vec![innermost];
    }
    let decides = |definition: &&Definition| {
        conditions_around(facts, definition.condition).any(|at| holds(at, read.at))
    };
    plain().filter(decides).collect()
}

fn conditions_around(
    facts: &Facts,
    innermost: Option<ConditionId>,
) -> impl Iterator<Item = Location> {
    let condition = |id: ConditionId| facts.conditions.get(id.0 as usize);
    let first = innermost.and_then(condition);
    std::iter::successors(first, move |it| it.outer.and_then(condition)).map(|it| it.at)
}

fn holds(whole: Location, part: Location) -> bool {
    whole.file == part.file && whole.text_range().contains_range(part.text_range())
}

/// What has been found so far.
#[derive(Default)]
struct Found {
    dependencies: Vec<Dependency>,
    /// Where each option of each file is among them. Places that set or read an option which nobody here
    /// declares are one item in each file.
    index: FxHashMap<(OptionPath, FileId), usize>,
}

impl Found {
    fn add(&mut self, item: HierarchyItem, read: Location) {
        let next = self.dependencies.len();
        let index = *self.index.entry((item.path.clone(), item.file)).or_insert(next);
        if index == next {
            self.dependencies.push(Dependency { item, reads: Vec::new() });
        }
        let reads = &mut self.dependencies[index].reads;
        // Both the graph and the reads may tell of a place, one of them with more around it.
        match reads.iter_mut().find(|known| holds(**known, read) || holds(read, **known)) {
            Some(known) if holds(*known, read) => *known = read,
            Some(_) => {}
            None => reads.push(read),
        }
    }
}
