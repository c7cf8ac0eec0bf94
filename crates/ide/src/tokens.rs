//! What names are, for colours: options, what is special about them, functions of `lib`, aliases.

use crate::library::{LibraryPath, library_path};
use crate::role::MAX_PATH;
use crate::view::View;
use crate::{Snapshot, describe};
use index::Resolved;
use module::arena::{AttrName, Expr, Resolved as Meaning};
use module::facts::{DeclarationKind, ReadOf};
use module::library::Membership;
use module::{ExprId, FileId, OptionPath, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};
use syntax::{TextRange, TextSize};

/// A name with what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub range: TextRange,
    pub kind: TokenKind,
    pub modifiers: Modifiers,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    Option,
    /// A set that options stand in; a part of `lib`.
    Group,
    Function,
    /// A type of `lib.types`.
    Type,
    /// A name that stands for a part of the configuration.
    Variable,
}

/// A set of [`Modifier`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modifiers(pub u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Modifier {
    /// The option is declared here.
    Declaration,
    /// The option is defined here.
    Definition,
    ReadOnly,
    /// Renamed or removed; gone from `lib`.
    Deprecated,
    /// It belongs to `lib` or to Nix.
    DefaultLibrary,
    /// The option turns something on.
    Enable,
    /// The option is a submodule's.
    Submodule,
    /// The name stands for a part of the configuration.
    Alias,
    /// Nothing declares the option.
    Undeclared,
}

impl Modifiers {
    fn with(self, modifier: Modifier) -> Modifiers {
        Modifiers(self.0 | 1 << modifier as u32)
    }

    fn and(self, other: Modifiers) -> Modifiers {
        Modifiers(self.0 | other.0)
    }

    pub fn has(self, modifier: Modifier) -> bool {
        self.0 & (1 << modifier as u32) != 0
    }
}

/// The names of a file that have a meaning of their own, in the order of the text; none overlap.
pub fn tokens(snapshot: &Snapshot, file: FileId) -> Vec<Token> {
    let Some(view) = View::new(snapshot, file) else { return Vec::new() };
    let mut tokens =
        Tokens { view: &view, found: FxHashMap::default(), known: FxHashMap::default() };
    tokens.declarations();
    tokens.definitions();
    tokens.reads();
    tokens.names();
    let mut found: Vec<Token> = tokens.found.into_values().collect();
    found.sort_by_key(|token| token.range.start());
    found.dedup_by(|b, a| b.range.start() < a.range.end());
    found
}

struct Tokens<'v, 'a> {
    view: &'v View<'a>,
    /// By where they start; what was said first counts.
    found: FxHashMap<TextSize, Token>,
    known: FxHashMap<OptionPath, (TokenKind, Modifiers)>,
}

impl Tokens<'_, '_> {
    fn add(&mut self, range: TextRange, kind: TokenKind, modifiers: Modifiers) {
        if !range.is_empty() && !self.view.text()[range].contains('\n') {
            self.found.entry(range.start()).or_insert(Token { range, kind, modifiers });
        }
    }

    /// Names at a path of options, as written.
    fn option(&mut self, range: TextRange, path: OptionPath, more: Modifiers) {
        let (kind, modifiers) = match self.known.get(&path) {
            Some(known) => *known,
            None => {
                let known = classified(self.view.snapshot, &path);
                self.known.insert(path, known);
                known
            }
        };
        self.add(range, kind, modifiers.and(more));
    }

    /// The names of each statement's path, with those that dots join to it.
    fn names_by_statement(&self) -> FxHashMap<TextRange, Vec<TextRange>> {
        let mut names: FxHashMap<TextRange, Vec<TextRange>> = FxHashMap::default();
        for set in self.view.arena().sets() {
            for site in set.entries.iter().flat_map(|entry| entry.sites()) {
                names.entry(site.statement).or_default().push(site.key);
            }
        }
        for keys in names.values_mut() {
            keys.sort_by_key(|key| key.start());
        }
        names
    }

