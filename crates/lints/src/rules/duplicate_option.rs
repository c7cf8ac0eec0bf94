use crate::calls::option_arguments;
use crate::renaming::replaced;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::rules::whole_lines;
use crate::together::are_together;
use crate::{Fix, Level};
use module::Facts;
use module::facts::{Declaration, DeclarationKind, ImportTarget};
use module::types::{Leaf, Type};
use syntax::{TextEdit, TextRange};

declare_rule! {
    /// ## What it does
    ///
    /// Reports the second declaration of an option. Nix merges declarations whose types merge, as long
    /// as no two of them give a `default`, an `example`, a `description` or an `apply`; these are fine.
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
    two_keys(context, facts, sink);
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

/// One file that a configuration imports by two paths, `./web` and `./web/default.nix`: Nix knows modules by
/// the path as it is written, and so has each of its options twice. Source: `key` in nixpkgs `lib/modules.nix`.
fn two_keys(context: &RuleContext<'_>, facts: &Facts, sink: &mut Sink) {
    let snapshot = context.snapshot;
    for import in &facts.imports {
        let (ImportTarget::Path(path), Some(range)) = (import.target, context.here(import.at))
        else {
            continue;
        };
        let Some(target) = snapshot.import_target(path).filter(|target| *target == path) else {
            continue;
        };
        // Only a folder has a second name.
        if target.name() != "default.nix" {
            continue;
        }
        let Some(module) = snapshot.file(target).and_then(|data| data.module()) else { continue };
        let clashes = module.declarations.iter().find(|declaration| {
            !declaration.in_submodule && conflict(context, declaration, declaration).is_some()
        });
        let Some(declaration) = clashes else { continue };
        let by_folder = snapshot.importers(target).find_map(|importer| {
            let facts = snapshot.file(importer)?.module()?;
            let meets = importer == context.file
                || snapshot.reach().roots_of(importer).any(|root| root.reaches(context.file));
            let folder = ImportTarget::Path(target.folder());
            let other = facts.imports.iter().find(|other| meets && other.target == folder)?;
            Some((importer, other))
        });
        let Some((importer, other)) = by_folder else { continue };
        let is_certain = !import.conditional
            && !other.conditional
            && facts.outputs.is_none()
            && are_together(snapshot, importer, context.file);
        let level = if is_certain { Level::Error } else { Level::Warning };
        sink.report(
            range,
            format!(
                "The option `{}' is already declared: this module is imported by its folder too, and Nix \
                 takes the two paths for two modules. Write both the same way.",
                declaration.path
            ),
        )
        .at_most(level)
        .related(other.at, "it is imported by its folder here".to_owned())
        .fix(by_folder_too(context, range));
    }
}

/// Writes an import the way that the other one is written, by the folder alone.
fn by_folder_too(context: &RuleContext<'_>, import: TextRange) -> Option<Fix> {
    let folder = context.arena.source(import).strip_suffix("/default.nix")?;
    // A path needs a slash.
    let folder = if folder.contains('/') { folder.to_owned() } else { format!("{folder}/.") };
    Some(replaced(context, import, folder))
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
