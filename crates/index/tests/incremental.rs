//! The incremental index is the index: after any sequence of edits, creations, renames and deletions it
//! equals one built from scratch from the final texts.
//!
//! With `HYPER_NIXOS_LS_TREE` set to a folder, the same is done with that tree's own files.

use index::{Change, Cycle, World};
use module::FileId;
use module::facts::ImportTarget;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use test_support::Fixture;

/// Small modules that import, use and look for each other, whole and half-written.
const TEXTS: &[&str] = &[
    "{ config, lib, ... }: { imports = [ ./b.nix ./sub ]; options.hypervisor.a.enable = lib.mkEnableOption \"a\"; }",
    "{ config, lib, ... }: let cfg = config.hypervisor.a; in { config = lib.mkIf cfg.enable { x = cfg.port; }; }",
    "{ lib, ... }: { options.hypervisor.b = import ./c.nix { inherit lib; }; }",
    "{ lib }: { port = lib.mkOption { type = lib.types.port; }; enable = lib.mkEnableOption \"c\"; }",
    "{ lib, pkgs, ... }: { imports = [ (import ./c.nix { inherit lib; }) ./a.nix ]; }",
    "{ hypervisor.a.enable = true; }",
    "{ imports = import ./list.nix; }",
    "[ ./a.nix ./sub/default.nix ]",
    "{ config, lib, ... }: { options.hypervisor.b = lib.mkOption { default = config.hypervisor.a.enable; }; hypervisor.a.enable = config.hypervisor.b; }",
    "{ config, lib, ... }: { config = lib.mkIf (config.hypervisor.b or false) { hypervisor.a = if config.hypervisor.a.enable then { enable = true; } else { }; }; }",
    "{ pkgs, ... }: { services.x = 1; }",
    "{ config, lib, ... }: { imports = lib.optional (builtins.pathExists ./d.nix) ./d.nix; ",
    "{ config, lib, ... }: { options.hypervisor.vms = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule ./b.nix); }; }",
    "{ config, lib, ... }: {\n  options.hypervisor = {\n    d.enable = lib.mkEnableOption \"d\"\n    e = \n  };\n  config.y = config.hypervisor.",
    "",
    "{ stdenv }: stdenv.mkDerivation { }",
    "{ outputs = { self, nixpkgs }: { nixosModules.a = ./a.nix; nixosConfigurations.x = nixpkgs.lib.nixosSystem { modules = [ ./configuration.nix { hypervisor.a.enable = true; imports = [ ./d.nix ]; } ]; }; }; }",
    "{ outputs = { nixpkgs, ... }: let mk = import ./c.nix { inherit (nixpkgs) lib; }; in { nixosModules.default = import ./b.nix; nixosConfigurations = nixpkgs.lib.genAttrs [ \"a\" \"sub\" ] (name: nixpkgs.lib.nixosSystem { modules = [ (./. + \"/${name}\") mk ]; }); }; }",
    "{ outputs = inputs: { nixosConfigurations.y = inputs.nixpkgs.lib.nixosSystem { modules = [ ./sub inputs.other.nixosModules.z ]; specialArgs = { inherit inputs; }; }; }; }",
    "{ lib, ... }: { imports = map (name: ./sub + \"/${name}\") (lib.filter (lib.hasSuffix \".nix\") (builtins.attrNames (builtins.readDir ./sub))); }",
    "{ lib, ... }: { imports = lib.filesystem.listFilesRecursive ./sub; }",
    "{ pkgs, lib ? pkgs.lib, extra }: lib.evalModules { modules = [ ./a.nix ./list.nix { hypervisor.a.enable = true; } ] ++ extra; }",
    "{ config, lib, ... }: { options.hypervisor.vm = lib.evalModules { modules = [ ./d.nix ]; }; }",
    "lib: lib.extend (final: prev: { own = import ./c.nix { lib = final; }; })",
    "{ lib, ... }: { options.hypervisor.own = { inherit (lib.own) port enable; }; }",
    "{ disabledModules = [ ./b.nix ]; imports = [ ./b.nix \"${modulesPath}/x.nix\" ./sub/../a.nix ]; }",
];

const PATHS: &[&str] = &[
    "a.nix",
    "b.nix",
    "c.nix",
    "d.nix",
    "list.nix",
    "sub/default.nix",
    "sub/a.nix",
    "sub/deep/d.nix",
    "configuration.nix",
    "flake.nix",
    "sub/flake.nix",
    "profiles/a.nix",
    "data.json",
];

/// Types that need their members' values, or do not.
const TYPES: &[&str] =
    &["int", "attrsOf lib.types.int", "lazyAttrsOf lib.types.int", "listOf lib.types.int"];

