//! `mkOption`, `mkIf` and their kin.

use super::super::interp::Interp;
use super::super::value::*;
use super::Prim;
use crate::Symbol;
use crate::facts::DeclarationKind;
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
                self.migration(DeclarationKind::Renamed, arguments[0], Some(arguments[1]), call)
            }
            Prim::RemovedModule => {
                self.migration(DeclarationKind::Removed, arguments[0], None, call)
            }
            Prim::ChangedModule => {
                self.migration(DeclarationKind::Renamed, arguments[0], Some(arguments[1]), call)
            }
            Prim::RenamedModuleWith => {
                let Some(set) = self.set_of(arguments[0], call) else { return Value::Unknown };
                let (from, to) = (set.get(Symbol::new("from")), set.get(Symbol::new("to")));
                match (from, to) {
                    (Some(from), Some(to)) => {
                        self.migration(DeclarationKind::Renamed, from.thunk, Some(to.thunk), call)
                    }
                    _ => Value::Unknown,
                }
            }
            Prim::MkIf => {
                let code = self.code(arguments[0]).unwrap_or(call);
                // `mkIf` itself never looks at its condition.
                let (value, _) = self.demands_of(|interp| interp.force(arguments[0]));
                property(PropertyKind::If(code, super::super::eval::bool_of(&value)), arguments[1])
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

    fn migration(
        &mut self,
        kind: DeclarationKind,
        from: ThunkId,
        to: Option<ThunkId>,
        call: Code,
    ) -> Value {
        let Some(from) = self.path_of(from) else { return Value::Unknown };
        let to = to.and_then(|to| self.path_of(to));
        Value::Migration(Rc::new(Migration { kind, from, to, call }))
    }
}
