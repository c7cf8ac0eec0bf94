//! What a file is as a module, from its form alone.

use crate::arena::*;
use crate::facts::{OuterBinding, Shape};
use crate::{Arena, ExprId, Symbol};

/// Arguments that only modules take. `lib` and `pkgs` alone do not say so: packages take them too.
const MODULE_ARGUMENTS: [&str; 4] = ["config", "options", "modulesPath", "utils"];
const MODULE_KEYS: [&str; 3] = ["options", "config", "imports"];

pub(super) fn of(arena: &Arena) -> Shape {
    let mut shape = Shape::default();
    let mut expr = arena.root;
    let mut takes_module_arguments = false;
    let mut is_function = false;
    let mut takes_more = false;
    loop {
        expr = match arena.expr(expr) {
            Expr::Lambda(lambda) if !is_function => {
                is_function = true;
                let lambda = arena.lambda(*lambda);
                if let Param::Pattern { formals, ellipsis, .. } = &lambda.param {
                    takes_more = *ellipsis;
                    let named =
                        |name: &str| formals.iter().any(|formal| formal.name.as_str() == name);
                    takes_module_arguments = MODULE_ARGUMENTS.iter().any(|name| named(name))
                        || (*ellipsis && named("lib"));
                }
                lambda.body
            }
            Expr::Let { bindings, body } => {
                let set = arena.set(*bindings);
                shape.outer_bindings.extend(set.entries.iter().map(|entry| OuterBinding {
                    name: entry.name,
                    name_range: entry.site.key,
                    value: entry.value,
                    statement: entry.site.statement,
                }));
                *body
            }
            Expr::With { body, .. } | Expr::Assert { body, .. } => *body,
            _ => break,
        };
    }
    let form = Form { is_function, takes_more, takes_module_arguments };
    describe_body(arena, expr, form, &mut shape);
    shape
}

/// What the file's outermost function says.
struct Form {
    is_function: bool,
    /// `...` among its arguments.
    takes_more: bool,
    takes_module_arguments: bool,
}

fn describe_body(arena: &Arena, body: ExprId, form: Form, shape: &mut Shape) {
    let Some(set_expr) = module_set(arena, body) else {
        // A module may be computed; its arguments still say what it is.
        shape.looks_like_module = form.takes_module_arguments && may_be_set(arena, body);
        return;
    };
    let Expr::Set(set) = arena.expr(set_expr) else { return };
    let set = arena.set(*set);
    let statements = |name: &str| -> Vec<_> {
        let mut ranges: Vec<_> = set
            .entries
            .iter()
            .filter(|entry| entry.name == Symbol::new(name))
            .flat_map(|entry| entry.sites().map(|site| site.statement))
            .collect();
        ranges.sort_by_key(|range| range.start());
        ranges
    };
    shape.body = Some((set_expr, arena.range(set_expr)));
    shape.options = statements("options");
    shape.config = statements("config");
    shape.imports = statements("imports").first().copied();
    shape.shorthand = shape.options.is_empty() && shape.config.is_empty();
    let has_keys = MODULE_KEYS.iter().any(|key| set.entry(Symbol::new(key)).is_some());
    shape.looks_like_module = match form.is_function {
        true => form.takes_module_arguments || (form.takes_more && has_keys),
        false => has_keys,
    };
}

/// The set that an expression is in the end, seen through `lib.mkMerge`-free wrappers such as `//`.
fn module_set(arena: &Arena, body: ExprId) -> Option<ExprId> {
    match arena.expr(body) {
        Expr::Set(_) => Some(body),
        Expr::Binary { op: BinaryOp::Update, left, .. } => module_set(arena, *left),
        _ => None,
    }
}

fn may_be_set(arena: &Arena, body: ExprId) -> bool {
    !matches!(
        arena.expr(body),
        Expr::Int(_)
            | Expr::Float(_)
            | Expr::Str { .. }
            | Expr::List(_)
            | Expr::Path { .. }
            | Expr::Lambda(_)
    )
}
