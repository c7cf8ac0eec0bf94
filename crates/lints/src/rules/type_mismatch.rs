use crate::calls::option_arguments;
use crate::rule::{RuleContext, Sink, declare_rule};
use crate::together::are_apart;
use crate::typing::{
    Expected, Looked, Reason, Refusal, Source, Standing, Why, accepts, expected_at, refusals, shown,
};
use crate::{Fix, Level};
use module::facts::{
    Argument, ConditionKind, Declaration, DeclarationKind, Definition, Given, Known, KnownPart,
};
use module::types::Type;
use module::{ExprId, Facts, Location, OptionPath, PathDisplay, Symbol};
use rustc_hash::FxHashSet;
use syntax::{TextEdit, TextRange};

declare_rule! {
    /// ## What it does
    ///
    /// Reports values that their option's type refuses: in definitions, through `mkDefault`, `mkIf` and
    /// their kin, in defaults and in examples. Values and types count as far as they can be known without
    /// evaluation; where one cannot, nothing is said.
    ///
    /// It is an error where Nix looks at the value. It is a warning where it may not: under a condition
    /// that is not known to hold, below a definition of higher priority, in a submodule that may have no
    /// member, in a default that some definition replaces, and for options outside the workspace, of which
    /// only the documentation is known. Examples are warnings too.
    ///
    /// ## Why is this bad?
    ///
    /// Nix stops as soon as it needs the option: "A definition for option … is not of type …".
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
    ///   config.hypervisor.web.port = lib.mkDefault "8080";
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
    ///   config.hypervisor.web.port = lib.mkDefault 8080;
    /// }
    /// ```
    name: "type-mismatch",
    level: Level::Error,
    nixos_level: Some(Level::Error),
    summary: "A value that its option's type refuses.",
    fixable: true,
    check: check,
}

fn check(context: &RuleContext<'_>, sink: &mut Sink) {
    let Some(facts) = context.facts else { return };
    // What is written once may count several times, as a submodule that several options have.
    let mut reported = FxHashSet::default();
    for index in 0..facts.definitions.len() {
        definition(context, facts, index, &mut reported, sink);
    }
    for declaration in &facts.declarations {
        // The default of `mkPackageOption` is the name of a package.
        if declaration.kind == DeclarationKind::Package {
            continue;
        }
        for name in ["default", "example"] {
            argument(context, facts, declaration, name, &mut reported, sink);
        }
    }
}

type Reported = FxHashSet<TextRange>;

// ---- definitions ----

fn definition(
    context: &RuleContext<'_>,
    facts: &Facts,
    index: usize,
    reported: &mut Reported,
    sink: &mut Sink,
) {
    let definition = &facts.definitions[index];
    if definition.given().iter().all(|given| *given.known == Known::Unknown) {
        return;
    }
    let Some(expected) = expected_at(context.snapshot, &definition.path) else { return };
    let group = definition.is_group.then(|| group(facts, index));
    for given in definition.given() {
        let Some(range) = context.here(given.at) else { continue };
        let is_set = matches!(given.known, Known::Attrs { .. });
        let value = group.as_ref().filter(|_| is_set).unwrap_or(given.known);
        // The names of a set of definitions are definitions themselves.
        let found = match is_set && definition.is_group {
            true if accepts(expected.ty, value) == Some(false) => vec![Refusal {
                at: None,
                inside: Vec::new(),
                value,
                reason: Reason::Type(expected.ty),
                is_certain: true,
            }],
            true => Vec::new(),
            false => refusals(context.snapshot, expected.ty, value, declared(&expected)),
        };
        if found.is_empty() {
            continue;
        }
        let standing = Standing { snapshot: context.snapshot, module: context.file, facts };
        let declarer = match expected.source {
            Source::Workspace { module, .. } => Some(module),
            Source::External { .. } => None,
        };
        // A module of another module system means another option of that name.
        if context.namespace_of(&definition.path).is_none()
            && declarer.is_some_and(|other| are_apart(context.snapshot, context.file, other))
        {
            continue;
        }
        let looked = standing.looks_at(definition, &given, &expected.option, declarer);
        if looked != Looked::Certainly && is_fallback(facts, definition, &given) {
            continue;
        }
        for refusal in found {
            let place = Place { path: &definition.path, range, role: Role::Definition(looked) };
            report(context, &expected, &refusal, place, reported, sink);
        }
    }
}

/// Whether an `if` whose condition is not known may choose the value, and it is nothing that the author gives
/// to the option in so many words: null, or what a name or a function brings. Such a value often stands
/// for "not used", and a `mkIf` keeps it away.
fn is_fallback(facts: &Facts, definition: &Definition, given: &Given<'_>) -> bool {
    let innermost = given.condition.and_then(|id| facts.conditions.get(id.0 as usize));
    let is_chosen = given.condition != definition.condition
        && innermost.is_some_and(|condition| {
            condition.value.is_none() && matches!(condition.kind, ConditionKind::Shape { .. })
        });
    let whole = definition.value_at;
    let is_written_here = given.expr != ExprId::ELSEWHERE
        && given.at.file == whole.file
        && whole.text_range().contains_range(given.at.text_range());
    is_chosen && (*given.known == Known::Null || !is_written_here)
}

