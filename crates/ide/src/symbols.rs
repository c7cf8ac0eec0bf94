//! A file's outline: the options that it declares, what it defines, the names that it binds.

use crate::Snapshot;
use crate::view::View;
use module::facts::{Declaration, DeclarationKind};
use module::{FileId, OptionPath};
use rustc_hash::FxHashMap;
use syntax::cursor::Node;
use syntax::{SyntaxKind::*, TextRange};

#[derive(Debug, Clone, PartialEq)]
pub struct DocumentSymbol {
    /// As it is written: `options.hypervisor.web`.
    pub name: String,
    /// An option's type.
    pub detail: Option<String>,
    pub kind: SymbolKind,
    /// The whole statement; its children's lie in it.
    pub full: TextRange,
    /// The attribute path in it.
    pub focus: TextRange,
    /// The option has been renamed or removed.
    pub deprecated: bool,
    pub children: Vec<DocumentSymbol>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    Option,
    /// An option that turns something on.
    Enable,
    /// Names around others.
    Group,
    /// A value given to an option, or any other attribute.
    Definition,
    Function,
    Variable,
    Module,
}

/// The outline of a file, in the order of positions.
pub fn document_symbols(snapshot: &Snapshot, file: FileId) -> Vec<DocumentSymbol> {
    let Some(view) = View::new(snapshot, file) else { return Vec::new() };
    let mut declared = FxHashMap::default();
    for declaration in view.declarations() {
        declared.entry(declaration.name.text_range()).or_insert(declaration);
    }
    syntax::parse(view.text(), |parse| {
        let outline = Outline {
            text: view.text(),
            to_original: &|range| parse.to_original(range),
            declared: &declared,
        };
        let mut symbols = Vec::new();
        outline.children(parse.root(), Around::Set, &mut symbols);
        cut_below(&mut symbols, MAX_LEVELS);
        symbols
    })
}

/// Levels of an outline. Each takes two of JSON's when it is sent, and many who read JSON stop at 128.
const MAX_LEVELS: usize = 50;

fn cut_below(symbols: &mut [DocumentSymbol], levels: usize) {
    for symbol in symbols {
        match levels {
            0 | 1 => symbol.children.clear(),
            _ => cut_below(&mut symbol.children, levels - 1),
        }
    }
}

struct Outline<'a> {
    text: &'a str,
    to_original: &'a dyn Fn(TextRange) -> TextRange,
    declared: &'a FxHashMap<TextRange, &'a Declaration>,
}

/// What a binding stands in.
#[derive(Clone, Copy, PartialEq)]
enum Around {
    Set,
    Let,
    /// The call that makes an option: its arguments are no symbols, but a submodule's options are.
    Option,
}

impl Outline<'_> {
    /// The symbols of all bindings inside a node.
    fn children(&self, node: Node<'_>, around: Around, symbols: &mut Vec<DocumentSymbol>) {
        for child in node.children() {
            match child.kind() {
                NODE_ATTRPATH_VALUE if around == Around::Option => {
                    self.in_option(child, symbols);
                }
                NODE_ATTRPATH_VALUE => symbols.extend(self.symbol(child, around)),
                NODE_STRING | NODE_ATTRPATH | NODE_INHERIT => {}
                // A `let`'s bindings stand directly in it, and its body is no binding.
                NODE_LET_IN => self.children(child, Around::Let, symbols),
                NODE_ATTR_SET if around == Around::Let => {
                    self.children(child, Around::Set, symbols);
                }
                _ => self.children(child, around, symbols),
            }
        }
    }

    /// An argument of `mkOption`, or, deeper, a binding of a submodule.
    fn in_option(&self, binding: Node<'_>, symbols: &mut Vec<DocumentSymbol>) {
        let Some(path) = binding.child(NODE_ATTRPATH) else { return };
        let written = self.source(path.range());
        if written == "options" || written.starts_with("options.") {
            let Some(symbol) = self.symbol(binding, Around::Set) else { return };
            match written == "options" {
                true => symbols.extend(symbol.children),
                false => symbols.push(symbol),
            }
        } else if written == "type" || written == "modules" {
            self.children(binding, Around::Option, symbols);
        }
    }

    fn symbol(&self, binding: Node<'_>, around: Around) -> Option<DocumentSymbol> {
        let path = binding.child(NODE_ATTRPATH)?;
        let focus = (self.to_original)(path.range());
        let full = (self.to_original)(binding.range()).cover(focus);
        let last = path.children().last().map(|name| (self.to_original)(name.range()));
        let declaration = last.and_then(|name| self.declared.get(&name)).copied();
        let mut children = Vec::new();
        let inside = if declaration.is_some() { Around::Option } else { Around::Set };
        let value = binding.children().find(|child| child.kind() != NODE_ATTRPATH);
        if value.is_some() {
            self.children(binding, inside, &mut children);
        }
        let kind = match declaration {
            Some(declaration) if declaration.kind == DeclarationKind::Enable => SymbolKind::Enable,
            Some(_) => SymbolKind::Option,
            None if value.is_some_and(|value| value.kind() == NODE_LAMBDA) => SymbolKind::Function,
            None if around == Around::Let => SymbolKind::Variable,
            None if !children.is_empty() => SymbolKind::Group,
            None => SymbolKind::Definition,
        };
        Some(DocumentSymbol {
            name: path
                .children()
                .map(|name| self.source(name.range()))
                .collect::<Vec<_>>()
                .join("."),
            detail: declaration.and_then(|it| it.ty.description()),
            kind,
            full,
            focus,
            deprecated: declaration.is_some_and(is_retired),
            children,
        })
    }

    fn source(&self, range: TextRange) -> &str {
        &self.text[(self.to_original)(range)]
    }
}

