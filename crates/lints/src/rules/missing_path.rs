use crate::Level;
use crate::paths::{asked_for, is_missing, literal_path, nearest_file};
use crate::rule::{RuleContext, Sink, declare_rule};
use module::arena::{BinaryOp, Expr};
use module::facts::ImportTarget;
use rustc_hash::FxHashSet;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a path literal, other than one in `imports`, that leads to nothing in the workspace.
    /// One whose very path the file asks for with `pathExists` is fine, and so is the beginning of a
    /// longer one (`./web + ".nix"`).
    ///
    /// ## Why is this bad?
    ///
    /// Nix stops as soon as it needs the path: "path '…' does not exist".
    ///
    /// ## Example
    ///
    /// ```nix
    /// #- modules/web.nix
    /// { services.nginx.theme = import ./theem.nix; }
    /// #- modules/theme.nix
    /// "dark"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// #- modules/web.nix
    /// { services.nginx.theme = import ./theme.nix; }
    /// #- modules/theme.nix
    /// "dark"
    /// ```
    name: "missing-path",
    level: Level::Warning,
    nixos_level: Some(Level::Warning),
    summary: "A path that leads to nothing.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    let mut asked = None;
    for id in arena.expr_ids() {
        let Some(path) = literal_path(context.file, arena, id) else { continue };
        if is_missing(context, path).is_none() {
            continue;
        }
        let silent = asked.get_or_insert_with(|| Silent::of(context));
        let range = arena.range(id);
        let is_import = silent.imports.iter().any(|import| import.contains_range(range));
        if silent.asked.contains(&path) || silent.beginnings.contains(&id) || is_import {
            continue;
        }
        let nearest = nearest_file(context, path, range);
        let advice = match &nearest {
            Some((name, _)) => format!(" Did you mean `{name}`?"),
            None => String::new(),
        };
        let shown = path.relative_to(context.snapshot.setup().root);
        sink.report(range, format!("path '{shown}' does not exist.{advice}"))
            .fix(nearest.map(|(_, fix)| fix));
    }
}

/// Paths that are not to be judged.
struct Silent {
    asked: FxHashSet<module::FileId>,
    /// `./x` of `./x + "/y"`.
    beginnings: FxHashSet<module::ExprId>,
    /// `missing-import` has them.
    imports: Vec<syntax::TextRange>,
}

impl Silent {
    fn of(context: &RuleContext<'_>) -> Silent {
        let arena = context.arena;
        let beginnings = arena.expr_ids().filter_map(|id| match arena.expr(id) {
            Expr::Binary { op: BinaryOp::Add, left, .. } => Some(*left),
            _ => None,
        });
        let imports = context.facts.into_iter().flat_map(|facts| &facts.imports);
        Silent {
            asked: asked_for(context.file, arena),
            beginnings: beginnings.collect(),
            imports: imports
                .filter(|import| matches!(import.target, ImportTarget::Path(_)))
                .filter_map(|import| context.here(import.at))
                .collect(),
        }
    }
}
