use super::*;
use expect_test::{Expect, expect};
use module::FileId;
use std::cell::RefCell;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const NIXOS_JSON: &str = r#"{
  "services.web.enable": {
    "declarations": ["nixos/modules/services/web.nix"],
    "default": { "_type": "literalExpression", "text": "false" },
    "example": { "_type": "literalExpression", "text": "true" },
    "description": "Whether to enable {option}`services.web`.\n",
    "loc": ["services", "web", "enable"],
    "name": "services.web.enable",
    "readOnly": false,
    "type": "boolean"
  },
  "services.web.hosts": {
    "declarations": [{ "name": "<nixpkgs/nixos/modules/services/web.nix>", "url": "https://example.org" }],
    "default": { "a b": ["x", 1, null], "c": "${d}" },
    "description": { "_type": "mdDoc", "text": "The hosts." },
    "loc": ["services", "web", "hosts"],
    "type": "attribute set of (submodule)"
  },
  "services.web.hosts.<host>.root": {
    "declarations": ["/nix/store/hang3792qwdmm2n0d9nsrs5n6bsws6kv-source/nixos/modules/services/web.nix"],
    "default": { "_type": "literalMD", "text": "where {file}`/srv` is" },
    "loc": ["services", "web", "hosts", "<host>", "root"],
    "readOnly": true,
    "type": "something of its own"
  },
  "services.web.hosts.<host>._module.args": { "loc": ["services", "web", "hosts", "<host>", "_module", "args"] },
  "system.stateVersion": { "type": "string" }
}"#;

/// Everything about each option, one an entry.
fn shown(options: &ExternalOptions) -> String {
    let mut options: Vec<_> = options.iter().collect();
    options.sort_by_key(|option| option.path.to_string());
    let mut out = String::new();
    for option in options {
        let ty = option.ty.as_ref();
        let words = ty.map_or("?", |ty| &*ty.words);
        let understood = ty.is_some_and(|ty| ty.ty != module::types::Type::Unknown);
        let mark = if understood { "" } else { " (as words only)" };
        out.push_str(&format!("{} of {}: {words}{mark}\n", option.path, option.origin));
        for (name, value) in [("default", &option.default), ("example", &option.example)] {
            if let Some(value) = value {
                out.push_str(&format!("  {name} {value:?}\n"));
            }
        }
        if let Some(description) = &option.description {
            out.push_str(&format!("  {description:?}\n"));
        }
        for place in &option.declared_at {
            let (line, columns) = (place.line + 1, &place.columns);
            out.push_str(&format!("  in {}:{line} {columns:?}", place.name));
            out.push_str(if place.file.is_some() { "\n" } else { ", which is not here\n" });
        }
        let flags = [
            (option.read_only, "read-only"),
            (option.internal, "internal"),
            (option.deprecated, "deprecated"),
        ];
        let flags = flags.iter().filter(|(set, _)| *set);
        flags.for_each(|(_, name)| out.push_str(&format!("  {name}\n")));
    }
    out
}

fn write(folder: &Path, path: &str, text: &str) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// A nixpkgs with three modules, of which two are in the list.
fn small_nixpkgs() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let modules = [
        ("module-list.nix", "# All modules.\n[\n  ./services/web.nix\n  ./system/version.nix\n]\n"),
        (
            "services/web.nix",
            r#"{ config, lib, ... }:
let cfg = config.services.web; in
{
  imports = [ (lib.mkRenamedOptionModule [ "services" "www" ] [ "services" "web" "port" ]) ];
  options.services.web = {
    /* für */ enable = lib.mkEnableOption "the {command}`web` server";
    port = lib.mkOption {
      type = lib.types.port;
      default = 80;
      example = 8080;
      description = "Where it listens.";
    };
    hosts = lib.mkOption {
      type = lib.types.attrsOf (lib.types.submodule {
        options.root = lib.mkOption { type = lib.types.nullOr lib.types.path; readOnly = true; };
      });
    };
  };
}
"#,
        ),
        (
            "system/version.nix",
            "{ lib, ... }: {\n  options.system.stateVersion = lib.mkOption { type = lib.types.str; internal = true; };\n}\n",
        ),
        (
            "profiles/unlisted.nix",
            "{ lib, ... }: { options.profiles.unlisted = lib.mkEnableOption \"it\"; }\n",
        ),
    ];
    for (path, text) in modules {
        write(&folder.path().join("nixos/modules"), path, text);
    }
    folder
}

