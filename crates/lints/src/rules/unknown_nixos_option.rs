use crate::optional_edits::only_if_declared;
use crate::renaming::rename_definition;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::spelling::nearest;
use crate::undeclared::last_name;
use crate::{Fix, Level};
use index::{ExternalOptions, Resolved};
use module::facts::{ConditionKind, Definition};
use module::{OptionPath, Symbol, is_identifier};
use syntax::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports the definition of an option that neither the tree nor the known release of NixOS declares, or
    /// that the release has renamed. It needs an [option source](../option-sources.md). A file with
    /// definitions that no option set of the sources begins with is one for another module system, and is
    /// left alone; where modules are imported that cannot be seen, only what looks like a misspelling is
    /// reported.
    ///
    /// ## Why is this bad?
    ///
    /// Nix refuses the configuration: "The option `…' does not exist". `mkIf (config.services ? x)` does not
    /// help, since the definition is refused even where it does not count.
    ///
    /// ## Example
    ///
    /// ```nix
    /// #- options.json
    /// { "services.openssh.enable": { "type": "boolean" } }
    /// #- modules/ssh.nix
    /// { lib, ... }:
    /// {
    ///   services.openshh.enable = true;
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// #- options.json
    /// { "services.openssh.enable": { "type": "boolean" } }
    /// #- modules/ssh.nix
    /// { lib, ... }:
    /// {
    ///   services.openssh.enable = true;
    /// }
    /// ```
    name: "unknown-nixos-option",
    level: Level::Warning,
    nixos_level: Some(Level::Warning),
    summary: "The definition of an option that NixOS does not have.",
    fixable: true,
    can_run: |snapshot| !snapshot.external().is_empty(),
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let external = context.snapshot.external();
    let Some(facts) = context.facts else { return };
    if context.snapshot.reach().takes_undeclared(context.file) {
        return;
    }
    let is_foreign = facts.definitions.iter().any(|definition| {
        definition.path.len() == 1 && undeclared(context, &definition.path).is_some()
    });
    if is_foreign {
        return;
    }
    // What is imported and cannot be seen may declare anything.
    let reach = context.snapshot.reach();
    let mut roots = reach.roots_of(context.file).peekable();
    let is_open = roots.peek().is_some() && !roots.any(|root| root.is_complete());
    for definition in &facts.definitions {
        let Some(name) = context.here(definition.name) else { continue };
        let path = &definition.path;
        if context.namespace_of(path).is_some() || is_optional(context, definition) {
            continue;
        }
        let range = last_name(context, name);
        if let Some((known, missing)) = undeclared(context, path) {
            // Of a chain of names the outermost that is missing says it all.
            if known.len() + 1 != path.len() {
                continue;
            }
            let mut children = external.children(&known);
            children.extend(context.snapshot.children(&known));
            let names = children.iter().map(|child| child.name.as_str());
            let meant = nearest(missing.as_str(), names).filter(|meant| is_identifier(meant));
            if is_open && meant.is_none() || !sink.is_first_at(range) {
                continue;
            }
            let advice = match meant {
                Some(meant) => format!("Did you mean `{}`?", known.child(Symbol::new(meant))),
                None => {
                    "If other releases have it, define it under `lib.optionalAttrs (options ? …)`."
                        .to_owned()
                }
            };
            let fix = meant.map(|meant| {
                let edit = TextEdit::replace(range, meant);
                Fix::to_review(format!("Change to `{meant}`"), context.file, vec![edit])
            });
            sink.report(
                range,
                format!("The option `{path}' does not exist in {}. {advice}", origin(external)),
            )
            .fix(fix)
            .fix(only_if_declared(context, name, path));
        } else if let Some(new) = successor(external, path)
            && sink.is_first_at(range)
        {
            let fix = rename_definition(context, name, path, &new);
            sink.report(
                range,
                format!("The option `{path}' has been renamed to `{new}'. Use the new one."),
            )
            .at_most(Level::Warning)
            .fix(fix);
        }
    }
}

/// The innermost set that the tree or the release has, and the name that it lacks.
fn undeclared(context: &RuleContext<'_>, path: &OptionPath) -> Option<(OptionPath, Symbol)> {
    let in_tree = match context.snapshot.resolve(path) {
        Resolved::Undeclared { known, missing } => (known, missing),
        _ => return None,
    };
    let outside = match context.snapshot.external().resolve(path) {
        Resolved::Undeclared { known, missing } => (known, missing),
        _ => return None,
    };
    Some(if in_tree.0.len() > outside.0.len() { in_tree } else { outside })
}

/// Whether the definition is only there under a condition: it may be one that asks for the release.
fn is_optional(context: &RuleContext<'_>, definition: &Definition) -> bool {
    context.conditions(definition.condition).any(|condition| condition.kind != ConditionKind::MkIf)
}

/// What a renamed option of the release is called now.
fn successor(external: &ExternalOptions, path: &OptionPath) -> Option<OptionPath> {
    let option = external.option(path).filter(|option| option.deprecated)?;
    let new = option.description.as_deref()?.strip_prefix("Renamed to `")?;
    Some(OptionPath::parse(new.split('`').next()?))
}

/// What the options belong to, as messages name it.
fn origin(external: &ExternalOptions) -> String {
    let first = external.iter().next();
    first.map_or_else(|| "the known release".to_owned(), |option| format!("`{}`", option.origin))
}
