//! Nix's own words for option types.
//!
//! Source of the words and of the rules for parentheses: nixpkgs `lib/types.nix`
//! (`optionDescriptionPhrase`).

use super::{Submodule, Type};
use crate::facts::Known;

/// How a description may stand inside another one without parentheses (`descriptionClass`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordClass {
    None,
    Noun,
    Conjunction,
    Composite,
    NonRestrictiveClause,
}

use WordClass as Class;

impl WordClass {
    /// As it is written in Nix.
    pub(crate) fn named(name: &str) -> Class {
        match name {
            "noun" => Class::Noun,
            "conjunction" => Class::Conjunction,
            "composite" => Class::Composite,
            "nonRestrictiveClause" => Class::NonRestrictiveClause,
            _ => Class::None,
        }
    }

    pub(crate) fn name(self) -> Option<&'static str> {
        Some(match self {
            Class::None => return None,
            Class::Noun => "noun",
            Class::Conjunction => "conjunction",
            Class::Composite => "composite",
            Class::NonRestrictiveClause => "nonRestrictiveClause",
        })
    }
}

impl Type {
    /// Nix's own words for the type, where they are known.
    pub fn description(&self) -> Option<String> {
        self.words().map(|(words, _)| words)
    }

    /// The description and how it may stand in others.
    pub(crate) fn words(&self) -> Option<(String, Class)> {
        use Class::*;
        Some(match self {
            Type::Unknown => return Option::None,
            Type::Leaf(leaf) => {
                let (words, class) = leaf.words();
                (words.to_owned(), class)
            }
            Type::IntBetween { low, high, words } => int_words(*low, *high, *words)?,
            Type::NumberBetween { low, high } => {
                let (low, high) = ((*low)?, (*high)?);
                let words = format!(
                    "integer or floating point number between {low} and {high} (both inclusive)"
                );
                (words, Conjunction)
            }
            Type::Enum(values) => enum_words(values.as_deref()?)?,
            Type::StrMatching(pattern) => {
                (format!("string matching the pattern {}", pattern.as_ref()?), Noun)
            }
            Type::SeparatedString(separator) => {
                (format!("strings concatenated with {}", json_string(separator.as_ref()?)), Noun)
            }
            Type::PasswdEntry(inner) => {
                let inner = inner.phrase(&[Noun])?;
                (format!("{inner}, not containing newlines or colons"), NonRestrictiveClause)
            }
            Type::List { element, non_empty } => {
                let list = format!("list of {}", element.phrase(&[Noun, Composite])?);
                // The description class is still that of the plain list.
                (if *non_empty { format!("non-empty ({list})") } else { list }, Composite)
            }
            Type::Attrs { element, lazy } => {
                let set = if *lazy { "lazy attribute set of" } else { "attribute set of" };
                (format!("{set} {}", element.phrase(&[Noun, Composite])?), Composite)
            }
            Type::AttrList(element) => {
                (format!("attribute list of {}", element.phrase(&[Noun, Composite])?), Composite)
            }
            Type::AttrTag(tags) if tags.names.is_empty() => return Option::None,
            Type::AttrTag(tags) => {
                (format!("attribute-tagged union with choices: {}", tags.names.join(", ")), Noun)
            }
            Type::PathWith { absolute, in_store } => (path_words(*absolute, *in_store), Noun),
            Type::Serializable(format) => (format!("{format} value"), Conjunction),
            Type::NullOr(inner) => {
                (format!("null or {}", inner.phrase(&[Noun, Conjunction])?), Conjunction)
            }
            Type::Either(left, right) => {
                let (left_words, left_class) = left.words()?;
                let words = if left_class == NonRestrictiveClause {
                    format!("{left_words}, or {}", right.phrase(&[Noun, Conjunction])?)
                } else {
                    let left = left.phrase(&[Noun, Conjunction])?;
                    format!("{left} or {}", right.phrase(&[Noun, Conjunction, Composite])?)
                };
                (words, Conjunction)
            }
            Type::Coerced { from, to } => {
                let (to, from) = (to.phrase(&[Noun])?, from.phrase(&[Noun])?);
                (format!("{to} or {from} convertible to it"), None)
            }
            Type::FunctionTo(result) => {
                let result = result.phrase(&[Noun, Composite])?;
                (format!("function that evaluates to a(n) {result}"), Composite)
            }
            Type::Unique(inner) | Type::Checked(inner) | Type::Altered(inner) => inner.words()?,
            Type::Submodule(submodule) => submodule.words()?,
            Type::Described { ty, words, class } => {
                (words.clone()?, class.unwrap_or_else(|| ty.word_class()))
            }
            Type::Custom { words, class } => (words.clone()?, *class),
        })
    }

    /// The class of the description, known even where the description is not: a type that contains
    /// itself has no words of its own, and is given some.
    pub(crate) fn word_class(&self) -> Class {
        match self {
            Type::List { .. } | Type::Attrs { .. } | Type::AttrList(_) | Type::FunctionTo(_) => {
                Class::Composite
            }
            Type::Enum(_) | Type::NullOr(_) | Type::Either(..) => Class::Conjunction,
            Type::StrMatching(_) | Type::SeparatedString(_) | Type::AttrTag(_) => Class::Noun,
            Type::Unique(inner) | Type::Checked(inner) | Type::Altered(inner) => inner.word_class(),
            _ => self.words().map_or(Class::None, |(_, class)| class),
        }
    }

