//! What can be needed, and what a path needs.

use crate::Snapshot;
use crate::contributions::Said;
use module::types::{Members, Type};
use module::{OptionPath, Symbol};

/// Something of the configuration that is known at one moment and not before.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Node {
    pub kind: NodeKind,
    /// As it is written, with the names of members.
    pub path: OptionPath,
    /// The same with `<name>` for members; only the part that is declared.
    pub declared: OptionPath,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// Which names modules define below the path.
    Names,
    /// Which options are declared below the path, or whether it is one.
    Options,
    /// The value of an option, or of a member of one that holds several.
    Value,
    /// A path that nothing known declares, on the way to one below it: whichever of the above it is, this
    /// much is needed.
    Between,
}

impl Node {
    fn new(kind: NodeKind, path: &[Symbol], declared: &OptionPath) -> Node {
        Node { kind, path: path.into(), declared: declared.clone() }
    }

    pub(super) fn names(path: &[Symbol], declared: &OptionPath) -> Node {
        Node::new(NodeKind::Names, path, declared)
    }

    pub(super) fn value(path: &[Symbol], declared: &OptionPath) -> Node {
        Node::new(NodeKind::Value, path, declared)
    }

    /// `path`, which somebody says of `declared`, as it is for the members of this node.
    pub(super) fn instance(&self, path: &OptionPath) -> OptionPath {
        let mut within = true;
        path.iter()
            .enumerate()
            .map(|(index, &name)| {
                within &= self.declared.get(index) == Some(&name);
                match self.path.get(index) {
                    Some(&own) if within && name.is_wildcard() => own,
                    _ => name,
                }
            })
            .collect()
    }
}

/// Names in a path. Every one of them stands for a node that has the path up to it; nobody writes so many, and
/// nothing is said of those who do.
const MAX_LENGTH: usize = 256;
/// Renamed options that lead to renamed options.
const MAX_RENAMES: usize = 8;

/// What must be known before what a path leads to is.
#[derive(Default)]
pub(super) struct Way {
    /// In order, the last one that of the path itself, each with whether that is certain.
    pub nodes: Vec<(Node, bool)>,
    /// The paths that decided this, together with those on the way to them, beside the path itself.
    pub walked: Vec<OptionPath>,
}

pub(super) fn way(snapshot: &Snapshot, path: &[Symbol]) -> Way {
    let mut path: OptionPath = path.into();
    let mut walked = Vec::new();
    for _ in 0..MAX_RENAMES {
        if path.len() > MAX_LENGTH {
            break;
        }
        let Walk { nodes, declared, renamed } = walk(snapshot, &path);
        if !path.starts_with(&declared) {
            walked.push(declared);
        }
        let Some(successor) = renamed else { return Way { nodes, walked } };
        walked.push(successor.clone());
        path = successor;
    }
    Way { nodes: Vec::new(), walked }
}

struct Walk {
    nodes: Vec<(Node, bool)>,
    /// The last path that was looked at, as it is declared.
    declared: OptionPath,
    /// What the option has become, with what follows.
    renamed: Option<OptionPath>,
}

