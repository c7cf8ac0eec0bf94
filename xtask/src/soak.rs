//! `cargo xtask soak`: an author who types, asks, saves, renames files, switches branches and opens and closes folders, for
//! as long as one likes. Each minute's latencies and memory are printed; growing memory is a failure.

mod author;

use crate::repository::Repository;
use crate::terminal;
use anyhow::{Context, Result, ensure};
use author::Author;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::Command;

/// What memory may grow by between the first tenth of the time and the last.
const GROWTH: f64 = 1.25;

pub fn run(
    repository: &Repository,
    time: Duration,
    seed: u64,
    tree: Option<PathBuf>,
) -> Result<()> {
    #[derive(Deserialize)]
    struct Metadata {
        target_directory: PathBuf,
    }
    terminal::heading("building the server");
    repository.run("cargo", &["build", "--quiet", "--release", "--package", "hyper-nixos-ls"])?;
    let target = repository.metadata::<Metadata>()?.target_directory;
    let tree = tree.unwrap_or_else(|| repository.path("samples/hyper"));
    terminal::heading(&format!("an author at work for {} s, seed {seed}", time.as_secs()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work(&target.join("release").join("hyper-nixos-ls"), &tree, time, seed))
}

async fn work(program: &Path, tree: &Path, time: Duration, seed: u64) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = Command::new(program)
        .arg("serve")
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let id = server.id().context("the server has ended")?;
    let output = server.stdout.take().context("no pipe")?;
    let input = server.stdin.take().context("no pipe")?;
    let mut author = Author::start(output, input, tree, folder.path(), seed).await?;

    let (began, mut minute) = (Instant::now(), Instant::now());
    let mut memory = vec![resident(id)?];
    terminal::line(
        "  time  actions  answers  median ms   p95 ms  worst ms  diagnostics  memory MB",
    );
    loop {
        author.act().await?;
        let over = began.elapsed() >= time;
        if minute.elapsed() >= Duration::from_secs(60).min(time / 10) || over {
            minute = Instant::now();
            author.check_answers().await?;
            memory.push(resident(id)?);
            let told = author.report();
            let megabytes = memory.last().copied().unwrap_or_default();
            terminal::line(&format!("{:>5}s  {told}  {megabytes:>9.1}", began.elapsed().as_secs()));
        }
        if over {
            break;
        }
    }
    author.leave().await;
    let code = server.wait().await?.code();
    ensure!(code == Some(0), "the server ended with {code:?} instead of 0");
    let [early, late] =
        [&memory[1..memory.len().div_ceil(10) + 1], &memory[memory.len() * 9 / 10..]]
            .map(|part| part.iter().copied().fold(0.0, f64::max));
    ensure!(late <= early * GROWTH, "memory grew from {early:.1} MB to {late:.1} MB");
    terminal::line(&format!("memory: {early:.1} MB early, {late:.1} MB late"));
    Ok(())
}

/// Resident memory of a process, in MB.
fn resident(process: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))
        .context("memory is read from /proc, as Linux has it")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")).context("no VmRSS")?;
    Ok(kilobytes.trim().parse::<f64>()? / 1024.0)
}
