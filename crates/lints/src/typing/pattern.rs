//! `builtins.match`: POSIX extended regular expressions over bytes, matched as a whole.

use regex::bytes::RegexBuilder;

/// Bytes that a compiled pattern may take.
const MAX_SIZE: usize = 1 << 20;
/// The largest number in braces that is worth compiling.
const MAX_REPETITION: u32 = 1000;

/// Whether `text` as a whole matches `pattern`; `None` for a pattern that Nix refuses or that is not
/// understood here.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    let translated = format!("^(?:{})$", translate(pattern.as_bytes())?);
    let regex = RegexBuilder::new(&translated)
        .unicode(false)
        .dot_matches_new_line(true)
        .size_limit(MAX_SIZE)
        .build()
        .ok()?;
    Some(regex.is_match(text.as_bytes()))
}

/// The same pattern as the `regex` crate writes it.
///
/// Two things differ: a backslash escapes only what has a meaning of its own, and in brackets it is
/// an ordinary character.
fn translate(pattern: &[u8]) -> Option<String> {
    let mut out = String::new();
    let mut open = 0u32;
    // Whether there is something that a quantifier may stand after.
    let mut is_atom = false;
    let mut rest = pattern;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'\\' => {
                let (&escaped, after) = rest.split_first()?;
                if !b"^$\\.*+?()[{|".contains(&escaped) {
                    return None;
                }
                push_byte(&mut out, escaped);
                rest = after;
                is_atom = true;
            }
            b'[' => {
                let (set, after) = bracket(rest)?;
                push_set(&mut out, &set)?;
                rest = after;
                is_atom = true;
            }
            b'.' => {
                out.push('.');
                is_atom = true;
            }
            b'(' => {
                out.push_str("(?:");
                open += 1;
                is_atom = false;
            }
            b')' => {
                open = open.checked_sub(1)?;
                out.push(')');
                is_atom = true;
            }
            b'|' => {
                out.push('|');
                is_atom = false;
            }
            b'^' | b'$' => {
                out.push(char::from(byte));
                is_atom = false;
            }
            b'*' | b'+' | b'?' if is_atom => {
                out.push(char::from(byte));
                // A second one would mean something else to the `regex` crate.
                is_atom = false;
            }
            b'{' if is_atom => {
                let end = rest.iter().position(|&byte| byte == b'}')?;
                out.push_str(&repetition(&rest[..end])?);
                rest = &rest[end + 1..];
                is_atom = false;
            }
            b'*' | b'+' | b'?' | b'{' => return None,
            byte => {
                push_byte(&mut out, byte);
                is_atom = true;
            }
        }
    }
    (open == 0).then_some(out)
}

fn push_byte(out: &mut String, byte: u8) {
    out.push_str(&format!("\\x{byte:02x}"));
}

/// `{2}`, `{2,}`, `{2,3}`, without the braces.
fn repetition(inner: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(inner).ok()?;
    let number = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number: u32 = is_number.then(|| text.parse().ok())??;
        (number <= MAX_REPETITION).then_some(number)
    };
    match text.split_once(',') {
        None => Some(format!("{{{}}}", number(text)?)),
        Some((low, "")) => Some(format!("{{{},}}", number(low)?)),
        Some((low, high)) => {
            let (low, high) = (number(low)?, number(high)?);
            (low <= high).then(|| format!("{{{low},{high}}}"))
        }
    }
}

