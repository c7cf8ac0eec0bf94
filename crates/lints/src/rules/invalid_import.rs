use crate::calls::{Call, certain_library_call};
use crate::libraries::evaluated;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::scopes::bound_value;
use crate::{Fix, Level};
use module::arena::{BinaryOp, Expr, Resolved, StrPart};
use module::{Arena, ExprId, Symbol};
use syntax::{TextEdit, TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports an element of `imports` that can be no module: a list in the list, `lib.mkMerge`, a number, null,
    /// a string that is no absolute path. It looks at the lists that are written in the module itself.
    ///
    /// ## Why is this bad?
    ///
    /// Nix refuses it: "Module imports can't be nested lists", "Expected a module, but found a value of type
    /// "merge"".
    ///
    /// ## Example
    ///
    /// ```nix
    /// #- configuration.nix
    /// { lib, small, ... }:
    /// {
    ///   imports = [ ./web.nix (lib.optional (!small) ./monitoring.nix) ];
    /// }
    /// #- web.nix
    /// { config, ... }: { }
    /// #- monitoring.nix
    /// { config, ... }: { }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// #- configuration.nix
    /// { lib, small, ... }:
    /// {
    ///   imports = [ ./web.nix ] ++ lib.optional (!small) ./monitoring.nix;
    /// }
    /// #- web.nix
    /// { config, ... }: { }
    /// #- monitoring.nix
    /// { config, ... }: { }
    /// ```
    name: "invalid-import",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "An element of `imports` that can be no module.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    let Some(facts) = context.facts.filter(|_| arena.syntax_errors.is_empty()) else { return };
    let body = facts.shape.body.filter(|_| facts.shape.imports.is_some());
    let Some(Expr::Set(body)) = body.map(|(body, _)| arena.expr(body)) else { return };
    let Some(imports) = arena.set(*body).entry(Symbol::new("imports")) else { return };
    let mut lists = Vec::new();
    collect_lists(arena, imports.value, false, &mut lists);
    for (list, is_conditional) in lists {
        let Expr::List(items) = arena.expr(list) else { continue };
        for &item in items {
            let Some(wrong) = Wrong::of(arena, item) else { continue };
            let level = if is_conditional { Level::Warning } else { evaluated(context) };
            sink.report(arena.full_range(item), wrong.message()).at_most(level).fix(wrong.fix(
                context,
                list,
                item,
                is_conditional,
            ));
        }
    }
}

/// The lists that `imports` is put together of, each with whether it is there under a condition.
fn collect_lists(
    arena: &Arena,
    expr: ExprId,
    is_conditional: bool,
    lists: &mut Vec<(ExprId, bool)>,
) {
    match arena.expr(expr) {
        Expr::List(_) => lists.push((expr, is_conditional)),
        Expr::Binary { op: BinaryOp::Concat, left, right } => {
            collect_lists(arena, *left, is_conditional, lists);
            collect_lists(arena, *right, is_conditional, lists);
        }
        Expr::Let { body, .. } | Expr::With { body, .. } => {
            collect_lists(arena, *body, is_conditional, lists);
        }
        Expr::If { then, otherwise, .. } => {
            collect_lists(arena, *then, true, lists);
            collect_lists(arena, *otherwise, true, lists);
        }
        Expr::Apply { .. } => {
            if let Some(Call { name: "optionals", arguments }) = certain_library_call(arena, expr)
                && let &[_, list] = arguments.as_slice()
            {
                collect_lists(arena, list, true, lists);
            }
        }
        _ => {}
    }
}

/// What an element is, if it can be no module.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Wrong {
    List,
    Merge,
    Value(&'static str),
    Text,
}

impl Wrong {
    fn of(arena: &Arena, item: ExprId) -> Option<Wrong> {
        match arena.expr(bound_value(arena, item).unwrap_or(item)) {
            Expr::List(_) => Some(Wrong::List),
            Expr::Int(_) => Some(Wrong::Value("an integer")),
            Expr::Float(_) => Some(Wrong::Value("a float")),
            Expr::Name { name, resolved: Resolved::Builtin } => match name.as_str() {
                "true" | "false" => Some(Wrong::Value("a Boolean")),
                "null" => Some(Wrong::Value("null")),
                _ => None,
            },
            Expr::Str { parts, .. } => match parts.first() {
                Some(StrPart::Interpolation(_)) => None,
                Some(StrPart::Text(text)) if arena.source(*text).starts_with('/') => None,
                _ => Some(Wrong::Text),
            },
            Expr::Apply { .. } => {
                let call = certain_library_call(arena, bound_value(arena, item).unwrap_or(item))?;
                match (call.name, call.arguments.len()) {
                    ("mkMerge", 1) => Some(Wrong::Merge),
                    ("optional" | "optionals" | "filter" | "flatten" | "concatMap", count) => {
                        let is_whole = count == if call.name == "flatten" { 1 } else { 2 };
                        is_whole.then_some(Wrong::List)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn message(self) -> String {
        match self {
            Wrong::List => "Module imports can't be nested lists: this is a list in the list. Join the two \
                            with `++`."
                .to_owned(),
            Wrong::Merge => "Expected a module, but found a value of type \"merge\": `mkMerge` is for what a \
                             module defines. Write `{ config = lib.mkMerge …; }`, or import each on its own."
                .to_owned(),
            Wrong::Value(words) => {
                format!("cannot coerce {words} to a string: `imports` takes modules and their paths.")
            }
            Wrong::Text => "This string doesn't represent an absolute path: write a path without quotes \
                            (`./web.nix`)."
                .to_owned(),
        }
    }

    fn fix(
        self,
        context: &RuleContext<'_>,
        list: ExprId,
        item: ExprId,
        is_conditional: bool,
    ) -> Option<Fix> {
        let arena = context.arena;
        let whole = arena.full_range(item);
        match (self, arena.expr(item)) {
            (Wrong::List, Expr::List(_)) if whole == arena.range(item) => {
                let one = TextSize::new(1);
                let edits = vec![
                    TextEdit::delete(TextRange::at(whole.start(), one)),
                    TextEdit::delete(TextRange::at(whole.end() - one, one)),
                ];
                Some(Fix::to_review("Take the brackets away", context.file, edits))
            }
            // In an argument the sum would need parentheses.
            (Wrong::List, Expr::Apply { .. }) if !is_conditional => {
                let before = &arena.text[..usize::from(whole.start())];
                let blank = TextSize::of(&before[before.trim_end().len()..]);
                let edits = vec![
                    TextEdit::delete(TextRange::new(whole.start() - blank, whole.end())),
                    TextEdit::insert(
                        arena.range(list).end(),
                        format!(" ++ {}", arena.source(arena.range(item))),
                    ),
                ];
                Some(Fix::to_review("Join the two lists with `++`", context.file, edits))
            }
            (Wrong::Merge, Expr::Apply { .. }) => {
                let edits = vec![
                    TextEdit::insert(whole.start(), "{ config = "),
                    TextEdit::insert(whole.end(), "; }"),
                ];
                Some(Fix::to_review("Make a module of it", context.file, edits))
            }
            _ => None,
        }
    }
}
