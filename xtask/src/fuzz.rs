//! `cargo xtask fuzz`: the targets of `tests/fuzz`, each for a while, from the inputs that are kept there.

use crate::repository::Repository;
use crate::terminal;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

const TARGETS: [&str; 3] = ["lowering", "edits", "protocol"];

/// What makes a program tell libFuzzer which ways it took. These are options of any release of rustc; memory needs no
/// watching, since the workspace forbids unsafe code.
const INSTRUMENTS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing";

/// One input may take so many seconds; instruments make everything some ten times slower.
const SECONDS_AN_INPUT: u64 = 25;
const MEGABYTES: u64 = 2048;

/// Each target for so long. A failing input is kept below `target/fuzz/artifacts`.
///
/// # Errors
/// If a target cannot be built or an input makes it fail.
pub fn run(repository: &Repository, only: Option<&str>, time: Duration) -> Result<()> {
    #[derive(Deserialize)]
    struct Metadata {
        target_directory: PathBuf,
    }
    let built = repository.metadata::<Metadata>()?.target_directory.join("fuzz");
    let folder = repository.path("tests/fuzz");
    let host = host()?;
    terminal::heading("fuzz targets");
    // With a target named, the instruments stay out of build scripts.
    let build = ["build", "--quiet", "--locked", "--release", "--target", &host];
    let environment = [("RUSTFLAGS", Path::new(INSTRUMENTS)), ("CARGO_TARGET_DIR", &*built)];
    repository.run_in(&folder, "cargo", &build, &environment)?;
    for target in TARGETS.iter().filter(|target| only.is_none_or(|only| only == **target)) {
        terminal::heading(target);
        let program = built.join(&host).join("release").join(target);
        let found = built.join("corpus").join(target);
        let artifacts = built.join("artifacts").join(target);
        for folder in [&found, &artifacts] {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
        }
        let kept = folder.join("corpus").join(target);
        let arguments = [
            format!("-max_total_time={}", time.as_secs()),
            format!("-timeout={SECONDS_AN_INPUT}"),
            format!("-rss_limit_mb={MEGABYTES}"),
            format!("-dict={}", folder.join("nix.dict").display()),
            format!("-artifact_prefix={}/", artifacts.display()),
            "-print_final_stats=1".to_owned(),
            "-verbosity=0".to_owned(),
            // What is new goes to the first folder.
            found.display().to_string(),
            kept.display().to_string(),
        ];
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        repository.run(&program.display().to_string(), &arguments)?;
    }
    Ok(())
}

/// The machine that rustc builds for, in its words.
fn host() -> Result<String> {
    let output =
        std::process::Command::new("rustc").arg("-vV").output().context("cannot run rustc")?;
    let told = String::from_utf8_lossy(&output.stdout);
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("`rustc -vV` names no host")
}
