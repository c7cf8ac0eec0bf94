//! The option types of `lib.types` as data, with Nix's own descriptions.
//!
//! Source of the words and of the rules for parentheses: nixpkgs `lib/types.nix`
//! (`optionDescriptionPhrase`).

use crate::facts::Known;

/// An option's type, as far as it is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Type {
    #[default]
    Unknown,
    /// A type without parameters.
    Leaf(Leaf),
    /// An integer with bounds, both inclusive.
    IntBetween {
        low: Option<i64>,
        high: Option<i64>,
        words: Option<&'static str>,
    },
    NumberBetween {
        low: Option<f64>,
        high: Option<f64>,
    },
    /// `None`: not all values are known.
    Enum(Option<Vec<Known>>),
    StrMatching(Option<String>),
    SeparatedString(Option<String>),
    PasswdEntry(Box<Type>),
    List {
        element: Box<Type>,
        non_empty: bool,
    },
    /// `attrsOf` and `lazyAttrsOf`.
    Attrs {
        element: Box<Type>,
        lazy: bool,
    },
    AttrList(Box<Type>),
    AttrTag(Tags),
    NullOr(Box<Type>),
    Either(Box<Type>, Box<Type>),
    Coerced {
        from: Box<Type>,
        to: Box<Type>,
    },
    FunctionTo(Box<Type>),
    Unique(Box<Type>),
    Submodule(Submodule),
    /// A known type with a description of its own (`types.foo // { description = …; }`).
    Described(Box<Type>, Option<String>),
    /// A type with further conditions on its values.
    Checked(Box<Type>),
    /// What a format of `pkgs.formats` can hold, by the format's name.
    Serializable(&'static str),
    /// A type made by `mkOptionType`, of which only the description is known.
    Custom(Option<String>),
}

/// A submodule; its options are declarations of their own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Submodule {
    pub description: Option<String>,
    /// The type of members that are not declared, where there may be any.
    pub freeform: Option<Box<Type>>,
    /// Some of its modules could not be read, so it may have more members.
    pub open: bool,
    /// The submodule's place among those that the reading of one module met.
    pub(crate) id: u32,
}

/// An `attrTag`; the options of its tags are declarations of their own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tags {
    /// Sorted; empty if not all are known.
    pub names: Vec<String>,
    pub(crate) id: u32,
}

