//! Which options depend on which: what is read where an option is set, and under which conditions it is.

use crate::describe::main_declaration;
use crate::mentions::Sought;
use crate::subject::Subject;
use crate::view::View;
use crate::{FilePosition, Snapshot};
use index::Resolved;
use module::facts::{ConditionId, Definition, Read};
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

/// The options whose values or conditions read this one, each at the place that sets it.
pub fn dependants(snapshot: &Snapshot, option: &OptionPath) -> Vec<Dependency> {
    let Some(sought) = Sought::of(snapshot, option) else { return Vec::new() };
    let mut found = Found::default();
    for module in sought.modules(snapshot) {
        let Some(facts) = snapshot.file(module).and_then(|data| data.module()) else { continue };
        for read in facts.reads.iter().filter(|read| sought.index_in(&read.path).is_some()) {
            for definition in definitions_needing(facts, read) {
                let item = HierarchyItem {
                    path: definition.path.clone(),
                    file: definition.at.file,
                    full: definition.at.text_range().cover(definition.name.text_range()),
                    focus: definition.name.text_range(),
                };
                found.add(item, read.at);
            }
            for declaration in &facts.declarations {
                let default = declaration.default.as_ref();
                if default.is_some_and(|default| holds(default.at, read.at)) {
                    let (full, focus) = (declaration.at, declaration.name);
                    found.add(item_of(snapshot, &declaration.path, full, focus), read.at);
                }
            }
        }
    }
    found.dependencies
}

/// The options that are read where this one is set, and by its default.
pub fn dependencies(snapshot: &Snapshot, option: &OptionPath) -> Vec<Dependency> {
    let Some(sought) = Sought::of(snapshot, option) else { return Vec::new() };
    let mut found = Found::default();
    let mut add_read = |read: &Read| {
        // A name that only stands for an option is read again where it is used.
        if sought.index_in(&read.path).is_none() {
            found.add(item_of(snapshot, &read.path, read.at, read.at), read.at);
        }
    };
    for module in sought.modules(snapshot) {
        let Some(facts) = snapshot.file(module).and_then(|data| data.module()) else { continue };
        let is_it =
            |path: &OptionPath| sought.index_in(path).is_some_and(|index| index + 1 == path.len());
        for definition in facts.definitions.iter().filter(|it| is_it(&it.path)) {
            let conditions = conditions_around(facts, definition.condition);
            let needed: Vec<Location> = conditions.chain([definition.value_at]).collect();
            let reads = facts.reads.iter();
            reads
                .filter(|read| needed.iter().any(|it| holds(*it, read.at)))
                .for_each(&mut add_read);
        }
        for declaration in facts.declarations.iter().filter(|it| is_it(&it.path)) {
            let Some(default) = &declaration.default else { continue };
            let reads = facts.reads.iter();
            reads.filter(|read| holds(default.at, read.at)).for_each(&mut add_read);
        }
    }
    found.dependencies
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
        if !reads.contains(&read) {
            reads.push(read);
        }
    }
}
