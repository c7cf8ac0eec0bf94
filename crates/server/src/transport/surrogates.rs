//! JSON from editors whose texts are sequences of UTF-16 units: where such a text was cut in the middle of a character, one
//! half of a surrogate pair is left over, which is sent as `\ud83d` and which no UTF-8 can hold.

const ESCAPE: usize = r"\ud83d".len();

/// The same JSON with U+FFFD for each lone half, which is as long in UTF-16, so that positions still fit; `None` if there
/// is no such half in it.
pub(super) fn mended(json: &[u8]) -> Option<Vec<u8>> {
    let mut mended = Vec::new();
    let (mut at, mut done) = (0, 0);
    while let Some(found) = json[at..].iter().position(|&byte| byte == b'\\') {
        at += found;
        let first = unit(json, at);
        let second = first.and_then(|_| unit(json, at + ESCAPE));
        at += match (first, second) {
            (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => 2 * ESCAPE,
            (Some(0xd800..0xe000), _) => {
                mended.extend(&json[done..at]);
                mended.extend(r"\ufffd".as_bytes());
                done = at + ESCAPE;
                ESCAPE
            }
            (Some(_), _) => ESCAPE,
            // Another escape: what follows the backslash is no backslash of its own.
            (None, _) => 2,
        };
        if at >= json.len() {
            break;
        }
    }
    if done == 0 {
        return None;
    }
    mended.extend(&json[done..]);
    Some(mended)
}

/// The UTF-16 unit that is escaped here.
fn unit(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + ESCAPE)?.strip_prefix(br"\u")?;
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    u16::from_str_radix(str::from_utf8(digits).ok().filter(|_| is_hex)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: Option<&str>) {
        let mended = mended(json.as_bytes()).map(|json| String::from_utf8(json).unwrap());
        assert_eq!(mended.as_deref(), expected);
    }

    #[test]
    fn halves_are_replaced_and_pairs_are_not() {
        check(r#"["\ud83d"]"#, Some(r#"["\ufffd"]"#));
        check(r#"["a\uDE00b\ud83d\ud83d\ude00"]"#, Some(r#"["a\ufffdb\ufffd\ud83d\ude00"]"#));
        check(r#"["\ud83d\n\ude00"]"#, Some(r#"["\ufffd\n\ufffd"]"#));
        check(r#"["\ud83d\ude00 \u00e9"]"#, None);
    }

    #[test]
    fn a_backslash_that_is_escaped_begins_nothing() {
        check(r#"["\\ud83d"]"#, None);
        check(r#"["\\\ud83d"]"#, Some(r#"["\\\ufffd"]"#));
    }

    #[test]
    fn what_is_cut_off_is_left_alone() {
        for json in ["\\", r"\u", r"\ud83", r#""\"#, r"\u+12f", ""] {
            check(json, None);
        }
        check(r"\ud83d", Some(r"\ufffd"));
        check(r"\ud83d\", Some(r"\ufffd\"));
    }
}
