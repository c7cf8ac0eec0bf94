//! The disk of this machine, as `workspace` reads it, and the formatter that runs on it.

mod formatter;

use crate::disk::{Configuration, Disk, Entry, ExternalReading, NotFormatted, Scan};
use ide::HintSettings;
use module::FileId;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use workspace::{InlayHints, Layer, OptionCache, SETTINGS_FILE, Settings, Surroundings};

pub struct LocalDisk;

impl Disk for LocalDisk {
    fn find_root(&self, start: FileId) -> Option<FileId> {
        workspace::marked_root(Path::new(start.path()))?.to_str().map(FileId::new)
    }

    fn configure(&self, root: FileId, editor: &Value) -> Configuration {
        let mut layers = Vec::new();
        let mut problems = Vec::new();
        let file = Path::new(root.path()).join(SETTINGS_FILE);
        let mut settings_text = Some(Arc::from(""));
        if file.exists() {
            settings_text = workspace::read_text(&file).ok();
            match Layer::read(&file) {
                Ok(reading) => {
                    problems.extend(reading.problems.iter().map(ToString::to_string));
                    layers.push(reading.layer);
                }
                Err(reason) => {
                    problems.push(format!("{} cannot be read: {reason}", file.display()));
                }
            }
        }
        let reading = Layer::from_editor(editor);
        problems.extend(reading.problems.iter().map(ToString::to_string));
        let is_overridden = reading.layer.core.is_some();
        layers.push(reading.layer);
        let settings = Settings::new(layers);
        Configuration {
            setup: settings.setup(root),
            hints: hints(settings.inlay_hints),
            exclude: settings.exclude,
            option_sources: settings.option_sources,
            settings_text: settings_text.filter(|_| !is_overridden),
            formatter: settings.formatter,
            lints: settings.lints,
            problems,
        }
    }

    fn scan(&self, root: FileId, exclude: &[String], on_progress: &(dyn Fn(usize) + Sync)) -> Scan {
        let found = workspace::scan(Path::new(root.path()), exclude, on_progress);
        for note in &found.notes {
            tracing::warn!("{} is not analysed: {}", note.path.display(), note.reason);
        }
        Scan { texts: found.texts, others: found.others }
    }

    fn read(&self, root: FileId, exclude: &[String], path: FileId) -> Entry {
        let found = workspace::scan_path(Path::new(root.path()), exclude, Path::new(path.path()));
        let text = found.texts.into_iter().find(|(file, _)| *file == path);
        match text {
            Some((_, text)) => Entry::Text(text),
            None if found.others.contains(&path) => Entry::Other,
            None => Entry::Missing,
        }
    }

    fn format(
        &self,
        command: &[String],
        folder: FileId,
        text: &str,
    ) -> Result<String, NotFormatted> {
        formatter::run(command, Path::new(folder.path()), text)
    }

    fn external_options(
        &self,
        root: FileId,
        sources: Option<&[String]>,
        on_read: &dyn Fn(&str),
    ) -> ExternalReading {
        let surroundings = Surroundings::of_process();
        let (found, mut problems) =
            workspace::find_option_sources(Path::new(root.path()), sources, &surroundings);
        let read = workspace::read_option_sources(&found, &OptionCache::of_user(), on_read);
        for note in &read.notes {
            tracing::info!("{note}");
        }
        problems.extend(read.problems);
        let problems = problems.iter().map(ToString::to_string).collect();
        ExternalReading { options: read.options, problems }
    }
}

fn hints(wanted: InlayHints) -> HintSettings {
    HintSettings { types: wanted.types, aliases: wanted.aliases, closings: wanted.closings }
}
