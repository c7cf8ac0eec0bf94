//! Diagnostics that have been computed, kept for as long as they hold.

use crate::view::{OpenDocument, Report, RootView, View};
use dashmap::DashMap;
use index::{Looked, News};
use module::FileId;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Default)]
pub(crate) struct Reports {
    kept: DashMap<FileId, Kept>,
    /// What those hold for that know what they depend on; none before the first look at the tree.
    seen: Mutex<Option<Seen>>,
    /// The generation of that.
    generation: AtomicU64,
    /// Every file has a report, and no other path has one.
    is_whole: AtomicBool,
}

struct Kept {
    /// It holds for this one in any case.
    generation: u64,
    report: Arc<Report>,
    /// `None`: it may depend on anything.
    looked: Option<Looked>,
}

struct Seen {
    roots: Arc<[RootView]>,
    open: Arc<FxHashMap<FileId, OpenDocument>>,
}

/// The files whose reports have to be made anew.
pub(crate) struct Outdated {
    pub files: FxHashSet<FileId>,
    /// All files there are, if others may have been told of than these.
    pub all: Option<Vec<FileId>>,
}

impl Reports {
    /// What was found out about a file, if it would be the same now.
    pub fn get(&self, file: FileId, view: &View) -> Option<Arc<Report>> {
        let kept = self.kept.get(&file)?;
        let holds = kept.looked.is_some()
            && kept.report.version == view.version(file)
            && self.generation.load(Ordering::Acquire) == view.generation;
        (holds || kept.generation == view.generation).then(|| kept.report.clone())
    }

    pub fn keep(&self, report: Arc<Report>, looked: Option<Looked>, generation: u64) {
        self.kept.insert(report.file, Kept { generation, report, looked });
    }

    /// Goes on to a later state of things. Whoever calls this makes the reports that it names, or calls it again; one
    /// at a time.
    pub fn outdated(&self, view: &View) -> Outdated {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let news: Vec<Option<News>> =
            view.roots.iter().map(|root| seen.as_ref()?.news_of(root, view)).collect();
        let has_other_roots = seen.as_ref().is_none_or(|seen| seen.roots.len() != news.len());
        let all_new = has_other_roots || news.iter().any(Option::is_none);
        let has_other_paths = news.iter().flatten().any(News::has_other_paths);
        if all_new || has_other_paths {
            self.is_whole.store(false, Ordering::Release);
        }
        let mut files = FxHashSet::default();
        for mut kept in self.kept.iter_mut() {
            let is_concerned = |looked: &Looked| {
                let root = view.root_index(*kept.key());
                root.and_then(|root| news[root].as_ref()).is_none_or(|news| news.concern(looked))
            };
            if all_new || kept.looked.as_ref().is_none_or(is_concerned) {
                kept.looked = None;
            }
            if kept.looked.is_none() || kept.report.version != view.version(*kept.key()) {
                files.insert(*kept.key());
            }
        }
        let all = (!self.is_whole.load(Ordering::Acquire)).then(|| view.files());
        if let Some(all) = &all {
            let known: FxHashSet<FileId> = all.iter().copied().collect();
            self.kept.retain(|file, _| known.contains(file));
            files.retain(|file| known.contains(file));
            files.extend(known.into_iter().filter(|file| !self.kept.contains_key(file)));
        }
        *seen = Some(Seen { roots: view.roots.clone(), open: view.open.clone() });
        self.generation.store(view.generation, Ordering::Release);
        Outdated { files, all }
    }

    /// All that was outdated has been made anew, and told.
    pub fn are_whole(&self) {
        self.is_whole.store(true, Ordering::Release);
    }
}

impl Seen {
    /// `None`: nothing is as it was.
    fn news_of(&self, root: &RootView, view: &View) -> Option<News> {
        let before = self.roots.iter().find(|before| before.folder == root.folder)?;
        if !Arc::ptr_eq(&before.settings, &root.settings) {
            return None;
        }
        let mut news = News::between(&before.snapshot, &root.snapshot);
        // What is open goes by the name that the client has for it.
        let opened = view.open.keys().filter(|file| !self.open.contains_key(file));
        let closed = self.open.keys().filter(|file| !view.open.contains_key(file));
        opened.chain(closed).for_each(|file| news.add_file(*file));
        Some(news)
    }
}
