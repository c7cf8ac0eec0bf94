//! The trees we know: how they are found, read from disk, configured, kept up with, and left again.

use crate::careful::{self, file_of};
use crate::convert::{self, to_lsp};
use crate::disk::{Configuration, Entry};
use crate::external::External;
use crate::main_loop::MainLoop;
use crate::pool::contain;
use crate::transport::Outgoing;
use crate::transport::lsp_types::{InitializeParams, Url};
use crate::view::RootView;
use ide::{FileEdit, HintSettings, Move, Settings};
use index::{Change, Setup, World};
use module::FileId;
use rustc_hash::FxHashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use syntax::{TextEdit, TextRange, TextSize};

/// How long the first scan waits for the client to tell its settings.
const PATIENCE: Duration = Duration::from_secs(1);

/// From so many paths on, reading the whole tree afresh is less work than looking at each: that lists every folder once.
const MANY_PATHS: usize = 1_000;

/// Where Nix keeps what it has fetched and built. Whoever jumps to a file there wants to read it, next to its
/// neighbours; all of nixpkgs around it would be read for nothing.
const STORE: &str = "/nix/store";

#[derive(Default)]
pub(crate) struct Roots {
    roots: Vec<Root>,
    /// The client's folders.
    opened: FxHashSet<FileId>,
    /// Those that are to be looked at once `due` has come.
    planned: Vec<FileId>,
    due: Option<Instant>,
    /// `initialized` has come, or something that shows that it was left out.
    started: bool,
    /// Folders whose root is being looked for.
    searches: usize,
    /// Files that a defect kept from being taken in, and that the user has been told of.
    left_out: FxHashSet<FileId>,
    /// Numbers scans, so that an outdated one is known when it arrives.
    scans: u64,
}

/// One tree, with an index of its own.
pub(crate) struct Root {
    folder: FileId,
    /// The client's folders that led here; without any, the root lives as long as a document in it is
    /// open.
    opened: FxHashSet<FileId>,
    pub(crate) world: World,
    settings: Arc<Settings>,
    formatter: Option<Arc<[String]>>,
    settings_text: Option<Arc<str>>,
    hints: HintSettings,
    exclude: Vec<String>,
    /// The scan that counts; none before it is the right one.
    scan: u64,
    /// Whether a scan has been taken over.
    read: bool,
    pub(crate) external: External,
    /// Problems with the settings that the user has been told of.
    told: FxHashSet<String>,
}

impl Roots {
    /// Whether every tree that we should know has been read.
    pub fn are_read(&self) -> bool {
        self.started
            && self.planned.is_empty()
            && self.searches == 0
            && self.roots.iter().all(|root| root.read)
    }

    /// When [`MainLoop::open_folders_if_due`] wants to be called.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    pub fn views(&self) -> Arc<[RootView]> {
        let views = self.roots.iter().map(|root| RootView {
            folder: root.folder,
            snapshot: root.world.snapshot(),
            settings: root.settings.clone(),
            formatter: root.formatter.clone(),
            settings_text: root.settings_text.clone(),
            hints: root.hints,
        });
        views.collect()
    }

    /// Where the files that moved are now.
    pub fn moved_files(&self, moves: &[Move]) -> Vec<FileId> {
        let snapshots = self.roots.iter().map(|root| root.world.snapshot());
        let moved = snapshots.flat_map(|snapshot| ide::moved_files(&snapshot, moves));
        moved.map(|it| it.to).collect()
    }

    pub(crate) fn get_mut(&mut self, folder: FileId) -> Option<&mut Root> {
        self.roots.iter_mut().find(|root| root.folder == folder)
    }

    fn has_around(&self, file: FileId) -> bool {
        self.roots.iter().any(|root| file.is_below(root.folder))
    }

    /// Whether the innermost tree around the file has been read; others may still be on their way.
    pub fn is_read_around(&self, file: FileId) -> bool {
        let is_around = |root: &&Root| file == root.folder || file.is_below(root.folder);
        let around = self.roots.iter().filter(is_around);
        self.planned.is_empty()
            && around.max_by_key(|root| root.folder.path().len()).is_some_and(|root| root.read)
    }

    /// Tells every index the changes that concern it; gives the files that could not be taken in.
    fn apply(&mut self, changes: &[Change]) -> Vec<FileId> {
        let mut left_out = Vec::new();
        for root in &mut self.roots {
            let below = changes.iter().filter(|change| file_of(change).is_below(root.folder));
            left_out.extend(root.apply(below.cloned().collect()));
        }
        left_out
    }
}

fn take_in(world: &mut World, changes: Vec<Change>) -> Vec<FileId> {
    careful::apply(world, changes, |world, changes| drop(world.apply(changes)))
}