    /// The description as a part of another one.
    fn phrase(&self, plain: &[Class]) -> Option<String> {
        let (words, class) = self.words()?;
        Some(if plain.contains(&class) { words } else { format!("({words})") })
    }
}

impl Submodule {
    fn words(&self) -> Option<(String, Class)> {
        if let Some(description) = &self.description {
            return Some((description.clone(), Class::None));
        }
        match &self.freeform {
            None => Some(("submodule".to_owned(), Class::None)),
            Some(freeform) => {
                let freeform = freeform.phrase(&[Class::Noun, Class::Composite])?;
                Some((format!("open submodule of {freeform}"), Class::None))
            }
        }
    }
}

fn int_words(low: Option<i64>, high: Option<i64>, words: Option<&str>) -> Option<(String, Class)> {
    match (words, low, high) {
        (Some(words), Some(low), Some(high)) => {
            Some((format!("{words}; between {low} and {high} (both inclusive)"), Class::Noun))
        }
        (Some(words), ..) => Some((words.to_owned(), Class::NonRestrictiveClause)),
        (None, Some(low), Some(high)) => {
            Some((format!("integer between {low} and {high} (both inclusive)"), Class::Noun))
        }
        _ => None,
    }
}

fn path_words(absolute: Option<bool>, in_store: Option<bool>) -> String {
    let kind = match absolute {
        Some(true) => "absolute ",
        Some(false) => "relative ",
        None => "",
    };
    let place = match in_store {
        Some(true) => " in the Nix store",
        Some(false) => " not in the Nix store",
        None => "",
    };
    format!("{kind}path{place}")
}

fn enum_words(values: &[Known]) -> Option<(String, Class)> {
    let show = |value: &Known| {
        Some(match value {
            Known::Str(text) => format!("\"{}\"", text.as_ref()?),
            Known::Int(int) => int.to_string(),
            Known::Bool(bool) => bool.to_string(),
            Known::Null => "<null>".to_owned(),
            Known::Float(_) => "<float>".to_owned(),
            Known::Path(_) => "<path>".to_owned(),
            Known::List { .. } => "<list>".to_owned(),
            Known::Attrs { .. } | Known::Package => "<set>".to_owned(),
            Known::Function => "<lambda>".to_owned(),
            Known::Unknown => return None,
        })
    };
    let shown: Vec<String> = values.iter().map(show).collect::<Option<_>>()?;
    Some(match shown.as_slice() {
        [] => ("impossible (empty enum)".to_owned(), Class::Noun),
        [value] => (format!("value {value} (singular enum)"), Class::Noun),
        values => (format!("one of {}", values.join(", ")), Class::Conjunction),
    })
}

/// As `builtins.toJSON` writes it.
fn json_string(text: &str) -> String {
    let mut out = String::from("\"");
    for ch in text.chars() {
        match ch {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            ch => out.push(ch),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(ty: Type) -> Box<Type> {
        Box::new(ty)
    }

    /// Each expectation is what Nix 2.26 with nixpkgs' lib prints for the type in the comment.
    #[test]
    fn descriptions_are_nix_own_words() {
        let positive = || Type::named_int("positive").unwrap();
        let auto = || Type::Enum(Some(vec![Known::Str(Some("auto".into()))]));
        let submodule = || Type::Submodule(Submodule::default());
        let cases = [
            // nullOr ints.positive
            (Type::NullOr(boxed(positive())), "null or (positive integer, meaning >0)"),
            // either ints.positive (enum [ "auto" ])
            (
                Type::Either(boxed(positive()), boxed(auto())),
                "positive integer, meaning >0, or value \"auto\" (singular enum)",
            ),
            // attrsOf (submodule { })
            (
                Type::Attrs { element: boxed(submodule()), lazy: false },
                "attribute set of (submodule)",
            ),
            // port
            (
                Type::named("port").unwrap(),
                "16 bit unsigned integer; between 0 and 65535 (both inclusive)",
            ),
            // nullOr (listOf str)
            (
                Type::NullOr(boxed(Type::List { element: boxed(Type::STR), non_empty: false })),
                "null or (list of string)",
            ),
            // coercedTo (listOf str) (…) lines
            (
                Type::Coerced {
                    from: boxed(Type::List { element: boxed(Type::STR), non_empty: false }),
                    to: boxed(Type::named("lines").unwrap()),
                },
                "strings concatenated with \"\\n\" or (list of string) convertible to it",
            ),
            // nonEmptyListOf (submodule { })
            (
                Type::List { element: boxed(submodule()), non_empty: true },
                "non-empty (list of (submodule))",
            ),
        ];
        for (ty, expected) in cases {
            assert_eq!(ty.description().as_deref(), Some(expected));
        }
    }
}
