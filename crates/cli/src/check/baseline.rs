//! `--baseline`: findings of an old tree that are known and not to be told again, so that only new ones
//! are.
//!
//! A finding is recognised by its file, its rule, its message and the text of its line, wherever that
//! line has moved to, and as often as it was recorded. The line is kept as a hash: it may hold what
//! nobody wants to keep in another file, such as a password.

use super::Sources;
use anyhow::{Context, anyhow};
use lints::Diagnostic;
use module::FileId;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// What the file's form is called in it.
const VERSION: u32 = 1;

#[derive(Debug)]
pub struct Baseline {
    file: PathBuf,
    /// How often each finding is known.
    known: BTreeMap<Key, usize>,
}

/// What a finding is recognised by; the order is that of the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// From the root.
    file: String,
    rule: String,
    message: String,
    line: String,
}

impl Key {
    fn of(finding: &Diagnostic, root: FileId, sources: &impl Sources) -> Key {
        Key {
            file: finding.file.relative_to(root).to_owned(),
            rule: finding.rule.to_owned(),
            message: finding.message.clone(),
            line: line_hash(finding, sources),
        }
    }
}

/// What the text of the finding's line comes to, however it is indented.
pub fn line_hash(finding: &Diagnostic, sources: &impl Sources) -> String {
    let line = sources.source(finding.file).map(|(text, lines)| {
        let line = lines.line_range(text, lines.line(finding.range.start()));
        let words: Vec<&str> = text[line].split_whitespace().collect();
        words.join(" ")
    });
    let hash = Sha256::digest(line.unwrap_or_default());
    hash[..8].iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The findings of a run as a baseline sees them.
#[derive(Debug)]
pub struct Split {
    pub new: Vec<Diagnostic>,
    pub covered: Vec<Diagnostic>,
    /// How many are recorded and do not occur any more.
    pub gone: usize,
}

/// Whether a run looks for findings of a rule (second) in a file (first, from the root).
type Scope<'a> = &'a dyn Fn(&str, &str) -> bool;

impl Baseline {
    /// # Errors
    /// If the file cannot be read or is no baseline. One that is to be made may be missing.
    pub fn read(file: &Path, may_be_missing: bool) -> anyhow::Result<Baseline> {
        let shown = file.display();
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if may_be_missing && error.kind() == ErrorKind::NotFound => {
                return Ok(Baseline { file: file.to_owned(), known: BTreeMap::new() });
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(error).with_context(|| {
                    format!("cannot read the baseline {shown}; --update-baseline makes one")
                });
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read the baseline {shown}"));
            }
        };
        let written: Written = serde_json::from_str(&text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let place = format!(" at line {line} column {column}");
            let message = error.to_string();
            let message = message.strip_suffix(&place).unwrap_or(&message);
            anyhow!("{shown}:{line}:{column}: this is no baseline: {message}")
        })?;
        let mut known: BTreeMap<Key, usize> = BTreeMap::new();
        for Entry { file, rule, message, line, count } in written.findings {
            *known.entry(Key { file, rule, message, line }).or_default() += count.get();
        }
        Ok(Baseline { file: file.to_owned(), known })
    }

    /// Tells the findings that are known from those that are not.
    pub fn split(
        &self,
        findings: Vec<Diagnostic>,
        root: FileId,
        sources: &impl Sources,
        in_scope: Scope<'_>,
    ) -> Split {
        let mut left = self.known.clone();
        let (covered, new) = findings.into_iter().partition(|finding| {
            match left.get_mut(&Key::of(finding, root, sources)) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    true
                }
                _ => false,
            }
        });
        let gone = left.iter().filter(|(key, _)| in_scope(&key.file, &key.rule));
        Split { new, covered, gone: gone.map(|(_, count)| count).sum() }
    }

    /// Records these findings in place of all that the run has looked for, and says how many there are
    /// now.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn update<'a>(
        mut self,
        findings: impl Iterator<Item = &'a Diagnostic>,
        root: FileId,
        sources: &impl Sources,
        in_scope: Scope<'_>,
    ) -> anyhow::Result<usize> {
        self.known.retain(|key, _| !in_scope(&key.file, &key.rule));
        for finding in findings {
            *self.known.entry(Key::of(finding, root, sources)).or_default() += 1;
        }
        workspace::write_text(&self.file, &self.text()?)
            .with_context(|| format!("cannot write the baseline {}", self.file.display()))?;
        Ok(self.known.values().sum())
    }

    /// One finding a line, so that a change of the tree is a change of a few lines.
    fn text(&self) -> anyhow::Result<String> {
        let mut lines = Vec::with_capacity(self.known.len());
        for (key, &count) in &self.known {
            let Some(count) = NonZeroUsize::new(count) else { continue };
            let Key { file, rule, message, line } = key.clone();
            lines.push(serde_json::to_string(&Entry { file, rule, message, line, count })?);
        }
        let findings = match lines.is_empty() {
            true => String::new(),
            false => format!("\n    {}\n  ", lines.join(",\n    ")),
        };
        Ok(format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{findings}]\n}}\n"))
    }
}

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "version", deserialize_with = "known_version")]
    _version: u32,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    file: String,
    rule: String,
    message: String,
    line: String,
    count: NonZeroUsize,
}

