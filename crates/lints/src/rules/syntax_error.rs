use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{FileEdit, Fix, Level};
use module::arena::{BinaryOp, Expr};
use module::{Arena, ExprId};
use syntax::{TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports text that is not Nix: what was expected, after what, and the likely cause. Where quotes of
    /// embedded code end a `''` string, they are the one finding from there on. The pipe operators
    /// `|>` and `<|` are a warning, unless the `nixConfig` of the flake turns them on.
    ///
    /// ## Why is this bad?
    ///
    /// Nix refuses a file with a syntax error, and with it every configuration that imports the file.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   networking.hostName = "hyper"
    ///   time.timeZone = "UTC";
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   networking.hostName = "hyper";
    ///   time.timeZone = "UTC";
    /// }
    /// ```
    name: "syntax-error",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "Text that Nix cannot parse.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let quotes = quotes_in_text(context.arena);
    if let Some(quotes) = quotes {
        sink.report(
            quotes,
            "These quotes end the string, and Nix reads what follows as code. Write `'''` for two quotes in \
             the text.",
        );
    }
    for error in context.arena.syntax_errors.iter() {
        // From where text is taken for code, nothing that is found is a mistake of its own.
        if quotes.is_some_and(|quotes| quotes.start() < error.range.end()) {
            continue;
        }
        let fix = error.fix.as_ref().map(|(title, edit)| Fix {
            title: title.clone(),
            edits: vec![FileEdit { file: context.file, edit: edit.clone() }],
            // What the author meant is a guess, good as it may be.
            safe: false,
        });
        sink.report(error.range, error.message.clone()).fix(fix);
    }
    pipes(context, sink);
}

/// In a text that is no Nix, the first `''` that ends a `''` string and has a word right behind it: quotes
/// of embedded code. Nobody calls a string.
fn quotes_in_text(arena: &Arena) -> Option<TextRange> {
    if arena.syntax_errors.is_empty() {
        return None;
    }
    let text: &str = &arena.text;
    arena
        .expr_ids()
        .filter(|&id| matches!(arena.expr(id), Expr::Str { indented: true, .. }))
        .map(|id| arena.range(id).end())
        .filter(|&end| {
            let is_word = |ch: char| ch.is_alphabetic() || ch == '_';
            text.get(..end.into()).is_some_and(|string| string.ends_with("''"))
                && text.get(end.into()..).is_some_and(|after| after.starts_with(is_word))
        })
        .min()
        .map(|end| TextRange::new(end - TextSize::new(2), end))
}

/// The first operator of each chain of pipes: Nix can read them since 2.24, if it is told to.
fn pipes(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    for id in arena.expr_ids() {
        let Some((sign, left, right)) = pipe(arena, id) else { continue };
        let first = if sign == "|>" { left } else { right };
        if pipe(arena, first).is_some_and(|(of_first, ..)| of_first == sign) {
            continue;
        }
        if are_pipes_on(context) {
            return;
        }
        let from = arena.full_range(left).end();
        let between = TextRange::new(from, arena.full_range(right).start());
        let Some(at) = arena.source(between).find(sign) else { continue };
        let start = from + TextSize::new(at as u32);
        sink.report(
            TextRange::at(start, TextSize::of(sign)),
            format!(
                "syntax error, unexpected `{sign}`: Nix reads it only since 2.24, and only with the \
                 experimental feature `pipe-operators`. Call the function instead: `f x`, or `lib.pipe`.",
            ),
        )
        .at_most(Level::Warning);
    }
}

fn pipe(arena: &Arena, expr: ExprId) -> Option<(&'static str, ExprId, ExprId)> {
    match *arena.expr(expr) {
        Expr::Binary { op: BinaryOp::PipeRight, left, right } => Some(("|>", left, right)),
        Expr::Binary { op: BinaryOp::PipeLeft, left, right } => Some(("<|", left, right)),
        _ => None,
    }
}

/// Whether the tree's flake asks for the feature.
fn are_pipes_on(context: &RuleContext<'_>) -> bool {
    let flake = context.snapshot.setup().root.join("flake.nix");
    context.snapshot.file(flake).is_some_and(|data| data.text.contains("pipe-operator"))
}
