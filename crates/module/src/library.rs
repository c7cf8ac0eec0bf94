//! The names that Nix and nixpkgs supply: the members of `builtins`, of `lib` and of its types, and what
//! of `builtins` every file can name without a prefix.
//!
//! This is the one place for that knowledge. The texts are written by `cargo xtask names`, from the sources
//! of Nix and of nixpkgs' `lib`; each says which releases it holds for.

use crate::Symbol;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A set whose members are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownSet {
    Builtins,
    Lib,
    /// `lib.types`.
    Types,
    /// `lib.types.ints`.
    Ints,
    /// `lib.types.numbers`.
    Numbers,
}

/// How a set has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    Member,
    /// It is gone; the last release that has it.
    Until(&'static str),
    Never,
}

/// One line of a table: `name global since 2.9 until 2.20`, of which all but the name may be missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Line {
    /// Files can name it without `builtins.`, and no `__` in front.
    global: bool,
    since: Option<&'static str>,
    until: Option<&'static str>,
}

struct Table {
    lines: FxHashMap<&'static str, Line>,
    /// In the order of the alphabet.
    members: Vec<&'static str>,
}

impl KnownSet {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            KnownSet::Builtins => "builtins",
            KnownSet::Lib => "lib",
            KnownSet::Types => "lib.types",
            KnownSet::Ints => "lib.types.ints",
            KnownSet::Numbers => "lib.types.numbers",
        }
    }

    pub fn membership(self, name: &str) -> Membership {
        match self.table().lines.get(name) {
            Some(Line { until: Some(release), .. }) => Membership::Until(release),
            Some(_) => Membership::Member,
            None => Membership::Never,
        }
    }

    pub fn has(self, name: &str) -> bool {
        self.membership(name) == Membership::Member
    }

    /// The first version that has the member, where not all that are known have it.
    pub fn since(self, name: &str) -> Option<&'static str> {
        self.table().lines.get(name)?.since
    }

    /// What the set has in the newest release, in the order of the alphabet.
    pub fn members(self) -> &'static [&'static str] {
        &self.table().members
    }

    fn table(self) -> &'static Table {
        macro_rules! tables {
            ($($set:ident $file:literal)*) => {
                match self {
                    $(KnownSet::$set => {
                        static TABLE: LazyLock<Table> =
                            LazyLock::new(|| read(include_str!(concat!("library/", $file))));
                        &TABLE
                    })*
                }
            };
        }
        tables! {
            Builtins "builtins.txt" Lib "lib.txt" Types "types.txt" Ints "ints.txt" Numbers "numbers.txt"
        }
    }
}

fn read(text: &'static str) -> Table {
    let mut lines = FxHashMap::default();
    for line in text.lines() {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
        let Some(name) = words.next() else { continue };
        let mut read = Line::default();
        while let Some(word) = words.next() {
            match word {
                "global" => read.global = true,
                "since" => read.since = words.next(),
                "until" => read.until = words.next(),
                _ => {}
            }
        }
        lines.insert(name, read);
    }
    let members = lines.iter().filter(|(_, line)| line.until.is_none()).map(|(name, _)| *name);
    let mut members: Vec<&'static str> = members.collect();
    members.sort_unstable();
    Table { lines, members }
}

/// Whether Nix supplies this name in every file: `map`, and `__add` for `builtins.add`.
pub fn is_global_name(name: Symbol) -> bool {
    let lines = &KnownSet::Builtins.table().lines;
    let name = name.as_str();
    match name.strip_prefix("__") {
        // This one is a word of the language.
        Some("curPos") => true,
        Some(member) => lines.get(member).is_some_and(|line| !line.global),
        None => lines.get(name).is_some_and(|line| line.global),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_builtins_are_global_and_the_others_have_a_prefix() {
        let is_global = |name: &str| is_global_name(Symbol::new(name));
        for name in [
            "abort",
            "baseNameOf",
            "break",
            "builtins",
            "derivation",
            "derivationStrict",
            "dirOf",
            "false",
            "fetchGit",
            "fetchMercurial",
            "fetchTarball",
            "fetchTree",
            "fromTOML",
            "import",
            "isNull",
            "map",
            "null",
            "placeholder",
            "removeAttrs",
            "scopedImport",
            "throw",
            "toString",
            "true",
            "__add",
            "__curPos",
            "__currentSystem",
            "__fetchurl",
            "__foldl'",
            "__nixPath",
            "__toPath",
        ] {
            assert!(is_global(name), "{name}");
        }
        for name in
            ["fetchurl", "add", "toPath", "__map", "__x", "__toString", "__derivationStrict"]
        {
            assert!(!is_global(name), "{name}");
        }
    }

    #[test]
    fn what_is_gone_and_what_is_new() {
        assert_eq!(KnownSet::Types.membership("string"), Membership::Until("25.05"));
        assert_eq!(KnownSet::Lib.membership("literalExample"), Membership::Until("25.05"));
        assert_eq!(KnownSet::Lib.membership("noSuchThing"), Membership::Never);
        assert_eq!(KnownSet::Builtins.since("warn"), Some("2.23.0"));
        assert_eq!(KnownSet::Builtins.since("map"), None);
        assert!(KnownSet::Ints.members().contains(&"between"));
        assert!(!KnownSet::Builtins.has("fetchFinalTree"), "it is internal to Nix");
    }
}
