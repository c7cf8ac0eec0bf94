//! Everything below a root, in one walk: the texts of its Nix files, and which other paths exist.

mod ignore_files;

use crate::read::{Unread, read_regular};
use crate::root::is_too_broad;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};
use index::Change;
use module::FileId;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// After so many files progress is reported.
const FILES_A_REPORT: usize = 100;

/// What one walk found, each list in the order of paths.
#[derive(Debug, Default)]
pub struct Scan {
    /// Nix files with their texts.
    pub texts: Vec<(FileId, Arc<str>)>,
    /// Everything else that exists: folders, files of other kinds, and Nix files that are not read
    /// (excluded, symbolic links, unreadable).
    pub others: Vec<FileId>,
    pub notes: Vec<Note>,
}

/// A path that could not be read, and why.
#[derive(Debug)]
pub struct Note {
    pub path: PathBuf,
    pub reason: Unread,
}

/// Walks the tree below `root` on all cores.
///
/// - What `.gitignore` and its kin ignore is not seen at all, in a git repository or not.
/// - A folder whose `.gitignore` is no ordinary file (a pipe, a device, larger than a megabyte) is listed and not
///   entered; in the root such a file does not count.
/// - Hidden folders are listed and not entered, and no folder is in a root that is
///   [too broad](crate::is_too_broad).
/// - What matches `exclude` (patterns as in a `.gitignore`, seen from `root`; invalid ones are
///   skipped, the settings report them) is listed and not read, so that an import of it still
///   leads somewhere.
/// - Symbolic links are listed and never read: Nix resolves paths in a linked file from where the
///   link leads, and inside this tree that file is seen under its own name. Links to folders of this
///   tree are entered once, to list what they show.
pub fn scan(root: &Path, exclude: &[String], on_progress: &(dyn Fn(usize) + Sync)) -> Scan {
    walk(root, exclude, None, on_progress)
}

/// One path below `root` as a scan would find it: at most that path is in the result, and the folders
/// above it. What a scan would not see is not there.
pub fn scan_path(root: &Path, exclude: &[String], path: &Path) -> Scan {
    walk(root, exclude, Some(path.to_owned()), &|_| {})
}

fn walk(
    root: &Path,
    exclude: &[String],
    only: Option<PathBuf>,
    on_progress: &(dyn Fn(usize) + Sync),
) -> Scan {
    let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
    let is_too_broad = is_too_broad(&root);
    let mut depth = is_too_broad.then_some(1);
    let mut walk = WalkBuilder::new(&root);
    if let Some(only) = &only {
        let below = only.components().count().saturating_sub(root.components().count());
        depth = Some(depth.map_or(below, |depth| depth.min(below)));
    }
    walk.max_depth(depth);
    let closed: Arc<Mutex<Vec<PathBuf>>> = Arc::default();
    let to_close = closed.clone();
    walk.filter_entry(move |entry| {
        let path = entry.path();
        let is_folder = || entry.file_type().is_some_and(|kind| kind.is_dir());
        if only.as_ref().is_some_and(|only| !only.starts_with(path)) {
            return false;
        }
        let enters = !is_folder() || ignore_files::are_harmless(path);
        if !enters {
            to_close.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
        }
        enters
    });
    // Nothing filters the root itself.
    let ignores = ignore_files::are_harmless(&root);
    let walk = walk
        .hidden(false)
        .follow_links(true)
        .require_git(false)
        .ignore(ignores)
        .git_ignore(ignores)
        .git_exclude(ignores)
        // Ignore files above the root count as far as its repository reaches. Without a repository
        // the walk would take those of the home folder, where `*` is no rare content.
        .parents(
            root.ancestors().any(|folder| folder.join(".git").exists())
                && root.ancestors().all(ignore_files::are_harmless),
        )
        .build_parallel();
    let shared = Shared {
        excluded: exclusions(&root, exclude),
        canonical_root: root.canonicalize().ok(),
        entered_links: RwLock::default(),
        found: Mutex::default(),
        seen: AtomicUsize::new(0),
        on_progress,
    };
    walk.visit(&mut Builder(&shared));

    let mut scan = shared.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    for path in std::mem::take(&mut *closed.lock().unwrap_or_else(PoisonError::into_inner)) {
        scan.others.extend(path.to_str().map(FileId::new));
        scan.notes.push(Note { path, reason: Unread::IgnoreFile });
    }
    if is_too_broad {
        scan.notes.push(Note { path: root, reason: Unread::TooBroad });
    }
    scan.texts.sort_unstable_by_key(|(file, _)| file.path());
    scan.others.sort_unstable_by_key(|file| file.path());
    scan.notes.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    scan
}

impl Scan {
    /// As news for the index; paths first, so that a text finds its neighbours.
    pub fn changes(self) -> Vec<Change> {
        let others = self.others.into_iter().map(|file| Change::Exists { file });
        let texts = self.texts.into_iter().map(|(file, text)| Change::Text { file, text });
        others.chain(texts).collect()
    }
}

