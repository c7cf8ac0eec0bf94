//! Which modules each root reaches, and whether everything there is known.

use crate::Snapshot;
use module::facts::{Import, ImportTarget, OutputRoot, Outputs, RootKind};
use module::{FileId, Location};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;

/// What `nixos-generate-config` writes for each machine. Trees often leave it out, and it declares no
/// option: one that is missing leaves nothing unknown.
const GENERATED: &str = "hardware-configuration.nix";

/// The roots of a workspace, each with the modules that it imports, directly or not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reach {
    /// In the order of their files, those of a flake in the order of its outputs.
    roots: Vec<Root>,
    /// The files that are roots or that contain some.
    files: FxHashSet<FileId>,
    reached: FxHashSet<FileId>,
    is_closed: bool,
    /// Where an option that nothing declares is certain not to exist.
    certain: FxHashSet<FileId>,
    /// Where nobody minds a definition of an option that nothing declares.
    lenient: FxHashSet<FileId>,
    /// The modules that some chain of imports leads into and out of without end; all modules of import
    /// cycles are among them.
    entangled: FxHashSet<FileId>,
}

/// Something from which modules are put together.
#[derive(Debug, Clone, PartialEq)]
pub struct Root {
    name: String,
    file: FileId,
    at: Option<Location>,
    /// What it reaches, its own file included.
    reached: FxHashSet<FileId>,
    is_configuration: bool,
    is_complete: bool,
    is_closed: bool,
    /// Its own file imports what is written for one machine.
    is_for_machine: bool,
    takes_undeclared: bool,
}

impl Root {
    /// A file's path relative to the workspace's root, or a flake's output: `nixosConfigurations.web1`, with
    /// the flake's folder in front (`examples/small#nixosModules.web`) unless that is the root. What another
    /// file puts together is called by that file and the name there (`lib/eval.nix#system`).
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The root itself, or the file that makes it.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// Where an output or an evaluation gets its name; a file has no such place.
    pub fn at(&self) -> Option<Location> {
        self.at
    }

    /// Whether it imports `file`, directly or not, or is that file.
    pub fn reaches(&self, file: FileId) -> bool {
        self.reached.contains(&file)
    }

    /// All that it reaches, in no order.
    pub fn modules(&self) -> impl Iterator<Item = FileId> {
        self.reached.iter().copied()
    }

    /// Nix evaluates it as a whole: `configuration.nix` of the workspace, a `nixosConfigurations.…`.
    pub fn is_configuration(&self) -> bool {
        self.is_configuration
    }

    /// Every import on the way is known and leads to a module that is known.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// It is a whole configuration and complete: there are no declarations of the workspace's namespaces
    /// besides those in its modules.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Very probably a whole configuration, though nothing says so: a file with known modules that imports
    /// `hardware-configuration.nix`. Something outside the workspace may still add modules to it.
    pub fn looks_whole(&self) -> bool {
        self.is_for_machine && self.is_complete && !self.takes_undeclared
    }
}

impl Reach {
    pub(crate) fn of(snapshot: &Snapshot) -> Reach {
        let mut roots = Vec::new();
        let mut waiting: VecDeque<FileId> = root_files(snapshot).into();
        let files: FxHashSet<FileId> = waiting.iter().copied().collect();
        let mut seen: FxHashSet<FileId> = FxHashSet::default();
        while let Some(file) = waiting.pop_front() {
            if !seen.insert(file) {
                continue;
            }
            let first = roots.len();
            let outputs = outputs_of(snapshot, file);
            if files.contains(&file) && outputs.is_none_or(|outputs| outputs.beside_module) {
                roots.push(file_root(snapshot, file));
            }
            let made = outputs.iter().flat_map(|outputs| &outputs.roots);
            roots.extend(made.map(|root| output_root(snapshot, file, root)));
            // Modules that make configurations of their own do so where they are reached.
            let makes_some = |file: &FileId| outputs_of(snapshot, *file).is_some();
            let mut inner: Vec<FileId> =
                roots[first..].iter().flat_map(Root::modules).filter(makes_some).collect();
            inner.sort_unstable_by_key(|file| file.path());
            waiting.extend(inner);
        }
        close_configuration(snapshot, &mut roots);
        let union = |roots: &mut dyn Iterator<Item = &Root>| {
            roots.flat_map(Root::modules).collect::<FxHashSet<_>>()
        };
        let mut reached = union(&mut roots.iter());
        reached.extend(files.iter().copied());
        let is_closed = closes_namespaces(snapshot, &roots);
        let mut certain = union(&mut roots.iter().filter(|root| root.is_closed));
        if is_closed {
            let open = union(&mut roots.iter().filter(|root| !root.is_complete));
            certain.extend(reached.difference(&open));
        }
        // What a file writes in place for several roots may belong to another one than the closed one.
        for root in roots.iter().filter(|root| root.at.is_some() && !root.is_closed) {
            if root.reaches(root.file) {
                certain.remove(&root.file);
            }
        }
        let mut lenient = union(&mut roots.iter().filter(|root| root.takes_undeclared));
        for root in roots.iter().filter(|root| !root.takes_undeclared) {
            lenient.retain(|file| !root.reaches(*file));
        }
        let entangled = entangled(snapshot);
        Reach { roots, files, reached, is_closed, certain, lenient, entangled }
    }

