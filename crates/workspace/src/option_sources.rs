//! Options that are declared outside the tree: where they come from, and reading them.
//!
//! A source is an `options.json` as NixOS and home-manager publish it, or the modules themselves, which
//! the same engine reads that reads the workspace. Reading NixOS's takes seconds, so what was read is
//! kept in a [`OptionCache`].

mod cache;
mod find;
mod flake_lock;
mod json;
mod modules;
mod prose;

pub use cache::OptionCache;
pub use find::{Surroundings, find_option_sources};

use crate::Unread;
use index::{ExternalOption, ExternalOptions};
use module::{OptionPath, Symbol};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Something that options can be read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionSource {
    /// As the user knows it: the words of the settings, or what it was found by.
    pub name: String,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// An `options.json`.
    Json(PathBuf),
    Modules(modules::ModuleTree),
}

/// Why a source gives no options.
#[derive(Debug, thiserror::Error)]
#[error("the option source `{name}` cannot be used: {reason}")]
pub struct UnusableSource {
    /// As in the settings.
    pub name: String,
    pub reason: Unusable,
}

#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("there is no such file or folder ({0})")]
    Missing(String),
    #[error(
        "the folder has neither the modules of nixpkgs, nix-darwin or home-manager in it nor an \
         options.json; name a checkout, its store path, or an options.json"
    )]
    NoOptionsInFolder,
    #[error(transparent)]
    Unread(#[from] Unread),
    #[error("it is no options.json as NixOS publishes it: {0}")]
    NotOptionsJson(#[from] serde_json::Error),
    #[error("no option is declared in it")]
    Empty,
}

/// What one source says.
#[derive(Debug, Clone, PartialEq)]
struct Reading {
    options: Vec<ExternalOption>,
    /// Below these paths there may be more.
    open: Vec<OptionPath>,
}

/// What all sources say together.
#[derive(Debug, Default)]
pub struct SourcesReading {
    pub options: ExternalOptions,
    pub problems: Vec<UnusableSource>,
    /// What is worth a line in a log: how much came from where.
    pub notes: Vec<String>,
}

/// Reads `sources`; of several that declare one option the first counts. `on_read` is told the name of
/// each source that takes time, because the cache does not have it.
///
/// Home-manager's options are below `home-manager.users.<name>` where another source is an operating
/// system's: as NixOS's own they would be wrong.
pub fn read_option_sources(
    sources: &[OptionSource],
    cache: &OptionCache,
    on_read: &dyn Fn(&str),
) -> SourcesReading {
    let mut all = SourcesReading::default();
    let mut readings = Vec::new();
    for source in sources {
        let key = source.key();
        let cached = key.as_ref().and_then(|key| cache.load(key));
        let origin = if cached.is_some() { "cache" } else { "source" };
        let reading = cached.map_or_else(
            || {
                on_read(&source.name);
                let reading = source.read()?;
                if let Some(Err(reason)) = key.as_ref().map(|key| cache.store(key, &reading)) {
                    let name = &source.name;
                    all.notes.push(format!("the options of {name} are not kept: {reason}"));
                }
                Ok(reading)
            },
            Ok,
        );
        match reading {
            Ok(reading) => {
                let count = reading.options.len();
                all.notes.push(format!("{count} options of {} from the {origin}", source.name));
                readings.push(reading);
            }
            Err(reason) => {
                all.problems.push(UnusableSource { name: source.name.clone(), reason });
            }
        }
    }
    all.options = merged(readings);
    all
}

/// The options of an `options.json` with this text.
///
/// # Errors
/// If it is none, or has no option in it.
pub fn options_of_json(text: &str) -> Result<ExternalOptions, Unusable> {
    let reading = json::read(text)?;
    Ok(ExternalOptions::new(reading.options, reading.open))
}

fn merged(mut readings: Vec<Reading>) -> ExternalOptions {
    let has_system = readings.iter().any(|reading| reading.declares("system.stateVersion"));
    for reading in &mut readings {
        if has_system && reading.declares("home.username") {
            reading.mount(&["home-manager", "users", "<name>"]);
        }
    }
    let (mut options, mut open) = (Vec::new(), Vec::new());
    for reading in readings {
        options.extend(reading.options);
        open.extend(reading.open);
    }
    ExternalOptions::new(options, open)
}

impl Reading {
    fn declares(&self, path: &str) -> bool {
        let path = OptionPath::parse(path);
        self.options.iter().any(|option| option.path == path)
    }

    /// Puts all options below a path.
    fn mount(&mut self, at: &[&str]) {
        let at: OptionPath = at.iter().map(|name| Symbol::of_segment(name)).collect();
        for option in &mut self.options {
            option.path = at.join(&option.path);
        }
        for path in &mut self.open {
            *path = at.join(path);
        }
    }
}

impl OptionSource {
    /// The file or folder that it is read from.
    pub fn path(&self) -> &Path {
        match &self.kind {
            Kind::Json(file) => file,
            Kind::Modules(tree) => tree.folder(),
        }
    }

    fn read(&self) -> Result<Reading, Unusable> {
        let reading = match &self.kind {
            Kind::Json(file) => json::read_file(file)?,
            Kind::Modules(tree) => tree.read(),
        };
        match reading.options.is_empty() {
            true => Err(Unusable::Empty),
            false => Ok(reading),
        }
    }

    /// `None` if it cannot be told whether it has changed: then it is not kept.
    fn key(&self) -> Option<cache::Key> {
        cache::Key::of(self.path())
    }
}

/// By options that only one module set has.
fn origin_of(options: &[ExternalOption]) -> Option<Arc<str>> {
    let marks = [
        ("home.username", "home-manager"),
        ("launchd.agents", "nix-darwin"),
        ("system.stateVersion", "nixpkgs"),
    ];
    let marks = marks.map(|(path, origin)| (OptionPath::parse(path), origin));
    let found = |(path, _): &&(OptionPath, &str)| options.iter().any(|it| it.path == *path);
    marks.iter().find(found).map(|(_, origin)| (*origin).into())
}

#[cfg(test)]
mod tests;
