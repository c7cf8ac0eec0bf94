use crate::Level;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::typing::{Standing, has_empty_value};
use index::{OptionUse, Resolved};
use module::OptionPath;
use module::facts::{Declaration, DeclarationKind, Read, ReadKind, ReadOf};
use module::types::Type;

declare_rule! {
    /// ## What it does
    ///
    /// Reports an option without a default that some module reads and that nothing in the tree defines, in
    /// a tree whose configurations are known as a whole. In a collection of modules for others, such
    /// options are theirs to set, and nothing is said.
    ///
    /// Options that have a value without being defined are fine: lists, sets, submodules and `nullOr`. So are
    /// reads that are guarded, or that stand under a condition known to be false.
    ///
    /// ## Why is this bad?
    ///
    /// Nix stops at the read: "The option … was accessed but has no value defined. Try setting the option."
    ///
    /// ## Example
    ///
    /// ```nix
    /// #- configuration.nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.domain = lib.mkOption {
    ///     type = lib.types.str;
    ///     description = "The name that the dashboard answers to.";
    ///   };
    ///   config.networking.domain = config.hypervisor.web.domain;
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// #- configuration.nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.domain = lib.mkOption {
    ///     type = lib.types.str;
    ///     default = "localdomain";
    ///     description = "The name that the dashboard answers to.";
    ///   };
    ///   config.networking.domain = config.hypervisor.web.domain;
    /// }
    /// ```
    name: "undefined-option-value",
    level: Level::Warning,
    nixos_level: Some(Level::Warning),
    summary: "An option that is read and has no value.",
    fixable: false,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    let standing = Standing { snapshot: context.snapshot, module: context.file, facts };
    for declaration in &facts.declarations {
        let Some(range) = context.here(declaration.name) else { continue };
        if !is_without_value(context, declaration)
            || standing.may_be_defined_unseen(&declaration.path)
        {
            continue;
        }
        let Some(read) = first_read(context, &declaration.path) else { continue };
        if !sink.is_first_at(range) {
            continue;
        }
        let path = &declaration.path;
        sink.report(
            range,
            format!(
                "The option `{path}' is read but has no value: it has no default, and nothing defines \
                 it. Define it, or give it a default.",
            ),
        )
        .related(read, "it is read here");
    }
}

/// Whether nothing gives the option a value, in a tree where that can be known.
fn is_without_value(context: &RuleContext<'_>, declaration: &Declaration) -> bool {
    let snapshot = context.snapshot;
    let path = &declaration.path;
    let is_plain = matches!(declaration.kind, DeclarationKind::Option)
        && declaration.default.is_none()
        && has_empty_value(&declaration.ty) == Some(false)
        && !may_have_default(context, declaration);
    is_plain
        && snapshot.reach().is_closed_for(context.file)
        && snapshot.declarations(path).len() == 1
        && !is_defined(context, path)
        && (1..path.len()).all(|end| is_left_to_members(context, &path[..end].into()))
        // What defines a name that leads here defines this one.
        && !has_aliases(context, path)
}

/// A call whose arguments are not all seen.
fn may_have_default(context: &RuleContext<'_>, declaration: &Declaration) -> bool {
    crate::calls::option_arguments(context.arena, declaration.value)
        .is_none_or(|arguments| !arguments.computed.is_empty())
}

fn is_defined(context: &RuleContext<'_>, path: &OptionPath) -> bool {
    !context.snapshot.definition_paths(path).is_empty()
}

/// Whether an option around this one gets its value from the options in it alone.
fn is_left_to_members(context: &RuleContext<'_>, around: &OptionPath) -> bool {
    let snapshot = context.snapshot;
    if !snapshot.is_option(around) {
        return true;
    }
    let is_plain = snapshot
        .declarations(around)
        .iter()
        .all(|found| found.fact.default.is_none() && matches!(found.fact.ty, Type::Submodule(_)));
    // A function or another unknown value may define all of them.
    is_plain && snapshot.definitions(around, |found| found.fact.is_group).into_iter().all(|it| it)
}

fn has_aliases(context: &RuleContext<'_>, path: &OptionPath) -> bool {
    context.snapshot.modules().any(|(_, facts)| {
        let mut successors = facts.declarations.iter().filter_map(|it| it.successor.as_ref());
        successors.any(|successor| path.starts_with(successor))
    })
}

/// The first read that asks for the option's value, in a module that is certain to be there.
fn first_read(context: &RuleContext<'_>, path: &OptionPath) -> Option<module::Location> {
    let snapshot = context.snapshot;
    if path.iter().any(|name| name.is_wildcard()) {
        return None;
    }
    let readers = snapshot.readers_around(path).into_iter();
    readers.filter(|module| snapshot.reach().is_closed_for(*module)).find_map(|module| {
        let facts = snapshot.file(module)?.module()?;
        let standing = Standing { snapshot, module, facts };
        let asks = |read: &&Read| {
            read.of == ReadOf::Config
                && read.kind == ReadKind::Plain
                && read.path.starts_with(path)
                && !matches!(snapshot.resolve(&read.path), Resolved::Undeclared { .. })
                && standing.all_hold(read.condition) != Some(false)
                && !is_in_declaration(snapshot.declarations(path).first(), read)
        };
        facts.reads.iter().find(asks).map(|read| read.at)
    })
}

/// A declaration may speak of its own option.
fn is_in_declaration(declared: Option<&OptionUse<'_, Declaration>>, read: &Read) -> bool {
    declared.is_some_and(|declared| {
        let at = declared.fact.at;
        at.file == read.at.file && at.text_range().contains_range(read.at.text_range())
    })
}
