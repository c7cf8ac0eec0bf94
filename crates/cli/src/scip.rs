//! `scip`: an index of the tree for code search (<https://scip-code.org>).
//!
//! Symbols, which are part of the interface:
//!
//! - an option: `hyper-nixos-ls nix options . hypervisor/web/port.`, members of submodules with
//!   `` `<name>` `` and `` `*` `` for the names that are the user's own;
//! - a file: ``hyper-nixos-ls nix files . `modules/web.nix`/``;
//! - a name that a file binds for itself: `local 3`.
//!
//! A declaration is a definition in SCIP's words, and a definition is a write. Ranges count bytes.

use crate::args::ScipArgs;
use crate::engine::{Engine, Outside};
use crate::output;
use ::scip::symbol::format_symbol;
use ::scip::types::descriptor::Suffix;
use ::scip::types::symbol_information::Kind;
use ::scip::types::{
    Descriptor, Document, Index, Metadata, Occurrence, Package, PositionEncoding, Symbol,
    SymbolInformation, SymbolRole, TextEncoding, ToolInfo,
};
use anyhow::{Context, bail};
use ide::{ReferenceKind, Snapshot};
use index::FileData;
use module::{FileId, OptionPath};
use protobuf::{EnumOrUnknown, Message, MessageField};
use rayon::prelude::*;
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use syntax::{Encoding, TextRange, TextSize};
use url::Url;
use workspace::Layer;

pub fn run(args: &ScipArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let progress = output::progress();
    let engine = Engine::start(&args.tree, &[], Layer::default(), Outside::Unasked, &progress)?;
    progress.step("naming", None);
    let index = index(&engine.snapshot(), engine.root)?;
    drop(progress);
    for note in &engine.notes {
        output::complain(&format!("note: {note}\n"));
    }
    let bytes = index.write_to_bytes().context("cannot encode the index")?;
    if args.output == Path::new("-") {
        out.write_all(&bytes)?;
        return Ok(ExitCode::SUCCESS);
    }
    std::fs::write(&args.output, &bytes)
        .with_context(|| format!("cannot write {}", args.output.display()))?;
    let occurrences: usize = index.documents.iter().map(|it| it.occurrences.len()).sum();
    output::complain(&format!(
        "wrote {}: {} files, {occurrences} occurrences\n",
        args.output.display(),
        index.documents.len()
    ));
    Ok(ExitCode::SUCCESS)
}

fn index(snapshot: &Snapshot, root: FileId) -> anyhow::Result<Index> {
    let Ok(project) = Url::from_directory_path(root.path()) else {
        bail!("{} has no address", root.path());
    };
    let mut documents: HashMap<FileId, Document> =
        snapshot.files().map(|data| (data.file, document(snapshot, data, root))).collect();
    for (path, places) in options(snapshot) {
        let symbol = option_symbol(&path);
        let first = places.iter().find(|place| place.kind == ReferenceKind::Declaration);
        let home = first.or(places.first()).map(|place| place.file);
        for place in &places {
            let Some(data) = snapshot.file(place.file) else { continue };
            let Some(document) = documents.get_mut(&place.file) else { continue };
            document.occurrences.push(occurrence(data, place.range, &symbol, role(place.kind)));
        }
        if let Some(document) = home.and_then(|file| documents.get_mut(&file)) {
            document.symbols.push(SymbolInformation {
                symbol,
                documentation: ide::option_documentation(snapshot, &path).into_iter().collect(),
                kind: Kind::Property.into(),
                display_name: path.to_string(),
                ..SymbolInformation::default()
            });
        }
    }
    let mut documents: Vec<Document> = documents.into_values().collect();
    documents.sort_by(|a, b| a.relative_path.cmp(&b.relative_path));
    for document in &mut documents {
        document.occurrences.sort_by(|a, b| (&a.range, &a.symbol).cmp(&(&b.range, &b.symbol)));
        document.symbols.sort_by(|a, b| a.symbol.cmp(&b.symbol));
    }
    Ok(Index {
        metadata: MessageField::some(Metadata {
            tool_info: MessageField::some(ToolInfo {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                ..ToolInfo::default()
            }),
            project_root: project.to_string(),
            text_document_encoding: EnumOrUnknown::new(TextEncoding::UTF8),
            ..Metadata::default()
        }),
        documents,
        ..Index::default()
    })
}

