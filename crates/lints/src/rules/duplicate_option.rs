use crate::calls::option_arguments;
use crate::double_imports::{by_two_paths, by_value};
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::rules::whole_lines;
use crate::together::are_together;
use crate::{Fix, Level};
use module::facts::{Declaration, DeclarationKind};
use module::types::{Leaf, Type};
use syntax::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports the second declaration of an option. Nix merges declarations whose types merge, as long
    /// as no two of them give a `default`, an `example`, a `description` or an `apply`; these are fine.
    ///
    /// A file that a configuration imports twice counts as two modules, unless both imports write the same
    /// path: `./web` and `./web/default.nix` are two, and so are two `(import ./web.nix)`.
    ///
    /// It is an error where one configuration certainly has both, else a warning.
    ///
    /// ## Why is this bad?
    ///
    /// Nix refuses it as soon as the option is looked at: "The option … is already declared in …".
    ///
    /// ## Example
    ///
    /// ```nix
    /// #- configuration.nix
    /// { imports = [ ./dashboard.nix ./proxy.nix ]; }
    /// #- dashboard.nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.port = lib.mkOption {
    ///     type = lib.types.port;
    ///     description = "The dashboard's port.";
    ///   };
    /// }
    /// #- proxy.nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.port = lib.mkOption {
    ///     type = lib.types.port;
    ///     description = "The port to forward to.";
    ///   };
    /// }
    /// ```
    ///
    /// Use instead, each option declared by one module:
    ///
    /// ```nix
    /// #- configuration.nix
    /// { imports = [ ./dashboard.nix ./proxy.nix ]; }
    /// #- dashboard.nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.port = lib.mkOption {
    ///     type = lib.types.port;
    ///     description = "The dashboard's port.";
    ///   };
    /// }
    /// #- proxy.nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.proxy.port = lib.mkOption {
    ///     type = lib.types.port;
    ///     description = "The port to forward to.";
    ///   };
    /// }
    /// ```
    name: "duplicate-option",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "An option that is declared twice.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    let clashes = |declaration: &Declaration| {
        !declaration.in_submodule && conflict(context, declaration, declaration).is_some()
    };
    by_two_paths(context, facts, &clashes, sink);
    by_value(context, facts, &clashes, sink);
    for declaration in &facts.declarations {
        if declaration.in_submodule || context.here(declaration.at).is_none() {
            continue;
        }
        let all = context.snapshot.declarations(&declaration.path);
        if all.len() < 2 {
            continue;
        }
        // The order is that of files and positions; the first stays.
        let earlier = all
            .iter()
            .take_while(|found| found.module != context.file || found.fact.at != declaration.at)
            .filter(|found| found.fact.at != declaration.at && !found.fact.in_submodule);
        let mut conflicting: Vec<_> = earlier
            .filter_map(|found| Some((found, conflict(context, found.fact, declaration)?)))
            .map(|(found, why)| {
                (are_together(context.snapshot, found.module, context.file), found, why)
            })
            .collect();
        conflicting.sort_by_key(|(together, ..)| !together);
        let Some((is_certain, first, why)) = conflicting.first() else { continue };
        if !is_certain && context.namespace_of(&declaration.path).is_none() {
            continue;
        }
        let root = context.snapshot.setup().root;
        let given =
            if *is_certain { "T" } else { "In a configuration that imports both modules, t" };
        sink.report(
            declaration.name.text_range(),
            format!(
                "{given}he option `{}' is already declared in `{}', and Nix cannot merge the two: {why}. \
                 Remove one of them.",
                declaration.path,
                first.fact.at.file.relative_to(root),
            ),
        )
        .at_most(if *is_certain { Level::Error } else { Level::Warning })
        .related(first.fact.name, "it is declared here".to_owned())
        .fix(removal(context, declaration));
    }
}

/// Takes the declaration away, where it is a statement of its own.
fn removal(context: &RuleContext<'_>, declaration: &Declaration) -> Option<Fix> {
    let at = context.here(declaration.at)?;
    let statement = context.arena.entries().find_map(|entry| {
        let is_it = entry.site.statement.start() == at.start()
            && entry.site.key == declaration.name.text_range();
        (is_it && !entry.inherited).then_some(entry.site.statement)
    });
    let lines = whole_lines(&context.data.text, statement?);
    let title = format!("Remove this declaration of `{}`", declaration.path);
    Some(Fix::to_review(title, context.file, vec![TextEdit::delete(lines)]))
}

/// Why Nix certainly cannot merge two declarations.
fn conflict(context: &RuleContext<'_>, one: &Declaration, other: &Declaration) -> Option<String> {
    let one_gives = given(context, one)?;
    let other_gives = given(context, other)?;
    if let Some(argument) = one_gives.iter().find(|argument| other_gives.contains(argument)) {
        return Some(format!("both give it `{argument}`"));
    }
    if one.has_type && other.has_type && never_merge(&one.ty, &other.ty) {
        return Some(format!(
            "one has the type `{}', the other `{}'",
            one.ty.description()?,
            other.ty.description()?
        ));
    }
    None
}

/// What no two declarations may give. Source: `mergeOptionDecls` in nixpkgs `lib/modules.nix`.
const ONCE: &[&str] = &["default", "example", "description", "apply"];

/// Which of these arguments a declaration certainly gives; `None`: that cannot be said.
fn given(context: &RuleContext<'_>, declaration: &Declaration) -> Option<Vec<&'static str>> {
    match declaration.kind {
        DeclarationKind::Enable => Some(vec!["default", "example", "description"]),
        DeclarationKind::Package => Some(vec!["description"]),
        DeclarationKind::Renamed => Some(vec!["description", "apply"]),
        DeclarationKind::Removed => Some(vec!["apply"]),
        DeclarationKind::Option => {
            let data = context.snapshot.file(declaration.at.file)?;
            let arguments = option_arguments(&data.arena, declaration.value)?;
            let gives = |name: &&str| arguments.entry((*name).into()).is_some();
            Some(ONCE.iter().copied().filter(gives).collect())
        }
    }
}

/// Whether the types are of two kinds that never merge.
fn never_merge(one: &Type, other: &Type) -> bool {
    let is_plain = |leaf: Leaf| {
        use Leaf::*;
        matches!(leaf, Bool | Int | Float | Str | Attrs | Path | Package | Anything)
    };
    match (one, other) {
        (Type::Leaf(one), Type::Leaf(other)) => one != other && is_plain(*one) && is_plain(*other),
        _ => false,
    }
}
