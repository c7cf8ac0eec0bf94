//! What happens when an option is defined twice at the same priority.

use super::accepts::{accepts, is_plain_format};
use super::values::equal;
use module::facts::Known;
use module::types::{Leaf, Type};

/// Why two definitions cannot both be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clash {
    /// The type wants all definitions to be equal, and they are not.
    Different,
    /// The type takes one definition, whatever is in it.
    Two,
    /// One is null, the other is not.
    NullAndNot,
    /// The type merges some values, and not these.
    Unmergeable,
}

/// Whether two definitions of an option of this type clash; `None` where they do not, or where it cannot be
/// said. Both are taken to be of the type.
pub(crate) fn clash(ty: &Type, a: &Known, b: &Known) -> Option<Clash> {
    let different = || (equal(a, b) == Some(false)).then_some(Clash::Different);
    match ty {
        Type::Leaf(leaf) => match leaf {
            Leaf::Bool
            | Leaf::Int
            | Leaf::Float
            | Leaf::Str
            | Leaf::NonEmptyStr
            | Leaf::Path
            | Leaf::PathInStore
            | Leaf::ExternalPath => different(),
            // A newline at the end is taken off afterwards; the comparison is with it.
            Leaf::SingleLineStr => different(),
            Leaf::Raw | Leaf::Package | Leaf::ShellPackage | Leaf::Pkgs => Some(Clash::Two),
            Leaf::Anything => match (kind(a)?, kind(b)?) {
                (Kind::Attrs | Kind::Function, Kind::Attrs | Kind::Function) => None,
                _ => different(),
            },
            Leaf::Unspecified => match (kind(a)?, kind(b)?) {
                (Kind::Int, Kind::Int) => different(),
                // A set may be a function, too.
                (Kind::Attrs, Kind::Function) | (Kind::Function, Kind::Attrs) => None,
                (a, b) if a == b && a.is_joined() => None,
                _ => Some(Clash::Unmergeable),
            },
            Leaf::BoolByOr
            | Leaf::Attrs
            | Leaf::Fileset
            | Leaf::LuaInline
            | Leaf::DeferredModule
            | Leaf::OptionDeclaration
            | Leaf::OptionType => None,
        },
        Type::IntBetween { .. }
        | Type::Enum(_)
        | Type::StrMatching(_)
        | Type::PathWith { .. }
        | Type::NumberBetween { .. } => different(),
        Type::Unique(_) => Some(Clash::Two),
        Type::NullOr(inner) => match (a, b) {
            (Known::Null, Known::Null) => None,
            (Known::Null, Known::Unknown) | (Known::Unknown, Known::Null) => None,
            (Known::Null, _) | (_, Known::Null) => Some(Clash::NullAndNot),
            (Known::Unknown, _) | (_, Known::Unknown) => None,
            _ => clash(inner, a, b),
        },
        Type::Either(left, right) => match (accepts(left, a)?, accepts(left, b)?) {
            (true, true) => clash(left, a, b),
            // Both have to be of the second one then.
            _ if accepts(right, a)? && accepts(right, b)? => clash(right, a, b),
            _ => Some(Clash::Different),
        },
        Type::Coerced { from, to } => match (accepts(from, a), accepts(from, b)) {
            (Some(false), Some(false)) => clash(to, a, b),
            _ => None,
        },
        Type::PasswdEntry(inner) | Type::Checked(inner) | Type::Described { ty: inner, .. } => {
            clash(inner, a, b)
        }
        Type::Serializable(format) if is_plain_format(format) => match (kind(a)?, kind(b)?) {
            (Kind::List, Kind::List) | (Kind::Attrs, Kind::Attrs) => None,
            // These may all be paths.
            (Kind::Str | Kind::Path | Kind::Attrs, Kind::Str | Kind::Path | Kind::Attrs) => {
                different().filter(|_| kind(a) == kind(b))
            }
            _ => different(),
        },
        Type::Unknown
        | Type::Serializable(_)
        | Type::SeparatedString(_)
        | Type::List { .. }
        | Type::Attrs { .. }
        | Type::AttrList(_)
        | Type::AttrTag(_)
        | Type::FunctionTo(_)
        | Type::Submodule(_)
        | Type::Altered(_)
        | Type::Custom { .. } => None,
    }
}

/// What `builtins.typeOf` says of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    Bool,
    Int,
    Float,
    Str,
    Path,
    List,
    Attrs,
    Function,
}

impl Kind {
    /// Whether `lib.mergeDefaultOption` makes one value of several of this kind.
    fn is_joined(self) -> bool {
        matches!(self, Kind::Bool | Kind::Str | Kind::List | Kind::Attrs | Kind::Function)
    }
}

fn kind(value: &Known) -> Option<Kind> {
    Some(match value {
        Known::Unknown | Known::Package => return None,
        Known::Null => Kind::Null,
        Known::Bool(_) => Kind::Bool,
        Known::Int(_) => Kind::Int,
        Known::Float(_) => Kind::Float,
        Known::Str(_) => Kind::Str,
        Known::Path(_) => Kind::Path,
        Known::List { .. } => Kind::List,
        Known::Attrs { .. } => Kind::Attrs,
        Known::Function => Kind::Function,
    })
}

/// Whether an option of this type has a value without any definition (`emptyValue`); `None` where it
/// cannot be said.
pub(crate) fn has_empty_value(ty: &Type) -> Option<bool> {
    Some(match ty {
        Type::Unknown | Type::Custom { .. } | Type::Altered(_) => return None,
        Type::Leaf(leaf) => matches!(leaf, Leaf::Attrs | Leaf::Fileset | Leaf::Pkgs),
        Type::List { non_empty, .. } => !non_empty,
        Type::Attrs { .. } | Type::AttrList(_) | Type::NullOr(_) | Type::Submodule(_) => true,
        Type::Unique(inner)
        | Type::Checked(inner)
        | Type::PasswdEntry(inner)
        | Type::Coerced { to: inner, .. }
        | Type::Described { ty: inner, .. } => return has_empty_value(inner),
        // A null is a value where the format has one.
        Type::Serializable(format) if is_plain_format(format) => *format != "TOML",
        Type::Serializable(_) => return None,
        Type::IntBetween { .. }
        | Type::NumberBetween { .. }
        | Type::Enum(_)
        | Type::StrMatching(_)
        | Type::SeparatedString(_)
        | Type::AttrTag(_)
        | Type::Either(..)
        | Type::FunctionTo(_)
        | Type::PathWith { .. } => false,
    })
}
