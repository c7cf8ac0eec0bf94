//! One file with everything that modules say of its text: its own facts, or, where it is a library,
//! those of the modules that use it.

use crate::Snapshot;
use index::{FileData, FileKind};
use module::arena::{Expr, Param, ScopeId, ScopeKind};
use module::facts::{Declaration, Definition, Read};
use module::{Arena, ExprId, Facts, FileId};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::sync::Arc;
use syntax::{TextRange, TextSize};

/// A library may be used by every module there is; the first few say enough about its text.
const MAX_USERS: usize = 8;

#[derive(Clone)]
pub(crate) struct View<'a> {
    pub snapshot: &'a Snapshot,
    pub file: FileId,
    pub data: &'a Arc<FileData>,
    /// The file's own facts, where it is a module.
    pub own: Option<&'a Facts>,
    speakers: Vec<&'a Facts>,
    /// What is declared in this file's text, by where its name stands.
    declared: OnceCell<FxHashMap<TextRange, &'a Declaration>>,
}

/// Where a name in a scope is bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Binding {
    /// The name alone.
    pub name: TextRange,
    /// The whole statement, or the argument.
    pub full: TextRange,
    /// What it is bound to; an argument's is not known.
    pub value: Option<ExprId>,
}

impl<'a> View<'a> {
    pub fn new(snapshot: &'a Snapshot, file: FileId) -> Option<View<'a>> {
        let data = snapshot.file(file)?;
        let own = data.module().map(|facts| &**facts);
        let mut speakers: Vec<&Facts> = own.into_iter().collect();
        if data.kind != FileKind::Module {
            let users = snapshot.users(file).take(MAX_USERS);
            let users = users.filter_map(|user| snapshot.file(user)?.module());
            speakers.extend(users.map(|facts| &**facts));
        }
        Some(View { snapshot, file, data, own, speakers, declared: OnceCell::new() })
    }

    /// The facts of all modules that speak of this file's text.
    pub fn speakers(&self) -> impl Iterator<Item = &'a Facts> {
        self.speakers.iter().copied()
    }

    pub fn arena(&self) -> &'a Arena {
        &self.data.arena
    }

    pub fn text(&self) -> &'a str {
        &self.data.text
    }

    /// What modules read in this file's text.
    pub fn reads(&self) -> impl Iterator<Item = &'a Read> + use<'_, 'a> {
        let file = self.file;
        let all = self.speakers.iter().flat_map(|facts| &facts.reads);
        all.filter(move |read| read.at.file == file)
    }

    pub fn declarations(&self) -> impl Iterator<Item = &'a Declaration> + use<'_, 'a> {
        let file = self.file;
        let all = self.speakers.iter().flat_map(|facts| &facts.declarations);
        all.filter(move |declaration| declaration.name.file == file)
    }

    /// The first declaration whose name stands at `name`.
    pub fn declaration_named(&self, name: TextRange) -> Option<&'a Declaration> {
        let by_name = self.declared.get_or_init(|| {
            let mut by_name = FxHashMap::default();
            for declaration in self.declarations() {
                by_name.entry(declaration.name.text_range()).or_insert(declaration);
            }
            by_name
        });
        by_name.get(&name).copied()
    }

    pub fn definitions(&self) -> impl Iterator<Item = &'a Definition> + use<'_, 'a> {
        let file = self.file;
        let all = self.speakers.iter().flat_map(|facts| &facts.definitions);
        all.filter(move |definition| definition.name.file == file)
    }

    /// The binding that a name has been resolved to.
    pub fn binding(&self, scope: ScopeId, slot: u32) -> Option<Binding> {
        let arena = self.arena();
        let slot = slot as usize;
        match arena.scope(scope).kind {
            ScopeKind::Let(set) | ScopeKind::Rec(set) => {
                let entry = arena.set(set).entries.get(slot)?;
                Some(Binding {
                    name: entry.site.key,
                    full: entry.site.statement,
                    value: Some(entry.value),
                })
            }
            ScopeKind::Lambda(lambda) => {
                let name = match &arena.lambda(lambda).param {
                    Param::Name(_, range) => *range,
                    Param::Pattern { formals, whole, .. } => match formals.get(slot) {
                        Some(formal) => formal.range,
                        None => whole.as_ref()?.1,
                    },
                };
                Some(Binding { name, full: name, value: None })
            }
            ScopeKind::With(_) => None,
        }
    }

    /// `modules/web.nix:12`, seen from the run's root; lines from 1.
    pub fn place(snapshot: &Snapshot, file: FileId, at: TextSize) -> String {
        let path = file.relative_to(snapshot.setup().root);
        match snapshot.file(file) {
            Some(data) => format!("{path}:{}", data.lines.line(at) + 1),
            None => path.to_owned(),
        }
    }

    /// A function with everything that it is given; an expression that is no call is given nothing.
    pub fn call(&self, call: ExprId) -> (ExprId, Vec<ExprId>) {
        let mut head = call;
        let mut arguments = Vec::new();
        while let Expr::Apply { function, argument } = self.arena().expr(head) {
            arguments.push(*argument);
            head = *function;
        }
        arguments.reverse();
        (head, arguments)
    }

    /// The last name of a function that is called: `mkIf` in `lib.mkIf`.
    pub fn callee(&self, function: ExprId) -> Option<&'static str> {
        match self.arena().expr(function) {
            Expr::Name { name, .. } => Some(name.as_str()),
            Expr::Select { path, .. } => Some(path.last()?.symbol()?.as_str()),
            _ => None,
        }
    }
}
