use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{FileEdit, Fix, Level};

declare_rule! {
    /// ## What it does
    ///
    /// Reports text that is not Nix: what was expected, after what, and the likely cause.
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
    for error in context.arena.syntax_errors.iter() {
        let fix = error.fix.as_ref().map(|(title, edit)| Fix {
            title: title.clone(),
            edits: vec![FileEdit { file: context.file, edit: edit.clone() }],
            // What the author meant is a guess, good as it may be.
            safe: false,
        });
        sink.report(error.range, error.message.clone()).fix(fix);
    }
}
