//! The files of a snapshot: found by number, gone through in the order of their paths, which users know.

use crate::FileData;
use imbl::shared_ptr::DefaultSharedPtr;
use module::FileId;
use rustc_hash::FxBuildHasher;
use std::sync::Arc;

#[derive(Clone, Default)]
pub(crate) struct FileTable {
    by_id: imbl::GenericHashMap<FileId, Arc<FileData>, FxBuildHasher, DefaultSharedPtr>,
    order: imbl::OrdMap<&'static str, FileId>,
}

impl FileTable {
    pub fn get(&self, file: FileId) -> Option<&Arc<FileData>> {
        self.by_id.get(&file)
    }

    pub fn get_mut(&mut self, file: FileId) -> Option<&mut Arc<FileData>> {
        self.by_id.get_mut(&file)
    }

    pub fn contains(&self, file: FileId) -> bool {
        self.by_id.contains_key(&file)
    }

    pub fn insert(&mut self, data: Arc<FileData>) {
        let file = data.file;
        if self.by_id.insert(file, data).is_none() {
            self.order.insert(file.path(), file);
        }
    }

    pub fn remove(&mut self, file: FileId) {
        if self.by_id.remove(&file).is_some() {
            self.order.remove(file.path());
        }
    }

    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<FileData>> {
        self.order.values().filter_map(|file| self.by_id.get(file))
    }
}
