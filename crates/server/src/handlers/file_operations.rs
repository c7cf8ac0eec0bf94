use crate::cancel::{Cancel, Stopped};
use crate::convert::{from_lsp, to_lsp};
use crate::transport::lsp_types::{RenameFilesParams, WorkspaceEdit};
use crate::view::View;

/// The edits that keep every path leading where it leads.
pub(super) fn will_rename(
    view: &View,
    params: RenameFilesParams,
    cancel: &Cancel,
) -> Result<Option<WorkspaceEdit>, Stopped> {
    let moves = from_lsp::moves(&params.files);
    let mut edit = None;
    for root in view.roots.iter() {
        cancel.check()?;
        let own: Vec<_> =
            moves.iter().copied().filter(|it| it.from.is_below(root.folder)).collect();
        let edits = ide::moved(&root.snapshot, &own);
        if !edits.is_empty() {
            edit = edit.or(to_lsp::workspace_edit(&edits, view, root));
        }
    }
    Ok(edit)
}
