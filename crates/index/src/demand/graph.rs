//! The graph as far as somebody has asked for it.
//!
//! A snapshot never changes, so what was found out for one file holds for all: each question explores only
//! what none before it has needed. The next snapshot goes on with what its changes leave as it is (`renewal`).

use super::knots::Knots;
use super::node::{Way, is_group_like, way};
use super::renewal::Mentions;
use super::steps::{RawStep, parts_of, steps_of};
use super::{Node, NodeKind, Step};
use crate::Snapshot;
use crate::contributions::Said;
use indexmap::IndexSet;
use module::demands::Demanded;
use module::{FileId, OptionPath};
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::sync::Arc;

pub(super) type NodeId = u32;
pub(super) type StepId = u32;
pub(super) type NeedId = u32;

#[derive(Default)]
pub(super) struct DemandGraph {
    /// Numbered in the order in which they were come upon.
    pub nodes: IndexSet<Node, FxBuildHasher>,
    /// By node; `None`: not looked at yet.
    pub edges: Vec<Option<Arc<[Edge]>>>,
    pub steps: Vec<RawStep>,
    pub needs: Vec<Need>,
    need_ids: FxHashMap<OptionPath, NeedId>,
    /// The steps that ask for what they are asked on behalf of, by node, each with whether that is certain.
    /// They are loops whatever else is one, and no part of others.
    pub immediate: FxHashMap<NodeId, Vec<(StepId, bool)>>,
    pub certain: Knots,
    pub all: Knots,
    /// Where each path is spoken of, once that has been asked.
    pub mentions: Option<Mentions>,
    /// Nodes whose edges have been forgotten so far.
    pub forgotten: usize,
    /// Those of them through which new loops may lead.
    pub unsettled: Vec<NodeId>,
    /// The modules that have come to be or ceased to be part of a loop, each with the number of the snapshot's graph
    /// since which it may be so.
    pub other_loops: Vec<(u64, FileId)>,
    /// The number of the graph that began as an empty one.
    pub begun: u64,
}

/// A path that is read.
pub(super) struct Need {
    pub path: OptionPath,
    /// Other paths that were walked to find out: those of declarations, and of what the option has become.
    pub walked: Vec<OptionPath>,
    /// What it needs, without what asks for nothing itself, each with whether that is certain; `None`: not looked
    /// at yet.
    found: Option<Arc<[(NodeId, bool)]>>,
    /// The nodes whose edges follow from it.
    users: Vec<NodeId>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub to: NodeId,
    /// `None`: a part of what it is a part of.
    pub step: Option<StepId>,
    pub certain: bool,
}

impl DemandGraph {
    /// An empty one.
    pub(super) fn begun(number: u64) -> DemandGraph {
        DemandGraph { begun: number, ..DemandGraph::default() }
    }

    pub(super) fn node(&mut self, node: Node) -> NodeId {
        let (id, is_new) = self.nodes.insert_full(node);
        if is_new {
            if let Some(mentions) = &mut self.mentions {
                mentions.add_node(id as NodeId, &self.nodes[id]);
            }
            self.edges.push(None);
        }
        id as NodeId
    }

    pub(super) fn raw(&self, step: StepId) -> &RawStep {
        &self.steps[step as usize]
    }

    /// A step as others see it.
    pub(super) fn step(&self, snapshot: &Snapshot, by: NodeId, step: StepId) -> Option<Step> {
        self.raw(step).on_behalf_of(snapshot, &self.nodes[by as usize])
    }

    pub(super) fn immediate(&self, node: NodeId) -> &[(StepId, bool)] {
        self.immediate.get(&node).map_or(&[], |steps| steps)
    }

