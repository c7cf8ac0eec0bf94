use crate::import_edits::import_into;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::together::always_has;
use crate::undeclared::{last_name, segment_range};
use crate::{Level, Related};
use index::{Resolved, Root};
use module::facts::{ConditionId, ConditionKind, ReadOf};
use module::{FileId, Location, OptionPath, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};
use syntax::TextRange;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a read or a definition of an option that a module of the tree declares, and that a root
    /// which reaches this file does not import. It looks at roots whose modules are all known; a file that
    /// imports `hardware-configuration.nix` counts as one, with a warning.
    ///
    /// ## Why is this bad?
    ///
    /// For Nix the option is not there: "The option `…' does not exist", or "attribute '…' missing".
    ///
    /// ## Example
    ///
    /// ```nix
    /// #- configuration.nix
    /// { imports = [ ./modules/web.nix ]; }
    /// #- modules/web.nix
    /// { config, ... }: { services.nginx.user = config.hypervisor.users.operator; }
    /// #- modules/users.nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.users.operator = lib.mkOption { type = lib.types.str; default = "op"; };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// #- configuration.nix
    /// { imports = [ ./modules/web.nix ./modules/users.nix ]; }
    /// #- modules/web.nix
    /// { config, ... }: { services.nginx.user = config.hypervisor.users.operator; }
    /// #- modules/users.nix
    /// { lib, ... }:
    /// {
    ///   options.hypervisor.users.operator = lib.mkOption { type = lib.types.str; default = "op"; };
    /// }
    /// ```
    name: "option-not-imported",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "An option whose module is not imported.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    let reach = context.snapshot.reach();
    let mut roots: Vec<&Root> = reach
        .roots_of(context.file)
        .filter(|root| root.is_closed() || root.looks_whole() && stands_alone(context, root))
        .collect();
    if roots.is_empty() {
        return;
    }
    // What is certain is said first.
    roots.sort_by_key(|root| !root.is_closed());
    let mut search = Search { context, roots, known: FxHashMap::default() };
    let mut reported = FxHashSet::default();
    let mut found = Vec::new();
    for read in &facts.reads {
        if context.here(read.at).is_none()
            || read.of != ReadOf::Config
            || context.namespace_of(&read.path).is_none()
            || context.is_guarded(read)
        {
            continue;
        }
        let Some(missing) = search.missing(&read.path) else { continue };
        let first_written = read.path.len() - read.written as usize;
        // What an alias already lacks is reported where the alias is made.
        let Some(segment) = (missing.length - 1).checked_sub(first_written) else { continue };
        let Some(range) = segment_range(context, read, segment) else { continue };
        found.push((range, true, missing, read.path.clone()));
    }
    for definition in &facts.definitions {
        let Some(name) = context.here(definition.name) else { continue };
        let path = &definition.path;
        if context.namespace_of(path).is_none() {
            continue;
        }
        let Some(missing) = search.missing(path).filter(|missing| missing.length == path.len())
        else {
            continue;
        };
        // `optionalAttrs false` leaves nothing to refuse, and `mkIf false` still does.
        let shaped: Vec<_> = context
            .conditions(definition.condition)
            .filter(|condition| condition.kind != ConditionKind::MkIf)
            .collect();
        if shaped.iter().any(|condition| condition.value == Some(false))
            || !shaped.is_empty() && is_asked_for(context, path, definition.condition)
        {
            continue;
        }
        found.push((last_name(context, name), shaped.is_empty(), missing, path.clone()));
    }
    let is_certain = search
        .roots
        .iter()
        .any(|root| root.is_closed() && always_has(context.snapshot, root, context.file));
    for (range, is_unconditional, missing, path) in found {
        if reported.insert((range.start(), range.end())) {
            let level = match is_certain && is_unconditional && missing.root.is_closed() {
                true => Level::Error,
                false => Level::Warning,
            };
            report(context, range, level, &missing, &path, sink);
        }
    }
}

/// Whether no other root puts the root's file together with more modules.
fn stands_alone(context: &RuleContext<'_>, root: &Root) -> bool {
    context.snapshot.reach().roots_of(root.file()).all(|other| std::ptr::eq(other, root))
}

/// Whether a condition asks if the option, a set around it or an option in it is there.
fn is_asked_for(context: &RuleContext<'_>, path: &OptionPath, from: Option<ConditionId>) -> bool {
    context.is_asked_for(path, from)
        || context.conditions(from).any(|condition| {
            context
                .reads_in(condition.at)
                .any(|probe| probe.of == ReadOf::Options && probe.path.starts_with(path))
        })
}

fn report(
    context: &RuleContext<'_>,
    range: TextRange,
    level: Level,
    missing: &Missing<'_>,
    path: &OptionPath,
    sink: &mut Sink,
) {
    let snapshot = context.snapshot;
    let folder = snapshot.setup().root;
    let option = OptionPath::from(&path[..missing.length]);
    let module = missing.module;
    let is_file = missing.root.at().is_none();
    let into_root = is_file.then(|| import_into(snapshot, missing.root.file(), module)).flatten();
    let into_this = (context.file != missing.root.file() || !is_file)
        .then(|| import_into(snapshot, context.file, module))
        .flatten();
    sink.report(
        range,
        format!(
            "The option `{option}' does not exist: `{}` declares it, and `{}` does not import that module.",
            module.relative_to(folder),
            missing.root.name(),
        ),
    )
    .at_most(level)
    .all_related([Related { at: missing.declared_at, message: format!("`{option}` is declared here") }])
    .fix(into_root)
    .fix(into_this);
}

/// An option that a root lacks.
#[derive(Clone, Copy)]
struct Missing<'a> {
    /// So many names of the path are the shortest one that the root lacks.
    length: usize,
    root: &'a Root,
    /// The module that declares it, and where.
    module: FileId,
    declared_at: Location,
}

struct Search<'a, 'c> {
    context: &'c RuleContext<'a>,
    roots: Vec<&'a Root>,
    known: FxHashMap<OptionPath, Option<Missing<'a>>>,
}

impl<'a> Search<'a, '_> {
    fn missing(&mut self, path: &OptionPath) -> Option<Missing<'a>> {
        (1..=path.len()).find_map(|length| {
            let prefix = OptionPath::from(&path[..length]);
            if let Some(known) = self.known.get(&prefix) {
                return *known;
            }
            let missing = self.missing_at(&prefix, length);
            self.known.insert(prefix, missing);
            missing
        })
    }

    fn missing_at(&self, prefix: &OptionPath, length: usize) -> Option<Missing<'a>> {
        let snapshot = self.context.snapshot;
        let declared = match snapshot.resolve(prefix) {
            Resolved::Option(path) | Resolved::Group(path) => path,
            // What is inside an option's value was looked for with the option.
            Resolved::Inside { .. } | Resolved::Undeclared { .. } | Resolved::Unknown => {
                return None;
            }
        };
        if prefix.last() == Some(&Symbol::COMPUTED) || snapshot.may_have_more(prefix) {
            return None;
        }
        let is_known_outside = !matches!(
            snapshot.external().resolve(prefix),
            Resolved::Undeclared { .. } | Resolved::Unknown
        );
        if is_known_outside && !snapshot.external().is_empty() {
            return None;
        }
        let lacks = |root: &&&Root| {
            !snapshot.is_declared_below_by(&declared, |module| root.reaches(module))
        };
        let root = self.roots.iter().find(lacks)?;
        let declarations = snapshot.declarations_below(&declared);
        let first = declarations.first()?;
        Some(Missing { length, root, module: first.module, declared_at: first.fact.at })
    }
}
