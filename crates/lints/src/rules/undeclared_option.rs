use crate::calls::makes_option;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Fix, Level};
use index::Resolved;
use module::arena::Expr;
use module::facts::{ConditionKind, Definition, Known, Read, ReadOf};
use module::{Arena, ExprId, OptionPath, Symbol, is_identifier};
use rustc_hash::FxHashSet;
use syntax::{TextEdit, TextRange, TextSize};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a read or a definition of an option below the workspace's namespaces that nothing
    /// declares, through every alias (`cfg`, `inherit (config.x) y`, `with config.x`); and a value that
    /// is no set given to a group of options. Reads under `or` or after `?` are fine, and so is
    /// everything below an option whose type allows any names.
    ///
    /// It is an error where all declarations are known, because a root's imports all resolve; else a
    /// warning.
    ///
    /// ## Why is this bad?
    ///
    /// Nix refuses the definition of an option that does not exist ("The option `…' does not exist"),
    /// even under `mkIf false`, and stops at a read of one ("attribute '…' missing").
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web = {
    ///     enable = lib.mkEnableOption "the dashboard";
    ///     port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///   };
    ///   config = lib.mkIf config.hypervisor.web.enable {
    ///     networking.firewall.allowedTCPPorts = [ config.hypervisor.web.prot ];
    ///   };
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web = {
    ///     enable = lib.mkEnableOption "the dashboard";
    ///     port = lib.mkOption { type = lib.types.port; default = 8080; };
    ///   };
    ///   config = lib.mkIf config.hypervisor.web.enable {
    ///     networking.firewall.allowedTCPPorts = [ config.hypervisor.web.port ];
    ///   };
    /// }
    /// ```
    name: "undeclared-option",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "An option below the namespaces that nothing declares.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    if context.snapshot.reach().takes_undeclared(context.file) {
        return;
    }
    let is_certain = context.snapshot.reach().is_closed_for(context.file);
    let level = if is_certain { Level::Error } else { Level::Warning };
    let mut reported = FxHashSet::default();
    for read in &facts.reads {
        if let Some(finding) = undeclared_read(context, read)
            && reported.insert((finding.range.start(), finding.range.end()))
        {
            finding.report(context, level, sink);
        }
    }
    for definition in &facts.definitions {
        if let Some(finding) = undeclared_definition(context, definition)
            && reported.insert((finding.range.start(), finding.range.end()))
        {
            finding.report(context, level, sink);
        }
        if let Some((range, message)) = value_for_group(context, definition) {
            sink.report(range, message).at_most(level);
        }
    }
}

/// A name that no declaration has.
struct Undeclared {
    /// The name alone.
    range: TextRange,
    /// The innermost group that exists, and the name that it lacks.
    known: OptionPath,
    missing: Symbol,
    path: OptionPath,
    /// What Nix says.
    words: String,
    /// Whether Nix is certain to look at it.
    is_certain: bool,
    /// It is itself the declaration of an option, in a place where Nix looks for none.
    is_declaration: bool,
}

impl Undeclared {
    fn report(self, context: &RuleContext<'_>, level: Level, sink: &mut Sink) {
        let full = self.known.child(self.missing);
        let suggestion = Suggestion::of(context, &self);
        let advice = match &suggestion {
            Suggestion::Sibling(names) if names.len() == 1 => {
                format!("Did you mean `{}`?", self.known.child(names[0]))
            }
            Suggestion::Sibling(names) => {
                let names: Vec<String> =
                    names.iter().take(3).map(|name| format!("`{name}`")).collect();
                format!("Did you mean {}?", names.join(" or "))
            }
            Suggestion::Elsewhere(path) => {
                format!("Declare it, or use `{path}` if that is the one that is meant.")
            }
            Suggestion::None if self.is_declaration => {
                "Nix takes this for configuration: put the declaration under `options`.".to_owned()
            }
            Suggestion::None => {
                "Declare it, or correct the name if it is meant to be another one.".to_owned()
            }
        };
        let fix = match &suggestion {
            Suggestion::Sibling(names) if names.len() == 1 => {
                let name = written_name(names[0]);
                let edit = TextEdit::replace(self.range, name.clone());
                Some(Fix::to_review(format!("Change to `{name}`"), context.file, vec![edit]))
            }
            _ => None,
        };
        let level = if self.is_certain { level } else { level.min(Level::Warning) };
        let words = self.words;
        sink.report(self.range, format!("{words}: nothing declares `{full}`. {advice}"))
            .at_most(level)
            .fix(fix);
    }
}