/// The option whose submodules' options are declared below it.
fn declared(expected: &Expected<'_>) -> Option<OptionPath> {
    let is_own = matches!(expected.source, Source::Workspace { .. });
    (expected.is_whole && is_own).then(|| expected.option.clone())
}

/// A set of definitions as one value; of its members only the names count.
fn group(facts: &Facts, index: usize) -> Known {
    let path = &facts.definitions[index].path;
    let of_group = |definition: &&Definition| definition.parent == Some(index as u32);
    let members = facts
        .definitions
        .iter()
        .skip(index + 1)
        .filter(of_group)
        .filter_map(|definition| {
            let is_certain = definition.condition.is_none();
            let part =
                KnownPart { at: definition.value_at, value: definition.known.clone(), is_certain };
            Some((*definition.path.last()?, part))
        })
        .collect();
    // Members of several sets would be taken for those of one.
    let complete = facts.definitions[index].discharged.is_empty()
        && !facts.unknown.definitions.iter().any(|unseen| path.starts_with(unseen));
    Known::Attrs { members, complete }
}

// ---- defaults and examples ----

fn argument(
    context: &RuleContext<'_>,
    facts: &Facts,
    declaration: &Declaration,
    name: &str,
    reported: &mut Reported,
    sink: &mut Sink,
) {
    let is_default = name == "default";
    let argument = if is_default { &declaration.default } else { &declaration.example };
    let Some(argument) = argument else { return };
    let Some(range) = written(context, declaration, argument, name) else { return };
    let found = refusals(
        context.snapshot,
        &declaration.ty,
        &argument.value,
        Some(declaration.path.clone()),
    );
    if found.is_empty() {
        return;
    }
    // Another declaration may make another type of it.
    let is_agreed = expected_at(context.snapshot, &declaration.path)
        .is_some_and(|expected| expected.is_whole && *expected.ty == declaration.ty);
    if !is_agreed {
        return;
    }
    let standing = Standing { snapshot: context.snapshot, module: context.file, facts };
    let role = match is_default {
        true => Role::Default(standing.looks_at_default(&declaration.path)),
        false => Role::Example,
    };
    let source = Source::Workspace { module: context.file, declaration };
    let expected =
        Expected { ty: &declaration.ty, option: declaration.path.clone(), is_whole: true, source };
    for refusal in found {
        let place = Place { path: &declaration.path, range, role };
        report(context, &expected, &refusal, place, reported, sink);
    }
}

/// Where the argument itself is written, and not the text that stands for it in documentation.
fn written(
    context: &RuleContext<'_>,
    declaration: &Declaration,
    argument: &Argument,
    name: &str,
) -> Option<TextRange> {
    if declaration.at.file == context.file
        && let Some(arguments) = option_arguments(context.arena, declaration.value)
        && let Some(entry) = arguments.entry(Symbol::new(name))
    {
        return Some(context.arena.full_range(entry.value));
    }
    context.here(argument.at)
}

// ---- what is said ----

/// What the value is there for.
#[derive(Clone, Copy)]
enum Role {
    Definition(Looked),
    Default(Looked),
    Example,
}

struct Place<'a> {
    path: &'a OptionPath,
    range: TextRange,
    role: Role,
}

fn report(
    context: &RuleContext<'_>,
    expected: &Expected<'_>,
    refusal: &Refusal<'_>,
    place: Place<'_>,
    reported: &mut Reported,
    sink: &mut Sink,
) {
    let part = refusal.at.and_then(|at| context.here(at));
    let range = part.filter(|part| place.range.contains_range(*part)).unwrap_or(place.range);
    let mut message = complaint(refusal, &place);
    if !reported.insert(range) {
        return;
    }
    let (level, remark) = verdict(expected, refusal, place.role);
    message.push_str(remark);
    if let Source::External { origin } = expected.source {
        message.push_str(&format!(" The type is the one that {origin} documents."));
    }
    let declared = expected.declared_at();
    let finding =
        sink.report(range, message).at_most(level).fix(conversion(context, refusal, range));
    if let Some(at) = declared {
        finding.related(at, format!("`{}` is declared here", expected.option));
    }
}

/// What is wrong, and what Nix makes of it.
fn complaint(refusal: &Refusal<'_>, place: &Place<'_>) -> String {
    let full = full_path(place.path, refusal);
    match &refusal.reason {
        Reason::Group => format!(
            "`{full}` is a group of options, and this is {}. Define the options in it by their names.",
            shown(refusal.value)
        ),
        Reason::Undeclared => format!(
            "The option `{full}' does not exist: the submodule declares no such option. Declare it, or \
             correct the name."
        ),
        Reason::Type(ty) => {
            let given = shown(refusal.value);
            match ty.description() {
                Some(words) => {
                    let article = article(&words);
                    format!(
                        "`{full}` wants {article}{words}, and this is {given}. Nix says: A \
                         definition for option `{full}' is not of type `{words}'."
                    )
                }
                None => format!("`{full}` wants a value of another type than {given}."),
            }
        }
    }
}

