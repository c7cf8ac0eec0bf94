//! What modules say otherwise than before, as far as the demand graph is made of it.

use super::steps::holds_always;
use crate::Snapshot;
use crate::contributions::{Said, said_by};
use module::demands::Demands;
use module::facts::{Declaration, Definition};
use module::{Facts, FileId, OptionPath};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A module that says something else than before.
#[derive(Clone)]
pub(crate) struct ModuleChange {
    pub module: FileId,
    /// What it said, if it was one.
    pub old: Option<Arc<Facts>>,
    pub new: Option<Arc<Facts>>,
}

/// The paths of which something else is said than before.
#[derive(Default)]
pub(super) struct Difference<'a> {
    /// Something else is asked on their behalf.
    pub asking: FxHashSet<&'a OptionPath>,
    /// They are declared or defined otherwise, or there is something below them now, or nothing any more.
    pub around: FxHashSet<OptionPath>,
    /// Something is said of them by more modules or by fewer.
    pub said: FxHashSet<&'a OptionPath>,
}

impl<'a> Difference<'a> {
    /// `snapshot` is that after the changes, of which there is one for a module at most.
    pub fn of(changes: &'a [ModuleChange], snapshot: &Snapshot) -> Difference<'a> {
        let mut difference = Difference::default();
        let mut counts: FxHashMap<(Said, &[module::Symbol]), isize> = FxHashMap::default();
        for ModuleChange { old, new, .. } in changes {
            let (old, new) = (old.as_deref(), new.as_deref());
            difference.note_contents(old, new);
            let said = |facts: Option<&'a Facts>| -> FxHashSet<(Said, &'a OptionPath)> {
                facts.into_iter().flat_map(said_by).collect()
            };
            let (before, after) = (said(old), said(new));
            for (set, other, sign) in [(&before, &after, -1), (&after, &before, 1)] {
                for &(what, path) in set.difference(other) {
                    difference.said.insert(path);
                    if what == Said::Undefined {
                        difference.around.insert(path.clone());
                    }
                    for end in 0..=path.len() {
                        *counts.entry((what, &path[..end])).or_default() += sign;
                    }
                }
            }
        }
        for ((what, path), change) in counts {
            let now = snapshot.count_said_around(what, path) as isize;
            let is_another = (now > 0) != (now - change > 0);
            if is_another && matches!(what, Said::Asking | Said::Declared) {
                difference.around.insert(path.into());
            }
        }
        difference
    }

    /// What a module says of the same paths as before.
    fn note_contents(&mut self, old: Option<&'a Facts>, new: Option<&'a Facts>) {
        let demands = |facts: Option<&'a Facts>| facts.map(|facts| &facts.demands);
        let askings = |demands: Option<&'a Demands>| demands.map_or(&[][..], |it| &it.askings);
        let (a, b) = (demands(old), demands(new));
        self.asking.extend(differing(
            askings(a),
            askings(b),
            |it| &it.path,
            |one, other| a.zip(b).is_some_and(|(a, b)| a.are_askings_like(one, b, other)),
        ));
        let declarations = |facts: Option<&'a Facts>| facts.map_or(&[][..], |it| &it.declarations);
        let are_like = |one: &Declaration, other: &Declaration| {
            (&one.ty, one.kind, &one.successor) == (&other.ty, other.kind, &other.successor)
        };
        let (one, other) = (declarations(old), declarations(new));
        self.around.extend(differing(one, other, |it| &it.path, are_like).cloned());
        let definitions = |facts: Option<&'a Facts>| facts.map_or(&[][..], |it| &it.definitions);
        let holds = |facts: Option<&Facts>, it: &Definition| holds_always(facts?, it);
        let are_like = |one: &Definition, other: &Definition| {
            (one.priority, holds(old, one)) == (other.priority, holds(new, other))
        };
        let (one, other) = (definitions(old), definitions(new));
        self.around.extend(differing(one, other, |it| &it.path, are_like).cloned());
    }
}

/// The paths of which the one list says something else than the other.
fn differing<'a, T>(
    one: &'a [T],
    other: &'a [T],
    path_of: fn(&T) -> &OptionPath,
    are_like: impl Fn(&T, &T) -> bool,
) -> impl Iterator<Item = &'a OptionPath> {
    let mut by_path: FxHashMap<&'a OptionPath, [Vec<&'a T>; 2]> = FxHashMap::default();
    for (side, list) in [one, other].into_iter().enumerate() {
        for fact in list {
            by_path.entry(path_of(fact)).or_default()[side].push(fact);
        }
    }
    by_path.into_iter().filter_map(move |(path, [one, other])| {
        let is_same = one.len() == other.len()
            && one.iter().zip(&other).all(|(one, other)| are_like(one, other));
        (!is_same).then_some(path)
    })
}
