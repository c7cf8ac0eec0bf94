//! The second stage: an [`Arena`] interpreted as a module gives its [`Facts`].
//!
//! A small abstract interpreter, lazy as Nix is: a value that is not needed is not looked at, and what
//! cannot be known is [`value::Value::Unknown`]. `config` and `options` are *places*: values that only
//! the whole configuration has, known by where they stand. Whoever evaluates an expression that ends in
//! a place has found a read; whoever needs the place itself has found a demand.

mod demands;
mod eval;
mod flake;
mod interp;
mod known;
mod library;
mod module;
mod options;
mod prims;
mod roots;
mod shape;
mod submodule;
mod value;

use crate::{Arena, Facts, FileId};

/// The other files, as a reading may look into them.
pub trait Files {
    fn arena(&self, file: FileId) -> Option<&Arena>;
    fn existence(&self, path: FileId) -> Existence;
    /// The names in a folder with what each is, in their order; `None`: there is no such folder, or it is
    /// not known what is in it.
    fn listing(&self, folder: FileId) -> Option<Vec<(&'static str, Existence)>>;
    /// The files for which [`extends_library`] holds, in the order of their paths.
    fn library_extensions(&self) -> Vec<FileId>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existence {
    File,
    Folder,
    Missing,
    /// Outside what is known.
    Unknown,
}

/// Reads `file` as a module, or as one that puts modules together. `None`: it is neither, by its own form (a
/// package, a function that others call, a list of paths).
pub fn read(file: FileId, arena: &Arena, files: &dyn Files) -> Option<Facts> {
    if flake::is_flake(file, arena) {
        return Some(flake::read(file, arena, files));
    }
    let shape = shape::of(arena);
    match shape.looks_like_module {
        true => Some(module::read(file, arena, files, shape)),
        false => roots::has_evaluations(arena).then(|| roots::read(file, arena, files)),
    }
}

/// What stands for [`Files::library_extensions`], as something that facts depend on.
pub fn library_extensions() -> FileId {
    FileId::new("/<library extensions>")
}

/// Whether the file's value is a `lib` with more in it: `lib: lib.extend (final: prev: { … })`. Which modules
/// get it is decided far away from them; a name that `lib` lacks is looked for there.
pub fn extends_library(arena: &Arena) -> bool {
    library::is_extension(arena)
}

/// Reads `file` as a module although it does not look like one: somebody imports it.
pub fn read_as_module(file: FileId, arena: &Arena, files: &dyn Files) -> Facts {
    match flake::is_flake(file, arena) {
        true => flake::read(file, arena, files),
        false => module::read(file, arena, files, shape::of(arena)),
    }
}
