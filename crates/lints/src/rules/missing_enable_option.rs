use crate::declaration_edits::declare_enable;
use crate::guard::guard_all;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::scopes::key_range;
use crate::{FileEdit, Fix, Level};
use module::facts::{ConditionKind, Declaration, DeclarationKind, ReadOf};
use module::{OptionPath, Symbol};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a module that has options and a `config` section, and no `enable` option to switch it off: none
    /// of its own, and none of the same topic that it reads.
    ///
    /// ## Why is this bad?
    ///
    /// Whoever imports the module gets all of it. The guide gives each feature an `enable` option and puts its
    /// configuration under it.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///   config = {
    ///     networking.firewall.allowedTCPPorts = [ config.hypervisor.web.port ];
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.enable = lib.mkEnableOption "the dashboard";
    ///   options.hypervisor.web.port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///   config = lib.mkIf config.hypervisor.web.enable {
    ///     networking.firewall.allowedTCPPorts = [ config.hypervisor.web.port ];
    ///   };
    /// }
    /// ```
    name: "missing-enable-option",
    level: Level::Warning,
    nixos_level: None,
    summary: "A module with options and a configuration, and no `enable` option.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    if facts.shape.config.is_empty() {
        return;
    }
    let own: Vec<&Declaration> = facts
        .declarations
        .iter()
        .filter(|declaration| {
            !declaration.in_submodule
                && !matches!(declaration.kind, DeclarationKind::Renamed | DeclarationKind::Removed)
                && context.namespace_of(&declaration.path).is_some()
        })
        .collect();
    let is_enable = |name: &Symbol| name.as_str().starts_with("enable");
    let has_own = own.iter().any(|declaration| declaration.path.last().is_some_and(is_enable));
    let (Some(first), false) = (own.first(), has_own) else { return };
    // A part of a feature is switched with the feature.
    let has_topics = |path: &OptionPath| {
        let Some(namespace) = context.namespace_of(path) else { return false };
        let end = namespace.len() + 1;
        path.len() > end && own.iter().any(|declaration| declaration.path.starts_with(&path[..end]))
    };
    let reads_enable = facts.reads.iter().any(|read| {
        read.of == ReadOf::Config
            && read.path.last().is_some_and(is_enable)
            && has_topics(&read.path)
    });
    if reads_enable {
        return;
    }
    let range = match facts.shape.options.first() {
        Some(statement) => key_range(*statement, "options"),
        None => match context.here(first.name) {
            Some(range) => range,
            None => return,
        },
    };
    let group = first.path.parent().unwrap_or_default();
    let is_conditional = facts.definitions.iter().all(|definition| {
        let mut conditions = context.conditions(definition.condition);
        definition.is_group || conditions.any(|condition| condition.kind == ConditionKind::MkIf)
    });
    let why = match is_conditional {
        true => "what it does depends on other conditions alone",
        false => "nobody can leave it off",
    };
    sink.report(
        range,
        format!(
            "This module has options and a `config`, but no `enable` option: {why}. Declare \
             `{group}.enable` with `lib.mkEnableOption`, and put `config` under it.",
        ),
    )
    .fix(switch(context, &group));
}

/// Declares the switch and puts `config` under it, or only declares it where the rest is not certain.
fn switch(context: &RuleContext<'_>, group: &OptionPath) -> Option<Fix> {
    let mut fix = declare_enable(context, group)?;
    let enable = group.child(Symbol::new("enable"));
    let edits = guard_all(context.snapshot, context.file, &enable).unwrap_or_default();
    if !edits.is_empty() {
        fix.title = format!("Declare `{enable}`, and put `config` under it");
        let file = context.file;
        fix.edits.extend(edits.into_iter().map(|edit| FileEdit { file, edit }));
    }
    Some(fix)
}
