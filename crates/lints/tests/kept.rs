//! Findings may be kept for as long as nothing has changed that they have looked at: after any sequence of
//! edits, creations and deletions those that are kept are those that are found anew.

use index::{Change, Looked, News, Snapshot, World};
use lints::{Diagnostic, Settings, check_file};
use module::FileId;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use test_support::Fixture;

/// Modules that declare, define and read each other's options, in ways that rules have something to say of.
const TEXTS: &[&str] = &[
    "{ config, lib, ... }: { imports = [ ./b.nix ./c.nix ./d.nix ]; options.hypervisor.a.enable = lib.mkEnableOption \"a\"; }",
    "{ config, lib, ... }: { config = lib.mkIf config.hypervisor.a.enable { hypervisor.b.port = \"x\"; }; }",
    "{ config, lib, ... }: { options.hypervisor.b.port = lib.mkOption { type = lib.types.port; default = config.hypervisor.c.port; description = \"b\"; }; }",
    "{ config, lib, ... }: { options.hypervisor.c.port = lib.mkOption { type = lib.types.port; default = config.hypervisor.b.port; description = \"c\"; }; }",
    "{ config, lib, ... }: { options.hypervisor.c.port = lib.mkOption { type = lib.types.str; description = \"c\"; }; }",
    "{ hypervisor.a.enable = true; hypervisor.b.prot = 1; hypervisor.c.port = 3; }",
    "\n\n{ hypervisor.a.enable = false; hypervisor.c.port = 4; }",
    "{ lib, ... }: { imports = [ (lib.mkRenamedOptionModule [ \"hypervisor\" \"a\" \"enable\" ] [ \"hypervisor\" \"c\" \"on\" ]) ]; }",
    "{ lib, ... }: { options.hypervisor.vms = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule ./c.nix); }; hypervisor.vms.x.hypervisor.c.port = 1; }",
    "{ config, lib, ... }: { config = lib.mkIf (config.hypervisor.b or false) { hypervisor.a = if config.hypervisor.a.enable then { enable = true; } else { }; }; }",
    "{ config, lib, ... }: { imports = lib.optional config.hypervisor.a.enable ./b.nix; }",
    "{ config, lib, ... }: { options.hypervisor.a = lib.mkOption { type = lib.types.attrs; default = { }; }; config.y = config.hypervisor.c.prot; }",
    "{ lib, ... }: { options.hypervisor = import ./c.nix { inherit lib; }; }",
    "{ lib }: { port = lib.mkOption { type = lib.types.port; }; }",
    "lib: lib.extend (final: prev: { own = 1; })",
    "{ lib, ... }: { x = lib.own; y = lib.nothing; hypervisor.b.port = lib.mkForce 2; }",
    "{ config, ... }: { hypervisor.a.enable = config.hypervisor.d.enable; imports = [ ./missing.nix ]; }",
    "{ pkgs, extra, ... }: { _module.args.extra = 1; hypervisor.",
    "{ config, lib, ... }: { options.hypervisor.a.enable = lib.mkOption { default = config.hypervisor.b.port; }; options.hypervisor.b.port = lib.mkOption { default = config.hypervisor.d.x; }; }",
    "{ config, lib, ... }: { options.hypervisor.d.x = lib.mkOption { default = config.hypervisor.a.enable; }; imports = [ ./a.nix ./a.nix ./e ]; }",
    "{ pkgs, given, ... }: { hypervisor.a.enable = lib.mkIf given true; imports = [ ./d.nix ]; disabledModules = [ ./b.nix ]; }",
    "{ outputs = { nixpkgs, ... }: { nixosConfigurations.x = nixpkgs.lib.nixosSystem { specialArgs = { given = 1; }; modules = [ ./a.nix ./configuration.nix ]; }; }; }",
    "{ config, ... }: { config = config.hypervisor.c; hypervisor.a = { enable = 1; on = 2; }; # hyper-nixos-ls: ignore\n }",
    "",
];

const PATHS: &[&str] = &[
    "a.nix",
    "b.nix",
    "c.nix",
    "d.nix",
    "configuration.nix",
    "flake.nix",
    "missing.nix",
    "e/default.nix",
];

