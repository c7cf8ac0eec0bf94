//! Comments that suppress findings: `# hyper-nixos-ls: allow(rule-a, rule-b): reason` on a line or above
//! it, `# hyper-nixos-ls: allow-file(rule): reason` at the top of a file.

use crate::Diagnostic;
use index::FileData;
use std::cell::Cell;
use syntax::{TextRange, TextSize};

const MARK: &str = "hyper-nixos-ls:";

/// The suppressions of one file, and which of them have been needed so far.
#[derive(Default)]
pub(crate) struct Suppressions<'a> {
    written: Vec<Suppression<'a>>,
    misunderstood: Vec<Misunderstood>,
}

/// What one comment allows.
pub(crate) struct Suppression<'a> {
    /// From its `#` to the end of the comment.
    pub comment: TextRange,
    pub scope: Scope,
    pub rules: Vec<Allowed<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    File,
    /// From 0.
    Line(u32),
}

/// A rule's name in such a comment.
pub(crate) struct Allowed<'a> {
    pub rule: &'a str,
    pub range: TextRange,
    used: Cell<bool>,
}

/// A comment that is meant for us and allows nothing.
pub(crate) struct Misunderstood {
    pub comment: TextRange,
    pub why: &'static str,
}

impl<'a> Suppressions<'a> {
    pub fn of(data: &'a FileData) -> Suppressions<'a> {
        let mut found = Suppressions::default();
        // Most files have none, and this runs on every keystroke.
        if !data.text.contains(MARK) {
            return found;
        }
        let comments = syntax::comments(&data.text);
        for (index, &comment) in comments.iter().enumerate() {
            let Some(directive) = Directive::of(&data.text, comment) else { continue };
            let whole = TextRange::new(directive.start, comment.end());
            let scope = match directive.scope {
                Named::Line => Scope::Line(line_meant(data, &comments[index..])),
                Named::File if is_at_top(&data.text, &comments[..=index]) => Scope::File,
                Named::File => {
                    let why = "`allow-file` belongs at the top of the file, before all code";
                    found.misunderstood.push(Misunderstood { comment: whole, why });
                    continue;
                }
                Named::Nothing => {
                    let why = "it is written `allow(some-rule): reason` or, at the top of a file, \
                               `allow-file(some-rule): reason`";
                    found.misunderstood.push(Misunderstood { comment: whole, why });
                    continue;
                }
            };
            found.written.push(Suppression { comment: whole, scope, rules: directive.rules });
        }
        found
    }

    /// Whether the finding is suppressed; what suppresses it counts as needed from now on.
    pub fn cover(&self, finding: &Diagnostic, data: &FileData) -> bool {
        if self.written.is_empty() {
            return false;
        }
        let line = Scope::Line(data.lines.line(finding.range.start()));
        let mut covered = false;
        for suppression in &self.written {
            if suppression.scope != Scope::File && suppression.scope != line {
                continue;
            }
            for allowed in suppression.rules.iter().filter(|allowed| allowed.rule == finding.rule) {
                allowed.used.set(true);
                covered = true;
            }
        }
        covered
    }

    /// What has suppressed nothing so far.
    pub fn unused(&self) -> impl Iterator<Item = (&Suppression<'a>, &Allowed<'a>)> {
        self.written.iter().flat_map(|suppression| {
            let unused = suppression.rules.iter().filter(|allowed| !allowed.used.get());
            unused.map(move |allowed| (suppression, allowed))
        })
    }

    pub fn misunderstood(&self) -> &[Misunderstood] {
        &self.misunderstood
    }
}

/// What a comment says to us.
struct Directive<'a> {
    /// Where its `#` is: there may be other words before it in the comment.
    start: TextSize,
    scope: Named,
    rules: Vec<Allowed<'a>>,
}

enum Named {
    Line,
    File,
    Nothing,
}

impl<'a> Directive<'a> {
    fn of(text: &'a str, comment: TextRange) -> Option<Directive<'a>> {
        let written = &text[comment];
        let (before, after) = written.split_once(MARK)?;
        let hash = before.trim_end().strip_suffix('#')?.len();
        let start = comment.start() + TextSize::new(hash as u32);
        let after = after.trim_start();
        let (scope, list) = match (after.strip_prefix("allow("), after.strip_prefix("allow-file("))
        {
            (Some(list), _) => (Named::Line, list),
            (_, Some(list)) => (Named::File, list),
            _ => (Named::Nothing, ""),
        };
        let at = comment.end() - TextSize::of(list);
        let rules = list.split_once(')').map(|(list, _)| names(list, at)).unwrap_or_default();
        let scope = if rules.is_empty() { Named::Nothing } else { scope };
        Some(Directive { start, scope, rules })
    }
}

/// The names of a list that stands at `at`.
fn names(list: &str, at: TextSize) -> Vec<Allowed<'_>> {
    let mut allowed = Vec::new();
    let mut start = at;
    for item in list.split(',') {
        let rule = item.trim();
        let indent = TextSize::of(&item[..item.len() - item.trim_start().len()]);
        if !rule.is_empty() {
            let range = TextRange::at(start + indent, TextSize::of(rule));
            allowed.push(Allowed { rule, range, used: Cell::new(false) });
        }
        start += TextSize::of(item) + TextSize::of(',');
    }
    allowed
}

/// The line that the first of these comments speaks of: its own, or, if it has that for itself, the next
/// one that is no comment.
fn line_meant(data: &FileData, comments: &[TextRange]) -> u32 {
    let mut line = comments.first().map_or(0, |comment| data.lines.line(comment.start()));
    for &comment in comments {
        if data.lines.line(comment.start()) != line || !has_lines_for_itself(data, comment) {
            break;
        }
        line = data.lines.line(comment.end()) + 1;
    }
    line
}

fn has_lines_for_itself(data: &FileData, comment: TextRange) -> bool {
    let first = data.lines.line_range(&data.text, data.lines.line(comment.start()));
    let last = data.lines.line_range(&data.text, data.lines.line(comment.end()));
    is_blank(&data.text, first.start(), comment.start())
        && is_blank(&data.text, comment.end(), last.end())
}

/// Whether there is nothing but comments up to the end of the last one of these.
fn is_at_top(text: &str, comments: &[TextRange]) -> bool {
    let mut end = TextSize::new(0);
    for comment in comments {
        if !is_blank(text, end, comment.start()) {
            return false;
        }
        end = comment.end();
    }
    true
}

fn is_blank(text: &str, from: TextSize, to: TextSize) -> bool {
    text.get(usize::from(from)..usize::from(to)).is_none_or(|between| between.trim().is_empty())
}
