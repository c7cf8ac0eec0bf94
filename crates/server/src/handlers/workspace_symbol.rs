use crate::cancel::{Cancel, Stopped};
use crate::convert::structure;
use crate::transport::lsp_types::{WorkspaceSymbolParams, WorkspaceSymbolResponse};
use crate::view::View;

pub(super) fn workspace_symbol(
    view: &View,
    params: WorkspaceSymbolParams,
    cancel: &Cancel,
) -> Result<Option<WorkspaceSymbolResponse>, Stopped> {
    let mut symbols = Vec::new();
    for root in view.roots.iter() {
        cancel.check()?;
        let found = ide::workspace_symbols(&root.snapshot, &params.query);
        symbols
            .extend(found.into_iter().filter_map(|it| structure::workspace_symbol(it, view, root)));
    }
    Ok(Some(WorkspaceSymbolResponse::Flat(symbols)))
}
