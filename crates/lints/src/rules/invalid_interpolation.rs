use crate::calls::certain_library_call;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::scopes::{bound_value, takes_argument};
use crate::shell::{Interpolation, is_shell_code};
use crate::typing::{Source, expected_at};
use crate::{Fix, Level};
use module::arena::{BinaryOp, Expr, Resolved, StrPart};
use module::facts::{Known, Read, ReadKind, ReadOf};
use module::types::{Leaf, Type};
use module::{Arena, ExprId, Location, OptionPath, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};
use syntax::{TextEdit, TextRange};

declare_rule! {
    /// ## What it does
    ///
    /// Reports `${x}` in a string where `x` is known to be a number, a boolean, null, a list, a function
    /// or a plain set: by what is written, or by the type of the option that is read.
    ///
    /// ## Why is this bad?
    ///
    /// Only strings, paths, packages and sets with `outPath` or `__toString` stand in a string by
    /// themselves. Nix refuses the rest: "cannot coerce an integer to a string".
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///   config.environment.variables.DASHBOARD = "http://localhost:${config.hypervisor.web.port}/";
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///   config.environment.variables.DASHBOARD =
    ///     "http://localhost:${toString config.hypervisor.web.port}/";
    /// }
    /// ```
    name: "invalid-interpolation",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "A value in a string that Nix cannot make a string of.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    let strings = arena.expr_ids().filter_map(|id| match arena.expr(id) {
        Expr::Str { parts, .. } | Expr::Path { parts, .. } => Some((id, parts)),
        _ => None,
    });
    let interpolated: Vec<(ExprId, ExprId)> = strings
        .flat_map(|(string, parts)| {
            parts.iter().filter_map(move |part| match part {
                StrPart::Interpolation(inner) => Some((string, *inner)),
                StrPart::Text(_) => None,
            })
        })
        .collect();
    if interpolated.is_empty() {
        return;
    }
    let mut search = Search { context, reads: FxHashMap::default() };
    for read in context.facts.iter().flat_map(|facts| &facts.reads) {
        if read.at.file == context.file {
            search.reads.entry(read.expr).or_default().push(read);
        }
    }
    let shown_on_failure = messages(arena);
    for (string, expr) in interpolated {
        let Some(found) = search.kind(expr, MAX_NESTING) else { continue };
        let what = match &found.option {
            Some((path, _)) => format!("`{path}` is {}", found.kind.words()),
            None => format!("This is {}", found.kind.words()),
        };
        let range = arena.full_range(expr);
        let parameter = positional_parameter(arena, string, expr);
        let advice = match parameter {
            Some(parameter) => format!(
                "Write `{}{}` if it is a parameter of the shell.",
                parameter.escape_sign(),
                arena.source(parameter.range)
            ),
            None => found.kind.advice().to_owned(),
        };
        let left_to_shell = parameter.map(|parameter| {
            let title = format!("Leave `{}` to the shell", arena.source(parameter.range));
            Fix::to_review(title, context.file, vec![parameter.escape(arena)])
        });
        let is_message =
            |range: TextRange| shown_on_failure.iter().any(|message| message.contains_range(range));
        let finding = sink
            .report(
                range,
                format!("cannot coerce {} to a string: {what}. {advice}", found.kind.words()),
            )
            .at_most(match found.is_certain && !is_message(range) {
                true => Level::Error,
                false => Level::Warning,
            })
            .fix(left_to_shell.or_else(|| conversion(context, expr, found.kind)));
        if let Some((path, Some(at))) = found.option {
            finding.related(at, format!("`{path}` is declared here"));
        }
    }
}

/// `${1}` in shell code.
fn positional_parameter(arena: &Arena, string: ExprId, expr: ExprId) -> Option<Interpolation> {
    let (Expr::Str { indented, .. }, Expr::Int(_)) = (arena.expr(string), arena.expr(expr)) else {
        return None;
    };
    let is_shell = is_shell_code(arena.source(arena.range(string)));
    is_shell.then(|| Interpolation::around(arena, expr, *indented))?
}

/// Functions whose argument Nix evaluates only to say what is wrong.
const COMPLAINTS: [&str; 7] =
    ["throw", "abort", "warn", "throwIf", "throwIfNot", "assertMsg", "warnIf"];

