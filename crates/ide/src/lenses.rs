//! What stands above a declaration and above a module: how much they are used, and by whom.

use crate::implementation::definitions_of;
use crate::mentions::{MentionKind, Sought, is_migration};
use crate::references::{Reference, imports_of};
use crate::view::View;
use crate::{FilePosition, Snapshot};
use lints::enable_option;
use module::{FileId, OptionPath};
use syntax::{TextRange, TextSize};

/// A place that a lens belongs to. What it says is counted by [`lens_text`] when it comes into sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lens {
    pub range: TextRange,
    pub about: LensAbout,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LensAbout {
    /// How often an option is set and read.
    Option,
    /// The first half of that.
    Definitions,
    /// The second.
    Reads,
    Module,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LensText {
    pub title: String,
    pub places: Vec<Reference>,
}

/// The lenses of a file: one for the module, one for each option that is declared in its text; two, if what sets
/// it and what reads it are counted apart.
pub fn lenses(snapshot: &Snapshot, file: FileId, apart: bool) -> Vec<Lens> {
    let Some(view) = View::new(snapshot, file) else { return Vec::new() };
    let mut lenses = Vec::new();
    if view.own.is_some() {
        let start = TextRange::empty(TextSize::new(0));
        lenses.push(Lens { range: start, about: LensAbout::Module });
    }
    let plain = view.declarations().filter(|declaration| !is_migration(declaration));
    let mut names: Vec<TextRange> = plain.map(|it| it.name.text_range()).collect();
    names.sort_by_key(|name| (name.start(), name.end()));
    names.dedup();
    let about = match apart {
        true => &[LensAbout::Definitions, LensAbout::Reads][..],
        false => &[LensAbout::Option],
    };
    for range in names {
        lenses.extend(about.iter().map(|&about| Lens { range, about }));
    }
    lenses
}

/// What the lens at a place says, if there still is one.
pub fn lens_text(snapshot: &Snapshot, at: FilePosition, about: LensAbout) -> Option<LensText> {
    let view = View::new(snapshot, at.file)?;
    let option = || {
        let declaration = view.declarations().find(|it| it.name.text_range().start() == at.offset);
        Some(&declaration?.path)
    };
    match about {
        LensAbout::Option => Some(both(set(&view, option()?)?, read(&view, option()?)?)),
        LensAbout::Definitions => set(&view, option()?),
        LensAbout::Reads => read(&view, option()?),
        LensAbout::Module => module(&view),
    }
}

fn set(view: &View<'_>, option: &OptionPath) -> Option<LensText> {
    let mut definitions = definitions_of(view.snapshot, option, view.file)?;
    definitions.sort_by_key(|it| (it.file.path(), it.name.start()));
    let mut places: Vec<Reference> = definitions.iter().map(Reference::of_definition).collect();
    places.dedup();
    Some(LensText { title: format!("set {}×", places.len()), places })
}

fn read(view: &View<'_>, option: &OptionPath) -> Option<LensText> {
    let mentions = Sought::of(view.snapshot, option)?.mentions(view.snapshot, view.file);
    let reads = mentions.iter().filter(|mention| mention.kind == MentionKind::Reads);
    let places: Vec<Reference> = reads.map(Reference::of).collect();
    Some(LensText { title: format!("read {}×", places.len()), places })
}

fn both(set: LensText, read: LensText) -> LensText {
    let mut places = [set.places, read.places].concat();
    places.sort_by_key(|it| (it.file.path(), it.range.start()));
    LensText { title: format!("{} · {}", set.title, read.title), places }
}

fn module(view: &View<'_>) -> Option<LensText> {
    let enable = enable_option(view.own?, view.file)
        .map(|option| format!("turned on by {} · ", option.path));
    let places = imports_of(view.snapshot, view.file);
    let imported = match places.len() {
        0 if view.snapshot.reach().is_root(view.file) => "puts modules together".to_owned(),
        0 => "imported by no module".to_owned(),
        1 => "imported in 1 place".to_owned(),
        number => format!("imported in {number} places"),
    };
    Some(LensText { title: format!("{}{imported}", enable.unwrap_or_default()), places })
}
