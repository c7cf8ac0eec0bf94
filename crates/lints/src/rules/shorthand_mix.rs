use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level};
use module::Arena;
use module::arena::{Entry, Expr, Param, Set};
use syntax::{TextEdit, TextRange};

declare_rule! {
    /// ## What it does
    ///
    /// Reports definitions that stand beside `options` or `config` at the top of a module.
    ///
    /// ## Why is this bad?
    ///
    /// A module may define options directly only if it has neither `options` nor `config`. Else Nix
    /// refuses it: "Module … has an unsupported attribute …".
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.enable = lib.mkEnableOption "the dashboard";
    ///   services.nginx.enable = true;
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.enable = lib.mkEnableOption "the dashboard";
    ///   config.services.nginx.enable = true;
    /// }
    /// ```
    name: "shorthand-mix",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "Definitions beside `options` or `config`.",
    fixable: true,
    check: check,
}

/// What may stand beside `options` and `config`. Source: `unifyModuleSyntax` in nixpkgs
/// `lib/modules.nix`.
const MODULE_KEYS: &[&str] = &[
    "_class",
    "_file",
    "key",
    "disabledModules",
    "imports",
    "options",
    "config",
    "meta",
    "freeformType",
];

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some((body, _)) = context.facts.and_then(|facts| facts.shape.body) else { return };
    let Expr::Set(set) = context.arena.expr(body) else { return };
    let set = context.arena.set(*set);
    let Some(section) =
        set.entries.iter().find(|entry| matches!(entry.name.as_str(), "options" | "config"))
    else {
        return;
    };
    // A file that nobody imports may be meant for something else.
    let is_imported = context.snapshot.importers(context.file).next().is_some()
        || context.snapshot.reach().is_root(context.file);
    let level = if is_imported || takes_any_argument(context.arena) {
        Level::Error
    } else {
        Level::Warning
    };
    for entry in &set.entries {
        if MODULE_KEYS.contains(&entry.name.as_str()) {
            continue;
        }
        sink.report(
            entry.site.key,
            format!(
                "Module has an unsupported attribute `{name}': beside `{section}` there can be no \
                 other definitions. Put `{name}` under `config`.",
                name = entry.name,
                section = section.name,
            ),
        )
        .at_most(level)
        .fix(move_under_config(context, set, entry));
    }
}

/// A function with `...`, as modules are.
fn takes_any_argument(arena: &Arena) -> bool {
    match arena.expr(arena.root) {
        Expr::Lambda(lambda) => {
            matches!(arena.lambda(*lambda).param, Param::Pattern { ellipsis: true, .. })
        }
        _ => false,
    }
}

/// Writes `config.` before each statement, where that merges with what `config` is already.
fn move_under_config(context: &RuleContext<'_>, set: &Set, entry: &Entry) -> Option<Fix> {
    if let Some(config) = set.entry("config".into()) {
        let Expr::Set(inner) = context.arena.expr(config.value) else { return None };
        if context.arena.set(*inner).entry(entry.name).is_some() {
            return None;
        }
    }
    if entry.inherited || entry.duplicate {
        return None;
    }
    let edits = entry
        .sites()
        .map(|site| TextEdit::replace(TextRange::empty(site.statement.start()), "config."));
    Some(Fix::to_review("Put it under `config`", context.file, edits.collect()))
}
