use crate::recursion::recursions;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Level, shaping};
use index::{NodeKind, Way};

declare_rule! {
    /// ## What it does
    ///
    /// Reports what Nix answers with "infinite recursion encountered":
    ///
    /// - `imports`, `options` or the names of definitions that depend on `config`, or on `pkgs`, which
    ///   comes from `config`;
    /// - names of definitions below an option set that depend on an option of that very set;
    /// - an option that is defined from itself, or under an `mkIf` that asks for it;
    /// - options that are defined from each other, in one module or over several. The whole chain is
    ///   attached.
    ///
    /// Only what Nix evaluates in any case counts; the rest is
    /// [possible-recursion](possible-recursion.md). `lib.mkIf` over a set of options is fine, because
    /// the names inside it do not depend on its condition.
    ///
    /// ## Why is this bad?
    ///
    /// Nix collects all modules, then all options, then all definitions, and only then is there a
    /// `config` to read. What is needed for that cannot be taken from it.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.enable = lib.mkEnableOption "the dashboard";
    ///   config = lib.optionalAttrs config.hypervisor.web.enable {
    ///     services.nginx.enable = true;
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
    ///   config = lib.mkIf config.hypervisor.web.enable {
    ///     services.nginx.enable = true;
    ///   };
    /// }
    /// ```
    name: "infinite-recursion",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "Configuration that decides its own shape, or an option defined from itself.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for recursion in recursions(context).iter().filter(|recursion| recursion.certain) {
        let message = format!("infinite recursion encountered: {}", recursion.why);
        let is_shape = recursion.step.by.kind == NodeKind::Names
            && recursion.step.way == Way::Definition
            && recursion.chain.is_empty();
        let fix = is_shape.then(|| shaping::with_mk_if(context, recursion.at)).flatten();
        sink.report(recursion.at, message).all_related(recursion.chain.iter().cloned()).fix(fix);
    }
}
