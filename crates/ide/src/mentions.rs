//! Every place in the tree's text that writes the name of an option or of a group: in declarations,
//! definitions and reads, through aliases and submodules, in the path lists of renamed options.
//!
//! Facts know what was read of a module; bindings that no fact speaks of (elements of lists, bodies of
//! submodules that are functions, groups around declarations) are found by their form.

use crate::Snapshot;
use crate::role::{Role, Walk};
use crate::subject::Subject;
use crate::view::View;
use index::{Resolved, is_written_below};
use module::Arena;
use module::arena::{AttrName, Expr, StrPart};
use module::facts::{Declaration, DeclarationKind, Read};
use module::{ExprId, Facts, FileId, OptionPath, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};
use syntax::{TextRange, TextSize};

/// A place where a name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mention {
    pub file: FileId,
    /// The name alone, with its quotes if it has any.
    pub range: TextRange,
    pub kind: MentionKind,
    pub spelling: Spelling,
    /// It is read there, whatever else is done with it: `hypervisor.web = { inherit (cfg) port; }`.
    pub is_read: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MentionKind {
    Declares,
    Defines,
    Reads,
}

/// How a name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// A segment of an attribute path.
    Segment,
    /// In an `inherit`, so that it also names a binding.
    Inherited,
    /// By itself below a `with`; the expression is the name.
    Bare(ExprId),
    /// A string in a list of strings that is a path.
    Listed,
    /// A local name that stands for it.
    Alias,
    /// The name is not written there: it is computed, or a call makes the option.
    Computed,
}

/// An option or a group that mentions are looked for of.
#[derive(Debug, Clone)]
pub(crate) struct Sought {
    /// The paths that lead to it: its declared one first, then those through renamed groups above it.
    pub forms: Vec<OptionPath>,
    pub name: Symbol,
    /// The modules that rename something to it or to what is below it.
    renamers: Vec<FileId>,
}

impl Sought {
    /// What a written path means; where nothing declares it, that very path.
    pub fn of(snapshot: &Snapshot, written: &OptionPath) -> Option<Sought> {
        let declared = match snapshot.resolve(written) {
            Resolved::Option(path) | Resolved::Group(path) => path,
            _ => match snapshot.external().resolve(written) {
                Resolved::Option(path) | Resolved::Group(path) => path,
                _ => written.clone(),
            },
        };
        let mut forms = vec![declared.clone()];
        let mut renamers = Vec::new();
        for (module, facts) in snapshot.modules() {
            for declaration in &facts.declarations {
                let Some(successor) = &declaration.successor else { continue };
                if is_written_below(successor, &declared) {
                    renamers.push(module);
                }
                if declared.len() > successor.len() && declared.starts_with(successor) {
                    let form = declaration.path.join(&declared[successor.len()..]);
                    if !forms.contains(&form) {
                        forms.push(form);
                    }
                }
            }
        }
        // A member's name is the user's own: it stands for no option.
        let name = *declared.last().filter(|name| !name.is_wildcard())?;
        Some(Sought { forms, name, renamers })
    }

    pub fn declared(&self) -> &OptionPath {
        &self.forms[0]
    }

    /// The index of the sought name in a written path that leads to it or through it.
    pub fn index_in(&self, written: &[Symbol]) -> Option<usize> {
        let form = self.forms.iter().find(|form| is_written_below(written, form))?;
        Some(form.len() - 1)
    }

    fn is(&self, written: &[Symbol]) -> bool {
        self.index_in(written).is_some_and(|index| index + 1 == written.len())
    }

    /// The modules that may mention it.
    pub fn modules(&self, snapshot: &Snapshot) -> Vec<FileId> {
        let mut modules = self.renamers.clone();
        for form in &self.forms {
            modules.extend(snapshot.speakers(form));
            // What stands in an option's value is no definition of its own to everybody.
            let wildcards = form.iter().enumerate().filter(|(_, name)| name.is_wildcard());
            for (at, _) in wildcards {
                modules.extend(snapshot.speakers(&form[..at].into()));
            }
        }
        modules.sort_unstable_by_key(|module| module.path());
        modules.dedup();
        modules
    }

