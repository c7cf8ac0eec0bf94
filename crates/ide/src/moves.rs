//! Files that move, and the paths in texts that follow them.

use crate::references::path_of;
use crate::{FileEdit, Snapshot};
use module::FileId;
use module::arena::{Expr, PathKind};
use syntax::TextEdit;

/// A file or a folder with all that is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub from: FileId,
    pub to: FileId,
}

/// The edits after which every relative path leads where it led before these moves. They speak of the files
/// where they are now.
pub fn moved(snapshot: &Snapshot, moves: &[Move]) -> Vec<FileEdit> {
    let mut edits = Vec::new();
    for data in snapshot.files() {
        let here = data.file;
        let there = after(moves, here);
        let arena = &data.arena;
        for expr in arena.expr_ids() {
            let Expr::Path { kind: PathKind::Relative, .. } = arena.expr(expr) else { continue };
            let Some(target) = path_of(arena, here, expr) else { continue };
            let new_target = target_after(snapshot, moves, target);
            if here.folder() == there.folder() && new_target == target {
                continue;
            }
            let range = arena.range(expr);
            let text = relative(there.folder(), new_target);
            let old = arena.source(range);
            // What lies beside it moves with it.
            if there.folder().join(old) != new_target {
                edits.push(FileEdit { file: here, edit: TextEdit::replace(range, literal(&text)) });
            }
        }
    }
    edits.sort_by_key(|it| (it.file.path(), it.edit.range.start()));
    edits.dedup();
    edits
}

/// Every file below what moves, with where it will be.
pub fn moved_files(snapshot: &Snapshot, moves: &[Move]) -> Vec<Move> {
    let files = snapshot.files().map(|data| data.file);
    let moved = files.map(|from| Move { from, to: after(moves, from) });
    moved.filter(|it| it.from != it.to).collect()
}

fn after(moves: &[Move], path: FileId) -> FileId {
    // The move of a file itself says more than that of its folder.
    let around = moves.iter().filter(|it| path == it.from || path.is_below(it.from));
    match around.max_by_key(|it| it.from.path().len()) {
        Some(it) if path == it.from => it.to,
        Some(it) => it.to.join(path.relative_to(it.from)),
        None => path,
    }
}

/// A folder's `default.nix` may move away from it, and then the folder is no longer what is meant.
fn target_after(snapshot: &Snapshot, moves: &[Move], target: FileId) -> FileId {
    let new = after(moves, target);
    match snapshot.import_target(target) {
        Some(file) if file != target => match after(moves, file) {
            moved if moved == new.join("default.nix") => new,
            moved => moved,
        },
        _ => new,
    }
}

/// `to` as a path literal in a file of `folder` would write it, as far as it can be written so.
fn relative(folder: FileId, to: FileId) -> String {
    let parts = |path: FileId| path.path().split('/').filter(|part| !part.is_empty());
    let shared = parts(folder).zip(parts(to)).take_while(|(a, b)| a == b).count();
    let mut text = "../".repeat(parts(folder).count() - shared);
    let rest: Vec<&str> = parts(to).skip(shared).collect();
    if text.is_empty() {
        text.push_str("./");
    }
    text.push_str(&rest.join("/"));
    match rest.is_empty() {
        // Nix has no path that ends with a slash.
        true => text.trim_end_matches('/').to_owned(),
        false => text,
    }
}

fn literal(path: &str) -> String {
    let is_plain = |ch: char| ch.is_ascii_alphanumeric() || "._-+/".contains(ch);
    match path {
        // Without a slash these would be no paths.
        "." | ".." => format!("{path}/."),
        _ if path.chars().all(is_plain) => path.to_owned(),
        _ => {
            let path = path.strip_prefix("./").unwrap_or(path);
            let escaped = path.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "\\${");
            format!("(./. + \"/{escaped}\")")
        }
    }
}
