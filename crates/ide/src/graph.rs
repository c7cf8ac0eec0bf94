//! The tree as a graph: which modules import which, which options depend on which. Also as text for Mermaid,
//! which editors and code hosts show as a picture.

use crate::Snapshot;
use module::facts::ImportTarget;
use module::{FileId, OptionPath};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The modules of the tree; an arrow leads from a module to what it imports.
pub fn module_graph(snapshot: &Snapshot) -> Graph {
    let mut draft = Draft::default();
    let name = |file: FileId| file.relative_to(snapshot.setup().root).to_owned();
    for (file, facts) in snapshot.modules() {
        draft.node(name(file));
        let made = facts.outputs.iter().flat_map(|outputs| &outputs.roots);
        for import in facts.imports.iter().chain(made.flat_map(|root| &root.imports)) {
            let ImportTarget::Path(path) = import.target else { continue };
            if let Some(target) = snapshot.import_target(path) {
                draft.arrow(name(file), name(target));
            }
        }
    }
    draft.finish()
}

/// The options of the workspace's namespaces; an arrow leads from an option to what must be known for it, and
/// to what its values read.
pub fn option_graph(snapshot: &Snapshot) -> Graph {
    let namespaces = snapshot.setup().namespaces.iter().map(|it| OptionPath::parse(it));
    let namespaces: Vec<OptionPath> = namespaces.collect();
    let declared = |written: &OptionPath| {
        let path = snapshot.declared_path(written)?;
        namespaces.iter().any(|it| path.starts_with(it)).then(|| path.to_string())
    };
    // In the order of names: that of the demand graph is another one in each run.
    let mut arrows = BTreeSet::new();
    for (module, facts) in snapshot.modules() {
        for step in snapshot.steps_in(module) {
            let ends = (declared(&step.by.path), declared(&step.reads()));
            if let (Some(from), Some(to)) = ends
                && from != to
            {
                arrows.insert((from, to));
            }
        }
        // Nix gets to what stands inside a value when it looks further into it. Reads by where they
        // stand, so that each definition finds its own without asking all of them.
        let mut reads: Vec<_> = facts.reads.iter().collect();
        reads.sort_by_key(|read| (read.at.file, read.at.text_range().start()));
        for definition in facts.definitions.iter().filter(|definition| !definition.is_group) {
            let Some(from) = declared(&definition.path) else { continue };
            let (file, range) = (definition.value_at.file, definition.value_at.text_range());
            let first = reads.partition_point(|read| {
                (read.at.file, read.at.text_range().start()) < (file, range.start())
            });
            let inside = reads[first..].iter().take_while(|read| {
                read.at.file == file && read.at.text_range().end() <= range.end()
            });
            for to in inside.filter_map(|read| declared(&read.path)) {
                if to != from {
                    arrows.insert((from.clone(), to));
                }
            }
        }
    }
    let mut draft = Draft::default();
    for (from, to) in arrows {
        draft.arrow(from, to);
    }
    draft.finish()
}

/// Names, and arrows between them by their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    pub nodes: Vec<String>,
    /// In the order of their numbers.
    pub arrows: Vec<Arrow>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    pub from: usize,
    pub to: usize,
    /// Some way leads from its end back to its start.
    pub in_cycle: bool,
}

impl Graph {
    /// As a Mermaid flowchart; arrows of cycles are thick and red.
    pub fn mermaid(&self) -> String {
        let mut out = "graph LR\n".to_owned();
        for (index, name) in self.nodes.iter().enumerate() {
            let name = name.replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;");
            let _ = writeln!(out, "  n{index}[\"{name}\"]");
        }
        let mut in_cycles = Vec::new();
        for (index, Arrow { from, to, in_cycle }) in self.arrows.iter().enumerate() {
            let line = if *in_cycle { "==>" } else { "-->" };
            let _ = writeln!(out, "  n{from} {line} n{to}");
            if *in_cycle {
                in_cycles.push(index.to_string());
            }
        }
        if !in_cycles.is_empty() {
            let _ = writeln!(out, "  linkStyle {} stroke:red", in_cycles.join(","));
        }
        out
    }
}

#[derive(Default)]
struct Draft {
    numbers: FxHashMap<String, usize>,
    names: Vec<String>,
    arrows: BTreeSet<(usize, usize)>,
}

impl Draft {
    fn node(&mut self, name: String) -> usize {
        let next = self.names.len();
        *self.numbers.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            next
        })
    }

    fn arrow(&mut self, from: String, to: String) {
        let arrow = (self.node(from), self.node(to));
        self.arrows.insert(arrow);
    }

    fn finish(self) -> Graph {
        let knots = knots(self.names.len(), &self.arrows);
        let arrows = self.arrows.into_iter().map(|(from, to)| {
            let in_cycle = from == to || knots[from] == knots[to];
            Arrow { from, to, in_cycle }
        });
        Graph { arrows: arrows.collect(), nodes: self.names }
    }
}

/// For each node the number of its knot: those that lead to each other have one number. Kosaraju's way:
/// what is left last in one direction is where to begin in the other.
fn knots(nodes: usize, arrows: &BTreeSet<(usize, usize)>) -> Vec<usize> {
    let mut forward = vec![Vec::new(); nodes];
    let mut backward = vec![Vec::new(); nodes];
    for &(from, to) in arrows {
        forward[from].push(to);
        backward[to].push(from);
    }
    let mut is_seen = vec![false; nodes];
    let mut order = Vec::with_capacity(nodes);
    for start in 0..nodes {
        order.extend(left_in_order(start, &forward, &mut is_seen));
    }
    let mut is_seen = vec![false; nodes];
    let mut knots = vec![0; nodes];
    for &start in order.iter().rev() {
        for node in left_in_order(start, &backward, &mut is_seen) {
            knots[node] = start;
        }
    }
    knots
}

/// All that a node leads to and that has not been seen, itself included, each after what it leads to.
fn left_in_order(start: usize, next: &[Vec<usize>], is_seen: &mut [bool]) -> Vec<usize> {
    let mut order = Vec::new();
    let mut way = Vec::new();
    if !std::mem::replace(&mut is_seen[start], true) {
        way.push((start, 0));
    }
    while let Some((node, at)) = way.pop() {
        match next[node].get(at) {
            Some(&to) => {
                way.push((node, at + 1));
                if !std::mem::replace(&mut is_seen[to], true) {
                    way.push((to, 0));
                }
            }
            None => order.push(node),
        }
    }
    order
}
