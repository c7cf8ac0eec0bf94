//! The disk: where a run's root is, which Nix files lie below it and what they say, the settings that a
//! project's file and an editor give, and the options that are declared outside the tree.
//!
//! All reading and writing of files happens here; what the texts mean is the business of `index` and the crates
//! below it. No LSP types, and nothing is printed: what went wrong is returned as data.

mod option_sources;
mod read;
mod root;
mod scan;
mod settings;
mod spelling;
mod write;

pub use option_sources::{
    OptionCache, OptionSource, SourcesReading, Surroundings, Unusable, UnusableSource,
    find_option_sources, options_of_json, read_option_sources,
};
pub use read::{Unread, read_text};
pub use root::{find_root, is_too_broad, marked_root};
pub use scan::{Note, Scan, scan, scan_path};
pub use settings::{
    HintLayer, InlayHints, Layer, Problem, Reading, SETTINGS_FILE, Settings, add_core_entry,
    editor_settings, settings_page, settings_schema,
};
pub use spelling::nearest;
pub use write::{Unwritten, create_text, remove_text, replace_text, write_text};
