use crate::forced::{Forced, Properties};
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::{Level, Related, scopes};
use index::Resolved;
use module::arena::{Expr, Resolved as Name};
use module::facts::{
    Condition, ConditionId, ConditionKind, Definition, Demand, Demanded, DemandedBy, ReadOf,
};
use module::{ExprId, Facts, Location, OptionPath, Symbol};
use rustc_hash::FxHashMap;
use syntax::TextRange;

declare_rule! {
    /// ## What it does
    ///
    /// Reports what Nix answers with "infinite recursion encountered":
    ///
    /// - `imports`, `options` or the names of definitions that depend on `config`, or on `pkgs`, which
    ///   comes from `config`;
    /// - names of definitions below an option set that depend on an option of that very set;
    /// - an option that is defined from itself, or under an `mkIf` that asks for it.
    ///
    /// Only what Nix evaluates in any case counts. `lib.mkIf` over a set of options is fine, because
    /// the names inside it do not depend on its condition.
    ///
    /// ## Why is this bad?
    ///
    /// Nix collects all modules, then all options, then all definitions, and only then is there a
    /// `config` to read. What is needed for that cannot be taken from it.
    ///
    /// ## Example
    ///
    /// ```nix
    /// { config, lib, ... }:
    /// {
    ///   options.hypervisor.web.enable = lib.mkEnableOption "the dashboard";
    ///   config = lib.optionalAttrs config.hypervisor.web.enable {
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
    name: "infinite-recursion",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "Configuration that decides its own shape, or an option defined from itself.",
    fixable: false,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    for recursion in recursions(context) {
        let message = format!("infinite recursion encountered: {}", recursion.why);
        sink.report(recursion.at, message).all_related(recursion.others);
    }
}

/// One certain loop.
pub(super) struct Recursion {
    /// The expression that closes it.
    pub at: TextRange,
    why: String,
    others: Vec<Related>,
}

/// The loops that this file's module is certain to end in.
pub(super) fn recursions(context: &RuleContext<'_>) -> Vec<Recursion> {
    let Some(facts) = context.facts.filter(|facts| is_certainly_module(context, facts)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for section in sections(context, facts) {
        found.extend(section_asks(context, facts, section));
    }
    for demand in &facts.demands {
        found.extend(names_ask(context, facts, demand));
    }
    found.extend(conditions_ask(context, facts));
    found.sort_by_key(|recursion| (recursion.at.start(), recursion.at.end()));
    found.dedup_by_key(|recursion| recursion.at);
    found
}

/// Whether the file is a module beyond doubt, not a function of `lib` and `pkgs` that only looks like
/// one: a package or a shell may ask `pkgs` whatever it likes.
fn is_certainly_module(context: &RuleContext<'_>, facts: &Facts) -> bool {
    let shape = &facts.shape;
    let has_keys = !shape.options.is_empty() || !shape.config.is_empty() || shape.imports.is_some();
    let takes_config = scopes::takes_argument(context.arena, Symbol::new("config"));
    has_keys
        || (shape.body.is_some() && takes_config)
        || context.snapshot.reach().is_reached(context.file)
        || context.snapshot.importers(context.file).next().is_some()
}

// ---- what a module is made of, before there is a `config` ----

struct Section<'a> {
    forced: Forced<'a>,
    what: &'static str,
    advice: &'static str,
}

const USE_MK_IF: &str = "Use `lib.mkIf`, which leaves the names where they are.";

/// The parts of the module that Nix needs before `config` exists.
fn sections<'a>(context: &RuleContext<'a>, facts: &Facts) -> Vec<Section<'a>> {
    let arena = context.arena;
    let mut sections = Vec::new();
    let mut add = |what, advice, force: &dyn Fn(&mut Forced<'a>)| {
        let mut forced = Forced::new(arena);
        force(&mut forced);
        sections.push(Section { forced, what, advice });
    };
    let root = match arena.expr(arena.root) {
        Expr::Lambda(lambda) => arena.lambda(*lambda).body,
        _ => arena.root,
    };
    if let Some(imports) = section_value(context, facts, "imports") {
        let advice = "Import it always, and let the imported module guard what it defines.";
        add("`imports`", advice, &|forced| forced.elements(imports));
    }
    if let Some(options) = section_value(context, facts, "options") {
        add("the options of a module", "Declare them always.", &|forced| {
            forced.names(options, Properties::PushedDown);
        });
    }
    if let Some(config) = section_value(context, facts, "config") {
        add("the names that a module defines", USE_MK_IF, &|forced| {
            forced.names(config, Properties::PushedDown);
        });
    }
    add("the names that a module consists of", USE_MK_IF, &|forced| forced.value(root));
    sections
}

/// The value of one key of the module's set.
fn section_value(context: &RuleContext<'_>, facts: &Facts, key: &str) -> Option<ExprId> {
    let (body, _) = facts.shape.body?;
    let Expr::Set(set) = context.arena.expr(body) else { return None };
    Some(context.arena.set(*set).entry(Symbol::new(key))?.value)
}

