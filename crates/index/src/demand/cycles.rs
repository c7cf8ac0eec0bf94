//! Loops in the demand graph, as far as a file has a part in them.

use super::node::way;
use super::steps::{nodes_of, parts_of, steps_of};
use super::{Node, Step};
use crate::Snapshot;
use module::{FileId, OptionPath, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;

/// Nodes that are looked at for one file; more are needed by no file that a person wrote.
const MAX_NODES: usize = 20_000;

/// Something that must be known before it is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Cycle {
    /// Each asks for what the next one is asked on behalf of, the last one for what the first one is. The
    /// first one is the file's own.
    pub steps: Vec<Step>,
    /// Every step is taken in every evaluation that has their modules.
    pub certain: bool,
}

impl Cycle {
    /// The modules that take part, each once, in the order of the steps.
    pub fn modules(&self) -> Vec<FileId> {
        let mut modules: Vec<FileId> = Vec::new();
        for step in &self.steps {
            if !modules.contains(&step.module) {
                modules.push(step.module);
            }
        }
        modules
    }
}

impl Snapshot {
    /// The loops that a module has a part in, in the order of the module's own part in them: the certain
    /// ones, each of its steps in one at most; and those that are possible, one for each knot of them.
    pub fn cycles(&self, module: FileId) -> Vec<Cycle> {
        let Some(facts) = self.file(module).and_then(|data| data.module()) else {
            return Vec::new();
        };
        let mut graph = Graph::new(self);
        for asking in &facts.demands.askings {
            for node in nodes_of(self, asking) {
                for node in self.instances(node) {
                    graph.node(node);
                }
            }
        }
        if graph.nodes.is_empty() {
            return Vec::new();
        }
        graph.explore();
        let mut cycles = graph.immediate(module);
        cycles.sort_by_key(|cycle| !cycle.certain);
        cycles.extend(graph.chains(module, true));
        cycles.extend(graph.chains(module, false));
        // What holds for several members is said once.
        let mut seen = FxHashSet::default();
        cycles.retain(|cycle| {
            let key = cycle.steps.first().map(|step| (step.at, step.by.kind, step.by.declared.clone()));
            seen.insert(key)
        });
        cycles.sort_by_key(|cycle| {
            cycle.steps.first().map(|step| (step.at, step.way as u8, !cycle.certain))
        });
        cycles
    }
}

/// Members of one submodule type that are looked at.
const MAX_INSTANCES: usize = 4;

impl Snapshot {
    /// A node of each member that is known, where it is about the members of a submodule type.
    fn instances(&self, node: Node) -> Vec<Node> {
        let Some(last) = node.path.iter().rposition(|name| name.is_wildcard()) else {
            return vec![node];
        };
        let member: OptionPath = node.path[..=last].into();
        let mut instances: Vec<Node> = self
            .definition_paths(&member)
            .into_iter()
            .filter(|path| !path.iter().any(|name| name.is_wildcard() || *name == Symbol::COMPUTED))
            .take(MAX_INSTANCES)
            .map(|path| Node { path: path.join(&node.path[last + 1..]), ..node.clone() })
            .collect();
        if instances.is_empty() {
            instances.push(node);
        }
        instances
    }
}

/// The part of the graph that is needed for a module's own nodes.
struct Graph<'a> {
    snapshot: &'a Snapshot,
    nodes: Vec<Node>,
    ids: FxHashMap<Node, usize>,
    edges: Vec<Vec<Edge>>,
    steps: Vec<Step>,
    /// Steps that have their finding.
    told: FxHashSet<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    to: usize,
    /// `None`: a part of what it is a part of.
    step: Option<usize>,
    certain: bool,
}

