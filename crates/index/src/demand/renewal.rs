//! What of the graph an edit leaves as it is.
//!
//! What leads out of a node follows from what modules say of a few paths: its own, and those that are read on its
//! behalf. So a module that says something else of a path touches the nodes that have to do with this path, with
//! one below it or with one above, and no others.

use super::Node;
use super::difference::{Difference, ModuleChange};
use super::graph::{DemandGraph, Need, NeedId, NodeId, StepId};
use crate::Snapshot;
use module::{FileId, OptionPath, Symbol};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The demand graph of one snapshot, worked out as it is asked for.
pub(crate) struct Demand {
    /// Later ones have higher numbers.
    number: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    graph: DemandGraph,
    /// Where there is a graph to go on with, and what has changed since.
    earlier: Option<Earlier>,
    is_taken_over: bool,
}

#[derive(Clone)]
struct Earlier {
    demand: Arc<Demand>,
    /// One for a module at most.
    changes: Vec<ModuleChange>,
}

/// From so many changed modules on, what is left of a graph is not worth the search.
const MOST_CHANGES: usize = 64;

/// What has been forgotten takes up room until it is more than what is known and this.
const MOST_FORGOTTEN: usize = 50_000;

fn next_number() -> u64 {
    static NUMBERS: AtomicU64 = AtomicU64::new(1);
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}

impl Default for Demand {
    fn default() -> Demand {
        Demand::new(None)
    }
}

impl Demand {
    fn new(earlier: Option<Earlier>) -> Demand {
        let number = next_number();
        let graph = DemandGraph::begun(number);
        Demand { number, state: Mutex::new(State { graph, earlier, is_taken_over: false }) }
    }

