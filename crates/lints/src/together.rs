//! Whether modules certainly meet in one configuration.

use index::{Root, Snapshot};
use module::FileId;
use module::facts::ImportTarget;
use rustc_hash::FxHashSet;

/// Whether modules are parts of one configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meeting {
    Certain,
    /// Nobody reaches them, or an import is conditional.
    Possible,
    /// They are reached, but never together.
    Never,
}

/// Whether some root has all of the modules.
pub(crate) fn meeting(snapshot: &Snapshot, modules: &[FileId]) -> Meeting {
    if modules.len() < 2 {
        return Meeting::Certain;
    }
    let mut meeting = match modules.iter().any(|&module| snapshot.reach().is_reached(module)) {
        true => Meeting::Never,
        false => Meeting::Possible,
    };
    for root in snapshot.reach().roots() {
        if modules.iter().all(|&module| root.reaches(module)) {
            if modules.iter().all(|&module| always_has(snapshot, root, module)) {
                return Meeting::Certain;
            }
            meeting = Meeting::Possible;
        }
    }
    meeting
}

/// Whether some root certainly has both modules.
pub(crate) fn are_together(snapshot: &Snapshot, one: FileId, other: FileId) -> bool {
    !holds_several(snapshot, one)
        && !holds_several(snapshot, other)
        && (one == other || meeting(snapshot, &[one, other]) == Meeting::Certain)
}

/// Whether some root may have both modules.
pub(crate) fn may_be_together(snapshot: &Snapshot, one: FileId, other: FileId) -> bool {
    !holds_several(snapshot, one)
        && !holds_several(snapshot, other)
        && (one == other || snapshot.reach().roots_of(one).any(|root| root.reaches(other)))
}

/// Whether each of the modules is part of some configuration, and none has both.
pub(crate) fn are_apart(snapshot: &Snapshot, one: FileId, other: FileId) -> bool {
    let reach = snapshot.reach();
    one != other
        && reach.is_reached(one)
        && reach.is_reached(other)
        && !reach.roots_of(one).any(|root| root.reaches(other))
}

/// Whether what the file says belongs to several configurations, one thing to this one, another to that.
fn holds_several(snapshot: &Snapshot, file: FileId) -> bool {
    let facts = snapshot.file(file).and_then(|data| data.module());
    facts
        .and_then(|facts| facts.outputs.as_ref())
        .is_some_and(|outputs| !outputs.beside_module && outputs.roots.len() > 1)
}

/// Whether the root has the module under no condition.
pub(crate) fn always_has(snapshot: &Snapshot, root: &Root, module: FileId) -> bool {
    let mut seen = FxHashSet::from_iter([module]);
    let mut waiting = vec![module];
    while let Some(here) = waiting.pop() {
        if here == root.file() {
            return true;
        }
        let importers = snapshot.importers(here);
        let certain = importers.filter(|&importer| {
            (root.reaches(importer) || importer == root.file())
                && imports_always(snapshot, importer, here)
        });
        waiting.extend(certain.filter(|&importer| seen.insert(importer)));
    }
    // The list of modules that a configuration is made of is not among the imports of its file.
    root.at().is_some() && is_listed(snapshot, root, &seen)
}

fn imports_always(snapshot: &Snapshot, importer: FileId, module: FileId) -> bool {
    let Some(facts) = snapshot.file(importer).and_then(|data| data.module()) else { return false };
    leads_to(snapshot, &facts.imports, |target| target == module)
}

/// Whether a root that is put together in a file lists one of the modules.
fn is_listed(snapshot: &Snapshot, root: &Root, modules: &FxHashSet<FileId>) -> bool {
    let Some(facts) = snapshot.file(root.file()).and_then(|data| data.module()) else {
        return false;
    };
    let roots = facts.outputs.iter().flat_map(|outputs| &outputs.roots);
    let mut own = roots.filter(|own| Some(own.at) == root.at());
    own.any(|own| leads_to(snapshot, &own.imports, |target| modules.contains(&target)))
}

fn leads_to(
    snapshot: &Snapshot,
    imports: &[module::facts::Import],
    is_it: impl Fn(FileId) -> bool,
) -> bool {
    imports.iter().any(|import| match import.target {
        ImportTarget::Path(path) if !import.conditional => {
            snapshot.import_target(path).is_some_and(&is_it)
        }
        _ => false,
    })
}
