//! The options as people read of them: one for each path, without what is not meant for them.

use super::entry::Entry;
use std::borrow::Cow;

/// One option with all places that declare it.
#[derive(Debug, Clone, PartialEq)]
pub struct PageOption<'e> {
    /// The first that declares it; what it leaves out, the others may say.
    pub first: &'e Entry,
    pub r#type: Option<&'e str>,
    pub default: Option<Cow<'e, str>>,
    pub description: Option<&'e str>,
    pub example: Option<Cow<'e, str>>,
    /// File and line, each place once.
    pub declared_in: Vec<(&'e str, u32)>,
}

/// In the order of the paths. As in NixOS's manual, internal, renamed and removed options are left out.
pub fn options(entries: &[Entry]) -> Vec<PageOption<'_>> {
    let mut options: Vec<PageOption<'_>> = Vec::new();
    for entry in entries.iter().filter(|entry| !entry.internal && !is_retired(entry)) {
        let place = (entry.file.as_str(), entry.line);
        match options.last_mut().filter(|last| last.first.path == entry.path) {
            Some(last) => {
                last.r#type = last.r#type.or(entry.r#type.as_deref());
                last.default = last.default.take().or_else(|| default(entry));
                last.description = last.description.or(entry.description.as_deref());
                last.example = last.example.take().or_else(|| example(entry));
                last.declared_in.push(place);
            }
            None => options.push(PageOption {
                first: entry,
                r#type: entry.r#type.as_deref(),
                default: default(entry),
                description: entry.description.as_deref(),
                example: example(entry),
                declared_in: vec![place],
            }),
        }
    }
    options
}

fn default(entry: &Entry) -> Option<Cow<'_, str>> {
    entry.default.as_deref().map(unindented).or_else(|| of_enable(entry, "false"))
}

fn example(entry: &Entry) -> Option<Cow<'_, str>> {
    entry.example.as_deref().map(unindented).or_else(|| of_enable(entry, "true"))
}

/// What `mkEnableOption` says without anybody having written it.
fn of_enable(entry: &Entry, value: &'static str) -> Option<Cow<'static, str>> {
    (entry.kind == "enable").then_some(Cow::Borrowed(value))
}

/// Source text that began somewhere in a line, as if it had begun at the start of one.
fn unindented(source: &str) -> Cow<'_, str> {
    let Some((first, rest)) = source.split_once('\n') else { return Cow::Borrowed(source) };
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let written = rest.lines().filter(|line| !line.trim().is_empty());
    let common = written.map(indentation).min().unwrap_or(0);
    let mut text = first.to_owned();
    for line in rest.lines() {
        text.push('\n');
        text.push_str(line.get(common..).unwrap_or_default());
    }
    Cow::Owned(text)
}

fn is_retired(entry: &Entry) -> bool {
    matches!(entry.kind, "renamed" | "removed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_lose_the_indentation_of_where_they_stood() {
        assert_eq!(unindented("[\n        \"a\"\n\n      ]"), "[\n  \"a\"\n\n]");
        assert_eq!(unindented("{ }"), "{ }");
        assert_eq!(unindented("[\n]"), "[\n]");
    }
}
