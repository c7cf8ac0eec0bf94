use crate::Level;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::together::are_together;
use index::OptionUse;
use module::facts::{ConditionKind, Declaration, Definition};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a definition of a `readOnly` option that has a default, and the second definition of one
    /// that has none.
    ///
    /// ## Why is this bad?
    ///
    /// A read-only option takes one value, and a default counts: "The option … is read-only, but it's
    /// set multiple times". Neither `mkForce` nor `mkIf false` helps.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.user = lib.mkOption {
    ///     type = lib.types.str;
    ///     default = "web";
    ///     readOnly = true;
    ///     description = "Who runs the dashboard.";
    ///   };
    ///   config.hypervisor.web.user = lib.mkForce "nobody";
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.user = lib.mkOption {
    ///     type = lib.types.str;
    ///     readOnly = true;
    ///     description = "Who runs the dashboard.";
    ///   };
    ///   config.hypervisor.web.user = "nobody";
    /// }
    /// ```
    name: "read-only-option",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "A definition of a read-only option that has its value already.",
    fixable: false,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    for definition in &facts.definitions {
        let Some(range) = context.here(definition.name) else { continue };
        if !is_always_there(context, definition) {
            continue;
        }
        let declarations = context.snapshot.declarations(&definition.path);
        let [declared] = declarations.as_slice() else { continue };
        let is_sure = declared.fact.read_only
            && !declared.fact.in_submodule
            && are_together(context.snapshot, declared.module, context.file);
        if !is_sure {
            continue;
        }
        let path = &definition.path;
        let first = match &declared.fact.default {
            Some(default) => Some((default.at, "its default")),
            None => earlier_definition(context, definition, declared)
                .map(|found| (found, "its other definition")),
        };
        let Some((first, what)) = first else { continue };
        sink.report(
            range,
            format!(
                "The option `{path}' is read-only, but it's set multiple times: {what} counts, \
                 whatever the priority. Remove this one, or `readOnly`."
            ),
        )
        .related(first, format!("{what} is here"));
    }
}

/// `mkIf` does not take a definition away, `optionalAttrs` may.
fn is_always_there(context: &RuleContext<'_>, definition: &Definition) -> bool {
    context.conditions(definition.condition).all(|condition| condition.kind == ConditionKind::MkIf)
}

fn earlier_definition(
    context: &RuleContext<'_>,
    definition: &Definition,
    declared: &OptionUse<'_, Declaration>,
) -> Option<module::Location> {
    let snapshot = context.snapshot;
    snapshot
        .definitions_at(&definition.path)
        .into_iter()
        .take_while(|found| found.module != context.file || found.fact.at != definition.at)
        // Of another module's conditions nothing is known here.
        .filter(|found| found.module == context.file || found.fact.condition.is_none())
        .filter(|found| found.module != context.file || is_always_there(context, found.fact))
        .find(|found| {
            are_together(snapshot, found.module, context.file)
                && are_together(snapshot, found.module, declared.module)
        })
        .map(|found| found.fact.name)
}
