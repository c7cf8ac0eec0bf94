//! The tree drawn: which modules import which, which options depend on which. As text for Mermaid, which
//! editors and code hosts show as a picture.

use crate::Snapshot;
use module::facts::ImportTarget;
use module::{FileId, OptionPath};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The modules of the tree; an arrow leads from a module to what it imports.
pub fn module_graph(snapshot: &Snapshot) -> String {
    let mut drawing = Drawing::default();
    let name = |file: FileId| file.relative_to(snapshot.setup().root).to_owned();
    for (file, facts) in snapshot.modules() {
        drawing.node(name(file));
        let made = facts.outputs.iter().flat_map(|outputs| &outputs.roots);
        for import in facts.imports.iter().chain(made.flat_map(|root| &root.imports)) {
            let ImportTarget::Path(path) = import.target else { continue };
            if let Some(target) = snapshot.import_target(path) {
                drawing.arrow(name(file), name(target));
            }
        }
    }
    drawing.finish()
}

/// The options of the workspace's namespaces; an arrow leads from an option to what its values read.
pub fn option_graph(snapshot: &Snapshot) -> String {
    let namespaces = snapshot.setup().namespaces.iter().map(|it| OptionPath::parse(it));
    let namespaces: Vec<OptionPath> = namespaces.collect();
    let declared = |written: &OptionPath| {
        let path = snapshot.declared_path(written)?;
        namespaces.iter().any(|it| path.starts_with(it)).then(|| path.to_string())
    };
    let mut drawing = Drawing::default();
    for (_, facts) in snapshot.modules() {
        // Reads by where they stand, so that each definition finds its own without asking all of them.
        let mut reads: Vec<_> = facts.reads.iter().collect();
        reads.sort_by_key(|read| (read.at.file, read.at.text_range().start()));
        for definition in facts.definitions.iter().filter(|definition| !definition.is_group) {
            let Some(from) = declared(&definition.path) else { continue };
            let (file, range) = (definition.value_at.file, definition.value_at.text_range());
            let first = reads.partition_point(|read| {
                (read.at.file, read.at.text_range().start()) < (file, range.start())
            });
            let inside = reads[first..].iter().take_while(|read| {
                read.at.file == file && read.at.text_range().end() <= range.end()
            });
            for to in inside.filter_map(|read| declared(&read.path)) {
                if to != from {
                    drawing.arrow(from.clone(), to);
                }
            }
        }
    }
    drawing.finish()
}

#[derive(Default)]
struct Drawing {
    nodes: FxHashMap<String, usize>,
    names: Vec<String>,
    arrows: BTreeSet<(usize, usize)>,
}

impl Drawing {
    fn node(&mut self, name: String) -> usize {
        let next = self.names.len();
        *self.nodes.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            next
        })
    }

    fn arrow(&mut self, from: String, to: String) {
        let arrow = (self.node(from), self.node(to));
        self.arrows.insert(arrow);
    }

    fn finish(self) -> String {
        let mut out = "graph LR\n".to_owned();
        for (index, name) in self.names.iter().enumerate() {
            let name = name.replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;");
            let _ = writeln!(out, "  n{index}[\"{name}\"]");
        }
        for (from, to) in &self.arrows {
            let _ = writeln!(out, "  n{from} --> n{to}");
        }
        out
    }
}