impl Root {
    fn new(folder: FileId) -> Root {
        let settings = Settings::default();
        let namespaces = settings.namespaces.clone();
        Root {
            folder,
            opened: FxHashSet::default(),
            world: World::new(Setup { root: folder, namespaces, roots: Vec::new() }),
            settings: Arc::new(settings),
            formatter: None,
            settings_text: None,
            hints: HintSettings::default(),
            exclude: Vec::new(),
            scan: 0,
            read: false,
            external: External::default(),
            told: FxHashSet::default(),
        }
    }

    /// Gives the files that could not be taken in.
    fn apply(&mut self, changes: Vec<Change>) -> Vec<FileId> {
        if changes.is_empty() { Vec::new() } else { take_in(&mut self.world, changes) }
    }
}

impl MainLoop {
    /// Remembers what `initialize` says is open.
    pub(crate) fn plan_folders(&mut self, params: &InitializeParams) {
        let folders = params.workspace_folders.iter().flatten().map(|folder| &folder.uri);
        let mut folders: Vec<FileId> = folders.filter_map(convert::file_id).collect();
        #[allow(deprecated, reason = "older clients know nothing newer")]
        if folders.is_empty() {
            let path = params.root_path.as_deref().filter(|path| path.starts_with('/'));
            let root = params.root_uri.as_ref().and_then(convert::file_id);
            folders.extend(root.or_else(|| path.map(FileId::new)));
        }
        self.roots.opened = folders.iter().copied().collect();
        self.roots.planned = folders;
    }

    /// The client is ready: asks it for its settings where it can tell them, and reads the trees once
    /// it has, or has taken too long.
    pub(crate) fn start(&mut self) {
        if self.roots.started {
            return;
        }
        self.roots.started = true;
        if self.client.watches_files {
            self.outbox.send(Outgoing::WatchFiles);
        }
        let now = Instant::now();
        let waits = self.client.tells_configuration;
        self.roots.due = Some(if waits { now + PATIENCE } else { now });
        if waits {
            self.outbox.send(Outgoing::AskConfiguration);
        }
    }

    pub(crate) fn open_folders_if_due(&mut self, now: Instant) {
        if self.roots.due.is_some_and(|due| due <= now) {
            self.open_planned_folders();
        }
    }

    fn open_planned_folders(&mut self) {
        self.roots.due = None;
        for folder in std::mem::take(&mut self.roots.planned) {
            self.open_folder(folder, true);
        }
        self.adopt_documents();
    }

    /// `by_client`: the folder is one of the workspace's; else a document in it is open.
    pub(crate) fn open_folder(&mut self, folder: FileId, by_client: bool) {
        self.roots.searches += 1;
        let (disk, events) = (self.disk.clone(), self.events.clone());
        self.workers.disk.spawn(move || {
            let searches = by_client || !folder.is_below(FileId::new(STORE));
            let found =
                searches.then(|| contain(|| disk.find_root(folder)).ok().flatten()).flatten();
            let root = found.filter(|&root| root == folder || folder.is_below(root));
            let root = root.unwrap_or(folder);
            events.update(move |state| state.root_found(root, by_client.then_some(folder)));
        });
    }

    fn root_found(&mut self, folder: FileId, opened: Option<FileId>) {
        self.roots.searches -= 1;
        if self.roots.get_mut(folder).is_none() {
            self.roots.roots.push(Root::new(folder));
            self.scan(folder);
        }
        // The client may have closed it while its root was looked for.
        let opened = opened.filter(|folder| self.roots.opened.contains(folder));
        if let Some(root) = self.roots.get_mut(folder) {
            root.opened.extend(opened);
        }
        self.documents.forget_indexed(folder);
        self.touch();
        self.leave_unused_roots();
        self.adopt_documents();
    }

    /// Finds a root for each open document that has none.
    pub(crate) fn adopt_documents(&mut self) {
        if !self.roots.started || !self.roots.planned.is_empty() || self.roots.searches > 0 {
            return;
        }
        let files = self.documents.iter().map(|(file, _)| file);
        let orphan = files.filter(|&file| !self.roots.has_around(file)).min();
        // One at a time: the root of one may be the root of the next.
        if let Some(file) = orphan {
            self.open_folder(file.folder(), false);
        }
    }

    pub(crate) fn change_folders(&mut self, added: &[Url], removed: &[Url]) {
        for folder in removed.iter().filter_map(convert::file_id) {
            self.roots.opened.remove(&folder);
            self.roots.planned.retain(|&planned| planned != folder);
            for root in &mut self.roots.roots {
                root.opened.remove(&folder);
            }
        }
        let added: Vec<FileId> = added.iter().filter_map(convert::file_id).collect();
        self.roots.opened.extend(&added);
        if self.roots.due.is_some() || !self.roots.started {
            self.roots.planned.extend(added);
        } else {
            for folder in added {
                self.open_folder(folder, true);
            }
        }
        self.leave_unused_roots();
    }