fn exclusions(root: &Path, patterns: &[String]) -> Gitignore {
    let mut builder = GitignoreBuilder::new(root);
    for pattern in patterns {
        // A pattern that cannot be read adds nothing.
        let _ = builder.add_line(None, pattern);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

struct Shared<'p> {
    excluded: Gitignore,
    /// The root with all links resolved; `None` if there is no such folder.
    canonical_root: Option<PathBuf>,
    entered_links: RwLock<Vec<PathBuf>>,
    found: Mutex<Scan>,
    /// Nix files read so far.
    seen: AtomicUsize,
    on_progress: &'p (dyn Fn(usize) + Sync),
}

impl Shared<'_> {
    /// A link is entered where it leads into this tree, and never from behind another one: links that
    /// show each other's folders would otherwise multiply.
    fn enters_link(&self, link: &Path) -> bool {
        let leads_inside = || {
            let target = link.canonicalize().ok()?;
            Some(target.starts_with(self.canonical_root.as_ref()?))
        };
        if self.is_behind_link(link) || leads_inside() != Some(true) {
            return false;
        }
        self.entered_links.write().unwrap_or_else(PoisonError::into_inner).push(link.to_owned());
        true
    }

    fn is_behind_link(&self, path: &Path) -> bool {
        let links = self.entered_links.read().unwrap_or_else(PoisonError::into_inner);
        links.iter().any(|link| path.starts_with(link))
    }

    fn is_excluded(&self, path: &Path) -> bool {
        !self.excluded.is_empty()
            && self.excluded.matched_path_or_any_parents(path, false).is_ignore()
    }
}

struct Builder<'a>(&'a Shared<'a>);

impl<'a> ParallelVisitorBuilder<'a> for Builder<'a> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 'a> {
        Box::new(Visitor { shared: self.0, found: Scan::default() })
    }
}

/// One thread's share of the walk, added to the others' when the thread is done.
struct Visitor<'a> {
    shared: &'a Shared<'a>,
    found: Scan,
}

impl Drop for Visitor<'_> {
    fn drop(&mut self) {
        let mut all = self.shared.found.lock().unwrap_or_else(PoisonError::into_inner);
        all.texts.append(&mut self.found.texts);
        all.others.append(&mut self.found.others);
        all.notes.append(&mut self.found.notes);
    }
}

impl ParallelVisitor for Visitor<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        match entry {
            Ok(entry) => self.entry(&entry),
            Err(error) => {
                self.error(error, None);
                WalkState::Continue
            }
        }
    }
}

impl Visitor<'_> {
    fn entry(&mut self, entry: &DirEntry) -> WalkState {
        let path = entry.path();
        let Some(file) = path.to_str().map(FileId::new) else {
            self.found.notes.push(Note { path: path.to_owned(), reason: Unread::NotUtf8 });
            return WalkState::Skip;
        };
        let is_root = entry.depth() == 0;
        let is_link = entry.path_is_symlink() && !is_root;
        let is =
            |kind: fn(&std::fs::FileType) -> bool| entry.file_type().as_ref().is_some_and(kind);

        if is(std::fs::FileType::is_dir) {
            self.found.others.push(file);
            let is_hidden = file.name().starts_with('.') && !is_root;
            if is_hidden || (is_link && !self.shared.enters_link(path)) {
                return WalkState::Skip;
            }
            return WalkState::Continue;
        }
        let is_ours = is(std::fs::FileType::is_file)
            && file.is_nix()
            && !is_link
            && !self.shared.is_behind_link(path)
            && !self.shared.is_excluded(path);
        if is_ours {
            match read_regular(path) {
                Ok(text) => {
                    self.found.texts.push((file, text));
                    let seen = self.shared.seen.fetch_add(1, Ordering::Relaxed) + 1;
                    if seen.is_multiple_of(FILES_A_REPORT) {
                        (self.shared.on_progress)(seen);
                    }
                    return WalkState::Continue;
                }
                Err(reason) => self.found.notes.push(Note { path: path.to_owned(), reason }),
            }
        }
        self.found.others.push(file);
        WalkState::Continue
    }

    fn error(&mut self, error: ignore::Error, path: Option<PathBuf>) {
        match error {
            ignore::Error::WithPath { path, err } => self.error(*err, Some(path)),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                self.error(*err, path);
            }
            // A link to a folder that holds it: it exists, and shows nothing new.
            ignore::Error::Loop { child, .. } => {
                self.found.others.extend(child.to_str().map(FileId::new));
            }
            // A link that leads nowhere, or a file that went away since the folder was listed.
            ignore::Error::Io(error) if error.kind() == ErrorKind::NotFound => {}
            ignore::Error::Io(error) => {
                let path = path.unwrap_or_default();
                self.found.notes.push(Note { path, reason: Unread::Io(error) });
            }
            // The rest speaks of patterns in ignore files, which git ignores as well.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
