use crate::Level;
use crate::rule::{RuleContext, Sink, declare_rule};
use module::facts::Known;

declare_rule! {
    /// ## What it does
    ///
    /// Reports an `enable` option whose default is `true`. Those of a submodule are left alone: what somebody
    /// lists is wanted.
    ///
    /// ## Why is this bad?
    ///
    /// Whoever imports the module gets its feature without having asked for it. The guide wants features to be
    /// chosen by the user.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.enable = lib.mkOption {
    ///     type = lib.types.bool;
    ///     default = true;
    ///     description = "Whether to enable the dashboard.";
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.enable = lib.mkEnableOption "the dashboard";
    /// }
    /// ```
    name: "enable-not-opt-in",
    level: Level::Warning,
    nixos_level: None,
    summary: "An `enable` option that is on by default.",
    fixable: false,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    for declaration in &facts.declarations {
        let is_enable = declaration.path.last().is_some_and(|name| name.as_str() == "enable");
        let Some(default) = &declaration.default else { continue };
        let (true, false, Some(range)) =
            (is_enable, declaration.in_submodule, context.here(declaration.name))
        else {
            continue;
        };
        if default.value == Known::Bool(true) {
            if !sink.is_first_at(range) {
                continue;
            }
            sink.report(
                range,
                format!(
                    "`{}` is on by default: whoever imports the module gets the feature unasked. \
                     Let users choose it (`lib.mkEnableOption`), and enable it in a profile.",
                    declaration.path,
                ),
            )
            .related(default.at, "the default".to_owned());
        }
    }
}
