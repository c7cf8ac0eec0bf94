use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Level, Remedy};
use index::Resolved;
use module::OptionPath;
use module::facts::{Read, ReadOf};

declare_rule! {
    /// ## What it does
    ///
    /// Reports where a module's configuration reads an option that only another module declares. Core
    /// options are everybody's, and so are not reported; a read that allows for the option not being
    /// there (`or`, `config ? …`) is reported as information.
    ///
    /// ## Why is this bad?
    ///
    /// A module that leans on another one's options cannot be used, tested or moved without it, and two
    /// that lean on each other soon end in infinite recursion.
    ///
    /// ## Example
    ///
    /// ```nix
    /// #- modules/monitoring.nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.monitoring.port = lib.mkOption { type = lib.types.port; default = 9090; };
    /// }
    /// #- modules/dashboard.nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.enable = lib.mkEnableOption "the dashboard";
    ///   config = lib.mkIf config.hypervisor.web.enable {
    ///     networking.firewall.allowedTCPPorts = [ config.hypervisor.monitoring.port ];
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.monitoring = {
    ///     enable = lib.mkEnableOption "monitoring";
    ///     port = lib.mkOption { type = lib.types.port; default = 9090; };
    ///   };
    ///   config = lib.mkIf config.hypervisor.monitoring.enable {
    ///     networking.firewall.allowedTCPPorts = [ config.hypervisor.monitoring.port ];
    ///   };
    /// }
    /// ```
    ///
    /// ## Settings
    ///
    /// The general setting `core` names the folders and option paths that count as core (default
    /// `[ "modules/core" ]`). Editors offer to add the option to it.
    name: "cross-module-dependency",
    level: Level::Warning,
    nixos_level: None,
    summary: "A module's configuration reads an option that another module declares.",
    fixable: false,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    // A root puts the modules together; reading their options is its job.
    if context.snapshot.reach().is_root(context.file) {
        return;
    }
    let not_config: Vec<_> = facts.shape.options.iter().chain(&facts.shape.imports).collect();
    for read in facts.reads.iter().filter(|read| read.of == ReadOf::Config) {
        // A name that stands for the option as a whole was a read where it was bound.
        if read.written == 0 {
            continue;
        }
        let Some(range) = context.here(read.at) else { continue };
        if not_config.iter().any(|statement| statement.contains_range(range)) {
            continue;
        }
        let Some(option) = option_read(context, read) else { continue };
        // Of an option set that several modules declare in, this one's part is its own.
        let mut declared_here = facts.declarations.iter().map(|declaration| &declaration.path);
        if declared_here.any(|path| {
            path.len() > option.len()
                && (read.path.starts_with(path) || path.starts_with(&read.path))
        }) {
            continue;
        }
        let declarations = context.snapshot.declarations(&option);
        let Some(first) = declarations.first() else { continue };
        let is_own = declarations.iter().any(|found| found.module == context.file);
        if is_own || declarations.iter().any(|found| context.core.has(found.module, &option)) {
            continue;
        }
        let folder = context.snapshot.setup().root;
        let finding = sink.report(
            range,
            format!(
                "This module reads `{option}`, which belongs to {}: neither works without the \
                 other. Give this module an option of its own, or declare the option in core if \
                 several modules need it.",
                first.module.relative_to(folder),
            ),
        );
        let finding = finding
            .related(first.fact.at, format!("`{option}` is declared here"))
            .remedy(Remedy::CountAsCore(option));
        if context.is_guarded(read) {
            finding.at_most(Level::Information);
        }
    }
}

/// The option of a namespace that is read, or whose value is read in part.
fn option_read(context: &RuleContext<'_>, read: &Read) -> Option<OptionPath> {
    context.namespace_of(&read.path)?;
    match context.snapshot.resolve(&read.path) {
        Resolved::Option(option) | Resolved::Inside { option, .. } => Some(option),
        Resolved::Group(_) | Resolved::Undeclared { .. } | Resolved::Unknown => None,
    }
}
