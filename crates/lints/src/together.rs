//! Whether modules certainly meet in one configuration.

use index::Snapshot;
use module::FileId;
use module::facts::ImportTarget;

/// Whether some root certainly has both modules.
pub(crate) fn are_together(snapshot: &Snapshot, one: FileId, other: FileId) -> bool {
    if one == other {
        return true;
    }
    snapshot.reach().roots_of(one).any(|root| root.reaches(other))
        && is_always_imported(snapshot, one)
        && is_always_imported(snapshot, other)
}

/// Whether the module is a root, or some module imports it under no condition.
pub(crate) fn is_always_imported(snapshot: &Snapshot, file: FileId) -> bool {
    let is_certain = |importer: FileId| {
        let Some(facts) = snapshot.file(importer).and_then(|data| data.module()) else {
            return false;
        };
        facts.imports.iter().any(|import| match import.target {
            ImportTarget::Path(path) => {
                !import.conditional && snapshot.import_target(path) == Some(file)
            }
            _ => false,
        })
    };
    snapshot.reach().is_root(file) || snapshot.importers(file).any(is_certain)
}
