//! The graph as far as somebody has asked for it.
//!
//! A snapshot never changes, so what was found out for one file holds for all: each question explores only
//! what none before it has needed. The next snapshot goes on with the same graph if every file that has
//! changed asks for the same as before, wherever that is written now. Otherwise it begins with an empty one.

use super::node::{is_group_like, way};
use super::steps::{RawStep, parts_of, steps_of};
use super::{Node, NodeKind, Step};
use crate::Snapshot;
use crate::contributions::Said;
use module::OptionPath;
use module::demands::Demanded;
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Arc;

pub(super) type NodeId = u32;
pub(super) type StepId = u32;

#[derive(Default)]
pub(crate) struct DemandGraph {
    nodes: Vec<Node>,
    ids: FxHashMap<Node, NodeId>,
    /// By node; `None`: not looked at yet.
    edges: Vec<Option<Arc<[Edge]>>>,
    steps: Vec<RawStep>,
    /// What each path that is read needs, without what asks for nothing itself.
    needs: FxHashMap<OptionPath, Arc<[(NodeId, bool)]>>,
    /// The steps that ask for what they are asked on behalf of, by node, each with whether that is certain.
    /// They are loops whatever else is one, and no part of others.
    immediate: FxHashMap<NodeId, Vec<(StepId, bool)>>,
    certain: Knots,
    all: Knots,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub to: NodeId,
    /// `None`: a part of what it is a part of.
    pub step: Option<StepId>,
    pub certain: bool,
}

/// The nodes that lead to each other, found by Tarjan's algorithm; what is finished stays as it is.
#[derive(Default)]
struct Knots {
    order: Vec<u32>,
    low: Vec<u32>,
    open: Vec<NodeId>,
    is_open: Vec<bool>,
    knot: Vec<Option<u32>>,
    next: u32,
    knots: u32,
}

const UNSEEN: u32 = u32::MAX;

impl DemandGraph {
    pub(super) fn node(&mut self, node: Node) -> NodeId {
        let next = self.nodes.len() as NodeId;
        match self.ids.get(&node) {
            Some(known) => *known,
            None => {
                self.ids.insert(node.clone(), next);
                self.nodes.push(node);
                self.edges.push(None);
                next
            }
        }
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
            let needs = self.needs(snapshot, &step.asks_for);
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

    fn needs(&mut self, snapshot: &Snapshot, asks_for: &Demanded) -> Arc<[(NodeId, bool)]> {
        let path = asks_for.path();
        if let Some(known) = self.needs.get(&path) {
            return known.clone();
        }
        let needs: Arc<[(NodeId, bool)]> = way(snapshot, &path)
            .into_iter()
            .filter(|(node, resolved)| {
                may_ask(snapshot, node) && (*resolved || !is_group_like(snapshot, &node.path))
            })
            .map(|(node, resolved)| (self.node(node), resolved))
            .collect();
        self.needs.insert(path, needs.clone());
        needs
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
        let knot = knots.knot[node as usize];
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

impl Knots {
    fn grow(&mut self, node: NodeId) {
        let count = node as usize + 1;
        if self.order.len() < count {
            self.order.resize(count, UNSEEN);
            self.low.resize(count, 0);
            self.is_open.resize(count, false);
            self.knot.resize(count, None);
        }
    }

    fn explore(&mut self, start: NodeId, mut next_of: impl FnMut(NodeId) -> Rc<[NodeId]>) {
        self.grow(start);
        if self.order[start as usize] != UNSEEN {
            return;
        }
        let first = self.enter(start);
        let mut calls = vec![(first, next_of(start), 0)];
        while let Some((node, following, at)) = calls.pop() {
            if let Some(&to) = following.get(at) {
                calls.push((node, following, at + 1));
                self.grow(to);
                if self.order[to as usize] == UNSEEN {
                    let to = self.enter(to);
                    calls.push((to, next_of(to), 0));
                } else if self.is_open[to as usize] {
                    let order = self.order[to as usize];
                    self.lower(node, order);
                }
                continue;
            }
            let low = self.low[node as usize];
            if let Some(&(above, ..)) = calls.last() {
                self.lower(above, low);
            }
            if low == self.order[node as usize] {
                self.close(node);
            }
        }
    }

    fn enter(&mut self, node: NodeId) -> NodeId {
        self.order[node as usize] = self.next;
        self.low[node as usize] = self.next;
        self.next += 1;
        self.open.push(node);
        self.is_open[node as usize] = true;
        node
    }

    fn lower(&mut self, node: NodeId, to: u32) {
        let low = &mut self.low[node as usize];
        *low = (*low).min(to);
    }

    fn close(&mut self, node: NodeId) {
        let first = self.open.iter().rposition(|&it| it == node).unwrap_or(0);
        let members = self.open.split_off(first);
        for &member in &members {
            self.is_open[member as usize] = false;
            self.knot[member as usize] = (members.len() > 1).then_some(self.knots);
        }
        self.knots += 1;
    }
}