fn is_retired(declaration: &Declaration) -> bool {
    matches!(declaration.kind, DeclarationKind::Renamed | DeclarationKind::Removed)
}

/// Something in the tree that has a name.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkspaceSymbol {
    pub name: String,
    /// An option's module, a binding's file.
    pub container: Option<String>,
    pub kind: SymbolKind,
    pub file: FileId,
    pub range: TextRange,
    pub deprecated: bool,
}

/// More than these would not be looked through by anybody.
const MAX_SYMBOLS: usize = 256;

/// The options, modules and `let` bindings of the tree that a query fits, the best first; so many at most.
pub fn workspace_symbols(snapshot: &Snapshot, query: &str) -> Vec<WorkspaceSymbol> {
    let query: Vec<char> =
        query.chars().filter(|ch| !ch.is_whitespace()).map(|ch| ch.to_ascii_lowercase()).collect();
    let mut found: Vec<(i32, Found<'_>)> = Vec::new();
    let mut path_text = String::new();
    for data in snapshot.files() {
        let path = data.file.relative_to(snapshot.setup().root);
        if let Some(facts) = data.module() {
            if let Some(score) = score(&query, path) {
                found.push((score, Found::Module(data.file)));
            }
            for declaration in &facts.declarations {
                path_text.clear();
                for (index, name) in declaration.path.iter().enumerate() {
                    if index > 0 {
                        path_text.push('.');
                    }
                    path_text.push_str(name.as_str());
                }
                if let Some(score) = score(&query, &path_text) {
                    let retired = if is_retired(declaration) { 20 } else { 0 };
                    found.push((score + 30 - retired, Found::Option(declaration)));
                }
            }
        }
        for (entry, is_function) in bindings(&data.arena) {
            if let Some(score) = score(&query, entry.name.as_str()) {
                found.push((score - 10, Found::Binding(data.file, entry, is_function)));
            }
        }
    }
    // A stable sort: what is equally good stays in the order of files and positions.
    found.sort_by_key(|(score, _)| -score);
    let mut symbols: Vec<WorkspaceSymbol> = Vec::new();
    for (_, found) in found {
        if symbols.len() == MAX_SYMBOLS {
            break;
        }
        let symbol = found.symbol(snapshot);
        // A library's option belongs to each module that uses it.
        if !symbols.contains(&symbol) {
            symbols.push(symbol);
        }
    }
    symbols
}

enum Found<'s> {
    Option(&'s Declaration),
    Module(FileId),
    Binding(FileId, &'s module::arena::Entry, bool),
}

impl Found<'_> {
    fn symbol(&self, snapshot: &Snapshot) -> WorkspaceSymbol {
        let relative = |file: FileId| file.relative_to(snapshot.setup().root).to_owned();
        match *self {
            Found::Option(declaration) => WorkspaceSymbol {
                name: OptionPath::to_string(&declaration.path),
                container: Some(relative(declaration.name.file)),
                kind: match declaration.kind {
                    DeclarationKind::Enable => SymbolKind::Enable,
                    _ => SymbolKind::Option,
                },
                file: declaration.name.file,
                range: declaration.name.text_range(),
                deprecated: is_retired(declaration),
            },
            Found::Module(file) => WorkspaceSymbol {
                name: relative(file),
                container: None,
                kind: SymbolKind::Module,
                file,
                range: TextRange::default(),
                deprecated: false,
            },
            Found::Binding(file, entry, is_function) => WorkspaceSymbol {
                name: entry.name.as_str().to_owned(),
                container: Some(relative(file)),
                kind: if is_function { SymbolKind::Function } else { SymbolKind::Variable },
                file,
                range: entry.site.key,
                deprecated: false,
            },
        }
    }
}

/// The names that `let`s bind, and whether each is bound to a function.
fn bindings(arena: &module::Arena) -> impl Iterator<Item = (&module::arena::Entry, bool)> {
    let sets = arena.scope_ids().filter_map(|scope| match arena.scope(scope).kind {
        module::arena::ScopeKind::Let(set) => Some(set),
        _ => None,
    });
    let entries = sets.flat_map(|set| &arena.set(set).entries);
    entries
        .filter(|entry| !entry.inherited)
        .map(|entry| (entry, matches!(arena.expr(entry.value), module::arena::Expr::Lambda(_))))
}

/// How well a lower-case query fits a name: its letters are there in their order; the more of them follow
/// each other or begin a word, and the shorter the name, the better. `None`: it does not fit.
fn score(query: &[char], name: &str) -> Option<i32> {
    let mut waiting = query.iter();
    let mut next = waiting.next();
    let mut score = 0;
    let mut before = '.';
    let mut in_a_row = false;
    for ch in name.chars() {
        let Some(wanted) = next else { break };
        if ch.to_ascii_lowercase() == *wanted {
            let begins = !before.is_alphanumeric() || before.is_lowercase() && ch.is_uppercase();
            score += 1 + if in_a_row { 5 } else { 0 } + if begins { 8 } else { 0 };
            in_a_row = true;
            next = waiting.next();
        } else {
            in_a_row = false;
        }
        before = ch;
    }
    if next.is_some() {
        return None;
    }
    let is_end = |end: &[char]| {
        let tail = name.len().checked_sub(end.len()).and_then(|at| name.get(at..));
        tail.is_some_and(|tail| {
            tail.chars().map(|ch| ch.to_ascii_lowercase()).eq(end.iter().copied())
        })
    };
    let whole = if !query.is_empty() && is_end(query) { 40 } else { 0 };
    Some(score + whole - (name.len() / 4) as i32)
}
