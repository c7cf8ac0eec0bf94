//! Which options are core: those that any module may lean on.

use crate::rule::RuleContext;
use module::{FileId, OptionPath};

/// Whether the settings count the option, or the module that declares it, as core.
pub(crate) fn is_core(context: &RuleContext<'_>, module: FileId, option: &OptionPath) -> bool {
    let root = context.snapshot.setup().root;
    context.settings.core.iter().any(|core| {
        module.is_below(root.join(core))
            || module == root.join(core)
            || option.starts_with(&OptionPath::parse(core))
    })
}