    /// Forgets roots that neither a folder nor an open document keeps.
    pub(crate) fn leave_unused_roots(&mut self) {
        let documents = &self.documents;
        let used = |root: &Root| {
            !root.opened.is_empty() || documents.iter().any(|(file, _)| file.is_below(root.folder))
        };
        let before = self.roots.roots.len();
        self.roots.roots.retain(used);
        if self.roots.roots.len() < before {
            self.touch();
        }
    }

    /// Reads the whole tree afresh, on a worker, into a new index that takes the old one's place.
    fn scan(&mut self, folder: FileId) {
        self.roots.scans += 1;
        let scan = self.roots.scans;
        let Some(root) = self.roots.get_mut(folder) else { return };
        root.scan = scan;
        let token = format!("{}/scan/{scan}", crate::NAME);
        self.begin_progress(&token, format!("Reading {}", folder.name()));

        let (disk, events) = (self.disk.clone(), self.events.clone());
        let editor = self.editor_settings.merged();
        self.workers.disk.spawn(move || {
            let read = contain(|| {
                let configuration = disk.configure(folder, &editor);
                let found = disk.scan(folder, &configuration.exclude, &|files| {
                    let token = token.clone();
                    events.update(move |state| {
                        state.report_progress(&token, format!("{files} files"));
                    });
                });
                let count = found.texts.len();
                let mut world = World::new(configuration.setup.clone());
                let left_out = take_in(&mut world, found.changes());
                (configuration, world, count, left_out)
            });
            events.update(move |state| match read {
                Ok((configuration, world, count, left_out)) => {
                    state.end_progress(&token, format!("{count} files"));
                    state.scanned(folder, scan, configuration, world);
                    state.tell_left_out(left_out);
                }
                Err(panic) => {
                    tracing::error!("reading {folder:?} panicked: {panic}");
                    state.end_progress(&token, "failed".to_owned());
                    state.scan_failed(folder, scan);
                }
            });
        });
    }

    fn scanned(&mut self, folder: FileId, scan: u64, configuration: Configuration, world: World) {
        let Some(root) = self.roots.get_mut(folder).filter(|root| root.scan == scan) else {
            return;
        };
        root.world = world;
        root.world.set_external(root.external.options.clone());
        root.read = true;
        root.exclude = configuration.exclude;
        root.settings = Arc::new(configuration.lints);
        root.formatter = configuration.formatter.map(Arc::from);
        root.settings_text = configuration.settings_text;
        root.hints = configuration.hints;
        self.tell_problems(folder, configuration.problems);
        self.read_external(folder, configuration.option_sources);
        // What is typed wins over what was on disk.
        self.documents.forget_indexed(folder);
        self.touch();
    }

    fn scan_failed(&mut self, folder: FileId, scan: u64) {
        let Some(root) = self.roots.get_mut(folder).filter(|root| root.scan == scan) else {
            return;
        };
        root.read = true;
        let folder = folder.path();
        self.show(format!(
            "The files below {folder} could not be read because of a defect in {}. Only open files \
             are known; the log says more.",
            crate::NAME
        ));
        self.touch();
    }

    /// The client's answer to `workspace/configuration`, or what it told by itself.
    pub(crate) fn configured(&mut self, settings: Option<&serde_json::Value>) {
        let changed = settings.is_some_and(|settings| self.editor_settings.update(settings));
        if self.roots.due.is_some() {
            self.open_planned_folders();
        } else if changed {
            self.reconfigure();
        }
    }

    /// Reads every root's settings again.
    pub(crate) fn reconfigure(&mut self) {
        let editor = self.editor_settings.merged();
        for folder in self.roots.roots.iter().map(|root| root.folder) {
            let (disk, events, editor) = (self.disk.clone(), self.events.clone(), editor.clone());
            self.workers.disk.spawn(move || {
                let configuration = disk.configure(folder, &editor);
                events.update(move |state| state.reconfigured(folder, configuration));
            });
        }
    }

