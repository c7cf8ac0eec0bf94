//! Which modules speak of an option or of a group of options, found in the sets that the modules have
//! contributed to.

use crate::Snapshot;
use crate::contributions::Said;
use crate::options::Resolved;
use module::{FileId, OptionPath, Symbol};
use rustc_hash::FxHashSet;

impl Snapshot {
    /// The modules that declare, define or read anything at or below a declared path, in the order of
    /// their paths.
    pub fn speakers(&self, declared: &OptionPath) -> Vec<FileId> {
        self.modules_meant_around(&[Said::Declared, Said::Defined, Said::Read], declared)
    }

    /// The modules whose findings an edit of this one is likely to change: those that use what it declares, that
    /// declare what it uses or define it too, and that import it.
    pub fn acquaintances(&self, module: FileId) -> FxHashSet<FileId> {
        let mut found: FxHashSet<FileId> = self.importers(module).collect();
        let Some(facts) = self.file(module).and_then(|data| data.module()) else { return found };
        let declared: FxHashSet<&OptionPath> =
            facts.declarations.iter().map(|it| &it.path).collect();
        for path in declared {
            found.extend(self.speakers(path));
        }
        let defined = facts.definitions.iter().map(|definition| &definition.path);
        let read = facts.reads.iter().map(|read| &read.path);
        let used: FxHashSet<&OptionPath> = defined.chain(read).collect();
        for path in used {
            if let Resolved::Option(declared) | Resolved::Inside { option: declared, .. } =
                self.resolve(path)
            {
                found.extend(self.said_at(Said::Declared, &declared));
            }
            found.extend(self.said_at(Said::Defined, path));
        }
        found
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
