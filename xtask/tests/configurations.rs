//! What people are to copy from `editors/` is at least text that their editor can read.

use std::path::{Path, PathBuf};

fn editors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../editors")
}

/// The blocks of one language in a Markdown text.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("```{language}\n");
    let starts = text.split(fence.as_str()).skip(1);
    starts.filter_map(|rest| rest.split_once("\n```").map(|(block, _)| block)).collect()
}

fn readme(editor: &str) -> String {
    std::fs::read_to_string(editors().join(editor).join("README.md"))
        .expect("the editor has a page")
}

#[test]
fn json_to_copy_is_json() {
    for editor in ["zed", "kate", "sublime"] {
        let text = readme(editor);
        let found = blocks(&text, "json");
        assert!(!found.is_empty(), "{editor} has no configuration");
        for block in found {
            let parsed = serde_json::from_str::<serde_json::Value>(block);
            assert!(parsed.is_ok(), "editors/{editor}/README.md: {}\n{block}", parsed.unwrap_err());
        }
        assert!(text.contains("hyper-nixos-ls\""), "{editor} does not start the server");
    }
}

#[test]
fn toml_to_copy_is_toml() {
    let file = std::fs::read_to_string(editors().join("helix/languages.toml")).unwrap();
    let text = readme("helix");
    for block in blocks(&text, "toml").into_iter().chain([file.as_str()]) {
        let parsed = toml::from_str::<toml::Table>(block);
        assert!(parsed.is_ok(), "editors/helix: {}\n{block}", parsed.unwrap_err());
    }
}
