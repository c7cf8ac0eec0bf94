//! Links between pages.

use super::slug::Slugs;
use anyhow::{Context, Result};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The links of `files` (from the root) that lead to no file, or to no heading of one.
pub fn broken(root: &Path, files: &[PathBuf]) -> Result<Vec<String>> {
    let mut headings: HashMap<PathBuf, HashSet<String>> = HashMap::new();
    let mut problems = Vec::new();
    for file in files {
        let text = read(root, file)?;
        for target in targets(&text) {
            let Some(path) = resolved(file, &target) else { continue };
            let shown = file.display();
            if !root.join(&path).exists() {
                problems.push(format!("{shown}: {target}: there is no such file"));
                continue;
            }
            let Some((_, anchor)) = target.split_once('#') else { continue };
            if !headings.contains_key(&path) {
                headings.insert(path.clone(), headings_of(&read(root, &path)?));
            }
            if !headings[&path].contains(anchor) {
                problems.push(format!("{shown}: {target}: the page has no such heading"));
            }
        }
    }
    Ok(problems)
}

fn read(root: &Path, file: &Path) -> Result<String> {
    fs::read_to_string(root.join(file)).with_context(|| format!("cannot read {}", file.display()))
}

/// Where a link of `file` leads, from the root; `None` if it leads out of the repository.
pub fn resolved(file: &Path, target: &str) -> Option<PathBuf> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let path = target.split('#').next().unwrap_or_default();
    if path.is_empty() {
        return Some(file.to_owned());
    }
    let mut resolved = file.parent().unwrap_or(Path::new("")).to_owned();
    for component in Path::new(path).components() {
        match component {
            Component::ParentDir => {
                resolved.pop();
            }
            Component::Normal(name) => resolved.push(name),
            _ => {}
        }
    }
    Some(resolved)
}

/// Where the links and pictures of a page lead, as written; code is no link.
pub fn targets(text: &str) -> Vec<String> {
    let targets = parser(text).filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            Some(dest_url.into_string())
        }
        _ => None,
    });
    targets.collect()
}

fn headings_of(text: &str) -> HashSet<String> {
    let mut slugs = Slugs::default();
    let mut headings = HashSet::new();
    let mut heading: Option<String> = None;
    for event in parser(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                headings.extend(heading.take().map(|heading| slugs.next(&heading)));
            }
            Event::Text(part) | Event::Code(part) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&part);
                }
            }
            _ => {}
        }
    }
    headings
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_links_are_found_with_their_page() {
        let dir = tempfile::tempdir().unwrap();
        let page = "# Top\n\n[a](b.md) [b](b.md#two-words) [c](#top) [d](../README.md)\n\
                    [e](gone.md) [f](b.md#gone) [g](#gone) <https://example.org> [h][ref]\n\n\
                    `[code](gone.md)`\n\n```\n[code](gone.md)\n```\n\n[ref]: nowhere/\n";
        fs::create_dir(dir.path().join("docs")).unwrap();
        fs::write(dir.path().join("README.md"), "").unwrap();
        fs::write(dir.path().join("docs/a.md"), page).unwrap();
        fs::write(dir.path().join("docs/b.md"), "## Two `words`\n").unwrap();
        assert_eq!(
            broken(dir.path(), &[PathBuf::from("docs/a.md")]).unwrap(),
            [
                "docs/a.md: gone.md: there is no such file",
                "docs/a.md: b.md#gone: the page has no such heading",
                "docs/a.md: #gone: the page has no such heading",
                "docs/a.md: nowhere/: there is no such file",
            ]
        );
    }
}
