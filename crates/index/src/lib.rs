//! The sum of all files' facts: the option tree, who defines and reads each option, the import graph.
//!
//! [`World`] is the one writer: it takes changed texts and keeps everything else in step. A
//! [`Snapshot`] is what readers get: immutable, cheap to clone, free of locks. No IO happens here;
//! texts come from `workspace` (disk) and from editors.

mod contributions;
mod demand;
mod external;
mod few_or_many;
mod file_table;
mod listing;
mod memo;
mod options;
mod path_tree;
mod reach;
mod snapshot;
mod speakers;
mod standing;
mod watch;
mod world;

pub use demand::{Cycle, Node, NodeKind, Step, Way};
pub use external::{
    DeclaredAt, ExternalOption, ExternalOptions, ExternalType, Shown, TypeTable, type_of_words,
};
pub use listing::Listed;
pub use options::{Child, OptionUse, Resolved};
pub use reach::{Reach, Root};
pub use snapshot::{FileData, FileKind, Snapshot};
pub use speakers::is_written_below;
pub use watch::{Looked, News};
pub use world::{Change, Setup, World};
