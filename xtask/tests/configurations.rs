//! What people are to copy is at least text that their editor can read, and what stands twice is the same.

use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn editors() -> PathBuf {
    repository().join("editors")
}

/// The page of an editor that needs no files of ours.
const ZED: &str = "docs/editors/zed.md";

/// The blocks of one language in a Markdown text.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("```{language}\n");
    let starts = text.split(fence.as_str()).skip(1);
    starts.filter_map(|rest| rest.split_once("\n```").map(|(block, _)| block)).collect()
}

fn page(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).expect("the editor has a page")
}

#[test]
fn json_to_copy_is_json() {
    for path in [ZED, "editors/kate/README.md", "editors/sublime/README.md"] {
        let text = page(path);
        let found = blocks(&text, "json");
        assert!(!found.is_empty(), "{path} has no configuration");
        for block in found {
            let parsed = serde_json::from_str::<serde_json::Value>(block);
            assert!(parsed.is_ok(), "{path}: {}\n{block}", parsed.unwrap_err());
        }
        assert!(text.contains("hyper-nixos-ls\""), "{path} does not start the server");
    }
}

#[test]
fn toml_to_copy_is_toml() {
    let file = std::fs::read_to_string(editors().join("helix/languages.toml")).unwrap();
    let text = page("editors/helix/README.md");
    for block in blocks(&text, "toml").into_iter().chain([file.as_str()]) {
        let parsed = toml::from_str::<toml::Table>(block);
        assert!(parsed.is_ok(), "editors/helix: {}\n{block}", parsed.unwrap_err());
    }
}

/// The pages of the book cannot show what lies outside of it.
#[test]
fn images_that_are_shown_twice_are_the_same() {
    for name in ["finding.png", "options.png"] {
        let [shown, again] = ["docs/editors/images", "editors/vscode/images"].map(|folder| {
            std::fs::read(repository().join(folder).join(name)).expect("the image is there")
        });
        assert!(shown == again, "{name} differs");
    }
}