/// What a section asks of the configuration; one finding for all of it.
fn section_asks(
    context: &RuleContext<'_>,
    facts: &Facts,
    section: Section<'_>,
) -> Option<Recursion> {
    let mut asked: Vec<(TextRange, String)> = facts
        .reads
        .iter()
        .filter(|read| read.of == ReadOf::Config && section.forced.contains(read.expr))
        .filter_map(|read| Some((context.here(read.at)?, format!("config.{}", read.path))))
        .collect();
    let pkgs = section.forced.iter().filter(|&expr| is_pkgs(context, expr));
    asked.extend(pkgs.map(|expr| (context.arena.range(expr), "pkgs".to_owned())));
    asked.sort_by_key(|(range, _)| (range.start(), range.end()));
    // `cfg` is asked for so that `cfg.enable` can be; the latter is what the author wrote there.
    let is_base = |name: &str| {
        let below = format!("{name}.");
        asked.iter().any(|(_, other)| other.starts_with(&below))
    };
    let (at, name) = asked.iter().find(|(_, name)| !is_base(name))?.clone();
    let from = if name == "pkgs" { ", and `pkgs` comes from `config`" } else { "" };
    let why = format!(
        "Nix has to know {} before there is a `config`, and here it asks for `{name}`{from}. {}",
        section.what, section.advice,
    );
    let related = asked.into_iter().map(|(range, name)| Related {
        at: Location::new(context.file, range),
        message: format!("`{name}` is asked for here"),
    });
    Some(Recursion { at, why, others: related.collect() })
}

/// The module's own argument `pkgs`.
fn is_pkgs(context: &RuleContext<'_>, expr: ExprId) -> bool {
    match context.arena.expr(expr) {
        Expr::Name { name, resolved: Name::Local { scope, .. } } => {
            name.as_str() == "pkgs" && Some(*scope) == scopes::module_scope(context.arena)
        }
        _ => false,
    }
}

// ---- names below a path that depend on what is below it ----

fn names_ask(context: &RuleContext<'_>, facts: &Facts, demand: &Demand) -> Option<Recursion> {
    let at = context.here(demand.at)?;
    let Demanded::Config(read) = &demand.reads else { return None };
    let (path, key, what) = match &demand.by {
        DemandedBy::Config(path) => (path, "config", "definitions"),
        DemandedBy::Options(path) => (path, "options", "options"),
        DemandedBy::Imports => return None,
    };
    // All of `config`, and what lies in submodules, is not asked for by this route.
    if path.is_empty() || path.iter().any(|name| name.is_wildcard()) {
        return None;
    }
    let expr = match section_value(context, facts, key) {
        Some(value) => value,
        None if facts.shape.shorthand && key == "config" => facts.shape.body?.0,
        None => return None,
    };
    let is_below = read.len() > path.len();
    let (properties, unconditional_only) = match (key, context.snapshot.resolve(path)) {
        // The names of a set of options are known from its declarations alone.
        ("options", resolved) => {
            let is_option = matches!(resolved, Resolved::Option(_));
            (is_below || is_option).then_some((Properties::PushedDown, false))
        }
        (_, Resolved::Group(_)) => is_below.then_some((Properties::PushedDown, false)),
        (_, Resolved::Option(_) | Resolved::Inside { .. }) => Some((Properties::AskedFirst, true)),
        _ => is_below.then_some((Properties::AskedFirst, true)),
    }?;
    let mut forced = Forced::new(context.arena);
    for (value, conditional) in forced.values_at(expr, path) {
        if !(conditional && unconditional_only) {
            forced.names(value, properties);
        }
    }
    if !forced.iter().any(|expr| context.arena.full_range(expr) == at) {
        return None;
    }
    let why = match read == path {
        true => format!("`{path}` is defined from `config.{read}`, which is itself."),
        false => format!(
            "the names of the {what} below `{path}` depend on `config.{read}`, which Nix can only \
             know when it knows those names. {USE_MK_IF}",
        ),
    };
    Some(Recursion { at, why, others: Vec::new() })
}

// ---- an option under a condition that asks for it ----

fn conditions_ask(context: &RuleContext<'_>, facts: &Facts) -> Vec<Recursion> {
    let mut asked_by: FxHashMap<ConditionId, Vec<&OptionPath>> = FxHashMap::default();
    let mut found = Vec::new();
    for definition in &facts.definitions {
        let Some((id, condition)) = first_asked(facts, definition) else { continue };
        let Some(at) = context.here(condition.at) else { continue };
        let asked = asked_by.entry(id).or_insert_with(|| asked_of(context, facts, condition));
        let Some(read) = asked.iter().find(|read| read.starts_with(&definition.path)) else {
            continue;
        };
        if context.snapshot.resolve(&definition.path) != Resolved::Option(definition.path.clone()) {
            continue;
        }
        let path = &definition.path;
        let why = format!(
            "`{path}` is defined under a condition that asks for `config.{read}`. Take the \
             definition out of this `mkIf`, or make the condition one of another option.",
        );
        let others =
            vec![Related { at: definition.name, message: format!("`{path}` is defined here") }];
        found.push(Recursion { at, why, others });
    }
    found
}

/// The condition that Nix asks first, and in any case, to know whether the definition counts.
fn first_asked<'a>(
    facts: &'a Facts,
    definition: &Definition,
) -> Option<(ConditionId, &'a Condition)> {
    let mut first = None;
    let mut id = definition.condition;
    while let Some(here) = id {
        let condition = facts.conditions.get(here.0 as usize)?;
        match (condition.kind, condition.value) {
            (_, Some(true)) => {}
            (ConditionKind::MkIf, _) => first = Some((here, condition)),
            // Whether the definition is there at all is not known.
            _ => return None,
        }
        id = condition.outer;
    }
    first
}

/// The options that the condition asks for in any case.
fn asked_of<'a>(
    context: &RuleContext<'_>,
    facts: &'a Facts,
    condition: &Condition,
) -> Vec<&'a OptionPath> {
    let mut forced = Forced::new(context.arena);
    forced.value(condition.expr);
    facts
        .reads
        .iter()
        .filter(|read| read.of == ReadOf::Config && forced.contains(read.expr))
        .filter(|read| context.here(read.at).is_some() && !read.path.is_empty())
        .map(|read| &read.path)
        .collect()
}
