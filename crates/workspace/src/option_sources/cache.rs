//! What was read from sources, kept on disk. A file that is not exactly what is expected, for whatever
//! reason, is as good as none.

use super::Reading;
use crate::read::{MAX_GENERATED_BYTES, read_bytes_up_to};
use etcetera::base_strategy::{BaseStrategy, choose_native_strategy};
use ignore::WalkBuilder;
use index::{DeclaredAt, ExternalOption, Shown, TypeTable};
use module::{FileId, OptionPath, Symbol};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// The first bytes of a file; another number where the form of what follows, or what the engine makes of
/// the same modules, is another.
const MAGIC: &[u8] =
    concat!("hyper-nixos-ls options 1 ", env!("CARGO_PKG_VERSION"), "\n").as_bytes();
const HASH: usize = 32;

/// A folder that what was read is kept in, one file for each source.
#[derive(Debug, Clone)]
pub struct OptionCache {
    /// `None`: nothing is kept.
    folder: Option<PathBuf>,
}

/// A source at one moment.
pub(super) struct Key {
    /// Of the source's place.
    name: String,
    /// Of all its files' names, sizes and times.
    content: [u8; HASH],
}

impl OptionCache {
    /// The user's: `hyper-nixos-ls` in `XDG_CACHE_HOME`, or in what the system has for caches.
    pub fn of_user() -> OptionCache {
        let named = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let folder = named
            .filter(|folder| folder.is_absolute())
            .or_else(|| Some(choose_native_strategy().ok()?.cache_dir()));
        OptionCache { folder: folder.map(|folder| folder.join("hyper-nixos-ls")) }
    }

    pub fn in_folder(folder: PathBuf) -> OptionCache {
        OptionCache { folder: Some(folder) }
    }

    /// One that keeps nothing.
    pub fn none() -> OptionCache {
        OptionCache { folder: None }
    }

    /// The folder; it may not be there yet. `None`: nothing is kept.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    fn file(&self, key: &Key) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{}.options", key.name)))
    }

    /// What the source said when it was as it is now.
    pub(super) fn load(&self, key: &Key) -> Option<Reading> {
        let bytes = read_bytes_up_to(&self.file(key)?, MAX_GENERATED_BYTES).ok()?;
        let rest = bytes.strip_prefix(MAGIC)?.strip_prefix(&key.content)?;
        let (checksum, stored) = rest.split_at_checked(HASH)?;
        if *Sha256::digest(stored) != *checksum {
            return None;
        }
        Some(postcard::from_bytes::<Stored<'_>>(stored).ok()?.reading())
    }

    /// Writes the whole file at once: whoever reads at the same time sees the old one or the new one.
    ///
    /// # Errors
    /// If it cannot be written; then everything is as before.
    pub(super) fn store(&self, key: &Key, reading: &Reading) -> io::Result<()> {
        let (Some(folder), Some(path)) = (&self.folder, self.file(key)) else { return Ok(()) };
        fs::create_dir_all(folder)?;
        let stored = postcard::to_stdvec(&Stored::of(reading)).map_err(io::Error::other)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        for part in [MAGIC, &key.content, &Sha256::digest(&stored), &stored] {
            file.write_all(part)?;
        }
        file.persist(path)?;
        Ok(())
    }
}

impl Key {
    /// Of a file, or of the Nix files below a folder; `None` if they cannot be listed.
    pub fn of(path: &Path) -> Option<Key> {
        let path = path.canonicalize().ok()?;
        let mut entries = Vec::new();
        for entry in WalkBuilder::new(&path).standard_filters(false).build() {
            let entry = entry.ok()?;
            let is_nix = entry.path().extension().is_some_and(|extension| extension == "nix");
            let metadata = entry.metadata().ok()?;
            if metadata.is_file() && (is_nix || entry.depth() == 0) {
                let time = metadata.modified().ok()?.duration_since(UNIX_EPOCH).unwrap_or_default();
                let file = entry.path().to_str()?.to_owned();
                entries.push((file, metadata.len(), time.as_nanos()));
            }
        }
        entries.sort_unstable();
        let mut content = Sha256::new();
        for (file, length, time) in &entries {
            content.update(format!("{file}\0{length}\0{time}\n"));
        }
        let name = Sha256::digest(path.to_str()?);
        let name = name.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Some(Key { name, content: content.finalize().into() })
    }
}

/// A [`Reading`] as it is written.
#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    #[serde(borrow)]
    origins: Vec<&'a str>,
    #[serde(borrow)]
    types: Vec<&'a str>,
    /// A name, and the path where there is a file.
    #[serde(borrow)]
    files: Vec<(&'a str, Option<&'a str>)>,
    #[serde(borrow)]
    options: Vec<StoredOption<'a>>,
    #[serde(borrow)]
    open: Vec<Vec<&'a str>>,
}

