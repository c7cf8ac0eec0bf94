use crate::calls::{applied, library_path, option_arguments};
use crate::declaration_edits::{first_binding, type_of};
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level};
use module::arena::{Expr, Resolved, Set};
use module::facts::{Declaration, DeclarationKind};
use module::{Arena, ExprId};

declare_rule! {
    /// ## What it does
    ///
    /// Reports an option without a type. The fix writes the type of a plain default.
    ///
    /// ## Why is this bad?
    ///
    /// Without a type any value is accepted, mistakes are found far from where they were made, and several
    /// definitions are merged by a rule of thumb.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.workers = lib.mkOption {
    ///     default = 4;
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
    ///     type = lib.types.int;
    ///     default = 4;
    ///     description = "How many processes answer.";
    ///   };
    /// }
    /// ```
    name: "missing-type",
    level: Level::Warning,
    nixos_level: Some(Level::Hint),
    summary: "An option without a type.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    for declaration in &facts.declarations {
        let Some(range) = context.here(declaration.name) else { continue };
        if declaration.kind != DeclarationKind::Option || declaration.has_type {
            continue;
        }
        let Some(arguments) = option_arguments(context.arena, declaration.value) else { continue };
        if !sink.is_first_at(range) {
            continue;
        }
        sink.report(
            range,
            format!(
                "`{}` has no type: any value is accepted, and mistakes are found late. Give it one.",
                declaration.path,
            ),
        )
        .fix(insert_type(context, declaration, arguments));
    }
}

/// Writes the default's own type as the first argument.
fn insert_type(context: &RuleContext<'_>, declaration: &Declaration, set: &Set) -> Option<Fix> {
    let types = written_types(context.arena, declaration.value)?;
    let ty = type_of(&declaration.default.as_ref()?.value, &types)?;
    let edit = first_binding(&context.data.text, set, &format!("type = {ty};"))?;
    Some(Fix::to_review(format!("Insert `type = {ty};`"), context.file, vec![edit]))
}

/// How `lib.types` is written where `mkOption` is written like this.
fn written_types(arena: &Arena, call: ExprId) -> Option<String> {
    let (function, _) = applied(arena, call)?;
    match arena.expr(function) {
        Expr::Select { base, path, .. } if path.len() == 1 => {
            let is_library = library_path(arena, *base).is_some_and(|path| path.is_empty());
            is_library.then(|| format!("{}.types", arena.source(arena.range(*base))))
        }
        // `with lib;`
        Expr::Name { resolved: Resolved::With(_), .. } => {
            library_path(arena, function).map(|_| "types".to_owned())
        }
        _ => None,
    }
}
