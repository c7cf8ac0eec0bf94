//! What users can ask for by name.

use super::NoAnswer;
use crate::cancel::Cancel;
use crate::convert::{self, to_lsp};
use crate::transport::lsp_types::{ExecuteCommandParams, Url};
use crate::view::{RootView, View};
use ide::FileEdit;
use index::{Listed, World};
use module::facts::DeclarationKind;
use serde_json::{Value, json};

/// The names, as they are announced.
pub(crate) const COMMANDS: [&str; 7] =
    [STATUS, RESTART, MODULE_GRAPH, OPTION_GRAPH, OPTIONS, OPTION_LIST, SAFE_FIXES];

/// What is known of each tree, in numbers.
const STATUS: &str = "hyper-nixos-ls.status";
/// Reads every tree afresh; see [`super::notifications::rescan`].
pub(crate) const RESTART: &str = "hyper-nixos-ls.restart";
/// Which modules import which, for Mermaid. This and what follows may be given a URI in the tree meant.
const MODULE_GRAPH: &str = "hyper-nixos-ls.moduleGraph";
/// Which options depend on which, for Mermaid.
const OPTION_GRAPH: &str = "hyper-nixos-ls.optionGraph";
/// All options of the tree in Markdown.
const OPTIONS: &str = "hyper-nixos-ls.optionsDocument";
/// Every option, one entry for each place where it is declared.
const OPTION_LIST: &str = "hyper-nixos-ls.optionList";
/// The edit that makes every safe fix: of a file's findings if the URI is a file's, else of all.
const SAFE_FIXES: &str = "hyper-nixos-ls.safeFixes";

pub(super) fn execute(
    view: &View,
    params: ExecuteCommandParams,
    cancel: &Cancel,
) -> Result<Option<Value>, NoAnswer> {
    cancel.check()?;
    let root = root_meant(view, &params);
    let snapshot = || root.map(|root| &root.snapshot);
    match params.command.as_str() {
        STATUS => Ok(Some(view.roots.iter().map(status).collect())),
        RESTART => Ok(None),
        MODULE_GRAPH => Ok(snapshot().map(|it| ide::module_graph(it).mermaid().into())),
        OPTION_GRAPH => Ok(snapshot().map(|it| ide::option_graph(it).mermaid().into())),
        OPTIONS => Ok(snapshot().map(|it| ide::options_document(it).into())),
        OPTION_LIST => Ok(root.map(|root| option_list(view, root))),
        SAFE_FIXES => Ok(root.map(|root| safe_fixes(view, root, &params.arguments))),
        other => Err(NoAnswer::Refused(format!("There is no command `{other}`."))),
    }
}

fn status(root: &RootView) -> Value {
    let status = ide::status(&root.snapshot);
    json!({
        "root": root.folder.path(),
        "files": status.files,
        "modules": status.modules,
        "options": status.options,
        "brokenFiles": status.broken_files,
        "outsideOptions": status.outside_options,
    })
}

fn option_list(view: &View, root: &RootView) -> Value {
    let mut listing = root.snapshot.listing();
    let place = |it: &Listed<'_>| (it.path.to_string(), it.declaration.name);
    listing.sort_by_cached_key(place);
    // A library's option is declared by each module that uses it.
    listing.dedup_by_key(|it| place(it));
    let option = |listed: &Listed<'_>| {
        let name = listed.declaration.name;
        Some(json!({
            "path": listed.path.to_string(),
            "kind": kind(listed.declaration.kind),
            "type": listed.ty.description(),
            "location": to_lsp::location(name.file, name.text_range(), view, root)?,
        }))
    };
    listing.iter().filter_map(option).collect()
}

fn kind(kind: DeclarationKind) -> &'static str {
    match kind {
        DeclarationKind::Option => "option",
        DeclarationKind::Enable => "enable",
        DeclarationKind::Package => "package",
        DeclarationKind::Renamed => "renamed",
        DeclarationKind::Removed => "removed",
    }
}

/// An edit of no file where there is nothing to fix.
fn safe_fixes(view: &View, root: &RootView, arguments: &[Value]) -> Value {
    let url = arguments.first().and_then(Value::as_str).and_then(|uri| Url::parse(uri).ok());
    let file = url.as_ref().and_then(convert::file_id);
    let only = file.filter(|file| root.snapshot.file(*file).is_some());
    let mut world = World::of(root.snapshot.clone());
    let fixed = lints::apply_safe_fixes(&mut world, &root.settings, &|finding| {
        only.is_none_or(|file| finding.file == file)
    });
    let edits = fixed.files.iter().flat_map(|fixed| {
        let edits = syntax::line_edits(&fixed.before, &fixed.after);
        edits.into_iter().map(|edit| FileEdit { file: fixed.file, edit })
    });
    let edits: Vec<FileEdit> = edits.collect();
    json!({
        "findings": fixed.findings,
        "edit": to_lsp::workspace_edit(&edits, view, root).unwrap_or_default(),
    })
}

/// The tree that a URI in the arguments lies in; without one the first.
fn root_meant<'v>(view: &'v View, params: &ExecuteCommandParams) -> Option<&'v RootView> {
    let uri = params.arguments.first().and_then(Value::as_str);
    match uri.and_then(|uri| Url::parse(uri).ok()) {
        Some(url) => {
            let file = convert::file_id(&url)?;
            let is_it = |root: &&RootView| root.folder == file;
            view.roots.iter().find(is_it).or_else(|| view.root(file))
        }
        None => view.roots.first(),
    }
}
