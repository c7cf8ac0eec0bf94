//! One run over a tree, as every command that looks at one starts it: find the root, read the
//! settings, read the tree, index it.

use crate::args::TreeArgs;
use crate::progress::Progress;
use anyhow::{Context, bail};
use index::{Snapshot, World};
use module::FileId;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use workspace::{Layer, Note, OptionCache, Reading, SETTINGS_FILE, Scan, Settings, Surroundings};

/// An indexed tree.
pub struct Engine {
    pub root: FileId,
    pub settings: Settings,
    pub world: World,
    /// What is worth a word to the user: files that are not analysed, and why.
    pub notes: Vec<String>,
    pub asked: Asked,
}

/// What the user asked about; nothing named: everything.
#[derive(Debug, Clone)]
pub struct Asked(Vec<FileId>);

impl Asked {
    /// Whether the user wants to hear about this file.
    pub fn covers(&self, file: FileId) -> bool {
        self.0.is_empty() || self.0.iter().any(|&asked| covers(asked, file))
    }
}

impl Engine {
    /// `paths` are what the user asked about, `above` the settings of the command line itself.
    ///
    /// # Errors
    /// If a path, the root or a settings file cannot be read, or the settings have a mistake.
    pub fn start(
        args: &TreeArgs,
        paths: &[PathBuf],
        above: Layer,
        outside: Outside,
        progress: &Progress,
    ) -> anyhow::Result<Engine> {
        for path in paths {
            readable(path).with_context(|| format!("cannot read {}", path.display()))?;
        }
        let root = root(args, paths)?;
        let settings = settings(args, &root, above)?;
        let Some(root_file) = root.to_str().map(FileId::new) else {
            bail!("the path of the tree is not UTF-8: {}", root.display());
        };
        let asked = paths
            .iter()
            .map(|path| {
                place(&root, path).with_context(|| {
                    format!(
                        "{} lies outside of the tree {}; choose another tree with --root",
                        path.display(),
                        root.display()
                    )
                })
            })
            .collect::<Result<Vec<_>, _>>()?;

        progress.step("reading", None);
        let scan = workspace::scan(&root, &settings.exclude, &|files| progress.reached(files));
        let mut notes = notes(&root, &scan, &asked)?;
        progress.step("indexing", None);
        let mut world = World::new(settings.setup(root_file));
        world.apply(scan.changes());
        notes.extend(outside.take_in(&root, &settings, &mut world, progress));
        Ok(Engine { root: root_file, settings, world, notes, asked: Asked(asked) })
    }

    pub fn snapshot(&self) -> Snapshot {
        self.world.snapshot()
    }
}

/// What a command does about options from outside the tree.
pub enum Outside {
    /// It asks for none, so none is read; that the settings can be used is looked at all the same.
    Unasked,
    /// The rules compare the tree with them, as they do in an editor.
    Read,
}

impl Outside {
    /// Gives what is wrong with the sources.
    fn take_in(
        &self,
        root: &Path,
        settings: &Settings,
        world: &mut World,
        progress: &Progress,
    ) -> Vec<String> {
        let configured = settings.option_sources.as_deref();
        let surroundings = Surroundings::of_process();
        let (found, mut problems) = workspace::find_option_sources(root, configured, &surroundings);
        if matches!(self, Outside::Read) && !found.is_empty() {
            progress.step("reading options", None);
            let read = workspace::read_option_sources(&found, &OptionCache::of_user(), &|_| {});
            problems.extend(read.problems);
            world.set_external(Arc::new(read.options));
        }
        problems.iter().map(ToString::to_string).collect()
    }
}

fn covers(asked: FileId, file: FileId) -> bool {
    file == asked || file.is_below(asked)
}

/// Fails where a user would be surprised to hear nothing about the path.
fn readable(path: &Path) -> anyhow::Result<()> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        fs::read_dir(path)?;
    } else if metadata.is_file() {
        fs::File::open(path)?;
    } else {
        bail!("it is neither a file nor a folder");
    }
    Ok(())
}

