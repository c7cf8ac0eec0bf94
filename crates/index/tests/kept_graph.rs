//! The demand graph goes on from edit to edit. Whatever it was asked in between, its loops are those of a tree that
//! was read anew.

use index::{Change, Cycle, World};
use module::FileId;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use test_support::Fixture;

/// Parts of modules: what they declare and define decides what others need.
const PARTS: &[&str] = &[
    "options.a = lib.mkOption { type = lib.types.int; };",
    "options.a = lib.mkOption { type = lib.types.attrsOf lib.types.int; default = config.b; };",
    "options.b = lib.mkOption { type = lib.types.lazyAttrsOf lib.types.int; };",
    "options.b = lib.mkOption { type = lib.types.listOf lib.types.int; };",
    "options.b.inner = lib.mkOption { default = config.a; };",
    "options.vms = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule ({ config, ... }: { options.size = lib.mkOption { default = config.room; }; options.room = lib.mkOption { type = lib.types.int; }; })); };",
    "options.vms = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule { options.size = lib.mkOption { }; freeformType = lib.types.attrs; }); };",
    "options.one = lib.mkOption { type = lib.types.nullOr (lib.types.submodule { options.deep = lib.mkOption { }; }); };",
    "imports = [ (lib.mkRenamedOptionModule [ \"old\" ] [ \"a\" ]) ];",
    "imports = [ (lib.mkRenamedOptionModule [ \"old\" ] [ \"vms\" \"x\" ]) ];",
    "config.a = config.b;",
    "config.a = config.b.inner;",
    "config.a = config.old;",
    "config.a = if config.b.inner then config.old else 1;",
    "config.a = if config.old then config.b.inner else 1;",
    "config.old = config.b;",
    "config.b = [ config.a ];",
    "config.b = lib.mkForce config.a;",
    "config.b = lib.mkIf false (lib.mkForce 1);",
    "config.b = lib.mkForce 2;",
    "config.b.inner = config.a.x;",
    "config.a.x = config.b.inner;",
    "config.vms.x.size = config.vms.x.room;",
    "config.vms.x.room = config.vms.x.size;",
    "config.vms.y.room = config.a;",
    "config.vms.x = { size = config.one.deep; };",
    "config.vms = lib.mkIf config.a.x { x.room = 1; };",
    "config.one.deep = config.vms.x.size;",
    "config.one = lib.mkIf config.b { deep = 1; };",
    "config.loose.x = config.loose.y;",
    "config.loose.y = config.loose.x;",
    "config.loose = config.loose.z;",
    "config.x = lib.optionalAttrs config.a { y = config.x.z; };",
    "config._module.args.extra = config.a;",
    "config.a = extra;",
    "config.${config.b.inner} = 1;",
    "config = config.a;",
    "imports = lib.optional config.a ./b.nix;",
];

const MODULES: usize = 4;

fn text(parts: &[usize], lines: usize) -> Arc<str> {
    let (mut imports, mut others) = (Vec::new(), Vec::new());
    for &part in parts {
        match PARTS[part].strip_prefix("config = ") {
            Some(whole) => imports.push(whole.trim_end_matches(';')),
            None => others.push(PARTS[part]),
        }
    }
    let whole: String = imports.iter().map(|it| format!("config = {it};")).collect();
    let text = format!("{{ config, lib, extra, ... }}: {{ {} {whole} }}", others.join("\n"));
    ("\n".repeat(lines) + &text).into()
}

/// The loops of every module.
fn all_cycles(world: &World) -> Vec<(FileId, Vec<Cycle>)> {
    let snapshot = world.snapshot();
    let modules: Vec<FileId> = snapshot.modules().map(|(file, _)| file).collect();
    modules.into_iter().map(|file| (file, snapshot.cycles(file))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_kept_of_the_graph_is_what_is_explored_anew(
        edits in prop::collection::vec(
            (0..MODULES, prop::collection::vec(0..PARTS.len(), 0..4), 0..2usize, any::<bool>()),
            1..20,
        ),
    ) {
        let mut disk: BTreeMap<FileId, Arc<str>> = BTreeMap::new();
        let mut world = World::new(Fixture::setup());
        for (module, parts, lines, is_asked) in edits {
            let file = Fixture::root().join(&format!("{}.nix", ["a", "b", "c", "d"][module]));
            let text = text(&parts, lines);
            disk.insert(file, text.clone());
            world.apply(vec![Change::Text { file, text }]);
            // Not always, so that several edits come together.
            if is_asked {
                let mut anew = World::new(Fixture::setup());
                let texts = disk.iter().map(|(&file, text)| (file, text.clone()));
                anew.apply(texts.map(|(file, text)| Change::Text { file, text }).collect());
                prop_assert_eq!(all_cycles(&world), all_cycles(&anew));
            }
        }
    }
}
