use crate::Symbol;
use std::borrow::Cow;
use std::fmt;
use syntax::TextRange;

/// A file or folder, by its absolute path with `/` between components and no `.` or `..` in it.
/// It need not exist: what a module looked for and did not find is remembered the same way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(Symbol);

/// A byte range in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    pub file: FileId,
    pub range: Range,
}

/// `TextRange` with an order (by start, then end).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range(pub TextRange);

impl PartialOrd for Range {
    fn partial_cmp(&self, other: &Range) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Range {
    fn cmp(&self, other: &Range) -> std::cmp::Ordering {
        (self.0.start(), self.0.end()).cmp(&(other.0.start(), other.0.end()))
    }
}

impl fmt::Debug for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Location {
    pub fn new(file: FileId, range: TextRange) -> Location {
        Location { file, range: Range(range) }
    }

    pub fn text_range(self) -> TextRange {
        self.range.0
    }
}

impl FileId {
    /// Not after any other, for ranges over ordered sets.
    pub const FIRST: FileId = FileId(Symbol::ANY_NAME);

    /// `path` is absolute; `.`, `..` and doubled slashes are resolved as text.
    pub fn new(path: &str) -> FileId {
        FileId(Symbol::new(&normalize(path)))
    }

    pub fn path(self) -> &'static str {
        self.0.as_str()
    }

    pub fn name(self) -> &'static str {
        self.path().rsplit('/').next().unwrap_or("")
    }

    /// The folder that holds this file; the root is its own folder.
    pub fn folder(self) -> FileId {
        match self.path().rsplit_once('/') {
            Some((folder, _)) if !folder.is_empty() => FileId(Symbol::new(folder)),
            _ => FileId(Symbol::new("/")),
        }
    }

    /// `relative` may climb with `..`; an absolute one replaces this path.
    pub fn join(self, relative: &str) -> FileId {
        if relative.starts_with('/') {
            return FileId::new(relative);
        }
        FileId::new(&format!("{}/{relative}", self.path()))
    }

    /// This path seen from `folder`, without a leading `./`; the whole path if it is not below it.
    pub fn relative_to(self, folder: FileId) -> &'static str {
        let rest = self.path().strip_prefix(folder.path());
        rest.and_then(|rest| rest.strip_prefix('/')).unwrap_or(self.path())
    }

    pub fn is_below(self, folder: FileId) -> bool {
        self.path()
            .strip_prefix(folder.path())
            .is_some_and(|rest| rest.starts_with('/') || folder.path() == "/")
    }

    /// What stands for the list of names in this folder, as something that facts depend on.
    pub fn listing(self) -> FileId {
        self.join("*")
    }

    /// Whether the path names a Nix file, by its ending.
    pub fn is_nix(self) -> bool {
        self.path().ends_with(".nix")
    }
}

fn normalize(path: &str) -> Cow<'_, str> {
    let is_plain =
        path.starts_with('/') && path[1..].split('/').all(|part| !matches!(part, "" | "." | ".."));
    if is_plain {
        return Cow::Borrowed(path);
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    Cow::Owned(format!("/{}", parts.join("/")))
}

impl fmt::Debug for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.path(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_resolved_as_text() {
        let file = FileId::new("/a/b/../c/./d.nix");
        assert_eq!(file.path(), "/a/c/d.nix");
        assert_eq!(FileId::new("/a/c/d.nix"), file);
        assert_eq!(FileId::new("a//c/d.nix/"), file);
        assert_eq!(FileId::new("/").path(), "/");
        assert_eq!(FileId::new("").path(), "/");
        assert_eq!(FileId::new("/a/../..").path(), "/");
        assert_eq!(file.folder().join("../x").path(), "/a/x");
        assert_eq!(file.relative_to(FileId::new("/a")), "c/d.nix");
        assert!(!FileId::new("/ab/x").is_below(FileId::new("/a")));
    }
}
