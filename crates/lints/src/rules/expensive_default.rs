use crate::Level;
use crate::calls::{library_call, option_arguments};
use crate::rule::{RuleContext, Sink, declare_rule};
use module::arena::{Expr, PathKind};
use module::facts::DeclarationKind;
use module::{Arena, ExprId};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a default that reads a file, fetches something or imports a channel, in an option without a
    /// `defaultText`.
    ///
    /// ## Why is this bad?
    ///
    /// The manual is built from the defaults, so it is all done for whoever builds it, and for every
    /// configuration that leaves the option alone. With a `defaultText` the manual shows that instead.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.motd = lib.mkOption {
    ///     type = lib.types.lines;
    ///     default = builtins.readFile ./motd.txt;
    ///     description = "What users are greeted with.";
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.motd = lib.mkOption {
    ///     type = lib.types.lines;
    ///     default = builtins.readFile ./motd.txt;
    ///     defaultText = lib.literalExpression "builtins.readFile ./motd.txt";
    ///     description = "What users are greeted with.";
    ///   };
    /// }
    /// ```
    name: "expensive-default",
    level: Level::Hint,
    nixos_level: Some(Level::Hint),
    summary: "A default that reads files or fetches, without a `defaultText`.",
    fixable: false,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    let arena = context.arena;
    for declaration in &facts.declarations {
        let is_here = context.here(declaration.at).is_some();
        if declaration.kind != DeclarationKind::Option || !is_here {
            continue;
        }
        let Some(arguments) = option_arguments(arena, declaration.value) else { continue };
        let Some(default) = arguments.entry("default".into()) else { continue };
        if arguments.entry("defaultText".into()).is_some() {
            continue;
        }
        if let Some((call, name)) = expensive(arena, default.value) {
            if !sink.is_first_at(arena.range(call)) {
                continue;
            }
            sink.report(
                arena.range(call),
                format!(
                    "`{name}` in a default is done for everybody who builds the manual or leaves the \
                     option alone. Add a `defaultText`, or do it where the value is used.",
                ),
            );
        }
    }
}

/// The first call in the expression that goes to the disk or to the network. What a function would do
/// when it is called does not count.
fn expensive(arena: &Arena, expr: ExprId) -> Option<(ExprId, &'static str)> {
    if matches!(arena.expr(expr), Expr::Lambda(_)) {
        return None;
    }
    if let Some(call) = library_call(arena, expr) {
        let is_expensive = match call.name {
            "readFile" | "readDir" | "importJSON" | "importTOML" => true,
            "import" => call.arguments.first().is_some_and(|path| {
                matches!(arena.expr(*path), Expr::Path { kind: PathKind::Search, .. })
            }),
            name => name.starts_with("fetch"),
        };
        if is_expensive {
            return Some((expr, call.name));
        }
    }
    arena.children(expr).into_iter().find_map(|child| expensive(arena, child))
}
