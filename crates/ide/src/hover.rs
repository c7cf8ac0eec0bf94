use crate::external;
use crate::role::{Role, Walk};
use crate::subject::Subject;
use crate::view::{Binding, View};
use crate::{FilePosition, Snapshot, describe, library};
use index::Resolved;
use module::arena::Expr;
use module::{FileId, OptionPath, Symbol};
use syntax::{TextRange, TextSize};

#[derive(Debug, Clone, PartialEq)]
pub struct Hover {
    pub markdown: String,
    /// What the text is about.
    pub range: TextRange,
}

/// What stands under the cursor: an option's type, default, description and declaring file.
pub fn hover(snapshot: &Snapshot, at: FilePosition) -> Option<Hover> {
    let view = View::new(snapshot, at.file)?;
    let found = option_argument(&view, at.offset)
        .or_else(|| of_subject(&view, at.offset))
        .or_else(|| of_library(&view, at.offset));
    found.map(|(markdown, range)| Hover { markdown, range })
}

fn of_subject(view: &View<'_>, at: TextSize) -> Option<(String, TextRange)> {
    let snapshot = view.snapshot;
    Some(match Subject::at(view, at)? {
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
                None => local(view, name, binding)?,
            };
            (markdown, range)
        }
        Subject::File { file, range } => {
            let path = file.relative_to(snapshot.setup().root);
            let text = match snapshot.existence(file) {
                module::Existence::File => format!("`{path}`\n{}", what_it_is(snapshot, file)),
                module::Existence::Folder => format!("`{path}/`: a folder without `default.nix`\n"),
                module::Existence::Missing => format!("`{path}`: there is no such file\n"),
                module::Existence::Unknown => return None,
            };
            (text, range)
        }
    })
}

/// The name of an argument in `mkOption { … }`.
fn option_argument(view: &View<'_>, at: TextSize) -> Option<(String, TextRange)> {
    let walk = Walk::to(view, at);
    let (name, site, _) = walk.names.last()?;
    let (_, role) = walk.container?;
    let is_it = matches!(role, Role::Arguments(_)) && site.key.contains_inclusive(at);
    is_it.then(|| describe::option_argument(name.as_str())).flatten().map(|text| (text, site.key))
}

/// A name of `lib`, of its types, of `builtins`.
fn of_library(view: &View<'_>, at: TextSize) -> Option<(String, TextRange)> {
    let arena = view.arena();
    let (path, range) =
        arena.exprs_at(at).into_iter().rev().find_map(|expr| match arena.expr(expr) {
            Expr::Select { base, path, .. } => {
                let index = path.iter().position(|name| name.range().contains_inclusive(at))?;
                let mut library = library::library_path(view, *base)?;
                for name in &path[..=index] {
                    library = library.child(name.symbol()?);
                }
                Some((library, path[index].range()))
            }
            Expr::Name { .. } => Some((library::library_path(view, expr)?, arena.range(expr))),
            _ => None,
        })?;
    Some((describe::library(&path)?, range))
}

/// How many options a module has, and what it sets.
fn what_it_is(snapshot: &Snapshot, file: FileId) -> String {
    let Some(facts) = snapshot.file(file).and_then(|data| data.module()) else {
        return String::new();
    };
    let mut options: Vec<&OptionPath> = facts.declarations.iter().map(|it| &it.path).collect();
    options.sort_unstable();
    options.dedup();
    let defined = facts.definitions.iter().filter(|it| !it.is_group).count();
    let parts = [(options.len(), "option"), (defined, "definition")];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| describe::counted(count, noun))
        .collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!("\nA module with {}.\n", parts.join(" and ")),
    }
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
        if name.as_str() == "lib" {
            return Some("`lib`: the functions of nixpkgs\n".to_owned());
        }
        return Some(format!("`{name}`: an argument of this function\n"));
    };
    if let Some(path) = library::library_path(view, value)
        && let Some(about) = describe::library(&path)
    {
        return Some(about);
    }
    let source = view.arena().source(view.arena().full_range(value));
    let mut lines = source.lines();
    let first = lines.next()?.trim_end();
    let rest = if lines.next().is_some() { " …" } else { "" };
    Some(format!("```nix\n{name} = {first}{rest}\n```\n"))
}
