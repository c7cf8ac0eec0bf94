use crate::calls::library_call;
use crate::renaming::{rename_definition, replaced};
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::together::are_together;
use crate::{Fix, Level, SettingInfo, SettingKind, Tag};
use index::OptionUse;
use module::arena::{AttrName, Expr};
use module::facts::{Declaration, DeclarationKind, Read, ReadOf};
use module::{Facts, OptionPath};
use rustc_hash::FxHashSet;
use syntax::TextRange;

declare_rule! {
    /// ## What it does
    ///
    /// Reports the use of an option that a module of the tree has renamed or removed
    /// (`mkRenamedOptionModule`, `mkRemovedOptionModule` and their kin). The definition of a removed one
    /// is an error; the use of a mere alias is a hint.
    ///
    /// ## Why is this bad?
    ///
    /// Nix warns of the old name at every rebuild, and it will be gone some day. A removed option has no
    /// effect any more, and Nix refuses a definition of it with the reason that its authors give.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   imports = [
    ///     (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" ] [ "hypervisor" "web" "enable" ])
    ///   ];
    ///   options.hypervisor.web.enable = lib.mkEnableOption "the dashboard";
    ///   config.hypervisor.dashboard = true;
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   imports = [
    ///     (lib.mkRenamedOptionModule [ "hypervisor" "dashboard" ] [ "hypervisor" "web" "enable" ])
    ///   ];
    ///   options.hypervisor.web.enable = lib.mkEnableOption "the dashboard";
    ///   config.hypervisor.web.enable = true;
    /// }
    /// ```
    name: "renamed-option",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "The use of an option that was renamed (a warning) or removed.",
    fixable: true,
    settings: &[RENAMED],
    check: check,
}

const RENAMED: SettingInfo = SettingInfo {
    name: "renamed",
    kind: SettingKind::Table(&[]),
    description: "old option paths and the new ones, for renamings that no module declares.",
};

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    migrations(context, facts, sink);
    let mut reported: FxHashSet<(u32, u32)> = FxHashSet::default();
    let mut is_new = |range: TextRange| reported.insert((range.start().into(), range.end().into()));
    for definition in &facts.definitions {
        let Some(range) = context.here(definition.name) else { continue };
        let Some((path, retired)) = context.snapshot.retired_on_the_way(&definition.path) else {
            continue;
        };
        // Names inside an option's value stand below its own definition, which says it.
        if path != definition.path || !is_new(range) {
            continue;
        }
        let fix = replacement(&retired, &path)
            .and_then(|new| rename_definition(context, range, &path, new));
        let removed = retired.fact.kind == DeclarationKind::Removed;
        let is_certain = are_together(context.snapshot, retired.module, context.file)
            && definition.condition.is_none();
        report(sink, range, &path, &retired, removed && is_certain).fix(fix);
    }
    for read in facts.reads.iter().filter(|read| read.of == ReadOf::Config) {
        let Some(range) = context.here(read.at) else { continue };
        let Some((path, retired)) = context.snapshot.retired_on_the_way(&read.path) else {
            continue;
        };
        let is_written_here = path.len() + read.written as usize > read.path.len();
        if is_written_here && is_new(range) {
            let fix =
                replacement(&retired, &path).and_then(|new| rename_read(context, read, &path, new));
            report(sink, range, &path, &retired, false).fix(fix);
        }
    }
}

/// What the settings say was renamed, where no module of the tree says so.
fn migrations(context: &RuleContext<'_>, facts: &Facts, sink: &mut Sink) {
    let renamed = context.table(&RENAMED);
    let renamed: Vec<(OptionPath, OptionPath)> = renamed
        .iter()
        .map(|(old, new)| (OptionPath::parse(old), OptionPath::parse(new)))
        .filter(|(old, _)| context.snapshot.retirement(old).is_none())
        .collect();
    let mut finding = |range: TextRange, old: &OptionPath, new: &OptionPath, fix: Option<Fix>| {
        if sink.is_first_at(range) {
            sink.report(
                range,
                format!("`{old}` is called `{new}` now, as the project's settings say. Use the new name."),
            )
            .at_most(Level::Warning)
            .tag(Tag::Deprecated)
            .fix(fix);
        }
    };
    for (old, new) in &renamed {
        for definition in facts.definitions.iter().filter(|definition| definition.path == *old) {
            let Some(range) = context.here(definition.name) else { continue };
            finding(range, old, new, rename_definition(context, range, old, new));
        }
        let is_old = |read: &&Read| read.of == ReadOf::Config && read.path.starts_with(old);
        for read in facts.reads.iter().filter(is_old) {
            let Some(range) = context.here(read.at) else { continue };
            if old.len() + read.written as usize > read.path.len() {
                finding(range, old, new, rename_read(context, read, old, new));
            }
        }
    }
}

fn report<'s>(
    sink: &'s mut Sink,
    range: TextRange,
    path: &OptionPath,
    retired: &OptionUse<'_, Declaration>,
    is_refused: bool,
) -> crate::rule::Finding<'s> {
    let is_alias = library_call(&retired.data.arena, retired.fact.value)
        .is_some_and(|call| call.name.starts_with("mkAlias"));
    let (message, level) = match &retired.fact.successor {
        Some(new) if is_alias => {
            (format!("`{path}` is another name for `{new}`. Use that one."), Level::Hint)
        }
        Some(new) => (
            format!(
                "The option `{path}' has been renamed to `{new}'; Nix warns of the old name. Use \
                 the new one."
            ),
            Level::Warning,
        ),
        None if is_refused => (
            format!(
                "The option definition `{path}' no longer has any effect; please remove it: the \
                 option was removed, and Nix refuses it."
            ),
            Level::Error,
        ),
        None => (
            format!("The option `{path}' was removed or replaced; see why where that is said."),
            Level::Warning,
        ),
    };
    sink.report(range, message)
        .at_most(level)
        .tag(Tag::Deprecated)
        .related(retired.fact.at, "this retires the option".to_owned())
}

/// The new path, where the declaration says one.
fn replacement<'a>(
    retired: &OptionUse<'a, Declaration>,
    path: &OptionPath,
) -> Option<&'a OptionPath> {
    let new = retired.fact.successor.as_ref()?;
    let is_plain = |path: &OptionPath| {
        path.iter().all(|name| !name.is_wildcard() && module::is_identifier(name.as_str()))
    };
    (is_plain(new) && is_plain(path)).then_some(new)
}

/// Writes the new path in a selection that writes all of the old one that is not common to both.
fn rename_read(
    context: &RuleContext<'_>,
    read: &Read,
    old: &OptionPath,
    new: &OptionPath,
) -> Option<Fix> {
    let Expr::Select { path, .. } = context.arena.expr(read.expr) else { return None };
    // What the alias in front of the selection stands for.
    let alias = read.path.len().checked_sub(read.written as usize)?;
    if path.len() != read.written as usize || !new.starts_with(&old[..alias]) || alias >= old.len()
    {
        return None;
    }
    let first = path.first().copied().map(AttrName::range)?;
    let last = path.get(old.len() - alias - 1).copied().map(AttrName::range)?;
    let text = OptionPath::from(&new[alias..]).to_string();
    Some(replaced(context, TextRange::new(first.start(), last.end()), text))
}
