//! The options as people read of them: one for each path, without what is not meant for them.

use super::entry::Entry;

/// One option with all places that declare it.
#[derive(Debug, Clone, PartialEq)]
pub struct PageOption<'e> {
    /// The first that declares it; what it leaves out, the others may say.
    pub first: &'e Entry,
    pub r#type: Option<&'e str>,
    pub default: Option<&'e str>,
    pub description: Option<&'e str>,
    pub example: Option<&'e str>,
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
                last.default = last.default.or(entry.default.as_deref());
                last.description = last.description.or(entry.description.as_deref());
                last.example = last.example.or(entry.example.as_deref());
                last.declared_in.push(place);
            }
            None => options.push(PageOption {
                first: entry,
                r#type: entry.r#type.as_deref(),
                default: entry.default.as_deref().or(of_enable(entry, "false")),
                description: entry.description.as_deref(),
                example: entry.example.as_deref().or(of_enable(entry, "true")),
                declared_in: vec![place],
            }),
        }
    }
    options
}

/// What `mkEnableOption` says without anybody having written it.
fn of_enable(entry: &Entry, value: &'static str) -> Option<&'static str> {
    (entry.kind == "enable").then_some(value)
}

fn is_retired(entry: &Entry) -> bool {
    matches!(entry.kind, "renamed" | "removed")
}