    /// Every mention in the tree, in the order of files and positions. `asked_in` counts as a part of the
    /// tree even if nothing says that it is a module.
    pub fn mentions(&self, snapshot: &Snapshot, asked_in: FileId) -> Vec<Mention> {
        let mut finder = Finder::new(snapshot, self);
        finder.files.insert(asked_in);
        for module in self.modules(snapshot) {
            let Some(facts) = snapshot.file(module).and_then(|data| data.module()) else {
                continue;
            };
            finder.files.insert(module);
            finder.take(facts);
        }
        finder.finish()
    }

    /// Every mention in one file's text.
    pub fn mentions_in(&self, snapshot: &Snapshot, file: FileId) -> Vec<Mention> {
        let mut finder = Finder::new(snapshot, self);
        if let Some(view) = View::new(snapshot, file) {
            for facts in view.speakers() {
                finder.take(facts);
            }
        }
        finder.files.insert(file);
        let mut mentions = finder.finish();
        mentions.retain(|mention| mention.file == file);
        mentions
    }
}

struct Finder<'s> {
    snapshot: &'s Snapshot,
    sought: &'s Sought,
    /// The files whose bindings are to be looked at.
    files: FxHashSet<FileId>,
    found: FxHashMap<(FileId, TextRange), Mention>,
    keys: FxHashMap<FileId, Keys>,
}

