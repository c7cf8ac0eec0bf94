//! `serve`: the server on standard input and output.

use crate::args::ServeArgs;
use crate::logging;
use anyhow::Context;
use server::LocalDisk;
use std::process::ExitCode;
use std::sync::Arc;

pub fn run(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let _log = logging::start(args.log.as_deref())?;
    let exit = server::run_stdio(Arc::new(LocalDisk)).context("cannot start the server")?;
    Ok(exit.into())
}
