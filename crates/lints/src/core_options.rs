//! Which options are core: those that any module may lean on.

use module::{FileId, OptionPath};

/// What the settings call core: modules, folders of modules, options and what is below them. An entry may be
/// either.
pub(crate) struct Core(Vec<(FileId, OptionPath)>);

impl Core {
    pub fn new(entries: &[String], root: FileId) -> Core {
        let read = |entry: &String| (root.join(entry), OptionPath::parse(entry));
        Core(entries.iter().map(read).collect())
    }

    /// Whether the option, or the module that declares it, is core.
    pub fn has(&self, module: FileId, option: &OptionPath) -> bool {
        self.0.iter().any(|(place, path)| {
            module == *place || module.is_below(*place) || option.starts_with(path)
        })
    }
}
