//! Which modules speak of an option or of a group of options, found in the sets that the modules have
//! contributed to.

use crate::Snapshot;
use crate::contributions::Said;
use module::{FileId, OptionPath, Symbol};

impl Snapshot {
    /// The modules that declare, define or read anything at or below a declared path, in the order of
    /// their paths.
    pub fn speakers(&self, declared: &OptionPath) -> Vec<FileId> {
        self.modules_meant_around(&[Said::Declared, Said::Defined, Said::Read], declared)
    }

    /// A module that reads or defines a name below this declared path which only an evaluation knows.
    pub fn speaker_of_computed(&self, declared: &OptionPath) -> Option<FileId> {
        let computed = declared.child(Symbol::COMPUTED);
        self.modules_meant_around(&[Said::Defined, Said::Read], &computed).first().copied()
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
