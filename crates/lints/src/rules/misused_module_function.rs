use crate::calls::{Call, applied, certain_library_call};
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level};
use module::arena::{AttrName, BinaryOp, Expr, Resolved};
use module::facts::{Declaration, Definition};
use module::types::{Leaf, Type};
use module::{Arena, ExprId};
use rustc_hash::FxHashMap;
use syntax::{TextEdit, TextRange};

declare_rule! {
    /// ## What it does
    ///
    /// Reports `mkIf`, `mkMerge`, `mkDefault` and their kin where what they give cannot work: as one
    /// side of `++`, `//` or `+` (`mkIf c [ a ] ++ [ b ]` is `(mkIf c [ a ]) ++ [ b ]`), `mkMerge` of a
    /// set, `mkIf` with a condition that is no bool, as `imports`, inside an option's `default`, and
    /// inside one another in an order that Nix does not look through.
    ///
    /// ## Why is this bad?
    ///
    /// These functions give a set with a mark that the module system looks for in a few places: as the
    /// value of a definition, first `mkIf` and `mkMerge`, then `mkDefault` or `mkForce`, then `mkBefore`
    /// or `mkAfter`. Anywhere else the mark is taken for the value.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, pkgs, ... }:
    /// {
    ///   environment.systemPackages =
    ///     lib.mkIf config.hypervisor.web.enable [ pkgs.curl ] ++ [ pkgs.git ];
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, pkgs, ... }:
    /// {
    ///   environment.systemPackages =
    ///     lib.optionals config.hypervisor.web.enable [ pkgs.curl ] ++ [ pkgs.git ];
    /// }
    /// ```
    name: "misused-module-function",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "`mkIf`, `mkMerge` or `mkDefault` where it cannot work.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    let types = Types::of(context);
    for expr in arena.expr_ids() {
        match arena.expr(expr) {
            Expr::Binary { op, left, right } => operand(context, *op, *left, *right, sink),
            Expr::Apply { .. } => {
                let Some(call) = certain_library_call(arena, expr) else { continue };
                arguments(context, &call, sink);
                if let Some(inner) = nested(arena, &call) {
                    report_nested(arena, &call, &inner, types.of_definition(context, expr), sink);
                }
                if call.name == "mkOption" {
                    default(context, &call, types.declared(expr), sink);
                }
            }
            _ => {}
        }
    }
    imports(context, sink);
}

/// What marks a value for the module system.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Property {
    /// `mkIf`, `mkMerge`: looked through first.
    Condition,
    Priority,
    /// Looked through last.
    Order,
}

fn property(call: &Call) -> Option<(Property, ExprId)> {
    Some(match (call.name, call.arguments.as_slice()) {
        ("mkIf", [_, content]) | ("mkMerge", [content]) => (Property::Condition, *content),
        (
            "mkDefault" | "mkForce" | "mkOptionDefault" | "mkImageMediaOverride" | "mkVMOverride",
            [content],
        )
        | ("mkOverride", [_, content]) => (Property::Priority, *content),
        ("mkBefore" | "mkAfter", [content]) | ("mkOrder", [_, content]) => {
            (Property::Order, *content)
        }
        _ => return None,
    })
}

fn property_of(arena: &Arena, expr: ExprId) -> Option<(Call, Property)> {
    let call = certain_library_call(arena, expr)?;
    let (property, _) = property(&call)?;
    Some((call, property))
}

// ---- operators ----

fn operand(context: &RuleContext<'_>, op: BinaryOp, left: ExprId, right: ExprId, sink: &mut Sink) {
    let arena = context.arena;
    let (words, level) = match op {
        BinaryOp::Concat => ("value is a set while a list was expected", Level::Error),
        BinaryOp::Add => ("cannot coerce a set to a string", Level::Error),
        BinaryOp::Update => ("what is merged into it is lost", Level::Warning),
        _ => return,
    };
    for side in [left, right] {
        let Some((call, _)) = property_of(arena, side) else { continue };
        // `{ … } // mkIf c { … }` is a property all the same, with more names in it.
        if op == BinaryOp::Update && side == right {
            continue;
        }
        let instead = match op {
            BinaryOp::Concat => "optionals",
            BinaryOp::Add => "optionalString",
            _ => "optionalAttrs",
        };
        let advice = match call.name {
            "mkIf" => format!("use `lib.{instead}`"),
            _ => "put it around all of the value".to_owned(),
        };
        let fix = (call.name == "mkIf").then(|| rename_function(context, side, instead)).flatten();
        let Some(name) = function_range(arena, side) else { continue };
        sink.report(
            name,
            format!(
                "{words}: `{}` is one operand here, it is applied before the operator. Instead, \
                 {advice}, or put all of the value in parentheses.",
                call.name,
            ),
        )
        .at_most(level)
        .fix(fix);
    }
}

