//! `scip`: what is written is read again, as a code search would.

use super::{run, tree};
use protobuf::Message;
use scip::types::{Document, Index, SymbolRole};
use std::collections::HashSet;
use std::fs;

const FILES: [(&str, &str); 4] = [
    ("configuration.nix", "{ imports = [ ./web.nix ./modules ]; hypervisor.web.port = 1; }\n"),
    (
        "web.nix",
        "{ config, lib, ... }:\nlet cfg = config.hypervisor.web; in\n{\n  options.hypervisor.web = {\n    \
         port = lib.mkOption { type = lib.types.port; description = \"Größe\"; }; /* ü */ host = lib.mkOption { };\n  \
         };\n  config.hypervisor.web.host = cfg.port;\n}\n",
    ),
    (
        "modules/default.nix",
        "{ lib, ... }: {\n  options.hypervisor.vms = lib.mkOption {\n    type = with lib.types; attrsOf (submodule {\n      \
         options.memory = lib.mkOption { type = int; };\n    });\n  };\n  config.hypervisor.vms.a.memory = 1;\n}\n",
    ),
    ("broken.nix", "{ a = \n"),
];

/// What stands at an occurrence.
fn text_at<'t>(text: &'t str, range: &[i32]) -> &'t str {
    let line = text.split('\n').nth(range[0] as usize).unwrap();
    assert_eq!(range.len(), 3, "no name has a line break in it");
    &line[range[1] as usize..range[2] as usize]
}

fn places<'t>(
    documents: &[Document],
    texts: &[&'t str],
    symbol: &str,
) -> Vec<(String, &'t str, i32)> {
    let mut found = Vec::new();
    for (document, text) in documents.iter().zip(texts) {
        for occurrence in document.occurrences.iter().filter(|it| it.symbol == symbol) {
            let place = format!("{}:{}", document.relative_path, occurrence.range[0] + 1);
            found.push((place, text_at(text, &occurrence.range), occurrence.symbol_roles));
        }
    }
    found
}

#[test]
fn an_index_names_options_files_and_bindings() {
    let dir = tree(&FILES);
    let ended = run(dir.path(), &["scip", "--root", ".", "-o", "out.scip"]);
    assert_eq!((ended.status, ended.stdout.as_str()), (0, ""), "{}", ended.stderr);
    assert!(ended.stderr.starts_with("wrote out.scip: 4 files, "), "{}", ended.stderr);
    let index = Index::parse_from_bytes(&fs::read(dir.path().join("out.scip")).unwrap()).unwrap();
    let root = index.metadata.project_root.as_str();
    assert!(root.starts_with("file:///") && root.ends_with('/'), "{root}");
    assert_eq!(index.metadata.tool_info.version, env!("CARGO_PKG_VERSION"));

    let names: Vec<&str> = index.documents.iter().map(|it| it.relative_path.as_str()).collect();
    assert_eq!(names, ["broken.nix", "configuration.nix", "modules/default.nix", "web.nix"]);
    let text = |name: &&str| FILES.iter().find(|(file, _)| file == name).unwrap().1;
    let texts: Vec<&str> = names.iter().map(text).collect();

    let [definition, write, read, import] = [
        SymbolRole::Definition,
        SymbolRole::WriteAccess,
        SymbolRole::ReadAccess,
        SymbolRole::Import,
    ]
    .map(|role| role as i32);
    let found = |symbol| places(&index.documents, &texts, symbol);
    let place = |place: &str, text, role| (place.to_owned(), text, role);
    assert_eq!(
        found("hyper-nixos-ls nix options . hypervisor/web/port."),
        [
            place("configuration.nix:1", "port", write),
            place("web.nix:5", "port", definition),
            place("web.nix:7", "port", read),
        ]
    );
    // Behind characters of several bytes.
    assert_eq!(found("hyper-nixos-ls nix options . hypervisor/web/host.")[0].1, "host");
    assert_eq!(
        found("hyper-nixos-ls nix options . hypervisor/vms/`<name>`/memory."),
        [
            place("modules/default.nix:4", "memory", definition),
            place("modules/default.nix:7", "memory", write),
        ]
    );
    assert_eq!(
        found("hyper-nixos-ls nix files . `modules/default.nix`/"),
        [
            place("configuration.nix:1", "./modules", import),
            place("modules/default.nix:1", "", definition),
        ]
    );
    let web = &index.documents[3];
    let cfg = web.symbols.iter().find(|it| it.display_name == "cfg").unwrap();
    let cfg: Vec<_> = web.occurrences.iter().filter(|it| it.symbol == cfg.symbol).collect();
    let lines: Vec<i32> = cfg.iter().map(|it| it.range[0] + 1).collect();
    assert_eq!(lines, [2, 7]);
}

#[test]
fn symbols_are_well_formed_and_what_is_used_is_defined() {
    let dir = tree(&FILES);
    let output = super::command(dir.path(), &["scip", "--root", ".", "-o", "-"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let index = Index::parse_from_bytes(&output.stdout).unwrap();
    let documents = &index.documents;
    let mut defined = HashSet::new();
    let mut described = HashSet::new();
    // A local symbol is one of its document.
    let key = |document: &Document, symbol: &str| match symbol.starts_with("local ") {
        true => format!("{} {symbol}", document.relative_path),
        false => symbol.to_owned(),
    };
    for document in documents {
        for information in &document.symbols {
            assert!(described.insert(key(document, &information.symbol)), "{}", information.symbol);
        }
        for it in document.occurrences.iter().filter(|it| it.symbol_roles & 1 == 1) {
            defined.insert(key(document, &it.symbol));
        }
    }
    for document in documents {
        for it in &document.occurrences {
            scip::symbol::parse_symbol(&it.symbol).unwrap();
            let key = key(document, &it.symbol);
            assert!(defined.contains(&key), "{key} is defined nowhere");
            assert!(described.contains(&key), "{key} is described nowhere");
        }
    }
}
