//! `mkOption`, `mkIf` and their kin.

use super::super::interp::Interp;
use super::super::value::*;
use super::Prim;
use crate::facts::DeclarationKind;
use crate::{OptionPath, Symbol};
use std::rc::Rc;

impl Prim {
    pub(super) fn is_option(self) -> bool {
        self as usize <= Prim::MkBeforeOrAfter as usize
    }
}

impl Interp<'_> {
    pub(super) fn apply_option_prim(
        &mut self,
        prim: Prim,
        arguments: &[ThunkId],
        call: Code,
    ) -> Value {
        let property = |kind, content| Value::Property(Rc::new(Property { kind, content }));
        match prim {
            Prim::MkOption => {
                let set = self.set_of(arguments[0], call);
                self.option(DeclarationKind::Option, set, None, call)
            }
            Prim::MkEnableOption => {
                let label = self.string_of(arguments[0], call);
                self.option(DeclarationKind::Enable, None, label, call)
            }
            Prim::MkPackageOption => {
                let label = self.package_label(arguments[1], call);
                let set = self.set_of(arguments[2], call);
                self.option(DeclarationKind::Package, set, label, call)
            }
            Prim::RenamedModule => {
                let (from, to) = (self.path_of(arguments[0]), self.path_of(arguments[1]));
                migration(Migration { to, ..Migration::renamed(from, call) })
            }
            Prim::RemovedModule => {
                let from = self.path_of(arguments[0]);
                let kind = DeclarationKind::Removed;
                migration(Migration { kind, is_typed: false, ..Migration::renamed(from, call) })
            }
            Prim::ChangedModule => {
                let (from, to) = (self.path_of(arguments[0]), self.path_of(arguments[1]));
                migration(Migration { to, is_typed: false, ..Migration::renamed(from, call) })
            }
            Prim::MergedModule => self.merged_module(arguments, call),
            Prim::RenamedModuleWith => {
                let Some(set) = self.set_of(arguments[0], call) else { return Value::Unknown };
                let mut path = |name: &str| {
                    let thunk = set.get(Symbol::new(name))?.thunk;
                    self.path_of(thunk)
                };
                let (from, to) = (path("from"), path("to"));
                if to.is_none() {
                    return Value::Unknown;
                }
                migration(Migration { to, ..Migration::renamed(from, call) })
            }
            Prim::MkIf => {
                let code = self.code(arguments[0]).unwrap_or(call);
                // `mkIf` itself never looks at its condition.
                let (value, _) = self.demands_of(|interp| interp.force(arguments[0]));
                let known = super::super::eval::bool_of(&value);
                property(PropertyKind::If(arguments[0], code, known), arguments[1])
            }
            Prim::MkMerge => property(PropertyKind::Merge, arguments[0]),
            Prim::MkOverride => {
                let priority = match self.force(arguments[0]) {
                    Value::Int(priority) => Some(priority),
                    _ => None,
                };
                property(PropertyKind::Override(priority), arguments[1])
            }
            Prim::MkOptionDefault => property(PropertyKind::Override(Some(1500)), arguments[0]),
            Prim::MkDefault => property(PropertyKind::Override(Some(1000)), arguments[0]),
            Prim::MkImageMediaOverride => property(PropertyKind::Override(Some(60)), arguments[0]),
            Prim::MkForce => property(PropertyKind::Override(Some(50)), arguments[0]),
            Prim::MkVmOverride => property(PropertyKind::Override(Some(10)), arguments[0]),
            Prim::MkOrder => property(PropertyKind::Order, arguments[1]),
            Prim::MkBeforeOrAfter => property(PropertyKind::Order, arguments[0]),
            _ => Value::Unknown,
        }
    }

    fn option(
        &mut self,
        kind: DeclarationKind,
        arguments: Option<Rc<Set>>,
        label: Option<Rc<str>>,
        call: Code,
    ) -> Value {
        Value::Option(Rc::new(OptionValue { kind, arguments, label, call }))
    }

    /// The package's name in `mkPackageOption pkgs "name" { }` or `… [ "set" "name" ] { }`.
    fn package_label(&mut self, thunk: ThunkId, call: Code) -> Option<Rc<str>> {
        match self.force(thunk) {
            Value::Str(text) => text,
            Value::List(list) => self.string_of(list.items.last()?.thunk, call),
            _ => None,
        }
    }

    /// Several old names that are computed into one new option.
    fn merged_module(&mut self, arguments: &[ThunkId], call: Code) -> Value {
        let to = self.path_of(arguments[1]);
        let Some(from) = self.list_of(arguments[0], call) else { return Value::Unknown };
        let mut items = Vec::new();
        for item in &from.items {
            let from = self.path_of(item.thunk);
            let renamed = Migration::renamed(from, call);
            let old = migration(Migration { to: to.clone(), is_typed: false, ..renamed });
            items.push(Item { thunk: self.done_at(old, Some(call)), condition: item.condition });
        }
        let imports = Value::List(Rc::new(List { items, complete: from.complete }));
        let thunk = self.done_at(imports, Some(call));
        let slot = Slot { name: Symbol::new("imports"), thunk, site: None, condition: None };
        Value::Set(Rc::new(Set { slots: vec![slot], complete: true }))
    }
}

/// Without the old path nothing is known.
fn migration(migration: Migration) -> Value {
    match migration.from.is_empty() {
        true => Value::Unknown,
        false => Value::Migration(Rc::new(migration)),
    }
}

impl Migration {
    /// From a path to one that is not known yet; an empty one stands for a path that is not known.
    fn renamed(from: Option<OptionPath>, call: Code) -> Migration {
        Migration {
            kind: DeclarationKind::Renamed,
            from: from.unwrap_or_else(OptionPath::root),
            to: None,
            is_typed: true,
            call,
        }
    }
}
