//! The tree for editors that draw it themselves: modules and options with their places, and arrows that
//! know where they come from. [`crate::graph`] has the same as text.

use crate::Snapshot;
use crate::describe::main_declaration;
use index::{Cycle, Node, Resolved};
use module::facts::ImportTarget;
use module::{FileId, Location, OptionPath};
use rustc_hash::{FxHashMap, FxHashSet};
use syntax::TextRange;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Picture {
    pub nodes: Vec<PictureNode>,
    pub arrows: Vec<PictureArrow>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PictureNode {
    /// A module's path below the root, an option's path.
    pub name: String,
    /// What it is to be drawn with: a module's folder, empty for the root; an option's topic.
    pub group: String,
    /// `None`: nothing that could be opened, such as an option that nobody declares.
    pub place: Option<Location>,
    /// Evaluation starts here.
    pub is_root: bool,
    /// No root imports the module.
    pub unreached: bool,
}

/// All that leads from one node to another, for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureArrow {
    /// Which of the nodes.
    pub from: usize,
    pub to: usize,
    pub kind: ArrowKind,
    /// The first of the places that lead there.
    pub at: Location,
    pub count: usize,
    /// It is part of a loop that Nix refuses.
    pub in_cycle: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArrowKind {
    Import,
    /// What one end is depends on the value of an option of the other.
    Read,
}

/// The modules, what they import, and whose options they read.
pub fn module_picture(snapshot: &Snapshot) -> Picture {
    let mut drawing = Drawing::default();
    let root = snapshot.setup().root;
    let node = |drawing: &mut Drawing, file: FileId| {
        let reach = snapshot.reach();
        drawing.node(file.relative_to(root), || PictureNode {
            name: file.relative_to(root).to_owned(),
            group: match file.folder() == root {
                true => String::new(),
                false => file.folder().relative_to(root).to_owned(),
            },
            place: Some(Location::new(file, TextRange::default())),
            is_root: reach.is_root(file),
            unreached: !reach.roots().is_empty() && !reach.is_reached(file),
        })
    };
    let mut owners: FxHashMap<OptionPath, Option<FileId>> = FxHashMap::default();
    let mut owner = |written: &OptionPath| {
        let owner = owners.entry(written.clone());
        *owner.or_insert_with(|| match snapshot.resolve(written) {
            Resolved::Option(path) | Resolved::Inside { option: path, .. } => {
                snapshot.declarations(&path).first().map(|found| found.module)
            }
            _ => None,
        })
    };
    for (file, facts) in snapshot.modules() {
        let from = node(&mut drawing, file);
        let made = facts.outputs.iter().flat_map(|outputs| &outputs.roots);
        for import in facts.imports.iter().chain(made.flat_map(|root| &root.imports)) {
            let ImportTarget::Path(path) = import.target else { continue };
            if let Some(target) = snapshot.import_target(path) {
                let to = node(&mut drawing, target);
                drawing.arrow(from, to, ArrowKind::Import, import.at);
            }
        }
        for read in &facts.reads {
            if let Some(target) = owner(&read.path).filter(|target| *target != file) {
                let to = node(&mut drawing, target);
                drawing.arrow(from, to, ArrowKind::Read, read.at);
            }
        }
    }
    drawing.mark_import_cycles();
    for cycle in cycles(snapshot) {
        for (step, next) in around(&cycle) {
            let from = node(&mut drawing, step.module);
            let to = node(&mut drawing, next.module);
            drawing.cycle(from, to, step.at);
        }
    }
    drawing.picture
}

/// The options of the workspace's namespaces that depend on others, or that others depend on.
pub fn option_picture(snapshot: &Snapshot) -> Picture {
    let namespaces = snapshot.setup().namespaces.iter().map(|it| OptionPath::parse(it));
    let namespaces: Vec<OptionPath> = namespaces.collect();
    let is_own = |path: &OptionPath| namespaces.iter().any(|it| path.starts_with(it));
    let mut drawing = Drawing::default();
    let node = |drawing: &mut Drawing, path: &OptionPath| {
        let name = path.to_string();
        drawing.node(&name, || {
            let declarations = snapshot.declarations(path);
            let namespace = namespaces.iter().find(|it| path.starts_with(it));
            let topic = namespace.map_or(1, |it| it.len() + 1).min(path.len().saturating_sub(1));
            let place = main_declaration(&declarations).map(|it| it.name);
            PictureNode {
                group: OptionPath::from(&path[..topic]).to_string(),
                name: name.clone(),
                place,
                is_root: false,
                unreached: false,
            }
        })
    };
    for namespace in &namespaces {
        let mut options: Vec<OptionPath> = snapshot.options_below(namespace).collect();
        options.sort_by_cached_key(OptionPath::to_string);
        for option in options {
            for step in snapshot.dependencies(&option) {
                let Resolved::Option(needed) = snapshot.resolve(&step.reads()) else { continue };
                if is_own(&needed) && needed != option {
                    let from = node(&mut drawing, &option);
                    let to = node(&mut drawing, &needed);
                    drawing.arrow(from, to, ArrowKind::Read, step.at);
                }
            }
        }
    }
    for cycle in cycles(snapshot) {
        // A loop through other options begins and ends with one of ours; a set of options stands for the
        // names in it.
        if cycle.steps.iter().all(|step| is_own(&named(&step.by))) {
            for (step, next) in around(&cycle) {
                let from = node(&mut drawing, &named(&step.by));
                let to = node(&mut drawing, &named(&next.by));
                drawing.cycle(from, to, step.at);
            }
        }
    }
    drawing.picture
}

fn named(node: &Node) -> OptionPath {
    match node.declared.is_empty() {
        true => node.path.clone(),
        false => node.declared.clone(),
    }
}

/// The loops that Nix cannot get out of.
fn cycles(snapshot: &Snapshot) -> Vec<Cycle> {
    let modules = snapshot.modules();
    let cycles = modules.flat_map(|(file, _)| snapshot.cycles(file));
    cycles.filter(|cycle| cycle.certain && !cycle.steps.is_empty()).collect()
}

/// Each step with the one after it; the first one follows the last.
fn around(cycle: &Cycle) -> impl Iterator<Item = (&index::Step, &index::Step)> {
    cycle.steps.iter().zip(cycle.steps.iter().cycle().skip(1))
}

#[derive(Default)]
struct Drawing {
    picture: Picture,
    nodes: FxHashMap<String, usize>,
    arrows: FxHashMap<(usize, usize, ArrowKind), usize>,
}

impl Drawing {
    fn node(&mut self, name: &str, new: impl FnOnce() -> PictureNode) -> usize {
        if let Some(&known) = self.nodes.get(name) {
            return known;
        }
        let index = self.picture.nodes.len();
        self.picture.nodes.push(new());
        self.nodes.insert(name.to_owned(), index);
        index
    }

    fn arrow(&mut self, from: usize, to: usize, kind: ArrowKind, at: Location) -> usize {
        let next = self.picture.arrows.len();
        let index = *self.arrows.entry((from, to, kind)).or_insert(next);
        match self.picture.arrows.get_mut(index) {
            Some(arrow) => {
                arrow.count += 1;
                arrow.at = arrow.at.min(at);
            }
            None => {
                self.picture.arrows.push(PictureArrow {
                    from,
                    to,
                    kind,
                    at,
                    count: 1,
                    in_cycle: false,
                });
            }
        }
        index
    }

    fn cycle(&mut self, from: usize, to: usize, at: Location) {
        let known = self.arrows.get(&(from, to, ArrowKind::Read)).copied();
        let index = known.unwrap_or_else(|| self.arrow(from, to, ArrowKind::Read, at));
        self.picture.arrows[index].in_cycle = true;
    }

    /// Modules that lead back to themselves by imports alone.
    fn mark_import_cycles(&mut self) {
        let imports = || self.picture.arrows.iter().filter(|it| it.kind == ArrowKind::Import);
        let mut targets: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        for arrow in imports() {
            targets.entry(arrow.from).or_default().push(arrow.to);
        }
        let leads_back = |from: usize, to: usize| {
            let mut seen = FxHashSet::default();
            let mut waiting = vec![to];
            while let Some(node) = waiting.pop() {
                if node == from {
                    return true;
                }
                if seen.insert(node) {
                    waiting.extend(targets.get(&node).into_iter().flatten());
                }
            }
            false
        };
        let marks: Vec<bool> = (self.picture.arrows.iter())
            .map(|it| it.kind == ArrowKind::Import && leads_back(it.from, it.to))
            .collect();
        for (arrow, mark) in self.picture.arrows.iter_mut().zip(marks) {
            arrow.in_cycle |= mark;
        }
    }
}