/// The bytes that a bracket expression stands for, and what follows it. It begins after the `[`.
fn bracket(text: &[u8]) -> Option<([bool; 256], &[u8])> {
    let mut set = [false; 256];
    let (negated, mut rest) = match text.split_first() {
        Some((b'^', rest)) => (true, rest),
        _ => (false, text),
    };
    let mut is_first = true;
    loop {
        let (&byte, after) = rest.split_first()?;
        if byte == b']' && !is_first {
            rest = after;
            break;
        }
        is_first = false;
        if byte == b'[' && matches!(after.first(), Some(b':' | b'.' | b'=')) {
            let class = after.strip_prefix(b":")?;
            let end = class.windows(2).position(|pair| pair == b":]")?;
            let belongs = class_of(&class[..end])?;
            for byte in 0..=127u8 {
                set[usize::from(byte)] |= belongs(&byte);
            }
            rest = &class[end + 2..];
            continue;
        }
        // What other than ASCII means depends on the locale.
        if !byte.is_ascii() {
            return None;
        }
        match after {
            [b'-', high, after @ ..] if *high != b']' => {
                if !high.is_ascii() || *high == b'[' || *high < byte {
                    return None;
                }
                (byte..=*high).for_each(|byte| set[usize::from(byte)] = true);
                rest = after;
            }
            _ => {
                set[usize::from(byte)] = true;
                rest = after;
            }
        }
    }
    if negated {
        set.iter_mut().for_each(|is_in| *is_in = !*is_in);
    }
    Some((set, rest))
}

fn class_of(name: &[u8]) -> Option<fn(&u8) -> bool> {
    Some(match name {
        b"alpha" => u8::is_ascii_alphabetic,
        b"digit" => u8::is_ascii_digit,
        b"alnum" => u8::is_ascii_alphanumeric,
        b"upper" => u8::is_ascii_uppercase,
        b"lower" => u8::is_ascii_lowercase,
        b"punct" => u8::is_ascii_punctuation,
        b"xdigit" => u8::is_ascii_hexdigit,
        b"cntrl" => u8::is_ascii_control,
        b"graph" => u8::is_ascii_graphic,
        b"space" => |byte| byte.is_ascii_whitespace() || *byte == 0x0b,
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"print" => |byte| byte.is_ascii_graphic() || *byte == b' ',
        _ => return None,
    })
}

/// `None` for a set without any byte.
fn push_set(out: &mut String, set: &[bool; 256]) -> Option<()> {
    if !set.contains(&true) {
        return None;
    }
    out.push('[');
    for byte in 0..=255u8 {
        if set[usize::from(byte)] {
            push_byte(out, byte);
        }
    }
    out.push(']');
    Some(())
}

#[cfg(test)]
mod tests {
    use super::matches;

    /// Each verdict is that of `builtins.match`; `None` where Nix refuses the pattern.
    #[test]
    fn patterns_match_as_in_nix() {
        let cases = [
            (".", "\n", Some(true)),
            (".", "é", Some(false)),
            ("..", "é", Some(true)),
            ("[^a]{2}", "é", Some(true)),
            ("[\\d]", "\\", Some(true)),
            ("[\\d]", "d", Some(true)),
            ("\\d", "d", None),
            ("\\-", "-", None),
            ("\\.", ".", Some(true)),
            ("(|a)b", "b", Some(true)),
            ("^a$", "a", Some(true)),
            ("a$", "a\n", Some(false)),
            ("a|bc", "bc", Some(true)),
            ("a|b", "ab", Some(false)),
            ("[]a]", "]", Some(true)),
            ("[[:alnum:]_-]+", "a-_", Some(true)),
            ("[[:alnum:]_-]+", "a b", Some(false)),
            ("[a-]", "-", Some(true)),
            ("a{2}", "aa", Some(true)),
            ("a{,3}", "aa", None),
            ("(?:a)", "a", None),
            ("*a", "a", None),
            ("[z-a]", "a", None),
            ("]", "]", Some(true)),
            ("a)", "a)", None),
            ("[a-z0-9]+(\\.[a-z]+)*", "web1.example.org", Some(true)),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(pattern, text), expected, "{pattern:?} {text:?}");
        }
    }

    /// Nix takes these; what they mean here is left open.
    #[test]
    fn what_is_not_understood_is_not_decided() {
        for pattern in ["a+?", "a**", "[[.a.]]", "[é]", "a{9999}"] {
            assert_eq!(matches(pattern, "a"), None, "{pattern:?}");
        }
    }
}
