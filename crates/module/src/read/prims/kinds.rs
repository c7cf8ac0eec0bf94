//! Functions that ask what kind of value they are given.

use super::super::interp::Interp;
use super::super::value::*;
use super::Prim;

impl Prim {
    pub(super) fn is_kind(self) -> bool {
        (Prim::IsAttrs as usize..=Prim::TypeOf as usize).contains(&(self as usize))
    }
}

impl Interp<'_> {
    pub(super) fn apply_kind_prim(
        &mut self,
        prim: Prim,
        arguments: &[ThunkId],
        call: Code,
    ) -> Value {
        let value = self.force(arguments[0]);
        self.demand(&value, self.code(arguments[0]).unwrap_or(call));
        let Some(kind) = kind_of(&value) else { return Value::Unknown };
        let asked = match prim {
            Prim::IsAttrs => "set",
            Prim::IsList => "list",
            Prim::IsString => "string",
            Prim::IsBool => "bool",
            Prim::IsInt => "int",
            Prim::IsFloat => "float",
            Prim::IsPath => "path",
            Prim::IsFunction => "lambda",
            Prim::IsNull => "null",
            _ => return Value::str(kind),
        };
        Value::Bool(kind == asked)
    }
}

/// The kind of a value as `builtins.typeOf` calls it, where it is known.
fn kind_of(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Float(_) => "float",
        Value::Str(_) => "string",
        Value::Path(_) => "path",
        Value::List(_) => "list",
        Value::Set(set) => {
            // `lib.isFunction` takes a set with `__functor` for a function, `builtins.isFunction` does not.
            let functor = crate::Symbol::new("__functor");
            return (set.has(functor) == Some(false)).then_some("set");
        }
        Value::Closure(_) => "lambda",
        Value::Option(_)
        | Value::Type(_)
        | Value::Property(_)
        | Value::Namespace(_)
        | Value::Extended(..)
        | Value::Evaluation(_) => "set",
        Value::Unknown
        | Value::Choice(_)
        | Value::Prim(..)
        | Value::Place(_)
        | Value::Migration(_) => return None,
    })
}
