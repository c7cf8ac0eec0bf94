//! `options`: every option that the tree declares, for programs.

use crate::args::{OptionsArgs, OptionsFormat};
use crate::engine::{Engine, Outside};
use crate::output;
use index::{Listed, Snapshot};
use module::facts::DeclarationKind;
use module::{FileId, Location, OptionPath};
use serde::Serialize;
use std::io::Write;
use std::process::ExitCode;
use syntax::Encoding;
use workspace::Layer;

pub fn run(args: &OptionsArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let progress = output::progress();
    let engine = Engine::start(
        &args.tree,
        args.path.as_slice(),
        Layer::default(),
        Outside::Unasked,
        &progress,
    )?;
    drop(progress);
    for note in &engine.notes {
        output::complain(&format!("note: {note}\n"));
    }
    let namespaces = &engine.settings.lints.namespaces;
    let namespaces: Vec<OptionPath> =
        namespaces.iter().map(|name| OptionPath::parse(name)).collect();
    let is_wanted = |listed: &Listed<'_>| {
        let is_own = |namespace: &OptionPath| listed.path.starts_with(namespace);
        (args.all || namespaces.iter().any(is_own))
            && engine.asked.covers(listed.declaration.at.file)
    };
    let snapshot = engine.snapshot();
    let listing = snapshot.listing();
    let wanted = listing.iter().filter(|listed| is_wanted(listed));
    let entries = entries(wanted, engine.root, &snapshot);
    match args.format {
        OptionsFormat::Json => write_json(&entries, out)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// One option at one declaring position; the names are part of the interface.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    path: String,
    /// From the root.
    file: String,
    /// From 1.
    line: u32,
    /// From 1, in Unicode scalar values.
    column: u32,
    r#type: Option<String>,
    /// Source text.
    default: Option<String>,
    description: Option<String>,
    /// Source text.
    example: Option<String>,
    kind: &'static str,
    read_only: bool,
    internal: bool,
    submodule: bool,
}

/// In the order of path, file, line and column; a declaration that several modules bring in from one
/// place is one entry.
fn entries<'a>(
    listing: impl Iterator<Item = &'a Listed<'a>>,
    root: FileId,
    snapshot: &Snapshot,
) -> Vec<Entry> {
    let source = |at: Location| {
        let file = snapshot.file(at.file)?;
        let range = at.text_range();
        file.text.get(usize::from(range.start())..usize::from(range.end())).map(str::to_owned)
    };
    let entry = |listed: &Listed<'_>| {
        let declaration = listed.declaration;
        let at = declaration.at;
        let (line, column) = snapshot.file(at.file).map_or((1, 1), |file| {
            let start = at.text_range().start();
            let position = file.lines.position(&file.text, start, Encoding::Utf32);
            (position.line + 1, position.column + 1)
        });
        Entry {
            path: listed.path.to_string(),
            file: at.file.relative_to(root).to_owned(),
            line,
            column,
            r#type: listed.ty.description(),
            default: declaration.default.as_ref().and_then(|default| source(default.at)),
            description: declaration.description.clone(),
            example: declaration.example.as_ref().and_then(|example| source(example.at)),
            kind: kind_name(declaration.kind),
            read_only: declaration.read_only,
            internal: declaration.internal,
            submodule: declaration.in_submodule,
        }
    };
    let mut entries: Vec<Entry> = listing.map(entry).collect();
    entries.sort();
    entries.dedup_by(|b, a| {
        (&a.path, &a.file, a.line, a.column) == (&b.path, &b.file, b.line, b.column)
    });
    entries
}

fn kind_name(kind: DeclarationKind) -> &'static str {
    match kind {
        DeclarationKind::Option => "option",
        DeclarationKind::Enable => "enable",
        DeclarationKind::Package => "package",
        DeclarationKind::Renamed => "renamed",
        DeclarationKind::Removed => "removed",
    }
}

/// One array, one entry a line: small, and still fit for `grep` and `diff`.
fn write_json(entries: &[Entry], out: &mut dyn Write) -> anyhow::Result<()> {
    out.write_all(b"[")?;
    for (index, entry) in entries.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, entry)?;
    }
    out.write_all(if entries.is_empty() { b"]\n" } else { b"\n]\n" })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_is_one_array_with_the_promised_names() {
        let entry = Entry {
            path: "hypervisor.web.port".to_owned(),
            file: "web.nix".to_owned(),
            line: 3,
            column: 5,
            r#type: None,
            default: Some("8080".to_owned()),
            description: None,
            example: None,
            kind: kind_name(DeclarationKind::Option),
            read_only: false,
            internal: true,
            submodule: false,
        };
        let json = |entries: &[Entry]| {
            let mut out = Vec::new();
            write_json(entries, &mut out).unwrap();
            serde_json::from_slice::<serde_json::Value>(&out).unwrap()
        };
        assert_eq!(
            json(&[entry.clone(), entry])[1],
            serde_json::json!({
                "path": "hypervisor.web.port", "file": "web.nix", "line": 3, "column": 5,
                "type": null, "default": "8080", "description": null, "example": null,
                "kind": "option", "readOnly": false, "internal": true, "submodule": false,
            })
        );
        assert_eq!(json(&[]), serde_json::json!([]));
    }
}
