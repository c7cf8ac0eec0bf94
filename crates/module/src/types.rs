//! The option types of `lib.types` as data; Nix's own descriptions of them are in `words`.

mod words;

use crate::facts::Known;
pub use words::WordClass;

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
    Described {
        ty: Box<Type>,
        words: Option<String>,
        /// Where it is not that of the type.
        class: Option<WordClass>,
    },
    /// A type with further conditions on its values (`addCheck`).
    Checked(Box<Type>),
    /// A type with another `check` or `merge` than its own (`types.foo // { check = …; }`): its words and
    /// options are the same, and what it accepts is not known.
    Altered(Box<Type>),
    /// `pathWith`; `None` where either is fine.
    PathWith {
        absolute: Option<bool>,
        in_store: Option<bool>,
    },
    /// What a format of `pkgs.formats` can hold, by the format's name.
    Serializable(&'static str),
    /// A type made by `mkOptionType`, of which only the description is known.
    Custom {
        words: Option<String>,
        class: WordClass,
    },
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

            fn words(self) -> (&'static str, WordClass) {
                match self {
                    $(Leaf::$leaf => ($description, WordClass::$class),)*
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
    PathInStore, "pathInStore", "path in the Nix store", Noun;
    ExternalPath, "externalPath", "absolute path not in the Nix store", Noun;
    LuaInline, "luaInline", "inline lua", Noun;
    DeferredModule, "deferredModule", "module", Noun;
    OptionDeclaration, "optionDeclaration", "option declaration", Noun;
    OptionType, "optionType", "optionType", Noun;
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
            "json" => Type::Serializable("JSON"),
            "toml" => Type::Serializable("TOML"),
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
        /// The smallest number above zero: bounds are inclusive.
        const ABOVE_ZERO: f64 = f64::from_bits(1);
        let (low, words) = match name {
            "nonnegative" => (0.0, "nonnegative integer or floating point number, meaning >=0"),
            "positive" => (ABOVE_ZERO, "positive integer or floating point number, meaning >0"),
            _ => return None,
        };
        let number = Type::NumberBetween { low: Some(low), high: None };
        Some(number.described(words, Some(WordClass::NonRestrictiveClause)))
    }

    /// The type with other words for it.
    pub(crate) fn described(self, words: &str, class: Option<WordClass>) -> Type {
        Type::Described { ty: Box::new(self), words: Some(words.to_owned()), class }
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
                | Type::Altered(inner)
                | Type::Described { ty: inner, .. } => inner,
                _ => return None,
            };
        }
    }

    /// What a list or set type holds.
    pub fn element(&self) -> Option<&Type> {
        match self {
            Type::List { element, .. } | Type::Attrs { element, .. } | Type::AttrList(element) => {
                Some(element)
            }
            Type::NullOr(element) | Type::FunctionTo(element) => Some(element),
            Type::Unique(inner)
            | Type::Checked(inner)
            | Type::Altered(inner)
            | Type::Described { ty: inner, .. } => inner.element(),
            _ => None,
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
