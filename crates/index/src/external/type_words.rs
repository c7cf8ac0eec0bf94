//! Types from Nix's own descriptions of them, as documentation prints them: the way back of
//! [`Type::description`].

use module::facts::Known;
use module::types::{Leaf, Submodule, Type};

/// So many types may stand in each other; what people write has three or four.
const MAX_DEPTH: u32 = 16;

/// The type that a description speaks of; `Unknown` unless the type that is found would be described
/// in exactly these words.
pub fn type_of_words(words: &str) -> Type {
    parse(words, MAX_DEPTH)
        .filter(|ty| ty.description().as_deref() == Some(words))
        .unwrap_or(Type::Unknown)
}

fn parse(words: &str, depth: u32) -> Option<Type> {
    let depth = depth.checked_sub(1)?;
    let words = unparenthesized(words);
    simple(words).or_else(|| prefixed(words, depth)).or_else(|| alternatives(words, depth))
}

/// A type without other types in it.
fn simple(words: &str) -> Option<Type> {
    const LEAVES: [&str; 21] = [
        "raw",
        "anything",
        "unspecified",
        "bool",
        "boolByOr",
        "int",
        "float",
        "str",
        "nonEmptyStr",
        "singleLineStr",
        "attrs",
        "fileset",
        "package",
        "pkgs",
        "path",
        "pathInStore",
        "externalPath",
        "luaInline",
        "deferredModule",
        "optionDeclaration",
        "optionType",
    ];
    const INTS: [&str; 8] = ["unsigned", "positive", "u8", "u16", "u32", "s8", "s16", "s32"];
    let leaves = LEAVES.iter().filter_map(|name| Leaf::named(name).map(Type::Leaf));
    let ints = INTS.iter().filter_map(|name| Type::named_int(name));
    let numbers = ["nonnegative", "positive"].iter().filter_map(|name| Type::named_number(name));
    if let Some(ty) =
        leaves.chain(ints).chain(numbers).find(|ty| ty.description().as_deref() == Some(words))
    {
        return Some(ty);
    }
    if words == "submodule" {
        return Some(Type::Submodule(Submodule::default()));
    }
    if let Some(range) = between(words, "integer between ") {
        let (low, high) = range?;
        return Some(Type::IntBetween { low: Some(low), high: Some(high), words: None });
    }
    if let Some(values) = words.strip_prefix("one of ") {
        return Some(Type::Enum(Some(enum_values(values)?)));
    }
    if let Some(value) = words.strip_prefix("value ") {
        return Some(Type::Enum(Some(enum_values(value.strip_suffix(" (singular enum)")?)?)));
    }
    if let Some(pattern) = words.strip_prefix("string matching the pattern ") {
        return Some(Type::StrMatching(Some(pattern.to_owned())));
    }
    if let Some(separator) = words.strip_prefix("strings concatenated with ") {
        let (separator, rest) = quoted(separator)?;
        return rest.is_empty().then_some(Type::SeparatedString(Some(separator)));
    }
    None
}

/// `Some(None)`: it begins as a range, and is none.
fn between(words: &str, prefix: &str) -> Option<Option<(i64, i64)>> {
    let range = words.strip_prefix(prefix)?.strip_suffix(" (both inclusive)")?;
    let bounds = range.split_once(" and ");
    Some(bounds.and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?))))
}

/// `null or …`, `… or …`, `… or … convertible to it`.
fn alternatives(words: &str, depth: u32) -> Option<Type> {
    if let Some(rest) = words.strip_suffix(" convertible to it") {
        let (to, from) = first_alternative(rest, depth)?;
        let from = Box::new(one(from, depth)?);
        return Some(Type::Coerced { from, to: Box::new(to) });
    }
    if let Some(inner) = words.strip_prefix("null or ") {
        return Some(Type::NullOr(Box::new(parse(inner, depth)?)));
    }
    let (left, right) = first_alternative(words, depth)?;
    Some(Type::Either(Box::new(left), Box::new(parse(right, depth)?)))
}

/// The type before the first ` or ` that stands in no parentheses and in no string, and what follows.
fn first_alternative(words: &str, depth: u32) -> Option<(Type, &str)> {
    words.match_indices(" or ").find_map(|(at, or)| {
        let (left, right) = (&words[..at], &words[at + or.len()..]);
        let left = one(left.strip_suffix(',').unwrap_or(left), depth)?;
        Some((left, right))
    })
}

