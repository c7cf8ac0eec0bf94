//! Files that a configuration has twice, because it imports them by two keys.
//!
//! Nix knows a module by its key, which is the path as it is written; what is no path has a key of its own
//! each time. Source: `key` in nixpkgs `lib/modules.nix`.

use crate::paths::literal_path;
use crate::renaming::replaced;
use crate::rule::{RuleContext, Sink};
use crate::scopes::bound_value;
use crate::together::are_together;
use crate::{Fix, Level};
use index::{FileData, Snapshot};
use module::arena::{Expr, PathKind, Resolved};
use module::facts::{Declaration, ImportTarget};
use module::{Arena, ExprId, Facts, FileId, Location, Symbol};
use syntax::TextRange;

/// One file that a configuration imports by two paths, `./web` and `./web/default.nix`: Nix knows modules by
/// the path as it is written, and so has each of its options twice. Source: `key` in nixpkgs `lib/modules.nix`.
pub(crate) fn by_two_paths(
    context: &RuleContext<'_>,
    facts: &Facts,
    clashes: &dyn Fn(&Declaration) -> bool,
    sink: &mut Sink,
) {
    let snapshot = context.snapshot;
    for import in &facts.imports {
        let (ImportTarget::Path(path), Some(range)) = (import.target, context.here(import.at))
        else {
            continue;
        };
        let Some(target) = snapshot.import_target(path).filter(|target| *target == path) else {
            continue;
        };
        // Only a folder has a second name.
        if target.name() != "default.nix" {
            continue;
        }
        let Some(module) = snapshot.file(target).and_then(|data| data.module()) else { continue };
        let clashing = module.declarations.iter().find(|declaration| clashes(declaration));
        let Some(declaration) = clashing else { continue };
        let by_folder = snapshot.importers(target).find_map(|importer| {
            let facts = snapshot.file(importer)?.module()?;
            let meets = importer == context.file
                || snapshot.reach().roots_of(importer).any(|root| root.reaches(context.file));
            let folder = ImportTarget::Path(target.folder());
            let other = facts.imports.iter().find(|other| meets && other.target == folder)?;
            Some((importer, other))
        });
        let Some((importer, other)) = by_folder else { continue };
        let is_certain = !import.conditional
            && !other.conditional
            && facts.outputs.is_none()
            && are_together(snapshot, importer, context.file);
        let level = if is_certain { Level::Error } else { Level::Warning };
        sink.report(
            range,
            format!(
                "The option `{}' is already declared: this module is imported by its folder too, and Nix \
                 takes the two paths for two modules. Write both the same way.",
                declaration.path
            ),
        )
        .at_most(level)
        .related(other.at, "it is imported by its folder here".to_owned())
        .fix(by_folder_too(context, range));
    }
}

/// Writes an import the way that the other one is written, by the folder alone.
fn by_folder_too(context: &RuleContext<'_>, import: TextRange) -> Option<Fix> {
    let folder = context.arena.source(import).strip_suffix("/default.nix")?;
    // A path needs a slash.
    let folder = if folder.contains('/') { folder.to_owned() } else { format!("{folder}/.") };
    Some(replaced(context, import, folder))
}