fn full_path(path: &OptionPath, refusal: &Refusal<'_>) -> String {
    let mut full = path.to_string();
    for name in &refusal.inside {
        full.push('.');
        match name.as_ref() {
            "[…]" => full.push_str("[…]"),
            name => full.push_str(&PathDisplay(&[Symbol::new(name)]).to_string()),
        }
    }
    full
}

/// The indefinite article, where the words want one.
fn article(words: &str) -> &'static str {
    const WITHOUT: [&str; 9] = [
        "one of ",
        "value ",
        "null or ",
        "strings ",
        "anything",
        "impossible",
        "JSON ",
        "YAML ",
        "TOML ",
    ];
    let first = words.chars().next().unwrap_or(' ').to_ascii_lowercase();
    let sounds_like_vowel =
        matches!(first, 'a' | 'e' | 'i' | 'o' | '8') || (first == 'u' && !words.starts_with("uni"));
    match words {
        _ if WITHOUT.iter().any(|start| words.starts_with(start)) || words.starts_with('(') => "",
        _ if sounds_like_vowel => "an ",
        _ => "a ",
    }
}

fn verdict(expected: &Expected<'_>, refusal: &Refusal<'_>, role: Role) -> (Level, &'static str) {
    let looked = match role {
        Role::Example => {
            return (Level::Warning, " It is only an example, but people copy examples.");
        }
        Role::Definition(looked) | Role::Default(looked) => looked,
    };
    if let Source::External { .. } = expected.source {
        return (Level::Warning, "");
    }
    let why = match looked {
        Looked::Certainly if refusal.is_certain => return (Level::Error, ""),
        Looked::Certainly => return (Level::Warning, ""),
        Looked::Never(why) | Looked::Perhaps(why) => why,
    };
    let remark = match (why, role) {
        (Why::Condition, _) => " It counts only where the condition around it holds.",
        (Why::Overridden, Role::Default(_)) => " It counts only where no definition replaces it.",
        (Why::Overridden, _) => " It counts only where no definition of higher priority hides it.",
        (Why::NoMember, _) => " It counts as soon as there is a member.",
        (Why::Unsure | Why::Apart, _) => "",
    };
    (Level::Warning, remark)
}

// ---- fixes ----

/// The value as the type wants it, where it is clear what is meant.
fn conversion(context: &RuleContext<'_>, refusal: &Refusal<'_>, range: TextRange) -> Option<Fix> {
    let Reason::Type(ty) = refusal.reason else { return None };
    let written = context.arena.source(range);
    let replace = |text: String| {
        let title = format!("Change to `{text}`");
        Fix::safe(title, context.file, vec![TextEdit::replace(range, text)])
    };
    match refusal.value {
        Known::Str(Some(text)) if written == format!("\"{text}\"") => {
            if let Some(value) = literal(text)
                && accepts(ty, &value) == Some(true)
            {
                return Some(replace(text.clone()));
            }
        }
        Known::Int(_) | Known::Float(_) | Known::Bool(_) => {
            let is_literal =
                written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
            let text = Known::Str(Some(written.to_owned()));
            if is_literal && accepts(ty, &text) == Some(true) {
                return Some(replace(format!("\"{written}\"")));
            }
        }
        _ => {}
    }
    in_list(context, ty, refusal.value, range)
}

/// What the text is when it stands without quotes.
fn literal(text: &str) -> Option<Known> {
    match text {
        "true" => return Some(Known::Bool(true)),
        "false" => return Some(Known::Bool(false)),
        "null" => return Some(Known::Null),
        _ => {}
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<i64>() {
        Ok(int) if digits && (text == "0" || !text.starts_with('0')) => Some(Known::Int(int)),
        _ => {
            let (whole, fraction) = text.split_once('.')?;
            let is_plain = [whole, fraction]
                .iter()
                .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
            is_plain.then(|| text.parse().ok().map(Known::Float))?
        }
    }
}

/// `x` as `[ x ]`, where a list of it is fine.
fn in_list(context: &RuleContext<'_>, ty: &Type, value: &Known, range: TextRange) -> Option<Fix> {
    if matches!(value, Known::List { .. } | Known::Null) {
        return None;
    }
    let at = Location::new(context.file, range);
    let item = KnownPart { at, value: value.clone(), is_certain: true };
    let list = Known::List { items: vec![item], complete: true };
    let fits = accepts(ty, &list) == Some(true)
        && accepts(ty.element()?, value) == Some(true)
        && refusals(context.snapshot, ty, &list, None).is_empty();
    let written = context.arena.source(range);
    // An application is one element only in parentheses.
    let is_one = written.starts_with(['"', '(', '{', '.', '/'])
        || written.starts_with("''")
        || written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_'".contains(&byte));
    (fits && is_one && !written.contains('\n')).then(|| {
        let text = format!("[ {written} ]");
        let title = format!("Change to `{text}`");
        Fix::to_review(title, context.file, vec![TextEdit::replace(range, text)])
    })
}