#[derive(Serialize, Deserialize)]
struct StoredOption<'a> {
    #[serde(borrow)]
    path: Vec<&'a str>,
    origin: u32,
    ty: Option<u32>,
    #[serde(borrow)]
    default: Option<StoredValue<'a>>,
    #[serde(borrow)]
    example: Option<StoredValue<'a>>,
    #[serde(borrow)]
    description: Option<&'a str>,
    /// File, line, first and last column.
    declared_at: Vec<(u32, u32, u32, u32)>,
    read_only: bool,
    internal: bool,
    deprecated: bool,
}

#[derive(Serialize, Deserialize)]
enum StoredValue<'a> {
    Code(&'a str),
    Markdown(&'a str),
}

/// Texts that many options share, each with its number.
#[derive(Default)]
struct Numbered<K> {
    numbers: FxHashMap<K, u32>,
    all: Vec<K>,
}

impl<K: Copy + Eq + std::hash::Hash> Numbered<K> {
    fn number(&mut self, key: K) -> u32 {
        let next = self.all.len() as u32;
        *self.numbers.entry(key).or_insert_with(|| {
            self.all.push(key);
            next
        })
    }
}

impl<'a> Stored<'a> {
    fn of(reading: &'a Reading) -> Stored<'a> {
        let mut origins = Numbered::default();
        let mut types = Numbered::default();
        let mut files = Numbered::default();
        let option = |option: &'a ExternalOption| StoredOption {
            path: names(&option.path),
            origin: origins.number(&*option.origin),
            ty: option.ty.as_ref().map(|ty| types.number(&*ty.words)),
            default: option.default.as_ref().map(StoredValue::of),
            example: option.example.as_ref().map(StoredValue::of),
            description: option.description.as_deref(),
            declared_at: option
                .declared_at
                .iter()
                .map(|place| {
                    let file = files.number((&*place.name, place.file.map(FileId::path)));
                    (file, place.line, place.columns.start, place.columns.end)
                })
                .collect(),
            read_only: option.read_only,
            internal: option.internal,
            deprecated: option.deprecated,
        };
        let options = reading.options.iter().map(option).collect();
        let open = reading.open.iter().map(|path| names(path)).collect();
        Stored { origins: origins.all, types: types.all, files: files.all, options, open }
    }

    fn reading(&self) -> Reading {
        let origins: Vec<Arc<str>> = self.origins.iter().map(|&name| name.into()).collect();
        let mut table = TypeTable::default();
        let types: Vec<_> = self.types.iter().map(|words| table.get(words)).collect();
        let files: Vec<(Arc<str>, Option<FileId>)> =
            self.files.iter().map(|(name, path)| ((*name).into(), path.map(FileId::new))).collect();
        let place = |&(file, line, start, end): &(u32, u32, u32, u32)| {
            let (name, file) = files.get(file as usize)?.clone();
            Some(DeclaredAt { name, file, line, columns: start..end })
        };
        let option = |stored: &StoredOption<'_>| ExternalOption {
            path: path(&stored.path),
            origin: origins.get(stored.origin as usize).cloned().unwrap_or_default(),
            ty: stored.ty.and_then(|ty| types.get(ty as usize).cloned()),
            default: stored.default.as_ref().map(StoredValue::shown),
            example: stored.example.as_ref().map(StoredValue::shown),
            description: stored.description.map(Into::into),
            declared_at: stored.declared_at.iter().filter_map(place).collect(),
            read_only: stored.read_only,
            internal: stored.internal,
            deprecated: stored.deprecated,
        };
        Reading {
            options: self.options.iter().map(option).collect(),
            open: self.open.iter().map(|names| path(names)).collect(),
        }
    }
}

impl<'a> StoredValue<'a> {
    fn of(shown: &'a Shown) -> StoredValue<'a> {
        match shown {
            Shown::Code(text) => StoredValue::Code(text),
            Shown::Markdown(text) => StoredValue::Markdown(text),
        }
    }

    fn shown(&self) -> Shown {
        match *self {
            StoredValue::Code(text) => Shown::Code(text.into()),
            StoredValue::Markdown(text) => Shown::Markdown(text.into()),
        }
    }
}

fn names(path: &OptionPath) -> Vec<&'static str> {
    path.iter().map(|name| name.as_str()).collect()
}

fn path(names: &[&str]) -> OptionPath {
    names.iter().map(|name| Symbol::of_segment(name)).collect()
}
