use crate::rename::shim;
use crate::view::View;
use crate::{FileEdit, Settings, Snapshot};
use lints::{Diagnostic, Fix};
use module::{FileId, OptionPath};
use syntax::TextRange;

/// The rule whose fix is offered where it finds nothing, too.
const UNGUARDED: &str = "unguarded-config";

/// An edit that the user may choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Assist {
    pub title: String,
    pub kind: AssistKind,
    pub edits: Vec<FileEdit>,
    /// What is to be added to the setting `core`, instead of edits in modules.
    pub core: Option<OptionPath>,
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
    let mut found = lints::check_file(snapshot, settings, file);
    found.retain(|diagnostic| diagnostic.range.intersect(range).is_some());
    let mut assists: Vec<Assist> = found.iter().flat_map(quick_fixes).collect();
    if found.iter().all(|diagnostic| diagnostic.rule != UNGUARDED) {
        assists.extend(lints::wrap_config(snapshot, file).map(|fix| Assist {
            title: fix.title,
            kind: AssistKind::Rewrite,
            edits: fix.edits,
            core: None,
            fixes: None,
        }));
    }
    let alias = found.iter().find(|it| it.rule == lints::TOP_LEVEL_CONFIG_ACCESS);
    if let Some(alias) = alias.filter(|alias| !alias.fixes.is_empty()) {
        let everywhere = lints::write_out_aliases(snapshot, settings);
        assists.extend(everywhere.map(|fix| quick_fix(alias, &fix)));
    }
    assists.extend(View::new(snapshot, file).and_then(|view| shim(&view, range.start())));
    assists
}

/// What a finding itself knows to mend it.
fn quick_fixes(finding: &Diagnostic) -> impl Iterator<Item = Assist> {
    let allowed = finding.could_be_core.as_ref().map(|option| Assist {
        title: format!("Count `{option}` as core in the settings of this tree"),
        kind: AssistKind::QuickFix,
        edits: Vec::new(),
        core: Some(option.clone()),
        fixes: Some((finding.rule, finding.range)),
    });
    finding.fixes.iter().map(|fix| quick_fix(finding, fix)).chain(allowed)
}

fn quick_fix(finding: &Diagnostic, fix: &Fix) -> Assist {
    Assist {
        title: fix.title.clone(),
        kind: AssistKind::QuickFix,
        edits: fix.edits.clone(),
        core: None,
        fixes: Some((finding.rule, finding.range)),
    }
}
