use crate::calls::{library_path, makes_option};
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::scopes::binding;
use crate::{Fix, Level};
use module::arena::{Expr, Resolved, ScopeKind};
use module::{Arena, ExprId, Location, SetId};
use syntax::{TextEdit, TextRange};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a set of `mkOption`s that is given to `types.submodule` as it is, without `options = …`
    /// around it: directly, or by a name of a `let`, which is how it happens. One finding a set.
    ///
    /// ## Why is this bad?
    ///
    /// A submodule is a module. Without `options` or `config` in it, all of the set is taken for
    /// *definitions*, and none of the options is declared. Nix does not say so until somebody uses the
    /// submodule: "The option … does not exist".
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// let
    ///   site = {
    ///     root = lib.mkOption { type = lib.types.path; description = "What is served."; };
    ///     port = lib.mkOption { type = lib.types.port; description = "Where it is served."; };
    ///   };
    /// in
    /// {
    ///   options.hypervisor.web.sites = lib.mkOption {
    ///     type = lib.types.attrsOf (lib.types.submodule site);
    ///     default = { };
    ///     description = "The sites.";
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// let
    ///   site = { options = {
    ///     root = lib.mkOption { type = lib.types.path; description = "What is served."; };
    ///     port = lib.mkOption { type = lib.types.port; description = "Where it is served."; };
    ///   }; };
    /// in
    /// {
    ///   options.hypervisor.web.sites = lib.mkOption {
    ///     type = lib.types.attrsOf (lib.types.submodule site);
    ///     default = { };
    ///     description = "The sites.";
    ///   };
    /// }
    /// ```
    name: "submodule-without-options",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "A set of `mkOption`s given to `types.submodule` without `options`.",
    fixable: true,
    check: check,
}

/// A set that Nix takes for definitions.
struct Bare {
    set: SetId,
    expr: ExprId,
    /// What to point at: the name that the set is bound to, or the function that takes it.
    at: TextRange,
    /// Each place that makes a submodule of it.
    uses: Vec<TextRange>,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    for bare in bare_sets(arena) {
        let lost = count_options(arena, bare.expr);
        let set = arena.set(bare.set);
        let allows_any = set.entry("freeformType".into()).is_some();
        let options = if lost == 1 { "option" } else { "options" };
        sink.report(
            bare.at,
            format!(
                "Without `options = …` around it Nix takes this set for definitions: none of its \
                 {lost} {options} is declared, and \"The option … does not exist\" is what its user \
                 will see. Write `{{ options = {{ … }}; }}`.",
            ),
        )
        .at_most(if allows_any { Level::Warning } else { Level::Error })
        .all_related(bare.uses.iter().filter(|range| **range != bare.at).map(|range| {
            crate::Related {
                at: Location::new(context.file, *range),
                message: "it becomes a submodule here".to_owned(),
            }
        }))
        .fix(wrap(context, &bare));
    }
}

/// The bare sets of a file that declare options, in the order of their first use.
fn bare_sets(arena: &Arena) -> Vec<Bare> {
    let mut found: Vec<Bare> = Vec::new();
    for expr in arena.expr_ids() {
        let Expr::Apply { function, argument } = arena.expr(expr) else { continue };
        if !is_submodule(arena, *function) {
            continue;
        }
        let function = arena.range(*function);
        let Some((set, expr, name)) = body(arena, *argument, None, MAX_NAMES) else { continue };
        if let Some(known) = found.iter_mut().find(|bare| bare.set == set) {
            known.uses.push(function);
            continue;
        }
        let entries = &arena.set(set).entries;
        let is_complete =
            entries.iter().any(|entry| matches!(entry.name.as_str(), "options" | "config"));
        if !is_complete && count_options(arena, expr) > 0 {
            let at = name.unwrap_or(function);
            found.push(Bare { set, expr, at, uses: vec![function] });
        }
    }
    found
}

fn is_submodule(arena: &Arena, function: ExprId) -> bool {
    match library_path(arena, function).as_deref() {
        Some([types, name]) => types.as_str() == "types" && name.as_str() == "submodule",
        _ => false,
    }
}

/// Names that lead to names and functions, at most.
const MAX_NAMES: usize = 16;

/// The set that a submodule's argument comes to, with the name that it is bound to.
fn body(
    arena: &Arena,
    expr: ExprId,
    name: Option<TextRange>,
    fuel: usize,
) -> Option<(SetId, ExprId, Option<TextRange>)> {
    let fuel = fuel.checked_sub(1)?;
    match arena.expr(expr) {
        Expr::Set(set) => Some((*set, expr, name)),
        Expr::Lambda(lambda) => body(arena, arena.lambda(*lambda).body, name, fuel),
        Expr::Let { body: inner, .. } | Expr::With { body: inner, .. } => {
            body(arena, *inner, name, fuel)
        }
        Expr::Name { resolved: Resolved::Local { scope, slot }, .. } => {
            let entry = binding(arena, *scope, *slot)?;
            if !matches!(arena.scope(*scope).kind, ScopeKind::Let(_) | ScopeKind::Rec(_)) {
                return None;
            }
            body(arena, entry.value, Some(entry.site.key), fuel)
        }
        _ => None,
    }
}

/// What a module may have beside definitions.
const NO_DEFINITIONS: &[&str] = &["imports", "freeformType", "_module", "_file", "key"];

/// How many options the set would declare, those in groups and in the submodules inside included.
fn count_options(arena: &Arena, expr: ExprId) -> usize {
    let Expr::Set(set) = arena.expr(expr) else { return 0 };
    let definitions = arena
        .set(*set)
        .entries
        .iter()
        .filter(|entry| !NO_DEFINITIONS.contains(&entry.name.as_str()));
    definitions.map(|entry| count_calls(arena, entry.value)).sum()
}

fn count_calls(arena: &Arena, expr: ExprId) -> usize {
    let own = usize::from(makes_option(arena, expr));
    let inside: usize =
        arena.children(expr).into_iter().map(|child| count_calls(arena, child)).sum();
    own + inside
}

/// Puts `{ options = …; }` around a set that has nothing but options and groups of them.
fn wrap(context: &RuleContext<'_>, bare: &Bare) -> Option<Fix> {
    let arena = context.arena;
    let range = arena.range(bare.expr);
    let is_recursive = arena.set(bare.set).scope.is_some();
    if is_recursive || !is_all_options(arena, bare.expr) {
        return None;
    }
    let edits =
        vec![TextEdit::insert(range.start(), "{ options = "), TextEdit::insert(range.end(), "; }")];
    Some(Fix::to_review("Wrap in `{ options = …; }`", context.file, edits))
}

fn is_all_options(arena: &Arena, expr: ExprId) -> bool {
    let Expr::Set(set) = arena.expr(expr) else { return makes_option(arena, expr) };
    let set = arena.set(*set);
    set.computed.is_empty() && set.entries.iter().all(|entry| is_all_options(arena, entry.value))
}
