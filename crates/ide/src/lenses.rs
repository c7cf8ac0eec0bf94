//! What stands above a declaration and above a module: how much they are used, and by whom.

use crate::mentions::{MentionKind, Sought, is_migration};
use crate::references::{Reference, imports_of};
use crate::view::View;
use crate::{FilePosition, Snapshot};
use lints::enable_option;
use module::FileId;
use syntax::{TextRange, TextSize};

/// A place that a lens belongs to. What it says is counted by [`lens_text`] when it comes into sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lens {
    pub range: TextRange,
    pub about: LensAbout,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LensAbout {
    Option,
    Module,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LensText {
    pub title: String,
    pub places: Vec<Reference>,
}

/// The lenses of a file: one for the module, one for each option that is declared in its text.
pub fn lenses(snapshot: &Snapshot, file: FileId) -> Vec<Lens> {
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
    lenses.extend(names.into_iter().map(|range| Lens { range, about: LensAbout::Option }));
    lenses
}

/// What the lens at a place says, if there still is one.
pub fn lens_text(snapshot: &Snapshot, at: FilePosition, about: LensAbout) -> Option<LensText> {
    let view = View::new(snapshot, at.file)?;
    match about {
        LensAbout::Option => option(&view, at.offset),
        LensAbout::Module => module(&view),
    }
}

fn option(view: &View<'_>, at: TextSize) -> Option<LensText> {
    let declaration = view.declarations().find(|it| it.name.text_range().start() == at)?;
    let sought = Sought::of(view.snapshot, &declaration.path)?;
    let mut mentions = sought.mentions(view.snapshot, view.file);
    mentions.retain(|mention| mention.kind != MentionKind::Declares);
    let set = mentions.iter().filter(|mention| mention.kind == MentionKind::Defines).count();
    let read = mentions.len() - set;
    let places = mentions.iter().map(Reference::of).collect();
    Some(LensText { title: format!("set {set}× · read {read}×"), places })
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
