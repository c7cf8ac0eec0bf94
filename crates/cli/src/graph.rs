//! `graph`: the tree as a picture, or as data for programs.

use crate::args::{GraphArgs, GraphFormat};
use crate::engine::{Engine, Outside};
use crate::output;
use ide::Graph;
use serde_json::json;
use std::fmt::Write as _;
use std::io::Write;
use std::process::ExitCode;
use workspace::Layer;

pub fn run(args: &GraphArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let progress = output::progress();
    let engine = Engine::start(&args.tree, &[], Layer::default(), Outside::Unasked, &progress)?;
    drop(progress);
    for note in &engine.notes {
        output::complain(&format!("note: {note}\n"));
    }
    let snapshot = engine.snapshot();
    let graph = match args.options {
        true => ide::option_graph(&snapshot),
        false => ide::module_graph(&snapshot),
    };
    let text = match args.format {
        GraphFormat::Mermaid => graph.mermaid(),
        GraphFormat::Dot => dot(&graph),
        GraphFormat::Json => json(&graph),
    };
    out.write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// In Graphviz's language.
fn dot(graph: &Graph) -> String {
    let quoted = |name: &str| format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    let mut out = "digraph {\n  rankdir=LR;\n  node [shape=box];\n".to_owned();
    for name in &graph.nodes {
        let _ = writeln!(out, "  {};", quoted(name));
    }
    for arrow in &graph.arrows {
        let (from, to) = (quoted(&graph.nodes[arrow.from]), quoted(&graph.nodes[arrow.to]));
        let style = if arrow.in_cycle { " [color=red, penwidth=2]" } else { "" };
        let _ = writeln!(out, "  {from} -> {to}{style};");
    }
    out.push_str("}\n");
    out
}

/// The names are part of the interface.
fn json(graph: &Graph) -> String {
    let arrows: Vec<_> = graph
        .arrows
        .iter()
        .map(|arrow| {
            let (from, to) = (&graph.nodes[arrow.from], &graph.nodes[arrow.to]);
            json!({ "from": from, "to": to, "inCycle": arrow.in_cycle })
        })
        .collect();
    format!("{:#}\n", json!({ "nodes": graph.nodes, "arrows": arrows }))
}
