//! What users can ask for by name.

use super::NoAnswer;
use crate::cancel::Cancel;
use crate::convert;
use crate::transport::lsp_types::{ExecuteCommandParams, Url};
use crate::view::{RootView, View};
use serde_json::{Value, json};

/// The names, as they are announced.
pub(crate) const COMMANDS: [&str; 5] = [STATUS, RESTART, MODULE_GRAPH, OPTION_GRAPH, OPTIONS];

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

pub(super) fn execute(
    view: &View,
    params: ExecuteCommandParams,
    cancel: &Cancel,
) -> Result<Option<Value>, NoAnswer> {
    cancel.check()?;
    let snapshot = || root_meant(view, &params).map(|root| &root.snapshot);
    match params.command.as_str() {
        STATUS => Ok(Some(view.roots.iter().map(status).collect())),
        RESTART => Ok(None),
        MODULE_GRAPH => Ok(snapshot().map(|it| ide::module_graph(it).mermaid().into())),
        OPTION_GRAPH => Ok(snapshot().map(|it| ide::option_graph(it).mermaid().into())),
        OPTIONS => Ok(snapshot().map(|it| ide::options_document(it).into())),
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
