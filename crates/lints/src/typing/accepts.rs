//! A type's `check`: what it says of a value from its outer shape.

use super::pattern;
use super::values::{equal, member};
use module::facts::Known;
use module::types::{Leaf, Tags, Type};

/// Whether the type's `check` accepts the value; `None` where it cannot be said. What is inside a list or a
/// set is not looked at, as Nix does not.
pub(crate) fn accepts(ty: &Type, value: &Known) -> Option<bool> {
    if matches!(value, Known::Unknown) {
        return None;
    }
    match ty {
        Type::Unknown | Type::Custom { .. } | Type::Altered(_) => None,
        Type::Leaf(leaf) => leaf_accepts(*leaf, value),
        Type::IntBetween { low, high, .. } => Some(match value {
            Known::Int(int) => {
                low.is_none_or(|low| *int >= low) && high.is_none_or(|high| *int <= high)
            }
            _ => false,
        }),
        Type::NumberBetween { low, high } => {
            let number = match value {
                Known::Int(int) => *int as f64,
                Known::Float(float) => *float,
                _ => return Some(false),
            };
            let fits =
                low.is_none_or(|low| number >= low) && high.is_none_or(|high| number <= high);
            Some(fits)
        }
        Type::Enum(None) => None,
        Type::Enum(Some(values)) => any(values.iter().map(|known| equal(known, value))),
        Type::StrMatching(wanted) => match (value, wanted) {
            (Known::Str(Some(text)), Some(wanted)) => pattern::matches(wanted, text),
            (Known::Str(_), _) => None,
            _ => Some(false),
        },
        Type::SeparatedString(_) => Some(is_string(value)),
        Type::PasswdEntry(entry) => match (accepts(entry, value), value) {
            (Some(false), _) => Some(false),
            (_, Known::Str(Some(text))) if text.contains([':', '\n']) => Some(false),
            (_, Known::Str(None)) => None,
            (verdict, _) => verdict,
        },
        Type::List { non_empty, .. } => match value {
            Known::List { items, complete } if *non_empty && items.is_empty() => {
                if *complete {
                    Some(false)
                } else {
                    None
                }
            }
            Known::List { items, complete: false } if *non_empty => {
                items.iter().any(|item| item.is_certain).then_some(true)
            }
            _ => Some(matches!(value, Known::List { .. })),
        },
        Type::Attrs { .. } => Some(is_attrs(value)),
        Type::AttrList(_) => Some(is_attrs(value) || matches!(value, Known::List { .. })),
        Type::AttrTag(tags) => tag_accepts(tags, value),
        Type::NullOr(inner) => match value {
            Known::Null => Some(true),
            _ => accepts(inner, value),
        },
        Type::Either(left, right) => any([accepts(left, value), accepts(right, value)].into_iter()),
        // What the coercion makes of the value is not known.
        Type::Coerced { from, to } => match (accepts(from, value), accepts(to, value)) {
            (_, Some(true)) => Some(true),
            (Some(false), verdict) => verdict,
            _ => None,
        },
        Type::FunctionTo(_) => is_function(value),
        Type::Unique(inner) | Type::Described { ty: inner, .. } => accepts(inner, value),
        Type::Checked(inner) => accepts(inner, value).filter(|accepted| !accepted),
        Type::Submodule(_) => module_accepts(value),
        Type::Serializable(format) => serializable_accepts(format, value),
        Type::PathWith { absolute, in_store } => path_accepts(*absolute, *in_store, value),
    }
}

fn leaf_accepts(leaf: Leaf, value: &Known) -> Option<bool> {
    match leaf {
        Leaf::Raw | Leaf::Anything | Leaf::Unspecified => Some(true),
        Leaf::Bool | Leaf::BoolByOr => Some(matches!(value, Known::Bool(_))),
        Leaf::Int => Some(matches!(value, Known::Int(_))),
        Leaf::Float => Some(matches!(value, Known::Float(_))),
        Leaf::Str => Some(is_string(value)),
        Leaf::NonEmptyStr => {
            string_accepts(value, |text| !text.chars().all(|ch| matches!(ch, ' ' | '\t' | '\n')))
        }
        Leaf::SingleLineStr => string_accepts(value, |text| {
            !text.strip_suffix('\n').unwrap_or(text).contains(['\n', '\r'])
        }),
        Leaf::Attrs => Some(is_attrs(value)),
        Leaf::Fileset
        | Leaf::Pkgs
        | Leaf::LuaInline
        | Leaf::OptionDeclaration
        | Leaf::OptionType => marked_set_accepts("_type", value),
        Leaf::Package => package_accepts(value),
        Leaf::ShellPackage => match marked_set_accepts("type", value) {
            None => marked_set_accepts("shellPath", value),
            refused => refused,
        },
        Leaf::Path => path_accepts(Some(true), None, value),
        Leaf::PathInStore => path_accepts(None, Some(true), value),
        Leaf::ExternalPath => path_accepts(Some(true), Some(false), value),
        Leaf::DeferredModule => module_accepts(value),
    }
}

/// True if one is, else unknown if one is.
fn any(verdicts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(false);
    for verdict in verdicts {
        match verdict {
            Some(true) => return Some(true),
            Some(false) => {}
            None => result = None,
        }
    }
    result
}

fn is_string(value: &Known) -> bool {
    matches!(value, Known::Str(_))
}

