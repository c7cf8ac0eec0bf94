//! Comments that suppress findings: `# hyper-nixos-ls: allow(rule-a, rule-b): reason` on a line or above
//! it, `# hyper-nixos-ls: allow-file(rule): reason` at the top of a file.

use crate::Diagnostic;
use index::FileData;

const MARK: &str = "hyper-nixos-ls:";

/// The suppressions of one file.
#[derive(Default)]
pub(crate) struct Suppressions<'a> {
    /// The line (from 0) whose findings are suppressed, and the rule.
    lines: Vec<(u32, &'a str)>,
    file: Vec<&'a str>,
}

impl<'a> Suppressions<'a> {
    pub fn of(data: &'a FileData) -> Suppressions<'a> {
        let mut found = Suppressions::default();
        // Most files have none, and this runs on every keystroke.
        if !data.text.contains(MARK) {
            return found;
        }
        let mut at_top = true;
        // Rules that a comment on a line of its own names, waiting for the next line of code.
        let mut waiting: Vec<&str> = Vec::new();
        for number in 0..data.lines.line_count() {
            let range = data.lines.line_range(&data.text, number);
            let line = &data.text[std::ops::Range::<usize>::from(range)];
            let is_comment = line.trim_start().starts_with('#');
            if is_comment {
                match comment(line) {
                    Some(Comment::Line(rules)) => waiting.extend(rules),
                    Some(Comment::File(rules)) if at_top => found.file.extend(rules),
                    _ => {}
                }
                continue;
            }
            at_top &= line.trim().is_empty();
            found.lines.extend(waiting.drain(..).map(|rule| (number, rule)));
            if let Some(Comment::Line(rules)) = comment(line) {
                found.lines.extend(rules.map(|rule| (number, rule)));
            }
        }
        found
    }

    /// Removes the findings that are suppressed.
    pub fn apply(&self, data: &FileData, findings: &mut Vec<Diagnostic>) {
        if self.lines.is_empty() && self.file.is_empty() {
            return;
        }
        findings.retain(|finding| {
            let line = data.lines.line(finding.range.start());
            !self.file.contains(&finding.rule) && !self.lines.contains(&(line, finding.rule))
        });
    }
}

enum Comment<L, F> {
    Line(L),
    File(F),
}

/// What a line's comment allows.
fn comment<'a>(
    line: &'a str,
) -> Option<Comment<impl Iterator<Item = &'a str>, impl Iterator<Item = &'a str>>> {
    let (before, after) = line.split_once(MARK)?;
    if !before.trim_end().ends_with('#') {
        return None;
    }
    let after = after.trim_start();
    let listed = |text: &'a str| {
        let (rules, _) = text.split_once(')')?;
        Some(rules.split(',').map(str::trim).filter(|rule| !rule.is_empty()))
    };
    if let Some(rules) = after.strip_prefix("allow-file(") {
        return listed(rules).map(Comment::File);
    }
    listed(after.strip_prefix("allow(")?).map(Comment::Line)
}
