use crate::rule::{RuleContext, Sink, declare_rule};
use crate::rules::ALL;
use crate::spelling::nearest;
use crate::suppression::{Allowed, Scope, Suppression};
use crate::{Fix, Level, Tag};
use syntax::{TextEdit, TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a comment `# hyper-nixos-ls: allow(…)` or `allow-file(…)` that suppresses no finding, that
    /// names no rule there is, or that is not written in a way that is understood.
    ///
    /// Nothing is said of rules that are switched off or lack the option source that they need, nor while
    /// the file has syntax errors: other rules do not look at all of it then.
    ///
    /// ## Why is this bad?
    ///
    /// A suppression that is no longer needed hides the next mistake on its line. One with a slip in the
    /// name hides nothing, although it looks as if somebody had thought about it.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   # hyper-nixos-ls: allow(hardcoded-value): the switch cannot use another port
    ///   options.hypervisor.web.title = lib.mkOption {
    ///     type = lib.types.str;
    ///     description = "What the page is called.";
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.title = lib.mkOption {
    ///     type = lib.types.str;
    ///     description = "What the page is called.";
    ///   };
    /// }
    /// ```
    name: "unused-suppression",
    level: Level::Warning,
    nixos_level: Some(Level::Warning),
    summary: "A comment that allows what nobody finds, or names no rule.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for comment in context.suppressions.misunderstood() {
        sink.report(comment.comment, format!("This allows nothing: {}.", comment.why));
    }
    let is_whole = context.arena.syntax_errors.is_empty();
    for (suppression, allowed) in context.suppressions.unused() {
        match ALL.iter().find(|rule| rule.name == allowed.rule) {
            None => unknown(context, suppression, allowed, sink),
            // It cannot be told whether it needs itself.
            Some(rule) if rule.name == context.rule.name => {}
            Some(rule)
                if is_whole
                    && context.settings.level(rule).is_some()
                    && (rule.can_run)(context.snapshot) =>
            {
                let place = match suppression.scope {
                    Scope::File => "this file".to_owned(),
                    Scope::Line(line) => format!("line {}", line + 1),
                };
                let message = format!("`{}` finds nothing in {place}: remove this.", allowed.rule);
                sink.report(allowed.range, message).tag(Tag::Unnecessary).fix(Some(removal(
                    context,
                    suppression,
                    allowed,
                )));
            }
            Some(_) => {}
        }
    }
}

fn unknown(
    context: &RuleContext<'_>,
    suppression: &Suppression<'_>,
    allowed: &Allowed<'_>,
    sink: &mut Sink,
) {
    let near = nearest(allowed.rule, ALL.iter().map(|rule| rule.name));
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`hyper-nixos-ls explain` lists them all.".to_owned(),
    };
    let replacement = near.map(|near| {
        let edit = TextEdit::replace(allowed.range, near);
        Fix::to_review(format!("Replace by `{near}`"), context.file, vec![edit])
    });
    sink.report(allowed.range, format!("There is no rule `{}`; {hint}", allowed.rule))
        .fix(replacement)
        .fix(Some(removal(context, suppression, allowed)));
}

/// Takes the name out of its list, or the whole comment if there is no other name.
fn removal(context: &RuleContext<'_>, suppression: &Suppression<'_>, allowed: &Allowed<'_>) -> Fix {
    let rules = &suppression.rules;
    let position = rules.iter().position(|other| other.range == allowed.range).unwrap_or(0);
    let before = position.checked_sub(1).and_then(|index| rules.get(index));
    let range = match (before, rules.get(position + 1)) {
        (Some(before), _) => TextRange::new(before.range.end(), allowed.range.end()),
        (None, Some(after)) => TextRange::new(allowed.range.start(), after.range.start()),
        (None, None) => comment_with_space(context, suppression.comment),
    };
    let title = format!("Remove the suppression of `{}`", allowed.rule);
    Fix::safe(title, context.file, vec![TextEdit::delete(range)])
}

/// The comment with the blanks before it, or with its line if that holds nothing else.
fn comment_with_space(context: &RuleContext<'_>, comment: TextRange) -> TextRange {
    let (text, lines) = (&*context.data.text, &context.data.lines);
    let line = lines.line(comment.start());
    let start = lines.line_range(text, line).start();
    let before = &text[TextRange::new(start, comment.start())];
    if !before.trim().is_empty() {
        let blank = TextSize::of(before) - TextSize::of(before.trim_end());
        return TextRange::new(comment.start() - blank, comment.end());
    }
    let next = lines.line_range(text, line + 1).start();
    TextRange::new(start, next.max(comment.end()))
}
