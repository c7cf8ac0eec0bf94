//! The places that give an option its values, what wins first.

use crate::circumstances::{Circumstances, PLAIN, function_of, outermost_around};
use crate::definition::{Definitions, Target};
use crate::mentions::{Mention, MentionKind, Sought};
use crate::subject::Subject;
use crate::view::View;
use crate::{FilePosition, Snapshot};
use module::facts::Definition;
use module::{FileId, Location, OptionPath};
use rustc_hash::FxHashMap;
use syntax::{TextRange, TextSize};

/// Where an option gets its values.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionDefinitions {
    /// The name that was asked about.
    pub origin: TextRange,
    pub definitions: Vec<OptionDefinition>,
}

/// A value that an option is given, and what decides whether it counts. A definition that gives several under
/// different circumstances (`mkMerge`) has one for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionDefinition {
    /// As it is written there: with the names of members, and perhaps an old name of the option.
    pub path: OptionPath,
    pub file: FileId,
    /// The name that is defined.
    pub name: TextRange,
    /// The statement with the conditions and priorities around it.
    pub full: TextRange,
    /// The value alone; of a text that is broken there may be none.
    pub value: Option<TextRange>,
    /// What must hold so that it counts, as Nix; `None`: it always does.
    pub condition: Option<String>,
    /// The lower wins; 100 where it is written plainly. `None`: it is not known.
    pub priority: Option<i64>,
}

impl OptionDefinition {
    /// The function of `lib` that gives this priority, as nixpkgs names it.
    pub fn priority_function(&self) -> Option<&'static str> {
        self.priority.and_then(function_of)
    }

    pub fn is_plain(&self) -> bool {
        self.priority == Some(PLAIN)
    }
}

/// Every place that gives the option under the cursor a value, those first that win, then in the order of files
/// and positions.
pub fn implementation(snapshot: &Snapshot, at: FilePosition) -> Option<Definitions> {
    let found = option_definitions(snapshot, at)?;
    let mut targets: Vec<Target> = Vec::new();
    for definition in found.definitions {
        let OptionDefinition { file, full, name: focus, .. } = definition;
        if !targets.iter().any(|known| (known.file, known.focus) == (file, focus)) {
            targets.push(Target { file, full, focus });
        }
    }
    (!targets.is_empty()).then_some(Definitions {
        origin: found.origin,
        targets,
        outside: Vec::new(),
    })
}

/// The values of the option under the cursor, also those that it is given by an old name. In the order of
/// [`implementation`]. `None`: there is no option.
pub fn option_definitions(snapshot: &Snapshot, at: FilePosition) -> Option<OptionDefinitions> {
    let view = View::new(snapshot, at.file)?;
    let (path, origin) = match Subject::at(&view, at.offset)? {
        Subject::Option { path, range } => (path, range),
        Subject::Local { stands_for: Some(place), range, .. } => (place.path, range),
        Subject::Local { .. } | Subject::File { .. } => return None,
    };
    let definitions = definitions_of(snapshot, &path, at.file)?;
    Some(OptionDefinitions { origin, definitions })
}

/// The same of an option by its path.
pub(crate) fn definitions_of(
    snapshot: &Snapshot,
    written: &OptionPath,
    asked_in: FileId,
) -> Option<Vec<OptionDefinition>> {
    let sought = Sought::of(snapshot, written)?;
    let mut definitions = Vec::new();
    for name in all_names(snapshot, sought.declared()) {
        let sought = Sought::of(snapshot, &name)?;
        definitions.extend(by_one_name(snapshot, &sought, asked_in));
    }
    let rank = |it: &OptionDefinition| {
        let priority = it.priority.unwrap_or(i64::MAX);
        (priority, it.file.path(), it.name.start(), it.value.map(TextRange::start))
    };
    definitions.sort_by(|a, b| rank(a).cmp(&rank(b)));
    definitions.dedup();
    Some(definitions)
}

