//! `man`: the manual pages, made of the same words as `--help`.

use crate::args::{Args, ManArgs};
use anyhow::Context;
use clap::CommandFactory;
use std::io::Write;
use std::process::ExitCode;

pub fn run(args: &ManArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let folder = &args.folder;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    clap_mangen::generate_to(Args::command().disable_help_subcommand(true), folder)
        .with_context(|| format!("cannot write into {}", folder.display()))?;
    writeln!(out, "wrote the manual pages into {}", folder.display())?;
    Ok(ExitCode::SUCCESS)
}