/// The function of a call, as it is written.
fn function_range(arena: &Arena, call: ExprId) -> Option<TextRange> {
    applied(arena, call).map(|(function, _)| arena.range(function))
}

/// Another function of the same `lib`.
fn rename_function(context: &RuleContext<'_>, call: ExprId, name: &str) -> Option<Fix> {
    let arena = context.arena;
    let (function, _) = applied(arena, call)?;
    let range = match arena.expr(function) {
        Expr::Select { path, .. } if path.len() == 1 => {
            path.last().copied().map(AttrName::range)?
        }
        Expr::Name { resolved: Resolved::With(_), .. } => arena.range(function),
        _ => return None,
    };
    let edit = TextEdit::replace(range, name);
    Some(Fix::to_review(format!("Use `{name}`"), context.file, vec![edit]))
}

// ---- arguments ----

fn arguments(context: &RuleContext<'_>, call: &Call, sink: &mut Sink) {
    let arena = context.arena;
    match (call.name, call.arguments.as_slice()) {
        ("mkMerge", [argument]) if matches!(arena.expr(*argument), Expr::Set(_)) => {
            let range = arena.full_range(*argument);
            let edits =
                vec![TextEdit::insert(range.start(), "[ "), TextEdit::insert(range.end(), " ]")];
            let end = range.start() + syntax::TextSize::new(1);
            sink.report(
                TextRange::new(range.start(), end),
                "value is a set while a list was expected: `mkMerge` takes a list of sets.",
            )
            .fix(Some(Fix::to_review("Make it a list", context.file, edits)));
        }
        ("mkIf", [condition, _]) => {
            let kind = match arena.expr(*condition) {
                Expr::Str { .. } => "a string",
                Expr::List(_) => "a list",
                Expr::Set(_) => "a set",
                Expr::Int(_) | Expr::Float(_) => "a number",
                Expr::Path { .. } => "a path",
                Expr::Lambda(_) => "a function",
                _ => return,
            };
            sink.report(
                arena.full_range(*condition),
                format!("'mkIf' called with a non-Boolean condition: this is {kind}."),
            );
        }
        _ => {}
    }
}

fn imports(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    let Some((body, _)) = context.facts.and_then(|facts| facts.shape.body) else { return };
    let Expr::Set(set) = arena.expr(body) else { return };
    let Some(entry) = arena.set(*set).entry("imports".into()) else { return };
    let Some((call, _)) = property_of(arena, entry.value) else { return };
    let Some(range) = function_range(arena, entry.value) else { return };
    sink.report(
        range,
        format!(
            "value is a set while a list was expected: Nix needs `imports` before there is any \
             `config`, and does not look through `{}`. Import the module in any case, and put \
             `mkIf` around its `config`.",
            call.name
        ),
    );
}

// ---- one inside another ----

/// The property inside a property that Nix does not look through.
fn nested(arena: &Arena, outer: &Call) -> Option<(Call, ExprId)> {
    let (outer, content) = property(outer)?;
    let (inner, kind) = property_of(arena, content)?;
    let is_misplaced = match outer {
        Property::Condition => false,
        Property::Priority => kind != Property::Order,
        Property::Order => true,
    };
    is_misplaced.then_some((inner, content))
}

fn report_nested(
    arena: &Arena,
    outer: &Call,
    (inner, content): &(Call, ExprId),
    ty: Option<&Type>,
    sink: &mut Sink,
) {
    // A submodule's value is a module, where properties are looked through anew.
    let is_strict = match ty {
        Some(ty) if may_be_module(ty) => return,
        Some(ty) => is_strict(ty),
        None => false,
    };
    let Some(range) = function_range(arena, *content) else { return };
    let advice = match (outer.name, inner.name) {
        (outer, inner @ ("mkIf" | "mkMerge")) => format!("Put `{inner}` around `{outer}`."),
        ("mkBefore" | "mkAfter" | "mkOrder", inner) if !inner.starts_with("mkO") => {
            format!("Put `{inner}` around `{}`.", outer.name)
        }
        _ => "Keep one of them.".to_owned(),
    };
    sink.report(
        range,
        format!(
            "Nix does not look for `{}` inside `{}`, and takes it for the value itself (\"A \
             definition for option … is not of type …\"). {advice}",
            inner.name, outer.name,
        ),
    )
    .at_most(if is_strict { Level::Error } else { Level::Warning });
}

