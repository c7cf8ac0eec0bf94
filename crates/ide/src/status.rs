use crate::{Snapshot, describe};
use module::OptionPath;
use module::facts::DeclarationKind;

/// What is known of a tree, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    pub files: usize,
    pub modules: usize,
    /// Options by their paths, members of submodules included.
    pub options: usize,
    /// Files that no parser can make sense of as a whole.
    pub broken_files: usize,
    /// Options from outside of the tree.
    pub outside_options: usize,
}

pub fn status(snapshot: &Snapshot) -> Status {
    let broken = snapshot.files().filter(|data| !data.arena.syntax_errors.is_empty());
    Status {
        files: snapshot.files().count(),
        modules: snapshot.modules().count(),
        options: snapshot.options_below(&OptionPath::root()).count(),
        broken_files: broken.count(),
        outside_options: snapshot.external().below(&OptionPath::root()).len(),
    }
}

/// Every option of the workspace's namespaces with what a hover says of it, as one Markdown document.
pub fn options_document(snapshot: &Snapshot) -> String {
    let mut out = "# Options\n".to_owned();
    for namespace in &snapshot.setup().namespaces {
        let namespace = OptionPath::parse(namespace);
        let mut paths: Vec<OptionPath> = snapshot.options_below(&namespace).collect();
        paths.sort_by_cached_key(OptionPath::to_string);
        for path in paths {
            let declarations = snapshot.declarations(&path);
            let is_removed = |kind| matches!(kind, DeclarationKind::Removed);
            if declarations.iter().all(|found| is_removed(found.fact.kind)) {
                continue;
            }
            if let Some(text) = describe::option(snapshot, &path) {
                out.push('\n');
                out.push_str(&text);
            }
        }
    }
    out
}
