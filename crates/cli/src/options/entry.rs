//! One option at one place that declares it, as all formats are made from it.

use index::{Listed, Snapshot};
use module::facts::DeclarationKind;
use module::{FileId, Location};
use serde::Serialize;
use syntax::Encoding;

/// One option at one declaring position; the names are part of the interface.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    pub path: String,
    /// From the root.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1, in Unicode scalar values.
    pub column: u32,
    pub r#type: Option<String>,
    /// Source text.
    pub default: Option<String>,
    pub description: Option<String>,
    /// Source text.
    pub example: Option<String>,
    pub kind: &'static str,
    pub read_only: bool,
    pub internal: bool,
    pub submodule: bool,
    /// The path's names as they are, without quotes.
    #[serde(skip)]
    pub loc: Vec<&'static str>,
}

/// In the order of path, file, line and column; a declaration that several modules bring in from one
/// place is one entry.
pub fn entries<'a>(
    listing: impl Iterator<Item = &'a Listed<'a>>,
    root: FileId,
    snapshot: &Snapshot,
) -> Vec<Entry> {
    let source = |at: Location| {
        let file = snapshot.file(at.file)?;
        let range = at.text_range();
        file.text.get(usize::from(range.start())..usize::from(range.end())).map(str::to_owned)
    };
    let entry = |listed: &Listed<'_>| {
        let declaration = listed.declaration;
        let at = declaration.at;
        let (line, column) = snapshot.file(at.file).map_or((1, 1), |file| {
            let start = at.text_range().start();
            let position = file.lines.position(&file.text, start, Encoding::Utf32);
            (position.line + 1, position.column + 1)
        });
        Entry {
            loc: listed.path.iter().map(|name| name.as_str()).collect(),
            path: listed.path.to_string(),
            file: at.file.relative_to(root).to_owned(),
            line,
            column,
            r#type: listed.ty.description(),
            default: declaration.default.as_ref().and_then(|default| source(default.at)),
            description: declaration.description.clone(),
            example: declaration.example.as_ref().and_then(|example| source(example.at)),
            kind: kind_name(declaration.kind),
            read_only: declaration.read_only,
            internal: declaration.internal,
            submodule: declaration.in_submodule,
        }
    };
    let mut entries: Vec<Entry> = listing.map(entry).collect();
    entries.sort();
    entries.dedup_by(|b, a| {
        (&a.path, &a.file, a.line, a.column) == (&b.path, &b.file, b.line, b.column)
    });
    entries
}

fn kind_name(kind: DeclarationKind) -> &'static str {
    match kind {
        DeclarationKind::Option => "option",
        DeclarationKind::Enable => "enable",
        DeclarationKind::Package => "package",
        DeclarationKind::Renamed => "renamed",
        DeclarationKind::Removed => "removed",
    }
}
