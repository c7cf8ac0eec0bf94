use crate::rule::{RuleContext, Sink, declare_rule};
use crate::together::{are_together, may_be_together};
use crate::typing::{
    Clash, Expected, Looked, Source, Standing, clash, expected_at, outermost_option, shown,
};
use crate::{Fix, Level};
use index::OptionUse;
use module::facts::{ConditionId, ConditionKind, Definition, Given, Read};
use module::types::Type;
use module::{Facts, Location, OptionPath, Symbol};
use rustc_hash::FxHashMap;
use syntax::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports two definitions of one option at the same priority that its type cannot merge: different
    /// values of an option that wants one value, or two definitions, whatever they say, of an option that
    /// takes only one (`uniq`, `package`, `raw`).
    ///
    /// It is an error where both are certain to count in one configuration, and a warning where one of them
    /// stands under a condition or the modules may not meet.
    ///
    /// ## Why is this bad?
    ///
    /// Nix cannot choose: "The option … has conflicting definition values". One of the two has to say
    /// that it is a default (`lib.mkDefault`), or that it overrides (`lib.mkForce`).
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.port = lib.mkOption {
    ///     type = lib.types.port;
    ///     description = "Where the dashboard listens.";
    ///   };
    ///   config = lib.mkMerge [
    ///     { hypervisor.web.port = 8080; }
    ///     { hypervisor.web.port = 8443; }
    ///   ];
    /// }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.port = lib.mkOption {
    ///     type = lib.types.port;
    ///     description = "Where the dashboard listens.";
    ///   };
    ///   config = lib.mkMerge [
    ///     { hypervisor.web.port = lib.mkDefault 8080; }
    ///     { hypervisor.web.port = 8443; }
    ///   ];
    /// }
    /// ```
    name: "conflicting-definitions",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "Two definitions of one option that Nix cannot merge.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    // Most options are defined once.
    let mut counts: FxHashMap<&OptionPath, usize> = FxHashMap::default();
    for definition in &facts.definitions {
        *counts.entry(&definition.path).or_default() += definition.given().len();
    }
    for definition in &facts.definitions {
        let path = &definition.path;
        let is_elsewhere =
            || context.snapshot.defining_modules(path).any(|module| module != context.file);
        // Two computed names are not known to be the same.
        if path.contains(&Symbol::COMPUTED) {
            continue;
        }
        if counts.get(path).is_none_or(|count| *count < 2) && !is_elsewhere() {
            continue;
        }
        let Some(expected) = expected_at(context.snapshot, &definition.path) else { continue };
        let others = context.snapshot.definitions_at(&definition.path);
        for given in definition.given() {
            let Some(range) = context.here(given.at) else { continue };
            let one = One { facts, definition, given };
            let found = others
                .iter()
                .take_while(|other| !is_same(context, other, definition))
                .filter_map(|other| Some((other, other.data.module()?)))
                .flat_map(|(other, facts)| {
                    let given = other.fact.given().into_iter();
                    given.map(move |given| {
                        (other.module, One { facts, definition: other.fact, given })
                    })
                })
                // What the definition itself gives before.
                .chain(
                    definition
                        .given()
                        .into_iter()
                        .take_while(|before| before.at != given.at)
                        .map(|given| (context.file, One { facts, definition, given })),
                )
                .find_map(|(module, other)| {
                    conflict(context, &expected, (module, &other), &one).map(|found| (other, found))
                });
            let Some((other, (clash, level))) = found else { continue };
            if !sink.is_first_at(range) {
                continue;
            }
            let message = message(&expected, &definition.path, clash, &one, &other, level);
            sink.report(range, message)
                .at_most(level)
                .related(other.given.at, "the other definition")
                .fix(override_it(context, &one));
        }
    }
}

/// One value of a definition, with the facts of the module that has it.
struct One<'a> {
    facts: &'a Facts,
    definition: &'a Definition,
    given: Given<'a>,
}

fn is_same(
    context: &RuleContext<'_>,
    other: &OptionUse<'_, Definition>,
    definition: &Definition,
) -> bool {
    other.module == context.file && std::ptr::eq(other.fact, definition)
}

