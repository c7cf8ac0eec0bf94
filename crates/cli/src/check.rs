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
use crate::progress::Progress;
use baseline::{Baseline, Split};
use index::Snapshot;
use lints::{Diagnostic, Fixed, Level, Profile};
use module::{FileId, Location};
use rayon::prelude::*;
use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;
use summary::{Recorded, Summary};
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
        fix_what_is_reported(args, &mut engine)
    });
    let snapshot = engine.snapshot();
    let files: Vec<FileId> = snapshot.files().map(|data| data.file).collect();
    let files: Vec<FileId> = files.into_iter().filter(|&file| engine.asked.covers(file)).collect();
    let found = look_at(&files, args, &engine, &snapshot, &progress);
    // Its line would be in the way of what is printed.
    drop(progress);

    if let Some(fixed) = &fixed {
        write_or_show(fixed, args, engine.root, out)?;
    }
    let (mut diagnostics, recorded) = match baseline {
        Some(baseline) => compare(found, baseline, args, &engine, &snapshot)?,
        None => (found, None),
    };
    diagnostics.retain(|finding| is_reported(args, finding));
    let summary = Summary {
        fixed: fixed.as_ref().map(|fixed| (fixed, args.dry_run)),
        diagnostics: &diagnostics,
        files: files.len(),
        time: started.elapsed(),
        recorded,
    };
    print(args, &engine, &snapshot, &summary, out)?;
    // The program ends here: nobody needs the tree's memory back, a piece at a time.
    std::mem::forget((engine, snapshot));
    Ok(if diagnostics.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Fixes what this run would report.
fn fix_what_is_reported(args: &CheckArgs, engine: &mut Engine) -> Fixed {
    let asked = &engine.asked;
    let is_wanted = |finding: &Diagnostic| {
        asked.covers(finding.file) && is_selected(args, finding.rule) && is_reported(args, finding)
    };
    lints::apply_safe_fixes(&mut engine.world, &engine.settings.lints, &is_wanted)
}

/// The findings of the selected rules, of every level.
fn look_at(
    files: &[FileId],
    args: &CheckArgs,
    engine: &Engine,
    snapshot: &Snapshot,
    progress: &Progress,
) -> Vec<Diagnostic> {
    progress.step("checking", Some(files.len()));
    let found = files.par_iter().flat_map_iter(|&file| {
        let found = lints::check_file(snapshot, &engine.settings.lints, file);
        progress.advance();
        found
    });
    found.filter(|finding| is_selected(args, finding.rule)).collect()
}

fn write_or_show(
    fixed: &Fixed,
    args: &CheckArgs,
    root: FileId,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    match (args.dry_run, args.format) {
        (false, _) => fix::write(fixed)?,
        (true, CheckFormat::Text) => out.write_all(fix::diff(fixed, root).as_bytes())?,
        (true, _) => output::complain(&fix::diff(fixed, root)),
    }
    Ok(())
}

/// Leaves out what the baseline knows, or records what is found and leaves out all of that.
fn compare(
    found: Vec<Diagnostic>,
    baseline: Baseline,
    args: &CheckArgs,
    engine: &Engine,
    snapshot: &Snapshot,
) -> anyhow::Result<(Vec<Diagnostic>, Option<Recorded>)> {
    let root = engine.root;
    let in_scope =
        |file: &str, rule: &str| engine.asked.covers(root.join(file)) && is_selected(args, rule);
    let Split { new, covered, gone } = baseline.split(found, root, snapshot, &in_scope);
    if !args.update_baseline {
        return Ok((new, Some(Recorded::Compared { covered: covered.len(), gone })));
    }
    let (new, below): (Vec<_>, Vec<_>) =
        new.into_iter().partition(|finding| is_reported(args, finding));
    let all = covered.iter().chain(&new);
    let count = baseline.update(all, root, snapshot, &in_scope)?;
    Ok((below, Some(Recorded::Updated(count))))
}

fn print(
    args: &CheckArgs,
    engine: &Engine,
    snapshot: &Snapshot,
    summary: &Summary<'_>,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    for note in &engine.notes {
        output::complain(&format!("note: {note}\n"));
    }
    let (root, diagnostics) = (engine.root, summary.diagnostics);
    match args.format {
        // Of a dry run standard output is the diff, fit for other programs.
        CheckFormat::Text if args.dry_run => {}
        CheckFormat::Text => {
            text::write(diagnostics, root, snapshot, out)?;
            writeln!(out, "{summary}")?;
            return Ok(());
        }
        CheckFormat::Json => json::write(diagnostics, root, snapshot, out)?,
        CheckFormat::Sarif => sarif::write(diagnostics, root, snapshot, &engine.notes, out)?,
        CheckFormat::Github => github::write(diagnostics, root, snapshot, out)?,
    }
    output::complain(&format!("{summary}\n"));
    Ok(())
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

fn is_reported(args: &CheckArgs, finding: &Diagnostic) -> bool {
    finding.level >= Level::from(args.min_level)
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
