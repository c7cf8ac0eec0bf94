use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Level, SettingInfo, SettingKind};
use module::facts::DeclarationKind;
use module::{FileId, OptionPath, Symbol};
use rustc_hash::FxHashMap;

declare_rule! {
    /// ## What it does
    ///
    /// Reports an option whose topic (the name after the namespace) belongs to another folder than the one
    /// its module is in. A topic belongs to the folder of its name, or else to the folder that declares
    /// more than half of its options; the tree itself says so, and the settings can say otherwise. Core may
    /// declare options of any topic.
    ///
    /// ## Why is this bad?
    ///
    /// Whoever looks for the option looks in the other folder: the guide keeps options beside their
    /// implementation.
    ///
    /// ## Example
    ///
    /// ```nix
    /// #- modules/monitoring/prometheus.nix
    /// { lib, ... }:
    /// { options.hypervisor.monitoring.port = lib.mkOption { type = lib.types.port; default = 9090; }; }
    /// #- modules/web/dashboard.nix
    /// { lib, ... }:
    /// { options.hypervisor.monitoring.theme = lib.mkOption { type = lib.types.str; default = "dark"; }; }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// #- modules/monitoring/prometheus.nix
    /// { lib, ... }:
    /// { options.hypervisor.monitoring.port = lib.mkOption { type = lib.types.port; default = 9090; }; }
    /// #- modules/web/dashboard.nix
    /// { lib, ... }:
    /// { options.hypervisor.web.theme = lib.mkOption { type = lib.types.str; default = "dark"; }; }
    /// ```
    name: "misplaced-option",
    level: Level::Information,
    nixos_level: None,
    summary: "An option in a module of another topic's folder.",
    fixable: false,
    settings: &[FOLDERS],
    check: check,
}

const FOLDERS: SettingInfo = SettingInfo {
    name: "folders",
    kind: SettingKind::Table(&[]),
    description: "topics and the folders that they belong to.",
};

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    let Some(folder) = topic_folder(context, context.file) else { return };
    let mut homes: FxHashMap<OptionPath, Option<&str>> = FxHashMap::default();
    for declaration in &facts.declarations {
        let path = &declaration.path;
        let (Some(range), Some(namespace)) =
            (context.here(declaration.name), context.namespace_of(path))
        else {
            continue;
        };
        let is_retired =
            matches!(declaration.kind, DeclarationKind::Renamed | DeclarationKind::Removed);
        if is_retired
            || declaration.in_submodule
            || path.len() < namespace.len() + 2
            || context.core.has(context.file, path)
        {
            continue;
        }
        let topic = OptionPath::from(&path[..=namespace.len()]);
        // One finding a topic: its options move together.
        if homes.contains_key(&topic) {
            continue;
        }
        let home = home(context, &topic, folder);
        homes.insert(topic.clone(), home);
        let Some(home) = home.filter(|home| *home != folder) else { continue };
        sink.report(
            range,
            format!(
                "`{topic}` belongs to the folder `{home}`, and this module is in `{folder}`: declare it there, \
                 or give it a name below another topic."
            ),
        );
    }
}

/// The folder that a module's topic is named by: the one below `modules`, or else the outermost.
fn topic_folder<'a>(context: &RuleContext<'a>, file: FileId) -> Option<&'a str> {
    let path = file.relative_to(context.snapshot.setup().root);
    let mut folders: Vec<&str> = path.split('/').collect();
    folders.pop();
    match folders.iter().rposition(|folder| *folder == "modules") {
        Some(at) => folders.get(at + 1).copied(),
        None => folders.first().copied(),
    }
}

/// The folder that the topic belongs to, as far as the settings or the tree say so.
fn home<'a>(context: &RuleContext<'a>, topic: &OptionPath, here: &'a str) -> Option<&'a str> {
    let name = topic.last()?.as_str();
    let settings = context.table(&FOLDERS);
    if let Some((_, folder)) = settings.into_iter().find(|(topic, _)| *topic == name) {
        return Some(folder);
    }
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    let mut all = 0;
    for found in context.snapshot.declarations_below(topic) {
        if found.fact.in_submodule || context.core.has(found.module, topic) {
            continue;
        }
        let Some(folder) = topic_folder(context, found.module) else { continue };
        *counts.entry(folder).or_default() += 1;
        all += 1;
    }
    if is_named(here, name) {
        return Some(here);
    }
    if let Some(folder) = counts.keys().find(|folder| is_named(folder, name)) {
        return Some(folder);
    }
    let (folder, count) = counts.into_iter().max_by_key(|(folder, count)| (*count, *folder))?;
    // A folder that is named after another topic is that one's.
    let is_taken = folder != here && is_other_topic(context, topic, folder);
    (count * 2 > all && all > 2 && !is_taken).then_some(folder)
}

/// Whether the namespace has another topic of the folder's name.
fn is_other_topic(context: &RuleContext<'_>, topic: &OptionPath, folder: &str) -> bool {
    let Some(namespace) = topic.parent() else { return false };
    context.snapshot.has_options_below(&namespace.child(Symbol::new(folder)))
}

/// `network-settings` and `networkSettings` are one name.
fn is_named(folder: &str, topic: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|ch| ch.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    letters(folder) == letters(topic)
}
