use crate::rule::{RuleContext, Sink, declare_rule};
use crate::scopes::key_range;
use crate::{Level, Related, calls, guard};
use module::Facts;
use module::facts::{ConditionKind, DeclarationKind, Definition};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a module whose definitions do not stand under `lib.mkIf`: not all of `config`, not the
    /// elements of its `mkMerge`, not each definition on its own. It looks at modules that declare
    /// options, and at those that have a `config` section; a root configuration is where values belong,
    /// and a file of plain settings has nothing to switch.
    ///
    /// The fix wraps what is unguarded, with the module's own enable option as the condition. What defines
    /// that option itself cannot stand under it; another fix splits `config` into a `lib.mkMerge` of that part
    /// and the rest.
    ///
    /// ## Why is this bad?
    ///
    /// Whoever imports the module gets its definitions, wanted or not. The guide wraps all of `config`,
    /// so that enabling and disabling a module is explicit and a disabled one costs nothing.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.enable = lib.mkEnableOption "the dashboard";
    ///   config = {
    ///     services.nginx.enable = true;
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.enable = lib.mkEnableOption "the dashboard";
    ///   config = lib.mkIf config.hypervisor.web.enable {
    ///     services.nginx.enable = true;
    ///   };
    /// }
    /// ```
    name: "unguarded-config",
    level: Level::Warning,
    nixos_level: None,
    summary: "A module whose definitions are not under `lib.mkIf`.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    let declares_options = facts.declarations.iter().any(|declaration| {
        let migrates =
            matches!(declaration.kind, DeclarationKind::Renamed | DeclarationKind::Removed);
        !migrates && !declaration.in_submodule
    });
    let has_config_section =
        !facts.shape.config.is_empty() && !context.snapshot.reach().is_root(context.file);
    if !declares_options && !has_config_section {
        return;
    }
    let tree = Tree::of(facts);
    let top: Vec<usize> = tree.top().collect();
    let mut unguarded = Vec::new();
    for &index in &top {
        tree.collect_unguarded(context, index, &mut unguarded);
    }
    // What library files contribute is reported there, if they are modules.
    unguarded.retain(|definition| context.here(definition.at).is_some());
    let Some(first) = unguarded.first() else { return };
    let condition = match enable_option(facts) {
        Some(option) => format!("`lib.mkIf config.{option}`"),
        None => "`lib.mkIf` and an enable option".to_owned(),
    };
    let fix = guard::wrap_config(context.snapshot, context.file);
    let split = guard::split_config(context.snapshot, context.file);
    let all = top.iter().all(|&index| tree.is_wholly_unguarded(context, index));
    match facts.shape.config.first() {
        Some(statement) if all => {
            sink.report(
                key_range(*statement, "config"),
                format!(
                    "This module's `config` is not guarded: whoever imports the module gets all of \
                     it. Wrap it in {condition}.",
                ),
            )
            .fix(fix)
            .fix(split);
        }
        _ => {
            let paths: Vec<String> =
                unguarded.iter().take(3).map(|it| format!("`{}`", it.path)).collect();
            let more = match unguarded.len() {
                0..=3 => String::new(),
                count => format!(" and {} more", count - 3),
            };
            sink.report(
                first.name.text_range(),
                format!(
                    "Not under `lib.mkIf`: {}{more}. Whoever imports the module gets that in any \
                     case; put it under {condition}.",
                    paths.join(", "),
                ),
            )
            .all_related(unguarded.iter().map(|definition| Related {
                at: definition.name,
                message: format!("`{}` is not guarded", definition.path),
            }))
            .fix(fix)
            .fix(split);
        }
    }
}

/// The enable option that the module declares, the outermost if it has several.
fn enable_option(facts: &Facts) -> Option<&module::OptionPath> {
    let declared = facts.declarations.iter().filter(|declaration| !declaration.in_submodule);
    declared
        .map(|declaration| &declaration.path)
        .filter(|path| path.last().is_some_and(|name| name.as_str() == "enable"))
        .min_by_key(|path| path.len())
}

/// The module's definitions with those that stand in each.
struct Tree<'a> {
    definitions: &'a [Definition],
    children: Vec<Vec<usize>>,
}

impl<'a> Tree<'a> {
    fn of(facts: &'a Facts) -> Tree<'a> {
        let definitions = facts.definitions.as_slice();
        let mut children = vec![Vec::new(); definitions.len()];
        for (index, definition) in definitions.iter().enumerate() {
            if let Some(parent) = definition.parent {
                children[parent as usize].push(index);
            }
        }
        Tree { definitions, children }
    }

    /// The definitions directly in `config`; those of submodules have longer paths.
    fn top(&self) -> impl Iterator<Item = usize> {
        let is_top =
            |definition: &Definition| definition.parent.is_none() && definition.path.len() == 1;
        (0..self.definitions.len()).filter(move |&index| is_top(&self.definitions[index]))
    }

    /// Whether the definition's own value stands under an `mkIf`.
    fn is_guarded(&self, context: &RuleContext<'_>, index: usize) -> bool {
        let definition = &self.definitions[index];
        let mut conditions = context.conditions(definition.condition);
        conditions.any(|condition| condition.kind == ConditionKind::MkIf)
            || (context.here(definition.value_at).is_some()
                && calls::is_guarded(context.arena, definition.value))
    }

    fn is_wholly_unguarded(&self, context: &RuleContext<'_>, index: usize) -> bool {
        !self.is_guarded(context, index)
            && self.children[index].iter().all(|&child| self.is_wholly_unguarded(context, child))
    }

    /// The outermost definitions in which nothing is guarded.
    fn collect_unguarded(
        &self,
        context: &RuleContext<'_>,
        index: usize,
        found: &mut Vec<&'a Definition>,
    ) {
        if self.is_guarded(context, index) {
            return;
        }
        if self.is_wholly_unguarded(context, index) {
            found.push(&self.definitions[index]);
            return;
        }
        for &child in &self.children[index] {
            self.collect_unguarded(context, child, found);
        }
    }
}
