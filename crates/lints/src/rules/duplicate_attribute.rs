use crate::Level;
use crate::merge_edits::merged;
use crate::rule::{RuleContext, Sink, declare_rule};
use module::{Location, PathDisplay};

declare_rule! {
    /// ## What it does
    ///
    /// Reports an attribute that a set binds twice, dotted paths included. Two literal sets under one
    /// name merge, and are fine.
    ///
    /// ## Why is this bad?
    ///
    /// Nix refuses the whole file, even where nobody asks for the attribute: "attribute 'x' already
    /// defined".
    ///
    /// ## Example
    ///
    /// ```nix
    /// { pkgs, ... }:
    /// {
    ///   environment.systemPackages = [ pkgs.git ];
    ///   environment.systemPackages = [ pkgs.curl ];
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { pkgs, ... }:
    /// {
    ///   environment.systemPackages = [
    ///     pkgs.git
    ///     pkgs.curl
    ///   ];
    /// }
    /// ```
    name: "duplicate-attribute",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "An attribute that one set binds twice.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for duplicate in &context.arena.duplicates {
        let name = PathDisplay(&duplicate.path);
        let line = context.data.lines.line(duplicate.first.start()) + 1;
        sink.report(
            duplicate.second,
            format!(
                "attribute '{name}' already defined at line {line}. Nix refuses the whole file; \
                 keep one of the two, or merge their values.",
            ),
        )
        .related(Location::new(context.file, duplicate.first), "first defined here")
        .fix(merged(context, duplicate));
    }
}
