//! `cargo xtask bench`: what trees and edits cost, and how long servers take to answer. What is measured is in the crate
//! `benches`; here its programs are built and run, and their figures become tables and a picture.

mod plot;
mod tables;

use crate::repository::Repository;
use crate::{codegen, terminal};
use anyhow::{Context, Result, ensure};
use benches::figures::{ServerFigures, Spread, TreeFigures};
use serde::de::DeserializeOwned;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Where the tables are kept, and between which lines.
const PAGE: &str = "docs/performance.md";
const FIGURES: [&str; 2] = ["<!-- figures:begin -->", "<!-- figures:end -->"];
/// All that is measured runs on so many.
const THREADS: &str = "2";
const CHECK_ROUNDS: usize = 7;
/// After this a program is ended, and no more is said of it.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(clap::Args)]
pub struct Bench {
    /// A folder, or how many modules to make up; may be given several times.
    #[arg(long = "tree", default_values = ["100", "1000", "10000"])]
    trees: Vec<String>,
    /// A built nil, to be asked the same.
    #[arg(long)]
    nil: Option<PathBuf>,
    /// A built nixd, likewise.
    #[arg(long)]
    nixd: Option<PathBuf>,
    /// A built statix, whose `check` is timed beside ours.
    #[arg(long)]
    statix: Option<PathBuf>,
    /// Draw what an edit costs in the made-up trees, as SVG.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    /// Put the tables into docs/performance.md.
    #[arg(long)]
    write: bool,
}

/// A tree and all that was measured on it.
struct Measured {
    /// A folder's name alone: where it lies is nobody's business.
    name: String,
    /// `None`: it is not made up.
    modules: Option<usize>,
    tree: TreeFigures,
    servers: Vec<ServerFigures>,
    checks: Vec<Check>,
}

/// A whole run of a program over a tree.
struct Check {
    program: &'static str,
    /// `None`: it took more than a minute.
    time: Option<Spread>,
}

impl Bench {
    pub fn run(self, repository: &Repository) -> Result<()> {
        let packages = ["--package", "benches", "--package", "hyper-nixos-ls"];
        repository.run("cargo", &[&["build", "--release"][..], &packages].concat())?;
        let built = repository.target_directory()?.join("release");
        let mut measured = Vec::new();
        for tree in &self.trees {
            terminal::line(&format!("measuring {tree} …"));
            measured.push(self.measure(&built, tree).with_context(|| tree.clone())?);
        }
        let tables = tables::all(&measured);
        terminal::line(&format!("\n{tables}"));
        if self.write {
            let page = repository.path(PAGE);
            let text = fs::read_to_string(&page).with_context(|| format!("cannot read {PAGE}"))?;
            fs::write(&page, codegen::replaced(PAGE, &text, FIGURES, &tables)?)?;
            terminal::line(&format!("wrote {PAGE}"));
        }
        if let Some(file) = &self.plot {
            fs::write(file, plot::edits(&measured)?)
                .with_context(|| format!("cannot write {}", file.display()))?;
            terminal::line(&format!("wrote {}", file.display()));
        }
        Ok(())
    }

    fn measure(&self, built: &Path, tree: &str) -> Result<Measured> {
        let modules = tree.parse().ok();
        let made_up = modules.map(made_up).transpose()?;
        let folder = made_up.as_ref().map_or(Path::new(tree), TempDir::path).canonicalize()?;
        let ours = built.join("hyper-nixos-ls");
        let peers = [&self.nil, &self.nixd].into_iter().flatten();
        let peers = peers.map(std::path::absolute).collect::<std::io::Result<Vec<PathBuf>>>()?;

        let mut checks = vec![Check {
            program: "hyper-nixos-ls check",
            time: times(command(&ours).args(["check", "--root"]).arg(&folder))?,
        }];
        if let Some(statix) = &self.statix {
            let time = times(command(&std::path::absolute(statix)?).arg("check").arg(&folder))?;
            checks.push(Check { program: "statix check", time });
        }
        Ok(Measured {
            name: match modules {
                Some(count) => format!("{count} made up"),
                None => folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            },
            modules,
            tree: figures(command(&built.join("stages")).arg(&folder))?,
            servers: figures(
                command(&built.join("latencies")).arg(&folder).arg(&ours).args(&peers),
            )?,
            checks,
        })
    }
}

/// A folder with a made-up tree; gone when dropped.
fn made_up(modules: usize) -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    for (path, text) in benches::made_up(modules) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
        fs::write(path, text)?;
    }
    Ok(folder)
}

fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    // Options from outside the tree are no part of what is measured.
    command.env("RAYON_NUM_THREADS", THREADS).env_remove("NIX_PATH").stdin(Stdio::null());
    command
}

/// What one of the crate's programs prints.
fn figures<T: DeserializeOwned>(command: &mut Command) -> Result<T> {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("cannot run {:?}", command.get_program()))?;
    ensure!(output.status.success(), "a measurement failed ({}); see above", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// How long a program runs. What it finds does not matter here, as long as it has looked.
fn times(command: &mut Command) -> Result<Option<Spread>> {
    let mut times = Vec::new();
    for _ in 0..CHECK_ROUNDS {
        let start = Instant::now();
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut child = child.with_context(|| format!("cannot run {:?}", command.get_program()))?;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if start.elapsed() > PATIENCE {
                child.kill()?;
                child.wait()?;
                return Ok(None);
            }
            thread::sleep(Duration::from_micros(100));
        };
        // 1: there are findings. Anything else is no check: other programs of the same name exist.
        let program = command.get_program();
        ensure!(matches!(status.code(), Some(0 | 1)), "{program:?} did not check: {status}");
        times.push(start.elapsed());
    }
    Ok(Spread::of(&mut times))
}
