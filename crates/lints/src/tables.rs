//! The members of the sets that every module has: `lib`, `lib.types`, `builtins`. The texts are written
//! by `cargo xtask names`.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A set whose members are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KnownSet {
    Lib,
    Types,
    Builtins,
}

/// How a set has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Membership {
    Member,
    /// It is gone; the last release that has it.
    Until(&'static str),
    Never,
}

type Table = FxHashMap<&'static str, Membership>;

impl KnownSet {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            KnownSet::Lib => "lib",
            KnownSet::Types => "lib.types",
            KnownSet::Builtins => "builtins",
        }
    }

    pub fn membership(self, name: &str) -> Membership {
        self.table().get(name).copied().unwrap_or(Membership::Never)
    }

    pub fn has(self, name: &str) -> bool {
        self.membership(name) == Membership::Member
    }

    /// The members with a name that may have been meant by `name`, if there is just one nearest.
    pub fn nearest(self, name: &str) -> Option<&'static str> {
        let members =
            self.table().iter().filter(|(_, membership)| **membership == Membership::Member);
        nearest(name, members.map(|(member, _)| *member))
    }

    fn table(self) -> &'static Table {
        static LIB: LazyLock<Table> = LazyLock::new(|| read(include_str!("tables/lib.txt")));
        static TYPES: LazyLock<Table> = LazyLock::new(|| read(include_str!("tables/types.txt")));
        static BUILTINS: LazyLock<Table> =
            LazyLock::new(|| read(include_str!("tables/builtins.txt")));
        match self {
            KnownSet::Lib => &LIB,
            KnownSet::Types => &TYPES,
            KnownSet::Builtins => &BUILTINS,
        }
    }
}

fn read(text: &'static str) -> Table {
    let lines = text.lines().map(|line| {
        let line = line.split('#').next().unwrap_or_default().trim();
        match line.split_once(" until ") {
            Some((name, release)) => (name, Membership::Until(release)),
            None => (line, Membership::Member),
        }
    });
    lines.filter(|(name, _)| !name.is_empty()).collect()
}

/// A misspelling is this many edits away at most.
const MAX_DISTANCE: usize = 2;

/// The one candidate that is nearest to `name`, if it is near.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    let mut is_alone = true;
    for candidate in candidates {
        let edits = strsim::osa_distance(name, candidate);
        // Of a short name two edits leave nothing.
        if edits == 0 || edits > MAX_DISTANCE || edits * 3 > name.len() {
            continue;
        }
        match best {
            Some((least, known)) if least < edits || known == candidate => {}
            Some((least, _)) if least == edits => is_alone = false,
            _ => {
                best = Some((edits, candidate));
                is_alone = true;
            }
        }
    }
    best.filter(|_| is_alone).map(|(_, candidate)| candidate)
}
