//! The options of the workspace as a tree to look through: for each name what it is, where it stands and
//! how much it is used. Level by level, so that a large tree costs what is open of it.

use crate::Snapshot;
use crate::describe::{main_declaration, type_words};
use index::Resolved;
use module::facts::{Declaration, DeclarationKind};
use module::{Location, OptionPath, PathDisplay};

/// A name in the tree: an option, a set of options, or both (a submodule and what is below it).
#[derive(Debug, Clone, PartialEq)]
pub struct OptionNode {
    /// As Nix would want it written: of a namespace the whole path, else the last name.
    pub name: String,
    pub path: OptionPath,
    /// `None`: a set that only holds others.
    pub option: Option<OptionSummary>,
    pub has_children: bool,
    /// How many options there are, itself and all below it, members of submodules included.
    pub options: usize,
    /// What declares or sets something of this node or below it, or speaks of something there that nothing
    /// declares; each place once.
    pub places: Vec<Location>,
}

/// An option in a line.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionSummary {
    pub path: OptionPath,
    pub kind: DeclarationKind,
    /// In the words of Nix's own descriptions.
    pub ty: Option<String>,
    /// The first line of the default's source.
    pub default: Option<String>,
    /// The first line of the description, as it is written.
    pub description: Option<String>,
    pub read_only: bool,
    /// Its name, in the declaration that says most.
    pub declared: Location,
    /// In how many places it is set, and read.
    pub set: usize,
    pub read: usize,
}

/// What stands directly below a declared path, sorted by name; below the empty one the workspace's
/// namespaces, in the order of the settings.
pub fn option_children(snapshot: &Snapshot, path: &OptionPath) -> Vec<OptionNode> {
    if path.is_empty() {
        let namespaces = snapshot.setup().namespaces.iter().map(|it| OptionPath::parse(it));
        let declared = namespaces.filter(|path| snapshot.has_options_below(path));
        return declared.map(|path| node(snapshot, path.to_string(), path)).collect();
    }
    let children = snapshot.children(path).into_iter();
    children
        .map(|child| {
            let name = PathDisplay(std::slice::from_ref(&child.name)).to_string();
            node(snapshot, name, child.path)
        })
        .collect()
}

/// Every option of the workspace's namespaces, in the order of their paths.
pub fn option_list(snapshot: &Snapshot) -> Vec<OptionSummary> {
    let namespaces = snapshot.setup().namespaces.iter().map(|it| OptionPath::parse(it));
    let mut paths = Vec::new();
    for namespace in namespaces {
        paths.extend(snapshot.options_below(&namespace));
    }
    paths.sort_by_cached_key(OptionPath::to_string);
    paths.dedup();
    paths.iter().filter_map(|path| summary(snapshot, path)).collect()
}

fn node(snapshot: &Snapshot, name: String, path: OptionPath) -> OptionNode {
    let mut options = 0;
    let mut has_children = false;
    let mut places = Vec::new();
    for below in snapshot.options_below(&path) {
        options += 1;
        has_children |= below.len() > path.len();
        snapshot.definitions(&below, |found| {
            if !found.fact.is_group {
                places.push(found.fact.at);
            }
        });
    }
    let declarations = snapshot.declarations_below(&path);
    places.extend(declarations.iter().map(|found| found.fact.at));
    places.extend(undeclared(snapshot, &path));
    places.sort_unstable();
    places.dedup();
    OptionNode { option: summary(snapshot, &path), name, path, has_children, options, places }
}

/// Where options below this path are read or set that are none.
fn undeclared(snapshot: &Snapshot, path: &OptionPath) -> Vec<Location> {
    let is_none =
        |written: &OptionPath| matches!(snapshot.resolve(written), Resolved::Undeclared { .. });
    let mut places = Vec::new();
    for written in snapshot.paths_used_below(path).iter().filter(|written| is_none(written)) {
        places.extend(snapshot.reads_at(written).iter().map(|found| found.fact.at));
        places.extend(snapshot.definitions_at(written).iter().map(|found| found.fact.at));
    }
    places
}

fn summary(snapshot: &Snapshot, path: &OptionPath) -> Option<OptionSummary> {
    let declarations = snapshot.declarations(path);
    let declaration = main_declaration(&declarations)?;
    Some(OptionSummary {
        path: path.clone(),
        kind: declaration.kind,
        ty: type_words(&declaration.ty),
        default: default_line(snapshot, declaration),
        description: declaration.description.as_deref().and_then(first_line),
        read_only: declaration.read_only,
        declared: declaration.name,
        set: snapshot.definitions(path, |_| ()).len(),
        read: snapshot.reads(path, |_| ()).len(),
    })
}

fn default_line(snapshot: &Snapshot, declaration: &Declaration) -> Option<String> {
    let text = snapshot.source(declaration.default.as_ref()?.at)?;
    let first = first_line(text)?;
    Some(if text.contains('\n') { format!("{first} …") } else { first })
}

fn first_line(text: &str) -> Option<String> {
    text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
}
