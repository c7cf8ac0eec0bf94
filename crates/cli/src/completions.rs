//! `completions`: what a shell needs to complete the command line.

use crate::args::{Args, CompletionsArgs};
use clap::CommandFactory;
use std::io::Write;
use std::process::ExitCode;

pub fn run(args: &CompletionsArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let mut command = Args::command();
    let name = command.get_name().to_owned();
    // The generator panics where it cannot write.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut text);
    out.write_all(&text)?;
    Ok(ExitCode::SUCCESS)
}