/// Whether the two clash, and how certain that is.
fn conflict(
    context: &RuleContext<'_>,
    expected: &Expected<'_>,
    (module, other): (module::FileId, &One<'_>),
    one: &One<'_>,
) -> Option<(Clash, Level)> {
    let priority = one.given.priority?;
    // One text that counts twice, as a module that two configurations have.
    if other.given.priority != Some(priority) || other.given.at == one.given.at {
        return None;
    }
    // Each definition of such a set adds an element.
    if !expected.is_whole && is_list_of_members(expected) {
        return None;
    }
    let depth = outermost_option(context.snapshot, &expected.option);
    if has_overridden_parent(one, depth) || has_overridden_parent(other, depth) {
        return None;
    }
    let clash = clash(expected.ty, other.given.known, one.given.known)?;
    let declarer = match expected.source {
        Source::Workspace { module, .. } => Some(module),
        Source::External { .. } => None,
    };
    let looks = |file, one: &One<'_>| {
        let standing = Standing { snapshot: context.snapshot, module: file, facts: one.facts };
        standing.looks_at(one.definition, &one.given, &expected.option, declarer)
    };
    let looked = looks(context.file, one).min(looks(module, other));
    let is_together = are_together(context.snapshot, module, context.file);
    match looked {
        Looked::Never(_) => None,
        Looked::Certainly if is_together => match declarer {
            Some(_) => Some((clash, Level::Error)),
            None => Some((clash, Level::Warning)),
        },
        // Two conditions may exclude each other; one that implies the other does not.
        _ if may_be_together(context.snapshot, module, context.file) => {
            may_hold_together(context, one, other).then_some((clash, Level::Warning))
        }
        _ => None,
    }
}

/// Whether the option's members stand beside each other and are not merged.
fn is_list_of_members(expected: &Expected<'_>) -> bool {
    fn contains(ty: &Type) -> bool {
        match ty {
            Type::AttrList(_) => true,
            Type::Either(left, right) => contains(left) || contains(right),
            _ => ty.element().is_some_and(contains),
        }
    }
    match expected.source {
        Source::Workspace { declaration, .. } => contains(&declaration.ty),
        Source::External { .. } => false,
    }
}

/// Below an overridden set the priorities of its members count only against each other.
fn has_overridden_parent(one: &One<'_>, depth: usize) -> bool {
    let mut parent = one.definition.parent;
    while let Some(above) = parent.and_then(|parent| one.facts.definitions.get(parent as usize)) {
        if above.path.len() < depth {
            return false;
        }
        if above.given().iter().any(|given| given.priority != Some(100)) {
            return true;
        }
        parent = above.parent;
    }
    false
}

/// Whether one of the two counts wherever the other does, as far as can be seen.
fn may_hold_together(context: &RuleContext<'_>, one: &One<'_>, other: &One<'_>) -> bool {
    let (one, other) = (conditions(context, one), conditions(context, other));
    one.iter().all(|text| other.contains(text)) || other.iter().all(|text| one.contains(text))
}

/// The conditions that are not known to hold: the option that one asks, or what is written where.
fn conditions(context: &RuleContext<'_>, one: &One<'_>) -> Vec<(String, bool)> {
    let get = |id: ConditionId| one.facts.conditions.get(id.0 as usize);
    let all = std::iter::successors(one.given.condition.and_then(get), |condition| {
        condition.outer.and_then(get)
    });
    all.filter(|condition| condition.value != Some(true))
        .map(|condition| {
            let at = condition.at;
            let is_it = |read: &&Read| read.at.file == at.file && read.expr == condition.expr;
            let text = match one.facts.reads.iter().find(is_it) {
                Some(read) => read.path.to_string(),
                None => {
                    let text = context.snapshot.source(at).unwrap_or_default();
                    format!("{}: {text}", at.file.path())
                }
            };
            (text, condition.kind == ConditionKind::Shape { negated: true })
        })
        .collect()
}

fn message(
    expected: &Expected<'_>,
    path: &OptionPath,
    clash: Clash,
    one: &One<'_>,
    other: &One<'_>,
    level: Level,
) -> String {
    let (this, that) = (shown(one.given.known), shown(other.given.known));
    let words = match clash {
        Clash::Different => {
            format!(
                "The option `{path}' has conflicting definition values: {this} here, {that} elsewhere."
            )
        }
        Clash::NullAndNot => {
            format!("The option `{path}' is defined both null and not null.")
        }
        Clash::Unmergeable => {
            format!("Cannot merge definitions of `{path}': {this} here, {that} elsewhere.")
        }
        Clash::Two => {
            let ty = expected.ty.description().unwrap_or_else(|| "this type".to_owned());
            format!(
                "The option `{path}' is defined multiple times while it's expected to be unique: \
                 {ty} takes one definition."
            )
        }
    };
    let when = if level == Level::Error { "" } else { " That is so where both count." };
    format!("{words}{when} Make one of them a default with `lib.mkDefault`, or remove it.")
}

/// Lets this definition win.
fn override_it(context: &RuleContext<'_>, one: &One<'_>) -> Option<Fix> {
    let Location { file, .. } = one.given.at;
    if !one.definition.discharged.is_empty()
        || file != context.file
        || !crate::scopes::takes_argument(context.arena, Symbol::new("lib"))
    {
        return None;
    }
    let range = one.given.at.text_range();
    let written = context.arena.source(range);
    let is_one = written.starts_with(['"', '(', '{', '[', '.', '/'])
        || written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_'".contains(&byte));
    let content = if is_one { written.to_owned() } else { format!("({written})") };
    let text = format!("lib.mkForce {content}");
    Some(Fix::to_review(
        "Let this definition win with `lib.mkForce`",
        context.file,
        vec![TextEdit::replace(range, text)],
    ))
}
