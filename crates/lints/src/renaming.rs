//! Edits that write the new name of a renamed option.

use crate::Fix;
use crate::rule::RuleContext;
use module::OptionPath;
use syntax::{TextEdit, TextRange};

/// Writes the new path where the statement writes the whole old one.
pub(crate) fn rename_definition(
    context: &RuleContext<'_>,
    range: TextRange,
    old: &OptionPath,
    new: &OptionPath,
) -> Option<Fix> {
    let written = context.arena.source(range);
    let old = old.to_string();
    // The rest may stand further out (`config.hypervisor = { … }`): then both must share it.
    let text = match written.strip_prefix("config.") {
        Some(inner) if inner == old => format!("config.{new}"),
        _ => new.to_string().strip_prefix(old.strip_suffix(written)?)?.to_owned(),
    };
    Some(replaced(context, range, text))
}

/// Writes `text` in place of what stands at `range`.
pub(crate) fn replaced(context: &RuleContext<'_>, range: TextRange, text: String) -> Fix {
    let title = format!("Change to `{text}`");
    Fix::to_review(title, context.file, vec![TextEdit::replace(range, text)])
}
