use crate::Level;
use crate::rule::{RuleContext, Sink, declare_rule};
use module::facts::{ConditionKind, Definition, Known};

declare_rule! {
    /// ## What it does
    ///
    /// Reports what lets others in without asking the user: `openFirewall = true`, a firewall that is
    /// switched off, a service that listens on all addresses, and root logins over SSH. Definitions under an
    /// `mkIf` that asks for an option other than an `enable` are what somebody chose, and are left alone.
    ///
    /// ## Why is this bad?
    ///
    /// The guide's modules are secure by default, and give options to relax where that is needed.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   config = lib.mkIf config.hypervisor.web.enable {
    ///     services.grafana.openFirewall = true;
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.openFirewall = lib.mkEnableOption "access from other machines";
    ///   config = lib.mkIf config.hypervisor.web.enable {
    ///     services.grafana.openFirewall = config.hypervisor.web.openFirewall;
    ///   };
    /// }
    /// ```
    name: "open-firewall",
    level: Level::Information,
    nixos_level: None,
    summary: "Something that lets others in without asking the user.",
    fixable: false,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    // A root is where somebody chooses.
    if context.snapshot.reach().is_root(context.file) {
        return;
    }
    for definition in &facts.definitions {
        let (Some(name), Some(value), Some(what)) =
            (context.here(definition.name), context.here(definition.value_at), opens(definition))
        else {
            continue;
        };
        let range = name.cover(value);
        let is_chosen = context.conditions(definition.condition).any(|condition| {
            condition.kind == ConditionKind::MkIf
                && context.reads_in(condition.at).any(|read| {
                    read.written > 0
                        && read.path.last().is_some_and(|name| name.as_str() != "enable")
                })
        });
        if !is_chosen && sink.is_first_at(range) {
            sink.report(
                range,
                format!("{what}. Let an option of this module decide, and let its default be the safe one."),
            );
        }
    }
}

/// What the definition opens, if it does.
fn opens(definition: &Definition) -> Option<String> {
    let path = &definition.path;
    let name = path.last()?.as_str();
    let is = |text: &str| path.to_string() == text;
    match &definition.known {
        Known::Bool(true) if name == "openFirewall" => {
            Some(format!("`{path}` opens the firewall for all who enable this module"))
        }
        Known::Bool(false) if is("networking.firewall.enable") => {
            Some("This switches the whole firewall off".to_owned())
        }
        Known::Str(Some(text)) if matches!(text.as_str(), "0.0.0.0" | "[::]" | "::") => {
            Some(format!("`{name}` lets everybody reach the service: `{text}` is all addresses"))
        }
        Known::Str(Some(text))
            if matches!(name, "PermitRootLogin" | "permitRootLogin") && text == "yes" =>
        {
            Some("This lets root log in with a password".to_owned())
        }
        _ => None,
    }
}
