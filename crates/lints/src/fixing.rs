//! Fixes that need nobody's eye, applied over all files until none is left.
//!
//! Rules promise that a safe fix keeps the meaning. This is where the promise is checked as far as it
//! can be: a fix after which some file parses worse or has more errors than before is not made.

use crate::{Diagnostic, FileEdit, Level, Settings, check_file};
use index::{Change, Snapshot, World};
use module::FileId;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;
use syntax::{TextEdit, apply_edits};

/// Fixes may make others possible, and of those that touch each other one waits for the next round; so
/// many rounds suffice for thousands in a row. Only rules that undo each other's work need more.
const MAX_ROUNDS: usize = 16;

/// What has become of the tree.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fixed {
    /// How many findings were fixed.
    pub findings: usize,
    /// The files with another text than before, by path.
    pub files: Vec<FixedFile>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct FixedFile {
    pub file: FileId,
    pub before: Arc<str>,
    pub after: Arc<str>,
}

/// Applies the safe fixes of the findings that `is_wanted` names, and of those that come up on the way.
/// Each is applied whole or not at all, and only if it edits nothing but files of the index.
pub fn apply_safe_fixes(
    world: &mut World,
    settings: &Settings,
    is_wanted: &dyn Fn(&Diagnostic) -> bool,
) -> Fixed {
    let start = world.snapshot();
    let mut fixing = Fixing { state: State::of(world, settings), world, settings };
    let mut refused: FxHashSet<Identity> = FxHashSet::default();
    let mut fixed = Fixed::default();
    for _ in 0..MAX_ROUNDS {
        let snapshot = fixing.world.snapshot();
        let wanted = fixing.state.findings.iter().filter(|finding| is_wanted(finding));
        let proposals = wanted
            .filter_map(|finding| Proposal::of(finding, &snapshot))
            .filter(|proposal| !refused.contains(&proposal.identity));
        let round = without_overlaps(proposals);
        if round.is_empty() {
            break;
        }
        let mut made = Vec::new();
        fixing.make(&snapshot, &mut made, round, &mut refused);
        fixed.findings += made.len();
    }
    let end = fixing.world.snapshot();
    fixed.files = start
        .files()
        .filter_map(|before| {
            let after = end.file(before.file)?;
            (before.text != after.text).then(|| FixedFile {
                file: before.file,
                before: before.text.clone(),
                after: after.text.clone(),
            })
        })
        .collect();
    fixed
}

/// What a finding is recognised by in later rounds, when it may stand elsewhere.
type Identity = (FileId, &'static str, String, String);

/// A fix that may be made.
#[derive(Clone)]
struct Proposal {
    identity: Identity,
    edits: Vec<FileEdit>,
}

impl Proposal {
    fn of(finding: &Diagnostic, snapshot: &Snapshot) -> Option<Proposal> {
        let fix = finding.fixes.iter().find(|fix| fix.safe)?;
        let is_known = |edit: &FileEdit| snapshot.file(edit.file).is_some();
        let data = snapshot.file(finding.file)?;
        let line = data.lines.line_range(&data.text, data.lines.line(finding.range.start()));
        let identity =
            (finding.file, finding.rule, finding.message.clone(), data.text[line].to_owned());
        let is_possible = !fix.edits.is_empty() && fix.edits.iter().all(is_known);
        is_possible.then(|| Proposal { identity, edits: fix.edits.clone() })
    }
}

/// Of proposals that touch each other the first.
fn without_overlaps(proposals: impl Iterator<Item = Proposal>) -> Vec<Proposal> {
    let mut taken: FxHashMap<FileId, Vec<syntax::TextRange>> = FxHashMap::default();
    let mut chosen = Vec::new();
    for proposal in proposals {
        // Of two insertions at one place nobody knows which comes first.
        let touches = |edit: &FileEdit| {
            let ranges = taken.get(&edit.file).map_or(&[][..], Vec::as_slice);
            ranges.iter().any(|range| range.intersect(edit.edit.range).is_some())
        };
        if proposal.edits.iter().any(touches) {
            continue;
        }
        for edit in &proposal.edits {
            taken.entry(edit.file).or_default().push(edit.edit.range);
        }
        chosen.push(proposal);
    }
    chosen
}

/// All findings, and what must not grow: for each file the syntax errors and the errors.
struct State {
    findings: Vec<Diagnostic>,
    troubles: FxHashMap<FileId, (usize, usize)>,
}

impl State {
    fn of(world: &World, settings: &Settings) -> State {
        let snapshot = world.snapshot();
        let files: Vec<FileId> = snapshot.files().map(|data| data.file).collect();
        let findings =
            files.par_iter().flat_map_iter(|&file| check_file(&snapshot, settings, file));
        let findings: Vec<Diagnostic> = findings.collect();
        let mut troubles: FxHashMap<FileId, (usize, usize)> = FxHashMap::default();
        for data in snapshot.files() {
            troubles.insert(data.file, (data.arena.syntax_errors.len(), 0));
        }
        for finding in findings.iter().filter(|finding| finding.level == Level::Error) {
            troubles.entry(finding.file).or_default().1 += 1;
        }
        State { findings, troubles }
    }

    fn is_worse_than(&self, before: &State) -> bool {
        self.troubles.iter().any(|(file, &(syntax, errors))| {
            let before = before.troubles.get(file).copied().unwrap_or_default();
            syntax > before.0 || errors > before.1
        })
    }
}

struct Fixing<'a> {
    world: &'a mut World,
    settings: &'a Settings,
    /// Of the world as it is.
    state: State,
}

impl Fixing<'_> {
    /// Makes what can be made of `proposals`, which speak of the texts of `base` as `made` does; the
    /// world has those of `made` already. A proposal that does harm is found by halving.
    fn make(
        &mut self,
        base: &Snapshot,
        made: &mut Vec<Proposal>,
        proposals: Vec<Proposal>,
        refused: &mut FxHashSet<Identity>,
    ) {
        let count = made.len();
        made.extend(proposals.iter().cloned());
        let files: FxHashSet<FileId> =
            proposals.iter().flat_map(|it| &it.edits).map(|edit| edit.file).collect();
        if self.show(base, made, &files) {
            let state = State::of(self.world, self.settings);
            if !state.is_worse_than(&self.state) {
                self.state = state;
                return;
            }
        }
        made.truncate(count);
        self.show(base, made, &files);
        if let [proposal] = &proposals[..] {
            refused.insert(proposal.identity.clone());
            return;
        }
        let (first, second) = proposals.split_at(proposals.len() / 2);
        self.make(base, made, first.to_vec(), refused);
        self.make(base, made, second.to_vec(), refused);
    }

    /// Gives the world the texts that `proposals` make of these files. Changes nothing and says so if
    /// there are edits that cannot be made.
    fn show(&mut self, base: &Snapshot, proposals: &[Proposal], files: &FxHashSet<FileId>) -> bool {
        let mut changes = Vec::new();
        for &file in files {
            let edits = proposals.iter().flat_map(|proposal| &proposal.edits);
            let edits: Vec<TextEdit> =
                edits.filter(|edit| edit.file == file).map(|edit| edit.edit.clone()).collect();
            let text = base.file(file).and_then(|data| apply_edits(&data.text, &edits));
            let Some(text) = text else { return false };
            changes.push(Change::Text { file, text: text.into() });
        }
        self.world.apply(changes);
        true
    }
}

#[cfg(test)]
mod tests;