#[derive(Debug, Clone)]
enum Step {
    Write {
        path: usize,
        text: usize,
        cut: usize,
    },
    Delete {
        path: usize,
    },
    /// Findings are looked at, of all files or of some: then somebody has gone on typing.
    Look {
        files: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..PATHS.len(), 0..TEXTS.len(), prop_oneof![3 => Just(usize::MAX), 1 => 0..200usize])
            .prop_map(|(path, text, cut)| Step::Write { path, text, cut }),
        1 => (0..PATHS.len()).prop_map(|path| Step::Delete { path }),
        4 => prop_oneof![2 => Just(usize::MAX), 1 => 0..4usize].prop_map(|files| Step::Look { files }),
    ]
}

/// Findings, each with what it depends on.
#[derive(Default)]
struct Kept {
    seen: Option<Snapshot>,
    findings: BTreeMap<FileId, (Looked, Vec<Diagnostic>)>,
}

impl Kept {
    /// Brings so many of the files up to date.
    fn update(&mut self, snapshot: Snapshot, files: usize) {
        let settings = Settings::default();
        if let Some(seen) = &self.seen {
            let news = News::between(seen, &snapshot);
            self.findings.retain(|file, (looked, _)| {
                snapshot.file(*file).is_some() && !news.concern(looked)
            });
        }
        let missing = snapshot.files().filter(|data| !self.findings.contains_key(&data.file));
        let missing: Vec<FileId> = missing.map(|data| data.file).take(files).collect();
        for file in missing {
            let (found, looked) = snapshot.watched(|it| check_file(it, &settings, file));
            self.findings.extend(looked.map(|looked| (file, (looked, found))));
        }
        self.seen = Some(snapshot);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn what_is_kept_is_what_is_found_anew(steps in prop::collection::vec(step(), 1..24)) {
        let mut world = World::new(Fixture::setup());
        let mut kept = Kept::default();
        let settings = Settings::default();
        for step in &steps {
            let at = |path: usize| Fixture::root().join(PATHS[path]);
            let change = match *step {
                Step::Write { path, text, cut } => {
                    let text: Arc<str> = TEXTS[text].chars().take(cut).collect::<String>().into();
                    Change::Text { file: at(path), text }
                }
                Step::Delete { path } => Change::Gone { file: at(path) },
                Step::Look { files } => {
                    kept.update(world.snapshot(), files);
                    let mut anew = World::new(Fixture::setup());
                    let texts = world.snapshot();
                    let texts = texts.files().map(|data| (data.file, data.text.clone()));
                    anew.apply(texts.map(|(file, text)| Change::Text { file, text }).collect());
                    let anew = anew.snapshot();
                    for (file, (_, found)) in &kept.findings {
                        let expected = check_file(&anew, &settings, *file);
                        prop_assert_eq!(found, &expected, "{:?}", file);
                    }
                    continue;
                }
            };
            world.apply(vec![change]);
        }
    }
}

#[test]
fn an_edit_concerns_who_has_looked_at_what_it_changes() {
    let mut fixture = Fixture::new(
        r#"
#- a.nix
{ lib, ... }: { options.hypervisor.a.enable = lib.mkEnableOption "a"; }
#- b.nix
{ config.hypervisor.a.enable = 1; }
#- c.nix
{ lib, ... }: { options.hypervisor.c.enable = lib.mkEnableOption "c"; }
"#,
    );
    let before = fixture.snapshot();
    let check = |snapshot: &Snapshot, file| check_file(snapshot, &Settings::default(), file);
    let looked: Vec<Option<Looked>> =
        fixture.files.iter().map(|&file| before.watched(|it| check(it, file)).1).collect();
    let text = "{ lib, ... }: { options.hypervisor.a.on = lib.mkEnableOption \"a\"; }".into();
    fixture.world.apply(vec![Change::Text { file: fixture.files[0], text }]);
    let news = News::between(&before, &fixture.snapshot());
    let is_concerned = |looked: &Option<Looked>| looked.as_ref().map(|it| news.concern(it));
    let concerned: Vec<Option<bool>> = looked.iter().map(is_concerned).collect();
    assert_eq!(concerned, [Some(true), Some(true), Some(false)]);
}
