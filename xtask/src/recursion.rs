//! `cargo xtask recursion`: what the rules say of recursion, held against Nix.
//!
//! Small module trees are made from a seed, each is checked by the rules and evaluated by Nix with
//! nixpkgs' `lib.evalModules`, every declared option as deeply as it goes. An `infinite-recursion` on a tree
//! that Nix evaluates is a false error, and makes the chore fail; a tree on which Nix recurses and no error
//! is reported is one that the rules miss. Disagreements are made as small as they get before they are
//! shown. What was learnt from one belongs into the Markdown of the rule as a case.

mod generate;
mod nix;
mod shrink;
mod term;

use crate::terminal;
use anyhow::{Result, ensure};
use index::{Change, Setup, World};
use lints::{Level, Settings, check_file};
use module::FileId;
use nix::{Nix, Outcome};
use std::path::Path;
use term::Tree;
use test_support::Random;

/// Trees that one Nix evaluates before another is started.
const BATCH: usize = 50;

/// What the rules say of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Nothing,
    Possible,
    Certain,
}

/// How a tree's evaluation and the rules may part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Disagreement {
    FalseError,
    /// Nix recurses; the rules say at most that it may.
    Missed(Said),
}

#[derive(Default)]
struct Count {
    trees: usize,
    recursing: usize,
    found: usize,
    warned: usize,
    false_errors: usize,
    warned_in_vain: usize,
    /// An error, and Nix refuses something before it can recurse.
    hidden: usize,
    unusable: usize,
}

/// `show` is how many missed trees are shown; false errors all are.
pub fn run(lib: &Path, trees: usize, seed: u64, show: usize) -> Result<()> {
    let nix = Nix::new(lib)?;
    let mut random = Random::new(seed);
    let mut count = Count::default();
    let mut shown = 0;
    let mut left = trees;
    while left > 0 {
        let batch: Vec<Tree> = (0..left.min(BATCH)).map(|_| generate::tree(&mut random)).collect();
        left -= batch.len();
        for (tree, outcome) in batch.iter().zip(nix.evaluate(&batch)?) {
            let said = said_of(tree);
            count.add(said, outcome);
            let Some(disagreement) = disagreement(said, outcome) else { continue };
            if disagreement != Disagreement::FalseError {
                if shown >= show {
                    continue;
                }
                shown += 1;
            }
            let same = |tree: &Tree| -> Result<bool> {
                let Some(&outcome) = nix.evaluate(std::slice::from_ref(tree))?.first() else {
                    return Ok(false);
                };
                Ok(self::disagreement(said_of(tree), outcome) == Some(disagreement))
            };
            let small = shrink::smallest(tree, same)?;
            terminal::heading(&match disagreement {
                Disagreement::FalseError => "an error, and Nix evaluates it:".to_owned(),
                Disagreement::Missed(said) => format!("Nix recurses, and the rules say {said:?}:"),
            });
            terminal::line(&small.text());
            for finding in findings(&small) {
                terminal::line(&finding);
            }
        }
    }
    terminal::line(&count.report());
    ensure!(count.false_errors == 0, "{} false errors", count.false_errors);
    Ok(())
}

fn disagreement(said: Said, outcome: Outcome) -> Option<Disagreement> {
    match (said, outcome) {
        (Said::Certain, Outcome::Evaluates) => Some(Disagreement::FalseError),
        (Said::Possible | Said::Nothing, Outcome::Recurses) => Some(Disagreement::Missed(said)),
        _ => None,
    }
}

impl Count {
    fn add(&mut self, said: Said, outcome: Outcome) {
        self.trees += 1;
        match (outcome, said) {
            (Outcome::Fails, _) => self.unusable += 1,
            (Outcome::Recurses, said) => {
                self.recursing += 1;
                self.found += usize::from(said == Said::Certain);
                self.warned += usize::from(said == Said::Possible);
            }
            (Outcome::Evaluates, Said::Certain) => self.false_errors += 1,
            (Outcome::Evaluates, Said::Possible) => self.warned_in_vain += 1,
            (Outcome::Refuses, Said::Certain) => self.hidden += 1,
            (Outcome::Evaluates | Outcome::Refuses, _) => {}
        }
    }

    fn report(&self) -> String {
        let percent = |part: usize| part as f64 * 100.0 / self.recursing.max(1) as f64;
        format!(
            "{} trees, {} of them fail for other reasons. Nix recurses on {}: an error on {} ({:.1} %), \
             a warning on {} ({:.1} %). It does not on {}: an error on {}, and on {} where it refuses \
             something else before; a warning on {}.",
            self.trees,
            self.unusable,
            self.recursing,
            self.found,
            percent(self.found),
            self.warned,
            percent(self.warned),
            self.trees - self.unusable - self.recursing,
            self.false_errors,
            self.hidden,
            self.warned_in_vain,
        )
    }
}

fn check(tree: &Tree) -> Vec<(FileId, lints::Diagnostic)> {
    let root = FileId::new("/tree");
    let setup = Setup { root, namespaces: vec!["hypervisor".to_owned()], roots: Vec::new() };
    let mut world = World::new(setup);
    let files = tree.files.iter();
    let changes =
        files.map(|(name, term)| Change::Text { file: root.join(name), text: term.text().into() });
    world.apply(changes.collect());
    let snapshot = world.snapshot();
    let names = tree.files.iter().map(|(name, _)| root.join(name));
    let rules = ["infinite-recursion", "possible-recursion"];
    names
        .flat_map(|file| check_file(&snapshot, &Settings::default(), file))
        .filter(|finding| rules.contains(&finding.rule))
        .map(|finding| (finding.file, finding))
        .collect()
}

fn said_of(tree: &Tree) -> Said {
    let said = |level| if level == Level::Error { Said::Certain } else { Said::Possible };
    let findings = check(tree);
    findings.iter().map(|(_, finding)| said(finding.level)).max().unwrap_or(Said::Nothing)
}

fn findings(tree: &Tree) -> Vec<String> {
    check(tree)
        .into_iter()
        .map(|(file, finding)| {
            let level = finding.level.name();
            let start = u32::from(finding.range.start());
            format!("{}, byte {start}: {level}: {}", file.name(), finding.message)
        })
        .collect()
}
