//! The edges that lead out of a node.

use super::node::{Holds, holds, way};
use super::{Node, NodeKind};
use crate::Snapshot;
use crate::contributions::Said;
use module::demands::{AskId, AskOf, Asker, Asking, Demanded, Demands};
use module::facts::{Condition, ConditionId, Definition};
use module::types::Type;
use module::{Facts, FileId, Location, OptionPath, Symbol};

/// A place that asks for something, on behalf of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What is not known before that.
    pub by: Node,
    /// The module whose evaluation asks.
    pub module: FileId,
    /// The expression that needs it.
    pub at: Location,
    pub asks_for: Demanded,
    pub way: Way,
    /// It is asked for in every evaluation.
    pub certain: bool,
}

/// By which route a node comes to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    Imports,
    /// What the module as a whole is.
    Module,
    Options,
    Definition,
    /// The default of an option, or its `apply`.
    Declaration,
    /// The condition of a `mkIf` around a definition.
    Condition,
}

/// A step without what it is asked on behalf of, and wherever it is written: edits that only move it leave it
/// as it is.
#[derive(Debug, Clone)]
pub(super) struct RawStep {
    pub module: FileId,
    /// It is asked on behalf of what is declared, and so of every member.
    pub for_declared: bool,
    pub ask: AskId,
    pub asks_for: Demanded,
    pub way: Way,
    pub certain: bool,
}

impl RawStep {
    /// `None`: it is not one of this snapshot.
    pub fn on_behalf_of(&self, snapshot: &Snapshot, node: &Node) -> Option<Step> {
        let RawStep { module, way, certain, .. } = *self;
        let path = if self.for_declared { &node.declared } else { &node.path };
        let at = facts_of(snapshot, module)?.demands.ask(path, self.ask)?.at;
        Some(Step { by: node.clone(), module, at, asks_for: self.asks_for.clone(), way, certain })
    }
}

impl Step {
    /// The path that is read of `config`.
    pub fn reads(&self) -> OptionPath {
        self.asks_for.path()
    }

    pub(super) fn asks_for(&self, snapshot: &Snapshot, option: &OptionPath) -> bool {
        let is_it = |node: &Node| node.kind == NodeKind::Value && node.declared == *option;
        way(snapshot, &self.reads()).nodes.iter().any(|(node, _)| is_it(node))
    }
}

/// Every place that asks for something on behalf of a node.
pub(super) fn steps_of(snapshot: &Snapshot, node: &Node) -> Vec<RawStep> {
    let mut steps = Vec::new();
    let is_there = is_instance_there(snapshot, node);
    let declared = (node.declared != node.path).then_some(&node.declared);
    for path in std::iter::once(&node.path).chain(declared) {
        for module in snapshot.said_at(Said::Asking, path) {
            if let Some(facts) = facts_of(snapshot, module) {
                for (index, asking) in (0..).zip(facts.demands.at(path)) {
                    Asked { snapshot, node, module, facts, index, asking, is_there }
                        .collect(&mut steps);
                }
            }
        }
    }
    steps
}

/// Every place in a module that asks for something.
pub(super) fn steps_in(snapshot: &Snapshot, module: FileId) -> Vec<Step> {
    let mut steps = Vec::new();
    let Some(facts) = facts_of(snapshot, module) else { return steps };
    // They are sorted by path.
    for same in facts.demands.askings.chunk_by(|one, other| one.path == other.path) {
        for (index, asking) in (0..).zip(same) {
            for node in nodes_of(snapshot, asking) {
                let is_there = is_instance_there(snapshot, &node);
                let mut own = Vec::new();
                Asked { snapshot, node: &node, module, facts, index, asking, is_there }
                    .collect(&mut own);
                steps.extend(own.iter().filter_map(|step| step.on_behalf_of(snapshot, &node)));
            }
        }
    }
    steps
}

/// The nodes on whose behalf an asking asks.
pub(super) fn nodes_of(snapshot: &Snapshot, asking: &Asking) -> Vec<Node> {
    let path = &asking.path;
    let mut nodes: Vec<Node> = match asking.by {
        Asker::Imports | Asker::Module | Asker::Config => {
            way(snapshot, path).nodes.into_iter().map(|(node, _)| node).collect()
        }
        Asker::Options | Asker::Declaration | Asker::Definition => {
            // Names are on the way to what is below, the value itself is not.
            let below = path.child(Symbol::COMPUTED);
            let mut way = way(snapshot, path).nodes;
            way.extend(super::node::way(snapshot, &below).nodes);
            way.into_iter().map(|(node, _)| node).collect()
        }
    };
    nodes.retain(|node| node.path == *path && kinds_of(asking.by).contains(&node.kind));
    let mut seen: Vec<Node> = Vec::new();
    nodes.retain(|node| {
        let is_new = !seen.contains(node);
        seen.push(node.clone());
        is_new
    });
    nodes
}