fn written_name(name: Symbol) -> String {
    match is_identifier(name.as_str()) {
        true => name.as_str().to_owned(),
        false => format!("\"{name}\""),
    }
}

// ---- reads ----

fn undeclared_read(context: &RuleContext<'_>, read: &Read) -> Option<Undeclared> {
    context.here(read.at)?;
    let namespace = context.namespace_of(&read.path)?;
    if read.of != ReadOf::Config || context.is_guarded(read) {
        return None;
    }
    let Resolved::Undeclared { known, missing } = context.snapshot.resolve(&read.path) else {
        return None;
    };
    // Without a single declaration the namespace is somebody else's.
    if known.len() < namespace.len() || is_lost_option(context, &known.child(missing)) {
        return None;
    }
    // What an alias already lacks is reported where the alias is made, not at each use.
    let first_written = read.path.len() - read.written as usize;
    let segment = known.len().checked_sub(first_written)?;
    Some(Undeclared {
        range: segment_range(context, read, segment)?,
        words: format!("attribute '{missing}' missing"),
        known,
        missing,
        path: read.path.clone(),
        is_certain: true,
        is_declaration: false,
    })
}

/// Where the read writes the segment with this index.
fn segment_range(context: &RuleContext<'_>, read: &Read, segment: usize) -> Option<TextRange> {
    match context.arena.expr(read.expr) {
        Expr::Select { path, .. } => path.get(segment).map(|name| name.range()),
        _ => context.here(read.at),
    }
}

// ---- definitions ----

fn undeclared_definition(context: &RuleContext<'_>, definition: &Definition) -> Option<Undeclared> {
    let name = context.here(definition.name)?;
    let path = &definition.path;
    let namespace = context.namespace_of(path)?;
    if path.len() <= namespace.len() {
        return None;
    }
    let Resolved::Undeclared { known, missing } = context.snapshot.resolve(path) else {
        return None;
    };
    // Of a chain of names the outermost that is missing says it all.
    if known.len() + 1 != path.len() || known.len() < namespace.len() {
        return None;
    }
    if is_lost_option(context, path) {
        return None;
    }
    // `optionalAttrs false` leaves nothing to refuse, and `mkIf false` still does.
    let shaped: Vec<_> = context
        .conditions(definition.condition)
        .filter(|condition| condition.kind != ConditionKind::MkIf)
        .collect();
    let is_absent = shaped.iter().any(|condition| condition.value == Some(false));
    let is_guarded = !shaped.is_empty() && context.is_asked_for(path, definition.condition);
    if is_absent || is_guarded {
        return None;
    }
    Some(Undeclared {
        range: last_name(context, name),
        words: format!("The option `{path}' does not exist"),
        known,
        missing,
        path: path.clone(),
        is_certain: shaped.is_empty(),
        is_declaration: is_declaration(context, definition),
    })
}

/// Whether the value is an option's declaration.
fn is_declaration(context: &RuleContext<'_>, definition: &Definition) -> bool {
    makes_option(context.arena, definition.value)
}

/// Whether the option was meant to be declared in a submodule and is only defined there: that is for
/// `submodule-without-options` to say, once.
fn is_lost_option(context: &RuleContext<'_>, path: &OptionPath) -> bool {
    let snapshot = context.snapshot;
    let is_in_submodule = (1..path.len()).any(|end| snapshot.is_option(&path[..end].into()));
    is_in_submodule
        && snapshot.definitions_at(path).into_iter().any(|found| {
            let Some(data) = snapshot.file(found.fact.value_at.file) else { return false };
            has_options(&data.arena, found.fact.value)
        })
}

/// Whether the value is an option, or a set of them.
fn has_options(arena: &Arena, value: ExprId) -> bool {
    match arena.expr(value) {
        Expr::Set(set) => {
            arena.set(*set).entries.iter().any(|entry| has_options(arena, entry.value))
        }
        _ => makes_option(arena, value),
    }
}

