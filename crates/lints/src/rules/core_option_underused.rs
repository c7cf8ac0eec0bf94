use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Level, SettingInfo, SettingKind};
use module::facts::DeclarationKind;

declare_rule! {
    /// ## What it does
    ///
    /// Reports an option that is declared in core and that fewer than three modules read or define.
    ///
    /// ## Why is this bad?
    ///
    /// Core is for what cuts across modules; the guide asks for three users at least. An option of one
    /// module belongs beside the code that uses it.
    ///
    /// ## Example
    ///
    /// ```nix
    /// #- modules/core/options.nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.port = lib.mkOption { type = lib.types.port; default = 8080; };
    /// }
    /// #- modules/web/dashboard.nix
    /// { config, ... }:
    /// { networking.firewall.allowedTCPPorts = [ config.hypervisor.web.port ]; }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// #- modules/web/dashboard.nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///   config.networking.firewall.allowedTCPPorts = [ config.hypervisor.web.port ];
    /// }
    /// ```
    ///
    /// The general setting `core` names the folders that count as core (default `[ "modules/core" ]`).
    name: "core-option-underused",
    level: Level::Information,
    nixos_level: None,
    summary: "A core option that hardly any module uses.",
    fixable: false,
    settings: &[MIN_MODULES],
    check: check,
}

const MIN_MODULES: SettingInfo = SettingInfo {
    name: "min-modules",
    kind: SettingKind::Number(3),
    description: "so many modules have to use a core option.",
};

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    let snapshot = context.snapshot;
    let least = context.number(&MIN_MODULES);
    for declaration in &facts.declarations {
        let path = &declaration.path;
        let Some(range) = context.here(declaration.name) else { continue };
        let is_retired =
            matches!(declaration.kind, DeclarationKind::Renamed | DeclarationKind::Removed);
        if is_retired
            || declaration.in_submodule
            || context.namespace_of(path).is_none()
            || !context.core.has(context.file, path)
        {
            continue;
        }
        let mut users = snapshot.users_around(path);
        users.retain(|&file| file != context.file);
        // One that nobody uses at all is for `unused-option` to say.
        if users.is_empty() || users.len() as u64 >= least || !sink.is_first_at(range) {
            continue;
        }
        let root = snapshot.setup().root;
        let mut names: Vec<&str> = users.iter().map(|file| file.relative_to(root)).collect();
        names.sort_unstable();
        sink.report(
            range,
            format!(
                "`{path}` is declared in core, where only these use it: {}. Core is for what at least \
                 {least} modules need. Declare it where it is used.",
                names.join(", "),
            ),
        );
    }
}
