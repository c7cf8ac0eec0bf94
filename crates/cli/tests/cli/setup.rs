//! `setup` over a home folder of its own.

use super::{Ended, command, ended};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const EDITORS: [&str; 4] = ["vscode", "nvim", "helix", "emacs"];

fn home(files: &[(&str, &str)]) -> TempDir {
    super::tree(files)
}

fn setup(home: &Path, args: &[&str]) -> Ended {
    let mut command = command(home, &[&["setup"], args].concat());
    command.env("HOME", home).env("XDG_CONFIG_HOME", home.join("config"));
    command.env("APPDATA", home.join("config")).env_remove("NVIM_APPNAME");
    ended(command.output().unwrap())
}

fn files_in(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => waiting.push(path),
                false => {
                    files.insert(path.clone(), fs::read(&path).unwrap());
                }
            }
        }
    }
    files
}

const DOTFILES: [(&str, &str); 4] = [
    ("config/Code/User/settings.json", "{\n    // mine\n    \"editor.fontSize\": 12,\n}\n"),
    ("config/nvim/init.vim", "set number\n"),
    ("config/helix/languages.toml", "[[language]]\nname = \"nix\"\nlanguage-servers = [\"nil\"]"),
    (".emacs.d/init.el", ";;; -*- lexical-binding: t -*-\n(setq a 1)"),
];

#[test]
fn an_undo_gives_back_every_byte() {
    for dotfiles in [&DOTFILES[..], &[]] {
        for editor in EDITORS {
            let home = home(dotfiles);
            let before = files_in(home.path());
            let done = setup(home.path(), &[editor, "--yes"]);
            assert_eq!(done.status, 0, "{editor}: {}{}", done.stdout, done.stderr);
            assert!(done.stdout.contains("\n+"), "{editor} shows a diff: {}", done.stdout);
            assert!(done.stdout.contains("wrote "), "{editor}: {}", done.stdout);
            let after = files_in(home.path());
            assert_ne!(before, after, "{editor}");

            let again = setup(home.path(), &[editor, "--yes"]);
            assert_eq!(again.status, 0, "{editor}: {}", again.stderr);
            assert!(again.stdout.starts_with("already set up in "), "{editor}: {}", again.stdout);
            assert_eq!(files_in(home.path()), after, "{editor}");

            let undone = setup(home.path(), &[editor, "--undo", "--yes"]);
            assert_eq!(undone.status, 0, "{editor}: {}", undone.stderr);
            assert_eq!(files_in(home.path()), before, "{editor}");
            let nothing = setup(home.path(), &[editor, "--undo", "--yes"]);
            assert!(nothing.stdout.starts_with("nothing of ours in "), "{}", nothing.stdout);
        }
    }
}

#[test]
fn nobody_at_a_terminal_means_nothing_is_changed() {
    let home = home(&DOTFILES);
    let before = files_in(home.path());
    for editor in EDITORS {
        let asked = setup(home.path(), &[editor]);
        assert_eq!(asked.status, 1, "{editor}: {}", asked.stderr);
        assert!(asked.stdout.contains("\n+"), "{editor}: {}", asked.stdout);
        assert!(asked.stderr.contains("--yes"), "{editor}: {}", asked.stderr);
    }
    assert_eq!(files_in(home.path()), before);
}

#[test]
fn what_to_write_can_be_printed() {
    let home = home(&[]);
    for editor in EDITORS {
        let printed = setup(home.path(), &[editor, "--print"]);
        assert_eq!((printed.status, printed.stderr.as_str()), (0, ""), "{editor}");
        assert!(printed.stdout.contains("hyper-nixos-ls"), "{editor}: {}", printed.stdout);
    }
    assert!(files_in(home.path()).is_empty());
}

#[test]
fn what_the_user_changed_is_not_taken_back() {
    let home = home(&[]);
    assert_eq!(setup(home.path(), &["nvim", "--yes"]).status, 0);
    let file = home.path().join("config/nvim/plugin/hyper_nixos_ls.lua");
    let changed = fs::read_to_string(&file).unwrap().replace("0.11", "0.12");
    fs::write(&file, &changed).unwrap();
    let undone = setup(home.path(), &["nvim", "--undo", "--yes"]);
    assert_eq!(undone.status, 2);
    assert!(undone.stderr.contains("has been changed since"), "{}", undone.stderr);
    assert_eq!(fs::read_to_string(&file).unwrap(), changed);
}

#[test]
fn links_are_left_to_who_made_them() {
    let home = home(&[("store/init.el", "(setq a 1)\n")]);
    let link = home.path().join(".emacs");
    std::os::unix::fs::symlink(home.path().join("store/init.el"), &link).unwrap();
    let refused = setup(home.path(), &["emacs", "--yes"]);
    assert_eq!(refused.status, 2);
    assert!(refused.stdout.contains("eglot-server-programs"), "{}", refused.stdout);
    assert!(refused.stderr.contains("it is a link to"), "{}", refused.stderr);
    assert!(refused.stderr.contains("home-manager"), "{}", refused.stderr);
    assert!(link.is_symlink());
    assert_eq!(fs::read_to_string(&link).unwrap(), "(setq a 1)\n");
}

#[test]
fn every_vs_code_that_is_there_is_told() {
    let home = home(&[("config/VSCodium/User/x", ""), ("config/Code/User/x", "")]);
    assert_eq!(setup(home.path(), &["vscode", "--yes"]).status, 0);
    for name in ["Code", "VSCodium"] {
        let settings = home.path().join("config").join(name).join("User/settings.json");
        let settings = fs::read_to_string(settings).unwrap();
        assert!(settings.contains("\"hyper-nixos-ls.server.path\""), "{settings}");
    }
}
