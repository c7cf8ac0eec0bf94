//! Strings: their values where all parts are known.

use super::super::interp::Interp;
use super::super::value::*;
use super::Prim;

impl Prim {
    pub(super) fn is_string(self) -> bool {
        (Prim::ToString as usize..=Prim::StringResult3 as usize).contains(&(self as usize))
    }
}

impl Interp<'_> {
    pub(super) fn apply_string_prim(
        &mut self,
        prim: Prim,
        arguments: &[ThunkId],
        call: Code,
    ) -> Value {
        match prim {
            Prim::ToString => {
                let value = self.force(arguments[0]);
                self.demand(&value, self.code(arguments[0]).unwrap_or(call));
                match value {
                    Value::Str(text) => Value::Str(text),
                    Value::Int(int) => Value::str(&int.to_string()),
                    Value::Bool(true) => Value::str("1"),
                    Value::Bool(false) | Value::Null => Value::str(""),
                    Value::Path(Some(path)) => Value::str(path.path()),
                    _ => Value::Str(None),
                }
            }
            Prim::OptionalString => {
                let value = self.force(arguments[0]);
                self.demand(&value, self.code(arguments[0]).unwrap_or(call));
                match value {
                    Value::Bool(true) => self.force(arguments[1]),
                    Value::Bool(false) => Value::str(""),
                    _ => Value::Str(None),
                }
            }
            Prim::ConcatStringsSep => {
                let separator = self.string_of(arguments[0], call);
                self.joined(separator.as_deref(), arguments[1], call)
            }
            Prim::ConcatStrings => self.joined(Some(""), arguments[0], call),
            // Everything else is a string, but not one worth computing.
            _ => Value::Str(None),
        }
    }

    fn joined(&mut self, separator: Option<&str>, list: ThunkId, call: Code) -> Value {
        let (Some(separator), Some(list)) = (separator, self.list_of(list, call)) else {
            return Value::Str(None);
        };
        let certain = list.complete && list.items.iter().all(|item| item.condition.is_none());
        let texts: Option<Vec<_>> =
            list.items.iter().map(|item| self.string_of(item.thunk, call)).collect();
        match texts {
            Some(texts) if certain => {
                let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
                Value::str(&texts.join(separator))
            }
            _ => Value::Str(None),
        }
    }
}
