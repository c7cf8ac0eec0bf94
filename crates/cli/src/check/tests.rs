use super::*;
use lints::{Fix, FixedFile, Related};
use module::Location;
use std::collections::HashMap;
use std::time::Duration;

const RULE: &str = "unguarded-config";

/// Two files, and findings about marked words in them.
pub(super) struct Tree(HashMap<FileId, (String, LineIndex)>);

impl Sources for Tree {
    fn source(&self, file: FileId) -> Option<(&str, &LineIndex)> {
        self.0.get(&file).map(|(text, lines)| (text.as_str(), lines))
    }
}

impl Tree {
    pub fn new(files: &[(&str, &str)]) -> Tree {
        let file = |&(path, text): &(&str, &str)| {
            (FileId::new(&format!("/tree/{path}")), (text.to_owned(), LineIndex::new(text)))
        };
        Tree(files.iter().map(file).collect())
    }

    pub fn find(&self, path: &str, word: &str) -> Location {
        let file = FileId::new(&format!("/tree/{path}"));
        let start = self.0[&file].0.find(word).unwrap();
        let range = TextRange::at((start as u32).into(), (word.len() as u32).into());
        Location::new(file, range)
    }
}

pub(super) fn finding(at: Location, level: Level, message: &str) -> Diagnostic {
    Diagnostic {
        file: at.file,
        range: at.text_range(),
        rule: RULE,
        level,
        message: message.to_owned(),
        related: Vec::new(),
        tag: None,
        fixes: Vec::new(),
        remedy: None,
    }
}

pub(super) fn root() -> FileId {
    FileId::new("/tree")
}

fn text(tree: &Tree, diagnostics: &[Diagnostic]) -> String {
    let mut out = Vec::new();
    text::write(diagnostics, root(), tree, &mut anstream::StripStream::new(&mut out)).unwrap();
    String::from_utf8(out).unwrap()
}

fn json(tree: &Tree, diagnostics: &[Diagnostic]) -> Vec<serde_json::Value> {
    let mut out = Vec::new();
    json::write(diagnostics, root(), tree, &mut out).unwrap();
    let lines = std::str::from_utf8(&out).unwrap().lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_finding_is_shown_with_its_line_and_related_places() {
    let tree = Tree::new(&[
        ("web.nix", "{ lib, ... }:\n{\n  options.a.enable = x;\n  config = y;\n}\n"),
        ("core/b.nix", "{ b = 1; }"),
    ]);
    let mut diagnostic =
        finding(tree.find("web.nix", "config"), Level::Warning, "`config` is not under `lib.mkIf`");
    diagnostic.related.push(Related {
        at: tree.find("core/b.nix", "b = 1"),
        message: "declared here".to_owned(),
    });
    assert_eq!(
        text(&tree, &[diagnostic]),
        "\
warning[unguarded-config]: `config` is not under `lib.mkIf`
 --> web.nix:4:3
  |
4 |   config = y;
  |   ^^^^^^
  |
note: declared here
 --> core/b.nix:1:3
  |
1 | { b = 1; }
  |   ^^^^^

"
    );
}

#[test]
fn every_level_has_its_name() {
    let tree = Tree::new(&[("a.nix", "x")]);
    for (level, name) in [
        (Level::Error, "error[unguarded-config]: m\n"),
        (Level::Warning, "warning[unguarded-config]: m\n"),
        (Level::Information, "information[unguarded-config]: m\n"),
        (Level::Hint, "hint[unguarded-config]: m\n"),
    ] {
        let shown = text(&tree, &[finding(tree.find("a.nix", "x"), level, "m")]);
        assert!(shown.starts_with(name), "{shown}");
    }
}

#[test]
fn odd_ranges_and_line_endings_are_shown_too() {
    let tree = Tree::new(&[("a.nix", "{\r\n  ä = 1;\r  b = 2;\r\n}")]);
    let file = FileId::new("/tree/a.nix");
    for (start, end) in [(0, 0), (0, 24), (24, 24), (24, 24), (90, 99)] {
        let at = Location::new(file, TextRange::new(start.into(), end.into()));
        let shown = text(&tree, &[finding(at, Level::Error, "m")]);
        assert!(shown.contains("a.nix:"), "{start}..{end}: {shown}");
    }
    let shown = text(&tree, &[finding(tree.find("a.nix", "b = 2"), Level::Error, "m")]);
    assert!(shown.contains("a.nix:3:3") && shown.contains("3 |   b = 2;"), "{shown}");
}

#[test]
fn a_finding_in_a_file_that_is_gone_still_names_it() {
    let tree = Tree::new(&[]);
    let at = Location::new(FileId::new("/tree/gone.nix"), TextRange::default());
    assert!(text(&tree, &[finding(at, Level::Error, "m")]).contains("gone.nix"));
}

#[test]
fn json_has_the_promised_names_and_counts_from_one_in_characters() {
    let tree = Tree::new(&[("web/x.nix", "{ \"ä𝄞\" = 1;\n  y = 2; }")]);
    let mut diagnostic = finding(tree.find("web/x.nix", "= 1;\n  y"), Level::Error, "two\nlines");
    diagnostic.fixes = vec![Fix { title: String::new(), edits: Vec::new(), safe: false }];
    diagnostic
        .related
        .push(Related { at: tree.find("web/x.nix", "y = 2"), message: "here".to_owned() });
    assert_eq!(
        json(&tree, &[diagnostic]),
        [serde_json::json!({
            "file": "web/x.nix", "line": 1, "column": 8, "endLine": 2, "endColumn": 4,
            "rule": "unguarded-config", "level": "error", "message": "two\nlines", "fixable": true,
            "related": [{ "file": "web/x.nix", "line": 2, "column": 3, "message": "here" }],
        })]
    );
}

#[test]
fn json_is_one_line_a_finding() {
    let tree = Tree::new(&[("a.nix", "x y")]);
    let found = |word| finding(tree.find("a.nix", word), Level::Hint, "a\nb");
    let lines = json(&tree, &[found("x"), found("y")]);
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["column"], 3);
    assert_eq!(lines[0]["fixable"], false);
}

