use crate::rule::{RuleContext, Sink, declare_rule};
use crate::scopes::key_range;
use crate::{Level, Remedy};
use module::OptionPath;
use rustc_hash::FxHashSet;

declare_rule! {
    /// ## What it does
    ///
    /// Reports names that are not as the guide has them: an option directly below the namespace other than
    /// `enable` (`hypervisor.port`), a name in an option's path that is not in camelCase, and a module file whose
    /// name is not in kebab-case.
    ///
    /// ## Why is this bad?
    ///
    /// Users guess names. `hypervisor.CATEGORY.setting` in camelCase can be guessed, and
    /// `modules/CATEGORY/descriptive-name.nix` can be found.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.listen_address = lib.mkOption {
    ///     type = lib.types.str;
    ///     description = "Where the dashboard listens.";
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.listenAddress = lib.mkOption {
    ///     type = lib.types.str;
    ///     description = "Where the dashboard listens.";
    ///   };
    /// }
    /// ```
    name: "option-naming",
    level: Level::Warning,
    nixos_level: None,
    summary: "Option and file names that are not as the guide has them.",
    fixable: false,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    let mut reported: FxHashSet<OptionPath> = FxHashSet::default();
    let mut declares = false;
    for declaration in &facts.declarations {
        let path = &declaration.path;
        let (Some(range), Some(namespace)) =
            (context.here(declaration.name), context.namespace_of(path))
        else {
            continue;
        };
        if declaration.successor.is_some() || path.len() <= namespace.len() {
            continue;
        }
        declares = true;
        if path.len() == namespace.len() + 1 && path[namespace.len()].as_str() != "enable" {
            sink.report(
                range,
                format!(
                    "`{path}` stands directly below `{namespace}`. The guide's form is \
                     `{namespace}.CATEGORY.setting`: give it a category.",
                ),
            );
        }
        for at in namespace.len()..path.len() {
            let name = path[at];
            let is_fine = name.is_wildcard() || is_camel_case(name.as_str());
            // A group's name is reported once, where it comes first.
            if !is_fine && reported.insert(path[..=at].into()) {
                let to = camel_case(name.as_str());
                let finding = sink.report(
                    range,
                    format!(
                        "`{name}` in `{path}` is not in camelCase. The guide would call it `{to}`.",
                    ),
                );
                finding.remedy(Remedy::Rename { option: path[..=at].into(), to });
            }
        }
    }
    let name = context.file.name();
    let stem = name.strip_suffix(".nix").unwrap_or(name);
    let is_kebab = stem.chars().all(|ch| !ch.is_uppercase() && ch != '_' && ch != ' ');
    if declares
        && !is_kebab
        && let Some(statement) = facts.shape.options.first()
    {
        sink.report(
            key_range(*statement, "options"),
            format!("The guide names module files in kebab-case; this one is called `{name}`."),
        );
    }
}

fn is_camel_case(name: &str) -> bool {
    name.starts_with(|ch: char| ch.is_lowercase()) && name.chars().all(char::is_alphanumeric)
}

fn camel_case(name: &str) -> String {
    let mut out = String::new();
    let mut is_start = false;
    for ch in name.chars() {
        if !ch.is_alphanumeric() {
            is_start = !out.is_empty();
        } else if out.is_empty() {
            out.extend(ch.to_lowercase());
        } else if is_start {
            out.extend(ch.to_uppercase());
            is_start = false;
        } else {
            out.push(ch);
        }
    }
    out
}