/// The last name of an attribute path.
fn last_name(context: &RuleContext<'_>, path: TextRange) -> TextRange {
    let text = context.arena.source(path);
    let mut quoted = false;
    let mut start = 0;
    for (at, ch) in text.char_indices() {
        match ch {
            '"' => quoted = !quoted,
            '.' if !quoted => start = at + 1,
            _ => {}
        }
    }
    let name = text[start..].trim_start();
    TextRange::new(path.end() - TextSize::of(name), path.end())
}

/// A definition that gives a group of options something that is no set.
fn value_for_group(
    context: &RuleContext<'_>,
    definition: &Definition,
) -> Option<(TextRange, String)> {
    let range = context.here(definition.value_at)?;
    let path = &definition.path;
    let namespace = context.namespace_of(path)?;
    if definition.is_group || path.len() < namespace.len() || definition.condition.is_some() {
        return None;
    }
    let kind = match &definition.known {
        Known::Null => "null",
        Known::Bool(_) => "bool",
        Known::Int(_) => "int",
        Known::Float(_) => "float",
        Known::Str(_) => "string",
        Known::Path(_) => "path",
        Known::List { .. } => "list",
        Known::Unknown | Known::Attrs { .. } | Known::Package | Known::Function => return None,
    };
    let Resolved::Group(group) = context.snapshot.resolve(path) else { return None };
    // A member of an `attrsOf` that has no name of its own yet is checked by its type.
    if group.last().is_some_and(|name| name.is_wildcard()) {
        return None;
    }
    let enable = group.child(Symbol::new("enable"));
    let advice = match context.snapshot.is_option(&enable) {
        true => format!("Did you mean `{enable}`?"),
        false => "Define the options in it by their names.".to_owned(),
    };
    Some((
        range,
        format!(
            "you're trying to define a value of type `{kind}' rather than an attribute set for the \
             option `{path}': it is a group of options. {advice}",
        ),
    ))
}

// ---- what may have been meant ----

enum Suggestion {
    /// Names of the same group, the nearest.
    Sibling(Vec<Symbol>),
    /// The one option elsewhere that has the name.
    Elsewhere(OptionPath),
    None,
}

/// A misspelling is this many edits away at most.
const MAX_DISTANCE: usize = 2;

impl Suggestion {
    fn of(context: &RuleContext<'_>, undeclared: &Undeclared) -> Suggestion {
        let missing = undeclared.missing.as_str();
        let distance = |name: Symbol| strsim::osa_distance(missing, name.as_str());
        let siblings: Vec<(usize, Symbol)> = context
            .snapshot
            .children(&undeclared.known)
            .into_iter()
            .map(|child| (distance(child.name), child.name))
            // Of a short name two edits leave nothing.
            .filter(|(edits, _)| *edits <= MAX_DISTANCE && *edits * 3 <= missing.len())
            .filter(|(_, name)| leads_on(context, undeclared, *name))
            .collect();
        if let Some(&(nearest, _)) = siblings.iter().min_by_key(|(edits, _)| *edits) {
            let names = siblings.iter().filter(|(edits, _)| *edits == nearest);
            return Suggestion::Sibling(names.map(|(_, name)| *name).collect());
        }
        let Some(&leaf) = undeclared.path.last() else { return Suggestion::None };
        let Some(namespace) = context.namespace_of(&undeclared.path) else {
            return Suggestion::None;
        };
        // Every module has an `enable`.
        if leaf.as_str() == "enable" {
            return Suggestion::None;
        }
        let mut same_leaf = context.snapshot.options_below(namespace).filter(|path| {
            path.last() == Some(&leaf) && !path.iter().any(|name| name.is_wildcard())
        });
        match (same_leaf.next(), same_leaf.next()) {
            (Some(path), None) => Suggestion::Elsewhere(path.clone()),
            _ => Suggestion::None,
        }
    }
}

/// Whether the rest of the path exists below the sibling too.
fn leads_on(context: &RuleContext<'_>, undeclared: &Undeclared, sibling: Symbol) -> bool {
    let rest = &undeclared.path[undeclared.known.len() + 1..];
    let path = undeclared.known.child(sibling).join(rest);
    !matches!(context.snapshot.resolve(&path), Resolved::Undeclared { .. })
}