fn default(context: &RuleContext<'_>, call: &Call, ty: Option<&Type>, sink: &mut Sink) {
    let arena = context.arena;
    let [argument] = call.arguments.as_slice() else { return };
    let Expr::Set(set) = arena.expr(*argument) else { return };
    let Some(entry) = arena.set(*set).entry("default".into()) else { return };
    let Some((inner, kind)) = property_of(arena, entry.value) else { return };
    let is_strict = match ty {
        _ if kind == Property::Order => return,
        Some(ty) if may_be_module(ty) => return,
        Some(ty) => is_strict(ty),
        None => false,
    };
    let Some(range) = function_range(arena, entry.value) else { return };
    let advice = match inner.name {
        "mkIf" => "Write `if … then … else …`, or define the option under `config`.",
        "mkMerge" => "Merge the values here, or define the option under `config`.",
        _ => "A default has the lowest priority of its own; write the value alone.",
    };
    sink.report(
        range,
        format!(
            "Nix does not look for `{}` in a default, and takes it for the value itself (\"A \
             definition for option … is not of type …\"). {advice}",
            inner.name,
        ),
    )
    .at_most(if is_strict { Level::Error } else { Level::Warning });
}

// ---- types ----

/// The types of the file's options, by the calls that declare and the values that define them.
struct Types<'a> {
    declared: FxHashMap<ExprId, &'a Type>,
    defined: FxHashMap<ExprId, &'a Definition>,
}

impl<'a> Types<'a> {
    fn of(context: &RuleContext<'a>) -> Types<'a> {
        let declarations: &[Declaration] = context.facts.map_or(&[], |facts| &facts.declarations);
        let definitions: &[Definition] = context.facts.map_or(&[], |facts| &facts.definitions);
        Types {
            declared: declarations
                .iter()
                .filter(|declaration| context.here(declaration.at).is_some())
                .map(|declaration| (declaration.value, &declaration.ty))
                .collect(),
            defined: definitions
                .iter()
                .filter(|definition| context.here(definition.value_at).is_some())
                .map(|definition| (definition.value, definition))
                .collect(),
        }
    }

    fn declared(&self, call: ExprId) -> Option<&'a Type> {
        self.declared.get(&call).copied()
    }

    /// The type of the option that this is the whole value of.
    fn of_definition(&self, context: &RuleContext<'a>, value: ExprId) -> Option<&'a Type> {
        let definition = self.defined.get(&value)?;
        context.snapshot.option_type(&definition.path)
    }
}

/// Whether a value of the type may be a module.
fn may_be_module(ty: &Type) -> bool {
    match ty {
        Type::Submodule(_) | Type::Leaf(Leaf::DeferredModule) => true,
        Type::NullOr(inner)
        | Type::Described { ty: inner, .. }
        | Type::Checked(inner)
        | Type::Unique(inner) => may_be_module(inner),
        Type::Either(left, right) => may_be_module(left) || may_be_module(right),
        Type::Coerced { from, to } => may_be_module(from) || may_be_module(to),
        _ => false,
    }
}

/// Whether the type certainly refuses a set with the mark of a property.
fn is_strict(ty: &Type) -> bool {
    use Leaf::*;
    match ty {
        Type::Leaf(leaf) => matches!(
            leaf,
            Bool | BoolByOr | Int | Float | Str | NonEmptyStr | SingleLineStr | Path | Package
        ),
        Type::IntBetween { .. }
        | Type::NumberBetween { .. }
        | Type::Enum(_)
        | Type::StrMatching(_)
        | Type::SeparatedString(_)
        | Type::List { .. } => true,
        Type::Attrs { element, .. } => is_strict(element),
        Type::NullOr(inner) => is_strict(inner),
        Type::Either(left, right) => is_strict(left) && is_strict(right),
        _ => false,
    }
}
