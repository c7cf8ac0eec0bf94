//! The edit that adds a module to another one's `imports`.

use crate::Fix;
use crate::rules::whole_lines;
use index::Snapshot;
use module::FileId;
use module::arena::Expr;
use syntax::{TextEdit, TextRange, TextSize};

/// Lets `module` import `target`; `None` where its `imports` are no plain list.
pub(crate) fn import_into(snapshot: &Snapshot, module: FileId, target: FileId) -> Option<Fix> {
    let data = snapshot.file(module)?;
    let shape = &data.module()?.shape;
    let path = relative_path(module, target);
    let edit = match shape.imports {
        Some(statement) => {
            let arena = &data.arena;
            // The list of the statement itself is the outermost one in it.
            let list = arena
                .expr_ids()
                .filter(|&id| matches!(arena.expr(id), Expr::List(_)))
                .filter(|&id| statement.contains_range(arena.range(id)))
                .max_by_key(|&id| arena.range(id).len())?;
            let Expr::List(items) = arena.expr(list) else { return None };
            let range = arena.range(list);
            let is_whole = arena.source(TextRange::new(range.end(), statement.end())).trim() == ";";
            if !is_whole {
                return None;
            }
            match items.last() {
                Some(&last) => {
                    let at = arena.full_range(last);
                    TextEdit::insert(at.end(), format!("{}{path}", space_before(&data.text, at)))
                }
                None => TextEdit::replace(range, format!("[ {path} ]")),
            }
        }
        None => {
            let (_, body) = shape.body?;
            let text = &data.text[body];
            let inner = text.strip_prefix('{')?;
            let first = inner.trim_start();
            let space = &inner[..inner.len() - first.len()];
            let space = if space.is_empty() { " " } else { space };
            // Only the last line break counts; a blank line is nobody's indentation.
            let space = space.rfind('\n').map_or(space, |at| &space[at..]);
            let at = body.start() + TextSize::new(1);
            TextEdit::insert(at, format!("{space}imports = [ {path} ];"))
        }
    };
    let root = snapshot.setup().root;
    let title = format!("Import `{}` in `{}`", target.relative_to(root), module.relative_to(root));
    Some(Fix::to_review(title, module, vec![edit]))
}

/// What stands between a list's item and the one before: a line break with its indentation, or a space.
fn space_before(text: &str, item: TextRange) -> &str {
    let before = &text[..usize::from(item.start())];
    let space = &before[before.trim_end().len()..];
    space.rfind('\n').map_or(" ", |at| &space[at..])
}

/// The path from one module to another as Nix wants it written; a `default.nix` by its folder.
fn relative_path(from: FileId, to: FileId) -> String {
    let to = if to.name() == "default.nix" { to.folder() } else { to };
    let mut folder = from.folder();
    let mut up = String::new();
    while folder != to && !to.is_below(folder) && folder != folder.folder() {
        up.push_str("../");
        folder = folder.folder();
    }
    match (folder == to, up.is_empty()) {
        (true, true) => "./.".to_owned(),
        (true, false) => format!("{up}."),
        (false, true) => format!("./{}", to.relative_to(folder)),
        (false, false) => format!("{up}{}", to.relative_to(folder)),
    }
}

/// An entry of a list, with its line if it has the line to itself, else with the space before it.
pub(crate) fn entry(text: &str, range: TextRange) -> TextRange {
    let lines = whole_lines(text, range);
    if lines.start() < range.start() || text[std::ops::Range::<usize>::from(lines)].ends_with('\n')
    {
        return lines;
    }
    let before = &text[..usize::from(range.start())];
    let blank = before.len() - before.trim_end().len();
    TextRange::new(range.start() - TextSize::new(blank as u32), range.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_from_one_module_to_the_other() {
        let path = |from: &str, to: &str| relative_path(FileId::new(from), FileId::new(to));
        assert_eq!(path("/ws/a.nix", "/ws/modules/web.nix"), "./modules/web.nix");
        assert_eq!(
            path("/ws/modules/web.nix", "/ws/modules/core/options.nix"),
            "./core/options.nix"
        );
        assert_eq!(path("/ws/modules/web/x.nix", "/ws/modules/core/default.nix"), "../core");
        assert_eq!(path("/ws/modules/web/x.nix", "/ws/modules/default.nix"), "../.");
        assert_eq!(path("/ws/modules/x.nix", "/ws/modules/default.nix"), "./.");
    }
}