fn kinds_of(by: Asker) -> &'static [NodeKind] {
    match by {
        Asker::Imports | Asker::Module | Asker::Config => &[NodeKind::Names],
        Asker::Options => &[NodeKind::Options],
        Asker::Declaration => &[NodeKind::Value],
        Asker::Definition => &[NodeKind::Names, NodeKind::Value, NodeKind::Between],
    }
}

/// What else a node needs that nobody writes: the members that it is made of.
pub(super) fn parts_of(snapshot: &Snapshot, node: &Node) -> Vec<Node> {
    let below = |path: &OptionPath| -> Vec<OptionPath> {
        let below = snapshot.paths_said_below(Said::Asking, path);
        below.filter(|found| found.len() > path.len()).collect()
    };
    match node.kind {
        NodeKind::Value if snapshot.is_option(&node.declared) => {
            let ty = snapshot.option_type(&node.declared);
            match ty.and_then(holds) {
                Some(Holds::Members { lazy: false }) => below(&node.path)
                    .into_iter()
                    .filter(|path| path.len() == node.path.len() + 1)
                    .map(|path| {
                        let member = match ty.and_then(Type::submodule) {
                            Some((_, segments)) if segments.len() == 1 => segments[0],
                            _ => path[path.len() - 1],
                        };
                        Node::value(&path, &node.declared.child(member))
                    })
                    .collect(),
                _ => Vec::new(),
            }
        }
        // A submodule looks through its definitions for such as have no option.
        NodeKind::Names if !node.path.is_empty() && is_instance(snapshot, &node.declared) => {
            let mut paths = below(&node.path);
            if node.declared != node.path {
                paths.extend(below(&node.declared));
            }
            paths
                .into_iter()
                .filter_map(|path| {
                    let instance = node.instance(&path);
                    let declared = node.declared.join(&path[node.declared.len()..]);
                    let is_group = snapshot.has_options_below(&declared)
                        && (node.declared.len()..declared.len())
                            .all(|end| !snapshot.is_option(&declared[..=end].into()));
                    is_group.then(|| Node::names(&instance, &declared))
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Whether the path is that of a submodule's own configuration.
fn is_instance(snapshot: &Snapshot, declared: &OptionPath) -> bool {
    declared.last().is_some_and(|name| name.is_wildcard()) || snapshot.is_option(declared)
}

fn facts_of(snapshot: &Snapshot, module: FileId) -> Option<&Facts> {
    snapshot.file(module)?.module().map(|facts| &**facts)
}

/// An asking, on behalf of one of the nodes that it is about.
struct Asked<'a> {
    snapshot: &'a Snapshot,
    node: &'a Node,
    module: FileId,
    facts: &'a Facts,
    /// Which of the module's askings at its path.
    index: u32,
    asking: &'a Asking,
    is_there: bool,
}

impl Asked<'_> {
    fn collect(&self, steps: &mut Vec<RawStep>) {
        if !kinds_of(self.asking.by).contains(&self.node.kind) {
            return;
        }
        let way = match self.asking.by {
            Asker::Imports => Way::Imports,
            Asker::Module => Way::Module,
            Asker::Options => Way::Options,
            Asker::Config | Asker::Definition => Way::Definition,
            Asker::Declaration => Way::Declaration,
        };
        let demands: &Demands = &self.facts.demands;
        let asking = self.asking;
        let is_others = self.is_written_in_place() && self.module.name() != "flake.nix";
        let may_not_be = !asking.certain || !self.is_there || is_others;
        match self.node.kind {
            NodeKind::Names | NodeKind::Options => {
                self.add(AskOf::Value, way, !may_not_be, steps);
            }
            NodeKind::Between => {
                let is_plain = asking.priority.is_none()
                    && demands.guards(asking).all(|guard| guard.value == Some(true));
                if is_plain {
                    self.add(AskOf::Value, way, !may_not_be, steps);
                }
            }
            NodeKind::Value => {
                let mut certain = !may_not_be;
                let mut guards: Vec<_> = (0..).zip(demands.guards(asking)).collect();
                guards.reverse();
                for (depth, guard) in guards {
                    self.add(AskOf::Guard(depth), Way::Condition, certain, steps);
                    match guard.value {
                        Some(true) => {}
                        Some(false) => return,
                        None => certain = false,
                    }
                }
                if asking.asks.is_empty() && asking.elements.is_empty() {
                    return;
                }
                let Some(wins) = self.wins() else { return };
                certain &= wins;
                self.add(AskOf::Value, way, certain, steps);
                let ty = self.snapshot.option_type(&self.node.declared);
                if ty.and_then(holds) == Some(Holds::Elements) {
                    self.add(AskOf::Elements, way, certain, steps);
                }
            }
        }
    }

    fn add(&self, of: AskOf, way: Way, certain: bool, steps: &mut Vec<RawStep>) {
        let for_declared = self.asking.path != self.node.path;
        for (index, ask) in (0..).zip(self.facts.demands.asks(self.asking, of)) {
            let asks_for = match &ask.reads {
                Demanded::Config(path) => Demanded::Config(self.node.instance(path)),
                argument => argument.clone(),
            };
            let mut certain = certain && ask.certain;
            if let Demanded::Argument(name) = &asks_for {
                match self.is_from_config(*name) {
                    None => continue,
                    Some(is_from_config) => certain &= is_from_config,
                }
            }
            let (module, ask) = (self.module, AskId { asking: self.index, of, index });
            steps.push(RawStep { module, for_declared, ask, asks_for, way, certain });
        }
    }

    /// Whether the module stands in a file that is none itself: the arguments of that file's own functions
    /// have the same names, and are others.
    fn is_written_in_place(&self) -> bool {
        self.facts.outputs.as_ref().is_some_and(|outputs| !outputs.beside_module)
    }

    /// Whether the module gets the argument from `_module.args`, and not from those who evaluate it; `None`:
    /// it does not.
    fn is_from_config(&self, name: Symbol) -> Option<bool> {
        if self.is_written_in_place() {
            return None;
        }
        let mut certain = true;
        for root in self.snapshot.reach().roots_of(self.module) {
            let Some(facts) = facts_of(self.snapshot, root.file()) else { continue };
            for root in facts.outputs.iter().flat_map(|outputs| &outputs.roots) {
                if root.special_args.names.contains(&name) {
                    return None;
                }
                certain &= root.special_args.complete;
            }
        }
        Some(certain)
    }

    /// Whether Nix looks into the override that the value stands in, if it does stand in one; `None`: it
    /// certainly does not.
    fn wins(&self) -> Option<bool> {
        let Some(priority) = self.asking.priority else { return Some(true) };
        let node = self.node;
        let mut certain = self.snapshot.reach().is_closed_for(self.module);
        for (path, priority) in self.overridable(priority) {
            for other in self.snapshot.definitions_at(&path) {
                let is_stronger = other.fact.priority.is_none_or(|other| other < priority);
                if !is_stronger {
                    continue;
                }
                let facts = facts_of(self.snapshot, other.module)?;
                match holds_always(facts, other.fact) {
                    Some(false) => continue,
                    Some(true) if other.module == self.module && other.fact.priority.is_some() => {
                        return None;
                    }
                    _ => certain = false,
                }
            }
        }
        let may_be_elsewhere = (0..=node.path.len()).any(|end| {
            let path: OptionPath = node.path[..end].into();
            self.snapshot.is_said_at(Said::Undefined, &path)
        });
        Some(certain && !may_be_elsewhere)
    }

    /// The paths at which a definition may override this one, and of which priority it is there.
    fn overridable(&self, priority: i64) -> Vec<(OptionPath, i64)> {
        let node = self.node;
        let mut paths = vec![(node.path.clone(), priority)];
        if node.declared != node.path {
            paths.push((node.declared.clone(), priority));
        }
        // A member stands in a definition of the whole.
        if let Some(whole) = node.path.parent().filter(|_| !self.snapshot.is_option(&node.declared))
        {
            let own = self.facts.definitions.iter().filter(|own| own.path == whole);
            let own = own.filter_map(|own| own.priority).max();
            paths.extend(own.map(|own| (whole, own)));
        }
        paths
    }
}

/// Whether there is such a member, where the node is about the members of a submodule type.
fn is_instance_there(snapshot: &Snapshot, node: &Node) -> bool {
    let Node { path, declared, .. } = node;
    let is_defined = |path: &OptionPath| {
        snapshot.definitions_at(path).into_iter().any(|found| {
            let facts = facts_of(snapshot, found.module);
            facts.and_then(|facts| holds_always(facts, found.fact)) == Some(true)
        })
    };
    (1..=declared.len()).all(|end| {
        let (path, declared): (OptionPath, _) = (path[..end].into(), &declared[..end]);
        let may_be_null = || {
            let ty = snapshot.option_type(&declared.into());
            end < node.path.len() && matches!(ty, Some(Type::NullOr(_)))
        };
        match declared.last().is_some_and(|name| name.is_wildcard()) {
            true => !path.last().is_some_and(|name| name.is_wildcard()) && is_defined(&path),
            false => !may_be_null() || is_defined(&path),
        }
    })
}

/// Whether the conditions that a definition stands under are all known to hold, or one not to.
pub(super) fn holds_always(facts: &Facts, definition: &Definition) -> Option<bool> {
    let get = |id: ConditionId| facts.conditions.get(id.0 as usize);
    let outwards = |condition: &&Condition| condition.outer.and_then(get);
    let conditions = || std::iter::successors(definition.condition.and_then(get), outwards);
    if conditions().any(|condition| condition.value == Some(false)) {
        return Some(false);
    }
    conditions().all(|condition| condition.value == Some(true)).then_some(true)
}