impl<'s> Finder<'s> {
    fn new(snapshot: &'s Snapshot, sought: &'s Sought) -> Finder<'s> {
        Finder {
            snapshot,
            sought,
            files: FxHashSet::default(),
            found: FxHashMap::default(),
            keys: FxHashMap::default(),
        }
    }

    fn add(&mut self, file: FileId, range: TextRange, kind: MentionKind, spelling: Spelling) {
        let is_read = kind == MentionKind::Reads;
        let mention = Mention { file, range, kind, spelling, is_read };
        self.found
            .entry((file, range))
            .and_modify(|known| {
                known.kind = known.kind.min(kind);
                known.is_read |= is_read;
                if matches!(known.spelling, Spelling::Alias | Spelling::Computed) {
                    known.spelling = spelling;
                }
            })
            .or_insert(mention);
    }

    fn arena(&self, file: FileId) -> Option<&'s Arena> {
        self.snapshot.file(file).map(|data| &*data.arena)
    }

    fn take(&mut self, facts: &Facts) {
        for declaration in &facts.declarations {
            if is_migration(declaration) {
                self.migration(declaration);
            }
            if self.sought.index_in(&declaration.path).is_some() {
                self.files.insert(declaration.name.file);
            }
        }
        for definition in &facts.definitions {
            if self.sought.is(&definition.path) {
                let at = definition.name;
                self.binding(at.file, at.text_range(), MentionKind::Defines);
            }
            if self.sought.forms.iter().any(|form| leads_to(&definition.path, form)) {
                self.files.insert(definition.at.file);
                self.files.insert(definition.value_at.file);
            }
        }
        for read in &facts.reads {
            if let Some(index) = self.sought.index_in(&read.path) {
                self.read(read, index);
            }
        }
        // The groups around a declaration are found by their form.
        for declaration in facts.declarations.iter().filter(|it| !is_migration(it)) {
            if self.sought.is(&declaration.path) {
                let at = declaration.name;
                let keys = self.keys(at.file);
                match keys.by_key.get(&at.text_range()).copied() {
                    Some(key) => self.named(at.file, key, MentionKind::Declares),
                    None => {
                        self.add(
                            at.file,
                            at.text_range(),
                            MentionKind::Declares,
                            Spelling::Computed,
                        );
                    }
                }
            }
        }
    }

    fn keys(&mut self, file: FileId) -> &Keys {
        let arena = self.arena(file);
        self.keys.entry(file).or_insert_with(|| arena.map(Keys::of).unwrap_or_default())
    }

    /// A binding's name; another one than that which is sought stands for it only.
    fn named(&mut self, file: FileId, key: Key, kind: MentionKind) {
        let spelling = match key {
            Key { name, .. } if name != self.sought.name => Spelling::Computed,
            Key { inherited: true, .. } => Spelling::Inherited,
            Key { inherited: false, .. } => Spelling::Segment,
        };
        self.add(file, key.range, kind, spelling);
    }

    /// A binding by the range of its attribute path up to the name.
    fn binding(&mut self, file: FileId, path: TextRange, kind: MentionKind) {
        match self.keys(file).by_path.get(&path).copied() {
            Some(key) => self.named(file, key, kind),
            None => self.add(file, path, kind, Spelling::Computed),
        }
    }

    fn read(&mut self, read: &Read, index: usize) {
        let Some(first) = read.path.len().checked_sub(read.written as usize) else { return };
        let file = read.at.file;
        let Some(arena) = self.arena(file) else { return };
        let whole = read.at.text_range();
        if index < first {
            // A name that stands for just this.
            if read.written == 0 && index + 1 == read.path.len() {
                self.add(file, whole, MentionKind::Reads, Spelling::Alias);
            }
            return;
        }
        match arena.expr(read.expr) {
            Expr::Name { .. } => {
                self.add(file, whole, MentionKind::Reads, Spelling::Bare(read.expr));
            }
            Expr::Select { path, .. } | Expr::HasAttr { path, .. } => {
                let Some(&segment) = path.get(index - first) else { return };
                let spelling = match segment {
                    AttrName::Static(_, range) if range == arena.range(read.expr) => {
                        Spelling::Inherited
                    }
                    AttrName::Static(..) => Spelling::Segment,
                    AttrName::Computed(..) => Spelling::Computed,
                };
                self.add(file, segment.range(), MentionKind::Reads, spelling);
            }
            // `getAttrFromPath [ … ] config` and its kin.
            _ => {
                let lists = path_lists(arena, read.expr);
                let written = lists.iter().find(|list| {
                    list.len() == read.path.len() - first && is_end_of(list, &read.path)
                });
                match written {
                    Some(list) => {
                        self.add(file, list[index - first].1, MentionKind::Reads, Spelling::Listed);
                    }
                    None => self.add(file, whole, MentionKind::Reads, Spelling::Computed),
                }
            }
        }
    }

    /// The path lists of `mkRenamedOptionModule` and its kin.
    fn migration(&mut self, declaration: &Declaration) {
        let ends = [
            (Some(&declaration.path), MentionKind::Declares),
            (declaration.successor.as_ref(), MentionKind::Reads),
        ];
        let file = declaration.at.file;
        let Some(arena) = self.arena(file) else { return };
        let lists = path_lists(arena, declaration.value);
        for (path, kind) in ends {
            let Some(path) = path else { continue };
            let Some(index) = self.sought.index_in(path) else { continue };
            let written = lists.iter().find(|list| is_end_of(list, path));
            let segment =
                written.and_then(|list| list.get((index + list.len()).checked_sub(path.len())?));
            match segment {
                Some((_, range)) => self.add(file, *range, kind, Spelling::Listed),
                None => {
                    let call = declaration.at.text_range();
                    self.add(file, call, kind, Spelling::Computed);
                }
            }
        }
    }

    /// Bindings that declare or define it by their form.
    fn bindings_in(&mut self, file: FileId) {
        let Some(view) = View::new(self.snapshot, file) else { return };
        let arena = view.arena();
        // A way to a name leads past all that stand before it in the same path.
        let mut last_of_path: FxHashMap<TextRange, TextSize> = FxHashMap::default();
        let mut inherited: FxHashSet<TextRange> = FxHashSet::default();
        for entry in arena.entries().filter(|entry| entry.name == self.sought.name) {
            for site in entry.sites() {
                let last = last_of_path.entry(site.statement).or_insert(site.key.start());
                *last = site.key.start().max(*last);
                if entry.inherited {
                    inherited.insert(site.key);
                }
            }
        }
        for (statement, last) in last_of_path {
            let walk = Walk::to(&view, last);
            for (name, site, role) in &walk.names {
                if *name != self.sought.name || site.statement != statement {
                    continue;
                }
                let (path, kind) = match role {
                    Role::Declarations(path) => (path, MentionKind::Declares),
                    Role::Definitions(path) => (path, MentionKind::Defines),
                    _ => continue,
                };
                if self.sought.is(path) {
                    let is_inherited = inherited.contains(&site.key);
                    let spelling =
                        if is_inherited { Spelling::Inherited } else { Spelling::Segment };
                    self.add(file, site.key, kind, spelling);
                }
            }
        }
    }

    /// Reads in the values of submodules that are functions: no fact speaks of them.
    fn reads_in(&mut self, file: FileId) {
        let Some(view) = View::new(self.snapshot, file) else { return };
        let arena = view.arena();
        for expr in arena.expr_ids() {
            let (Expr::Select { path, .. } | Expr::HasAttr { path, .. }) = arena.expr(expr) else {
                continue;
            };
            for segment in path.iter() {
                let AttrName::Static(name, range) = *segment else { continue };
                if name != self.sought.name || self.found.contains_key(&(file, range)) {
                    continue;
                }
                if let Some(Subject::Option { path, .. }) = Subject::at(&view, range.start())
                    && self.sought.is(&path)
                {
                    let spelling = match range == arena.range(expr) {
                        true => Spelling::Inherited,
                        false => Spelling::Segment,
                    };
                    self.add(file, range, MentionKind::Reads, spelling);
                }
            }
        }
    }

    fn finish(mut self) -> Vec<Mention> {
        let mut files: Vec<FileId> = self.files.iter().copied().collect();
        files.sort_unstable_by_key(|file| file.path());
        let is_member = self.sought.declared().iter().any(|name| name.is_wildcard());
        for file in files {
            self.bindings_in(file);
            if is_member {
                self.reads_in(file);
            }
        }
        let mut mentions: Vec<Mention> = self.found.into_values().collect();
        mentions.sort_unstable_by_key(|mention| {
            (mention.file.path(), mention.range.start(), mention.range.end())
        });
        mentions
    }
}