/// Every option of the tree with its places, in the order of the paths.
fn options(snapshot: &Snapshot) -> Vec<(OptionPath, Vec<ide::Reference>)> {
    let root = OptionPath::root();
    let paths: Vec<OptionPath> = snapshot.options_below(&root).collect();
    let places = |path: OptionPath| {
        let occurrences = ide::option_occurrences(snapshot, &path);
        (path, occurrences)
    };
    paths.into_par_iter().map(places).collect()
}

/// A file with what it names without options: other files, and names of its own.
fn document(snapshot: &Snapshot, data: &FileData, root: FileId) -> Document {
    let path = data.file.relative_to(root);
    let own = file_symbol(path);
    let start = TextRange::empty(TextSize::new(0));
    let mut occurrences = vec![occurrence(data, start, &own, SymbolRole::Definition as i32)];
    for (target, range) in ide::file_occurrences(snapshot, data.file) {
        let symbol = file_symbol(target.relative_to(root));
        occurrences.push(occurrence(data, range, &symbol, SymbolRole::Import as i32));
    }
    let mut symbols = vec![SymbolInformation {
        symbol: own,
        kind: Kind::File.into(),
        display_name: path.to_owned(),
        ..SymbolInformation::default()
    }];
    for local in ide::local_occurrences(snapshot, data.file) {
        let symbol = format!("local {}", local.name);
        occurrences.push(occurrence(data, local.range, &symbol, role(local.kind)));
        // Names are numbered as they first come.
        if symbols.len() == local.name + 1 {
            symbols.push(SymbolInformation {
                symbol,
                kind: Kind::Variable.into(),
                display_name: data.text[local.range].to_owned(),
                ..SymbolInformation::default()
            });
        }
    }
    Document {
        language: "nix".to_owned(),
        relative_path: path.to_owned(),
        occurrences,
        symbols,
        position_encoding: PositionEncoding::UTF8CodeUnitOffsetFromLineStart.into(),
        ..Document::default()
    }
}

fn role(kind: ReferenceKind) -> i32 {
    let role = match kind {
        ReferenceKind::Declaration => SymbolRole::Definition,
        ReferenceKind::Write => SymbolRole::WriteAccess,
        ReferenceKind::Read => SymbolRole::ReadAccess,
    };
    role as i32
}

fn occurrence(data: &FileData, range: TextRange, symbol: &str, roles: i32) -> Occurrence {
    let [start, end] = [range.start(), range.end()]
        .map(|offset| data.lines.position(&data.text, offset, Encoding::Utf8));
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let mut range = vec![number(start.line), number(start.column)];
    if end.line != start.line {
        range.push(number(end.line));
    }
    range.push(number(end.column));
    Occurrence { range, symbol: symbol.to_owned(), symbol_roles: roles, ..Occurrence::default() }
}

fn option_symbol(path: &OptionPath) -> String {
    let last = path.len().saturating_sub(1);
    let descriptors = path.iter().enumerate().map(|(at, name)| {
        let suffix = if at == last { Suffix::Term } else { Suffix::Namespace };
        (name.as_str(), suffix)
    });
    symbol("options", descriptors)
}

fn file_symbol(path: &str) -> String {
    symbol("files", [(path, Suffix::Namespace)])
}

fn symbol<'a>(package: &str, names: impl IntoIterator<Item = (&'a str, Suffix)>) -> String {
    let descriptor = |(name, suffix): (&str, Suffix)| Descriptor {
        name: name.to_owned(),
        suffix: suffix.into(),
        ..Descriptor::default()
    };
    format_symbol(Symbol {
        scheme: env!("CARGO_PKG_NAME").to_owned(),
        package: MessageField::some(Package {
            manager: "nix".to_owned(),
            name: package.to_owned(),
            ..Package::default()
        }),
        descriptors: names.into_iter().map(descriptor).collect(),
        ..Symbol::default()
    })
}
