use crate::guard::{Guard, guard};
use crate::view::View;
use crate::{FileEdit, Settings, Snapshot};
use lints::Diagnostic;
use module::FileId;
use syntax::TextRange;

/// The rule that asks for what the `mkIf` assist does.
const UNGUARDED: &str = "unguarded-config";

/// An edit that the user may choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Assist {
    pub title: String,
    pub kind: AssistKind,
    pub edits: Vec<FileEdit>,
    /// The finding that it mends: its rule and range in the file asked about.
    pub fixes: Option<(&'static str, TextRange)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssistKind {
    QuickFix,
    /// `refactor.rewrite`.
    Rewrite,
}

/// Every edit offered for a selection (or a cursor: an empty range).
pub fn assists(
    snapshot: &Snapshot,
    settings: &Settings,
    file: FileId,
    range: TextRange,
) -> Vec<Assist> {
    let Some(view) = View::new(snapshot, file) else { return Vec::new() };
    let mut found = lints::check_file(snapshot, settings, file);
    found.retain(|diagnostic| diagnostic.range.intersect(range).is_some());
    assists_for(&view, &found)
}

/// The assists for a place that these findings are about.
pub(crate) fn assists_for(view: &View<'_>, found: &[Diagnostic]) -> Vec<Assist> {
    let file = view.file;
    let guard = guard(view);
    let mut assists: Vec<Assist> = found
        .iter()
        .filter(|diagnostic| diagnostic.rule != UNGUARDED || guard.is_none())
        .flat_map(quick_fixes)
        .collect();
    if let Some(guard) = guard {
        let findings: Vec<&Diagnostic> =
            found.iter().filter(|diagnostic| diagnostic.rule == UNGUARDED).collect();
        match findings[..] {
            [] => assists.push(wrap_config(file, &guard, None)),
            _ => assists.extend(findings.iter().map(|it| wrap_config(file, &guard, Some(it)))),
        }
    }
    assists
}

fn wrap_config(file: FileId, guard: &Guard, finding: Option<&Diagnostic>) -> Assist {
    let edits = guard.edits.iter().map(|edit| FileEdit { file, edit: edit.clone() }).collect();
    Assist {
        title: format!("Wrap config in `{} {}`", guard.function, guard.condition),
        kind: if finding.is_some() { AssistKind::QuickFix } else { AssistKind::Rewrite },
        edits,
        fixes: finding.map(|finding| (finding.rule, finding.range)),
    }
}

/// What a finding itself knows to mend it.
fn quick_fixes(finding: &Diagnostic) -> impl Iterator<Item = Assist> {
    finding.fixes.iter().map(|fix| Assist {
        title: fix.title.clone(),
        kind: AssistKind::QuickFix,
        edits: fix.edits.clone(),
        fixes: Some((finding.rule, finding.range)),
    })
}
