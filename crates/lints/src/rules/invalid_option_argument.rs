use crate::calls::certain_library_call;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level};
use module::arena::{AttrName, Entry, Expr, Set};
use module::{Arena, ExprId, Symbol};
use syntax::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports arguments that `lib.mkOption` and `lib.mkPackageOption` do not take.
    ///
    /// ## Why is this bad?
    ///
    /// Nix refuses the call: "function 'mkOption' called with unexpected argument 'check'". What is to
    /// hold of the values belongs in the type: `types.ints.between`, `types.strMatching`, or
    /// `types.addCheck` for anything else.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.workers = lib.mkOption {
    ///     type = lib.types.int;
    ///     check = count: count > 0;
    ///     description = "How many processes answer.";
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.workers = lib.mkOption {
    ///     type = lib.types.addCheck lib.types.int (count: count > 0);
    ///     description = "How many processes answer.";
    ///   };
    /// }
    /// ```
    name: "invalid-option-argument",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "An argument that `mkOption` does not take.",
    fixable: true,
    check: check,
}

/// The formals of `mkOption`. Source: nixpkgs `lib/options.nix`, release 26.11.
const OPTION: &[&str] = &[
    "default",
    "defaultText",
    "example",
    "description",
    "relatedPackages",
    "type",
    "apply",
    "internal",
    "visible",
    "readOnly",
];

/// Those of `mkPackageOption`'s last argument, of the same release.
const PACKAGE: &[&str] = &["nullable", "default", "example", "extraDescription", "pkgsText"];

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    for expr in arena.expr_ids() {
        let Some(call) = certain_library_call(arena, expr) else { continue };
        let (argument, known) = match (call.name, call.arguments.as_slice()) {
            ("mkOption", [argument]) => (*argument, OPTION),
            ("mkPackageOption", [_, _, argument]) => (*argument, PACKAGE),
            _ => continue,
        };
        let Expr::Set(set) = arena.expr(argument) else { continue };
        let set = arena.set(*set);
        for entry in set.entries.iter().filter(|entry| !known.contains(&entry.name.as_str())) {
            let name = entry.name;
            let (advice, fix) = if call.name == "mkOption" && name.as_str() == "check" {
                (
                    "Put the condition into the type: `types.ints.between`, `types.strMatching`, or \
                     `types.addCheck`."
                        .to_owned(),
                    check_in_type(context, expr, set, entry),
                )
            } else {
                match nearest(name, known) {
                    Some(near) => {
                        (format!("Did you mean `{near}`?"), rename(context, set, entry, near))
                    }
                    None => (format!("It takes {}.", known.join(", ")), None),
                }
            };
            sink.report(
                entry.site.key,
                format!(
                    "function '{}' called with unexpected argument '{name}'. {advice}",
                    call.name
                ),
            )
            .fix(fix);
        }
    }
}

fn nearest(name: Symbol, known: &[&'static str]) -> Option<&'static str> {
    let distance = |known: &&str| strsim::osa_distance(name.as_str(), known);
    let near = known.iter().copied().min_by_key(distance)?;
    let edits = strsim::osa_distance(name.as_str(), near);
    (edits <= 2 && edits * 3 <= name.as_str().len()).then_some(near)
}

fn rename(context: &RuleContext<'_>, set: &Set, entry: &Entry, name: &str) -> Option<Fix> {
    let is_free = set.entry(name.into()).is_none() && !entry.inherited;
    let edit = TextEdit::replace(entry.site.key, name);
    is_free.then(|| Fix::to_review(format!("Change to `{name}`"), context.file, vec![edit]))
}

/// Moves the condition into the type, where the call says how `lib` is written.
fn check_in_type(context: &RuleContext<'_>, call: ExprId, set: &Set, check: &Entry) -> Option<Fix> {
    let arena = context.arena;
    let ty = set.entry("type".into())?;
    let lib = written_library(arena, call)?;
    if check.inherited || ty.inherited || !check.more.is_empty() {
        return None;
    }
    let atom = |expr: ExprId| {
        let text = arena.source(arena.full_range(expr));
        let is_atom = text.starts_with('(')
            || matches!(arena.expr(expr), Expr::Name { .. } | Expr::Select { .. });
        if is_atom { text.to_owned() } else { format!("({text})") }
    };
    let text = format!("{lib}.types.addCheck {} {}", atom(ty.value), atom(check.value));
    let edits = vec![
        TextEdit::replace(arena.full_range(ty.value), text),
        TextEdit::delete(check.site.statement),
    ];
    Some(Fix::to_review("Put the condition into the type", context.file, edits))
}

/// `lib` of a call that is written `lib.mkOption …`.
fn written_library(arena: &Arena, call: ExprId) -> Option<&str> {
    let (function, _) = crate::calls::applied(arena, call)?;
    let Expr::Select { base, path, .. } = arena.expr(function) else { return None };
    let is_direct = matches!(path.as_ref(), [AttrName::Static(..)]);
    let is_name = matches!(arena.expr(*base), Expr::Name { .. });
    (is_direct && is_name).then(|| arena.source(arena.range(*base)))
}