impl<'a> Graph<'a> {
    fn new(snapshot: &'a Snapshot) -> Graph<'a> {
        Graph {
            snapshot,
            nodes: Vec::new(),
            ids: FxHashMap::default(),
            edges: Vec::new(),
            steps: Vec::new(),
            told: FxHashSet::default(),
        }
    }

    fn node(&mut self, node: Node) -> usize {
        let next = self.nodes.len();
        match self.ids.get(&node) {
            Some(known) => *known,
            None => {
                self.ids.insert(node.clone(), next);
                self.nodes.push(node);
                next
            }
        }
    }

    /// Follows all edges from the nodes that are there.
    fn explore(&mut self) {
        while self.edges.len() < self.nodes.len() && self.edges.len() < MAX_NODES {
            let node = self.nodes[self.edges.len()].clone();
            let mut edges = Vec::new();
            for part in parts_of(self.snapshot, &node) {
                edges.push(Edge { to: self.node(part), step: None, certain: true });
            }
            for step in steps_of(self.snapshot, &node) {
                let index = self.steps.len();
                for (to, resolved) in way(self.snapshot, &step.reads()) {
                    let certain = step.certain && resolved;
                    edges.push(Edge { to: self.node(to), step: Some(index), certain });
                }
                self.steps.push(step);
            }
            self.edges.push(edges);
        }
        self.edges.resize(self.nodes.len(), Vec::new());
    }

    /// The steps that ask for what they are asked on behalf of, and need no other for that. They are loops
    /// whatever else is one, and no part of others.
    fn immediate(&mut self, module: FileId) -> Vec<Cycle> {
        let mut cycles = Vec::new();
        for (from, edges) in self.edges.iter().enumerate() {
            for edge in edges.iter().filter(|edge| edge.to == from) {
                let Some(index) = edge.step else { continue };
                let step = &self.steps[index];
                if self.told.insert(index) && step.module == module {
                    cycles.push(Cycle { steps: vec![step.clone()], certain: edge.certain });
                }
            }
        }
        cycles
    }

    fn follows(&self, edge: &Edge, certain_only: bool) -> bool {
        (edge.certain || !certain_only) && edge.step.is_none_or(|step| !self.told.contains(&step))
    }

    /// The loops of several steps.
    fn chains(&mut self, module: FileId, certain_only: bool) -> Vec<Cycle> {
        let knots = self.knots(certain_only);
        let mut own: Vec<(usize, usize)> = Vec::new();
        for (from, edges) in self.edges.iter().enumerate() {
            for edge in edges.iter().filter(|edge| self.follows(edge, certain_only)) {
                let is_own = edge.step.is_some_and(|step| self.steps[step].module == module);
                if is_own && knots[from].is_some() && knots[from] == knots[edge.to] {
                    own.extend(edge.step.map(|step| (from, step)));
                }
            }
        }
        own.sort_by_key(|(_, step)| (self.steps[*step].at, *step));
        own.dedup();
        let mut cycles = Vec::new();
        let mut covered: FxHashSet<usize> = FxHashSet::default();
        let mut told_knots = FxHashSet::default();
        for (from, step) in own {
            if covered.contains(&step) || (!certain_only && !told_knots.insert(knots[from])) {
                continue;
            }
            let Some(chain) = self.way_back(from, step, &knots, certain_only) else { continue };
            covered.extend(chain.iter().copied());
            let steps = chain.iter().map(|&step| self.steps[step].clone()).collect();
            cycles.push(Cycle { steps, certain: certain_only });
        }
        self.told.extend(covered);
        cycles
    }

    /// The shortest way from what `step` asks for back to the node that it asks on behalf of.
    fn way_back(
        &self,
        home: usize,
        step: usize,
        knots: &[Option<usize>],
        certain_only: bool,
    ) -> Option<Vec<usize>> {
        let mut came_by: FxHashMap<usize, (usize, Edge)> = FxHashMap::default();
        let mut waiting = VecDeque::from([home]);
        while let Some(node) = waiting.pop_front() {
            for &edge in &self.edges[node] {
                let is_first = node != home || edge.step == Some(step);
                let is_within = knots[edge.to] == knots[home];
                if !is_first || !is_within || !self.follows(&edge, certain_only) {
                    continue;
                }
                if edge.to == home {
                    let mut chain: Vec<usize> = edge.step.into_iter().collect();
                    let mut here = node;
                    while here != home {
                        let (previous, edge) = came_by.get(&here)?;
                        chain.extend(edge.step);
                        here = *previous;
                    }
                    chain.reverse();
                    return Some(chain);
                }
                if let std::collections::hash_map::Entry::Vacant(entry) = came_by.entry(edge.to) {
                    entry.insert((node, edge));
                    waiting.push_back(edge.to);
                }
            }
        }
        None
    }

    /// For each node the knot that it is in, that is the nodes which lead to each other; `None`: it leads
    /// to none that leads back. (Tarjan's algorithm, without recursion.)
    fn knots(&self, certain_only: bool) -> Vec<Option<usize>> {
        const UNSEEN: usize = usize::MAX;
        let count = self.nodes.len();
        let mut order = vec![UNSEEN; count];
        let mut low = vec![0; count];
        let mut knots = vec![None; count];
        let mut is_open = vec![false; count];
        let (mut open, mut next, mut knot) = (Vec::new(), 0, 0);
        for start in 0..count {
            let mut calls: Vec<(usize, usize)> = match order[start] {
                UNSEEN => vec![(start, 0)],
                _ => continue,
            };
            while let Some((node, at)) = calls.pop() {
                if at == 0 {
                    order[node] = next;
                    low[node] = next;
                    next += 1;
                    open.push(node);
                    is_open[node] = true;
                }
                match self.edges[node].get(at) {
                    Some(edge) => {
                        calls.push((node, at + 1));
                        if !self.follows(edge, certain_only) {
                            continue;
                        }
                        if order[edge.to] == UNSEEN {
                            calls.push((edge.to, 0));
                        } else if is_open[edge.to] {
                            low[node] = low[node].min(order[edge.to]);
                        }
                    }
                    None => {
                        if let Some(&(above, _)) = calls.last() {
                            low[above] = low[above].min(low[node]);
                        }
                        if low[node] == order[node] {
                            let first = open.iter().rposition(|&it| it == node).unwrap_or(0);
                            let members = open.split_off(first);
                            for &member in &members {
                                is_open[member] = false;
                                knots[member] = (members.len() > 1).then_some(knot);
                            }
                            knot += 1;
                        }
                    }
                }
            }
        }
        knots
    }
}
