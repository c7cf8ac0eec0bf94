//! Strings: their values where all parts are known.

use super::super::interp::Interp;
use super::super::value::*;
use super::Prim;
use std::rc::Rc;

impl Prim {
    pub(super) fn is_string(self) -> bool {
        (Prim::ToString as usize..=Prim::StringToCharacters as usize).contains(&(self as usize))
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
            Prim::ConcatLines => {
                let joined = self.joined(Some("\n"), arguments[0], call);
                match joined {
                    Value::Str(Some(text)) if !text.is_empty() => Value::str(&format!("{text}\n")),
                    other => other,
                }
            }
            Prim::ConcatMapStrings => self.mapped(Some("".into()), arguments, call),
            Prim::ConcatMapStringsSep => {
                let separator = self.string_of(arguments[0], call);
                self.mapped(separator, &arguments[1..], call)
            }
            Prim::BoolToString => match self.force(arguments[0]) {
                Value::Bool(value) => Value::str(if value { "true" } else { "false" }),
                _ => Value::Str(None),
            },
            Prim::ShowOption => match self.path_of(arguments[0]) {
                Some(path) => Value::str(&path.to_string()),
                None => Value::Str(None),
            },
            Prim::ReplaceStrings => self.replaced(arguments, call).unwrap_or(Value::Str(None)),
            Prim::Substring => self.substring(arguments, call).unwrap_or(Value::Str(None)),
            Prim::HasPrefix | Prim::HasSuffix | Prim::HasInfix | Prim::SplitString => {
                self.asked_of_string(prim, arguments, call).unwrap_or(Value::Unknown)
            }
            Prim::StringToCharacters => match self.string_of(arguments[0], call) {
                Some(text) if text.is_ascii() => {
                    let letters = text
                        .chars()
                        .map(|letter| self.done(Value::str(letter.encode_utf8(&mut [0; 4]))));
                    let letters: Vec<ThunkId> = letters.collect();
                    Value::list(letters)
                }
                _ => Value::Unknown,
            },
            Prim::StringLength => match self.string_of(arguments[0], call) {
                Some(text) => Value::Int(text.len() as i64),
                None => Value::Unknown,
            },
            Prim::RemovePrefix | Prim::RemoveSuffix => {
                let affix = self.string_of(arguments[0], call);
                let text = self.string_of(arguments[1], call);
                let (Some(affix), Some(text)) = (affix, text) else { return Value::Str(None) };
                let rest = match prim {
                    Prim::RemovePrefix => text.strip_prefix(&*affix),
                    _ => text.strip_suffix(&*affix),
                };
                Value::str(rest.unwrap_or(&text))
            }
            Prim::ToUpper | Prim::ToLower | Prim::ToSentenceCase => {
                let Some(text) = self.string_of(arguments[0], call) else {
                    return Value::Str(None);
                };
                // Nix knows the letters of ASCII alone.
                match prim {
                    Prim::ToUpper => Value::str(&text.to_ascii_uppercase()),
                    Prim::ToLower => Value::str(&text.to_ascii_lowercase()),
                    _ => {
                        let mut text = text.to_ascii_lowercase();
                        if let Some(first) = text.get_mut(..1) {
                            first.make_ascii_uppercase();
                        }
                        Value::str(&text)
                    }
                }
            }
            // Everything else is a string, but not one worth computing.
            _ => Value::Str(None),
        }
    }

    fn asked_of_string(&mut self, prim: Prim, arguments: &[ThunkId], call: Code) -> Option<Value> {
        let part = self.string_of(arguments[0], call)?;
        let text = self.string_of(arguments[1], call)?;
        Some(match prim {
            Prim::HasPrefix => Value::Bool(text.starts_with(&*part)),
            Prim::HasSuffix => Value::Bool(text.ends_with(&*part)),
            Prim::HasInfix => Value::Bool(text.contains(&*part)),
            _ if part.is_empty() => return None,
            _ => {
                let pieces: Vec<ThunkId> =
                    text.split(&*part).map(|piece| self.done(Value::str(piece))).collect();
                Value::list(pieces)
            }
        })
    }

    /// `concatMapStringsSep separator function list`, the last two as `arguments`.
    fn mapped(&mut self, separator: Option<Rc<str>>, arguments: &[ThunkId], call: Code) -> Value {
        let Some(list) = self.list_prim(Prim::Map, arguments, call) else {
            return Value::Str(None);
        };
        let list = self.done_at(list, Some(call));
        self.joined(separator.as_deref(), list, call)
    }

    fn replaced(&mut self, arguments: &[ThunkId], call: Code) -> Option<Value> {
        let mut texts = |index: usize| -> Option<Vec<Rc<str>>> {
            let list = self.list_of(arguments[index], call).filter(|list| list.complete)?;
            list.items.iter().map(|item| self.string_of(item.thunk, call)).collect()
        };
        let (from, to) = (texts(0)?, texts(1)?);
        let text = self.string_of(arguments[2], call)?;
        if from.len() != to.len() || from.iter().any(|from| from.is_empty()) {
            return None;
        }
        let mut out = String::new();
        let mut rest = &*text;
        while let Some(first) = rest.chars().next() {
            match from.iter().position(|from| rest.starts_with(&**from)) {
                Some(found) => {
                    out.push_str(&to[found]);
                    rest = &rest[from[found].len()..];
                }
                None => {
                    out.push(first);
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
        Some(Value::str(&out))
    }

    /// Nix counts bytes; what would cut a character in two is not known.
    fn substring(&mut self, arguments: &[ThunkId], call: Code) -> Option<Value> {
        let (Value::Int(start), Value::Int(length)) =
            (self.force(arguments[0]), self.force(arguments[1]))
        else {
            return None;
        };
        let text = self.string_of(arguments[2], call)?;
        let start = usize::try_from(start).ok()?.min(text.len());
        let rest = text.len() - start;
        let length = usize::try_from(length).map_or(rest, |length| length.min(rest));
        Some(Value::str(text.get(start..start + length)?))
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