fn prefixed(words: &str, depth: u32) -> Option<Type> {
    let boxed = |words: &str| one(words, depth).map(Box::new);
    if let Some(list) = words.strip_prefix("non-empty ") {
        let Some(Type::List { element, .. }) = one(list, depth) else { return None };
        return Some(Type::List { element, non_empty: true });
    }
    if let Some(element) = words.strip_prefix("list of ") {
        return Some(Type::List { element: boxed(element)?, non_empty: false });
    }
    if let Some(element) = words.strip_prefix("attribute set of ") {
        return Some(Type::Attrs { element: boxed(element)?, lazy: false });
    }
    if let Some(element) = words.strip_prefix("lazy attribute set of ") {
        return Some(Type::Attrs { element: boxed(element)?, lazy: true });
    }
    if let Some(element) = words.strip_prefix("attribute list of ") {
        return Some(Type::AttrList(boxed(element)?));
    }
    if let Some(result) = words.strip_prefix("function that evaluates to a(n) ") {
        return Some(Type::FunctionTo(boxed(result)?));
    }
    if let Some(freeform) = words.strip_prefix("open submodule of ") {
        let mut submodule = Submodule::default();
        submodule.freeform = Some(boxed(freeform)?);
        return Some(Type::Submodule(submodule));
    }
    None
}

/// A type that stands inside another one: alternatives there are in parentheses.
fn one(words: &str, depth: u32) -> Option<Type> {
    let depth = depth.checked_sub(1)?;
    match unparenthesized(words) {
        inner if inner.len() < words.len() => parse(inner, depth),
        plain => simple(plain).or_else(|| prefixed(plain, depth)),
    }
}

/// Without the parentheses around the whole, if they belong together.
fn unparenthesized(words: &str) -> &str {
    let Some(inner) = words.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        return words;
    };
    let mut depth = 0i32;
    for ch in inner.chars() {
        match ch {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return words;
        }
    }
    inner
}

/// `"a", "b", 3`
fn enum_values(text: &str) -> Option<Vec<Known>> {
    let mut values = Vec::new();
    let mut rest = text;
    loop {
        let value;
        (value, rest) = enum_value(rest)?;
        values.push(value);
        if rest.is_empty() {
            return Some(values);
        }
        rest = rest.strip_prefix(", ")?;
    }
}

fn enum_value(text: &str) -> Option<(Known, &str)> {
    if let Some(inner) = text.strip_prefix('"') {
        // Nix does not escape what it quotes here: a quote ends the value where the list goes on.
        let end = inner
            .match_indices('"')
            .map(|(at, _)| at)
            .find(|&at| inner[at + 1..].is_empty() || inner[at + 1..].starts_with(", "))?;
        return Some((Known::Str(Some(inner[..end].to_owned())), &inner[end + 1..]));
    }
    let end = text.find(", ").unwrap_or(text.len());
    let value = match &text[..end] {
        "<null>" => Known::Null,
        "true" => Known::Bool(true),
        "false" => Known::Bool(false),
        number => Known::Int(number.parse().ok()?),
    };
    Some((value, &text[end..]))
}

/// A JSON string at the start, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.strip_prefix('"')?.char_indices();
    while let Some((at, ch)) = chars.next() {
        match ch {
            '"' => return Some((out, &text[at + 2..])),
            '\\' => out.push(match chars.next()?.1 {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            }),
            ch => out.push(ch),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_lead_back_to_their_types() {
        for words in [
            "boolean",
            "null or boolean",
            "string",
            "16 bit unsigned integer; between 0 and 65535 (both inclusive)",
            "null or (positive integer, meaning >0)",
            "positive integer, meaning >0, or value \"auto\" (singular enum)",
            "integer between 0 and 100 (both inclusive)",
            "one of \"a b\", \"c or d\", 3, <null>",
            "list of string",
            "list of (string or signed integer)",
            "non-empty (list of (submodule))",
            "attribute set of (submodule)",
            "attribute set of list of (null or string)",
            "lazy attribute set of (open submodule of (JSON value))",
            "strings concatenated with \"\\n\" or (list of string) convertible to it",
            "null or string or package",
            "string or list of string",
        ] {
            let ty = type_of_words(words);
            if words.contains("JSON") {
                // A part that is not understood leaves the whole not understood.
                assert_eq!(ty, Type::Unknown, "{words}");
            } else {
                assert_eq!(ty.description().as_deref(), Some(words));
            }
        }
    }

    #[test]
    fn what_the_words_mean() {
        let string = || Box::new(Type::STR);
        assert_eq!(type_of_words("null or string"), Type::NullOr(string()));
        assert_eq!(
            type_of_words("list of (null or string)"),
            Type::List { element: Box::new(Type::NullOr(string())), non_empty: false }
        );
        let members = type_of_words("null or (attribute set of (submodule))");
        assert!(members.submodule().is_some_and(|(it, _)| it.freeform.is_none()), "{members:?}");
        let open = type_of_words("open submodule of attribute set of string");
        assert!(open.submodule().is_some_and(|(it, _)| it.freeform.is_some()), "{open:?}");
    }

    #[test]
    fn other_words_are_not_guessed_at() {
        let deep = "(".repeat(10_000) + &")".repeat(10_000);
        let long = ["null or ".repeat(10_000), "string or ".repeat(10_000)].concat();
        for words in [
            "",
            "systemd option",
            "list of strings",
            "one of",
            "value \"a",
            "or",
            "(",
            ")(",
            &deep,
            &long,
        ] {
            assert_eq!(type_of_words(words), Type::Unknown, "{words}");
        }
    }
}