/// Texts that are made only when something has failed already: what `throw` is given, and the `message` of an
/// assertion. A tree in which nothing fails evaluates with any of these.
fn messages(arena: &Arena) -> Vec<TextRange> {
    let mut messages = Vec::new();
    let mut complaints = FxHashSet::default();
    // A function comes before its application.
    for expr in arena.expr_ids() {
        match arena.expr(expr) {
            Expr::Apply { function, argument } => {
                let name = match arena.expr(*function) {
                    Expr::Name { name, .. } => Some(*name),
                    Expr::Select { path, .. } => path.last().and_then(|name| name.symbol()),
                    _ => None,
                };
                let is_complaint = name.is_some_and(|name| COMPLAINTS.contains(&name.as_str()));
                if is_complaint || complaints.contains(function) {
                    complaints.insert(expr);
                    messages.push(arena.full_range(*argument));
                }
            }
            Expr::Set(set) => {
                let set = arena.set(*set);
                let is_assertion = set.entry(Symbol::new("assertion")).is_some();
                if let Some(message) = set.entry(Symbol::new("message")).filter(|_| is_assertion) {
                    messages.push(arena.full_range(message.value));
                }
            }
            _ => {}
        }
    }
    messages
}

/// Names that lead to expressions and back, at most.
const MAX_NESTING: usize = 32;

/// What cannot stand in a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    Float,
    Bool,
    Null,
    List,
    Set,
    Function,
    /// One or the other of these.
    Mixed,
}

impl Kind {
    /// As Nix names them.
    fn words(self) -> &'static str {
        match self {
            Kind::Int => "an integer",
            Kind::Float => "a float",
            Kind::Bool => "a Boolean",
            Kind::Null => "null",
            Kind::List => "a list",
            Kind::Set => "a set",
            Kind::Function => "a function",
            Kind::Mixed => "a value of this type",
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Kind::Int | Kind::Float | Kind::Mixed => "Use `toString`.",
            Kind::Bool => "Use `lib.boolToString`.",
            Kind::Null => "Use `toString` if nothing is meant to stand here.",
            Kind::List => "Use `lib.concatStringsSep`, or `builtins.toJSON`.",
            Kind::Set => "Select what is meant in it, or use `builtins.toJSON`.",
            Kind::Function => "Apply it to its arguments.",
        }
    }

    /// What a value is that is one or the other.
    fn or(self, other: Kind) -> Kind {
        if self == other { self } else { Kind::Mixed }
    }
}

struct Found {
    kind: Kind,
    /// The option whose type says it, and where that is declared.
    option: Option<(OptionPath, Option<Location>)>,
    is_certain: bool,
}

impl Found {
    fn plain(kind: Kind) -> Option<Found> {
        Some(Found { kind, option: None, is_certain: true })
    }
}

struct Search<'a> {
    context: &'a RuleContext<'a>,
    /// By the expression that reads; a function's body may read several options in one place.
    reads: FxHashMap<ExprId, Vec<&'a Read>>,
}

