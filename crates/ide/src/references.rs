//! Who else speaks of what is under the cursor.

use crate::local::LocalName;
use crate::mentions::{Mention, MentionKind, Sought};
use crate::subject::Subject;
use crate::view::View;
use crate::{FilePosition, OptionDefinition, Snapshot};
use module::arena::{Expr, PathKind, StrPart};
use module::facts::ImportTarget;
use module::{Arena, ExprId, FileId};
use syntax::TextRange;

/// A place that speaks of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    pub file: FileId,
    pub range: TextRange,
    pub kind: ReferenceKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceKind {
    /// Declares an option, binds a name.
    Declaration,
    /// Gives an option a value.
    Write,
    Read,
}

/// Every place in the tree that speaks of the option, name or file under the cursor, in the order of files
/// and positions. Declarations are among them.
pub fn references(snapshot: &Snapshot, at: FilePosition) -> Option<Vec<Reference>> {
    let view = View::new(snapshot, at.file)?;
    match Subject::at(&view, at.offset)? {
        Subject::Option { path, .. } => {
            let sought = Sought::of(snapshot, &path)?;
            Some(sought.mentions(snapshot, at.file).iter().map(Reference::of).collect())
        }
        Subject::Local { binding, .. } => Some(local(&view, binding.name)),
        Subject::File { file, .. } => Some(paths_to(snapshot, file)),
    }
}

/// The same within the cursor's file.
pub fn highlights(snapshot: &Snapshot, at: FilePosition) -> Option<Vec<Reference>> {
    let view = View::new(snapshot, at.file)?;
    match Subject::at(&view, at.offset)? {
        Subject::Option { path, .. } => {
            let sought = Sought::of(snapshot, &path)?;
            let mentions = sought.mentions_in(snapshot, at.file);
            Some(mentions.iter().map(Reference::of).collect())
        }
        Subject::Local { binding, .. } => Some(local(&view, binding.name)),
        Subject::File { file, .. } => {
            let paths = paths_in(snapshot, view.file, view.arena(), file);
            Some(paths.map(|range| Reference::read(at.file, range)).collect())
        }
    }
}

impl Reference {
    pub(crate) fn of(mention: &Mention) -> Reference {
        let kind = match mention.kind {
            MentionKind::Declares => ReferenceKind::Declaration,
            MentionKind::Defines => ReferenceKind::Write,
            MentionKind::Reads => ReferenceKind::Read,
        };
        Reference { file: mention.file, range: mention.range, kind }
    }

    pub(crate) fn of_definition(definition: &OptionDefinition) -> Reference {
        let OptionDefinition { file, name: range, .. } = *definition;
        Reference { file, range, kind: ReferenceKind::Write }
    }

    fn read(file: FileId, range: TextRange) -> Reference {
        Reference { file, range, kind: ReferenceKind::Read }
    }
}

fn local(view: &View<'_>, binding: TextRange) -> Vec<Reference> {
    let name = LocalName::bound_at(view, binding);
    let bindings = name.bindings.iter().map(|&range| Reference {
        file: view.file,
        range,
        kind: ReferenceKind::Declaration,
    });
    let uses = name.uses.iter().map(|&range| Reference::read(view.file, range));
    let mut all: Vec<Reference> = bindings.chain(uses).collect();
    // The name of an `inherit` is both; it is a binding first.
    all.sort_by_key(|found| found.range.start());
    all.dedup_by_key(|found| found.range);
    all
}

/// Every path in the tree that leads to `file`.
fn paths_to(snapshot: &Snapshot, file: FileId) -> Vec<Reference> {
    let mut found = Vec::new();
    for data in snapshot.files() {
        let ranges = paths_in(snapshot, data.file, &data.arena, file);
        found.extend(ranges.map(|range| Reference::read(data.file, range)));
    }
    found
}

fn paths_in<'a>(
    snapshot: &'a Snapshot,
    from: FileId,
    arena: &'a Arena,
    to: FileId,
) -> impl Iterator<Item = TextRange> + 'a {
    arena.expr_ids().filter_map(move |expr| {
        let path = path_of(arena, from, expr)?;
        let target = snapshot.import_target(path).unwrap_or(path);
        (target == to).then(|| arena.range(expr))
    })
}

/// The path that a literal in `file` stands for: a file or a folder, there or not.
pub(crate) fn path_of(arena: &Arena, file: FileId, expr: ExprId) -> Option<FileId> {
    let Expr::Path { parts, kind } = arena.expr(expr) else { return None };
    let [StrPart::Text(text)] = &parts[..] else { return None };
    let text = arena.source(*text);
    match kind {
        PathKind::Relative => Some(file.folder().join(text)),
        PathKind::Absolute => Some(FileId::new(text)),
        PathKind::Home | PathKind::Search => None,
    }
}

/// The modules that import `file`, each with the place where it does, in the order of files.
pub(crate) fn imports_of(snapshot: &Snapshot, file: FileId) -> Vec<Reference> {
    let mut importers: Vec<FileId> = snapshot.importers(file).collect();
    importers.sort_unstable_by_key(|importer| importer.path());
    importers.dedup();
    let mut found = Vec::new();
    for importer in importers {
        let Some(facts) = snapshot.file(importer).and_then(|data| data.module()) else { continue };
        let made = facts.outputs.iter().flat_map(|outputs| &outputs.roots);
        let imports = facts.imports.iter().chain(made.flat_map(|root| &root.imports));
        for import in imports {
            let ImportTarget::Path(path) = import.target else { continue };
            if snapshot.import_target(path) == Some(file) {
                found.push(Reference::read(import.at.file, import.at.text_range()));
            }
        }
    }
    found
}
