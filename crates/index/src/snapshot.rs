use crate::contributions::Contributions;
use crate::demand::Demand;
use crate::file_table::FileTable;
use crate::memo::Memo;
use crate::reach::Reach;
use crate::watch::{Look, Watch};
use crate::{ExternalOptions, Setup};
use module::{Arena, Existence, Facts, FileId};
use std::sync::Arc;
use syntax::LineIndex;

/// One file as it was when the snapshot was taken.
#[derive(Debug, Clone)]
pub struct FileData {
    pub file: FileId,
    pub text: Arc<str>,
    pub lines: Arc<LineIndex>,
    /// Its expressions, and its syntax errors.
    pub arena: Arc<Arena>,
    /// What it says when read as a module; of use only where [`FileData::module`] says so.
    pub(crate) facts: Option<Arc<Facts>>,
    pub kind: FileKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Somebody imports it, or nobody uses it and it looks like a module. A flake is one for the modules
    /// that are written in it.
    Module,
    /// Others use it as a value: what it declares belongs to them.
    Value,
    /// A package, a function.
    Other,
}

impl FileData {
    /// Its facts, if it is a module of its own.
    pub fn module(&self) -> Option<&Arc<Facts>> {
        self.facts.as_ref().filter(|_| self.kind == FileKind::Module)
    }
}

/// The whole index at one moment. Cloning costs a few reference counts.
#[derive(Clone)]
pub struct Snapshot {
    pub(crate) setup: Arc<Setup>,
    pub(crate) files: FileTable,
    /// What else is on disk: files that are not Nix, and folders.
    pub(crate) others: imbl::HashSet<FileId>,
    pub(crate) contributions: Contributions,
    pub(crate) reach: Arc<Reach>,
    pub(crate) external: Arc<ExternalOptions>,
    /// Worked out of the above when it is asked for.
    pub(crate) demand: Arc<Demand>,
    /// Who wants to know what is looked at.
    pub(crate) watch: Option<Arc<Watch>>,
    /// What it has answered; of this very state of things, and noted by this very watch.
    pub(crate) memo: Option<Arc<Memo>>,
}

impl Snapshot {
    pub(crate) fn empty(setup: Setup) -> Snapshot {
        Snapshot {
            setup: Arc::new(setup),
            files: FileTable::default(),
            others: imbl::HashSet::new(),
            contributions: Contributions::default(),
            reach: Arc::new(Reach::default()),
            external: Arc::default(),
            demand: Arc::default(),
            watch: None,
            memo: None,
        }
    }

    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    pub fn file(&self, file: FileId) -> Option<&Arc<FileData>> {
        self.note(Look::File(file));
        self.files.get(file)
    }

    /// Every Nix file, in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = &Arc<FileData>> {
        self.note(Look::Tree);
        self.files.iter()
    }

    /// Every module with its facts, in the order of their paths.
    pub fn modules(&self) -> impl Iterator<Item = (FileId, &Arc<Facts>)> {
        self.files().filter_map(|data| Some((data.file, data.module()?)))
    }

    pub fn existence(&self, path: FileId) -> Existence {
        self.note(Look::Paths);
        if self.files.contains(path) {
            return Existence::File;
        }
        // A folder may be listed on its own, too.
        if self.contributions.is_folder(path) {
            return Existence::Folder;
        }
        if self.others.contains(&path) {
            return Existence::File;
        }
        if path.is_below(self.setup.root) { Existence::Missing } else { Existence::Unknown }
    }

    /// The file that an import of `path` means: itself, or the `default.nix` of a folder.
    pub fn import_target(&self, path: FileId) -> Option<FileId> {
        let file = match self.existence(path) {
            Existence::Folder => path.join("default.nix"),
            _ => path,
        };
        self.files.contains(file).then_some(file)
    }

    /// The names in a folder and what each is, in their order; none if there is no such folder.
    pub fn names_in(&self, folder: FileId) -> Vec<(&'static str, Existence)> {
        self.note(Look::Paths);
        self.contributions.names_in(folder)
    }

    /// Whether the same paths exist in both.
    pub(crate) fn has_paths_of(&self, other: &Snapshot) -> bool {
        let (one, other) = (&self.contributions, &other.contributions);
        one.listed.ptr_eq(&other.listed) && one.folders.ptr_eq(&other.folders)
    }

    /// The modules that import `file`.
    pub fn importers(&self, file: FileId) -> impl Iterator<Item = FileId> {
        self.note(Look::Graph);
        self.contributions.importers(file)
    }

    /// What the roots reach.
    pub fn reach(&self) -> &Reach {
        self.note(Look::Graph);
        &self.reach
    }

    /// The options that are declared outside the workspace; none before a source has been read.
    pub fn external(&self) -> &ExternalOptions {
        &self.external
    }
}