    /// All declarations of the workspace's namespaces are known: its configurations, of which there is at
    /// least one, are all complete.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Nothing but the modules that are known can declare an option for `file`: a closed root reaches it,
    /// or the namespaces are closed and each root that reaches it is complete.
    pub fn is_closed_for(&self, file: FileId) -> bool {
        self.certain.contains(&file)
    }

    /// Every configuration with this module takes definitions of options that nothing declares, because one
    /// of its modules has a `freeformType` at its top or `_module.check = false`.
    pub fn takes_undeclared(&self, file: FileId) -> bool {
        self.lenient.contains(&file)
    }

    /// Whether the module may be part of an import cycle; where not, there is no need to search.
    pub fn may_be_in_cycle(&self, file: FileId) -> bool {
        self.entangled.contains(&file)
    }

    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// Whether the file puts modules together: a configuration, a profile, a flake.
    pub fn is_root(&self, file: FileId) -> bool {
        self.files.contains(&file)
    }

    /// The roots that reach `file`.
    pub fn roots_of(&self, file: FileId) -> impl Iterator<Item = &Root> {
        self.roots.iter().filter(move |root| root.reaches(file))
    }

    pub fn is_reached(&self, file: FileId) -> bool {
        self.reached.contains(&file)
    }
}

/// The roots that the settings name, else those that convention does, in the order of their paths.
fn root_files(snapshot: &Snapshot) -> Vec<FileId> {
    let setup = &snapshot.setup;
    if !setup.roots.is_empty() {
        return setup.roots.clone();
    }
    snapshot
        .modules()
        .filter(|(file, facts)| {
            let makes_some = facts.outputs.as_ref().is_some_and(|outputs| !outputs.beside_module);
            makes_some || is_root_by_name(*file, setup.root)
        })
        .map(|(file, _)| file)
        .collect()
}

/// Files that put modules together wherever they are used: whole configurations, hosts, profiles.
fn is_root_by_name(file: FileId, root: FileId) -> bool {
    let path: Vec<&str> = file.relative_to(root).split('/').collect();
    match path[..] {
        // `configuration-minimal.nix` stands beside `configuration.nix` and is used in its place.
        [name] => name == "configuration.nix" || name.starts_with("configuration-"),
        ["modules", "default.nix"]
        | ["hosts" | "profiles", _]
        | ["hosts" | "profiles", _, "default.nix" | "configuration.nix"] => true,
        _ => false,
    }
}

fn outputs_of(snapshot: &Snapshot, file: FileId) -> Option<&Outputs> {
    snapshot.file(file)?.module()?.outputs.as_ref()
}

fn file_root(snapshot: &Snapshot, file: FileId) -> Root {
    let from = From { file: Some(file), ..From::default() };
    let (reached, is_complete) = reached_from(snapshot, from);
    let takes_undeclared = any_takes_undeclared(snapshot, &reached);
    Root {
        name: file.relative_to(snapshot.setup.root).to_owned(),
        file,
        at: None,
        reached,
        is_configuration: file == snapshot.setup.root.join("configuration.nix"),
        is_complete,
        is_closed: false,
        is_for_machine: is_for_machine(snapshot, file),
        takes_undeclared,
    }
}

/// Whether the file itself imports what `nixos-generate-config` writes.
fn is_for_machine(snapshot: &Snapshot, file: FileId) -> bool {
    let facts = snapshot.file(file).and_then(|data| data.module());
    facts.is_some_and(|facts| {
        facts.imports.iter().any(
            |import| matches!(import.target, ImportTarget::Path(path) if path.name() == GENERATED),
        )
    })
}

fn output_root(snapshot: &Snapshot, file: FileId, root: &OutputRoot) -> Root {
    let from = From { imports: &root.imports, disabled: &root.disabled_modules, file: None };
    let (mut reached, complete) = reached_from(snapshot, from);
    if root.imports.iter().any(|import| import.target == ImportTarget::Inline) {
        reached.insert(file);
    }
    let is_complete = complete && root.complete;
    let takes_undeclared = root.takes_undeclared || any_takes_undeclared(snapshot, &reached);
    let top = snapshot.setup.root;
    let name = match root.kind {
        RootKind::Evaluation => format!("{}#{}", file.relative_to(top), root.name),
        _ if file.folder() == top => root.name.clone(),
        _ => format!("{}#{}", file.folder().relative_to(top), root.name),
    };
    Root {
        name,
        file,
        at: Some(root.at),
        reached,
        is_configuration: root.kind == RootKind::Configuration,
        is_complete,
        is_closed: is_complete && root.kind == RootKind::Configuration && !takes_undeclared,
        is_for_machine: false,
        takes_undeclared,
    }
}

fn any_takes_undeclared(snapshot: &Snapshot, modules: &FxHashSet<FileId>) -> bool {
    let facts = |file: &FileId| snapshot.file(*file)?.module();
    modules.iter().filter_map(facts).any(|facts| facts.takes_undeclared)
}

