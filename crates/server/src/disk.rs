use index::{Change, ExternalOptions, Setup};
use module::FileId;
use std::sync::Arc;

/// Everything the server wants from the disk. Called from worker threads only, never from the main
/// loop, so that a slow disk delays nobody's keystrokes.
///
/// No method may block on a file that is not regular (a pipe, a device), and none fails: what cannot
/// be read is not there, or is none of our business.
pub trait Disk: Send + Sync + 'static {
    /// The folder of the tree that `start` (a folder) belongs to: the nearest one upwards, itself
    /// included, that is marked as a root; `None` if none is.
    fn find_root(&self, start: FileId) -> Option<FileId>;

    /// The settings for a root: its settings file, and over it what the editor has set (an object
    /// with the same keys; empty if it has set nothing).
    fn configure(&self, root: FileId, editor: &serde_json::Value) -> Configuration;

    /// Every file below `root` that counts. `on_progress` is told now and then how many files have
    /// been seen so far.
    fn scan(&self, root: FileId, exclude: &[String], on_progress: &(dyn Fn(usize) + Sync)) -> Scan;

    /// One path below `root`, as a scan would find it now.
    fn read(&self, root: FileId, exclude: &[String], path: FileId) -> Entry;

    /// The options that are declared outside of the tree. May take many seconds; `on_read` is told the
    /// name of each source that does.
    fn external_options(
        &self,
        root: FileId,
        sources: Option<&[String]>,
        on_read: &dyn Fn(&str),
    ) -> ExternalReading;

    /// What a formatter makes of a text: `command` is the program and its arguments, which gets the text
    /// as its input. It runs in `folder`, and for a few seconds at most.
    ///
    /// # Errors
    /// If it cannot be run, fails or takes too long.
    fn format(
        &self,
        command: &[String],
        folder: FileId,
        text: &str,
    ) -> Result<String, NotFormatted>;
}

/// Why there is no formatted text: a sentence for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotFormatted {
    /// This machine has no such program.
    Missing(String),
    Failed(String),
}

/// What applies to one root.
#[derive(Debug, Clone, PartialEq)]
pub struct Configuration {
    pub lints: lints::Settings,
    pub setup: Setup,
    pub hints: ide::HintSettings,
    /// What a scan leaves out, in the words of the settings.
    pub exclude: Vec<String>,
    /// Where options from outside of the tree are, in the words of the settings; `None`: where convention
    /// has them.
    pub option_sources: Option<Vec<String>>,
    /// What the settings file says, and nothing where there is none; `None` where it cannot be read, or where an
    /// edit of it would change nothing, since the editor sets `core`.
    pub settings_text: Option<Arc<str>>,
    /// The program that formats a text, and its arguments; only the editor can set it. `None`: `nixfmt`, where
    /// it is installed. Empty: none.
    pub formatter: Option<Vec<String>>,
    /// What is wrong with the settings, each a sentence for the user that names the key.
    pub problems: Vec<String>,
}

/// What a scan found.
#[derive(Debug, Default)]
pub struct Scan {
    /// Nix files with their texts.
    pub texts: Vec<(FileId, Arc<str>)>,
    /// Paths that exist and are no readable Nix files: folders, scripts, files that are not UTF-8.
    pub others: Vec<FileId>,
}

/// What was found outside of the tree.
#[derive(Debug, Default)]
pub struct ExternalReading {
    pub options: ExternalOptions,
    /// The sources that could not be used, each a sentence for the user that names it.
    pub problems: Vec<String>,
}

/// What is found at one path.
#[derive(Debug, Clone)]
pub enum Entry {
    /// A Nix file.
    Text(Arc<str>),
    /// Something else.
    Other,
    Missing,
}

impl Entry {
    pub(crate) fn change(self, file: FileId) -> Change {
        match self {
            Entry::Text(text) => Change::Text { file, text },
            Entry::Other => Change::Exists { file },
            Entry::Missing => Change::Gone { file },
        }
    }
}

impl Scan {
    pub(crate) fn changes(self) -> Vec<Change> {
        let texts = self.texts.into_iter().map(|(file, text)| Change::Text { file, text });
        let others = self.others.into_iter().map(|file| Change::Exists { file });
        texts.chain(others).collect()
    }
}