    fn declarations(&mut self) {
        let view = self.view;
        let statements = self.names_by_statement();
        let mut statement_of: FxHashMap<TextRange, TextRange> = FxHashMap::default();
        for (statement, keys) in &statements {
            statement_of.extend(keys.iter().map(|key| (*key, *statement)));
        }
        let around = enclosing(statements.keys().copied().collect());
        let modifiers = Modifiers::default().with(Modifier::Declaration);
        for declaration in view.declarations() {
            let name = declaration.name.text_range();
            self.option(name, declaration.path.clone(), modifiers);
            // The groups that it stands in: first in its own statement, then in those around it.
            let mut path = &declaration.path[..];
            let mut statement = statement_of.get(&name);
            'out: while let Some(keys) = statement.and_then(|it| statements.get(it)) {
                for key in keys.iter().rev().skip_while(|key| key.start() > name.start()) {
                    let Some((last, above)) = path.split_last() else { break 'out };
                    if view.text()[*key].trim_matches('"') != last.as_str() {
                        break 'out;
                    }
                    self.add(*key, TokenKind::Group, Modifiers::default());
                    path = above;
                }
                statement = statement.and_then(|it| around.get(it));
            }
        }
    }

    fn definitions(&mut self) {
        let view = self.view;
        let mut keys: FxHashMap<TextRange, TextRange> = FxHashMap::default();
        for set in view.arena().sets() {
            let sites = set.entries.iter().flat_map(|entry| entry.sites());
            keys.extend(sites.map(|site| (site.path, site.key)));
        }
        let modifiers = Modifiers::default().with(Modifier::Definition);
        for definition in view.definitions() {
            if let Some(&key) = keys.get(&definition.name.text_range()) {
                self.option(key, definition.path.clone(), modifiers);
            }
        }
    }

    fn reads(&mut self) {
        let view = self.view;
        let arena = view.arena();
        for read in view.reads().filter(|read| matches!(read.of, ReadOf::Config | ReadOf::Options))
        {
            let names: Vec<TextRange> = match arena.expr(read.expr) {
                Expr::Select { path, .. } | Expr::HasAttr { path, .. } => {
                    path.iter().map(|name| name.range()).collect()
                }
                Expr::Name { .. } => vec![arena.range(read.expr)],
                _ => continue,
            };
            for (above, name) in names.iter().rev().take(read.written as usize).enumerate() {
                let Some(length) = read.path.len().checked_sub(above) else { break };
                if length > MAX_PATH {
                    continue;
                }
                self.option(*name, read.path[..length].into(), Modifiers::default());
            }
        }
    }

    /// Aliases, and what comes from libraries.
    fn names(&mut self) {
        let view = self.view;
        let arena = view.arena();
        let aliases: FxHashSet<TextRange> = view
            .own
            .into_iter()
            .flat_map(|facts| &facts.aliases)
            .filter(|alias| alias.name_at.file == view.file)
            .map(|alias| alias.name_at.text_range())
            .collect();
        let alias = Modifiers::default().with(Modifier::Alias);
        for &range in &aliases {
            self.add(range, TokenKind::Variable, alias.with(Modifier::Declaration));
        }
        for expr in arena.expr_ids() {
            match arena.expr(expr) {
                Expr::Name { resolved: Meaning::Local { scope, slot }, .. }
                    if view.binding(*scope, *slot).is_some_and(|it| aliases.contains(&it.name)) =>
                {
                    self.add(arena.range(expr), TokenKind::Variable, alias);
                }
                Expr::Name { name, .. } if !is_word(*name) => {
                    if let Some(path) = library_path(view, expr) {
                        self.library(arena.range(expr), &path);
                    }
                }
                Expr::Select { base, path, .. } => self.library_names(*base, path),
                _ => {}
            }
        }
    }

    fn library_names(&mut self, base: ExprId, path: &[AttrName]) {
        let Some(mut library) = library_path(self.view, base) else { return };
        for name in path {
            let Some(symbol) = name.symbol() else { return };
            library = library.child(symbol);
            self.library(name.range(), &library);
        }
    }

