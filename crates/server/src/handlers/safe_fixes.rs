//! All fixes that need nobody's eye, as one edit.

use crate::view::RootView;
use ide::FileEdit;
use index::World;
use module::FileId;

pub(super) struct SafeFixes {
    /// How many findings the edit mends.
    pub findings: usize,
    pub edits: Vec<FileEdit>,
}

/// Of one file's findings, or of all.
pub(super) fn all(root: &RootView, only: Option<FileId>) -> SafeFixes {
    let mut world = World::of(root.snapshot.clone());
    let fixed = lints::apply_safe_fixes(&mut world, &root.settings, &|finding| {
        only.is_none_or(|file| finding.file == file)
    });
    let edits = fixed.files.iter().flat_map(|fixed| {
        let edits = syntax::line_edits(&fixed.before, &fixed.after);
        edits.into_iter().map(|edit| FileEdit { file: fixed.file, edit })
    });
    SafeFixes { findings: fixed.findings, edits: edits.collect() }
}
