//! Questions about values that are known.

use module::Symbol;
use module::facts::{Known, KnownPart};

/// Characters of a string that a message shows.
const MAX_SHOWN: usize = 40;

/// `a == b`, as Nix has it; `None` where it cannot be said.
pub(crate) fn equal(a: &Known, b: &Known) -> Option<bool> {
    match (a, b) {
        (Known::Unknown | Known::Package, _) | (_, Known::Unknown | Known::Package) => None,
        // Functions are equal to nothing, or to themselves where Nix sees that they are the same.
        (Known::Function, Known::Function) => None,
        (Known::Null, Known::Null) => Some(true),
        (Known::Bool(a), Known::Bool(b)) => Some(a == b),
        (Known::Int(a), Known::Int(b)) => Some(a == b),
        (Known::Float(a), Known::Float(b)) => Some(a == b),
        (Known::Int(int), Known::Float(float)) | (Known::Float(float), Known::Int(int)) => {
            Some(*int as f64 == *float)
        }
        (Known::Str(a), Known::Str(b)) => Some(a.as_ref()? == b.as_ref()?),
        (Known::Path(a), Known::Path(b)) => Some((*a)? == (*b)?),
        (
            Known::List { items: a, complete: a_complete },
            Known::List { items: b, complete: b_complete },
        ) => {
            if !a_complete || !b_complete {
                return None;
            }
            if a.len() != b.len() {
                return Some(false);
            }
            all(a.iter().zip(b).map(|(a, b)| equal_parts(a, b)))
        }
        (
            Known::Attrs { members: a, complete: a_complete },
            Known::Attrs { members: b, complete: b_complete },
        ) => {
            // Derivations are compared by what they are built to.
            if !a_complete || !b_complete || member(a, "type").is_some() {
                return None;
            }
            let same_names = a.len() == b.len()
                && a.iter().all(|(name, _)| b.iter().any(|(other, _)| other == name));
            if !same_names {
                return Some(false);
            }
            all(a.iter().map(|(name, value)| {
                let (_, other) = b.iter().find(|(other, _)| other == name)?;
                equal_parts(value, other)
            }))
        }
        _ => Some(false),
    }
}

fn equal_parts(a: &KnownPart, b: &KnownPart) -> Option<bool> {
    equal(&a.value, &b.value).filter(|_| a.is_certain && b.is_certain)
}

/// False if one is, else unknown if one is.
fn all(verdicts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for verdict in verdicts {
        match verdict {
            Some(false) => return Some(false),
            Some(true) => {}
            None => result = None,
        }
    }
    result
}

pub(super) fn member<'a>(members: &'a [(Symbol, KnownPart)], name: &str) -> Option<&'a KnownPart> {
    members.iter().find(|(found, _)| found.as_str() == name).map(|(_, part)| part)
}

/// The value for a message: `the string "8080"`.
pub(crate) fn shown(value: &Known) -> String {
    match value {
        Known::Unknown => "another value".to_owned(),
        Known::Null => "null".to_owned(),
        Known::Bool(value) => format!("the boolean {value}"),
        Known::Int(value) => format!("the integer {value}"),
        Known::Float(value) => format!("the number {value:?}"),
        Known::Str(Some(text)) => {
            let mut shown: String = text.chars().take(MAX_SHOWN).collect();
            if shown.len() < text.len() {
                shown.push('…');
            }
            format!("the string \"{}\"", shown.escape_debug())
        }
        Known::Str(None) => "a string".to_owned(),
        Known::Path(_) => "a path".to_owned(),
        Known::List { items, complete: true } if items.is_empty() => "an empty list".to_owned(),
        Known::List { .. } => "a list".to_owned(),
        Known::Attrs { .. } => "a set".to_owned(),
        Known::Package => "a package".to_owned(),
        Known::Function => "a function".to_owned(),
    }
}