/// The workspace's own `configuration.nix` is a whole configuration, unless a flake adds modules to it that
/// are not known.
fn close_configuration(snapshot: &Snapshot, roots: &mut [Root]) {
    let folder = snapshot.setup.root;
    let file = folder.join("configuration.nix");
    let mut used_by =
        roots.iter().filter(|root| root.at.is_some() && root.reaches(file)).peekable();
    let has_outsiders = match used_by.peek() {
        Some(_) => used_by.any(|root| !root.is_complete),
        // Roots in the settings are meant as they are.
        None if !snapshot.setup.roots.is_empty() => false,
        None => outputs_of(snapshot, folder.join("flake.nix")).is_some_and(|flake| !flake.complete),
    };
    if let Some(root) = roots.iter_mut().find(|root| root.file == file) {
        root.is_closed = root.is_complete && !has_outsiders && !root.takes_undeclared;
    }
}

/// Whether the workspace's own configurations, without those of flakes inside it, are all known.
fn closes_namespaces(snapshot: &Snapshot, roots: &[Root]) -> bool {
    let is_own = |root: &&Root| root.file.folder() == snapshot.setup.root;
    let mut is_closed = false;
    for root in roots.iter().filter(is_own).filter(|root| root.is_configuration) {
        if !root.is_closed {
            return false;
        }
        is_closed = true;
    }
    is_closed
}

/// Where the modules of a root begin.
#[derive(Default)]
struct From<'a> {
    file: Option<FileId>,
    imports: &'a [Import],
    disabled: &'a [FileId],
}

/// The modules that are reached, and whether there can be no others.
fn reached_from(snapshot: &Snapshot, from: From<'_>) -> (FxHashSet<FileId>, bool) {
    let mut disabled: FxHashSet<FileId> = from.disabled.iter().copied().collect();
    let all = walk(snapshot, &from, &FxHashSet::default());
    for file in &all.0 {
        let facts = snapshot.file(*file).and_then(|data| data.module());
        disabled.extend(facts.iter().flat_map(|facts| &facts.disabled_modules));
    }
    match disabled.is_empty() {
        true => all,
        // What a disabled module disables stays disabled, as with Nix.
        false => walk(snapshot, &from, &disabled),
    }
}

fn walk(
    snapshot: &Snapshot,
    from: &From<'_>,
    disabled: &FxHashSet<FileId>,
) -> (FxHashSet<FileId>, bool) {
    let mut reached = FxHashSet::default();
    let mut complete = true;
    let mut waiting: Vec<FileId> = from.file.into_iter().collect();
    let follow = |imports: &[Import], waiting: &mut Vec<FileId>| {
        let mut complete = true;
        for import in imports {
            // A module written in place has its own imports among these.
            let ImportTarget::Path(path) = import.target else { continue };
            if disabled.contains(&path) {
                continue;
            }
            match snapshot.import_target(path) {
                Some(target) => waiting.push(target),
                None => complete &= path.name() == GENERATED,
            }
        }
        complete
    };
    complete &= follow(from.imports, &mut waiting);
    while let Some(file) = waiting.pop() {
        if !reached.insert(file) {
            continue;
        }
        let Some(facts) = snapshot.file(file).and_then(|data| data.module()) else {
            complete = false;
            continue;
        };
        complete &= !facts.unknown.imports && !facts.unknown.module;
        complete &= follow(&facts.imports, &mut waiting);
    }
    (reached, complete)
}

/// What is left of the import graph when modules that import nothing, or nobody imports, are taken away
/// again and again: its cycles, and what lies between two of them.
fn entangled(snapshot: &Snapshot) -> FxHashSet<FileId> {
    let mut forward: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
    let mut backward: FxHashMap<FileId, Vec<FileId>> = FxHashMap::default();
    for (file, facts) in snapshot.modules() {
        for import in &facts.imports {
            let ImportTarget::Path(path) = import.target else { continue };
            let Some(target) = snapshot.import_target(path) else { continue };
            forward.entry(file).or_default().push(target);
            backward.entry(target).or_default().push(file);
        }
    }
    let mut left: FxHashSet<FileId> = forward.keys().copied().collect();
    for (from, to) in [(&forward, &backward), (&backward, &forward)] {
        let count = |file: &FileId| {
            from.get(file).map_or(0, |next| next.iter().filter(|next| left.contains(next)).count())
        };
        let mut open: FxHashMap<FileId, usize> =
            left.iter().map(|file| (*file, count(file))).collect();
        let mut ends: Vec<FileId> =
            open.iter().filter(|(_, count)| **count == 0).map(|(file, _)| *file).collect();
        while let Some(end) = ends.pop() {
            left.remove(&end);
            for previous in to.get(&end).into_iter().flatten() {
                if let Some(count) = open.get_mut(previous) {
                    *count = count.saturating_sub(1);
                    if *count == 0 && left.contains(previous) {
                        ends.push(*previous);
                    }
                }
            }
        }
    }
    left
}
