use crate::calls::option_arguments;
use crate::declaration_edits::first_binding;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level};
use module::OptionPath;
use module::arena::Set;
use module::facts::DeclarationKind;

declare_rule! {
    /// ## What it does
    ///
    /// Reports an option without a description. Internal and invisible ones need none.
    ///
    /// ## Why is this bad?
    ///
    /// The description is all that users see of an option, in the manual and in their editors. The guide wants
    /// documentation beside the code.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.port = lib.mkOption {
    ///     type = lib.types.port;
    ///     default = 8080;
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.port = lib.mkOption {
    ///     type = lib.types.port;
    ///     default = 8080;
    ///     description = "Where the dashboard listens.";
    ///   };
    /// }
    /// ```
    name: "missing-description",
    level: Level::Warning,
    nixos_level: Some(Level::Hint),
    summary: "An option without a description.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    for declaration in &facts.declarations {
        let is_plain = declaration.kind == DeclarationKind::Option && !declaration.internal;
        let (true, false, Some(range)) =
            (is_plain, declaration.has_description, context.here(declaration.name))
        else {
            continue;
        };
        // A file's submodule may stand at several paths; its options are written once.
        let Some(arguments) = option_arguments(context.arena, declaration.value) else { continue };
        if arguments.entry("visible".into()).is_some() {
            continue;
        }
        if !sink.is_first_at(range) {
            continue;
        }
        sink.report(
            range,
            format!(
                "`{}` has no description. Say in a sentence what it is for: that is what users see \
                 in the manual and in their editors.",
                declaration.path,
            ),
        )
        .fix(insert_description(context, &declaration.path, arguments));
    }
}

/// A first sentence, made of the option's name; its author will know a better one.
fn insert_description(context: &RuleContext<'_>, path: &OptionPath, set: &Set) -> Option<Fix> {
    let mut names = path.iter().rev().filter(|name| !name.is_wildcard());
    let name = in_words(names.next()?.as_str());
    let text = match names.next() {
        Some(group) => format!("The {name} of {}.", in_words(group.as_str())),
        None => format!("The {name}."),
    };
    let edit = first_binding(&context.data.text, set, &format!("description = \"{text}\";"))?;
    Some(Fix::to_review("Insert a description", context.file, vec![edit]))
}

/// `maxOpenFiles` as `max open files`.
fn in_words(name: &str) -> String {
    let mut words = String::new();
    for ch in name.chars().filter(|ch| !matches!(ch, '"' | '\\' | '$')) {
        match ch {
            '-' | '_' => words.push(' '),
            ch if ch.is_uppercase() && !words.ends_with(' ') => {
                words.push(' ');
                words.extend(ch.to_lowercase());
            }
            ch => words.push(ch),
        }
    }
    words.trim().to_owned()
}
