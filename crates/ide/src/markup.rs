//! Documentation as nixpkgs writes it, for editors: their Markdown, or plain text.
//!
//! Option descriptions are Markdown with a few constructs of nixpkgs' own (manual of nixpkgs, "Documentation
//! conventions"): roles such as ``{option}`services.web.enable` ``, links to options, and notes between `:::`.

/// Without the constructs that only nixpkgs' own tools understand. What stands in code is left as it is.
pub(crate) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            out.push_str(line);
        } else if let Some(note) = line.trim_start().strip_prefix(":::") {
            out.push_str(&note_heading(note));
        } else {
            inline(line, &mut out);
        }
        out.push('\n');
    }
    let end = out.trim_end().len();
    out.truncate(end);
    out
}

/// `::: {.note}` begins a note, a bare `:::` ends it.
fn note_heading(note: &str) -> String {
    let class = note.split_once("{.").and_then(|(_, rest)| rest.split(['}', ' ']).next());
    match class {
        Some(class) => {
            let mut letters = class.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            format!("**{}:**", first.into_iter().chain(letters).collect::<String>())
        }
        None => String::new(),
    }
}

fn inline(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find(['{', '[', '`']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = role(rest).or_else(|| option_link(rest)).or_else(|| code(rest));
        match taken {
            Some((text, length)) => {
                out.push_str(&text);
                rest = &rest[length..];
            }
            None => {
                out.push_str(&rest[..1]);
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

/// ``{file}`x` ``: its text, and how long it is.
fn role(text: &str) -> Option<(String, usize)> {
    let (name, rest) = text.strip_prefix('{')?.split_once('}')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    if !is_name || !rest.starts_with('`') {
        return None;
    }
    let (code, length) = code(rest)?;
    Some((code, name.len() + 2 + length))
}

/// `[](#opt-services.web.enable)`: the option's name.
fn option_link(text: &str) -> Option<(String, usize)> {
    let (target, _) = text.strip_prefix("[](#")?.split_once(')')?;
    let length = "[](#".len() + target.len() + 1;
    let name = target.strip_prefix("opt-").unwrap_or(target);
    Some((format!("`{name}`"), length))
}

/// Something in code quotes, with them.
fn code(text: &str) -> Option<(String, usize)> {
    let quotes = text.len() - text.trim_start_matches('`').len();
    if quotes == 0 {
        return None;
    }
    let (quote, rest) = text.split_at(quotes);
    let end = rest.find(quote)? + 2 * quotes;
    Some((text[..end].to_owned(), end))
}

/// Markdown as plain text: the words without the signs.
pub fn plain_text(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut in_code = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            continue;
        }
        if in_code {
            out.push_str("    ");
            out.push_str(line);
        } else if line == "---" {
            out.push_str("────");
        } else {
            let line = line.trim_start_matches('#').trim_start_matches(' ');
            plain_line(line, &mut out);
        }
        out.push('\n');
    }
    out
}

/// Without code quotes, emphasis and the targets of links.
fn plain_line(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find(['`', '*', '[']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((code, length)) = code(rest) {
            out.push_str(code.trim_matches('`').trim());
            rest = &rest[length..];
        } else if let Some((text, length)) = link(rest) {
            out.push_str(text);
            rest = &rest[length..];
        } else {
            let sign = rest.len() - rest.trim_start_matches('*').len();
            // A star with blanks around it is a list's or a product's.
            let is_emphasis = sign > 0 && emphasis_end(rest, sign).is_some();
            match is_emphasis.then(|| emphasis_end(rest, sign)).flatten() {
                Some(end) => {
                    plain_line(&rest[sign..end], out);
                    rest = &rest[end + sign..];
                }
                None => {
                    let length = sign.max(1);
                    out.push_str(&rest[..length]);
                    rest = &rest[length..];
                }
            }
        }
    }
    out.push_str(rest);
}

fn emphasis_end(text: &str, sign: usize) -> Option<usize> {
    let (stars, inner) = text.split_at(sign);
    if inner.starts_with(' ') {
        return None;
    }
    inner.find(stars).filter(|&end| end > 0).map(|end| end + sign)
}

/// `[text](target)`.
fn link(text: &str) -> Option<(&str, usize)> {
    let (shown, rest) = text.strip_prefix('[')?.split_once(']')?;
    let (target, _) = rest.strip_prefix('(')?.split_once(')')?;
    Some((shown, shown.len() + target.len() + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str, plain: &str) {
        let shown = markdown(text);
        assert_eq!(shown, expected);
        assert_eq!(plain_text(&shown).trim_end(), plain);
    }

    #[test]
    fn roles_and_links() {
        check(
            "See {option}`a.b` and {manpage}`x(1)`, or [](#opt-c.d).",
            "See `a.b` and `x(1)`, or `c.d`.",
            "See a.b and x(1), or c.d.",
        );
        check(
            "Not {x} nor `{file}` nor {",
            "Not {x} nor `{file}` nor {",
            "Not {x} nor {file} nor {",
        );
        check(
            "[Text](https://x.y) *is* **good**",
            "[Text](https://x.y) *is* **good**",
            "Text is good",
        );
        check("2 * 3 * 4", "2 * 3 * 4", "2 * 3 * 4");
    }

    #[test]
    fn notes_and_code() {
        check(
            "::: {.warning}\nIt *bites*.\n:::\n\n```\n{file}`x`\n```",
            "**Warning:**\nIt *bites*.\n\n\n```\n{file}`x`\n```",
            "Warning:\nIt bites.\n\n\n    {file}`x`",
        );
        check("### `a`\n- `b`", "### `a`\n- `b`", "a\n- b");
    }
}
