use crate::libraries::{is_asked_for, plain_library, supplier_of};
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::shell::{ShellVariable, shell_variables};
use crate::{Fix, Level};
use module::arena::Resolved;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `${name}` in shell code whose name is none of Nix's but a variable of the shell. It is an
    /// error where nothing binds the name, and a warning where a `with` might supply it though the shell
    /// code gives it a value itself.
    ///
    /// ## Why is this bad?
    ///
    /// Nix reads `${…}` in every string as its own interpolation, and refuses the file: "undefined variable
    /// 'name'".
    ///
    /// ## Example
    ///
    /// ```nix
    /// { pkgs, ... }:
    /// {
    ///   systemd.services.backup.script = ''
    ///     target=/var/backup
    ///     cp -r /etc ${target}
    ///   '';
    /// }
    /// ```
    ///
    /// Use instead (in a string in double quotes the escape is `\${`):
    ///
    /// ```nix
    /// { pkgs, ... }:
    /// {
    ///   systemd.services.backup.script = ''
    ///     target=/var/backup
    ///     cp -r /etc ''${target}
    ///   '';
    /// }
    /// ```
    name: "shell-interpolation",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "A variable of the shell that Nix takes for its own.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let arena = context.arena;
    // What a mended text binds is a guess.
    if !arena.syntax_errors.is_empty() {
        return;
    }
    for variable in shell_variables(arena) {
        let Some(level) = level(context, &variable) else { continue };
        let name = variable.name;
        let interpolation = variable.interpolation;
        let escape = interpolation.escape_sign();
        let advice = match interpolation.backslash(arena) {
            Some(_) => format!("In a '' string a backslash escapes nothing: write `{escape}${{`."),
            None => format!("Write `{escape}${{{name}}}` if it is a variable of the shell."),
        };
        let fix = Fix::to_review(
            format!("Leave `${{{name}}}` to the shell"),
            context.file,
            vec![interpolation.escape(arena)],
        );
        sink.report(arena.range(variable.expr), format!("undefined variable '{name}'. {advice}"))
            .at_most(level)
            .fix(Some(fix));
    }
}

/// How sure it is that the name is none of Nix's; `None`: it may well be one.
fn level(context: &RuleContext<'_>, variable: &ShellVariable) -> Option<Level> {
    let Resolved::With(scope) = variable.resolved else { return Some(Level::Error) };
    match supplier_of(context.arena, scope, variable.name) {
        Some(None) if is_asked_for(context.arena, variable.name) => None,
        Some(None) => plain_library(context),
        Some(Some(_)) => None,
        None => variable.is_assigned.then_some(Level::Warning),
    }
}