fn summary(diagnostics: &[Diagnostic], files: usize) -> Summary<'_> {
    let time = Duration::from_millis(38);
    Summary { fixed: None, diagnostics, files, time, recorded: None }
}

#[test]
fn the_summary_counts_by_level() {
    let tree = Tree::new(&[("a.nix", "x")]);
    let found = |level| finding(tree.find("a.nix", "x"), level, "m");
    assert_eq!(
        summary(&[found(Level::Hint), found(Level::Error), found(Level::Error)], 286).to_string(),
        "2 errors, 1 hint in 286 files (38 ms)"
    );
    assert_eq!(
        summary(&[found(Level::Information)], 1).to_string(),
        "1 information in 1 file (38 ms)"
    );
    assert_eq!(summary(&[], 0).to_string(), "nothing to report in 0 files (38 ms)");
}

#[test]
fn the_summary_tells_what_was_fixed_and_what_the_baseline_knows() {
    let file = FileId::new("/tree/a.nix");
    let (before, after) = ("a".into(), "b".into());
    let fixed = Fixed { findings: 3, files: vec![FixedFile { file, before, after }] };
    let shown = |only_tried, recorded| {
        Summary { fixed: Some((&fixed, only_tried)), recorded, ..summary(&[], 2) }.to_string()
    };
    assert_eq!(
        shown(false, Some(Recorded::Compared { covered: 1, gone: 3 })),
        "fixed 3 findings in 1 file; nothing to report in 2 files (38 ms); \
         1 finding is in the baseline; 3 baselined findings are gone; run --update-baseline"
    );
    assert_eq!(
        shown(true, Some(Recorded::Compared { covered: 0, gone: 1 })),
        "would fix 3 findings in 1 file; nothing to report in 2 files (38 ms); \
         1 baselined finding is gone; run --update-baseline"
    );
    assert!(shown(false, Some(Recorded::Updated(1))).ends_with("; the baseline records 1 finding"));
}

#[test]
fn a_diff_is_one_that_other_programs_take() {
    let fixed = Fixed {
        findings: 1,
        files: vec![FixedFile {
            file: FileId::new("/tree/web/a.nix"),
            before: "{\r\n  inherit;\r\n  a = 1;\r\n}".into(),
            after: "{\r\n  a = 1;\r\n}".into(),
        }],
    };
    assert_eq!(
        fix::diff(&fixed, root()),
        "--- a/web/a.nix\n+++ b/web/a.nix\n@@ -1,4 +1,3 @@\n {\r\n-  inherit;\r\n   a = 1;\r\n }\n\
         \\ No newline at end of file\n"
    );
}
