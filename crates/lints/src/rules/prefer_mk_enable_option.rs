use crate::calls::{applied, option_arguments};
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level};
use module::arena::{AttrName, Expr};
use module::facts::{Declaration, DeclarationKind, Known};
use module::types::{Leaf, Type};
use syntax::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports an `enable` option that is spelt out with `mkOption` where `lib.mkEnableOption` says the same.
    ///
    /// ## Why is this bad?
    ///
    /// `mkEnableOption` is what readers look for: a bool that is false, with a description in the words of all
    /// the others.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.enable = lib.mkOption {
    ///     type = lib.types.bool;
    ///     default = false;
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
    name: "prefer-mk-enable-option",
    level: Level::Hint,
    nixos_level: Some(Level::Hint),
    summary: "An `enable` option that `mkEnableOption` could declare.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    for declaration in &facts.declarations {
        let Some(range) = context.here(declaration.name) else { continue };
        if is_plain_enable(context, declaration) {
            if !sink.is_first_at(range) {
                continue;
            }
            sink.report(range, "This is what `lib.mkEnableOption \"…\"` declares, in one line.")
                .fix(rewrite(context, declaration));
        }
    }
}

fn is_plain_enable(context: &RuleContext<'_>, declaration: &Declaration) -> bool {
    let is_enable = declaration.path.last().is_some_and(|name| name.as_str() == "enable");
    let is_false =
        declaration.default.as_ref().is_some_and(|default| default.value == Known::Bool(false));
    is_enable
        && is_false
        && declaration.kind == DeclarationKind::Option
        && declaration.ty == Type::Leaf(Leaf::Bool)
        && option_arguments(context.arena, declaration.value).is_some_and(|set| {
            let is_plain = |name| matches!(name, "type" | "default" | "description");
            set.computed.is_empty() && set.entries.iter().all(|entry| is_plain(entry.name.as_str()))
        })
}

/// Only where the description begins as all of `mkEnableOption`'s do, so that the rest is the label.
fn rewrite(context: &RuleContext<'_>, declaration: &Declaration) -> Option<Fix> {
    let arena = context.arena;
    let description = declaration.description.as_ref()?;
    let label = ["Whether to enable ", "Enable ", "Enables "]
        .iter()
        .find_map(|start| description.strip_prefix(start))?;
    let label = label.trim_end().trim_end_matches('.');
    let (function, _) = applied(arena, declaration.value)?;
    let Expr::Select { path, .. } = arena.expr(function) else { return None };
    let name = path.last().copied().map(AttrName::range)?;
    if label.is_empty() || label.contains(['"', '\\', '$', '\n']) {
        return None;
    }
    let argument = arena.range(declaration.value).end();
    let edit = TextEdit::replace(
        syntax::TextRange::new(name.start(), argument),
        format!("mkEnableOption \"{label}\""),
    );
    Some(Fix::to_review("Use `mkEnableOption`", context.file, vec![edit]))
}