/// Values that need other options in one way or another.
const VALUES: &[&str] = &[
    "config.OPTION",
    "{ x = config.OPTION; }",
    "[ config.OPTION ]",
    "lib.mkForce config.OPTION",
    "lib.mkMerge [ (lib.mkForce 1) (lib.mkDefault config.OPTION) ]",
    "lib.mkIf config.OTHER config.OPTION",
    "lib.mkIf true config.OPTION",
    "lib.mkIf false config.OPTION",
    "if config.OTHER then config.OPTION else 1",
    "config.OTHER.x",
    "1",
];

#[derive(Debug, Clone)]
enum Step {
    Write {
        path: usize,
        text: usize,
        cut: usize,
    },
    /// The same text, further down.
    Shift {
        path: usize,
    },
    Delete {
        path: usize,
    },
    Rename {
        from: usize,
        to: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..PATHS.len(), 0..TEXTS.len(), 0..400usize)
            .prop_map(|(path, text, cut)| Step::Write { path, text, cut }),
        2 => (0..PATHS.len()).prop_map(|path| Step::Shift { path }),
        1 => (0..PATHS.len()).prop_map(|path| Step::Delete { path }),
        1 => (0..PATHS.len(), 0..PATHS.len()).prop_map(|(from, to)| Step::Rename { from, to }),
    ]
}

/// What is on disk, by path.
#[derive(Default)]
struct Disk(BTreeMap<FileId, Arc<str>>);

impl Disk {
    fn write(&mut self, file: FileId, text: Arc<str>) -> Change {
        self.0.insert(file, text.clone());
        change(file, text)
    }

    fn delete(&mut self, file: FileId) -> Change {
        self.0.remove(&file);
        Change::Gone { file }
    }

    fn indexed_at_once(&self) -> World {
        let mut world = World::new(Fixture::setup());
        world.apply(self.0.iter().map(|(&file, text)| change(file, text.clone())).collect());
        world
    }
}

fn change(file: FileId, text: Arc<str>) -> Change {
    match file.is_nix() {
        true => Change::Text { file, text },
        false => Change::Exists { file },
    }
}

fn play(steps: &[Step]) -> (World, Disk) {
    let mut world = World::new(Fixture::setup());
    let mut disk = Disk::default();
    let at = |path: usize| Fixture::root().join(PATHS[path]);
    for step in steps {
        let changes = match *step {
            Step::Write { path, text, cut } => {
                // Cut anywhere, as a half-written file is.
                let text = TEXTS[text].chars().take(cut).collect::<String>();
                vec![disk.write(at(path), text.into())]
            }
            Step::Shift { path } => match disk.0.get(&at(path)).cloned() {
                Some(text) => vec![disk.write(at(path), format!("# moved\n{text}").into())],
                None => Vec::new(),
            },
            Step::Delete { path } => vec![disk.delete(at(path))],
            Step::Rename { from, to } => match disk.0.get(&at(from)).cloned() {
                Some(text) if from != to => {
                    vec![disk.delete(at(from)), disk.write(at(to), text)]
                }
                _ => Vec::new(),
            },
        };
        world.apply(changes);
    }
    (world, disk)
}

