//! Members that a tree adds to `lib` itself.

use super::interp::Interp;
use super::prims;
use super::value::*;
use crate::arena::{Expr, Param};
use crate::{Arena, FileId, Symbol};
use std::rc::Rc;

/// Whether the file's value, behind its functions and bindings, is `lib.extend overlay`.
pub(super) fn is_extension(arena: &Arena) -> bool {
    let mut expr = arena.root;
    loop {
        expr = match arena.expr(expr) {
            Expr::Lambda(lambda) => arena.lambda(*lambda).body,
            Expr::Let { body, .. } | Expr::With { body, .. } | Expr::Assert { body, .. } => *body,
            Expr::Apply { function, .. } => match arena.expr(*function) {
                Expr::Select { path, .. } => {
                    let name = path.last().and_then(|name| name.symbol());
                    return name.is_some_and(|name| name.as_str() == "extend");
                }
                _ => return false,
            },
            _ => return false,
        };
    }
}

impl Interp<'_> {
    /// A member of `lib`: nixpkgs' own, else one that the tree adds.
    pub(super) fn library_member(&mut self, namespace: Namespace, name: Symbol) -> Option<Value> {
        if let Some(value) = prims::lookup(namespace, name) {
            return Some(value);
        }
        match namespace {
            Namespace::Lib | Namespace::FlakeLib => self.added_member(name),
            _ => None,
        }
    }

    fn added_member(&mut self, name: Symbol) -> Option<Value> {
        self.extended_libraries().iter().find_map(|added| {
            let slot = added.get(name)?;
            Some(self.force(slot.thunk))
        })
    }

    /// What each extension adds. While these are read themselves, there are none.
    fn extended_libraries(&mut self) -> Rc<[Rc<Set>]> {
        if let Some(known) = &self.library_additions {
            return known.clone();
        }
        self.library_additions = Some(Rc::new([]));
        let added: Vec<Rc<Set>> =
            self.library_extensions().into_iter().filter_map(|file| self.added_by(file)).collect();
        let added: Rc<[Rc<Set>]> = added.into();
        self.library_additions = Some(added.clone());
        added
    }

    fn added_by(&mut self, file: FileId) -> Option<Rc<Set>> {
        let root = self.import(file)?;
        let mut value = self.force(root);
        // `lib: …`, `{ lib, … }: …`, and one inside the other.
        for _ in 0..2 {
            let Value::Closure(closure) = &value else { break };
            let lambda = self.arena(closure.source).lambda(closure.lambda);
            let argument = match lambda.param {
                Param::Name(..) => self.done(Value::Namespace(Namespace::Lib)),
                Param::Pattern { .. } => {
                    self.module_arguments(Value::Unknown, Value::Unknown, false, None)
                }
            };
            value = self.apply_closure(&closure.clone(), argument);
        }
        match value {
            Value::Extended(_, set) => Some(set),
            _ => None,
        }
    }
}
