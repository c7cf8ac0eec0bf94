//! `check`: what the rules have to say about a tree.

mod json;
mod text;

use crate::args::{CheckArgs, CheckFormat};
use crate::engine::Engine;
use crate::explain::{level_name, rule_named};
use crate::output;
use index::Snapshot;
use lints::{Diagnostic, Level, Profile};
use module::FileId;
use rayon::prelude::*;
use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use syntax::LineIndex;
use workspace::{Layer, Settings};

pub fn run(args: &CheckArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    for name in args.select.iter().chain(&args.ignore) {
        rule_named(name)?;
    }
    let above = Layer { profile: args.profile.map(Into::into), ..Layer::default() };
    let mut engine = Engine::start(&args.tree, &args.paths, above)?;
    for name in &args.select {
        switch_on(&mut engine.settings, name);
    }

    let files: Vec<FileId> = engine.snapshot.files().map(|file| file.file).collect();
    let files: Vec<FileId> = files.into_iter().filter(|&file| engine.is_asked(file)).collect();
    let diagnostics: Vec<Diagnostic> = files
        .par_iter()
        .flat_map_iter(|&file| lints::check_file(&engine.snapshot, &engine.settings.lints, file))
        .filter(|diagnostic| is_wanted(args, diagnostic))
        .collect();

    let summary = summary(&diagnostics, files.len(), started.elapsed());
    for note in &engine.notes {
        output::complain(&format!("note: {note}\n"));
    }
    match args.format {
        CheckFormat::Text => {
            text::write(&diagnostics, engine.root, &engine.snapshot, out)?;
            writeln!(out, "{summary}")?;
        }
        CheckFormat::Json => {
            json::write(&diagnostics, engine.root, &engine.snapshot, out)?;
            output::complain(&format!("{summary}\n"));
        }
    }
    Ok(if diagnostics.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whoever selects a rule by name wants to see it, whatever settings and profile say.
fn switch_on(settings: &mut Settings, name: &str) {
    let Some(rule) = lints::rule(name) else { return };
    let is_off_by_profile = settings.lints.profile == Profile::Nixos && rule.nixos_level.is_none();
    let setting = settings.lints.rules.entry(name.to_owned()).or_default();
    if setting.level == Some(None) || (setting.level.is_none() && is_off_by_profile) {
        setting.level = Some(Some(rule.level));
    }
}

fn is_wanted(args: &CheckArgs, diagnostic: &Diagnostic) -> bool {
    let names = |rules: &[String]| rules.iter().any(|rule| rule == diagnostic.rule);
    diagnostic.level >= Level::from(args.min_level)
        && (args.select.is_empty() || names(&args.select))
        && !names(&args.ignore)
}

/// `2 errors, 1 hint in 286 files (38 ms)`
fn summary(diagnostics: &[Diagnostic], files: usize, time: Duration) -> String {
    let levels = [Level::Error, Level::Warning, Level::Information, Level::Hint];
    let counts: Vec<String> = levels
        .into_iter()
        .map(|level| (level, diagnostics.iter().filter(|found| found.level == level).count()))
        .filter(|&(_, count)| count > 0)
        .map(|(level, count)| match level {
            // The word has no plural.
            Level::Information => format!("{count} information"),
            _ => counted(count, level_name(level)),
        })
        .collect();
    let counts = if counts.is_empty() { "nothing to report".to_owned() } else { counts.join(", ") };
    format!("{counts} in {} ({} ms)", counted(files, "file"), time.as_millis())
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Where the renderers find the texts that findings point into.
trait Sources {
    fn source(&self, file: FileId) -> Option<(&str, &LineIndex)>;
}

impl Sources for Snapshot {
    fn source(&self, file: FileId) -> Option<(&str, &LineIndex)> {
        let file = self.file(file)?;
        let lines: &LineIndex = &file.lines;
        Some((&file.text, lines))
    }
}

#[cfg(test)]
mod tests;
