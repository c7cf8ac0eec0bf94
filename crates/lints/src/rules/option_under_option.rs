use crate::Level;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::together::are_together;
use index::OptionUse;
use module::OptionPath;
use module::facts::{Declaration, DeclarationKind};
use module::types::Type;
use rustc_hash::FxHashMap;

declare_rule! {
    /// ## What it does
    ///
    /// Reports options that are declared below another option. Below an option of a plain submodule type
    /// that is legal: they become members of the submodule.
    ///
    /// It is an error where one configuration certainly has both, else a warning.
    ///
    /// ## Why is this bad?
    ///
    /// A path is either an option or a group of options. Nix refuses both at once: "The option … would
    /// be a parent of the following options, but its type … does not support nested options".
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.features = lib.mkOption {
    ///     type = lib.types.attrs;
    ///     default = { };
    ///     description = "What is switched on.";
    ///   };
    ///   options.hypervisor.features.containers.enable = lib.mkEnableOption "containers";
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.features.extra = lib.mkOption {
    ///     type = lib.types.attrs;
    ///     default = { };
    ///     description = "What else is switched on.";
    ///   };
    ///   options.hypervisor.features.containers.enable = lib.mkEnableOption "containers";
    /// }
    /// ```
    name: "option-under-option",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "An option that is declared below another option.",
    fixable: false,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    // Of several options below one, the first stands for all.
    let mut below: FxHashMap<OptionPath, Vec<&Declaration>> = FxHashMap::default();
    let mut parents: Vec<OptionPath> = Vec::new();
    for declaration in &facts.declarations {
        if declaration.in_submodule || context.here(declaration.at).is_none() {
            continue;
        }
        let above =
            (1..declaration.path.len()).map(|end| OptionPath::from(&declaration.path[..end]));
        let Some(parent) = above.into_iter().find(|path| context.snapshot.is_option(path)) else {
            continue;
        };
        let found = below.entry(parent.clone()).or_default();
        if found.is_empty() {
            parents.push(parent);
        }
        found.push(declaration);
    }
    for parent in parents {
        report(context, sink, &parent, &below[&parent]);
    }
}

fn report(context: &RuleContext<'_>, sink: &mut Sink, parent: &OptionPath, below: &[&Declaration]) {
    let above = context.snapshot.declarations(parent);
    let is_closed = |found: &&OptionUse<'_, Declaration>| {
        !found.fact.in_submodule
            && found.fact.kind != DeclarationKind::Renamed
            && supports_no_options(found.fact)
    };
    let mut closed: Vec<_> = above.iter().filter(is_closed).collect();
    let together = |found: &OptionUse<'_, Declaration>| {
        are_together(context.snapshot, found.module, context.file)
    };
    closed.sort_by_key(|found| !together(found));
    let (Some(upper), Some(first)) = (closed.first(), below.first()) else { return };
    let is_certain = together(upper);
    if !is_certain && context.namespace_of(parent).is_none() {
        return;
    }
    let ty = upper.fact.ty.description().unwrap_or_else(|| "<no description>".to_owned());
    let more = match below.len() {
        1 => String::new(),
        count => format!(" and {} more of this file", count - 1),
    };
    let given = if is_certain { "T" } else { "In a configuration that imports both modules, t" };
    sink.report(
        first.name.text_range(),
        format!(
            "{given}he option `{parent}' would be a parent of `{}`{more}, but its type `{ty}' does not \
             support nested options. Declare one of them elsewhere, or make `{parent}` a group.",
            first.path,
        ),
    )
    .at_most(if is_certain { Level::Error } else { Level::Warning })
    .related(upper.fact.name, format!("`{parent}` is declared as an option here"));
}

/// Whether the type is known, or known to be left out, and no submodule.
fn supports_no_options(declaration: &Declaration) -> bool {
    match &declaration.ty {
        Type::Unknown => !declaration.has_type,
        Type::Described { ty: inner, .. } | Type::Checked(inner) => {
            !matches!(**inner, Type::Submodule(_) | Type::Unknown | Type::Custom { .. })
        }
        ty => !matches!(ty, Type::Submodule(_) | Type::Custom { .. }),
    }
}
