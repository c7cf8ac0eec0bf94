use crate::Level;
use crate::declaration_edits::declare_enable;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::undeclared::{is_guard_of_alias, undeclared_read};
use module::arena::Expr;
use module::facts::Read;
use rustc_hash::FxHashSet;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `cfg.enable`, or another member of an alias that an `mkIf` asks for, where the options that
    /// `cfg` stands for have no such member. Other members that nothing declares are for
    /// `undeclared-option` to say.
    ///
    /// It is an error where all declarations are known, else a warning.
    ///
    /// ## Why is this bad?
    ///
    /// The guard itself fails, and all that stands under it: "attribute 'enable' missing".
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// let
    ///   cfg = config.hypervisor.web;
    /// in
    /// {
    ///   options.hypervisor.web = {
    ///     port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///   };
    ///   config = lib.mkIf cfg.enable {
    ///     networking.firewall.allowedTCPPorts = [ cfg.port ];
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// let
    ///   cfg = config.hypervisor.web;
    /// in
    /// {
    ///   options.hypervisor.web = {
    ///     enable = lib.mkEnableOption "web";
    ///     port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///   };
    ///   config = lib.mkIf cfg.enable {
    ///     networking.firewall.allowedTCPPorts = [ cfg.port ];
    ///   };
    /// }
    /// ```
    name: "missing-enable-guard",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "A switch that is asked for and that nothing declares.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    if context.snapshot.reach().takes_undeclared(context.file) {
        return;
    }
    let is_closed = context.snapshot.reach().is_closed_for(context.file);
    let level = if is_closed { Level::Error } else { Level::Warning };
    let mut reported = FxHashSet::default();
    for read in &facts.reads {
        let Some(found) = undeclared_read(context, read) else { continue };
        let range = found.range;
        if !is_guard_of_alias(context, read, found.missing)
            || !reported.insert((range.start(), range.end()))
        {
            continue;
        }
        let (advice, renamed) = found.advice(context);
        let is_switch = found.missing.as_str() == "enable";
        let declared = is_switch.then(|| declare_enable(context, &found.known)).flatten();
        let advice = match &declared {
            Some(_) => "Declare it with `lib.mkEnableOption`.".to_owned(),
            None => advice,
        };
        sink.report(
            range,
            format!(
                "attribute '{}' missing: {} stands for `{}`, and nothing declares an option of that name \
                 there. {advice}",
                found.missing,
                alias(context, read),
                found.known,
            ),
        )
        .at_most(level)
        .fix(renamed)
        .fix(declared);
    }
}

/// The name that the read begins with, as a user knows it.
fn alias(context: &RuleContext<'_>, read: &Read) -> String {
    match context.arena.expr(read.expr) {
        Expr::Select { base, .. } => {
            format!("`{}`", context.arena.source(context.arena.full_range(*base)))
        }
        _ => "the set".to_owned(),
    }
}
