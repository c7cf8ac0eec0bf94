//! Options that somebody reads or defines and nothing declares: what they are, and what may have been meant.

use crate::calls::makes_option;
use crate::declaration_edits::declare_option;
use crate::renaming::replaced;
use crate::rule::{RuleContext, Sink};
use crate::{Fix, Level};
use index::Resolved;
use module::arena::Expr;
use module::facts::{ConditionKind, Read, ReadOf};
use module::{Arena, ExprId, OptionPath, Symbol, is_identifier};
use syntax::{TextEdit, TextRange, TextSize};

/// A name that no declaration has.
pub(crate) struct Undeclared {
    /// The name alone.
    pub range: TextRange,
    /// The innermost group that exists, and the name that it lacks.
    pub known: OptionPath,
    pub missing: Symbol,
    pub path: OptionPath,
    /// What Nix says.
    pub words: String,
    /// Whether Nix is certain to look at it.
    pub is_certain: bool,
    /// It is itself the declaration of an option, in a place where Nix looks for none.
    pub is_declaration: bool,
}

impl Undeclared {
    pub fn report(self, context: &RuleContext<'_>, level: Level, sink: &mut Sink) {
        let full = self.known.child(self.missing);
        let (advice, fix) = self.advice(context);
        let level = if self.is_certain { level } else { level.min(Level::Warning) };
        let words = &self.words;
        // Of a longer path nobody knows what kind of group its beginning is meant to be.
        let is_leaf = full == self.path && !self.is_declaration;
        let declaration = if is_leaf { declare_option(context, &full) } else { None };
        sink.report(self.range, format!("{words}: nothing declares `{full}`. {advice}"))
            .at_most(level)
            .fix(fix)
            .fix(declaration);
    }

    /// Writes the path of another option, where the whole one is written in one piece.
    fn moved_to(&self, context: &RuleContext<'_>, other: &OptionPath) -> Option<Fix> {
        let before = &context.arena.text[..usize::from(self.range.start())];
        let above = self.known.to_string();
        let is_whole = self.known.child(self.missing) == self.path
            && !self.is_declaration
            && before.strip_suffix('.')?.ends_with(&above);
        if !is_whole {
            return None;
        }
        let start = self.range.start() - TextSize::of(&*above) - TextSize::new(1);
        let rest = &before[..usize::from(start)];
        // The path may begin further out, or be the end of another one.
        let is_root = rest.ends_with("config.") || rest.ends_with(char::is_whitespace);
        let range = TextRange::new(start, self.range.end());
        is_root.then(|| replaced(context, range, other.to_string()))
    }

    /// What to do about it, and the edit that does it.
    pub fn advice(&self, context: &RuleContext<'_>) -> (String, Option<Fix>) {
        let suggestion = Suggestion::of(context, self);
        let advice = match &suggestion {
            Suggestion::Sibling(names) if names.len() == 1 => {
                format!("Did you mean `{}`?", self.known.child(names[0]))
            }
            Suggestion::Sibling(names) => {
                let names: Vec<String> =
                    names.iter().take(3).map(|name| format!("`{name}`")).collect();
                format!("Did you mean {}?", names.join(" or "))
            }
            Suggestion::Elsewhere(path) => {
                format!("Declare it, or use `{path}` if that is the one that is meant.")
            }
            Suggestion::None if self.is_declaration => {
                "Nix takes this for configuration: put the declaration under `options`.".to_owned()
            }
            Suggestion::None => {
                "Declare it, or correct the name if it is meant to be another one.".to_owned()
            }
        };
        let fix = match &suggestion {
            Suggestion::Sibling(names) if names.len() == 1 => {
                let name = written_name(names[0]);
                let edit = TextEdit::replace(self.range, name.clone());
                Some(Fix::to_review(format!("Change to `{name}`"), context.file, vec![edit]))
            }
            Suggestion::Elsewhere(path) => self.moved_to(context, path),
            _ => None,
        };
        (advice, fix)
    }
}

/// Whether a read asks an alias for a switch: `cfg.enable`, or any member in the condition of an `mkIf`.
/// That is for `missing-enable-guard` to say.
pub(crate) fn is_guard_of_alias(context: &RuleContext<'_>, read: &Read, missing: Symbol) -> bool {
    let through_alias = (read.written as usize) < read.path.len();
    let Some(facts) = context.facts.filter(|_| through_alias) else { return false };
    let range = read.at.text_range();
    missing.as_str() == "enable"
        || facts.conditions.iter().any(|condition| {
            condition.kind == ConditionKind::MkIf
                && context.here(condition.at).is_some_and(|at| at.contains_range(range))
        })
}

fn written_name(name: Symbol) -> String {
    match is_identifier(name.as_str()) {
        true => name.as_str().to_owned(),
        false => format!("\"{name}\""),
    }
}