    /// That of the next snapshot. It takes over what has been explored when it is first asked; who then still asks
    /// the earlier one has it explore anew.
    pub fn after(self: &Arc<Demand>, change: ModuleChange) -> Arc<Demand> {
        let pending = match self.state.try_lock() {
            Ok(state) if state.earlier.is_none() && state.graph.nodes.is_empty() => {
                return Arc::default();
            }
            Ok(state) => state.earlier.clone(),
            // Somebody is exploring it.
            Err(_) => None,
        };
        let here = || Earlier { demand: self.clone(), changes: Vec::new() };
        let mut earlier = pending.unwrap_or_else(here);
        match earlier.changes.iter_mut().find(|it| it.module == change.module) {
            Some(known) => known.new = change.new,
            None => earlier.changes.push(change),
        }
        if earlier.changes.len() > MOST_CHANGES {
            return Arc::default();
        }
        Arc::new(Demand::new(Some(earlier)))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // What was explored before a panic is as right as before.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the graph; `snapshot` is the one that it belongs to.
    pub(super) fn explore<R>(
        &self,
        snapshot: &Snapshot,
        question: impl FnOnce(&mut DemandGraph) -> R,
    ) -> R {
        let mut state = self.lock();
        if let Some(earlier) = state.earlier.take() {
            state.graph = earlier.taken_over(snapshot, self.number);
        }
        question(&mut state.graph)
    }

    /// Whether a later snapshot has gone on with what was explored here.
    pub fn is_taken_over(&self) -> bool {
        self.lock().is_taken_over
    }

    /// The modules that may have a part in other loops than in an earlier snapshot, of those of which anybody has
    /// asked; `None`: that is not known. `snapshot` is the one that this graph belongs to.
    pub fn other_loops_since(
        &self,
        earlier: &Demand,
        snapshot: &Snapshot,
    ) -> Option<FxHashSet<FileId>> {
        if self.number == earlier.number {
            return Some(FxHashSet::default());
        }
        self.explore(snapshot, |graph| {
            graph.settle(snapshot, self.number);
            let is_later = |(number, _): &&(u64, FileId)| *number > earlier.number;
            (graph.begun <= earlier.number)
                .then(|| graph.other_loops.iter().filter(is_later).map(|(_, it)| *it).collect())
        })
    }
}

impl Earlier {
    fn taken_over(self, snapshot: &Snapshot, number: u64) -> DemandGraph {
        let Earlier { mut demand, mut changes } = self;
        let mut graph = loop {
            let earlier = {
                let mut state = demand.lock();
                let Some(earlier) = state.earlier.clone() else {
                    state.is_taken_over = true;
                    // Of what was known here, the next to ask must not believe to know it.
                    let empty = DemandGraph::begun(next_number());
                    break std::mem::replace(&mut state.graph, empty);
                };
                earlier
            };
            // What has changed before comes first.
            for change in earlier.changes {
                match changes.iter_mut().find(|it| it.module == change.module) {
                    Some(known) => known.old = change.old,
                    None => changes.push(change),
                }
            }
            demand = earlier.demand;
        };
        graph.renew(&changes, snapshot, number);
        graph
    }
}

/// Which nodes and which paths that are read have to do with a path.
#[derive(Default)]
pub(super) struct Mentions(BTreeMap<OptionPath, Vec<Mention>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Mention {
    Node(NodeId),
    Need(NeedId),
}

impl Mentions {
    fn of(graph: &DemandGraph) -> Mentions {
        let mut mentions = Mentions::default();
        for (id, node) in (0..).zip(&graph.nodes) {
            mentions.add_node(id, node);
        }
        for (id, need) in (0..).zip(&graph.needs) {
            mentions.add_need(id, need);
        }
        mentions
    }

    pub fn add_node(&mut self, id: NodeId, node: &Node) {
        self.add(&node.path, Mention::Node(id));
        if node.declared != node.path {
            self.add(&node.declared, Mention::Node(id));
        }
    }

    /// To be called each time that it is found out what the path needs.
    pub fn add_need(&mut self, id: NeedId, need: &Need) {
        for path in std::iter::once(&need.path).chain(&need.walked) {
            self.add(path, Mention::Need(id));
        }
    }

    fn add(&mut self, path: &OptionPath, mention: Mention) {
        let at_path = match self.0.get_mut(path) {
            Some(known) => known,
            None => self.0.entry(path.clone()).or_default(),
        };
        if !at_path.contains(&mention) {
            at_path.push(mention);
        }
    }

    fn at(&self, path: &OptionPath) -> impl Iterator<Item = Mention> + use<'_> {
        self.0.get(path).into_iter().flatten().copied()
    }

    fn at_or_below(&self, path: &OptionPath) -> impl Iterator<Item = Mention> {
        let rest = self.0.range(path.clone()..);
        rest.take_while(|(found, _)| found.starts_with(path)).flat_map(|(_, all)| all).copied()
    }

    fn at_or_above(&self, path: &[Symbol]) -> impl Iterator<Item = Mention> {
        (0..=path.len()).flat_map(|end| self.at(&path[..end].into()))
    }

    fn touched_by(&self, difference: &Difference<'_>) -> FxHashSet<Mention> {
        let mut touched = FxHashSet::default();
        for path in &difference.asking {
            touched.extend(self.at(path));
        }
        for path in &difference.said {
            touched.extend(self.at_or_above(path));
        }
        for path in &difference.around {
            touched.extend(self.at_or_below(path));
        }
        touched
    }
}

/// Modules whose loops have changed are told apart so far back.
const MOST_OTHER_LOOPS: usize = 10_000;

impl DemandGraph {
    /// Forgets what the changes may have made different; `snapshot` is that after them, and `number` its graph's.
    fn renew(&mut self, changes: &[ModuleChange], snapshot: &Snapshot, number: u64) {
        let mentions = match self.mentions.take() {
            Some(mentions) => mentions,
            None => Mentions::of(self),
        };
        let touched = mentions.touched_by(&Difference::of(changes, snapshot));
        self.mentions = Some(mentions);
        let mut nodes: FxHashSet<NodeId> = FxHashSet::default();
        for mention in touched {
            match mention {
                Mention::Node(node) => drop(nodes.insert(node)),
                Mention::Need(need) => nodes.extend(self.forget_need(need)),
            }
        }
        nodes.retain(|node| self.edges[*node as usize].is_some());
        self.note_loops_of(&nodes, number);
        let forgotten: Vec<NodeId> = nodes.into_iter().collect();
        forgotten.iter().for_each(|node| self.forget_edges(*node));
        self.certain.take_back(&forgotten);
        self.all.take_back(&forgotten);
        self.forgotten += forgotten.len();
        self.unsettled.extend(forgotten);
        if self.forgotten > self.nodes.len() + MOST_FORGOTTEN
            || self.other_loops.len() > MOST_OTHER_LOOPS
        {
            *self = DemandGraph::begun(number);
        }
    }

    /// Looks for loops where the latest changes can have made some.
    fn settle(&mut self, snapshot: &Snapshot, number: u64) {
        let nodes: FxHashSet<NodeId> = std::mem::take(&mut self.unsettled).into_iter().collect();
        for &node in &nodes {
            self.edges(snapshot, node);
            self.knot(snapshot, node, false);
        }
        self.note_loops_of(&nodes, number);
    }

    /// Notes the modules that have a part in loops through these nodes, as far as they have been found.
    fn note_loops_of(&mut self, nodes: &FxHashSet<NodeId>, number: u64) {
        let mut steps: Vec<StepId> = Vec::new();
        let mut knots: FxHashSet<u32> = FxHashSet::default();
        for &node in nodes {
            steps.extend(self.immediate(node).iter().map(|(step, _)| *step));
            knots.extend(self.all.of(node));
        }
        for knot in knots {
            for &member in self.all.members(knot) {
                let edges = self.edges[member as usize].iter().flat_map(|edges| edges.iter());
                let within = edges.filter(|edge| self.all.of(edge.to) == Some(knot));
                steps.extend(within.filter_map(|edge| edge.step));
            }
        }
        let modules: FxHashSet<FileId> =
            steps.into_iter().map(|step| self.raw(step).module).collect();
        self.other_loops.extend(modules.into_iter().map(|module| (number, module)));
    }
}
