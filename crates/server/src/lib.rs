//! The language server: what an editor sends becomes edits and questions, what `ide` answers becomes
//! messages. No analysis lives here, and no disk is touched except through [`Disk`].
//!
//! The way of a message: `transport` reads it and forwards it, in the order of arrival, to the one
//! thread of the `main_loop`, which owns the documents and the index. Questions go on from there to
//! worker threads with an immutable `view`; answers come back as values and leave through
//! `transport`. LSP types are turned into the analysis' own, and back, in `convert` only.

mod cancel;
mod capabilities;
mod careful;
mod client_process;
mod configuration;
mod convert;
mod diagnostics;
mod disk;
mod documents;
mod external;
mod handlers;
mod local_disk;
mod main_loop;
mod pool;
mod progress;
mod reports;
mod roots;
mod token_results;
mod transport;
mod view;

pub use disk::{Configuration, Disk, Entry, ExternalReading, NotFormatted, Scan};
pub use local_disk::LocalDisk;
pub use transport::{Exit, run, run_stdio};

/// The key of our settings in an editor's configuration, and the name we go by.
pub(crate) const NAME: &str = "hyper-nixos-ls";
/// The settings file at a root.
pub(crate) const SETTINGS_FILE: &str = "hyper-nixos-ls.toml";
