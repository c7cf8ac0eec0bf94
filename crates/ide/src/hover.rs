use crate::describe;
use crate::external;
use crate::subject::Subject;
use crate::view::{Binding, View};
use crate::{FilePosition, Snapshot};
use index::Resolved;
use module::{OptionPath, Symbol};
use syntax::TextRange;

#[derive(Debug, Clone, PartialEq)]
pub struct Hover {
    pub markdown: String,
    /// What the text is about.
    pub range: TextRange,
}

/// What stands under the cursor: an option's type, default, description and declaring file.
pub fn hover(snapshot: &Snapshot, at: FilePosition) -> Option<Hover> {
    let view = View::new(snapshot, at.file)?;
    let (markdown, range) = match Subject::at(&view, at.offset)? {
        Subject::Option { path, range } => (about(snapshot, &path)?, range),
        Subject::Local { name, binding, stands_for, range } => {
            let markdown = match stands_for {
                Some(place) => {
                    let mut text = format!("`{name}` stands for `{}`\n", place.written());
                    if !place.path.is_empty()
                        && let Some(about) = about(snapshot, &place.path)
                    {
                        text.push_str("\n---\n\n");
                        text.push_str(&about);
                    }
                    text
                }
                None => local(&view, name, binding)?,
            };
            (markdown, range)
        }
        Subject::File { file, range } => {
            let path = file.relative_to(snapshot.setup().root);
            let text = match snapshot.existence(file) {
                module::Existence::File => format!("`{path}`\n"),
                module::Existence::Folder => format!("`{path}/`: a folder without `default.nix`\n"),
                module::Existence::Missing => format!("`{path}`: there is no such file\n"),
                module::Existence::Unknown => return None,
            };
            (text, range)
        }
    };
    Some(Hover { markdown, range })
}

/// What a written path leads to: in the workspace, and outside of it.
fn about(snapshot: &Snapshot, written: &OptionPath) -> Option<String> {
    let own = match snapshot.resolve(written) {
        // What the workspace declares an option of is nobody else's.
        Resolved::Option(path) | Resolved::Inside { option: path, .. } => {
            return describe::option(snapshot, &path);
        }
        Resolved::Group(path) => describe::group(snapshot, &path),
        Resolved::Undeclared { .. } | Resolved::Unknown => None,
    };
    match (own, external::about(snapshot, written)) {
        (Some(own), Some(outside)) => Some(format!("{own}\n---\n\n{outside}")),
        (own, outside) => own.or(outside),
    }
}

fn local(view: &View<'_>, name: Symbol, binding: Binding) -> Option<String> {
    let Some(value) = binding.value else {
        return Some(format!("`{name}`: an argument of this function\n"));
    };
    let source = view.arena().source(view.arena().full_range(value));
    let mut lines = source.lines();
    let first = lines.next()?.trim_end();
    let rest = if lines.next().is_some() { " …" } else { "" };
    Some(format!("```nix\n{name} = {first}{rest}\n```\n"))
}
