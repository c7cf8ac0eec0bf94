//! Whether modules certainly meet in one configuration.

use index::Snapshot;
use module::FileId;
use module::facts::ImportTarget;

/// Imports that lead to each other, at most.
const MAX_IMPORTERS: usize = 64;

/// Whether some root certainly has both modules.
pub(crate) fn are_together(snapshot: &Snapshot, one: FileId, other: FileId) -> bool {
    if holds_several(snapshot, one) || holds_several(snapshot, other) {
        return false;
    }
    if one == other {
        return true;
    }
    snapshot.reach().roots_of(one).any(|root| root.reaches(other))
        && is_always_imported(snapshot, one)
        && is_always_imported(snapshot, other)
}

/// Whether some root may have both modules.
pub(crate) fn may_be_together(snapshot: &Snapshot, one: FileId, other: FileId) -> bool {
    !holds_several(snapshot, one)
        && !holds_several(snapshot, other)
        && (one == other || snapshot.reach().roots_of(one).any(|root| root.reaches(other)))
}

/// Whether what the file says belongs to several configurations, one thing to this one, another to that.
fn holds_several(snapshot: &Snapshot, file: FileId) -> bool {
    let facts = snapshot.file(file).and_then(|data| data.module());
    facts
        .and_then(|facts| facts.outputs.as_ref())
        .is_some_and(|outputs| !outputs.beside_module && outputs.roots.len() > 1)
}

/// Whether the module is a root, or a chain of imports under no condition leads to it from one.
fn is_always_imported(snapshot: &Snapshot, file: FileId) -> bool {
    let mut seen = vec![file];
    let mut next = 0;
    while let Some(&file) = seen.get(next) {
        next += 1;
        if snapshot.reach().is_root(file) {
            return true;
        }
        for importer in snapshot.importers(file) {
            let known = seen.contains(&importer) || seen.len() >= MAX_IMPORTERS;
            if !known && imports_certainly(snapshot, importer, file) {
                seen.push(importer);
            }
        }
    }
    false
}

fn imports_certainly(snapshot: &Snapshot, importer: FileId, file: FileId) -> bool {
    let Some(facts) = snapshot.file(importer).and_then(|data| data.module()) else {
        return false;
    };
    facts.imports.iter().any(|import| match import.target {
        ImportTarget::Path(path) => {
            !import.conditional && snapshot.import_target(path) == Some(file)
        }
        _ => false,
    })
}
