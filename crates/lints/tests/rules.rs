//! Every rule against the Markdown beside it and against its own page.

use lints::{Diagnostic, Settings, check_file, rules};
use std::path::PathBuf;
use syntax::apply_edits;
use test_support::Fixture;

/// A fenced block of Nix with the heading that it stands under.
struct Example {
    title: String,
    text: String,
}

fn nix_blocks(markdown: &str) -> Vec<Example> {
    let mut blocks = Vec::new();
    let mut title = String::new();
    let mut block: Option<String> = None;
    for line in markdown.lines() {
        match &mut block {
            Some(text) if line == "```" => {
                blocks.push(Example { title: title.clone(), text: std::mem::take(text) });
                block = None;
            }
            Some(text) => {
                text.push_str(line);
                text.push('\n');
            }
            None if line == "```nix" => block = Some(String::new()),
            None => {
                if let Some(heading) = line.strip_prefix("## ") {
                    title = heading.to_owned();
                }
            }
        }
    }
    blocks
}

fn findings(fixture: &Fixture, settings: &Settings, rule: &str) -> Vec<Diagnostic> {
    let snapshot = fixture.snapshot();
    let mut all: Vec<Diagnostic> =
        fixture.files.iter().flat_map(|&file| check_file(&snapshot, settings, file)).collect();
    all.retain(|finding| finding.rule == rule);
    all
}

/// Each annotation `^^^ level[rule]: words` is a finding just there whose message has the words, and
/// there are no others of that rule.
#[test]
fn each_rule_finds_what_its_markdown_says() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let mut wrong = String::new();
    for rule in rules() {
        let file = folder.join(format!("{}.md", rule.name.replace('-', "_")));
        let markdown = std::fs::read_to_string(&file).unwrap_or_default();
        let examples = nix_blocks(&markdown);
        assert!(!examples.is_empty(), "{} shows nothing", file.display());
        for example in examples {
            let fixture = Fixture::new(&example.text);
            let mut unexpected = findings(&fixture, &Settings::default(), rule.name);
            for annotation in &fixture.annotations {
                let fits = |finding: &Diagnostic| {
                    let head = format!("{}[{}]:", finding.level.name(), finding.rule);
                    finding.file == annotation.file
                        && finding.range == annotation.range
                        && annotation
                            .text
                            .strip_prefix(&head)
                            .is_some_and(|words| finding.message.contains(words.trim()))
                };
                match unexpected.iter().position(fits) {
                    Some(at) => drop(unexpected.remove(at)),
                    None => wrong.push_str(&format!(
                        "{} / {}: not found: {}\n",
                        rule.name, example.title, annotation.text
                    )),
                }
            }
            for finding in unexpected {
                let text = &fixture.text(finding.file)[finding.range];
                wrong.push_str(&format!(
                    "{} / {}: unexpected {}[{}] at {text:?}: {}\n",
                    rule.name,
                    example.title,
                    finding.level.name(),
                    finding.rule,
                    finding.message
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The page's first example is flagged, its second is not, and a fix leads from the first to text that
/// is not flagged either.
#[test]
fn the_examples_of_each_page_are_true() {
    for rule in rules() {
        let examples = nix_blocks(rule.page);
        let [bad, good] = examples.as_slice() else {
            panic!("{}: a page has one bad example and one good one", rule.name)
        };
        let settings = Settings::default();
        let fixture = Fixture::new(&bad.text);
        let found = findings(&fixture, &settings, rule.name);
        assert!(!found.is_empty(), "{}: the bad example is not flagged", rule.name);
        let good = findings(&Fixture::new(&good.text), &settings, rule.name);
        assert_eq!(good, [], "{}: the good example is flagged", rule.name);
        if rule.fixable {
            let fixed = fixed(&fixture, &found);
            let left = findings(&Fixture::new(&fixed), &settings, rule.name);
            assert_eq!(left, [], "{}: the fix leaves\n{fixed}", rule.name);
        }
    }
}

/// The fixture's files with every fix applied.
fn fixed(fixture: &Fixture, found: &[Diagnostic]) -> String {
    let edits: Vec<_> = found
        .iter()
        .filter_map(|finding| finding.fixes.first())
        .flat_map(|fix| &fix.edits)
        .collect();
    assert!(!edits.is_empty(), "{}: the example has no fix", found[0].rule);
    let mut text = String::new();
    for &file in &fixture.files {
        let own: Vec<_> =
            edits.iter().filter(|edit| edit.file == file).map(|edit| edit.edit.clone()).collect();
        let fixed = apply_edits(&fixture.text(file), &own).unwrap_or_default();
        text.push_str(&format!("#- {}\n{fixed}", file.relative_to(Fixture::root())));
    }
    text
}