    /// Everything that leads out of a node.
    pub(super) fn edges(&mut self, snapshot: &Snapshot, id: NodeId) -> Arc<[Edge]> {
        if let Some(known) = &self.edges[id as usize] {
            return known.clone();
        }
        let node = self.nodes[id as usize].clone();
        let mut edges = Vec::new();
        for part in parts_of(snapshot, &node) {
            edges.push(Edge { to: self.node(part), step: None, certain: true });
        }
        for step in steps_of(snapshot, &node) {
            let needs = self.needs(snapshot, &step.asks_for, id);
            let number = self.steps.len() as StepId;
            let certain = step.certain;
            self.steps.push(step);
            match needs.iter().find(|(to, _)| *to == id) {
                Some((_, resolved)) => {
                    self.immediate.entry(id).or_default().push((number, certain && *resolved));
                }
                None => edges.extend(needs.iter().map(|&(to, resolved)| Edge {
                    to,
                    step: Some(number),
                    certain: certain && resolved,
                })),
            }
        }
        let edges: Arc<[Edge]> = edges.into();
        self.edges[id as usize] = Some(edges.clone());
        edges
    }

    /// What a path needs, on whose behalf it is asked for being `user`.
    fn needs(
        &mut self,
        snapshot: &Snapshot,
        asks_for: &Demanded,
        user: NodeId,
    ) -> Arc<[(NodeId, bool)]> {
        let path = asks_for.path();
        let id = match self.need_ids.get(&path) {
            Some(known) => *known,
            None => {
                let id = self.needs.len() as NeedId;
                self.need_ids.insert(path.clone(), id);
                let (walked, found, users) = (Vec::new(), None, Vec::new());
                self.needs.push(Need { path: path.clone(), walked, found, users });
                id
            }
        };
        if self.needs[id as usize].users.last() != Some(&user) {
            self.needs[id as usize].users.push(user);
        }
        if let Some(known) = &self.needs[id as usize].found {
            return known.clone();
        }
        let Way { nodes, walked } = way(snapshot, &path);
        let found: Arc<[(NodeId, bool)]> = nodes
            .into_iter()
            .filter(|(node, resolved)| {
                may_ask(snapshot, node) && (*resolved || !is_group_like(snapshot, &node.path))
            })
            .map(|(node, resolved)| (self.node(node), resolved))
            .collect();
        let need = &mut self.needs[id as usize];
        need.walked = walked;
        need.found = Some(found.clone());
        if let Some(mentions) = &mut self.mentions {
            mentions.add_need(id, need);
        }
        found
    }

    /// Forgets what a path needs. Returns the nodes whose edges followed from that.
    pub(super) fn forget_need(&mut self, need: NeedId) -> Vec<NodeId> {
        let need = &mut self.needs[need as usize];
        need.found = None;
        std::mem::take(&mut need.users)
    }

    /// Forgets what leads out of a node.
    pub(super) fn forget_edges(&mut self, node: NodeId) {
        self.immediate.remove(&node);
        self.edges[node as usize] = None;
    }

    /// The knot that a node is in; `None`: it leads to nothing that leads back.
    pub(super) fn knot(&mut self, snapshot: &Snapshot, node: NodeId, certain: bool) -> Option<u32> {
        let mut knots = match certain {
            true => std::mem::take(&mut self.certain),
            false => std::mem::take(&mut self.all),
        };
        knots.explore(node, |node| {
            let edges = self.edges(snapshot, node);
            edges.iter().filter(|edge| edge.certain || !certain).map(|edge| edge.to).collect()
        });
        let knot = knots.of(node);
        match certain {
            true => self.certain = knots,
            false => self.all = knots,
        }
        knot
    }
}

/// Whether the node can lead anywhere.
fn may_ask(snapshot: &Snapshot, node: &Node) -> bool {
    let asks = |path: &OptionPath| match node.kind {
        NodeKind::Value => snapshot.is_said_around(Said::Asking, path),
        NodeKind::Names if !path.is_empty() => snapshot.is_said_around(Said::Asking, path),
        _ => snapshot.is_said_at(Said::Asking, path),
    };
    asks(&node.path) || (node.declared != node.path && asks(&node.declared))
}
