//! The report for people.

use super::report::{ModuleRoot, Report};
use std::io::{self, Write};

/// A tree may have hundreds of roots; the first say enough.
const MOST_ROOTS: usize = 12;

pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "hyper-nixos-ls {} ({})", report.version, report.build)?;

    heading(out, "Tree")?;
    line(out, "root", &report.root.path)?;
    line(out, "", &format!("because {}", report.root.because))?;
    let index = &report.index;
    line(out, "files", &format!("{}, of which {} are modules", index.files, index.modules))?;
    let spoken =
        format!("{}, set in {} places, read in {}", index.options, index.definitions, index.reads);
    line(out, "options", &spoken)?;
    line(out, "indexed in", &format!("{} ms", index.milliseconds))?;

    heading(out, "Roots, from which modules are imported")?;
    for root in report.roots.iter().take(MOST_ROOTS) {
        line(out, &root.name, &standing(root))?;
    }
    match report.roots.len() {
        0 => line(out, "none", "")?,
        count if count > MOST_ROOTS => line(out, &format!("and {} more", count - MOST_ROOTS), "")?,
        _ => {}
    }

    heading(out, "Settings")?;
    line(out, "file", report.settings_file.as_deref().unwrap_or("none"))?;
    for setting in &report.settings {
        line(out, setting.key, &format!("{} ({})", setting.value, setting.from))?;
    }

    heading(out, "Options from outside")?;
    for source in &report.option_sources {
        let age = match source.age_in_days {
            Some(0) => ", changed today".to_owned(),
            Some(1) => ", changed 1 day ago".to_owned(),
            Some(days) => format!(", changed {days} days ago"),
            None => String::new(),
        };
        line(out, &source.name, &format!("{} options{age}", source.options))?;
        line(out, "", &source.path)?;
    }
    if report.option_sources.is_empty() {
        line(
            out,
            "none",
            "name some as `option-sources`, to complete and check NixOS's own options",
        )?;
    }

    heading(out, "Machine")?;
    for program in &report.programs {
        line(out, program.name, program.path.as_deref().unwrap_or("not on the PATH (not needed)"))?;
    }
    let cache = &report.cache;
    if let Some(folder) = &cache.folder {
        let size = format!("{folder} ({} files, {} KiB)", cache.files, cache.bytes / 1024);
        line(out, "cache", &size)?;
    }
    let folders = report.watches.folders;
    match report.watches.limit {
        Some(limit) => line(out, "watches", &format!("{folders} folders, of {limit} allowed"))?,
        None => line(out, "watches", &format!("{folders} folders"))?,
    }

    if report.problems.is_empty() {
        return writeln!(out, "\nNothing looks wrong.");
    }
    heading(out, "What looks wrong")?;
    for (number, problem) in report.problems.iter().enumerate() {
        writeln!(out, "  {}. {}", number + 1, problem.what)?;
        writeln!(out, "     {}", problem.remedy)?;
    }
    Ok(())
}

fn standing(root: &ModuleRoot) -> String {
    let modules = match root.modules {
        1 => "1 module".to_owned(),
        count => format!("{count} modules"),
    };
    let knowledge = match (root.closed, root.complete) {
        (true, _) => "closed: what nothing declares is an error",
        (false, true) => "all its imports are known, but others may add to it",
        (false, false) => "open: some of its imports are not known",
    };
    format!("{modules}, {knowledge}")
}

fn heading(out: &mut dyn Write, text: &str) -> io::Result<()> {
    writeln!(out, "\n{text}")
}

fn line(out: &mut dyn Write, name: &str, value: &str) -> io::Result<()> {
    match (name.chars().count() > 15, value.is_empty()) {
        (_, true) => writeln!(out, "  {name}"),
        (true, false) => writeln!(out, "  {name}\n  {:15} {value}", ""),
        (false, false) => writeln!(out, "  {name:15} {value}"),
    }
}
