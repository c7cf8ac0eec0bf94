//! Findings as workflow commands of GitHub Actions, which annotate the lines of a change.

use super::{Region, Sources};
use lints::{Diagnostic, Level};
use module::FileId;
use std::io::Write;
use std::path::Path;

pub fn write(
    diagnostics: &[Diagnostic],
    root: FileId,
    sources: &impl Sources,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    // Annotations are looked for from the checkout's root; the tree may be a part of it.
    let checkout = std::env::var("GITHUB_WORKSPACE").ok();
    let prefix = checkout.and_then(|checkout| prefix(root, Path::new(&checkout)));
    write_below(&prefix.unwrap_or_default(), diagnostics, root, sources, out)
}

/// The way from the checkout to the tree, with a `/` at its end; `None` if it does not lie in it.
fn prefix(root: FileId, checkout: &Path) -> Option<String> {
    let below = Path::new(root.path()).strip_prefix(checkout).ok()?.to_str()?;
    Some(if below.is_empty() { String::new() } else { format!("{below}/") })
}

fn write_below(
    prefix: &str,
    diagnostics: &[Diagnostic],
    root: FileId,
    sources: &impl Sources,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    for finding in diagnostics {
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Information | Level::Hint => "notice",
        };
        let Region { line, column, end_line, end_column } =
            Region::of(finding.file, finding.range, sources);
        let file = property(&format!("{prefix}{}", finding.file.relative_to(root)));
        writeln!(
            out,
            "::{command} file={file},line={line},col={column},endLine={end_line},\
             endColumn={end_column},title={}::{}",
            property(finding.rule),
            data(&finding.message)
        )?;
    }
    Ok(())
}

/// Text after the second `::`, as the runner's own toolkit escapes it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The same for the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::{Tree, finding, root};

    #[test]
    fn every_level_is_a_command_with_its_place() {
        let tree = Tree::new(&[("a, b/ä%.nix", "{ ä = 1;\n  x = 2; }")]);
        let found = |level, message| finding(tree.find("a, b/ä%.nix", "1;\n  x"), level, message);
        let diagnostics = [
            found(Level::Error, "50% of\r\nit: `x, y`"),
            found(Level::Warning, "m"),
            found(Level::Information, "m"),
            found(Level::Hint, "m"),
        ];
        let mut out = Vec::new();
        write_below("sub/", &diagnostics, root(), &tree, &mut out).unwrap();
        let place =
            "file=sub/a%2C b/ä%25.nix,line=1,col=7,endLine=2,endColumn=4,title=unguarded-config";
        assert_eq!(
            String::from_utf8(out).unwrap(),
            format!(
                "::error {place}::50%25 of%0D%0Ait: `x, y`\n::warning {place}::m\n\
                 ::notice {place}::m\n::notice {place}::m\n"
            )
        );
    }

    #[test]
    fn a_tree_inside_the_checkout_is_seen_from_there() {
        assert_eq!(prefix(root(), Path::new("/tree")), Some(String::new()));
        assert_eq!(prefix(FileId::new("/tree/nix/host"), Path::new("/tree")).unwrap(), "nix/host/");
        assert_eq!(prefix(root(), Path::new("/elsewhere")), None);
    }
}