/// The loops of every module.
fn all_cycles(world: &World) -> Vec<(FileId, Vec<Cycle>)> {
    let snapshot = world.snapshot();
    let modules: Vec<FileId> = snapshot.modules().map(|(file, _)| file).collect();
    modules.into_iter().map(|file| (file, snapshot.cycles(file))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn incremental_equals_from_scratch(steps in prop::collection::vec(step(), 1..24)) {
        let (world, disk) = play(&steps);
        let scratch = disk.indexed_at_once();
        prop_assert!(world.snapshot() == scratch.snapshot(), "{}", difference(&world, &scratch));
    }

    /// Each of three modules declares an option of its name and defines it from the others.
    #[test]
    fn the_loops_that_were_explored_before_an_edit_are_those_after_it(
        edits in prop::collection::vec((0..3usize, 0..TYPES.len(), 0..VALUES.len(), 0..3usize), 1..16),
    ) {
        let mut disk = Disk::default();
        let mut world = World::new(Fixture::setup());
        for (module, ty, value, lines) in edits {
            let name = ["a", "b", "c"][module];
            let [option, other] = [["b", "c"], ["c", "a"], ["a", "b"]][module];
            let value = VALUES[value].replace("OPTION", option).replace("OTHER", other);
            let text = format!(
                "{}{{ config, lib, ... }}: {{ options.{name} = lib.mkOption {{ type = lib.types.{}; }}; config.{name} = {value}; }}",
                "\n".repeat(lines), TYPES[ty],
            );
            let file = Fixture::root().join(&format!("{name}.nix"));
            world.apply(vec![disk.write(file, text.into())]);
            // Each time, so that there is something explored to go on with.
            prop_assert_eq!(all_cycles(&world), all_cycles(&disk.indexed_at_once()));
        }
    }
}

#[test]
fn what_a_file_uses_that_is_read_only_because_it_is_imported() {
    let [list, module] = [Fixture::root().join("list.nix"), Fixture::root().join("module.nix")];
    let mut disk = Disk::default();
    let mut world = World::new(Fixture::setup());
    let texts = [
        (Fixture::root().join("c.nix"), "{ config, lib, ... }: { x = 1; }"),
        (list, "{ services = import ./c.nix { }; }"),
        (module, "{ config, ... }: { imports = [ ./list.nix ]; }"),
        (module, "{ config, ... }: { }"),
    ];
    for (file, text) in texts {
        world.apply(vec![disk.write(file, text.into())]);
        let scratch = disk.indexed_at_once();
        assert!(world.snapshot() == scratch.snapshot(), "{}", difference(&world, &scratch));
    }
}

#[test]
fn what_appears_in_a_listed_folder_is_seen() {
    let mut fixture = Fixture::new(
        r#"
#- modules/all.nix
{ lib, ... }: {
  imports = map (name: ./. + "/${name}") (lib.remove "all.nix" (builtins.attrNames (builtins.readDir ./.)));
}
#- modules/web.nix
{ }
#- modules/db/default.nix
{ }
"#,
    );
    let imported = |fixture: &Fixture| {
        let snapshot = fixture.snapshot();
        let facts = snapshot.file(fixture.files[0]).and_then(|data| data.module().cloned());
        let imports = facts.map(|facts| facts.imports.clone()).unwrap_or_default();
        let name = |target| match target {
            ImportTarget::Path(path) => path.name(),
            _ => "?",
        };
        imports.iter().map(|import| name(import.target)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(imported(&fixture), "db web.nix");
    let file = fixture.file("modules/mail.nix");
    fixture.world.apply(vec![Change::Text { file, text: "{ }".into() }]);
    assert_eq!(imported(&fixture), "db mail.nix web.nix");
    let file = fixture.file("modules/jobs/default.nix");
    fixture.world.apply(vec![Change::Text { file, text: "{ }".into() }]);
    assert_eq!(imported(&fixture), "db jobs mail.nix web.nix");
    fixture.world.apply(vec![Change::Gone { file }]);
    assert_eq!(imported(&fixture), "db mail.nix web.nix");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The loops of a file do not depend on how the tree came about, nor on who asked before.
    #[test]
    fn cycles_are_those_of_the_tree(steps in prop::collection::vec(step(), 1..24)) {
        let (world, disk) = play(&steps);
        let (grown, scratch) = (world.snapshot(), disk.indexed_at_once().snapshot());
        let files: Vec<FileId> = scratch.files().map(|data| data.file).collect();
        for &file in files.iter().rev() {
            scratch.cycles(file);
        }
        for &file in &files {
            prop_assert_eq!(grown.cycles(file), scratch.cycles(file));
        }
    }
}

/// Where two worlds part, for a person to read.
fn difference(world: &World, scratch: &World) -> String {
    let (a, b) = (world.snapshot(), scratch.snapshot());
    let mut out = String::new();
    for data in b.files() {
        let here = a.file(data.file);
        let kinds = (here.map(|data| data.kind), data.kind);
        if kinds.0 != Some(kinds.1) || here.map(|data| data.module()) != Some(data.module()) {
            out.push_str(&format!("{:?}: {kinds:?}\n", data.file));
        }
    }
    out + &format!("reach: {:?} / {:?}", a.reach(), b.reach())
}

#[test]
fn real_trees_too() {
    // Not set: there is nothing to do, and the property above has been tested on small texts.
    let Some(root) = std::env::var_os("HYPER_NIXOS_LS_TREE") else { return };
    let mut disk = Disk::default();
    collect(std::path::Path::new(&root), &mut disk);
    let mut world = disk.indexed_at_once();
    let files: Vec<FileId> = disk.0.keys().copied().filter(|file| file.is_nix()).collect();
    for (turn, &file) in files.iter().enumerate() {
        let text = disk.0[&file].clone();
        let half: String = text.chars().take(text.chars().count() / 2).collect();
        let changes = match turn % 3 {
            0 => vec![disk.write(file, half.into())],
            1 => vec![disk.delete(file)],
            _ => {
                let moved = file.folder().join("moved.nix");
                vec![disk.delete(file), disk.write(moved, text)]
            }
        };
        world.apply(changes);
        if turn % 20 == 0 || turn + 1 == files.len() {
            let scratch = disk.indexed_at_once();
            assert!(world.snapshot() == scratch.snapshot(), "{}", difference(&world, &scratch));
        }
    }
}

fn collect(folder: &std::path::Path, disk: &mut Disk) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !hidden => collect(&path, disk),
            Ok(kind) if kind.is_file() && path.extension().is_some_and(|it| it == "nix") => {
                if let (Ok(text), Some(path)) = (std::fs::read_to_string(&path), path.to_str()) {
                    disk.0.insert(FileId::new(path), text.into());
                }
            }
            _ => {}
        }
    }
}