/// The part of a type that has options of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Members<'a> {
    Submodule(&'a Submodule),
    Tags(&'a Tags),
}

macro_rules! leaves {
    ($($leaf:ident, $name:literal, $description:literal, $class:ident;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Leaf { $($leaf,)* }

        impl Leaf {
            /// By its name under `lib.types`.
            pub fn named(name: &str) -> Option<Leaf> {
                match name {
                    $($name => Some(Leaf::$leaf),)*
                    _ => None,
                }
            }

            fn words(self) -> (&'static str, Class) {
                match self {
                    $(Leaf::$leaf => ($description, Class::$class),)*
                }
            }
        }
    };
}

leaves! {
    Raw, "raw", "raw value", Noun;
    Anything, "anything", "anything", Noun;
    Unspecified, "unspecified", "unspecified value", Noun;
    Bool, "bool", "boolean", Noun;
    BoolByOr, "boolByOr", "boolean (merged using or)", Noun;
    Int, "int", "signed integer", Noun;
    Float, "float", "floating point number", Noun;
    Str, "str", "string", Noun;
    NonEmptyStr, "nonEmptyStr", "non-empty string", Noun;
    SingleLineStr, "singleLineStr", "(optionally newline-terminated) single-line string", Noun;
    Attrs, "attrs", "attribute set", None;
    Fileset, "fileset", "fileset", Noun;
    Package, "package", "package", Noun;
    ShellPackage, "shellPackage", "package", Noun;
    Pkgs, "pkgs", "Nixpkgs package set", Noun;
    Path, "path", "absolute path", Noun;
    PathInStore, "pathInStore", "absolute path in the Nix store", Noun;
    ExternalPath, "externalPath", "absolute path not in the Nix store", Noun;
    LuaInline, "luaInline", "inline lua", Noun;
    DeferredModule, "deferredModule", "module", Noun;
    OptionDeclaration, "optionDeclaration", "option declaration", Noun;
    OptionType, "optionType", "optionType", Noun;
}

/// How a description may stand inside another one without parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    None,
    Noun,
    Conjunction,
    Composite,
    NonRestrictiveClause,
}

impl Type {
    pub const BOOL: Type = Type::Leaf(Leaf::Bool);
    pub const STR: Type = Type::Leaf(Leaf::Str);
    pub const PACKAGE: Type = Type::Leaf(Leaf::Package);

    /// A type of `lib.types` that takes no arguments.
    pub fn named(name: &str) -> Option<Type> {
        let separated = |separator: &str| Type::SeparatedString(Some(separator.to_owned()));
        Some(match name {
            "number" => {
                Type::Either(Box::new(Type::Leaf(Leaf::Int)), Box::new(Type::Leaf(Leaf::Float)))
            }
            "port" => Type::unsigned(16),
            "lines" => separated("\n"),
            "commas" => separated(","),
            "envVar" => separated(":"),
            _ => Type::Leaf(Leaf::named(name)?),
        })
    }

    /// A member of `lib.types.ints`.
    pub fn named_int(name: &str) -> Option<Type> {
        let bounded = |low, high, words| Type::IntBetween { low, high, words: Some(words) };
        Some(match name {
            "unsigned" => bounded(Some(0), None, "unsigned integer, meaning >=0"),
            "positive" => bounded(Some(1), None, "positive integer, meaning >0"),
            "u8" => Type::unsigned(8),
            "u16" => Type::unsigned(16),
            "u32" => Type::unsigned(32),
            "s8" => bounded(Some(-128), Some(127), "8 bit signed integer"),
            "s16" => bounded(Some(-32768), Some(32767), "16 bit signed integer"),
            "s32" => bounded(Some(-2147483648), Some(2147483647), "32 bit signed integer"),
            _ => return None,
        })
    }

    /// A member of `lib.types.numbers`.
    pub fn named_number(name: &str) -> Option<Type> {
        match name {
            "nonnegative" => Some(Type::Described(
                Box::new(Type::NumberBetween { low: Some(0.0), high: None }),
                Some("nonnegative integer or floating point number, meaning >=0".to_owned()),
            )),
            "positive" => Some(Type::Described(
                Box::new(Type::NumberBetween { low: Some(0.0), high: None }),
                Some("positive integer or floating point number, meaning >0".to_owned()),
            )),
            _ => None,
        }
    }

    /// The type of a format of `pkgs.formats`, where it is one value of that format.
    /// Source: nixpkgs `pkgs/pkgs-lib/formats.nix`.
    pub fn of_format(format: &str) -> Option<Type> {
        let name = match format {
            "json" => "JSON",
            "yaml" | "yaml_1_1" => "YAML 1.1",
            "yaml_1_2" => "YAML 1.2",
            "toml" => "TOML",
            "cdn" => "CDN",
            "hocon" => "HOCON",
            "plist" => "plist",
            _ => return None,
        };
        Some(Type::Serializable(name))
    }

    fn unsigned(bits: u32) -> Type {
        let words = match bits {
            8 => "8 bit unsigned integer",
            16 => "16 bit unsigned integer",
            _ => "32 bit unsigned integer",
        };
        Type::IntBetween { low: Some(0), high: Some((1 << bits) - 1), words: Some(words) }
    }

    /// Nix's own words for the type, where they are known.
    pub fn description(&self) -> Option<String> {
        self.words().map(|(words, _)| words)
    }

    fn words(&self) -> Option<(String, Class)> {
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
            Type::Unique(inner) | Type::Checked(inner) => inner.words()?,
            Type::Submodule(submodule) => submodule.words()?,
            Type::Described(inner, description) => {
                let class = inner.words().map_or(None, |(_, class)| class);
                (description.clone()?, class)
            }
            Type::Custom(description) => (description.clone()?, None),
        })
    }

    /// The description as a part of another one.
    fn phrase(&self, plain: &[Class]) -> Option<String> {
        let (words, class) = self.words()?;
        Some(if plain.contains(&class) { words } else { format!("({words})") })
    }

    /// The part of the type whose options Nix shows below an option of this type, with the segments
    /// that stand between them: nothing, `<name>` or `*`.
    pub fn members(&self) -> Option<(Members<'_>, Vec<crate::Symbol>)> {
        let mut ty = self;
        let mut segments = Vec::new();
        loop {
            ty = match ty {
                Type::Submodule(submodule) => {
                    return Some((Members::Submodule(submodule), segments));
                }
                Type::AttrTag(tags) => return Some((Members::Tags(tags), segments)),
                Type::Attrs { element, .. } | Type::AttrList(element) => {
                    segments.push(crate::Symbol::ANY_NAME);
                    element
                }
                Type::List { element, .. } => {
                    segments.push(crate::Symbol::ANY_ELEMENT);
                    element
                }
                Type::FunctionTo(inner) => {
                    segments.push(crate::Symbol::new("<function body>"));
                    inner
                }
                Type::NullOr(inner)
                | Type::Coerced { to: inner, .. }
                | Type::Unique(inner)
                | Type::Checked(inner)
                | Type::Described(inner, _) => inner,
                _ => return None,
            };
        }
    }

    /// As [`Type::members`], if they are a submodule's.
    pub fn submodule(&self) -> Option<(&Submodule, Vec<crate::Symbol>)> {
        match self.members()? {
            (Members::Submodule(submodule), segments) => Some((submodule, segments)),
            (Members::Tags(_), _) => None,
        }
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
            Known::Attrs => "<set>".to_owned(),
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
