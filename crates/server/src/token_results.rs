//! The semantic tokens that were sent last for each document, so that the next answer can say what has
//! changed.

use crate::transport::lsp_types::SemanticToken;
use dashmap::DashMap;
use module::FileId;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug, Default)]
pub(crate) struct TokenResults {
    latest: DashMap<FileId, (u64, Arc<[SemanticToken]>)>,
    count: AtomicU64,
}

impl TokenResults {
    /// Remembers an answer, and gives it a name.
    pub fn keep(&self, file: FileId, tokens: Vec<SemanticToken>) -> String {
        let id = self.count.fetch_add(1, Ordering::Relaxed);
        self.latest.insert(file, (id, tokens.into()));
        id.to_string()
    }

    /// The answer with this name, if it is the last one.
    pub fn earlier(&self, file: FileId, id: &str) -> Option<Arc<[SemanticToken]>> {
        let latest = self.latest.get(&file)?;
        (latest.0.to_string() == id).then(|| latest.1.clone())
    }

    /// Nobody looks at the document any more.
    pub fn forget(&self, file: FileId) {
        self.latest.remove(&file);
    }
}