fn find(root: &Path, configured: &[&str]) -> (Vec<OptionSource>, Vec<String>) {
    let configured: Vec<String> = configured.iter().map(|&path| path.to_owned()).collect();
    let surroundings = Surroundings { home: Some(root.join("home")), ..Surroundings::default() };
    let (sources, problems) = find_option_sources(root, Some(&configured), &surroundings);
    (sources, problems.iter().map(ToString::to_string).collect())
}

/// What the sources say, and which of them were really read.
fn read(sources: &[OptionSource], cache: &OptionCache) -> (SourcesReading, Vec<String>) {
    let read = RefCell::new(Vec::new());
    let all = read_option_sources(sources, cache, &|name| read.borrow_mut().push(name.to_owned()));
    (all, read.into_inner())
}

#[track_caller]
fn check_options(options: &ExternalOptions, expected: Expect) {
    expected.assert_eq(&shown(options));
}

#[test]
fn an_options_json_is_read_in_all_its_spellings() {
    check_options(
        &options_of_json(NIXOS_JSON).unwrap(),
        expect![[r#"
        services.web.enable of nixpkgs: boolean
          default Code("false")
          example Code("true")
          "Whether to enable `services.web`."
          in nixos/modules/services/web.nix:1 0..0, which is not here
        services.web.hosts of nixpkgs: attribute set of (submodule)
          default Code("{ \"a b\" = [ \"x\" 1 null ]; c = \"\\${d}\"; }")
          "The hosts."
          in nixpkgs/nixos/modules/services/web.nix:1 0..0, which is not here
        services.web.hosts.<name>.root of nixpkgs: something of its own (as words only)
          default Markdown("where `/srv` is")
          in nixos/modules/services/web.nix:1 0..0, which is not here
          read-only
        system.stateVersion of nixpkgs: string
    "#]],
    );
}

#[test]
fn the_modules_of_nixpkgs_are_read_as_the_workspace_is() {
    let nixpkgs = small_nixpkgs();
    let (sources, problems) = find(nixpkgs.path(), &["."]);
    assert_eq!(problems, [""; 0]);
    let (all, _) = read(&sources, &OptionCache::none());
    check_options(
        &all.options,
        expect![[r#"
        services.web.enable of nixpkgs: boolean
          "Whether to enable the `web` server."
          in nixos/modules/services/web.nix:6 0..0
        services.web.hosts of nixpkgs: attribute set of (submodule)
          in nixos/modules/services/web.nix:13 4..9
        services.web.hosts.<name>.root of nixpkgs: null or absolute path
          in nixos/modules/services/web.nix:15 16..20
          read-only
        services.web.port of nixpkgs: 16 bit unsigned integer; between 0 and 65535 (both inclusive)
          default Code("80")
          example Code("8080")
          "Where it listens."
          in nixos/modules/services/web.nix:7 4..8
        services.www of nixpkgs: 16 bit unsigned integer; between 0 and 65535 (both inclusive)
          "Renamed to `services.web.port`."
          in nixos/modules/services/web.nix:4 14..90
          deprecated
        system.stateVersion of nixpkgs: string
          in nixos/modules/system/version.nix:2 17..29
          internal
    "#]],
    );
    let port = all.options.option(&OptionPath::parse("services.web.port")).unwrap();
    let file = nixpkgs.path().join("nixos/modules/services/web.nix");
    assert_eq!(port.declared_at[0].file.map(FileId::path), file.to_str());
}

#[test]
fn sources_are_found_where_the_settings_say() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    write(root, "options.json", NIXOS_JSON);
    write(root, "home/docs/share/doc/nixos/options.json", NIXOS_JSON);
    write(root, "darwin/modules/module-list.nix", "[ ]");
    write(root, "manager/modules/home-environment.nix", "{ }");
    write(root, "empty/readme.md", "");
    let absolute = root.join("options.json");
    let (sources, problems) = find(
        root,
        &[
            "options.json",
            absolute.to_str().unwrap(),
            "~/docs",
            "darwin",
            "manager",
            "empty",
            "../no such folder",
        ],
    );
    let kinds: Vec<String> = sources
        .iter()
        .map(|source| match &source.kind {
            Kind::Json(file) => file.strip_prefix(root).unwrap().to_str().unwrap().to_owned(),
            Kind::Modules(tree) => {
                format!("modules in {}", tree.folder().strip_prefix(root).unwrap().display())
            }
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "options.json",
            "options.json",
            "home/docs/share/doc/nixos/options.json",
            "modules in darwin/modules",
            "modules in manager/modules",
        ]
    );
    assert_eq!(
        problems[0],
        "the option source `empty` cannot be used: the folder has neither the modules of nixpkgs, \
         nix-darwin or home-manager in it nor an options.json; name a checkout, its store path, or an \
         options.json"
    );
    assert!(
        problems[1]
            .starts_with("the option source `../no such folder` cannot be used: there is no"),
        "{problems:?}"
    );
}

#[test]
fn without_settings_the_lock_and_nix_path_are_asked() {
    let nixpkgs = small_nixpkgs();
    let dir = tempfile::tempdir().unwrap();
    let entry = format!("nixos-config=/etc/x:nixpkgs={}", nixpkgs.path().display());
    let mut surroundings = Surroundings {
        store: dir.path().join("store"),
        nix_path: Some(entry.into()),
        ..Surroundings::default()
    };
    let found = |surroundings: &Surroundings| {
        let (sources, problems) = find_option_sources(dir.path(), None, surroundings);
        assert!(problems.is_empty());
        sources
            .into_iter()
            .map(|source| match source.kind {
                Kind::Modules(tree) => (source.name, tree.folder().to_owned()),
                Kind::Json(file) => (source.name, file),
            })
            .collect::<Vec<_>>()
    };
    let by_path = nixpkgs.path().join("nixos/modules");
    assert_eq!(found(&surroundings), [("nixpkgs".to_owned(), by_path)]);

    // The same hash as in the manual of `nix flake prefetch`, and the store path that it leads to.
    write(
        dir.path(),
        "flake.lock",
        r#"{"root": "root", "nodes": {
            "root": {"inputs": {"nixpkgs": "nixpkgs"}},
            "nixpkgs": {"locked": {"narHash": "sha256-VHg3MYVgQ12LeRSU2PSoDeKlSPD8PYYEFxxwkVVDRd0="}}
        }}"#,
    );
    let pinned = "hang3792qwdmm2n0d9nsrs5n6bsws6kv-source/nixos/modules";
    write(&surroundings.store, &format!("{pinned}/module-list.nix"), "[ ]");
    let by_lock = surroundings.store.join(pinned);
    assert_eq!(found(&surroundings), [("nixpkgs".to_owned(), by_lock)]);

    surroundings.nix_path = Some("nixpkgs=flake:nixpkgs:/channels".into());
    surroundings.store = dir.path().join("elsewhere");
    assert_eq!(found(&surroundings), []);
}

#[test]
fn what_is_no_options_json_is_said_with_its_place() {
    let message = |text: &str| match options_of_json(text) {
        Ok(options) => panic!("{options:?}"),
        Err(problem) => problem.to_string(),
    };
    assert_eq!(
        message("{\n  \"a\": {\n"),
        "it is no options.json as NixOS publishes it: EOF while parsing an object at line 3 column 0"
    );
    assert_eq!(
        message("[1, 2]"),
        "it is no options.json as NixOS publishes it: invalid type: sequence, expected an object from \
         option paths to options at line 1 column 0"
    );
    assert!(
        message(r#"{"name": "a-package"}"#).contains("expected struct"),
        "{}",
        message(r#"{"name": "p"}"#)
    );
    assert_eq!(message("{ }"), "no option is declared in it");
}

#[test]
fn a_broken_source_is_named_and_the_others_are_read() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "broken.json", "{");
    write(dir.path(), "good.json", NIXOS_JSON);
    let (sources, _) = find(dir.path(), &["broken.json", "good.json"]);
    let (all, _) = read(&sources, &OptionCache::none());
    let problems: Vec<String> = all.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0]
            .starts_with("the option source `broken.json` cannot be used: it is no options.json"),
        "{problems:?}"
    );
    assert_eq!(all.options.len(), 4);
}