    fn library(&mut self, range: TextRange, path: &LibraryPath) {
        let kind = match path.entry() {
            _ if path.is_empty() => TokenKind::Group,
            Some(entry) if entry.result == "AttrSet" && entry.parameters.is_empty() => {
                TokenKind::Group
            }
            _ if path.is_type() => TokenKind::Type,
            _ => TokenKind::Function,
        };
        let own = Modifiers::default().with(Modifier::DefaultLibrary);
        match path.membership() {
            _ if path.is_empty() => self.add(range, kind, own),
            Membership::Member => self.add(range, kind, own),
            Membership::Until(_) => self.add(range, kind, own.with(Modifier::Deprecated)),
            Membership::Never => {}
        }
    }
}

/// The next range outwards of each of some ranges that don't overlap otherwise.
fn enclosing(mut ranges: Vec<TextRange>) -> FxHashMap<TextRange, TextRange> {
    ranges.sort_by_key(|range| (range.start(), std::cmp::Reverse(range.end())));
    let mut open: Vec<TextRange> = Vec::new();
    let mut around = FxHashMap::default();
    for range in ranges {
        while open.last().is_some_and(|outer| !outer.contains_range(range)) {
            open.pop();
        }
        around.extend(open.last().map(|outer| (range, *outer)));
        open.push(range);
    }
    around
}

/// Names that editors colour as words of the language.
fn is_word(name: Symbol) -> bool {
    matches!(name.as_str(), "true" | "false" | "null" | "import")
}

/// What a path of options is, wherever it is written.
fn classified(snapshot: &Snapshot, written: &OptionPath) -> (TokenKind, Modifiers) {
    let none = Modifiers::default();
    match snapshot.resolve(written) {
        Resolved::Option(path) => (TokenKind::Option, own_modifiers(snapshot, &path)),
        Resolved::Group(_) => (TokenKind::Group, none),
        Resolved::Inside { .. } => (TokenKind::Option, none),
        Resolved::Undeclared { .. } | Resolved::Unknown => {
            let external = snapshot.external();
            match external.resolve(written) {
                Resolved::Option(path) => {
                    let option = external.option(&path);
                    let marks = [
                        (option.is_some_and(|it| it.deprecated), Modifier::Deprecated),
                        (option.is_some_and(|it| it.read_only), Modifier::ReadOnly),
                        (is_enable(&path), Modifier::Enable),
                        (path.iter().any(|name| name.is_wildcard()), Modifier::Submodule),
                    ];
                    (TokenKind::Option, marked(marks))
                }
                Resolved::Group(_) => (TokenKind::Group, none),
                Resolved::Inside { .. } | Resolved::Unknown => (TokenKind::Option, none),
                Resolved::Undeclared { .. } => {
                    let namespaces = &snapshot.setup().namespaces;
                    let is_own =
                        namespaces.iter().any(|it| written.starts_with(&OptionPath::parse(it)));
                    let is_certain =
                        matches!(snapshot.resolve(written), Resolved::Undeclared { .. });
                    (TokenKind::Option, marked([(is_own && is_certain, Modifier::Undeclared)]))
                }
            }
        }
    }
}

fn own_modifiers(snapshot: &Snapshot, path: &OptionPath) -> Modifiers {
    let declarations = snapshot.declarations(path);
    let Some(declaration) = describe::main_declaration(&declarations) else {
        return Modifiers::default();
    };
    let is_gone = matches!(declaration.kind, DeclarationKind::Renamed | DeclarationKind::Removed);
    marked([
        (declaration.kind == DeclarationKind::Enable || is_enable(path), Modifier::Enable),
        (declaration.in_submodule, Modifier::Submodule),
        (declaration.read_only, Modifier::ReadOnly),
        (is_gone, Modifier::Deprecated),
    ])
}

fn is_enable(path: &OptionPath) -> bool {
    path.last().is_some_and(|name| name.as_str() == "enable")
}

fn marked<const N: usize>(marks: [(bool, Modifier); N]) -> Modifiers {
    let marks = marks.into_iter().filter(|(is, _)| *is);
    marks.fold(Modifiers::default(), |all, (_, modifier)| all.with(modifier))
}
