use crate::Level;
use crate::recursion::recursions;
use crate::rule::{RuleContext, Sink, declare_rule};

declare_rule! {
    /// ## What it does
    ///
    /// Reports options that are defined from each other, or from themselves, on a way that Nix takes under
    /// some circumstances only: in a branch, below a condition that is not known, in a default that a
    /// definition may replace. The whole chain is attached. Where every step is certain, it is
    /// [infinite-recursion](infinite-recursion.md).
    ///
    /// ## Why is this bad?
    ///
    /// It works until somebody sets the other value. Then evaluation ends in "infinite recursion
    /// encountered", far from what was changed.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.tls = lib.mkEnableOption "TLS";
    ///   options.hypervisor.web.port = lib.mkOption { type = lib.types.port; };
    ///   config.hypervisor.web.port =
    ///     if config.hypervisor.web.tls then 443 else config.hypervisor.web.port;
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.tls = lib.mkEnableOption "TLS";
    ///   options.hypervisor.web.port = lib.mkOption { type = lib.types.port; default = 80; };
    ///   config.hypervisor.web.port = lib.mkIf config.hypervisor.web.tls 443;
    /// }
    /// ```
    name: "possible-recursion",
    level: Level::Warning,
    nixos_level: Some(Level::Warning),
    summary: "Options that depend on each other under some circumstances.",
    fixable: false,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for recursion in recursions(context).iter().filter(|recursion| !recursion.certain) {
        let message = format!(
            "this may end in infinite recursion, though not under all circumstances: {}",
            recursion.why
        );
        sink.report(recursion.at, message).all_related(recursion.chain.iter().cloned());
    }
}
