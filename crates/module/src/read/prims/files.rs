//! Functions that ask which files there are, and parts of paths.

use super::super::Existence;
use super::super::interp::Interp;
use super::super::value::*;
use super::Prim;
use super::collections::{list, set};
use crate::{FileId, Symbol};

/// Folders inside folders that are looked through for files.
const MAX_FOLDERS: usize = 32;

impl Prim {
    pub(super) fn is_file(self) -> bool {
        (Prim::ReadDir as usize..=Prim::DirOf as usize).contains(&(self as usize))
    }
}

impl Interp<'_> {
    pub(super) fn apply_file_prim(
        &mut self,
        prim: Prim,
        arguments: &[ThunkId],
        call: Code,
    ) -> Value {
        let value = self.force(arguments[0]);
        self.demand(&value, self.code(arguments[0]).unwrap_or(call));
        match prim {
            Prim::PathAppend => {
                let rest = self.string_of(arguments[1], call);
                Value::Path(value.path().zip(rest).map(|(path, rest)| path.join(&rest)))
            }
            Prim::BaseNameOf => match value {
                Value::Path(Some(path)) => Value::str(path.name()),
                Value::Str(Some(text)) => {
                    let text = text.strip_suffix('/').unwrap_or(&text);
                    Value::str(text.rsplit('/').next().unwrap_or(text))
                }
                _ => Value::Str(None),
            },
            Prim::DirOf => match value {
                Value::Path(path) => Value::Path(path.map(FileId::folder)),
                _ => Value::Str(None),
            },
            _ => self.asked_of_disk(prim, value, call).unwrap_or(Value::Unknown),
        }
    }

    fn asked_of_disk(&mut self, prim: Prim, value: Value, call: Code) -> Option<Value> {
        let path = value.path().filter(|path| !is_in_nixpkgs(path.path()))?;
        Some(match prim {
            Prim::ReadDir => {
                let mut slots = Vec::new();
                for (name, kind) in self.listing(path)? {
                    let thunk = self.done_at(Value::str(kind_name(kind)?), Some(call));
                    slots.push(Slot {
                        name: Symbol::new(name),
                        thunk,
                        site: None,
                        condition: None,
                    });
                }
                set(slots, true)
            }
            Prim::ReadFileType => Value::str(kind_name(self.existence(path))?),
            // What is not in the tree may be on the machine.
            Prim::PathExists => kind_name(self.existence(path)).map(|_| Value::Bool(true))?,
            _ => {
                let mut items = Vec::new();
                self.files_below(path, MAX_FOLDERS, call, &mut items)?;
                list(items, true)
            }
        })
    }

    /// Adds the files in a folder and in those inside it, as `lib.filesystem.listFilesRecursive` does.
    fn files_below(
        &mut self,
        folder: FileId,
        depth: usize,
        call: Code,
        items: &mut Vec<Item>,
    ) -> Option<()> {
        let deeper = depth.checked_sub(1)?;
        for (name, kind) in self.listing(folder)? {
            let path = folder.join(name);
            match kind {
                Existence::Folder => self.files_below(path, deeper, call, items)?,
                _ => {
                    let thunk = self.done_at(Value::Path(Some(path)), Some(call));
                    items.push(Item { thunk, condition: None });
                }
            }
        }
        Some(())
    }
}

/// A kind of file as `builtins.readDir` calls it.
fn kind_name(kind: Existence) -> Option<&'static str> {
    match kind {
        Existence::File => Some("regular"),
        Existence::Folder => Some("directory"),
        Existence::Missing | Existence::Unknown => None,
    }
}
