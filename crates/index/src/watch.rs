//! What an answer depended on, and what has changed since: whoever keeps an answer can tell whether it would
//! be the same today.
//!
//! A watched snapshot notes what is looked at. [`News`] are what a look would find different in a later one. Both are
//! kept as hashes: where two coincide, something is worked out once more than necessary. Watching costs some time, so
//! nobody does who is waited for.

use crate::Snapshot;
use crate::contributions::{Said, said_by};
use module::{FileId, OptionPath, Symbol};
use rustc_hash::{FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

/// Something that can be looked at, and that can change.
#[derive(Debug, Clone, Copy, Hash)]
pub(crate) enum Look<'a> {
    /// One file: its text, its facts, what it is.
    File(FileId),
    /// Which modules say something of this very path.
    At(Said, &'a [Symbol]),
    /// The same of all paths at or below it.
    Below(Said, &'a [Symbol]),
    /// Whether there is any such path.
    Around(Said, &'a [Symbol]),
    /// Which options have this last name.
    Named(Symbol),
    /// The loops of the demand graph that a module has a part in.
    Loops(FileId),
    /// Who imports and uses whom, and what the roots reach.
    Graph,
    /// Which paths exist.
    Paths,
    /// All files.
    Tree,
}

impl Look<'_> {
    fn code(self) -> u32 {
        let mut hasher = FxHasher::default();
        self.hash(&mut hasher);
        let code = hasher.finish();
        (code ^ (code >> 32)) as u32
    }
}

/// Notes what is looked at in one snapshot.
#[derive(Default)]
pub(crate) struct Watch {
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    looks: FxHashSet<u32>,
    has_loops: bool,
}

impl Watch {
    pub fn note(&self, look: Look<'_>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.has_loops |= matches!(look, Look::Loops(_));
        seen.looks.insert(look.code());
    }
}

/// All that an answer depended on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looked {
    /// Sorted.
    looks: Box<[u32]>,
    /// Loops of the demand graph are among it.
    has_loops: bool,
}

impl Snapshot {
    /// Answers a question, and says what the answer depended on; `None`: that cannot be said, because a later
    /// snapshot has gone on with what had been worked out for this one.
    pub fn watched<R>(&self, answer: impl FnOnce(&Snapshot) -> R) -> (R, Option<Looked>) {
        let watch = Arc::new(Watch::default());
        let answer = answer(&Snapshot { watch: Some(watch.clone()), memo: None, ..self.clone() });
        let mut seen = watch.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.has_loops && self.demand.is_taken_over() {
            return (answer, None);
        }
        let mut looks: Box<[u32]> = std::mem::take(&mut seen.looks).into_iter().collect();
        looks.sort_unstable();
        (answer, Some(Looked { looks, has_loops: seen.has_loops }))
    }

    /// The same snapshot, looked at by nobody.
    pub(crate) fn unwatched(&self) -> Snapshot {
        Snapshot { watch: None, memo: None, ..self.clone() }
    }

    pub(crate) fn note(&self, look: Look<'_>) {
        if let Some(watch) = &self.watch {
            watch.note(look);
        }
    }
}

/// What has changed between two states of the index.
#[derive(Debug, Default)]
pub struct News {
    everything: bool,
    /// It is not known which loops of the demand graph are others now.
    all_loops: bool,
    looks: FxHashSet<u32>,
}

impl News {
    /// What is different in the later one of two snapshots of the same world.
    pub fn between(before: &Snapshot, after: &Snapshot) -> News {
        let mut news = News::default();
        if !Arc::ptr_eq(&before.setup, &after.setup)
            || !Arc::ptr_eq(&before.external, &after.external)
        {
            news.everything = true;
            return news;
        }
        if !Arc::ptr_eq(&before.reach, &after.reach) {
            news.note(Look::Graph);
        }
        if !before.has_paths_of(after) {
            news.note(Look::Paths);
        }
        let kept = |file: FileId| match (before.files.get(file), after.files.get(file)) {
            (Some(before), Some(after)) => Arc::ptr_eq(before, after),
            _ => false,
        };
        let gone = before.files.iter().filter(|data| !after.files.contains(data.file));
        let other = after.files.iter().filter(|data| !kept(data.file));
        let files: FxHashSet<FileId> = gone.chain(other).map(|data| data.file).collect();
        if !files.is_empty() {
            news.note(Look::Tree);
        }
        for &file in &files {
            news.note_file(before, after, file);
        }
        match after.demand.other_loops_since(&before.demand, after) {
            Some(modules) => modules.into_iter().for_each(|it| news.note(Look::Loops(it))),
            None => news.all_loops = true,
        }
        news
    }

    /// Another state of one file.
    fn note_file(&mut self, before: &Snapshot, after: &Snapshot, file: FileId) {
        self.note(Look::File(file));
        let facts = |snapshot: &Snapshot| snapshot.files.get(file)?.module().cloned();
        let (old, new) = (facts(before), facts(after));
        let said = |facts| -> FxHashSet<(Said, OptionPath)> {
            let facts: Option<&module::Facts> = facts;
            facts.into_iter().flat_map(said_by).map(|(said, path)| (said, path.clone())).collect()
        };
        let (old, new) = (said(old.as_deref()), said(new.as_deref()));
        for (said, path) in old.symmetric_difference(&new) {
            self.note(Look::At(*said, path));
            if *said == Said::Declared
                && let Some(name) = path.last()
            {
                self.note(Look::Named(*name));
            }
            for end in 0..=path.len() {
                let here = &path[..end];
                self.note(Look::Below(*said, here));
                if before.is_said_around(*said, here) != after.is_said_around(*said, here) {
                    self.note(Look::Around(*said, here));
                }
            }
        }
    }

    /// Files or folders have come or gone.
    pub fn has_other_paths(&self) -> bool {
        self.everything || self.looks.contains(&Look::Paths.code())
    }

    /// Something that is no part of the index makes this file another one for those who have looked at it.
    pub fn add_file(&mut self, file: FileId) {
        self.note(Look::File(file));
    }

    fn note(&mut self, look: Look<'_>) {
        self.looks.insert(look.code());
    }

    /// Whether a question that has looked at this might be answered in another way now.
    pub fn concern(&self, looked: &Looked) -> bool {
        if self.everything || (self.all_loops && looked.has_loops) {
            return true;
        }
        // The shorter of the two is gone through.
        match self.looks.len() <= looked.looks.len() {
            true => self.looks.iter().any(|look| looked.looks.binary_search(look).is_ok()),
            false => looked.looks.iter().any(|look| self.looks.contains(look)),
        }
    }
}