fn string_accepts(value: &Known, fits: impl Fn(&str) -> bool) -> Option<bool> {
    match value {
        Known::Str(Some(text)) => Some(fits(text)),
        Known::Str(None) => None,
        _ => Some(false),
    }
}

fn is_attrs(value: &Known) -> bool {
    matches!(value, Known::Attrs { .. } | Known::Package)
}

/// A set with a mark of its own; what the mark says is not looked at.
fn marked_set_accepts(mark: &str, value: &Known) -> Option<bool> {
    match value {
        Known::Package => None,
        Known::Attrs { members, complete } => {
            (*complete && member(members, mark).is_none()).then_some(false)
        }
        _ => Some(false),
    }
}

/// A function, or a set with `__functor`.
fn is_function(value: &Known) -> Option<bool> {
    match value {
        Known::Function => Some(true),
        Known::Attrs { members, complete } => match member(members, "__functor") {
            Some(_) => None,
            None => (*complete).then_some(false),
        },
        // Some packages are.
        Known::Package => None,
        _ => Some(false),
    }
}

/// What can stand in a string by itself: strings, paths, and sets that say where they lie.
pub(super) fn is_string_like(value: &Known) -> Option<bool> {
    match value {
        Known::Unknown => None,
        Known::Str(_) | Known::Path(_) | Known::Package => Some(true),
        Known::Attrs { members, complete } => {
            let says = |name| member(members, name).is_some_and(|part| part.is_certain);
            let may_say = |name| member(members, name).is_some();
            match says("outPath") || says("__toString") {
                true => Some(true),
                false if may_say("outPath") || may_say("__toString") => None,
                false => (*complete).then_some(false),
            }
        }
        _ => Some(false),
    }
}

/// A module: a set, a function, or a path to a file.
fn module_accepts(value: &Known) -> Option<bool> {
    match value {
        Known::Attrs { .. } | Known::Package | Known::Function => Some(true),
        _ => path_accepts(Some(true), None, value),
    }
}

/// A derivation, or what names something directly in the store.
fn package_accepts(value: &Known) -> Option<bool> {
    match value {
        Known::Package => Some(true),
        Known::Attrs { members, complete } => {
            let has = |name| member(members, name).is_some();
            let may_be = has("type") || has("outPath") || has("__toString");
            (*complete && !may_be).then_some(false)
        }
        Known::Str(Some(text)) => may_be_in_store(text),
        Known::Str(None) => None,
        // A tree that lies in the store is a package itself; a Nix file in it is not.
        Known::Path(Some(path)) => path.is_nix().then_some(false),
        Known::Path(None) => None,
        _ => Some(false),
    }
}

/// Whether the text names a path in the store. Where the store is, is not certain; its name is.
fn may_be_in_store(text: &str) -> Option<bool> {
    // Content-addressed derivations have such a name before they are built.
    let is_placeholder = text.len() == 53 && !text[1..].contains('/');
    (!text.starts_with('/') || !(text.contains("/store/") || is_placeholder)).then_some(false)
}

/// `pathWith`; `None` asks for nothing.
fn path_accepts(absolute: Option<bool>, in_store: Option<bool>, value: &Known) -> Option<bool> {
    let is_expected_type = match in_store {
        // A real path could be copied to the store later on.
        Some(false) => Some(is_string(value)),
        _ => is_string_like(value),
    };
    if is_expected_type == Some(false) {
        return Some(false);
    }
    let (is_absolute, is_in_store) = match value {
        Known::Str(Some(text)) => (Some(text.starts_with('/')), may_be_in_store(text)),
        Known::Path(_) => (Some(true), None),
        Known::Package => (Some(true), Some(true)),
        _ => (None, None),
    };
    let is_as_wanted = |wanted: Option<bool>, is: Option<bool>| match wanted {
        None => Some(true),
        Some(wanted) => is.map(|is| is == wanted),
    };
    match (is_as_wanted(absolute, is_absolute), is_as_wanted(in_store, is_in_store)) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => is_expected_type,
        _ => None,
    }
}

/// A set with exactly one name, that of a tag.
fn tag_accepts(tags: &Tags, value: &Known) -> Option<bool> {
    let Known::Attrs { members, complete } = value else {
        return match value {
            Known::Package => None,
            _ => Some(false),
        };
    };
    let certain = members.iter().filter(|(_, part)| part.is_certain).count();
    if certain > 1 {
        return Some(false);
    }
    if !complete {
        return None;
    }
    let [(name, _)] = members.as_slice() else { return Some(false) };
    match tags.names.is_empty() {
        true => None,
        false => Some(tags.names.iter().any(|tag| tag == name.as_str())),
    }
}

/// The formats whose types nixpkgs makes in one and the same way.
pub(super) fn is_plain_format(format: &str) -> bool {
    matches!(format, "JSON" | "YAML 1.1" | "YAML 1.2" | "TOML")
}

fn serializable_accepts(format: &str, value: &Known) -> Option<bool> {
    if !is_plain_format(format) {
        return None;
    }
    match value {
        Known::Null => Some(format != "TOML"),
        Known::Function => Some(false),
        Known::Str(_) | Known::Bool(_) | Known::Int(_) | Known::Float(_) => Some(true),
        Known::Path(_) | Known::Package | Known::List { .. } | Known::Attrs { .. } => Some(true),
        Known::Unknown => None,
    }
}
