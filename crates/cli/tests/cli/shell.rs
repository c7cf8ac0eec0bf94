//! `completions` and `man`.

use super::{run, tree};
use std::fs;

#[test]
fn shells_are_told_of_every_command() {
    let dir = tree(&[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ended = run(dir.path(), &["completions", shell]);
        assert_eq!((ended.status, ended.stderr.as_str()), (0, ""), "{shell}");
        for word in ["check", "doctor", "setup"] {
            assert!(ended.stdout.contains(word), "{shell}: `{word}` is missing");
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let dir = tree(&[]);
    let ended = run(dir.path(), &["man", "pages"]);
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    let page = |name: &str| fs::read_to_string(dir.path().join("pages").join(name)).unwrap();
    assert!(page("hyper-nixos-ls.1").contains("hyper\\-nixos\\-ls\\-check(1)"));
    assert!(page("hyper-nixos-ls-check.1").contains("\\-\\-baseline"));
    assert!(page("hyper-nixos-ls-setup.1").contains("\\-\\-undo"));
}
