//! Findings as a SARIF 2.1.0 log, which code scanning services and viewers read.

use super::{Region, Sources, baseline};
use lints::{Diagnostic, Fix, Level, RuleInfo};
use module::{FileId, Location};
use serde_json::{Value, json};
use std::io::Write;
use syntax::TextRange;
use url::Url;

/// What URIs of the log are relative to: the tree's root.
const ROOT: &str = "%SRCROOT%";
const HOME: &str = "https://github.com/hyper-nixos/hyper-nixos-ls";
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub fn write(
    diagnostics: &[Diagnostic],
    root: FileId,
    sources: &impl Sources,
    notes: &[String],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let log = Log { root, sources };
    serde_json::to_writer_pretty(&mut *out, &log.whole(diagnostics, notes))?;
    out.write_all(b"\n")?;
    Ok(())
}

struct Log<'a, S> {
    root: FileId,
    sources: &'a S,
}

impl<S: Sources> Log<'_, S> {
    fn whole(&self, diagnostics: &[Diagnostic], notes: &[String]) -> Value {
        let rules: Vec<Value> = lints::rules().iter().map(rule).collect();
        let results: Vec<Value> = diagnostics.iter().map(|finding| self.result(finding)).collect();
        let notes: Vec<Value> = notes
            .iter()
            .map(|note| json!({ "level": "note", "message": { "text": note } }))
            .collect();
        let mut run = json!({
            "tool": {
                "driver": {
                    "name": "hyper-nixos-ls",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "informationUri": HOME,
                    "rules": rules,
                },
            },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": notes }],
            "results": results,
        });
        if let Ok(uri) = Url::from_directory_path(self.root.path()) {
            run["originalUriBaseIds"] = json!({ ROOT: { "uri": uri.as_str() } });
        }
        json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] })
    }

    fn result(&self, finding: &Diagnostic) -> Value {
        let at = Location::new(finding.file, finding.range);
        let mut result = json!({
            "ruleId": finding.rule,
            "level": level(finding.level),
            "message": { "text": finding.message },
            "locations": [self.location(at)],
            "partialFingerprints": {
                "lineHash/v1": baseline::line_hash(finding, self.sources),
            },
        });
        if let Some(index) = lints::rules().iter().position(|rule| rule.name == finding.rule) {
            result["ruleIndex"] = index.into();
        }
        let related: Vec<Value> = finding
            .related
            .iter()
            .enumerate()
            .map(|(id, related)| {
                let mut location = self.location(related.at);
                location["id"] = id.into();
                location["message"] = json!({ "text": related.message });
                location
            })
            .collect();
        if !related.is_empty() {
            result["relatedLocations"] = related.into();
        }
        let fixes: Vec<Value> = finding.fixes.iter().filter_map(|fix| self.fix(fix)).collect();
        if !fixes.is_empty() {
            result["fixes"] = fixes.into();
        }
        result
    }

    fn location(&self, at: Location) -> Value {
        json!({
            "physicalLocation": {
                "artifactLocation": self.artifact(at.file),
                "region": region(Region::at(at, self.sources)),
            },
        })
    }

    fn artifact(&self, file: FileId) -> Value {
        json!({ "uri": relative_uri(file.relative_to(self.root)), "uriBaseId": ROOT })
    }

    /// `None` for one that makes a file, which a log cannot say.
    fn fix(&self, fix: &Fix) -> Option<Value> {
        let mut changes: Vec<(FileId, Vec<Value>)> = Vec::new();
        for edit in &fix.edits {
            self.sources.source(edit.file)?;
            let replacement = self.replacement(edit.file, edit.edit.range, &edit.edit.new_text);
            match changes.iter_mut().find(|(file, _)| *file == edit.file) {
                Some((_, replacements)) => replacements.push(replacement),
                None => changes.push((edit.file, vec![replacement])),
            }
        }
        if changes.is_empty() {
            return None;
        }
        let changes: Vec<Value> = changes
            .into_iter()
            .map(|(file, replacements)| {
                json!({ "artifactLocation": self.artifact(file), "replacements": replacements })
            })
            .collect();
        Some(json!({ "description": { "text": fix.title }, "artifactChanges": changes }))
    }

    fn replacement(&self, file: FileId, range: TextRange, new_text: &str) -> Value {
        let mut replacement =
            json!({ "deletedRegion": region(Region::of(file, range, self.sources)) });
        if !new_text.is_empty() {
            replacement["insertedContent"] = json!({ "text": new_text });
        }
        replacement
    }
}

fn rule(rule: &RuleInfo) -> Value {
    json!({
        "id": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": what_it_does(rule) },
        "help": { "text": rule.page, "markdown": rule.page },
        "helpUri": rule.url,
        "defaultConfiguration": { "level": level(rule.level), "enabled": true },
    })
}

/// The first section of the rule's page.
fn what_it_does(rule: &RuleInfo) -> &str {
    let section = rule.page.split_once("## What it does\n").map_or(rule.page, |(_, rest)| rest);
    section.split("\n## ").next().unwrap_or(section).trim()
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Information | Level::Hint => "note",
    }
}

