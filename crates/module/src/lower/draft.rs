//! The bindings of a set before their values are lowered.
//!
//! Nix merges dotted bindings and literal sets under one name, and a `rec` set's or `let`'s names are
//! visible in all its values. So the names are collected first, the values stay syntax, and only the
//! finished draft is lowered.

use super::{Lowering, WrittenName, expressions, without_parentheses};
use crate::Symbol;
use crate::arena::*;
use rustc_hash::FxHashMap;
use syntax::SyntaxKind::*;
use syntax::TextRange;
use syntax::cursor::Node;

pub(super) struct Draft<'p> {
    recursion: Recursion,
    range: TextRange,
    implicit: bool,
    entries: Vec<DraftEntry<'p>>,
    by_name: FxHashMap<Symbol, usize>,
    computed: Vec<DraftComputed<'p>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Recursion {
    None,
    Rec,
    Let,
}

struct DraftEntry<'p> {
    name: Symbol,
    site: Site,
    more: Vec<Site>,
    value: DraftValue<'p>,
    duplicate: bool,
}

struct DraftComputed<'p> {
    name: WrittenName<'p>,
    site: Site,
    value: DraftValue<'p>,
}

enum DraftValue<'p> {
    Node(Node<'p>),
    Set(Draft<'p>, Option<TextRange>),
    /// `inherit x;`: the name as the surroundings of the set know it.
    Outer,
    /// `inherit (from) x;`
    From(Node<'p>),
    Missing(TextRange),
}

impl<'p> Draft<'p> {
    fn empty(range: TextRange, implicit: bool) -> Draft<'p> {
        Draft {
            recursion: Recursion::None,
            range,
            implicit,
            entries: Vec::new(),
            by_name: FxHashMap::default(),
            computed: Vec::new(),
        }
    }

    /// `{ … }`, `rec { … }` and the old `let { … }`.
    pub fn of_set(lowering: &mut Lowering<'p>, node: Node<'p>) -> Draft<'p> {
        let recursive = node.token(TOKEN_REC).is_some() || node.kind() == NODE_LEGACY_LET;
        let recursion = if recursive { Recursion::Rec } else { Recursion::None };
        Draft::of_bindings(lowering, node, recursion)
    }

    /// The bindings of a `let … in`.
    pub fn of_let(lowering: &mut Lowering<'p>, node: Node<'p>) -> Draft<'p> {
        Draft::of_bindings(lowering, node, Recursion::Let)
    }

    fn of_bindings(lowering: &mut Lowering<'p>, node: Node<'p>, recursion: Recursion) -> Draft<'p> {
        let mut draft = Draft::empty(lowering.range(node), false);
        draft.recursion = recursion;
        for child in node.children() {
            match child.kind() {
                NODE_ATTRPATH_VALUE => draft.add_binding(lowering, child),
                NODE_INHERIT => draft.add_inherit(lowering, child),
                _ => {}
            }
        }
        draft
    }

    fn add_binding(&mut self, lowering: &mut Lowering<'p>, node: Node<'p>) {
        let statement = lowering.range(node);
        let names = lowering.written_names(node.child(NODE_ATTRPATH));
        let value =
            expressions(node).next().filter(|value| !lowering.parse.is_invented(value.range()));
        let value = match value {
            Some(value) => DraftValue::of(lowering, value),
            None => DraftValue::Missing(TextRange::empty(statement.end())),
        };
        self.insert(lowering, &names, statement, value, &mut Vec::new());
    }

    fn add_inherit(&mut self, lowering: &mut Lowering<'p>, node: Node<'p>) {
        let from = node.child(NODE_INHERIT_FROM).map(|from| expressions(from).next());
        for child in node.children().filter(|child| child.kind() != NODE_INHERIT_FROM) {
            let Some(WrittenName::Static(name, range)) = lowering.written_name(child) else {
                continue;
            };
            let value = match from {
                None => DraftValue::Outer,
                Some(Some(from)) => DraftValue::From(from),
                Some(None) => DraftValue::Missing(range),
            };
            // Nix's position of an inherited name is the name itself.
            let site = Site { key: range, path: range, statement: range };
            self.insert_last(lowering, name, site, value, &mut Vec::new());
        }
    }

    fn insert(
        &mut self,
        lowering: &mut Lowering<'p>,
        names: &[WrittenName<'p>],
        statement: TextRange,
        value: DraftValue<'p>,
        above: &mut Vec<Symbol>,
    ) {
        let Some((&first, rest)) = names.split_first() else { return };
        let start = statement.start().min(first.range().start());
        let path = TextRange::new(start, first.range().end());
        let site = Site { key: first.range(), path, statement };
        let nested =
            |draft: &mut Draft<'p>, lowering: &mut Lowering<'p>, value, above: &mut Vec<Symbol>| {
                draft.insert(lowering, rest, statement, value, above);
            };
        match first {
            WrittenName::Computed(..) => {
                let value = if rest.is_empty() {
                    value
                } else {
                    let mut inner = Draft::empty(statement, true);
                    nested(&mut inner, lowering, value, &mut Vec::new());
                    DraftValue::Set(inner, None)
                };
                self.computed.push(DraftComputed { name: first, site, value });
            }
            WrittenName::Static(name, _) if rest.is_empty() => {
                self.insert_last(lowering, name, site, value, above);
            }
            WrittenName::Static(name, _) => {
                above.push(name);
                match self.by_name.get(&name).map(|&index| &mut self.entries[index]) {
                    Some(DraftEntry { value: DraftValue::Set(inner, _), more, .. }) => {
                        more.push(site);
                        nested(inner, lowering, value, above);
                    }
                    existing => {
                        let mut inner = Draft::empty(statement, true);
                        let clash = existing.map(|entry| entry.site);
                        nested(&mut inner, lowering, value, above);
                        let value = DraftValue::Set(inner, None);
                        self.push(lowering, name, site, value, clash, above);
                    }
                }
                above.pop();
            }
        }
    }

    fn insert_last(
        &mut self,
        lowering: &mut Lowering<'p>,
        name: Symbol,
        site: Site,
        value: DraftValue<'p>,
        above: &mut Vec<Symbol>,
    ) {
        above.push(name);
        match self.by_name.get(&name).copied() {
            None => self.push(lowering, name, site, value, None, above),
            Some(index) => {
                let entry = &mut self.entries[index];
                match (&mut entry.value, value) {
                    (DraftValue::Set(existing, _), DraftValue::Set(new, _)) => {
                        entry.more.push(site);
                        existing.merge(lowering, new, above);
                    }
                    (_, value) => {
                        let clash = Some(entry.site);
                        self.push(lowering, name, site, value, clash, above);
                    }
                }
            }
        }
        above.pop();
    }

    fn push(
        &mut self,
        lowering: &mut Lowering<'p>,
        name: Symbol,
        site: Site,
        value: DraftValue<'p>,
        clash: Option<Site>,
        above: &[Symbol],
    ) {
        if let Some(first) = clash {
            lowering.arena.duplicates.push(DuplicateAttribute {
                path: above.to_vec(),
                first: first.path,
                second: site.path,
                second_statement: site.statement,
            });
        } else {
            self.by_name.insert(name, self.entries.len());
        }
        let duplicate = clash.is_some();
        self.entries.push(DraftEntry { name, site, more: Vec::new(), value, duplicate });
    }

    /// Two sets under one name are one set; the first one decides whether it is recursive, as with Nix.
    fn merge(&mut self, lowering: &mut Lowering<'p>, other: Draft<'p>, above: &mut Vec<Symbol>) {
        self.implicit &= other.implicit;
        for entry in other.entries {
            self.insert_last(lowering, entry.name, entry.site, entry.value, above);
        }
        self.computed.extend(other.computed);
    }
}

