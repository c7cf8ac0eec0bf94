//! Where log lines go: standard error, and a file if one is named.

use anyhow::Context;
use std::fs::File;
use std::io;
use std::path::Path;
use tracing_subscriber::prelude::*;
use tracing_subscriber::{EnvFilter, fmt};

/// From here on `tracing` is heard. `RUST_LOG` says how much; warnings only where it is not set.
///
/// # Errors
/// If the file cannot be written.
pub fn start(file: Option<&Path>) -> anyhow::Result<()> {
    let filter = EnvFilter::builder()
        .with_default_directive(tracing_subscriber::filter::LevelFilter::WARN.into())
        // A variable that was set for some other program is no reason to leave an editor alone.
        .from_env_lossy();
    let to_file = file
        .map(|path| {
            File::create(path).with_context(|| format!("cannot write the log {}", path.display()))
        })
        .transpose()?
        .map(|file| fmt::layer().with_ansi(false).with_writer(file));
    tracing_subscriber::registry()
        .with(filter)
        .with(fmt::layer().with_ansi(false).with_writer(io::stderr))
        .with(to_file)
        .try_init()
        .context("the log is already being written")
}
