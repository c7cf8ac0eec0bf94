//! One file as a module: what it imports, declares, defines and reads, straight from its text.
//!
//! Two stages. [`lower`] turns one file's text into an [`Arena`] of expressions with resolved scopes:
//! a pure function of the text. [`read`] interprets that arena as a NixOS module and collects its
//! [`Facts`]; it may look into other files' arenas, and records which. Nothing here does IO, and
//! nothing fails: what cannot be known is unknown.

pub mod arena;
pub mod demands;
pub mod facts;
mod file;
pub mod library;
mod lower;
mod path;
mod read;
mod scopes;
mod symbol;
pub mod types;

pub use arena::SetId;
pub use arena::{Arena, ExprId};
pub use facts::Facts;
pub use file::{FileId, Location, Range};
pub use library::is_global_name;
pub use lower::lower;
pub use path::{OptionPath, PathDisplay, is_identifier};
pub use read::{Existence, Files, extends_library, library_extensions, read, read_as_module};
pub use symbol::Symbol;