    fn reconfigured(&mut self, folder: FileId, configuration: Configuration) {
        let Some(root) = self.roots.get_mut(folder) else { return };
        root.settings = Arc::new(configuration.lints);
        root.formatter = configuration.formatter.map(Arc::from);
        root.settings_text = configuration.settings_text;
        let other_hints = std::mem::replace(&mut root.hints, configuration.hints) != root.hints;
        if root.world.snapshot().setup() != &configuration.setup {
            let set_up = careful::change(&mut root.world, |it| it.set_up(configuration.setup));
            if let Err(panic) = set_up {
                tracing::error!("other settings for {folder:?} panicked: {panic}");
            }
        }
        let other_files = root.exclude != configuration.exclude;
        self.tell_problems(folder, configuration.problems);
        self.read_external(folder, configuration.option_sources);
        self.touch();
        if other_hints {
            self.refresh_shown();
        }
        if other_files {
            self.scan(folder);
        }
    }

    /// Each problem once, and again only after it was gone.
    fn tell_problems(&mut self, folder: FileId, problems: Vec<String>) {
        let Some(root) = self.roots.get_mut(folder) else { return };
        let told = std::mem::replace(&mut root.told, problems.iter().cloned().collect());
        for problem in problems {
            if !told.contains(&problem) {
                self.show(problem);
            }
        }
    }

    pub(crate) fn rescan(&mut self) {
        let folders: Vec<FileId> = self.roots.roots.iter().map(|root| root.folder).collect();
        for folder in folders {
            self.scan(folder);
        }
    }

    /// Gives the index the texts that were edited.
    pub(crate) fn index_documents(&mut self) {
        let texts = self.documents.take_unindexed().into_iter();
        let changes: Vec<_> = texts.map(|(file, text)| Change::Text { file, text }).collect();
        let left_out = self.roots.apply(&changes);
        self.tell_left_out(left_out);
    }

    /// Each file once.
    pub(crate) fn tell_left_out(&mut self, files: Vec<FileId>) {
        for file in files {
            if self.roots.left_out.insert(file) {
                self.show(format!(
                    "{} makes {} stumble over a defect of its own; it goes on with what it knew of the file, and \
                     with all others. The log says more.",
                    file.path(),
                    crate::NAME
                ));
            }
        }
    }

    /// Looks at these paths on disk again, for every root that they lie below.
    pub(crate) fn read_again(&mut self, paths: &[FileId]) {
        let mut to_scan = Vec::new();
        for root in &self.roots.roots {
            let (folder, exclude) = (root.folder, root.exclude.clone());
            let below = paths.iter().copied().filter(|path| path.is_below(folder));
            let below: Vec<FileId> = below.collect();
            if below.is_empty() {
                continue;
            }
            if below.len() >= MANY_PATHS {
                to_scan.push(folder);
                continue;
            }
            let (disk, events) = (self.disk.clone(), self.events.clone());
            self.workers.disk.spawn(move || {
                // A path whose reading panics is left as it was, and costs no other.
                let read = |path| Some((path, contain(|| disk.read(folder, &exclude, path)).ok()?));
                let found: Vec<(FileId, Entry)> = below.into_iter().filter_map(read).collect();
                events.update(move |state| state.disk_changed(folder, found));
            });
        }
        for folder in to_scan {
            self.scan(folder);
        }
    }

    fn disk_changed(&mut self, folder: FileId, found: Vec<(FileId, Entry)>) {
        let created = found.iter().map(|(path, _)| *path).filter(|path| self.created.remove(path));
        let created: Vec<FileId> = created.collect();
        let Some(root) = self.roots.get_mut(folder) else { return };
        let mut changes = Vec::new();
        for (path, entry) in found {
            if matches!(entry, Entry::Missing) {
                // Clients name a deleted folder, and not what was in it.
                let snapshot = root.world.snapshot();
                let files = snapshot.files().map(|data| data.file);
                let below = files.filter(|file| file.is_below(path));
                changes.extend(below.map(|file| Change::Gone { file }));
            }
            changes.push(entry.change(path));
        }
        // What is typed wins over what is on disk.
        changes.retain(|change| !self.documents.is_open(file_of(change)));
        if !changes.is_empty() {
            let left_out = root.apply(changes);
            self.tell_left_out(left_out);
            self.touch();
        }
        for file in created {
            self.begin_module(file);
        }
    }

    /// Gives a new module that is still empty its first text, through the editor.
    fn begin_module(&mut self, file: FileId) {
        if !self.client.applies_edits {
            return;
        }
        let view = self.view();
        let Some(root) = view.root(file) else { return };
        let Some(data) = root.snapshot.file(file) else { return };
        // An editor may already show an empty file as one empty line.
        if !data.text.trim().is_empty() {
            return;
        }
        let Some(text) = ide::new_module(&root.snapshot, file) else { return };
        let edit = FileEdit {
            file,
            edit: TextEdit::replace(TextRange::up_to(TextSize::of(&*data.text)), text),
        };
        if let Some(edit) = to_lsp::workspace_edit(&[edit], &view, root) {
            self.outbox.send(Outgoing::ApplyEdit(edit));
        }
    }
}
