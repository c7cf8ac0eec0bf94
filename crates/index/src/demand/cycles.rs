//! Loops in the demand graph, as far as a module has a part in them.

use super::graph::{DemandGraph, Edge, NodeId, StepId};
use super::steps::nodes_of;
use super::{Node, Step};
use crate::Snapshot;
use crate::watch::Look;
use module::{FileId, OptionPath, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::collections::hash_map::Entry;

/// Members of one submodule type that are looked at.
const MAX_INSTANCES: usize = 4;

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
        if facts.demands.askings.is_empty() {
            return Vec::new();
        }
        let askings = facts.demands.askings.iter().flat_map(|asking| nodes_of(self, asking));
        let nodes: Vec<Node> = askings.flat_map(|node| self.instances(node)).collect();
        // The graph is explored for all who ask, and knows itself what of it has changed.
        self.note(Look::Loops(module));
        let unwatched = self.watch.is_some().then(|| self.unwatched());
        let snapshot = unwatched.as_ref().unwrap_or(self);
        let mut cycles = self.demand.explore(snapshot, |graph| {
            let mut nodes: Vec<NodeId> = nodes.into_iter().map(|node| graph.node(node)).collect();
            nodes.sort_unstable();
            nodes.dedup();
            let mut search = Search { snapshot, graph, module };
            let mut cycles = search.immediate(&nodes);
            let mut covered = FxHashSet::default();
            cycles.extend(search.chains(&nodes, true, &mut covered));
            cycles.extend(search.chains(&nodes, false, &mut covered));
            cycles
        });
        for step in cycles.iter().flat_map(|cycle| &cycle.steps) {
            self.note(Look::File(step.module));
        }
        // What holds for several members is said once, and the certain says it all.
        cycles.sort_by_key(|cycle| !cycle.certain);
        let mut seen = FxHashSet::default();
        let mut certain = FxHashSet::default();
        cycles.retain(|cycle| {
            let Some(step) = cycle.steps.first() else { return false };
            let about = (step.by.kind, step.by.declared.clone(), step.way);
            if cycle.certain {
                certain.insert(about.clone());
            }
            seen.insert((step.at, about.clone())) && (cycle.certain || !certain.contains(&about))
        });
        cycles.sort_by_key(|cycle| cycle.steps.first().map(|step| (step.at, !cycle.certain)));
        cycles
    }

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

struct Search<'a> {
    snapshot: &'a Snapshot,
    graph: &'a mut DemandGraph,
    module: FileId,
}

impl Search<'_> {
    /// The steps that need no other to be a loop.
    fn immediate(&mut self, nodes: &[NodeId]) -> Vec<Cycle> {
        let mut cycles = Vec::new();
        for &node in nodes {
            self.graph.edges(self.snapshot, node);
            for &(step, certain) in self.graph.immediate(node) {
                if self.graph.raw(step).module == self.module {
                    let step = self.graph.step(self.snapshot, node, step);
                    cycles.extend(step.map(|step| Cycle { steps: vec![step], certain }));
                }
            }
        }
        cycles
    }

    /// The loops of several steps.
    fn chains(
        &mut self,
        nodes: &[NodeId],
        certain: bool,
        covered: &mut FxHashSet<StepId>,
    ) -> Vec<Cycle> {
        let mut own: Vec<(NodeId, StepId, u32)> = Vec::new();
        for &node in nodes {
            let Some(knot) = self.graph.knot(self.snapshot, node, certain) else { continue };
            for edge in self.graph.edges(self.snapshot, node).iter() {
                let Some(step) = edge.step.filter(|_| edge.certain || !certain) else { continue };
                let is_within = self.graph.knot(self.snapshot, edge.to, certain) == Some(knot);
                if is_within && self.graph.raw(step).module == self.module {
                    own.push((node, step, knot));
                }
            }
        }
        own.sort_by_cached_key(|&(node, step, _)| {
            let step = self.graph.step(self.snapshot, node, step);
            step.map(|Step { by, at, .. }| (at, by.kind, by.path))
        });
        own.dedup();
        let mut cycles = Vec::new();
        let mut told = FxHashSet::default();
        for (node, step, knot) in own {
            if covered.contains(&step) || (!certain && told.contains(&knot)) {
                continue;
            }
            let Some(chain) = self.way_back(node, step, knot, certain) else { continue };
            told.insert(knot);
            covered.extend(chain.iter().map(|(_, step)| *step));
            let steps = chain.iter().map(|&(by, step)| self.graph.step(self.snapshot, by, step));
            if let Some(steps) = steps.collect() {
                cycles.push(Cycle { steps, certain });
            }
        }
        cycles
    }

    /// The shortest way from what `step` asks for back to the node that it asks on behalf of.
    fn way_back(
        &mut self,
        home: NodeId,
        step: StepId,
        knot: u32,
        certain: bool,
    ) -> Option<Vec<(NodeId, StepId)>> {
        let mut came_by: FxHashMap<NodeId, (NodeId, Edge)> = FxHashMap::default();
        let mut waiting = VecDeque::from([home]);
        while let Some(node) = waiting.pop_front() {
            for &edge in self.graph.edges(self.snapshot, node).iter() {
                let is_other = node == home && edge.step != Some(step);
                let is_within = self.graph.knot(self.snapshot, edge.to, certain) == Some(knot);
                if is_other || !is_within || (certain && !edge.certain) {
                    continue;
                }
                if edge.to == home {
                    let mut chain: Vec<_> =
                        edge.step.map(|step| (node, step)).into_iter().collect();
                    let mut here = node;
                    while here != home {
                        let (previous, edge) = came_by.get(&here)?;
                        chain.extend(edge.step.map(|step| (*previous, step)));
                        here = *previous;
                    }
                    chain.reverse();
                    return Some(chain);
                }
                if let Entry::Vacant(entry) = came_by.entry(edge.to) {
                    entry.insert((node, edge));
                    waiting.push_back(edge.to);
                }
            }
        }
        None
    }
}