#[test]
fn home_manager_stands_below_its_users_beside_nixos() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "nixos.json", NIXOS_JSON);
    write(
        dir.path(),
        "home.json",
        r#"{"home.username": {"type": "string"}, "programs.git.enable": {"type": "boolean"}}"#,
    );
    let paths = |configured: &[&str]| {
        let (sources, _) = find(dir.path(), configured);
        let (all, _) = read(&sources, &OptionCache::none());
        let options = all.options.iter().filter(|option| &*option.origin == "home-manager");
        let mut paths: Vec<String> = options.map(|option| option.path.to_string()).collect();
        paths.sort();
        paths
    };
    assert_eq!(paths(&["home.json"]), ["home.username", "programs.git.enable"]);
    assert_eq!(
        paths(&["home.json", "nixos.json"]),
        [
            "home-manager.users.<name>.home.username",
            "home-manager.users.<name>.programs.git.enable"
        ]
    );
}

/// A nixpkgs that was read once, and the folder that what it said is kept in.
fn cached() -> (TempDir, Vec<OptionSource>, TempDir, OptionCache, ExternalOptions) {
    let nixpkgs = small_nixpkgs();
    let (sources, _) = find(nixpkgs.path(), &["."]);
    let folder = tempfile::tempdir().unwrap();
    let cache = OptionCache::in_folder(folder.path().join("made when needed"));
    let (all, was_read) = read(&sources, &cache);
    assert_eq!(was_read, ["."]);
    (nixpkgs, sources, folder, cache, all.options)
}