fn known_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let version = u32::deserialize(deserializer)?;
    match version {
        VERSION => Ok(version),
        _ => Err(serde::de::Error::custom(format!(
            "its version is {version}, and only {VERSION} is known"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::{Tree, finding, root};
    use lints::Level;

    /// A baseline in a folder of its own, updated with these findings.
    fn recorded(tree: &Tree, findings: &[Diagnostic]) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("baseline.json");
        let baseline = Baseline::read(&file, true).unwrap();
        let count = baseline.update(findings.iter(), root(), tree, &|_, _| true).unwrap();
        assert_eq!(count, findings.len());
        (dir, file)
    }

    fn split(file: &Path, tree: &Tree, findings: Vec<Diagnostic>) -> (usize, usize, usize) {
        let baseline = Baseline::read(file, false).unwrap();
        let split = baseline.split(findings, root(), tree, &|_, _| true);
        (split.new.len(), split.covered.len(), split.gone)
    }

    fn hint(tree: &Tree, word: &str, message: &str) -> Diagnostic {
        finding(tree.find("a.nix", word), Level::Hint, message)
    }

    #[test]
    fn a_known_finding_is_known_wherever_its_line_has_gone() {
        let old = Tree::new(&[("a.nix", "{\n  a = x;\n  b = y;\n}")]);
        let (_dir, file) = recorded(&old, &[hint(&old, "x", "m"), hint(&old, "y", "m")]);
        assert_eq!(split(&file, &old, vec![hint(&old, "x", "m"), hint(&old, "y", "m")]), (0, 2, 0));

        let moved = Tree::new(&[("a.nix", "# New.\n{\n      b = y;\n\ta  =  x;\n}")]);
        let found = vec![hint(&moved, "y", "m"), hint(&moved, "x", "m")];
        assert_eq!(split(&file, &moved, found), (0, 2, 0));

        let other = Tree::new(&[("a.nix", "{\n  a = x + 1;\n  b = y;\n}")]);
        let found = vec![hint(&other, "x", "m"), hint(&other, "y", "n")];
        assert_eq!(split(&file, &other, found), (2, 0, 2));
    }

    #[test]
    fn each_is_known_as_often_as_it_was_there() {
        let tree = Tree::new(&[("a.nix", "{ a = x; }")]);
        let found = |times| vec![hint(&tree, "x", "m"); times];
        let (_dir, file) = recorded(&tree, &found(2));
        assert_eq!(split(&file, &tree, found(3)), (1, 2, 0));
        assert_eq!(split(&file, &tree, found(1)), (0, 1, 1));
    }

    #[test]
    fn what_a_run_did_not_look_for_stays_recorded() {
        let tree = Tree::new(&[("a.nix", "{ a = x; }"), ("b.nix", "{ b = y; }")]);
        let elsewhere = finding(tree.find("b.nix", "y"), Level::Hint, "m");
        let (_dir, file) = recorded(&tree, &[hint(&tree, "x", "m"), elsewhere.clone()]);
        let in_scope: Scope<'_> = &|file, _| file == "a.nix";
        let baseline = Baseline::read(&file, false).unwrap();
        assert_eq!(baseline.split(Vec::new(), root(), &tree, in_scope).gone, 1);
        let left = baseline.update([].into_iter(), root(), &tree, in_scope).unwrap();
        assert_eq!(left, 1);
        assert_eq!(split(&file, &tree, vec![elsewhere]), (0, 1, 0));
    }

    #[test]
    fn the_file_is_stable_and_holds_no_source() {
        let tree = Tree::new(&[("a.nix", "{ password = \"hunter2\"; }")]);
        let found = [hint(&tree, "hunter2", "n"), hint(&tree, "hunter2", "m")];
        let (_dir, file) = recorded(&tree, &found);
        let text = fs::read_to_string(&file).unwrap();
        let line = line_hash(&found[0], &tree);
        assert_eq!(
            text,
            format!(
                "{{\n  \"version\": 1,\n  \"findings\": [\n    \
                 {{\"file\":\"a.nix\",\"rule\":\"unguarded-config\",\"message\":\"m\",\"line\":\"{line}\",\"count\":1}},\n    \
                 {{\"file\":\"a.nix\",\"rule\":\"unguarded-config\",\"message\":\"n\",\"line\":\"{line}\",\"count\":1}}\n  ]\n}}\n"
            )
        );
        // As it was written by the first release.
        assert_eq!(line, "cc286040e5da332f");
        let (_dir, file) = recorded(&tree, &[]);
        let text = fs::read_to_string(file).unwrap();
        assert_eq!(text, "{\n  \"version\": 1,\n  \"findings\": []\n}\n");
    }

    #[test]
    fn what_is_no_baseline_is_told_with_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("baseline.json");
        let missing = Baseline::read(&file, false).unwrap_err();
        assert!(format!("{missing:#}").contains("--update-baseline makes one"), "{missing:#}");
        for (text, words) in [
            ("", ":1:0: this is no baseline: EOF"),
            ("{\n  \"version\": 1,\n  \"findings\": [{ \"file\": 1 }]\n}", ":3:"),
            (
                "{\n  \"version\": 2,\n  \"findings\": []\n}",
                ":2:14: this is no baseline: its version is 2",
            ),
            ("{ \"version\": 1, \"findings\": [], \"more\": 1 }", "unknown field `more`"),
        ] {
            fs::write(&file, text).unwrap();
            for may_be_missing in [false, true] {
                let error = Baseline::read(&file, may_be_missing).unwrap_err().to_string();
                assert!(error.contains("baseline.json:") && error.contains(words), "{error}");
            }
        }
    }
}