/// What a read asks for in vain; `None`: it is there, or perhaps there, or meant to be missing.
pub(crate) fn undeclared_read(context: &RuleContext<'_>, read: &Read) -> Option<Undeclared> {
    context.here(read.at)?;
    let namespace = context.namespace_of(&read.path)?;
    if read.of != ReadOf::Config || context.is_guarded(read) {
        return None;
    }
    let Resolved::Undeclared { known, missing } = context.snapshot.resolve(&read.path) else {
        return None;
    };
    // Without a single declaration the namespace is somebody else's.
    if known.len() < namespace.len() || is_lost_option(context, &known.child(missing)) {
        return None;
    }
    // What an alias already lacks is reported where the alias is made, not at each use.
    let first_written = read.path.len() - read.written as usize;
    let segment = known.len().checked_sub(first_written)?;
    Some(Undeclared {
        range: segment_range(context, read, segment)?,
        words: format!("attribute '{missing}' missing"),
        known,
        missing,
        path: read.path.clone(),
        is_certain: true,
        is_declaration: false,
    })
}

/// Where the read writes the segment with this index.
pub(crate) fn segment_range(
    context: &RuleContext<'_>,
    read: &Read,
    segment: usize,
) -> Option<TextRange> {
    match context.arena.expr(read.expr) {
        Expr::Select { path, .. } => path.get(segment).map(|name| name.range()),
        _ => context.here(read.at),
    }
}

/// The last name of an attribute path.
pub(crate) fn last_name(context: &RuleContext<'_>, path: TextRange) -> TextRange {
    let text = context.arena.source(path);
    let mut quoted = false;
    let mut start = 0;
    for (at, ch) in text.char_indices() {
        match ch {
            '"' => quoted = !quoted,
            '.' if !quoted => start = at + 1,
            _ => {}
        }
    }
    let name = text[start..].trim_start();
    TextRange::new(path.end() - TextSize::of(name), path.end())
}

/// Whether the option was meant to be declared in a submodule and is only defined there: that is for
/// `submodule-without-options` to say, once.
pub(crate) fn is_lost_option(context: &RuleContext<'_>, path: &OptionPath) -> bool {
    let snapshot = context.snapshot;
    let is_in_submodule = (1..path.len()).any(|end| snapshot.is_option(&path[..end].into()));
    is_in_submodule
        && snapshot.definitions_at(path).into_iter().any(|found| {
            let Some(data) = snapshot.file(found.fact.value_at.file) else { return false };
            has_options(&data.arena, found.fact.value)
        })
}

/// Whether the value is an option, or a set of them.
fn has_options(arena: &Arena, value: ExprId) -> bool {
    match arena.expr(value) {
        Expr::Set(set) => {
            arena.set(*set).entries.iter().any(|entry| has_options(arena, entry.value))
        }
        _ => makes_option(arena, value),
    }
}

enum Suggestion {
    /// Names of the same group, the nearest.
    Sibling(Vec<Symbol>),
    /// The one option elsewhere that has the name.
    Elsewhere(OptionPath),
    None,
}

/// A misspelling is this many edits away at most.
const MAX_DISTANCE: usize = 2;

impl Suggestion {
    fn of(context: &RuleContext<'_>, undeclared: &Undeclared) -> Suggestion {
        let missing = undeclared.missing.as_str();
        let distance = |name: Symbol| strsim::osa_distance(missing, name.as_str());
        let siblings: Vec<(usize, Symbol)> = context
            .snapshot
            .children(&undeclared.known)
            .into_iter()
            .map(|child| (distance(child.name), child.name))
            // Of a short name two edits leave nothing.
            .filter(|(edits, _)| *edits <= MAX_DISTANCE && *edits * 3 <= missing.len())
            .filter(|(_, name)| leads_on(context, undeclared, *name))
            .collect();
        if let Some(&(nearest, _)) = siblings.iter().min_by_key(|(edits, _)| *edits) {
            let names = siblings.iter().filter(|(edits, _)| *edits == nearest);
            return Suggestion::Sibling(names.map(|(_, name)| *name).collect());
        }
        let Some(&leaf) = undeclared.path.last() else { return Suggestion::None };
        let Some(namespace) = context.namespace_of(&undeclared.path) else {
            return Suggestion::None;
        };
        // Every module has an `enable`.
        if leaf.as_str() == "enable" {
            return Suggestion::None;
        }
        let elsewhere = context.snapshot.only_option_named(leaf, namespace);
        elsewhere.map_or(Suggestion::None, Suggestion::Elsewhere)
    }
}

/// Whether the rest of the path exists below the sibling too.
fn leads_on(context: &RuleContext<'_>, undeclared: &Undeclared, sibling: Symbol) -> bool {
    let rest = &undeclared.path[undeclared.known.len() + 1..];
    let path = undeclared.known.child(sibling).join(rest);
    !matches!(context.snapshot.resolve(&path), Resolved::Undeclared { .. })
}
