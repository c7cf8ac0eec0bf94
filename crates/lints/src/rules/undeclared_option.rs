use crate::Level;
use crate::calls::makes_option;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::undeclared::{
    Undeclared, is_guard_of_alias, is_lost_option, last_name, undeclared_read,
};
use index::Resolved;
use module::Symbol;
use module::facts::{ConditionKind, Definition, Known};
use rustc_hash::FxHashSet;
use syntax::TextRange;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a read or a definition of an option below the workspace's namespaces that nothing
    /// declares, through every alias (`cfg`, `inherit (config.x) y`, `with config.x`); and a value that
    /// is no set given to a group of options. Reads under `or` or after `?` are fine, and so is
    /// everything below an option whose type allows any names.
    ///
    /// It is an error where all declarations are known, because a root's imports all resolve; else a
    /// warning.
    ///
    /// ## Why is this bad?
    ///
    /// Nix refuses the definition of an option that does not exist ("The option `…' does not exist"),
    /// even under `mkIf false`, and stops at a read of one ("attribute '…' missing").
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web = {
    ///     enable = lib.mkEnableOption "the dashboard";
    ///     port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///   };
    ///   config = lib.mkIf config.hypervisor.web.enable {
    ///     networking.firewall.allowedTCPPorts = [ config.hypervisor.web.prot ];
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web = {
    ///     enable = lib.mkEnableOption "the dashboard";
    ///     port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///   };
    ///   config = lib.mkIf config.hypervisor.web.enable {
    ///     networking.firewall.allowedTCPPorts = [ config.hypervisor.web.port ];
    ///   };
    /// }
    /// ```
    name: "undeclared-option",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "An option below the namespaces that nothing declares.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    if context.snapshot.reach().takes_undeclared(context.file) {
        return;
    }
    let is_certain = context.snapshot.reach().is_closed_for(context.file);
    let level = if is_certain { Level::Error } else { Level::Warning };
    let mut reported = FxHashSet::default();
    for read in &facts.reads {
        if let Some(finding) = undeclared_read(context, read)
            && !is_guard_of_alias(context, read, finding.missing)
            && reported.insert((finding.range.start(), finding.range.end()))
        {
            finding.report(context, level, sink);
        }
    }
    for definition in &facts.definitions {
        if let Some(finding) = undeclared_definition(context, definition)
            && reported.insert((finding.range.start(), finding.range.end()))
        {
            finding.report(context, level, sink);
        }
        if let Some((range, message)) = value_for_group(context, definition) {
            sink.report(range, message).at_most(level);
        }
    }
}

fn undeclared_definition(context: &RuleContext<'_>, definition: &Definition) -> Option<Undeclared> {
    let name = context.here(definition.name)?;
    let path = &definition.path;
    let namespace = context.namespace_of(path)?;
    if path.len() <= namespace.len() {
        return None;
    }
    let Resolved::Undeclared { known, missing } = context.snapshot.resolve(path) else {
        return None;
    };
    // Of a chain of names the outermost that is missing says it all.
    if known.len() + 1 != path.len() || known.len() < namespace.len() {
        return None;
    }
    if is_lost_option(context, path) {
        return None;
    }
    // `optionalAttrs false` leaves nothing to refuse, and `mkIf false` still does.
    let shaped: Vec<_> = context
        .conditions(definition.condition)
        .filter(|condition| condition.kind != ConditionKind::MkIf)
        .collect();
    let is_absent = shaped.iter().any(|condition| condition.value == Some(false));
    let is_guarded = !shaped.is_empty() && context.is_asked_for(path, definition.condition);
    if is_absent || is_guarded {
        return None;
    }
    Some(Undeclared {
        range: last_name(context, name),
        words: format!("The option `{path}' does not exist"),
        known,
        missing,
        path: path.clone(),
        is_certain: shaped.is_empty(),
        is_declaration: is_declaration(context, definition),
    })
}

/// Whether the value is an option's declaration.
fn is_declaration(context: &RuleContext<'_>, definition: &Definition) -> bool {
    makes_option(context.arena, definition.value)
}

/// A definition that gives a group of options something that is no set.
fn value_for_group(
    context: &RuleContext<'_>,
    definition: &Definition,
) -> Option<(TextRange, String)> {
    let range = context.here(definition.value_at)?;
    let path = &definition.path;
    let namespace = context.namespace_of(path)?;
    if definition.is_group || path.len() < namespace.len() || definition.condition.is_some() {
        return None;
    }
    let kind = match &definition.known {
        Known::Null => "null",
        Known::Bool(_) => "bool",
        Known::Int(_) => "int",
        Known::Float(_) => "float",
        Known::Str(_) => "string",
        Known::Path(_) => "path",
        Known::List { .. } => "list",
        Known::Unknown | Known::Attrs { .. } | Known::Package | Known::Function => return None,
    };
    let Resolved::Group(group) = context.snapshot.resolve(path) else { return None };
    // A member of an `attrsOf` that has no name of its own yet is checked by its type.
    if group.last().is_some_and(|name| name.is_wildcard()) {
        return None;
    }
    let enable = group.child(Symbol::new("enable"));
    let advice = match context.snapshot.is_option(&enable) {
        true => format!("Did you mean `{enable}`?"),
        false => "Define the options in it by their names.".to_owned(),
    };
    Some((
        range,
        format!(
            "you're trying to define a value of type `{kind}' rather than an attribute set for the \
             option `{path}': it is a group of options. {advice}",
        ),
    ))
}
