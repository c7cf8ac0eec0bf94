//! What users and editors' own views can ask for by name.

use super::{NoAnswer, safe_fixes};
use crate::cancel::Cancel;
use crate::convert::views::{self, Findings};
use crate::convert::{self, from_lsp, to_lsp};
use crate::transport::lsp_types::{ExecuteCommandParams, Position, TextDocumentIdentifier, Url};
use crate::view::{RootView, View};
use module::{FileId, OptionPath};
use serde_json::{Value, json};

/// The names, as they are announced.
pub(crate) const COMMANDS: [&str; 11] = [
    STATUS,
    RESTART,
    MODULE_GRAPH,
    OPTION_GRAPH,
    OPTIONS,
    OPTION_CHILDREN,
    OPTION_LIST,
    MODULE_PICTURE,
    OPTION_PICTURE,
    SAFE_FIXES,
    DEFINITIONS,
];

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
/// What stands directly below the option path that follows the URI, as a list of names; the namespaces
/// without one.
const OPTION_CHILDREN: &str = "hyper-nixos-ls.optionChildren";
/// Every option, one entry each.
const OPTION_LIST: &str = "hyper-nixos-ls.optionList";
/// The modules for an editor that draws them itself.
const MODULE_PICTURE: &str = "hyper-nixos-ls.modulePicture";
/// The same of options.
const OPTION_PICTURE: &str = "hyper-nixos-ls.optionPicture";
/// The edit that makes every safe fix: of a file's findings if the URI is a file's, else of all.
const SAFE_FIXES: &str = "hyper-nixos-ls.safeFixes";
/// Where the option at the position that follows the document's URI gets its values, with what decides about
/// each; those first that win.
const DEFINITIONS: &str = "hyper-nixos-ls.definitions";

pub(super) fn execute(
    view: &View,
    params: ExecuteCommandParams,
    cancel: &Cancel,
) -> Result<Option<Value>, NoAnswer> {
    cancel.check()?;
    let answer: fn(&View, &RootView, &[Value]) -> Value = match params.command.as_str() {
        STATUS => return Ok(Some(statuses(view))),
        RESTART => return Ok(None),
        MODULE_GRAPH => |_, root, _| ide::module_graph(&root.snapshot).mermaid().into(),
        OPTION_GRAPH => |_, root, _| ide::option_graph(&root.snapshot).mermaid().into(),
        OPTIONS => |_, root, _| ide::options_document(&root.snapshot).into(),
        OPTION_CHILDREN => option_children,
        OPTION_LIST => option_list,
        MODULE_PICTURE => {
            |view, root, _| views::picture(&ide::module_picture(&root.snapshot), view, root)
        }
        OPTION_PICTURE => {
            |view, root, _| views::picture(&ide::option_picture(&root.snapshot), view, root)
        }
        SAFE_FIXES => fixes,
        DEFINITIONS => definitions,
        other => return Err(NoAnswer::Refused(format!("There is no command `{other}`."))),
    };
    let root = root_meant(view, &params.arguments);
    Ok(root.map(|root| answer(view, root, &params.arguments)))
}

/// The document or folder that a command is given; without one some speak of all trees.
pub(super) fn about(params: &ExecuteCommandParams) -> Option<FileId> {
    convert::file_id(&params.arguments.first().and_then(url)?)
}

/// Each tree in numbers, findings included.
pub(crate) fn statuses(view: &View) -> Value {
    view.roots.iter().map(|root| status(view, root)).collect()
}

fn status(view: &View, root: &RootView) -> Value {
    let status = ide::status(&root.snapshot);
    let mut findings = Findings::default();
    for data in root.snapshot.files() {
        view.report(data.file).diagnostics.iter().for_each(|found| findings.add(found));
    }
    json!({
        "root": root.folder.path(),
        "uri": convert::url(root.folder),
        "files": status.files,
        "modules": status.modules,
        "options": status.options,
        "brokenFiles": status.broken_files,
        "outsideOptions": status.outside_options,
        "findings": findings.to_json(),
    })
}

fn option_children(view: &View, root: &RootView, arguments: &[Value]) -> Value {
    let path = arguments.get(1).and_then(from_lsp::option_path);
    let path = path.unwrap_or_else(OptionPath::root);
    let children = ide::option_children(&root.snapshot, &path);
    children.iter().map(|node| views::option_node(node, view, root)).collect()
}

fn option_list(view: &View, root: &RootView, _: &[Value]) -> Value {
    let options = ide::option_list(&root.snapshot);
    options.iter().filter_map(|option| views::option_summary(option, view, root)).collect()
}

/// An edit of no file where there is nothing to fix.
fn fixes(view: &View, root: &RootView, arguments: &[Value]) -> Value {
    let file = arguments.first().and_then(url).as_ref().and_then(convert::file_id);
    let only = file.filter(|file| root.snapshot.file(*file).is_some());
    let fixes = safe_fixes::all(root, only);
    json!({
        "findings": fixes.findings,
        "edit": to_lsp::workspace_edit(&fixes.edits, view, root).unwrap_or_default(),
    })
}

/// Nothing where no option is spoken of.
fn definitions(view: &View, root: &RootView, arguments: &[Value]) -> Value {
    let found = || {
        let uri = url(arguments.first()?)?;
        let position: Position = serde_json::from_value(arguments.get(1)?.clone()).ok()?;
        let place = view.place(&TextDocumentIdentifier { uri })?;
        ide::option_definitions(&place.root.snapshot, view.position(&place, position))
    };
    let definitions = found().map(|found| found.definitions).unwrap_or_default();
    views::option_definitions(&definitions, view, root)
}

/// The tree that a URI in the arguments lies in; without one the first.
fn root_meant<'v>(view: &'v View, arguments: &[Value]) -> Option<&'v RootView> {
    match arguments.first().and_then(url) {
        Some(url) => {
            let file = convert::file_id(&url)?;
            let is_it = |root: &&RootView| root.folder == file;
            view.roots.iter().find(is_it).or_else(|| view.root(file))
        }
        None => view.roots.first(),
    }
}

fn url(argument: &Value) -> Option<Url> {
    Url::parse(argument.as_str()?).ok()
}