/// A module that is imported as a value, `(import ./web.nix)`, and by another import too. `clashes` says which
/// options cannot be declared twice.
pub(crate) fn by_value(
    context: &RuleContext<'_>,
    facts: &Facts,
    clashes: &dyn Fn(&Declaration) -> bool,
    sink: &mut Sink,
) {
    if facts.outputs.is_some() {
        return;
    }
    let snapshot = context.snapshot;
    let own = imports(snapshot, context.data, facts);
    for (index, import) in own.iter().enumerate() {
        // The options of a value belong to the module that imports it.
        let mut declared = facts.declarations.iter().filter(|it| it.at.file == import.target);
        let clashing = declared.find(|declaration| clashes(declaration));
        let (true, Some(declaration)) = (import.is_value, clashing) else { continue };
        if has_own_key(snapshot, import.target) {
            continue;
        }
        let before = own[..index].iter().map(|other| (context.file, other));
        let after = own[index + 1..].iter().map(|other| (context.file, other));
        // Of two values the second one is told, of a value and a path the value.
        let here = before.chain(after.filter(|(_, other)| !other.is_value));
        let here = here
            .filter(|(_, other)| other.target == import.target)
            .map(|(file, other)| (Location::new(file, other.at), other.conditional, file));
        let elsewhere = || {
            let mut others: Vec<FileId> = snapshot.users(import.target).collect();
            others.extend(snapshot.importers(import.target));
            others.sort_by_key(|file| file.path());
            others.dedup();
            others.into_iter().find_map(|file| {
                let data = snapshot.file(file).filter(|_| file != context.file)?;
                let theirs = data.module().map(|facts| imports(snapshot, data, facts))?;
                let other = theirs.iter().find(|other| {
                    other.target == import.target
                        && (!other.is_value || file.path() < context.file.path())
                })?;
                are_together(snapshot, file, context.file)
                    .then(|| (Location::new(file, other.at), other.conditional, file))
            })
        };
        let Some((at, conditional, _)) = here.into_iter().next().or_else(elsewhere) else {
            continue;
        };
        let level = match import.conditional || conditional {
            true => Level::Warning,
            false => Level::Error,
        };
        sink.report(
            import.at,
            format!(
                "The option `{}' is already declared: `{}` is imported twice, and what is imported as a value \
                 is another module each time. Import it by its path, which Nix knows again.",
                declaration.path,
                import.target.relative_to(snapshot.setup().root),
            ),
        )
        .at_most(level)
        .related(at, "it is imported here too".to_owned())
        .fix(import.path.map(|path| {
            replaced(context, import.at, context.arena.source(path).to_owned())
        }));
    }
}

/// An import of a file of the tree.
struct FileImport {
    at: TextRange,
    target: FileId,
    conditional: bool,
    /// It is `(import ./x.nix)`, and not the path.
    is_value: bool,
    /// Where the path of a value is written, if that is in the import itself.
    path: Option<TextRange>,
}

/// What the file imports, in its own text.
fn imports(snapshot: &Snapshot, data: &FileData, facts: &Facts) -> Vec<FileImport> {
    let own = facts.imports.iter().filter(|import| import.at.file == data.file);
    let found = own.filter_map(|import| {
        let at = import.at.text_range();
        let (target, path) = match import.target {
            ImportTarget::Path(path) => (snapshot.import_target(path)?, None),
            ImportTarget::Inline => {
                let arena = &*data.arena;
                let expr = arena
                    .expr_ids()
                    .find(|&id| arena.full_range(id) == at || arena.range(id) == at)?;
                let path = imported_path(arena, expr)?;
                let target = snapshot.import_target(literal_path(data.file, arena, path)?)?;
                let range = arena.range(path);
                (target, at.contains_range(range).then_some(range))
            }
            ImportTarget::External | ImportTarget::Unknown => return None,
        };
        let is_value = import.target == ImportTarget::Inline;
        // Parentheses belong to the import of a value.
        let at = match is_value {
            true => around(&data.arena, at),
            false => at,
        };
        Some(FileImport { at, target, conditional: import.conditional, is_value, path })
    });
    found.collect()
}

/// The range with the parentheses around what stands there.
fn around(arena: &Arena, at: TextRange) -> TextRange {
    let found = arena.expr_ids().find(|&id| arena.range(id) == at);
    found.map_or(at, |id| arena.full_range(id))
}

/// `./x.nix` in `import ./x.nix`, also through a name.
fn imported_path(arena: &Arena, expr: ExprId) -> Option<ExprId> {
    let expr = bound_value(arena, expr).unwrap_or(expr);
    let Expr::Apply { function, argument } = arena.expr(expr) else { return None };
    let is_import = matches!(
        arena.expr(*function),
        Expr::Name { name, resolved: Resolved::Builtin } if name.as_str() == "import"
    );
    let is_path = matches!(arena.expr(*argument), Expr::Path { kind: PathKind::Relative, .. });
    (is_import && is_path).then_some(*argument)
}

/// Whether some set of the file has a `key`, by which Nix may know the module again.
fn has_own_key(snapshot: &Snapshot, file: FileId) -> bool {
    let Some(data) = snapshot.file(file) else { return true };
    data.arena.sets().any(|set| set.entry(Symbol::new("key")).is_some())
}
