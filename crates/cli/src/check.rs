//! `check`: what the rules have to say about a tree, and what of it can be fixed at once.

mod baseline;
mod fix;
mod github;
mod json;
mod sarif;
mod summary;
mod text;

use crate::args::{CheckArgs, CheckFormat};
use crate::engine::{Engine, Outside};
use crate::explain::rule_named;
use crate::output;
use baseline::Baseline;
use index::Snapshot;
use lints::{Diagnostic, Level, Profile};
use module::{FileId, Location};
use rayon::prelude::*;
use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;
use summary::Summary;
use syntax::{Encoding, LineIndex, TextRange};
use workspace::{Layer, Settings};

pub fn run(args: &CheckArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    for name in args.select.iter().chain(&args.ignore) {
        rule_named(name)?;
    }
    let baseline = args.baseline.as_deref();
    let baseline = baseline.map(|file| Baseline::read(file, args.update_baseline)).transpose()?;
    let above = Layer { profile: args.profile.map(Into::into), ..Layer::default() };
    let progress = output::progress();
    let mut engine = Engine::start(&args.tree, &args.paths, above, Outside::Read, &progress)?;
    for name in &args.select {
        switch_on(&mut engine.settings, name);
    }

    let fixed = args.fix.then(|| {
        progress.step("fixing", None);
        let asked = engine.asked.clone();
        let is_wanted = |finding: &Diagnostic| {
            asked.covers(finding.file)
                && is_selected(args, finding.rule)
                && finding.level >= args.min_level.into()
        };
        lints::apply_safe_fixes(&mut engine.world, &engine.settings.lints, &is_wanted)
    });

    let snapshot = engine.snapshot();
    let files: Vec<FileId> = snapshot.files().map(|file| file.file).collect();
    let files: Vec<FileId> = files.into_iter().filter(|&file| engine.asked.covers(file)).collect();
    progress.step("checking", Some(files.len()));
    let found: Vec<Diagnostic> = files
        .par_iter()
        .flat_map_iter(|&file| {
            let found = lints::check_file(&snapshot, &engine.settings.lints, file);
            progress.advance();
            found
        })
        .filter(|finding| is_selected(args, finding.rule))
        .collect();
    drop(progress);

    if let Some(fixed) = &fixed {
        if !args.dry_run {
            fix::write(fixed)?;
        } else if args.format == CheckFormat::Text {
            out.write_all(fix::diff(fixed, engine.root).as_bytes())?;
        } else {
            output::complain(&fix::diff(fixed, engine.root));
        }
    }
    let is_reported = |finding: &Diagnostic| finding.level >= Level::from(args.min_level);
    let in_scope = |file: &str, rule: &str| {
        engine.asked.covers(engine.root.join(file)) && is_selected(args, rule)
    };
    let mut diagnostics = found;
    let mut recorded = None;
    if let Some(baseline) = baseline {
        let split = baseline.split(diagnostics, engine.root, &snapshot, &in_scope);
        diagnostics = split.new;
        let (covered, gone) = (split.covered.len(), split.gone);
        recorded = Some(if args.update_baseline {
            let (new, below): (Vec<_>, Vec<_>) = diagnostics.into_iter().partition(is_reported);
            diagnostics = below;
            let all = split.covered.iter().chain(&new);
            summary::Recorded::Updated(baseline.update(all, engine.root, &snapshot, &in_scope)?)
        } else {
            summary::Recorded::Compared { covered, gone }
        });
    }
    diagnostics.retain(is_reported);

    let summary = Summary {
        fixed: fixed.as_ref().map(|fixed| (fixed, args.dry_run)),
        diagnostics: &diagnostics,
        files: files.len(),
        time: started.elapsed(),
        recorded,
    };
    for note in &engine.notes {
        output::complain(&format!("note: {note}\n"));
    }
    let (root, sources) = (engine.root, &snapshot);
    match args.format {
        // Of a dry run standard output is the diff, fit for other programs.
        CheckFormat::Text if args.dry_run => output::complain(&format!("{summary}\n")),
        CheckFormat::Text => {
            text::write(&diagnostics, root, sources, out)?;
            writeln!(out, "{summary}")?;
        }
        CheckFormat::Json => json::write(&diagnostics, root, sources, out)?,
        CheckFormat::Sarif => sarif::write(&diagnostics, root, sources, &engine.notes, out)?,
        CheckFormat::Github => github::write(&diagnostics, root, sources, out)?,
    }
    if args.format != CheckFormat::Text {
        output::complain(&format!("{summary}\n"));
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

fn is_selected(args: &CheckArgs, rule: &str) -> bool {
    let names = |rules: &[String]| rules.iter().any(|name| name == rule);
    (args.select.is_empty() || names(&args.select)) && !names(&args.ignore)
}

/// Where the renderers find the texts that findings point into.
trait Sources {
    fn source(&self, file: FileId) -> Option<(&str, &LineIndex)>;
}

/// A place as programs are told of it: lines and columns from 1, columns in Unicode scalar values, the
/// end being the first character that does not belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Region {
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

impl Region {
    fn of(file: FileId, range: TextRange, sources: &impl Sources) -> Region {
        let Some((text, lines)) = sources.source(file) else {
            return Region { line: 1, column: 1, end_line: 1, end_column: 1 };
        };
        let start = lines.position(text, range.start(), Encoding::Utf32);
        let end = lines.position(text, range.end(), Encoding::Utf32);
        Region {
            line: start.line + 1,
            column: start.column + 1,
            end_line: end.line + 1,
            end_column: end.column + 1,
        }
    }

    fn at(at: Location, sources: &impl Sources) -> Region {
        Region::of(at.file, at.text_range(), sources)
    }
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
