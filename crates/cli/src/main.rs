//! The binary: the command line, the shared run over a tree that its commands start from, and what
//! they print. What is found in the tree is the business of the crates below.
//!
//! Exit status: 0 nothing to report, 1 findings, 2 could not run.

mod args;
mod check;
mod completions;
mod demo;
mod doctor;
mod engine;
mod explain;
mod graph;
mod logging;
mod man;
mod options;
mod output;
mod programs;
mod progress;
mod scip;
mod serve;
mod setup;

use anyhow::Context;
use args::{Args, Command};
use clap::Parser;
use output::Stdout;
use std::process::ExitCode;

/// A command could not do its work.
const COULD_NOT_RUN: u8 = 2;

fn main() -> ExitCode {
    let args = Args::parse();
    run(args).unwrap_or_else(|error| {
        output::complain(&format!("error: {error:#}\n"));
        ExitCode::from(COULD_NOT_RUN)
    })
}

fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut out = Stdout::new();
    let status = match args.command {
        // Standard output belongs to the protocol here.
        None => return serve::run(&args.serve),
        Some(Command::Serve(args)) => return serve::run(&args),
        Some(Command::Check(args)) => {
            out = Stdout::with_colors(args.color.into());
            check::run(&args, &mut out)?
        }
        Some(Command::Options(args)) => options::run(&args, &mut out)?,
        Some(Command::Graph(args)) => graph::run(&args, &mut out)?,
        Some(Command::Scip(args)) => {
            out = Stdout::of_bytes();
            scip::run(&args, &mut out)?
        }
        Some(Command::Doctor(args)) => doctor::run(&args, &mut out)?,
        Some(Command::Explain(args)) => explain::run(&args, &mut out)?,
        Some(Command::Setup(args)) => setup::run(&args, &mut out)?,
        Some(Command::Completions(args)) => completions::run(&args, &mut out)?,
        Some(Command::Man(args)) => man::run(&args, &mut out)?,
        Some(Command::Demo) => demo::run(&mut out)?,
    };
    out.finish().context("cannot write the output")?;
    Ok(status)
}