impl Search<'_> {
    fn kind(&self, expr: ExprId, depth: usize) -> Option<Found> {
        let depth = depth.checked_sub(1)?;
        let arena = self.context.arena;
        match arena.expr(expr) {
            Expr::Int(_) => Found::plain(Kind::Int),
            Expr::Float(_) => Found::plain(Kind::Float),
            Expr::List(_) => Found::plain(Kind::List),
            Expr::Lambda(_) => Found::plain(Kind::Function),
            Expr::Set(set) => {
                let set = arena.set(*set);
                let says_where = |name: &str| set.entry(Symbol::new(name)).is_some();
                let is_plain =
                    set.computed.is_empty() && !says_where("outPath") && !says_where("__toString");
                is_plain.then(|| Found::plain(Kind::Set))?
            }
            Expr::Name { name, resolved: Resolved::Builtin } => match name.as_str() {
                "true" | "false" => Found::plain(Kind::Bool),
                "null" => Found::plain(Kind::Null),
                _ => None,
            },
            Expr::Name { .. } | Expr::Select { .. } => match self.reads.get(&expr) {
                Some(reads) => self.option(reads),
                None => self.kind(bound_value(arena, expr)?, depth),
            },
            Expr::Let { body, .. } | Expr::With { body, .. } | Expr::Assert { body, .. } => {
                self.kind(*body, depth)
            }
            Expr::If { then, otherwise, .. } => {
                let (then, otherwise) = (self.kind(*then, depth)?, self.kind(*otherwise, depth)?);
                Some(Found {
                    kind: then.kind.or(otherwise.kind),
                    is_certain: then.is_certain && otherwise.is_certain,
                    option: then.option.filter(|_| otherwise.option.is_none()),
                })
            }
            Expr::Binary { op, left, right } => match op {
                BinaryOp::Concat => Found::plain(Kind::List),
                BinaryOp::And
                | BinaryOp::Or
                | BinaryOp::Implies
                | BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Less
                | BinaryOp::LessOrEqual
                | BinaryOp::More
                | BinaryOp::MoreOrEqual => Found::plain(Kind::Bool),
                BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div => Found::plain(Kind::Int),
                // Strings and paths are added, too.
                BinaryOp::Add => {
                    let is_number = |expr| {
                        self.kind(expr, depth)
                            .is_some_and(|found| matches!(found.kind, Kind::Int | Kind::Float))
                    };
                    (is_number(*left) || is_number(*right)).then(|| Found::plain(Kind::Int))?
                }
                BinaryOp::Update | BinaryOp::PipeLeft | BinaryOp::PipeRight => None,
            },
            Expr::Not(_) | Expr::HasAttr { .. } => Found::plain(Kind::Bool),
            Expr::Negate(_) => Found::plain(Kind::Int),
            Expr::Apply { .. } => Found::plain(result_of(arena, expr)?),
            Expr::Missing | Expr::Str { .. } | Expr::Path { .. } | Expr::Position => None,
        }
    }

    fn option(&self, reads: &[&Read]) -> Option<Found> {
        let [read] = reads else { return None };
        if read.of != ReadOf::Config || read.kind != ReadKind::Plain {
            return None;
        }
        let snapshot = self.context.snapshot;
        let expected = expected_at(snapshot, &read.path)?;
        let (kind, is_certain) = kind_of(expected.ty)?;
        // What is read is then what `apply` makes of the value.
        if snapshot.declarations(&expected.option).iter().any(|found| found.fact.has_apply) {
            return None;
        }
        if kind == Kind::Set {
            // A submodule may say where it lies.
            let says_where = |name: &str| {
                let path = expected.option.child(Symbol::new(name));
                snapshot.is_option(&path)
            };
            if says_where("outPath") || says_where("__toString") {
                return None;
            }
        }
        let is_own = matches!(expected.source, Source::Workspace { .. });
        Some(Found {
            kind,
            option: Some((read.path.clone(), expected.declared_at())),
            is_certain: is_certain && is_own,
        })
    }
}

/// What every value of the type is, if none of them can stand in a string, and whether that is certain.
fn kind_of(ty: &Type) -> Option<(Kind, bool)> {
    let certain = |kind| Some((kind, true));
    match ty {
        Type::Leaf(Leaf::Bool | Leaf::BoolByOr) => certain(Kind::Bool),
        Type::Leaf(Leaf::Int) | Type::IntBetween { .. } => certain(Kind::Int),
        Type::Leaf(Leaf::Float) => certain(Kind::Float),
        Type::NumberBetween { .. } => certain(Kind::Mixed),
        Type::Enum(Some(values)) => {
            let kinds = values.iter().map(|value| match value {
                Known::Null => Some(Kind::Null),
                Known::Bool(_) => Some(Kind::Bool),
                Known::Int(_) => Some(Kind::Int),
                Known::Float(_) => Some(Kind::Float),
                _ => None,
            });
            let kinds: Vec<Kind> = kinds.collect::<Option<_>>()?;
            certain(kinds.into_iter().reduce(Kind::or)?)
        }
        Type::List { .. } => certain(Kind::List),
        Type::FunctionTo(_) => certain(Kind::Function),
        // A member may be named `outPath`.
        Type::Attrs { .. } => Some((Kind::Set, false)),
        Type::Submodule(submodule) => {
            (!submodule.open && submodule.freeform.is_none()).then_some((Kind::Set, true))
        }
        Type::NullOr(inner) => kind_of(inner),
        Type::Either(left, right) => {
            let ((left, one), (right, other)) = (kind_of(left)?, kind_of(right)?);
            Some((left.or(right), one && other))
        }
        Type::Coerced { to: inner, .. }
        | Type::Unique(inner)
        | Type::Checked(inner)
        | Type::Described { ty: inner, .. } => kind_of(inner),
        _ => None,
    }
}

