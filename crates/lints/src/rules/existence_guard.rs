use crate::Level;
use crate::optional_edits::only_if_declared;
use crate::rule::{RuleContext, Sink, declare_rule};
use module::facts::{Condition, ConditionKind, Definition, Read, ReadKind, ReadOf};
use module::{Facts, OptionPath};
use syntax::TextRange;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a definition under a `lib.mkIf` that asks with `?` whether the definition's own option exists.
    /// Options that are known to exist are left alone.
    ///
    /// ## Why is this bad?
    ///
    /// The condition decides nothing. Nix drops what a false `mkIf` holds only after it has found the option,
    /// and so refuses the definition all the same: "The option … does not exist". And of an option that is a
    /// set of named members, a member is there as soon as somebody defines it; a condition around the whole set
    /// that asks for one ends in "infinite recursion encountered".
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   config = lib.mkIf (config.services ? auditd) {
    ///     services.auditd.enable = true;
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, options, ... }:
    /// {
    ///   config = lib.optionalAttrs (options ? services.auditd) {
    ///     services.auditd.enable = true;
    ///   };
    /// }
    /// ```
    name: "existence-guard",
    level: Level::Warning,
    nixos_level: Some(Level::Warning),
    summary: "A `mkIf` that asks whether the option exists that it defines.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    for definition in &facts.definitions {
        if context.here(definition.name).is_none() {
            continue;
        }
        let conditions: Vec<&Condition> = context.conditions(definition.condition).collect();
        // An `optionalAttrs` may ask for the option, too.
        if conditions.iter().any(|condition| condition.kind != ConditionKind::MkIf) {
            continue;
        }
        let mut probes = conditions.iter().flat_map(|condition| probes(context, condition));
        let Some(probe) = probes.find(|probe| definition.path.starts_with(&probe.path)) else {
            continue;
        };
        let Some(range) = context.here(probe.at) else { continue };
        let asked = &probe.path;
        if is_known(context, asked) || !sink.is_first_at(range) {
            continue;
        }
        sink.report(
            range,
            format!(
                "This decides nothing about `{path}`: an option that does not exist is refused under \
                 `lib.mkIf` too, and a member of a set exists as soon as it is defined. Ask above the name, \
                 with `lib.optionalAttrs (options ? {asked})`.",
                path = definition.path,
            ),
        )
        .related(definition.name, format!("`{}` is defined here", definition.path))
        .fix(name_of(context, facts, definition, asked).and_then(|name| {
            only_if_declared(context, name, asked)
        }));
    }
}

/// The written name of the option that is asked for, on the way to the definition.
fn name_of(
    context: &RuleContext<'_>,
    facts: &Facts,
    definition: &Definition,
    asked: &OptionPath,
) -> Option<TextRange> {
    let around = |inner: &&Definition| facts.definitions.get(inner.parent? as usize);
    let mut way = std::iter::successors(Some(definition), around);
    way.find(|definition| definition.path == *asked).and_then(|found| context.here(found.name))
}

/// Where a condition asks with `?` for a part of `config`; in its own text or in the binding that it names.
fn probes<'a>(context: &RuleContext<'a>, condition: &Condition) -> impl Iterator<Item = &'a Read> {
    let at = context.asked_at(condition);
    at.into_iter().flat_map(|at| context.reads_in(at)).filter(|read| {
        read.kind == ReadKind::Probe && read.of == ReadOf::Config && !read.path.is_empty()
    })
}

/// Whether there is such an option or group of options.
fn is_known(context: &RuleContext<'_>, path: &OptionPath) -> bool {
    use index::Resolved::{Group, Option as Whole};
    matches!(context.snapshot.resolve(path), Group(_) | Whole(_))
        || matches!(context.snapshot.external().resolve(path), Group(_) | Whole(_))
}
