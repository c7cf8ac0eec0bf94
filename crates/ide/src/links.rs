use crate::Snapshot;
use crate::references::path_of;
use module::{Existence, FileId};
use syntax::TextRange;

/// A path in a text, and the file that it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    pub range: TextRange,
    pub target: FileId,
}

/// Every path in a file that leads to a file which is there, in the order of positions.
pub fn links(snapshot: &Snapshot, file: FileId) -> Vec<Link> {
    let Some(data) = snapshot.file(file) else { return Vec::new() };
    let arena = &data.arena;
    let mut links: Vec<Link> = arena
        .expr_ids()
        .filter_map(|expr| {
            let path = path_of(arena, file, expr)?;
            let target = snapshot.import_target(path).unwrap_or(path);
            let is_file = snapshot.existence(target) == Existence::File;
            is_file.then(|| Link { range: arena.range(expr), target })
        })
        .collect();
    links.sort_by_key(|link| link.range.start());
    links
}