/// What the functions of `lib` and `builtins` return that return no string: the name, the count of
/// arguments, the result.
const RESULTS: &[(&str, usize, Kind)] = &[
    ("length", 1, Kind::Int),
    ("attrNames", 1, Kind::List),
    ("attrValues", 1, Kind::List),
    ("map", 2, Kind::List),
    ("filter", 2, Kind::List),
    ("concatMap", 2, Kind::List),
    ("concatLists", 1, Kind::List),
    ("flatten", 1, Kind::List),
    ("splitString", 2, Kind::List),
    ("optional", 2, Kind::List),
    ("optionals", 2, Kind::List),
    ("range", 2, Kind::List),
    ("unique", 1, Kind::List),
    ("mapAttrsToList", 2, Kind::List),
    ("forEach", 2, Kind::List),
    ("singleton", 1, Kind::List),
    ("toList", 1, Kind::List),
    ("stringLength", 1, Kind::Int),
    ("toInt", 1, Kind::Int),
    ("elem", 2, Kind::Bool),
    ("any", 2, Kind::Bool),
    ("all", 2, Kind::Bool),
    ("hasAttr", 2, Kind::Bool),
    ("hasPrefix", 2, Kind::Bool),
    ("hasSuffix", 2, Kind::Bool),
    ("hasInfix", 2, Kind::Bool),
    ("versionOlder", 2, Kind::Bool),
    ("versionAtLeast", 2, Kind::Bool),
    ("pathExists", 1, Kind::Bool),
];

fn result_of(arena: &Arena, expr: ExprId) -> Option<Kind> {
    let (name, count) = match certain_library_call(arena, expr) {
        Some(call) => (call.name, call.arguments.len()),
        None => builtin_call(arena, expr)?,
    };
    RESULTS
        .iter()
        .find(|(known, arity, _)| *known == name && *arity == count)
        .map(|(.., kind)| *kind)
}

/// `builtins.NAME …` or a name that Nix supplies everywhere.
fn builtin_call(arena: &Arena, expr: ExprId) -> Option<(&'static str, usize)> {
    let (function, arguments) = crate::calls::applied(arena, expr)?;
    let name = match arena.expr(function) {
        Expr::Name { name, resolved: Resolved::Builtin } => *name,
        Expr::Select { base, path, default: None } => {
            let is_builtins = matches!(
                arena.expr(*base),
                Expr::Name { name, resolved: Resolved::Builtin } if name.as_str() == "builtins"
            );
            let [name] = &path[..] else { return None };
            name.symbol().filter(|_| is_builtins)?
        }
        _ => return None,
    };
    Some((name.as_str(), arguments.len()))
}

/// Wraps the value in what makes a string of it.
fn conversion(context: &RuleContext<'_>, expr: ExprId, kind: Kind) -> Option<Fix> {
    let has_lib = takes_argument(context.arena, Symbol::new("lib"));
    let function = match kind {
        Kind::Int | Kind::Float | Kind::Mixed => "toString",
        Kind::Bool if has_lib => "lib.boolToString",
        Kind::Bool | Kind::List | Kind::Set => "builtins.toJSON",
        Kind::Null | Kind::Function => return None,
    };
    let range = context.arena.full_range(expr);
    let written = context.arena.source(range);
    let is_one = match context.arena.expr(expr) {
        Expr::Name { .. }
        | Expr::Select { default: None, .. }
        | Expr::Int(_)
        | Expr::Float(_)
        | Expr::List(_)
        | Expr::Set(_) => true,
        _ => written.starts_with('('),
    };
    let content = if is_one { written.to_owned() } else { format!("({written})") };
    let edit = TextEdit::replace(range, format!("{function} {content}"));
    let title = format!("Use `{function}`");
    Some(match kind {
        Kind::Int | Kind::Float | Kind::Bool => Fix::safe(title, context.file, vec![edit]),
        _ => Fix::to_review(title, context.file, vec![edit]),
    })
}
