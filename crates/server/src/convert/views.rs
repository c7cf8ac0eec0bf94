//! What an editor's own views are told, as JSON: the tree of options and the pictures. No part of the
//! protocol; positions are the protocol's all the same.

use super::structure::option_path;
use super::to_lsp::location;
use crate::transport::lsp_types::{self as lsp, Diagnostic, DiagnosticSeverity, Location};
use crate::view::{RootView, View};
use ide::{ArrowKind, OptionDefinition, OptionNode, OptionSummary, Picture};
use module::FileId;
use module::facts::DeclarationKind;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Value, json};
use std::ops::Range;
use syntax::TextRange;

pub(crate) fn option_node(node: &OptionNode, view: &View, root: &RootView) -> Value {
    let mut findings = Findings::default();
    let mut seen: FxHashSet<(FileId, usize)> = FxHashSet::default();
    for place in &node.places {
        let report = view.report(place.file);
        let Some(around) = location(place.file, place.text_range(), view, root) else { continue };
        for (index, diagnostic) in report.diagnostics.iter().enumerate() {
            if lies_in(diagnostic.range, around.range) && seen.insert((place.file, index)) {
                findings.add(diagnostic);
            }
        }
    }
    json!({
        "name": node.name,
        "path": option_path(&node.path),
        "hasChildren": node.has_children,
        "options": node.options,
        "findings": findings.to_json(),
        "option": node.option.as_ref().and_then(|it| option_summary(it, view, root)),
    })
}

/// `None`: its file has no URI.
pub(crate) fn option_summary(
    option: &OptionSummary,
    view: &View,
    root: &RootView,
) -> Option<Value> {
    Some(json!({
        "path": option.path.to_string(),
        "kind": match option.kind {
            DeclarationKind::Option => "option",
            DeclarationKind::Enable => "enable",
            DeclarationKind::Package => "package",
            DeclarationKind::Renamed => "renamed",
            DeclarationKind::Removed => "removed",
        },
        "type": option.ty,
        "default": option.default,
        "description": option.description,
        "readOnly": option.read_only,
        "location": location(option.declared.file, option.declared.text_range(), view, root)?,
        "file": option.declared.file.relative_to(root.folder),
        "set": option.set,
        "read": option.read,
    }))
}

/// Those whose files have no URI are left out.
pub(crate) fn option_definitions(
    definitions: &[OptionDefinition],
    view: &View,
    root: &RootView,
) -> Value {
    let mut values_at: FxHashMap<(FileId, TextRange), usize> = FxHashMap::default();
    for definition in definitions {
        *values_at.entry((definition.file, definition.name)).or_default() += 1;
    }
    let shown = definitions.iter().filter_map(|it| {
        // Of several values under one name, each has its own place.
        let is_only = values_at.get(&(it.file, it.name)) == Some(&1);
        let at = it.value.filter(|_| !is_only).unwrap_or(it.name);
        let Location { uri, range } = location(it.file, at, view, root)?;
        let text = root.snapshot.file(it.file).map(|data| &*data.text);
        let text = it.value.and_then(|value| text?.get(Range::<usize>::from(value)));
        let value = text.and_then(|text| text.lines().next());
        Some(json!({
            "uri": uri,
            "range": range,
            "file": it.file.relative_to(root.folder),
            "path": it.path.to_string(),
            "value": value,
            "condition": it.condition,
            "priority": it.priority,
            "priorityFunction": it.priority_function(),
        }))
    });
    shown.collect()
}

pub(crate) fn picture(picture: &Picture, view: &View, root: &RootView) -> Value {
    let place = |at: module::Location| location(at.file, at.text_range(), view, root);
    let nodes = picture.nodes.iter().map(|node| {
        json!({
            "name": node.name,
            "group": node.group,
            "location": node.place.and_then(place),
            "isRoot": node.is_root,
            "unreached": node.unreached,
        })
    });
    let arrows = picture.arrows.iter().map(|arrow| {
        let at: Option<Location> = place(arrow.at);
        json!({
            "from": arrow.from,
            "to": arrow.to,
            "kind": match arrow.kind {
                ArrowKind::Import => "import",
                ArrowKind::Read => "read",
            },
            "location": at,
            "count": arrow.count,
            "inCycle": arrow.in_cycle,
        })
    });
    json!({"nodes": nodes.collect::<Vec<_>>(), "arrows": arrows.collect::<Vec<_>>()})
}

/// How many there are of each severity.
#[derive(Default)]
pub(crate) struct Findings {
    errors: usize,
    warnings: usize,
    information: usize,
    hints: usize,
}

impl Findings {
    pub fn add(&mut self, diagnostic: &Diagnostic) {
        let count = match diagnostic.severity {
            Some(DiagnosticSeverity::WARNING) => &mut self.warnings,
            Some(DiagnosticSeverity::INFORMATION) => &mut self.information,
            Some(DiagnosticSeverity::HINT) => &mut self.hints,
            _ => &mut self.errors,
        };
        *count += 1;
    }

    pub fn to_json(&self) -> Value {
        json!({
            "errors": self.errors,
            "warnings": self.warnings,
            "information": self.information,
            "hints": self.hints,
        })
    }
}

fn lies_in(part: lsp::Range, whole: lsp::Range) -> bool {
    whole.start <= part.start && part.end <= whole.end
}
