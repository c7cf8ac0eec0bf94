//! `cargo xtask instructions`: how many instructions each stage takes, which a busy machine does not change.

use crate::repository::Repository;
use crate::terminal;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// What is written down.
const COUNTS: &str = "crates/benches/instructions.txt";
/// Percent of more instructions that are too many.
const TOLERANCE: u64 = 10;

/// Stages, each with the instructions of one run, in their order.
type Counts = Vec<(String, u64)>;

pub fn write(repository: &Repository) -> Result<()> {
    let counts = count(repository)?;
    let lines: String = counts.iter().map(|(stage, count)| format!("{stage} {count}\n")).collect();
    fs::write(repository.path(COUNTS), format!("{}\n{lines}", compiler()?))
        .with_context(|| format!("cannot write {COUNTS}"))?;
    terminal::line(&format!("{lines}wrote {COUNTS}"));
    Ok(())
}

pub fn compare(repository: &Repository) -> Result<()> {
    let written = fs::read_to_string(repository.path(COUNTS))
        .with_context(|| format!("cannot read {COUNTS}; `--write` makes it"))?;
    let compiler = compiler()?;
    let counts = count(repository)?;
    let Some(known) = known(&written, &compiler) else {
        let lines: String =
            counts.iter().map(|(stage, count)| format!("{stage:12} {count:>12}\n")).collect();
        terminal::line(&format!(
            "{lines}nothing was compared: this is {compiler}, and the counts in {COUNTS} are of {}; \
             `cargo xtask instructions --write` renews them",
            written.lines().next().unwrap_or("nothing")
        ));
        return Ok(());
    };
    let mut more = Vec::new();
    for (stage, count) in counts {
        let Some((_, before)) = known.iter().find(|(known, _)| *known == stage) else {
            bail!("{COUNTS} does not know the stage {stage}; `--write` renews it");
        };
        let change = (count as f64 / *before as f64 - 1.0) * 100.0;
        terminal::line(&format!("{stage:12} {count:>12} instructions, {change:+6.1} %"));
        if is_too_many(count, *before) {
            more.push(stage);
        }
    }
    ensure!(
        more.is_empty(),
        "more than {TOLERANCE} % more instructions than in {COUNTS}: {}. Who takes them, `callgrind_annotate` says of \
         the stage's file below target/instructions; where they are worth it, write them down with \
         `cargo xtask instructions --write`",
        more.join(", ")
    );
    Ok(())
}

/// The counts that are written down; `None`: another compiler made what was counted.
fn known(written: &str, compiler: &str) -> Option<Counts> {
    let lines = written.strip_prefix(compiler)?.strip_prefix('\n')?.lines();
    let counts = lines.filter_map(|line| {
        let (stage, count) = line.split_once(' ')?;
        Some((stage.to_owned(), count.parse().ok()?))
    });
    Some(counts.collect())
}

fn is_too_many(count: u64, before: u64) -> bool {
    count * 100 > before * (100 + TOLERANCE)
}

/// Version and target: what the same sources become depends on them.
fn compiler() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").stdin(Stdio::null()).output();
    let output = String::from_utf8(output.context("cannot run `rustc -vV`")?.stdout)?;
    let of = |key: &str| {
        let value = output.lines().find_map(|line| line.strip_prefix(key));
        value.with_context(|| format!("`rustc -vV` does not say `{key}`"))
    };
    Ok(format!("rustc {} {}", of("release: ")?, of("host: ")?))
}

/// Runs all stages on one thread under callgrind, which leaves a file for each.
fn count(repository: &Repository) -> Result<Counts> {
    let build = ["build", "--quiet", "--locked", "--profile", "counted", "--package", "benches"];
    repository.run("cargo", &[&build[..], &["--bin", "counted"]].concat())?;
    let target = repository.target_directory()?;
    let folder = target.join("instructions");
    fs::create_dir_all(&folder)?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--zero-before=*counted_stage*", "--dump-before=*stage_ends*"])
        .arg(format!("--callgrind-out-file={}", folder.join("stage").display()))
        .arg(target.join("counted").join("counted"))
        .env("RAYON_NUM_THREADS", "1")
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .context("cannot run valgrind: is it installed?")?;
    ensure!(
        output.status.success(),
        "valgrind failed ({}):\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let stages = String::from_utf8(output.stdout)?;
    let counted = stages.lines().enumerate().map(|(number, stage)| {
        let file = folder.join(format!("stage.{}", number + 1));
        Ok((stage.to_owned(), total(&file)? / benches::RUNS))
    });
    counted.collect()
}

fn total(file: &Path) -> Result<u64> {
    let text =
        fs::read_to_string(file).with_context(|| format!("no counts in {}", file.display()))?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    let total = total.with_context(|| format!("{} has no totals", file.display()))?;
    Ok(total.trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_more_is_not_too_many() {
        assert!(!is_too_many(1100, 1000));
        assert!(is_too_many(1101, 1000));
    }

    #[test]
    fn counts_of_another_compiler_are_compared_with_nothing() {
        let written = "rustc 1.95.0 x86_64-unknown-linux-gnu\nparse 12\nlower 13\n";
        let counts = vec![("parse".to_owned(), 12), ("lower".to_owned(), 13)];
        assert_eq!(known(written, "rustc 1.95.0 x86_64-unknown-linux-gnu"), Some(counts));
        assert_eq!(known(written, "rustc 1.95.0 x86_64-unknown-linux"), None);
        assert_eq!(known(written, "rustc 1.96.0 x86_64-unknown-linux-gnu"), None);
    }
}
