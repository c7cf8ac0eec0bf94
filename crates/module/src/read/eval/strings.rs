//! Strings and paths with what is interpolated in them.

use super::super::interp::Interp;
use super::super::value::*;
use crate::Symbol;
use crate::arena::{PathKind, StrPart};
use crate::facts::ConditionId;
use crate::lower::{Piece, string_text};
use std::rc::Rc;

/// Bytes of a string literal that are worth keeping as a value; longer ones are scripts.
const MAX_TEXT: u32 = 4096;

impl Interp<'_> {
    pub(in crate::read) fn eval_string(
        &mut self,
        code: Code,
        parts: &[StrPart],
        indented: bool,
        env: &Env,
        condition: Option<ConditionId>,
    ) -> Value {
        let mut text = Some(String::new());
        let arena = self.arena(code.source);
        let has_interpolation = parts.iter().any(|part| matches!(part, StrPart::Interpolation(_)));
        if !has_interpolation && parts.iter().map(|part| part.len()).sum::<u32>() > MAX_TEXT {
            return Value::Str(None);
        }
        for piece in string_text(arena, parts, indented) {
            let piece = match piece {
                Piece::Text(piece) => Some(piece),
                Piece::Interpolation(expr) => {
                    let inner = Code { source: code.source, expr };
                    let value = self.eval(inner, env, condition);
                    self.demand(&value, inner);
                    self.text_of(&value).map(|text| text.to_string())
                }
            };
            match (&mut text, piece) {
                (Some(text), Some(piece)) => text.push_str(&piece),
                (text, _) => *text = None,
            }
        }
        Value::Str(text.map(|text| text.into()))
    }

    pub(in crate::read) fn eval_path(
        &mut self,
        code: Code,
        parts: &[StrPart],
        kind: PathKind,
        env: &Env,
        condition: Option<ConditionId>,
    ) -> Value {
        let mut text = Some(String::new());
        for part in parts {
            let piece = match part {
                StrPart::Text(range) => Some(self.arena(code.source).source(*range).to_owned()),
                StrPart::Interpolation(expr) => {
                    let inner = Code { source: code.source, expr: *expr };
                    let value = self.eval(inner, env, condition);
                    self.demand(&value, inner);
                    self.text_of(&value).map(|text| text.to_string())
                }
            };
            text = text.zip(piece).map(|(text, piece)| text + &piece);
        }
        let base = self.file(code.source).folder();
        match (kind, text) {
            (PathKind::Relative, Some(text)) => Value::Path(Some(base.join(&text))),
            (PathKind::Absolute, Some(text)) => Value::Path(Some(crate::FileId::new(&text))),
            (PathKind::Search, Some(text)) => {
                let text = text.trim_start_matches('<').trim_end_matches('>');
                match text.strip_prefix("nixpkgs") {
                    Some(rest) if rest.is_empty() || rest.starts_with('/') => {
                        Value::Path(Some(crate::FileId::new(&in_nixpkgs(rest))))
                    }
                    _ => Value::Unknown,
                }
            }
            _ => Value::Path(None),
        }
    }

    /// A value as a part of a string: a string, or a set that says where it lies, as a flake does.
    pub(in crate::read) fn text_of(&mut self, value: &Value) -> Option<Rc<str>> {
        match value {
            Value::Str(text) => text.clone(),
            // Elsewhere a path in a string is a copy in the store.
            Value::Path(Some(path)) if is_in_nixpkgs(path.path()) => Some(path.path().into()),
            Value::Set(set) => match self.force(set.get(Symbol::new("outPath"))?.thunk) {
                Value::Str(text) => text,
                _ => None,
            },
            _ => None,
        }
    }
}

impl StrPart {
    fn len(self) -> u32 {
        match self {
            StrPart::Text(range) => range.len().into(),
            StrPart::Interpolation(_) => 0,
        }
    }
}