fn walk(snapshot: &Snapshot, path: &OptionPath) -> Walk {
    let root = OptionPath::root();
    let options = Node::new(NodeKind::Options, &root, &root);
    let mut nodes = vec![(options, true), (Node::names(&root, &root), true)];
    if path.first().is_some_and(|name| name.as_str() == "_module") {
        nodes.extend(module_setting(path).into_iter().map(|node| (node, true)));
        return Walk { nodes, declared: root, renamed: None };
    }
    let mut looked_at = root.clone();
    let mut declared = root;
    let mut index = 0;
    while let Some(&name) = path.get(index) {
        // One of several names: what all of them need.
        if name == Symbol::COMPUTED {
            break;
        }
        let here = &path[..=index];
        let is_last = index + 1 == path.len();
        let child = declared.child(name);
        looked_at.clone_from(&child);
        if !snapshot.has_options_below(&child) {
            undeclared(path, index, &mut nodes);
            break;
        }
        nodes.push((Node::new(NodeKind::Options, here, &child), true));
        if !snapshot.is_option(&child) {
            if !is_last {
                nodes.push((Node::names(here, &child), true));
            }
            declared = child;
            index += 1;
            continue;
        }
        if let Some(successor) = snapshot.successor(&child) {
            let renamed = Some(successor.join(&path[index + 1..]));
            return Walk { nodes, declared: looked_at, renamed };
        }
        nodes.push((Node::value(here, &child), true));
        let ty = snapshot.option_type(&child);
        match ty.and_then(Type::members) {
            Some((Members::Submodule(_), segments)) if segments.is_empty() => {
                nodes.push((Node::names(here, &child), true));
                declared = child;
                index += 1;
            }
            Some((Members::Submodule(_), segments)) if segments.len() == 1 => {
                let Some(&member) = path.get(index + 1) else { break };
                if member == Symbol::COMPUTED {
                    break;
                }
                let here = &path[..index + 2];
                let child = child.child(segments[0]);
                looked_at.clone_from(&child);
                nodes.push((Node::value(here, &child), true));
                nodes.push((Node::names(here, &child), true));
                declared = child;
                index += 2;
            }
            _ => {
                if matches!(ty.and_then(holds), Some(Holds::Members { .. }))
                    && let Some(&member) = path.get(index + 1).filter(|it| **it != Symbol::COMPUTED)
                {
                    let child = child.child(member);
                    looked_at.clone_from(&child);
                    nodes.push((Node::value(&path[..index + 2], &child), true));
                }
                break;
            }
        }
    }
    Walk { nodes, declared: looked_at, renamed: None }
}

/// The part of a path from `index` on, which nothing known declares.
fn undeclared(path: &OptionPath, index: usize, way: &mut Vec<(Node, bool)>) {
    for end in index + 1..path.len() {
        let here = OptionPath::from(&path[..end]);
        way.push((Node::new(NodeKind::Between, &here, &here), true));
    }
    // A set of options would need its names alone.
    way.push((Node::value(path, path), false));
}

/// Whether modules speak of names below a path that nothing known declares: then it is a set of options
/// rather than an option.
pub(super) fn is_group_like(snapshot: &Snapshot, path: &OptionPath) -> bool {
    [Said::Defined, Said::Read]
        .into_iter()
        .any(|what| snapshot.names_said_after(what, path).any(|(name, _)| name != Symbol::COMPUTED))
}

/// The options below `_module`, which every configuration has.
fn module_setting(path: &OptionPath) -> Vec<Node> {
    let node = |kind, length: usize| {
        let path = OptionPath::from(&path[..length]);
        Node { kind, declared: path.clone(), path }
    };
    match path.len() {
        0 => Vec::new(),
        1 => vec![node(NodeKind::Options, 1)],
        2 => vec![node(NodeKind::Names, 1), node(NodeKind::Value, 2)],
        // `_module.args` is of type `lazyAttrsOf raw`.
        _ => vec![node(NodeKind::Names, 1), node(NodeKind::Value, 2), node(NodeKind::Value, 3)],
    }
}

/// What a type's value is made of, as far as Nix looks at the parts to know the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Elements,
    Members { lazy: bool },
    Options,
}

pub(super) fn holds(ty: &Type) -> Option<Holds> {
    match ty {
        Type::List { .. } => Some(Holds::Elements),
        Type::Attrs { lazy, .. } => Some(Holds::Members { lazy: *lazy }),
        Type::Submodule(_) => Some(Holds::Options),
        Type::NullOr(inner)
        | Type::Unique(inner)
        | Type::Checked(inner)
        | Type::Described { ty: inner, .. } => holds(inner),
        _ => None,
    }
}