/// The bindings of one file by where they are written.
#[derive(Default)]
struct Keys {
    /// By the range from the start of the statement to the end of the name.
    by_path: FxHashMap<TextRange, Key>,
    by_key: FxHashMap<TextRange, Key>,
}

#[derive(Clone, Copy)]
struct Key {
    name: Symbol,
    range: TextRange,
    inherited: bool,
}

impl Keys {
    fn of(arena: &Arena) -> Keys {
        let mut keys = Keys::default();
        for entry in arena.entries() {
            for site in entry.sites() {
                let key = Key { name: entry.name, range: site.key, inherited: entry.inherited };
                keys.by_path.insert(site.path, key);
                keys.by_key.insert(site.key, key);
            }
        }
        keys
    }
}

pub(crate) fn is_migration(declaration: &Declaration) -> bool {
    matches!(declaration.kind, DeclarationKind::Renamed | DeclarationKind::Removed)
}

/// Whether a list of names is the end of a path. Where a submodule renames its own options, the list has no
/// more than that.
pub(crate) fn is_end_of(list: &[(Symbol, TextRange)], path: &[Symbol]) -> bool {
    path.len() >= list.len()
        && path[path.len() - list.len()..].iter().eq(list.iter().map(|(name, _)| name))
}

/// The lists of plain strings among a call's arguments, also those in a set or a list that is one; each
/// string with its place.
pub(crate) fn path_lists(arena: &Arena, call: ExprId) -> Vec<Vec<(Symbol, TextRange)>> {
    let mut lists = Vec::new();
    let mut waiting = Vec::new();
    let mut head = call;
    while let Expr::Apply { function, argument } = arena.expr(head) {
        waiting.push(*argument);
        head = *function;
    }
    while let Some(expr) = waiting.pop() {
        match arena.expr(expr) {
            Expr::List(items) => {
                let names: Option<Vec<_>> =
                    items.iter().map(|&it| plain_string(arena, it)).collect();
                match names {
                    Some(names) => lists.push(names),
                    None => waiting.extend(items.iter().copied()),
                }
            }
            Expr::Set(set) => {
                waiting.extend(arena.set(*set).entries.iter().map(|entry| entry.value));
            }
            _ => {}
        }
    }
    lists
}

fn plain_string(arena: &Arena, expr: ExprId) -> Option<(Symbol, TextRange)> {
    let Expr::Str { parts, indented: false } = arena.expr(expr) else { return None };
    let [StrPart::Text(text)] = &parts[..] else { return None };
    let text = arena.source(*text);
    (!text.contains('\\')).then(|| (Symbol::new(text), arena.range(expr)))
}

/// Whether what `path` is given may hold something at `form`.
fn leads_to(path: &[Symbol], form: &[Symbol]) -> bool {
    path.len() <= form.len() && is_written_below(path, &form[..path.len()])
}
