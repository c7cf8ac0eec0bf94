//! `serve`: the server on standard input and output.

use crate::args::ServeArgs;
use crate::logging;
use anyhow::bail;
use std::process::ExitCode;

pub fn run(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    logging::start(args.log.as_deref())?;
    bail!("this build has no language server in it; `check` and `options` work")
}
