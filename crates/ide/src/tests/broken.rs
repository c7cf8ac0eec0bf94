use super::with_options;
use crate::{
    DocumentSymbol, FilePosition, Snapshot, assists, completion, declaration, definition,
    dependants, dependencies, document_symbols, folds, hierarchy_item, highlights, hover,
    implementation, lenses, links, prepare_rename, references, rename, selections, type_definition,
};
use lints::Settings;
use module::FileId;
use syntax::{TextRange, TextSize};

const MODULE: &str = r#"{ config, lib, pkgs, ... }:

with lib;

let
  cfg = config.hypervisor.web;
  inherit (config.hypervisor) vms;
  script = pkgs.writeText "x" ''
    echo ${toString cfg.port} ''${HOME} ä€𝄞
  '';
in
{
  imports = [ ./modules/web.nix ] ++ optional true ./folder;

  options.hypervisor.backup = {
    enable = mkEnableOption "backups";
    targets = mkOption {
      type = types.attrsOf (types.submodule ({ name, config, ... }: {
        options = { path = mkOption { type = types.str; default = "/var/${name}"; }; };
        config.path = mkIf (config.path != "") (mkDefault name);
      }));
      default = { }; # none
      example = { "a b".path = "/x"; };
    };
  };

  config = mkMerge [
    { hypervisor.vms.db = { memory = 1024; "boot order" = "c"; }; }
    (mkIf (cfg.enable && vms ? db) {
      hypervisor.web = rec { port = mkForce 80; tls = { inherit (cfg.tls) certificate; }; };
      hypervisor.disks = [ { size = 1; } ] ++ map (n: { size = n; }) [ 1 2 ];
      environment.etc.${cfg.tls.certificate or "x"}.source = script;
    })
  ];
}
"#;

/// Every state that typing the module from its start goes through, asked at its end and a bit before.
#[test]
fn no_prefix_of_a_module_is_too_broken_to_ask() {
    for (end, _) in MODULE.char_indices() {
        let text = &MODULE[..end];
        let (fixture, at) = with_options(&format!("{text}$0"));
        let snapshot = fixture.snapshot();
        let near = text.char_indices().rev().take(3).map(|(offset, _)| offset);
        for offset in near.chain([end]).map(|offset| TextSize::new(offset as u32)) {
            let at = FilePosition { offset, ..at };
            for item in completion(&snapshot, at).items {
                let range = item.edit.range;
                assert!(range.contains_inclusive(offset), "{text}");
                assert!(!text[range].contains('\n'), "{text}");
            }
            hover(&snapshot, at);
            definition(&snapshot, at);
            assists(&snapshot, &Settings::default(), at.file, TextRange::empty(offset), |_| true);
            ask_about_others(&snapshot, at);
        }
        let whole = TextRange::up_to(TextSize::of(text));
        ask_about_structure(&snapshot, at.file, whole);
    }
}

/// Every question about who else speaks of what is at a place.
fn ask_about_others(snapshot: &Snapshot, at: FilePosition) {
    declaration(snapshot, at);
    implementation(snapshot, at);
    type_definition(snapshot, at);
    let here = references(snapshot, at);
    if let Some(highlights) = highlights(snapshot, at) {
        let all = here.unwrap_or_default();
        assert!(highlights.iter().all(|it| all.contains(it)), "{highlights:?} of {all:?}");
    }
    if let Some(item) = hierarchy_item(snapshot, at) {
        dependants(snapshot, &item.path);
        dependencies(snapshot, &item.path);
    }
    if let Ok(found) = prepare_rename(snapshot, at) {
        assert!(found.range.contains_inclusive(at.offset));
    }
    if let Ok(edits) = rename(snapshot, at, "zz") {
        assert!(!edits.is_empty());
    }
}

fn ask_about_structure(snapshot: &Snapshot, file: FileId, whole: TextRange) {
    let is_inside = |symbol: &DocumentSymbol| whole.contains_range(symbol.full);
    assert!(document_symbols(snapshot, file).iter().all(is_inside));
    assert!(folds(snapshot, file).iter().all(|fold| whole.contains_range(fold.range)));
    for ranges in selections(snapshot, file, &[whole.start(), whole.end()]) {
        assert!(ranges.windows(2).all(|pair| pair[1].contains_range(pair[0])), "{ranges:?}");
    }
    links(snapshot, file);
    lenses(snapshot, file, false);
}

/// Every place of the whole module.
#[test]
fn every_place_can_be_asked_about() {
    let (fixture, at) = with_options(&format!("{MODULE}$0"));
    let snapshot = fixture.snapshot();
    let mut answered = 0;
    for (offset, _) in MODULE.char_indices() {
        let at = FilePosition { offset: TextSize::new(offset as u32), ..at };
        completion(&snapshot, at);
        if let Some(found) = hover(&snapshot, at) {
            assert!(found.range.contains_inclusive(at.offset));
        }
        if let Some(found) = definition(&snapshot, at) {
            assert!(found.origin.contains_inclusive(at.offset) && !found.targets.is_empty());
            answered += 1;
        }
    }
    assert!(answered > 100, "{answered}");
}

/// The places of the module where a name of an option begins, with the name.
const NAMES: [(&str, &str); 12] = [
    ("cfg = config.hypervisor.", "web"),
    ("inherit (config.hypervisor) ", "vms"),
    ("${toString cfg.", "port"),
    ("config = mkMerge [\n    { hypervisor.", "vms"),
    ("hypervisor.vms.db = { ", "memory"),
    ("memory = 1024; ", "\"boot order\""),
    ("(mkIf (cfg.", "enable"),
    ("      hypervisor.", "web"),
    ("hypervisor.web = rec { ", "port"),
    ("tls = { inherit (cfg.tls) ", "certificate"),
    ("hypervisor.disks = [ { ", "size"),
    ("environment.etc.${cfg.tls.", "certificate"),
];

/// Each of those names is offered while it is typed, letter by letter, at the end of a file that goes
/// no further and in front of the rest of the module.
#[test]
fn names_are_offered_at_every_keystroke() {
    let mut failures = Vec::new();
    for (before, name) in NAMES {
        let start = MODULE.find(&format!("{before}{name}")).unwrap() + before.len();
        for typed in 0..name.len() {
            let head = &MODULE[..start + typed];
            for rest in ["", "\n", &MODULE[start + name.len()..]] {
                let (fixture, at) = with_options(&format!("{head}$0{rest}"));
                let items = completion(&fixture.snapshot(), at).items;
                let is_it = |item: &crate::CompletionItem| {
                    item.edit.new_text == name && usize::from(item.edit.range.start()) == start
                };
                if !items.iter().any(is_it) {
                    let end = if rest.len() > 1 { "in front of the rest" } else { "at the end" };
                    failures.push(format!("{before}{} {end}", &name[..typed]));
                }
            }
        }
    }
    assert!(failures.is_empty(), "not offered:\n{}", failures.join("\n"));
}