fn only_file(folder: &Path) -> PathBuf {
    let files = fs::read_dir(folder.join("made when needed")).unwrap();
    let files: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

#[test]
fn what_was_read_is_kept_and_says_the_same() {
    let (_nixpkgs, sources, folder, cache, options) = cached();
    let (again, was_read) = read(&sources, &cache);
    assert_eq!(was_read, [""; 0]);
    assert_eq!(again.options, options);
    only_file(folder.path());
}

#[test]
fn a_source_that_has_changed_is_read_again() {
    let (nixpkgs, sources, folder, cache, _) = cached();
    let version = "{ lib, ... }: { options.system.newOption = lib.mkEnableOption \"it\"; }";
    write(nixpkgs.path(), "nixos/modules/system/version.nix", version);
    let new = OptionPath::parse("system.newOption");
    let (again, was_read) = read(&sources, &cache);
    assert_eq!(was_read, ["."]);
    assert!(again.options.option(&new).is_some());
    // The new state has taken the old one's place.
    let (again, was_read) = read(&sources, &cache);
    assert_eq!(was_read, [""; 0]);
    assert!(again.options.option(&new).is_some());
    only_file(folder.path());
}

#[test]
fn a_damaged_or_foreign_file_is_as_good_as_none() {
    let (_nixpkgs, sources, folder, cache, options) = cached();
    let file = only_file(folder.path());
    let good = fs::read(&file).unwrap();
    let mut one_bit = good.clone();
    *one_bit.last_mut().unwrap() ^= 1;
    let mut other_version = good.clone();
    other_version[20] ^= 1;
    let damaged = [
        Vec::new(),
        good[..10].to_vec(),
        good[..good.len() / 2].to_vec(),
        good[..good.len() - 1].to_vec(),
        one_bit,
        other_version,
        b"something else entirely".to_vec(),
        vec![0xff; 5000],
    ];
    for bytes in damaged {
        fs::write(&file, &bytes).unwrap();
        let (again, was_read) = read(&sources, &cache);
        assert_eq!(was_read, ["."], "{} bytes", bytes.len());
        assert_eq!(again.options, options);
        assert_eq!(fs::read(&file).unwrap(), good, "the good one is back");
    }
    // Not even a file.
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    let (again, was_read) = read(&sources, &cache);
    assert_eq!(was_read, ["."]);
    assert_eq!(again.options, options);
}

#[test]
fn a_cache_that_cannot_be_written_costs_nothing_but_time() {
    let (_nixpkgs, sources, folder, _, options) = cached();
    // A file where the folder should be: nobody can write below it, root included.
    let file = folder.path().join("a file");
    fs::write(&file, "").unwrap();
    let cache = OptionCache::in_folder(file);
    for _ in 0..2 {
        let (again, was_read) = read(&sources, &cache);
        assert_eq!(was_read, ["."]);
        assert_eq!(again.options, options);
        assert!(again.problems.is_empty());
        assert!(again.notes[0].contains("are not kept"), "{:?}", again.notes);
    }
}
