use crate::rename::{rename_option, shim};
use crate::view::View;
use crate::{FileEdit, Settings, Snapshot};
use lints::{Diagnostic, Fix, Remedy};
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

/// Every edit offered for a selection (or a cursor: an empty range), of the kinds that are wanted. The others
/// are not made: an edit may be a renaming, which is tried on the whole tree.
pub fn assists(
    snapshot: &Snapshot,
    settings: &Settings,
    file: FileId,
    range: TextRange,
    wanted: impl Fn(AssistKind) -> bool,
) -> Vec<Assist> {
    let (fixes, rewrites) = (wanted(AssistKind::QuickFix), wanted(AssistKind::Rewrite));
    if !fixes && !rewrites {
        return Vec::new();
    }
    let mut found = lints::check_file(snapshot, settings, file);
    found.retain(|diagnostic| diagnostic.range.intersect(range).is_some());
    let mut assists = Vec::new();
    if fixes {
        assists.extend(found.iter().flat_map(|finding| quick_fixes(snapshot, finding)));
    }
    if rewrites && found.iter().all(|diagnostic| diagnostic.rule != UNGUARDED) {
        assists.extend(lints::wrap_config(snapshot, file).map(|fix| Assist {
            title: fix.title,
            kind: AssistKind::Rewrite,
            edits: fix.edits,
            core: None,
            fixes: None,
        }));
    }
    let alias = found.iter().find(|it| it.rule == lints::TOP_LEVEL_CONFIG_ACCESS);
    if let Some(alias) = alias.filter(|alias| fixes && !alias.fixes.is_empty()) {
        let everywhere = lints::write_out_aliases(snapshot, settings);
        assists.extend(everywhere.map(|fix| quick_fix(alias, &fix)));
    }
    if rewrites {
        assists.extend(View::new(snapshot, file).and_then(|view| shim(&view, range.start())));
    }
    assists
}

/// What a finding itself knows to mend it.
fn quick_fixes(snapshot: &Snapshot, finding: &Diagnostic) -> impl Iterator<Item = Assist> {
    let remedy = finding.remedy.as_ref().and_then(|remedy| {
        let (title, edits, core) = match remedy {
            Remedy::CountAsCore(option) => {
                let title = format!("Count `{option}` as core in the settings of this tree");
                (title, Vec::new(), Some(option.clone()))
            }
            Remedy::Rename { option, to } => {
                let edits = rename_option(snapshot, finding.file, option, to).ok()?;
                (format!("Rename `{option}` to `{to}` everywhere"), edits, None)
            }
        };
        let fixes = Some((finding.rule, finding.range));
        Some(Assist { title, kind: AssistKind::QuickFix, edits, core, fixes })
    });
    finding.fixes.iter().map(|fix| quick_fix(finding, fix)).chain(remedy)
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
