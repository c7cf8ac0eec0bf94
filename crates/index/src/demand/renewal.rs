//! What of the graph an edit leaves as it is.
//!
//! What leads out of a node follows from what modules say of a few paths: its own, and those that are read on its
//! behalf. So a module that says something else of a path touches the nodes that have to do with this path, with
//! one below it or with one above, and no others.

use super::Node;
use super::difference::{Difference, ModuleChange};
use super::graph::{DemandGraph, Need, NeedId, NodeId};
use crate::Snapshot;
use module::{OptionPath, Symbol};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The demand graph of one snapshot, worked out as it is asked for.
#[derive(Default)]
pub(crate) struct Demand(Mutex<State>);

#[derive(Default)]
struct State {
    graph: DemandGraph,
    /// Where there is a graph to go on with, and what has changed since.
    earlier: Option<Earlier>,
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

impl Demand {
    /// That of the next snapshot. It takes over what has been explored when it is first asked; who then still asks
    /// the earlier one has it explore anew.
    pub fn after(self: &Arc<Demand>, change: ModuleChange) -> Arc<Demand> {
        let pending = match self.0.try_lock() {
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
        let state = State { graph: DemandGraph::default(), earlier: Some(earlier) };
        Arc::new(Demand(Mutex::new(state)))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // What was explored before a panic is as right as before.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the graph; `snapshot` is the one that it belongs to.
    pub(super) fn explore<R>(
        &self,
        snapshot: &Snapshot,
        question: impl FnOnce(&mut DemandGraph) -> R,
    ) -> R {
        let mut state = self.lock();
        if let Some(earlier) = state.earlier.take() {
            state.graph = earlier.taken_over(snapshot);
        }
        question(&mut state.graph)
    }
}

impl Earlier {
    fn taken_over(self, snapshot: &Snapshot) -> DemandGraph {
        let Earlier { mut demand, mut changes } = self;
        let mut graph = loop {
            let earlier = {
                let mut state = demand.lock();
                let Some(earlier) = state.earlier.clone() else {
                    break std::mem::take(&mut state.graph);
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
        graph.renew(&changes, snapshot);
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

impl DemandGraph {
    /// Forgets what the changes may have made different; `snapshot` is that after them.
    fn renew(&mut self, changes: &[ModuleChange], snapshot: &Snapshot) {
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
        let forgotten: Vec<NodeId> =
            nodes.into_iter().filter(|node| self.forget_edges(*node)).collect();
        self.certain.take_back(&forgotten);
        self.all.take_back(&forgotten);
        self.forgotten += forgotten.len();
        if self.forgotten > self.nodes.len() + MOST_FORGOTTEN {
            *self = DemandGraph::default();
        }
    }
}