/// What an option is called now, then its old names: whoever sets one of them sets the option.
fn all_names(snapshot: &Snapshot, declared: &OptionPath) -> Vec<OptionPath> {
    let mut names = vec![declared.clone()];
    while let Some(successor) = names.last().and_then(|name| snapshot.successor(name)) {
        if names.contains(successor) {
            break;
        }
        names.push(successor.clone());
    }
    names.reverse();
    names.truncate(1);
    let mut next = 0;
    while next < names.len() {
        let successor = names[next].clone();
        for (_, facts) in snapshot.modules() {
            let renamed = facts.declarations.iter();
            let renamed = renamed.filter(|it| it.successor.as_ref() == Some(&successor));
            for declaration in renamed {
                if !names.contains(&declaration.path) {
                    names.push(declaration.path.clone());
                }
            }
        }
        next += 1;
    }
    names
}

fn by_one_name(snapshot: &Snapshot, sought: &Sought, asked_in: FileId) -> Vec<OptionDefinition> {
    let mut mentions = sought.mentions(snapshot, asked_in);
    mentions.retain(|mention| mention.kind == MentionKind::Defines);
    let mut known: FxHashMap<(FileId, TextSize), Vec<OptionDefinition>> = FxHashMap::default();
    for form in &sought.forms {
        for (end, values) in snapshot.definitions(form, |found| {
            let name = found.fact.name;
            let facts = found.data.module();
            let values = facts.map(|facts| values(snapshot, facts, found.fact));
            ((name.file, name.text_range().end()), values.unwrap_or_default())
        }) {
            known.entry(end).or_default().extend(values);
        }
    }
    let mut definitions = Vec::new();
    let mut views: FxHashMap<FileId, Option<View<'_>>> = FxHashMap::default();
    for Mention { file, range: name, .. } in mentions {
        let view = views.entry(file).or_insert_with(|| View::new(snapshot, file));
        let Some(view) = view.as_ref() else { continue };
        let around = outermost_around(view, name);
        let spanned = |whole: TextRange| match around {
            Some(around) if around.contains_range(whole) => around,
            _ => whole,
        };
        match known.get(&(file, name.end())) {
            Some(values) => definitions.extend(values.iter().map(|value| OptionDefinition {
                name,
                full: spanned(value.full.cover(name)),
                ..value.clone()
            })),
            None => {
                let mut entries = view.arena().entries();
                let found = entries.find_map(|entry| {
                    Some((entry.value, *entry.sites().find(|site| site.key == name)?))
                });
                let written = found.map(|(value, _)| value);
                let (Circumstances { condition, priority }, value) =
                    Circumstances::of_text(view, name, written);
                let whole = found.map_or(name, |(_, site)| site.statement.cover(name));
                definitions.push(OptionDefinition {
                    path: sought.declared().clone(),
                    file,
                    name,
                    full: spanned(whole),
                    value: value.map(|value| view.arena().full_range(value)),
                    condition,
                    priority,
                });
            }
        }
    }
    definitions
}

/// The values that one definition gives; where they stand is still to be looked up.
fn values(
    snapshot: &Snapshot,
    facts: &module::Facts,
    definition: &Definition,
) -> Vec<OptionDefinition> {
    // A set that a dotted path makes stands where its names do.
    let is_name = |at: Location| at.text_range().contains_range(definition.name.text_range());
    let of_value = |given: &module::facts::Given<'_>| {
        let Circumstances { condition, priority } = Circumstances::of_given(snapshot, facts, given);
        OptionDefinition {
            path: definition.path.clone(),
            file: definition.name.file,
            name: definition.name.text_range(),
            full: definition.at.text_range(),
            value: (given.at.file == definition.name.file && !is_name(given.at))
                .then(|| given.at.text_range()),
            condition,
            priority,
        }
    };
    definition.given().iter().map(of_value).collect()
}