impl<'p> DraftValue<'p> {
    fn of(lowering: &mut Lowering<'p>, node: Node<'p>) -> DraftValue<'p> {
        let inner = without_parentheses(node);
        if inner.kind() != NODE_ATTR_SET {
            return DraftValue::Node(node);
        }
        let outer = (node.kind() == NODE_PAREN).then(|| lowering.range(node));
        // A set's names are needed now, in case another binding adds to them.
        DraftValue::Set(Draft::of_set(lowering, inner), outer)
    }
}

impl<'p> Lowering<'p> {
    pub(super) fn set(&mut self, draft: Draft<'p>) -> SetId {
        let id = self.open_set(draft);
        self.close_set(id);
        id
    }

    /// Lowers the bindings; if the draft is recursive its scope stays open for a body.
    pub(super) fn open_set(&mut self, draft: Draft<'p>) -> SetId {
        let id = SetId(self.arena.sets.len() as u32);
        self.arena.sets.push(Set::default());
        // What is inherited from the surroundings means their name, not the set's own.
        let outer: Vec<Option<Resolved>> = draft
            .entries
            .iter()
            .map(|entry| {
                matches!(entry.value, DraftValue::Outer).then(|| self.names.resolve(entry.name))
            })
            .collect();
        let kind = match draft.recursion {
            Recursion::None => None,
            Recursion::Rec => Some(ScopeKind::Rec(id)),
            Recursion::Let => Some(ScopeKind::Let(id)),
        };
        let scope = kind.map(|kind| {
            let scope = self.new_scope(kind);
            let names: Vec<Symbol> = draft.entries.iter().map(|entry| entry.name).collect();
            self.names.enter(scope, &names);
            scope
        });
        let mut set = Set {
            range: draft.range,
            scope,
            implicit: draft.implicit,
            entries: Vec::with_capacity(draft.entries.len()),
            computed: Vec::with_capacity(draft.computed.len()),
        };
        for (entry, outer) in draft.entries.into_iter().zip(outer) {
            let inherited = matches!(entry.value, DraftValue::Outer | DraftValue::From(_));
            let value = match outer {
                Some(resolved) => {
                    self.add(Expr::Name { name: entry.name, resolved }, entry.site.key)
                }
                None => self.draft_value(entry.value, entry.name, entry.site),
            };
            set.entries.push(Entry {
                name: entry.name,
                site: entry.site,
                value,
                inherited,
                duplicate: entry.duplicate,
                more: entry.more,
            });
        }
        for entry in draft.computed {
            let name = match self.attribute_name(entry.name) {
                AttrName::Computed(expr, _) => expr,
                AttrName::Static(_, range) => self.add(Expr::Missing, range),
            };
            let value = self.draft_value(entry.value, Symbol::COMPUTED, entry.site);
            set.computed.push(ComputedEntry { name, site: entry.site, value });
        }
        self.arena.sets[id.0 as usize] = set;
        id
    }

    pub(super) fn close_set(&mut self, id: SetId) {
        let set = &self.arena.sets[id.0 as usize];
        if let Some(scope) = set.scope {
            self.names.leave(scope, set.entries.iter().map(|entry| entry.name));
        }
    }

    fn draft_value(&mut self, value: DraftValue<'p>, name: Symbol, site: Site) -> ExprId {
        match value {
            DraftValue::Node(node) => self.expr(node),
            // Only static names can be inherited, and `open_set` has resolved those.
            DraftValue::Outer => self.add(Expr::Missing, site.key),
            DraftValue::Missing(range) => self.add(Expr::Missing, range),
            DraftValue::From(from) => {
                let base = self.expr(from);
                let path = Box::new([AttrName::Static(name, site.key)]);
                self.add(Expr::Select { base, path, default: None }, site.key)
            }
            DraftValue::Set(draft, parentheses) => {
                let range = draft.range;
                let set = self.set(draft);
                let expr = self.add(Expr::Set(set), range);
                if let Some(outer) = parentheses {
                    self.arena.parenthesized.insert(expr, outer);
                }
                expr
            }
        }
    }
}
