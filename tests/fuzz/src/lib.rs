//! What the targets have in common: a small tree of modules, and everything that can be asked of a text.

use ide::{FilePosition, HintSettings, Settings, Snapshot};
use index::{Change, Setup, World};
use module::FileId;
use std::sync::Arc;
use syntax::{TextRange, TextSize};

/// The files of the tree; they import each other.
pub const PATHS: [&str; 4] = ["/r/configuration.nix", "/r/a.nix", "/r/b.nix", "/r/lib.nix"];

const TEXTS: [&str; 4] = [
    "{ imports = [ ./a.nix ./b.nix ]; hypervisor.a.enable = true; }",
    "{ config, lib, ... }: let cfg = config.hypervisor.a; in { options.hypervisor.a.enable = lib.mkEnableOption \"a\"; config = lib.mkIf cfg.enable { hypervisor.b.port = 80; }; }",
    "{ config, lib, ... }: { options.hypervisor.b = import ./lib.nix { inherit lib; }; }",
    "{ lib }: { port = lib.mkOption { type = lib.types.port; default = 1; }; vms = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule { options.memory = lib.mkOption { type = lib.types.int; }; }); }; }",
];

pub fn file(index: usize) -> FileId {
    FileId::new(PATHS[index % PATHS.len()])
}

pub fn empty_tree() -> World {
    let namespaces = vec!["hypervisor".to_owned()];
    World::new(Setup { root: FileId::new("/r"), namespaces, roots: Vec::new() })
}

pub fn tree() -> World {
    let mut world = empty_tree();
    let texts = TEXTS.iter().enumerate();
    world.apply(texts.map(|(index, text)| change(index, text)).collect());
    world
}

pub fn change(index: usize, text: &str) -> Change {
    Change::Text { file: file(index), text: Arc::from(text) }
}

/// The texts of a world, in the order of [`PATHS`].
pub fn texts(snapshot: &Snapshot) -> Vec<Arc<str>> {
    let text = |index| snapshot.file(file(index)).map(|data| data.text.clone());
    (0..PATHS.len()).map(|index| text(index).unwrap_or_default()).collect()
}

/// All findings of a tree, as text.
pub fn findings(snapshot: &Snapshot) -> String {
    let settings = Settings::default();
    let all = (0..PATHS.len()).map(|index| ide::diagnostics(snapshot, &settings, file(index)));
    format!("{:#?}", all.collect::<Vec<_>>())
}

/// Panics where an answer is none for this text: a range outside of it, or inside a character.
pub fn ask_everything(snapshot: &Snapshot, file: FileId, offset: usize) {
    let Some(data) = snapshot.file(file) else { return };
    let text = data.text.clone();
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let at = FilePosition { file, offset: TextSize::new(offset as u32) };
    let whole = TextRange::up_to(TextSize::of(&*text));
    let inside =
        |range: TextRange| assert!(text.get(std::ops::Range::<usize>::from(range)).is_some());

    let settings = Settings::default();
    for diagnostic in ide::diagnostics(snapshot, &settings, file) {
        inside(diagnostic.range);
    }
    for item in ide::completion(snapshot, at).items {
        inside(item.edit.range);
    }
    for token in ide::tokens(snapshot, file) {
        inside(token.range);
    }
    for fold in ide::folds(snapshot, file) {
        inside(fold.range);
    }
    ide::hover(snapshot, at);
    ide::definition(snapshot, at);
    ide::declaration(snapshot, at);
    ide::implementation(snapshot, at);
    ide::type_definition(snapshot, at);
    ide::signature(snapshot, at);
    ide::references(snapshot, at);
    ide::highlights(snapshot, at);
    let _ = ide::prepare_rename(snapshot, at);
    let _ = ide::rename(snapshot, at, "other");
    ide::assists(snapshot, &settings, file, TextRange::empty(at.offset), |_| true);
    ide::document_symbols(snapshot, file);
    ide::selections(snapshot, file, &[at.offset]);
    ide::links(snapshot, file);
    ide::lenses(snapshot, file, false);
    ide::hints(snapshot, HintSettings { types: true, aliases: true, closings: true }, file, whole);
}