fn region(region: Region) -> Value {
    json!({
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    })
}

/// A relative reference as RFC 3986 has it: what is not plainly allowed is written as its bytes, the
/// colon too, which would make a scheme of the first name.
fn relative_uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::{Tree, finding, root};
    use lints::{FileEdit, Related};
    use syntax::{TextEdit, TextSize};

    /// The standard's schema.
    fn validator() -> jsonschema::Validator {
        let schema = include_str!("../../tests/schemas/sarif-schema-2.1.0.json");
        let mut schema: Value = serde_json::from_str(schema).unwrap();
        // The pattern has a bracket too many to be a regular expression; we name no language.
        for holder in ["run", "toolComponent"] {
            schema["definitions"][holder]["properties"]["language"] = json!(false);
        }
        jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
    }

    /// The log of these findings, if it is one.
    #[track_caller]
    fn log(tree: &Tree, diagnostics: &[Diagnostic], notes: &[String]) -> Value {
        let mut out = Vec::new();
        write(diagnostics, root(), tree, notes, &mut out).unwrap();
        let log: Value = serde_json::from_slice(&out).unwrap();
        let validator = validator();
        let errors: Vec<String> = validator
            .iter_errors(&log)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        log
    }

    #[test]
    fn the_schema_refuses_what_is_no_log() {
        let validator = validator();
        assert!(!validator.is_valid(&json!({ "version": "2.1.0" })));
        assert!(!validator.is_valid(&json!({ "version": "2.1.0", "runs": [{ "tool": {} }] })));
    }

    #[test]
    fn an_empty_log_names_every_rule() {
        let log = log(&Tree::new(&[]), &[], &["x.nix is not analysed".to_owned()]);
        let run = &log["runs"][0];
        assert_eq!(run["results"], json!([]));
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        assert_eq!(run["originalUriBaseIds"][ROOT]["uri"], "file:///tree/");
        let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
        assert_eq!(notification["message"]["text"], "x.nix is not analysed");
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(rules.len(), lints::rules().len());
        let rule = rules.iter().find(|rule| rule["id"] == "unguarded-config").unwrap();
        assert_eq!(rule["defaultConfiguration"]["level"], "warning");
        assert!(rule["helpUri"].as_str().unwrap().ends_with("/unguarded-config.md"));
        let description = rule["fullDescription"]["text"].as_str().unwrap();
        assert!(description.starts_with("Reports a module") && !description.contains("##"));
    }

    #[test]
    fn a_finding_has_its_place_its_relations_and_its_fixes() {
        let tree = Tree::new(&[
            ("a b/ä:%[1].nix", "{ \"ä𝄞\" = 1;\n  y = 2; }"),
            ("core.nix", "{ b = 1; }"),
        ]);
        let mut found = finding(tree.find("a b/ä:%[1].nix", "= 1;\n  y"), Level::Hint, "m");
        found.related.push(Related { at: tree.find("core.nix", "b"), message: "here".to_owned() });
        let core = FileId::new("/tree/core.nix");
        let edit =
            |file, range, text: &str| FileEdit { file, edit: TextEdit::replace(range, text) };
        let insert = edit(core, TextRange::empty(TextSize::new(2)), "a = 0; ");
        let delete = edit(found.file, found.range, "");
        let create = edit(FileId::new("/tree/new.nix"), TextRange::default(), "{ }");
        let fix = |title: &str, edits: &[&FileEdit]| Fix {
            title: title.to_owned(),
            edits: edits.iter().map(|&edit| edit.clone()).collect(),
            safe: false,
        };
        found.fixes = vec![fix("Both", &[&insert, &delete]), fix("Make a file", &[&create])];
        let log = log(&tree, &[found.clone()], &[]);
        let result = &log["runs"][0]["results"][0];
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(lints::rules()[index].name, "unguarded-config");
        assert_eq!(result["level"], "note");
        let artifact = json!({ "uri": "a%20b/%C3%A4%3A%25%5B1%5D.nix", "uriBaseId": ROOT });
        let place = json!({ "startLine": 1, "startColumn": 8, "endLine": 2, "endColumn": 4 });
        assert_eq!(
            result["locations"],
            json!([{ "physicalLocation": { "artifactLocation": artifact, "region": place } }])
        );
        let related = &result["relatedLocations"][0];
        assert_eq!(related["message"]["text"], "here");
        assert_eq!(related["physicalLocation"]["region"]["startColumn"], 3);
        assert_eq!(
            result["fixes"],
            json!([{
                "description": { "text": "Both" },
                "artifactChanges": [
                    {
                        "artifactLocation": { "uri": "core.nix", "uriBaseId": ROOT },
                        "replacements": [{
                            "deletedRegion":
                                { "startLine": 1, "startColumn": 3, "endLine": 1, "endColumn": 3 },
                            "insertedContent": { "text": "a = 0; " },
                        }],
                    },
                    {
                        "artifactLocation": artifact,
                        "replacements": [{ "deletedRegion": place }],
                    },
                ],
            }])
        );
    }
}
