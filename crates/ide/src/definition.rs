use crate::external;
use crate::role::Walk;
use crate::subject::Subject;
use crate::view::View;
use crate::{FilePosition, Snapshot};
use index::{DeclaredAt, Resolved};
use module::facts::Declaration;
use module::{FileId, OptionPath};
use syntax::TextRange;

#[derive(Debug, Clone, PartialEq)]
pub struct Definitions {
    /// The name that was asked about.
    pub origin: TextRange,
    pub targets: Vec<Target>,
    /// Places in files that no snapshot has: those of options from outside the workspace.
    pub outside: Vec<DeclaredAt>,
}

/// A place to jump to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub file: FileId,
    /// The whole construct, for a preview.
    pub full: TextRange,
    /// The name in it, where the cursor goes.
    pub focus: TextRange,
}

/// Where the option, name or file under the cursor is declared.
pub fn definition(snapshot: &Snapshot, at: FilePosition) -> Option<Definitions> {
    let view = View::new(snapshot, at.file)?;
    let mut outside = Vec::new();
    let (origin, targets) = match Subject::at(&view, at.offset)? {
        Subject::Option { path, range } => {
            let targets = declared_at(snapshot, &path);
            // What the workspace has a place for is known better there.
            if targets.is_empty() {
                outside = external::declared_at(snapshot, &path);
            }
            (range, targets)
        }
        Subject::Local { binding, range, .. } => {
            (range, vec![Target { file: at.file, full: binding.full, focus: binding.name }])
        }
        Subject::File { file, range } => {
            let there = snapshot.existence(file) == module::Existence::File;
            let start = TextRange::default();
            (
                range,
                there.then_some(Target { file, full: start, focus: start }).into_iter().collect(),
            )
        }
    };
    let is_anywhere = !targets.is_empty() || !outside.is_empty();
    is_anywhere.then_some(Definitions { origin, targets, outside })
}

/// As [`definition`], except that a name that stands for an option leads to that option.
pub fn declaration(snapshot: &Snapshot, at: FilePosition) -> Option<Definitions> {
    let view = View::new(snapshot, at.file)?;
    if let Subject::Local { stands_for: Some(place), range, .. } = Subject::at(&view, at.offset)? {
        // `config` itself stands for everything, and nothing declares that.
        let targets = match place.path.is_empty() {
            true => Vec::new(),
            false => declared_at(snapshot, &place.path),
        };
        if !targets.is_empty() {
            return Some(Definitions { origin: range, targets, outside: Vec::new() });
        }
    }
    definition(snapshot, at)
}

/// The declarations that a written path leads to.
fn declared_at(snapshot: &Snapshot, written: &OptionPath) -> Vec<Target> {
    let mut targets = match snapshot.resolve(written) {
        Resolved::Option(path) | Resolved::Inside { option: path, .. } => {
            option_targets(snapshot, &path)
        }
        Resolved::Group(path) => match path.split_last() {
            // A member's name stands for the option that it is a member of.
            Some((name, above)) if name.is_wildcard() => option_targets(snapshot, &above.into()),
            _ => group_targets(snapshot, &path),
        },
        Resolved::Undeclared { .. } | Resolved::Unknown => Vec::new(),
    };
    let mut seen = Vec::new();
    targets.retain(|target| {
        let is_new = !seen.contains(target);
        seen.push(target.clone());
        is_new
    });
    targets
}

fn option_targets(snapshot: &Snapshot, path: &OptionPath) -> Vec<Target> {
    let mut targets = Vec::new();
    for found in snapshot.declarations(path) {
        targets.push(target(found.fact));
        if let Some(successor) = &found.fact.successor {
            let successors = snapshot.declarations(successor);
            targets.extend(successors.iter().map(|found| target(found.fact)));
        }
    }
    targets
}

fn target(declaration: &Declaration) -> Target {
    Target {
        file: declaration.name.file,
        full: declaration.at.text_range(),
        focus: declaration.name.text_range(),
    }
}

/// The name of the group in the first declaration of each file that puts options in it.
fn group_targets(snapshot: &Snapshot, group: &OptionPath) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    for found in snapshot.declarations_below(group) {
        let declaration = found.fact;
        if targets.iter().any(|target| target.file == declaration.name.file) {
            continue;
        }
        let named = group_name(snapshot, declaration, group.len());
        targets.push(named.unwrap_or_else(|| target(declaration)));
    }
    targets
}

/// Where a declaration writes the name at this depth of its path (from 1).
fn group_name(snapshot: &Snapshot, declaration: &Declaration, depth: usize) -> Option<Target> {
    let view = View::new(snapshot, declaration.name.file)?;
    let name = declaration.name.text_range();
    let walk = Walk::to(&view, name.start());
    let (_, last, _) = walk.names.last()?;
    let above = declaration.path.len().checked_sub(depth)?;
    let index = walk.names.len().checked_sub(above + 1)?;
    let (found, site, _) = walk.names[index];
    (last.key == name && found == declaration.path[depth - 1]).then_some(Target {
        file: declaration.name.file,
        full: site.statement,
        focus: site.key,
    })
}
