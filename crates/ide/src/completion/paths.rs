//! Paths of files and folders, relative to the file that they are written in.

use super::{CompletionItem, CompletionKind};
use crate::view::View;
use crate::written::WrittenPath;
use module::Existence;
use syntax::{TextEdit, TextRange};

/// What is in the folder that a half-written path leads to.
pub(super) fn beside(view: &View<'_>, path: &WrittenPath) -> Vec<CompletionItem> {
    in_folder(view, &path.folder, path.word, "")
}

/// Files and folders next to the file itself, as whole paths.
pub(super) fn here(view: &View<'_>, word: TextRange) -> Vec<CompletionItem> {
    in_folder(view, "./", word, "./")
}

fn in_folder(view: &View<'_>, folder: &str, word: TextRange, before: &str) -> Vec<CompletionItem> {
    let folder = view.file.folder().join(folder);
    let names = view.snapshot.names_in(folder).into_iter();
    let others = names.filter(|(name, _)| folder.join(name) != view.file);
    let items = others.map(|(name, existence)| {
        let is_folder = existence == Existence::Folder;
        let rank = match () {
            () if is_folder => 1,
            () if name.ends_with(".nix") => 0,
            () => 2,
        };
        let slash = if is_folder { "/" } else { "" };
        CompletionItem {
            label: format!("{before}{name}{slash}"),
            kind: if is_folder { CompletionKind::Folder } else { CompletionKind::File },
            detail: None,
            about: None,
            // A path that ends with a slash is none: it is for the user to go on.
            edit: TextEdit::replace(word, format!("{before}{name}")),
            snippet: None,
            sort: format!("1{rank}{name}"),
            deprecated: false,
        }
    });
    items.collect()
}
