use crate::rule::{RuleContext, Sink, declare_rule};
use crate::scopes::key_range;
use crate::{Level, Related, SettingInfo, SettingKind};
use module::facts::Declaration;
use module::{Facts, OptionPath, Symbol};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a file that declares options of many topics. A topic is the name below the namespace:
    /// `web` in `hypervisor.web.port`.
    ///
    /// ## Why is this bad?
    ///
    /// The guide keeps each option beside the code that implements it, one topic a file. A file of
    /// everybody's options is touched by every change, and nobody finds what belongs together.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor = {
    ///     web.port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///     backup.path = lib.mkOption { type = lib.types.path; default = "/var/backup"; };
    ///     monitoring.interval = lib.mkOption { type = lib.types.int; default = 15; };
    ///     storage.pool = lib.mkOption { type = lib.types.str; default = "tank"; };
    ///   };
    /// }
    /// ```
    ///
    /// Use instead, each topic in a module of its own:
    ///
    /// ```nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.web.port = lib.mkOption { type = lib.types.port; default = 8080; };
    /// }
    /// ```
    name: "monolithic-options",
    level: Level::Warning,
    nixos_level: None,
    summary: "A file that declares options of too many topics.",
    fixable: false,
    settings: &[MAX_TOPICS, MAX_OPTIONS],
    check: check,
}

const MAX_TOPICS: SettingInfo = SettingInfo {
    name: "max-topics",
    kind: SettingKind::Number(3),
    description: "how many topics one file may declare.",
};
const MAX_OPTIONS: SettingInfo = SettingInfo {
    name: "max-options",
    kind: SettingKind::Number(60),
    description: "how many options a file with more than one topic may declare.",
};

/// The options of one topic that the file declares.
struct Topic<'a> {
    name: Symbol,
    first: &'a Declaration,
    options: u64,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    for namespace in context.namespaces {
        let topics = topics(context, facts, namespace);
        let options: u64 = topics.iter().map(|topic| topic.options).sum();
        let max_topics = context.number(&MAX_TOPICS);
        let max_options = context.number(&MAX_OPTIONS);
        let too_many_topics = topics.len() as u64 > max_topics;
        if !too_many_topics && (options <= max_options || topics.len() < 2) {
            continue;
        }
        let limit = match too_many_topics {
            true => format!("more than {max_topics} topics"),
            false => format!("more than {max_options} options of several topics"),
        };
        let counts: Vec<String> =
            topics.iter().map(|topic| format!("{} ({})", topic.name, topic.options)).collect();
        let first = topics.iter().map(|topic| topic.first.name.text_range());
        let range = match facts.shape.options.first() {
            Some(statement) => key_range(*statement, "options"),
            None => first.min_by_key(|range| range.start()).unwrap_or_default(),
        };
        sink.report(
            range,
            format!(
                "This file declares {options} options of {} topics below `{namespace}`: {}. That is \
                 {limit}; give each topic a module of its own, its options beside the code that \
                 uses them.",
                topics.len(),
                counts.join(", "),
            ),
        )
        .all_related(topics.iter().map(|topic| Related {
            at: topic.first.name,
            message: format!("`{namespace}.{}` begins here", topic.name),
        }));
    }
}

/// The topics that the file declares options of, in the order of their first declarations.
fn topics<'a>(
    context: &RuleContext<'_>,
    facts: &'a Facts,
    namespace: &OptionPath,
) -> Vec<Topic<'a>> {
    let mut topics: Vec<Topic<'a>> = Vec::new();
    for declaration in &facts.declarations {
        let path = &declaration.path;
        // An option directly below the namespace (`hypervisor.enable`) has no topic.
        let has_topic = path.starts_with(namespace) && path.len() > namespace.len() + 1;
        if !has_topic || declaration.in_submodule || context.here(declaration.at).is_none() {
            continue;
        }
        let name = path[namespace.len()];
        match topics.iter_mut().find(|topic| topic.name == name) {
            Some(topic) => topic.options += 1,
            None => topics.push(Topic { name, first: declaration, options: 1 }),
        }
    }
    topics.sort_by_key(|topic| topic.first.at);
    topics
}
