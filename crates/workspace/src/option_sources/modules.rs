//! The modules of nixpkgs, nix-darwin and home-manager themselves, read by the engine that reads the
//! workspace.

use super::Reading;
use super::prose::plain_markdown;
use crate::scan;
use index::{
    Change, DeclaredAt, ExternalOption, FileData, Listed, Setup, Shown, Snapshot, TypeTable, World,
};
use module::facts::{Argument, Declaration, DeclarationKind};
use module::{FileId, Location, OptionPath, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syntax::Encoding;

/// A folder of modules that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ModuleTree {
    origin: &'static str,
    /// What paths in messages are seen from.
    base: PathBuf,
    folder: PathBuf,
    /// The file that lists the modules; without it they are all that look like one.
    list: Option<PathBuf>,
}

/// What stands where, from the folder that a user would name: the modules' folder, a file in it that
/// gives it away, and whether that file lists the modules.
const LAYOUTS: [(&str, &str, &str, bool); 3] = [
    ("nixpkgs", "nixos/modules", "module-list.nix", true),
    ("nix-darwin", "modules", "module-list.nix", true),
    ("home-manager", "modules", "home-environment.nix", false),
];

/// The root of a module list: a module that imports them all, and exists in no folder.
const ROOT: &str = "configuration.nix";

impl ModuleTree {
    pub fn in_folder(folder: &Path) -> Option<ModuleTree> {
        LAYOUTS.iter().find_map(|&(origin, modules, mark, lists)| {
            let modules = folder.join(modules);
            let mark = modules.join(mark);
            mark.is_file().then(|| ModuleTree {
                origin,
                base: folder.to_owned(),
                folder: modules,
                list: lists.then_some(mark),
            })
        })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every option that its modules declare. What cannot be read declares none.
    pub fn read(&self) -> Reading {
        let nothing = Reading { options: Vec::new(), open: Vec::new() };
        let absolute = |path: &Path| Some(FileId::new(std::path::absolute(path).ok()?.to_str()?));
        let (Some(folder), Some(base)) = (absolute(&self.folder), absolute(&self.base)) else {
            return nothing;
        };
        let mut changes = scan(&self.folder, &[], &|_| {}).changes();
        let root = folder.join(ROOT);
        let list = self.list.as_deref().and_then(|list| crate::read_text(list).ok());
        if let Some(list) = list {
            let text = format!("{{ imports = {list}\n; }}").into();
            changes.push(Change::Text { file: root, text });
        }
        let mut world = World::new(Setup {
            root: folder,
            namespaces: Vec::new(),
            roots: self.list.iter().map(|_| root).collect(),
        });
        world.apply(changes);
        let snapshot = world.snapshot();
        Reader {
            snapshot: &snapshot,
            base,
            origin: self.origin.into(),
            names: FxHashMap::default(),
        }
        .read(root)
    }
}

struct Reader<'s> {
    snapshot: &'s Snapshot,
    base: FileId,
    origin: Arc<str>,
    names: FxHashMap<FileId, Arc<str>>,
}

impl Reader<'_> {
    fn read(&mut self, root: FileId) -> Reading {
        let snapshot = self.snapshot;
        let mut reached: FxHashSet<FileId> = snapshot
            .modules()
            .map(|(file, _)| file)
            .filter(|&file| file != root && snapshot.reach().is_reached(file))
            .collect();
        if reached.is_empty() {
            // No list, or one that is more than a list.
            reached = snapshot.modules().map(|(file, _)| file).collect();
        }
        let mut open = Vec::new();
        for (_, facts) in snapshot.modules().filter(|(file, _)| reached.contains(file)) {
            open.extend(facts.unknown.options.iter().cloned());
            if facts.unknown.module || facts.unknown.imports {
                open.push(OptionPath::root());
            }
        }
        let mut listing = snapshot.listing();
        let reached_from = |listed: &Listed<'_>| reached.contains(&listed.module);
        listing.retain(|listed| {
            reached_from(listed) && !listed.path.contains(&Symbol::new("_module"))
        });
        listing.sort_by(|a, b| a.path.cmp(&b.path));
        let mut types = TypeTable::default();
        let same = |a: &Listed<'_>, b: &Listed<'_>| a.path == b.path;
        let options =
            listing.chunk_by(same).map(|listed| self.option(listed, &mut types)).collect();
        Reading { options, open }
    }

    /// All declarations of one path.
    fn option(&mut self, listed: &[Listed<'_>], types: &mut TypeTable) -> ExternalOption {
        let is_gone = |declaration: &Declaration| {
            matches!(declaration.kind, DeclarationKind::Renamed | DeclarationKind::Removed)
        };
        let main = listed.iter().find(|it| !is_gone(it.declaration)).unwrap_or(&listed[0]);
        let declaration = main.declaration;
        let words = listed.iter().find_map(|listed| listed.ty.description());
        let mut declared_at: Vec<DeclaredAt> = Vec::new();
        for listed in listed {
            let place = self.place(listed.declaration.name);
            if !declared_at.contains(&place) {
                declared_at.push(place);
            }
        }
        let description = match (&declaration.successor, declaration.kind) {
            (Some(successor), _) => Some(format!("Renamed to `{successor}`.")),
            (None, DeclarationKind::Removed) => Some("Removed.".to_owned()),
            _ => declaration.description.as_deref().map(|text| plain_markdown(text).into_owned()),
        };
        ExternalOption {
            path: main.path.clone(),
            origin: self.origin.clone(),
            ty: words.map(|words| types.get(&words)),
            default: declaration.default.as_ref().and_then(|it| self.shown(it)),
            example: declaration.example.as_ref().and_then(|it| self.shown(it)),
            description: description.filter(|text| !text.is_empty()).map(Into::into),
            declared_at: declared_at.into(),
            read_only: declaration.read_only,
            internal: declaration.internal,
            deprecated: is_gone(declaration),
        }
    }

    fn shown(&self, argument: &Argument) -> Option<Shown> {
        Some(Shown::Code(self.snapshot.source(argument.at)?.into()))
    }

    fn place(&mut self, at: Location) -> DeclaredAt {
        let (file, base) = (at.file, self.base);
        let name = self.names.entry(file).or_insert_with(|| file.relative_to(base).into()).clone();
        let place = self.snapshot.file(file).map(|data| name_on_line(data, at));
        let (line, columns) = place.unwrap_or_default();
        DeclaredAt { name, file: Some(file), line, columns }
    }
}

/// See [`DeclaredAt`].
fn name_on_line(data: &FileData, at: Location) -> (u32, std::ops::Range<u32>) {
    let range = at.text_range();
    let position = |offset| {
        let place = |encoding| data.lines.position(&data.text, offset, encoding);
        let in_bytes = place(Encoding::Utf8);
        (in_bytes, place(Encoding::Utf32).column == in_bytes.column)
    };
    let ((start, _), (end, is_ascii)) = (position(range.start()), position(range.end()));
    match is_ascii && start.line == end.line {
        true => (start.line, start.column..end.column),
        false => (start.line, 0..0),
    }
}
