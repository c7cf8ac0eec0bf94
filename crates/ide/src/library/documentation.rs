//! The texts beside this file, read once: what each member of `lib`, of its types and of `builtins` takes
//! and does.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// What a text documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shelf {
    Lib,
    Types,
    Builtins,
    /// The arguments of `mkOption`.
    OptionArguments,
}

/// One documented name.
#[derive(Debug, PartialEq)]
pub(crate) struct Entry {
    pub name: &'static str,
    /// Those of a function called with one after the other, each `name: type`.
    pub parameters: Vec<(&'static str, &'static str)>,
    /// The type of the result, or of the value itself.
    pub result: &'static str,
    /// Markdown, one paragraph.
    pub text: &'static str,
}

/// The entries of one text.
pub(crate) struct Documentation {
    /// By the part of the set (empty: the set itself), then by the name.
    entries: FxHashMap<&'static str, FxHashMap<&'static str, Entry>>,
    /// The parts in which a name of the set is found, too.
    parts: FxHashMap<&'static str, Vec<&'static str>>,
}

impl Shelf {
    pub fn documentation(self) -> &'static Documentation {
        static LIB: LazyLock<Documentation> = LazyLock::new(|| read(include_str!("lib.txt")));
        static TYPES: LazyLock<Documentation> = LazyLock::new(|| read(include_str!("types.txt")));
        static BUILTINS: LazyLock<Documentation> =
            LazyLock::new(|| read(include_str!("builtins.txt")));
        static ARGUMENTS: LazyLock<Documentation> =
            LazyLock::new(|| read(include_str!("option_arguments.txt")));
        match self {
            Shelf::Lib => &LIB,
            Shelf::Types => &TYPES,
            Shelf::Builtins => &BUILTINS,
            Shelf::OptionArguments => &ARGUMENTS,
        }
    }

    /// What the texts hold for.
    pub fn release(self) -> &'static str {
        match self {
            Shelf::Builtins => "Nix 2.31",
            Shelf::Lib | Shelf::Types | Shelf::OptionArguments => "nixpkgs 26.11",
        }
    }
}

impl Documentation {
    /// The entry of a name in a part of the set.
    pub fn entry(&self, part: &str, name: &str) -> Option<&Entry> {
        self.entries.get(part)?.get(name)
    }

    /// The entry of a name that the set has itself, whatever part it comes from.
    pub fn anywhere(&self, name: &str) -> Option<&Entry> {
        let direct = self.entry("", name);
        direct.or_else(|| self.parts.get(name)?.iter().find_map(|part| self.entry(part, name)))
    }

    /// The names in a part of the set, in no order.
    pub fn names(&self, part: &str) -> impl Iterator<Item = &'static str> {
        self.entries.get(part).into_iter().flat_map(|entries| entries.keys().copied())
    }

    #[cfg(test)]
    fn all(&self) -> impl Iterator<Item = (&'static str, &Entry)> {
        let parts = self.entries.iter();
        parts.flat_map(|(part, entries)| entries.values().map(|entry| (*part, entry)))
    }
}

impl Entry {
    /// `(condition : Bool) -> (content : a) -> a`.
    pub fn ty(&self) -> String {
        let (text, _) = self.signature();
        text[self.name.len() + " : ".len()..].to_owned()
    }

    /// `mkIf : (condition : Bool) -> (content : a) -> a`, with the range of each parameter in it, in
    /// bytes.
    pub fn signature(&self) -> (String, Vec<std::ops::Range<usize>>) {
        let mut text = format!("{} : ", self.name);
        let mut ranges = Vec::new();
        for (name, ty) in &self.parameters {
            let start = text.len();
            text.push_str(&format!("({name} : {ty})"));
            ranges.push(start..text.len());
            text.push_str(" -> ");
        }
        text.push_str(self.result);
        (text, ranges)
    }
}

fn read(text: &'static str) -> Documentation {
    let mut documentation =
        Documentation { entries: FxHashMap::default(), parts: FxHashMap::default() };
    let mut part = "";
    let mut head = "";
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(text) = line.strip_prefix("  ") {
            let entry = entry(head, text);
            documentation.parts.entry(entry.name).or_default().push(part);
            documentation.entries.entry(part).or_default().insert(entry.name, entry);
        } else if let Some(named) = line.strip_prefix('[') {
            part = named.trim_end_matches(']');
        } else {
            head = line;
        }
    }
    documentation
}

/// `name | parameter: type | … | result`.
fn entry(head: &'static str, text: &'static str) -> Entry {
    let (name, rest) = head.split_once(" | ").unwrap_or((head, ""));
    let (parameters, result) = rest.rsplit_once(" | ").unwrap_or(("", rest));
    let parameters = parameters.split(" | ").filter_map(|it| it.split_once(": ")).collect();
    Entry { name, parameters, result, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use module::library::KnownSet;

    #[test]
    fn what_is_documented_exists() {
        for (shelf, set) in [
            (Shelf::Lib, KnownSet::Lib),
            (Shelf::Types, KnownSet::Types),
            (Shelf::Builtins, KnownSet::Builtins),
        ] {
            for (part, entry) in shelf.documentation().all() {
                // Some functions only a part has; of that, the table knows the name.
                let name = if set.has(entry.name) { entry.name } else { part };
                assert!(set.has(name), "{} has no {part}.{}", set.name(), entry.name);
                assert!(
                    !entry.text.is_empty() && entry.text.ends_with(['.', '"', '…']),
                    "{}",
                    entry.name
                );
            }
        }
    }

    #[test]
    fn all_types_and_builtins_that_have_a_use_are_documented() {
        let types = Shelf::Types.documentation();
        for name in ["submodule", "attrsOf", "port", "enum", "nullOr", "str", "package"] {
            assert!(types.entry("", name).is_some(), "{name}");
        }
        assert!(types.entry("ints", "between").is_some());
    }

    #[test]
    fn signatures_name_their_parameters() {
        let (text, ranges) = Shelf::Lib.documentation().anywhere("mkIf").unwrap().signature();
        assert_eq!(text, "mkIf : (condition : Bool) -> (content : a) -> a");
        let shown: Vec<&str> = ranges.into_iter().map(|range| &text[range]).collect();
        assert_eq!(shown, ["(condition : Bool)", "(content : a)"]);
        let null = Shelf::Lib.documentation().anywhere("mapNullable").unwrap();
        assert_eq!(null.parameters, [("function", "a -> b"), ("value", "a or null")]);
        assert_eq!(null.result, "b or null");
    }
}
