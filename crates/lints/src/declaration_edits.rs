//! Edits that add to declarations: a binding in an option's arguments, a switch beside an option.

use crate::Fix;
use crate::rule::RuleContext;
use crate::scopes::takes_argument;
use module::arena::Set;
use module::{OptionPath, Symbol};
use syntax::{TextEdit, TextRange, TextSize};

/// Writes a binding before the first one of a set; `None` for a set without any.
pub(crate) fn first_binding(text: &str, set: &Set, binding: &str) -> Option<TextEdit> {
    let start = set.range.start() + TextSize::new(1);
    let first = set.entries.iter().map(|entry| entry.site.statement.start()).min()?;
    let between = text.get(usize::from(start)..usize::from(first))?;
    // A comment belongs to what follows it.
    let separator = if between.trim().is_empty() && !between.is_empty() { between } else { " " };
    Some(TextEdit::insert(start, format!("{separator}{binding}")))
}

/// Declares `enable` in a group of options, before the first one of it that stands in this file.
pub(crate) fn declare_enable(context: &RuleContext<'_>, group: &OptionPath) -> Option<Fix> {
    if !takes_argument(context.arena, Symbol::new("lib")) {
        return None;
    }
    let sibling = context.facts?.declarations.iter().find(|declaration| {
        declaration.path.parent().is_some_and(|parent| parent == *group)
            && context.here(declaration.at).is_some()
    })?;
    let at = sibling.at.text_range().start();
    let before = context.arena.source(TextRange::new(at, sibling.name.text_range().start()));
    // An option whose name is no plain part of a path stands elsewhere than it is declared.
    if !(before.is_empty() || before.ends_with('.')) {
        return None;
    }
    let line = context.data.text[..usize::from(at)].rsplit('\n').next().unwrap_or_default();
    let space = match line.trim().is_empty() {
        true => format!("\n{line}"),
        false => " ".to_owned(),
    };
    let topic = group.last().map_or("this", |name| name.as_str());
    let text = format!("{before}enable = lib.mkEnableOption \"{topic}\";{space}");
    let title = format!("Declare `{group}.enable`");
    Some(Fix::to_review(title, context.file, vec![TextEdit::insert(at, text)]))
}
