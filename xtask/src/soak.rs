//! `cargo xtask soak`: an author who types, asks, saves, renames files, switches branches, changes settings and opens
//! and closes folders, for as long as one likes. Each minute's latencies and memory are printed, and in the end all
//! of it as JSON. Growing memory is a failure, and so are a defect in the log or in an answer, and an index
//! that says something else than a fresh one.

mod author;
mod tree;

use crate::repository::Repository;
use crate::terminal;
use anyhow::{Context, Result, ensure};
use author::{Author, Minute};
use serde::Serialize;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use test_support::{LspClient, spawn};
use tokio::process::{Child, Command};

/// What memory may grow by between the first sixth of the time (ten minutes of an hour) and the last.
const GROWTH: f64 = 1.1;

/// Lines of the table from one comparison with a fresh server to the next.
const LINES_TO_COMPARISON: usize = 5;

pub fn run(
    repository: &Repository,
    time: Duration,
    seed: u64,
    tree: Option<PathBuf>,
) -> Result<()> {
    terminal::heading("building the server");
    repository.run("cargo", &["build", "--quiet", "--release", "--package", "hyper-nixos-ls"])?;
    let program = repository.target_directory()?.join("release").join("hyper-nixos-ls");
    let tree = tree.unwrap_or_else(|| repository.path("samples/hyper"));
    terminal::heading(&format!("an author at work for {} s, seed {seed}", time.as_secs()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work(&program, &tree, time, seed))
}

/// A line of the table.
#[derive(Serialize)]
struct Line {
    /// Seconds from the beginning.
    time: u64,
    actions: usize,
    answers: usize,
    /// In milliseconds, like the next two.
    median: f64,
    p95: f64,
    worst: f64,
    published: usize,
    /// Resident, in MB.
    memory: f64,
}

async fn work(program: &Path, tree: &Path, time: Duration, seed: u64) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("log");
    let (client, mut server) = serve(program, folder.path(), &log)?;
    let id = server.id().context("the server has ended")?;
    let mut author = Author::start(client, tree, folder.path(), seed).await?;

    let (began, mut minute) = (Instant::now(), Instant::now());
    let mut lines: Vec<Line> = Vec::new();
    terminal::line("  time  actions  answers  median ms  p95 ms  worst ms  diagnostics  memory MB");
    loop {
        author.act().await?;
        let over = began.elapsed() >= time;
        if minute.elapsed() >= Duration::from_secs(60).min(time / 12) || over {
            let line = line(began.elapsed(), author.take_minute(), resident(id)?);
            terminal::line(&format!(
                "{:>5}s  {:>7}  {:>7}  {:>9.2}  {:>6.1}  {:>8.1}  {:>11}  {:>9.1}",
                line.time,
                line.actions,
                line.answers,
                line.median,
                line.p95,
                line.worst,
                line.published,
                line.memory,
            ));
            lines.push(line);
            if over || lines.len().is_multiple_of(LINES_TO_COMPARISON) {
                let (client, _fresh) = serve(program, folder.path(), &log)?;
                author.compare_with_fresh(client).await?;
            }
            minute = Instant::now();
        }
        if over {
            break;
        }
    }
    author.leave().await;
    let code = server.wait().await?.code();
    ensure!(code == Some(0), "the server ended with {code:?} instead of 0");
    let logged = std::fs::read_to_string(&log)?;
    let defect = logged.lines().find(|line| line.contains("ERROR") || line.contains("panicked"));
    ensure!(defect.is_none(), "the log tells of a defect: {}", defect.unwrap_or_default());
    terminal::line(&serde_json::to_string(&lines)?);
    conclude(&lines)
}

/// What the table says about memory.
fn conclude(lines: &[Line]) -> Result<()> {
    let part = lines.len().div_ceil(6);
    let [early, late] = [&lines[..part], &lines[lines.len() - part..]].map(|part| {
        let mut memory: Vec<f64> = part.iter().map(|line| line.memory).collect();
        memory.sort_by(f64::total_cmp);
        memory[memory.len() / 2]
    });
    ensure!(late <= early * GROWTH, "memory grew from {early:.1} MB to {late:.1} MB");
    terminal::line(&format!(
        "memory, the median of the first and of the last sixth: {early:.1} MB and {late:.1} MB"
    ));
    Ok(())
}

fn line(time: Duration, seen: Minute, memory: f64) -> Line {
    let mut latencies = seen.latencies;
    latencies.sort();
    let at = |share: usize| {
        let index = (latencies.len() * share / 100).min(latencies.len().saturating_sub(1));
        latencies.get(index).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    Line {
        time: time.as_secs(),
        actions: seen.actions,
        answers: latencies.len(),
        median: at(50),
        p95: at(95),
        worst: at(100),
        published: seen.published,
        memory,
    }
}

/// A server that knows nothing of the machine's own options, and what it logs goes to the end of `log`.
fn serve(program: &Path, folder: &Path, log: &Path) -> Result<(LspClient, Child)> {
    let log = File::options().create(true).append(true).open(log)?;
    let mut command = Command::new(program);
    command.arg("serve").current_dir(folder).env_remove("NIX_PATH").env_remove("RUST_LOG");
    spawn(command.stderr(log)).with_context(|| format!("cannot start {}", program.display()))
}

/// Resident memory of a process, in MB.
fn resident(process: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))
        .context("memory is read from /proc, as Linux has it")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")).context("no VmRSS")?;
    Ok(kilobytes.trim().parse::<f64>()? / 1024.0)
}
