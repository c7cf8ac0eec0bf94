//! Each stage on its own, on one module of a made-up tree.

use crate::{Places, folder, made_up_changes};
use ide::FilePosition;
use index::{Change, Setup, World};
use lints::Settings;
use module::FileId;
use std::sync::Arc;

/// How often a stage is run where instructions are counted. An edit and its opposite are no single thing, therefore
/// more than once.
pub const RUNS: u64 = 2;

/// The stages, in the order of the way of a keystroke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// rnix alone, on one module.
    Parse,
    /// One module's text made an arena.
    Lower,
    /// The whole tree from nothing.
    Index,
    /// The index brought up to date after an edit of one module.
    Relink,
    /// That, and the module's findings: nothing that an earlier question has explored is of use.
    Keystroke,
    /// The module's findings once more, from the same snapshot.
    Findings,
    Completion,
    Hover,
    Definition,
    References,
}

impl Stage {
    pub const ALL: [Stage; 10] = [
        Stage::Parse,
        Stage::Lower,
        Stage::Index,
        Stage::Relink,
        Stage::Keystroke,
        Stage::Findings,
        Stage::Completion,
        Stage::Hover,
        Stage::Definition,
        Stage::References,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Stage::Parse => "parse",
            Stage::Lower => "lower",
            Stage::Index => "index",
            Stage::Relink => "relink",
            Stage::Keystroke => "keystroke",
            Stage::Findings => "findings",
            Stage::Completion => "completion",
            Stage::Hover => "hover",
            Stage::Definition => "definition",
            Stage::References => "references",
        }
    }
}

/// A made-up tree that is indexed, with a module of it to edit and to ask about.
pub struct Stages {
    world: World,
    texts: Vec<Change>,
    file: FileId,
    at: FilePosition,
    text: Arc<str>,
    /// As long as the other, so that places stay what they are.
    edited: Arc<str>,
    is_edited: bool,
    settings: Settings,
}

impl Stages {
    /// `None`: of too few modules to ask anything about.
    pub fn new(modules: usize) -> Option<Stages> {
        let texts = made_up_changes(modules);
        let world = indexed(&texts);
        let snapshot = world.snapshot();
        let places = Places::of(&snapshot)?;
        let text = snapshot.file(places.file)?.text.clone();
        let edited = text.replace("Instances.", "Exemplars.").into();
        Some(Stages {
            world,
            texts,
            file: places.file,
            at: FilePosition { file: places.file, offset: places.asked },
            text,
            edited,
            is_edited: false,
            settings: Settings::default(),
        })
    }

    /// Runs a stage once, and says how much came out: what comes to nothing is no measurement.
    pub fn run(&mut self, stage: Stage) -> usize {
        match stage {
            Stage::Parse => {
                u32::from(rnix::Root::parse(&self.text).syntax().text_range().len()) as usize
            }
            Stage::Lower => module::lower(&self.text).len(),
            Stage::Index => indexed(&self.texts).snapshot().files().count(),
            Stage::Relink => self.edit(),
            Stage::Keystroke => self.edit() + self.findings(),
            Stage::Findings => self.findings(),
            Stage::Completion => ide::completion(&self.world.snapshot(), self.at).items.len(),
            Stage::Hover => ide::hover(&self.world.snapshot(), self.at).iter().count(),
            Stage::Definition => {
                let found = ide::definition(&self.world.snapshot(), self.at);
                found.map_or(0, |found| found.targets.len())
            }
            Stage::References => {
                ide::references(&self.world.snapshot(), self.at).map_or(0, |found| found.len())
            }
        }
    }

    fn edit(&mut self) -> usize {
        self.is_edited = !self.is_edited;
        let text = if self.is_edited { &self.edited } else { &self.text };
        self.world.apply(vec![Change::Text { file: self.file, text: text.clone() }]).len()
    }

    fn findings(&self) -> usize {
        lints::check_file(&self.world.snapshot(), &self.settings, self.file).len()
    }
}

fn indexed(texts: &[Change]) -> World {
    let namespaces = vec!["hypervisor".to_owned()];
    let mut world = World::new(Setup { root: folder(), namespaces, roots: Vec::new() });
    world.apply(texts.to_vec());
    world
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_has_something_to_do() {
        let mut stages = Stages::new(20).unwrap();
        for stage in Stage::ALL.into_iter().chain(Stage::ALL) {
            assert!(stages.run(stage) > 0, "{} comes to nothing", stage.name());
        }
    }

    #[test]
    fn made_up_trees_are_without_mistakes() {
        let snapshot = indexed(&made_up_changes(20)).snapshot();
        for data in snapshot.files() {
            let found = lints::check_file(&snapshot, &Settings::default(), data.file);
            let error = found.iter().find(|it| it.level == lints::Level::Error);
            assert!(error.is_none(), "{}: {error:?}", data.file.path());
        }
    }
}
