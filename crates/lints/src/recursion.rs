//! The loops of the demand graph in words, for the rules about recursion.

use crate::rule::RuleContext;
use crate::together::{Meeting, meeting};
use crate::{Related, scopes};
use index::{Cycle, NodeKind, Step, Way};
use module::demands::Demanded;
use module::{Facts, Symbol};
use syntax::TextRange;

/// A loop that this file's module has a part in.
pub(crate) struct Recursion {
    /// The expression that closes it.
    pub at: TextRange,
    pub certain: bool,
    pub why: String,
    pub chain: Vec<Related>,
    /// The step that the file is told about.
    pub step: Step,
}

/// The loops of this file's module, by position; where one is certain, the merely possible ones at the
/// same place are left out.
pub(crate) fn recursions<'a>(context: &RuleContext<'a>) -> &'a [Recursion] {
    context.recursions.get_or_init(|| find(context))
}

fn find(context: &RuleContext<'_>) -> Vec<Recursion> {
    let Some(facts) = context.facts.filter(|facts| is_certainly_module(context, facts)) else {
        return Vec::new();
    };
    let cycles = context.snapshot.cycles(context.file);
    let mut found: Vec<Recursion> =
        cycles.into_iter().filter_map(|cycle| recursion(context, facts, cycle)).collect();
    found.sort_by_key(|found| (found.at.start(), found.at.end(), !found.certain));
    found.dedup_by_key(|found| found.at);
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

fn recursion(context: &RuleContext<'_>, facts: &Facts, cycle: Cycle) -> Option<Recursion> {
    let meeting = meeting(context.snapshot, &cycle.modules());
    if meeting == Meeting::Never {
        return None;
    }
    // Modules that a flake writes in place may belong to several configurations.
    let is_flake = facts.outputs.as_ref().is_some_and(|outputs| !outputs.beside_module);
    let is_shared = is_flake && cycle.steps.len() > 1;
    let certain = cycle.certain && meeting == Meeting::Certain && !is_shared;
    let step = cycle.steps.first()?.clone();
    let at = context.here(step.at).or_else(|| {
        // It stands in a file that this one uses: what is known here is what it defines.
        let mut definitions = facts.definitions.iter();
        let definition = definitions.find(|definition| definition.path == step.by.path)?;
        context.here(definition.name)
    })?;
    let why = match cycle.steps.as_slice() {
        [step] => alone(step),
        steps => in_turn(steps),
    };
    let chain = match cycle.steps.as_slice() {
        [_] => Vec::new(),
        steps => steps.iter().map(related).collect(),
    };
    Some(Recursion { at, certain, why, chain, step })
}

fn related(step: &Step) -> Related {
    Related { at: step.at, message: format!("{} asks for {} here", subject(step), object(step)) }
}

fn subject(step: &Step) -> String {
    let path = &step.by.path;
    match (step.way, step.by.kind) {
        (Way::Imports, _) => "what `imports` has".to_owned(),
        (Way::Module, _) => "what the module consists of".to_owned(),
        (_, NodeKind::Names) if path.is_empty() => "what the module defines".to_owned(),
        (_, NodeKind::Options) if path.is_empty() => "what the module declares".to_owned(),
        (_, NodeKind::Names) => format!("which names `{path}` has"),
        (_, NodeKind::Options) => format!("whether there is an option `{path}`"),
        (Way::Condition, _) => format!("a condition on `{path}`"),
        (Way::Declaration, _) => format!("the default of `{path}`"),
        _ => format!("`{path}`"),
    }
}

fn object(step: &Step) -> String {
    match &step.asks_for {
        Demanded::Argument(name) => format!("`{name}`"),
        Demanded::Config(path) if path.is_empty() => "`config`".to_owned(),
        Demanded::Config(path) => format!("`config.{path}`"),
    }
}

const USE_MK_IF: &str = "Use `lib.mkIf`, which leaves the names where they are.";

/// A loop of one step.
fn alone(step: &Step) -> String {
    let (path, object) = (&step.by.path, object(step));
    let before_config = |what: &str, advice: &str| {
        let from = match &step.asks_for {
            Demanded::Argument(name) => format!(", and `{name}` comes from `config`"),
            Demanded::Config(_) => String::new(),
        };
        format!(
            "Nix has to know {what} before there is a `config`, and here it asks for {object}{from}. \
             {advice}"
        )
    };
    match (step.way, step.by.kind) {
        (Way::Imports, _) => before_config(
            "`imports`",
            "Import it always, and let the imported module guard what it defines.",
        ),
        (Way::Module, _) => before_config("the names that a module consists of", USE_MK_IF),
        (_, NodeKind::Options) if path.is_empty() => {
            before_config("the options of a module", "Declare them always.")
        }
        (_, NodeKind::Names) if path.is_empty() => {
            before_config("the names that a module defines", USE_MK_IF)
        }
        (_, NodeKind::Options) => format!(
            "whether and how `{path}` is declared depends on {object}, which Nix can only know when it \
             knows that. Declare it always.",
        ),
        (_, NodeKind::Names | NodeKind::Between) => format!(
            "the names of the definitions below `{path}` depend on {object}, which Nix can only know \
             when it knows those names. {USE_MK_IF}",
        ),
        (Way::Condition, _) => format!(
            "`{path}` is defined under a condition that asks for {object}. Take the definition out of \
             this `mkIf`, or make the condition one of another option.",
        ),
        (Way::Declaration, _) => format!(
            "the default of `{path}` is made from {object}, which is itself. Give it a value of its own.",
        ),
        _ if step.reads() == *path => format!(
            "`{path}` is defined from {object}, which is itself. Definitions of lists and sets are merged \
             anyway; leave out what is there already.",
        ),
        _ => format!(
            "`{path}` is defined from {object}, and to know that, Nix has to know `{path}` first.",
        ),
    }
}

/// A loop of several steps.
fn in_turn(steps: &[Step]) -> String {
    let mut why = String::new();
    for (index, step) in steps.iter().enumerate() {
        let link = if index == 0 { "" } else { "; for that, " };
        why.push_str(&format!("{link}{} asks for {}", subject(step), object(step)));
    }
    why.push_str(". Each waits for the next: let one of them have a value of its own.");
    why
}
