//! The nodes that lead to each other, found by Tarjan's algorithm.

use super::graph::NodeId;
use std::rc::Rc;

/// What is finished stays as it is, and leads only to what was finished before it: so the latest can be taken back
/// without the rest.
#[derive(Default)]
pub(super) struct Knots {
    order: Vec<u32>,
    low: Vec<u32>,
    open: Vec<NodeId>,
    is_open: Vec<bool>,
    /// By node; the place in `finished` where what it leads to and comes from begins.
    home: Vec<u32>,
    /// Nodes, those of a knot together.
    finished: Vec<NodeId>,
    next: u32,
}

const UNSEEN: u32 = u32::MAX;

impl Knots {
    /// The knot of a finished node, by a number that no other has as long as nothing is taken back; `None`: it
    /// leads to nothing that leads back.
    pub fn of(&self, node: NodeId) -> Option<u32> {
        let home = *self.home.get(node as usize).filter(|home| **home != UNSEEN)?;
        (self.members(home).len() > 1).then_some(home)
    }

    /// The nodes of a knot.
    pub fn members(&self, knot: u32) -> &[NodeId] {
        let rest = self.finished.get(knot as usize..).unwrap_or_default();
        let is_member = |node: &&NodeId| self.home[**node as usize] == knot;
        &rest[..rest.iter().take_while(is_member).count()]
    }

    /// Explores all that can be reached from a node and is not finished.
    pub fn explore(&mut self, start: NodeId, mut next_of: impl FnMut(NodeId) -> Rc<[NodeId]>) {
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

    /// Takes back whatever was finished with these nodes or after them. Nothing else leads to them.
    pub fn take_back(&mut self, nodes: &[NodeId]) {
        let homes = nodes.iter().filter_map(|node| self.home.get(*node as usize).copied());
        let Some(first) = homes.filter(|home| *home != UNSEEN).min() else { return };
        for node in self.finished.drain(first as usize..) {
            self.order[node as usize] = UNSEEN;
            self.home[node as usize] = UNSEEN;
        }
    }

    fn grow(&mut self, node: NodeId) {
        let count = node as usize + 1;
        if self.order.len() < count {
            self.order.resize(count, UNSEEN);
            self.low.resize(count, 0);
            self.is_open.resize(count, false);
            self.home.resize(count, UNSEEN);
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
        let home = self.finished.len() as u32;
        for member in self.open.drain(first..) {
            self.is_open[member as usize] = false;
            self.home[member as usize] = home;
            self.finished.push(member);
        }
    }
}
