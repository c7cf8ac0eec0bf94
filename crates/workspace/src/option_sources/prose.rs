//! Descriptions as hovers can show them.

use std::borrow::Cow;

/// Without the roles of the NixOS manual's Markdown: `` {option}`a.b` `` becomes `` `a.b` ``, and a link
/// to an option, `[](#opt-a.b)`, its path.
pub(super) fn plain_markdown(text: &str) -> Cow<'_, str> {
    if !text.contains("}`") && !text.contains("[](#opt-") {
        return Cow::Borrowed(text.trim());
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '[']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = without_role(rest) {
            rest = after;
        } else if let Some((path, after)) = option_link(rest) {
            out.push_str(&format!("`{path}`"));
            rest = after;
        } else {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out.trim().to_owned())
}

fn without_role(text: &str) -> Option<&str> {
    let (role, after) = text.strip_prefix('{')?.split_once('}')?;
    let is_role = !role.is_empty() && role.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_role && after.starts_with('`')).then_some(after)
}

fn option_link(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("[](#opt-")?.split_once(')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_go_and_everything_else_stays() {
        for (text, shown) in [
            ("See {option}`a.b` and {file}`/etc/x`.\n", "See `a.b` and `/etc/x`."),
            ("As [](#opt-services.x.enable) says", "As `services.x.enable` says"),
            ("`{ a = 1; }` and {x} and [a](b) {", "`{ a = 1; }` and {x} and [a](b) {"),
            ("{option}`ä` {Not}`b` {}`c`", "`ä` {Not}`b` {}`c`"),
        ] {
            assert_eq!(plain_markdown(text), shown);
        }
    }
}
