//! Settings: the same keys in a project's file and in an editor, read into [`Layer`]s that lie on top
//! of each other.

mod core_entry;
mod editor;
mod keys;
mod layer;
mod node;
mod problem;
mod schema;

pub use core_entry::add_core_entry;
pub use editor::editor_settings;
pub use layer::{HintLayer, Layer, Reading};
pub use problem::Problem;
pub use schema::{settings_page, settings_schema};

use index::Setup;
use module::FileId;

/// The project's settings file, at its root.
pub const SETTINGS_FILE: &str = "hyper-nixos-ls.toml";

/// Which hints an editor shows between the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InlayHints {
    /// The type of an option beside each of its definitions.
    pub types: bool,
    /// What a name stands for that does not say it.
    pub aliases: bool,
    /// The name of a long binding, at its end.
    pub closings: bool,
}

impl Default for InlayHints {
    /// What is shown only where the text itself says too little.
    fn default() -> InlayHints {
        InlayHints { types: false, aliases: true, closings: true }
    }
}

impl InlayHints {
    fn new(layer: HintLayer) -> InlayHints {
        let defaults = InlayHints::default();
        InlayHints {
            types: layer.types.unwrap_or(defaults.types),
            aliases: layer.aliases.unwrap_or(defaults.aliases),
            closings: layer.closings.unwrap_or(defaults.closings),
        }
    }
}

/// What holds for a run, all layers merged.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    pub lints: lints::Settings,
    /// Files from which modules count as reached, as paths from the root; empty: by convention.
    pub roots: Vec<String>,
    /// What is listed but not read, as patterns like those of a `.gitignore`.
    pub exclude: Vec<String>,
    /// Where options of NixOS itself come from: checkouts, store paths or `options.json` files; `None`:
    /// where convention has them.
    pub option_sources: Option<Vec<String>>,
    pub inlay_hints: InlayHints,
    /// The program that formats a text, with its arguments.
    pub formatter: Option<Vec<String>>,
}

impl Settings {
    /// `layers` from the weakest to the strongest: the project's file, the editor, the command line.
    pub fn new(layers: impl IntoIterator<Item = Layer>) -> Settings {
        let merged = layers.into_iter().fold(Layer::default(), Layer::under);
        let defaults = Settings::default();
        Settings {
            lints: lints::Settings {
                profile: merged.profile.unwrap_or(defaults.lints.profile),
                namespaces: merged.namespaces.unwrap_or(defaults.lints.namespaces),
                rules: merged.rules,
                core: merged.core.unwrap_or(defaults.lints.core),
            },
            roots: merged.roots.unwrap_or_default(),
            exclude: merged.exclude.unwrap_or_default(),
            option_sources: merged.option_sources,
            inlay_hints: InlayHints::new(merged.inlay_hints),
            formatter: merged.formatter,
        }
    }

    /// What the index needs of them; `root` is the run's root folder.
    pub fn setup(&self, root: FileId) -> Setup {
        Setup {
            root,
            namespaces: self.lints.namespaces.clone(),
            roots: self.roots.iter().map(|path| root.join(path)).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