/// `--root`; else the marked folder around the working folder, if the paths lie in it; else the one
/// around the first path; else the working folder, or what was asked about if that is elsewhere.
pub fn root(args: &TreeArgs, paths: &[PathBuf]) -> anyhow::Result<PathBuf> {
    if let Some(root) = &args.root {
        if !fs::metadata(root).is_ok_and(|metadata| metadata.is_dir()) {
            bail!("the root {} is no folder", root.display());
        }
        return Ok(std::path::absolute(root)?);
    }
    let here = std::env::current_dir().context("there is no working folder")?;
    let holds_paths = |root: &PathBuf| paths.iter().all(|path| place(root, path).is_some());
    if let Some(root) = workspace::marked_root(&here).filter(holds_paths) {
        return Ok(root);
    }
    let Some(first) = paths.first() else { return Ok(here) };
    let marked = workspace::marked_root(first);
    Ok(marked
        .or_else(|| Some(here).filter(holds_paths))
        .unwrap_or_else(|| workspace::find_root(first)))
}

/// A path as a file of the tree; `None` if it lies outside.
fn place(root: &Path, path: &Path) -> Option<FileId> {
    let root_file = FileId::new(root.to_str()?);
    let within = |file: &FileId| covers(root_file, *file);
    let as_written = FileId::new(std::path::absolute(path).ok()?.to_str()?);
    Some(as_written).filter(within).or_else(|| {
        // The two may name one place by different links.
        let path = path.canonicalize().ok()?;
        let rest = path.strip_prefix(root.canonicalize().ok()?).ok()?;
        Some(root_file.join(rest.to_str()?))
    })
}

fn settings(args: &TreeArgs, root: &Path, above: Layer) -> anyhow::Result<Settings> {
    let mut layers = Vec::new();
    if let Some(SettingsFile { reading, .. }) = SettingsFile::read(args, root)? {
        if !reading.problems.is_empty() {
            let lines: Vec<String> =
                reading.problems.iter().map(|problem| format!("\n  {problem}")).collect();
            bail!("the settings cannot be used:{}", lines.concat());
        }
        layers.push(reading.layer);
    }
    layers.push(above);
    layers.push(command_line(args));
    Ok(Settings::new(layers))
}

/// The settings file of a run, and what it says.
pub struct SettingsFile {
    pub path: PathBuf,
    pub reading: Reading,
}

impl SettingsFile {
    /// The file that the command line names, else the one at the root; `None` if there is none.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(args: &TreeArgs, root: &Path) -> anyhow::Result<Option<SettingsFile>> {
        let at_root = root.join(SETTINGS_FILE);
        let file = match &args.config {
            Some(file) => Some(file.clone()),
            None => at_root.exists().then_some(at_root),
        };
        let Some(file) = file else { return Ok(None) };
        let shown = shortest(&file);
        let reading = Layer::read(shown)
            .with_context(|| format!("cannot read the settings {}", shown.display()))?;
        Ok(Some(SettingsFile { path: shown.to_owned(), reading }))
    }
}

/// What the command line says itself.
pub fn command_line(args: &TreeArgs) -> Layer {
    let namespaces = (!args.namespaces.is_empty()).then(|| args.namespaces.clone());
    Layer { namespaces, ..Layer::default() }
}

/// The path from the working folder if it lies there, as a terminal makes a link of it.
fn shortest(path: &Path) -> &Path {
    let here = std::env::current_dir().ok();
    here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path)
}

/// # Errors
/// If what cannot be read is what the user asked for by name.
fn notes(root: &Path, scan: &Scan, asked: &[FileId]) -> anyhow::Result<Vec<String>> {
    let mut notes = Vec::new();
    for Note { path, reason } in &scan.notes {
        let file = path.to_str().map(FileId::new);
        if file.is_some_and(|file| asked.contains(&file)) {
            bail!("cannot read {}: {reason}", path.display());
        }
        let shown = path.strip_prefix(root).unwrap_or(path);
        notes.push(format!("{} is not analysed: {reason}", shown.display()));
    }
    for &path in asked {
        if !scan.texts.iter().any(|&(file, _)| covers(path, file)) {
            notes.push(format!(
                "there is nothing to analyse in {}: no Nix file, or ignored or excluded ones only",
                path.path()
            ));
        }
    }
    Ok(notes)
}
