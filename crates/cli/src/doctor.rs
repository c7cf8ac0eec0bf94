//! `doctor`: how this program sees the tree and the machine, and what of that looks wrong.
//!
//! It looks and reports; what the tree's modules say wrong is the business of `check`.

mod machine;
mod report;
mod settings;
mod text;
mod tree;

use crate::args::{DoctorArgs, DoctorFormat};
use crate::engine;
use crate::output;
use report::Report;
use std::io::Write;
use std::process::ExitCode;
use workspace::{OptionCache, Settings, Surroundings};

/// Something looks wrong.
const UNWELL: u8 = 1;

pub fn run(args: &DoctorArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let progress = output::progress();
    let mut problems = Vec::new();
    let root = engine::root(&args.tree, &[])?;
    let layers = settings::layers(&args.tree, &root, &mut problems);
    let merged = Settings::new([layers.file.clone(), layers.command_line.clone()]);
    progress.step("reading", None);
    let tree = tree::look(&root, &merged, &mut problems)?;
    progress.step("reading options", None);
    let cache = OptionCache::of_user();
    let surroundings = Surroundings::of_process();
    let sources = machine::option_sources(&root, &merged, &surroundings, &cache, &mut problems);
    drop(progress);
    let report = Report {
        version: env!("CARGO_PKG_VERSION"),
        build: machine::build(),
        root: tree::root(&root, &args.tree, &mut problems),
        settings: settings::keys(&layers, &merged),
        settings_file: layers.path,
        index: tree.index,
        roots: tree.roots,
        option_sources: sources,
        programs: machine::programs(),
        cache: machine::cache(&cache, &mut problems),
        watches: machine::watches(tree.folders, &mut problems),
        problems,
    };
    match args.format {
        DoctorFormat::Text => text::write(&report, out)?,
        DoctorFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(match report.problems.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(UNWELL),
    })
}
