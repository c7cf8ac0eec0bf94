//! Which modules speak of an option or of a group of options, found in the sets that the modules have
//! contributed to.

use crate::Snapshot;
use crate::contributions::Said;
use module::{FileId, OptionPath, Symbol};
use std::collections::BTreeMap;

impl Snapshot {
    /// The modules that declare, define or read anything at or below a declared path, in the order of
    /// their paths.
    pub fn speakers(&self, declared: &OptionPath) -> Vec<FileId> {
        let mut found = BTreeMap::new();
        for what in [Said::Declared, Said::Defined, Said::Read] {
            each_below(self, what, declared, |file| {
                found.insert(file.path(), file);
            });
        }
        found.into_values().collect()
    }

    /// The modules that define this very path.
    pub fn definers(&self, path: &OptionPath) -> Vec<FileId> {
        self.said_at(Said::Defined, path).collect()
    }

    /// A module that reads or defines a name below this declared path which only an evaluation knows.
    pub fn speaker_of_computed(&self, declared: &OptionPath) -> Option<FileId> {
        let computed = declared.child(Symbol::COMPUTED);
        let mut found = None;
        for what in [Said::Defined, Said::Read] {
            each_below(self, what, &computed, |file| found = found.or(Some(file)));
        }
        found
    }
}

/// Whether a path that somebody wrote lies at or below a declared one.
pub fn is_written_below(written: &[Symbol], declared: &[Symbol]) -> bool {
    written.len() >= declared.len()
        && written
            .iter()
            .zip(declared)
            .all(|(written, declared)| is_any(declared) || written == declared)
}

/// Whether a segment of a declared path stands for any name.
fn is_any(name: &Symbol) -> bool {
    matches!(*name, Symbol::ANY_NAME | Symbol::ANY_ELEMENT)
}

fn each_below(
    snapshot: &Snapshot,
    what: Said,
    declared: &OptionPath,
    mut found: impl FnMut(FileId),
) {
    let wildcard = declared.iter().position(is_any);
    let fixed = OptionPath::from(&declared[..wildcard.unwrap_or(declared.len())]);
    for (path, file) in snapshot.said_below(what, &fixed) {
        if is_written_below(&path, declared) {
            found(file);
        }
    }
}
