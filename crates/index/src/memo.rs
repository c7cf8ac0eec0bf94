//! Answers that are remembered by those who ask many questions about few paths: all rules about one file.

use crate::{Resolved, Snapshot};
use module::{OptionPath, Symbol};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What paths mean, as far as somebody has asked.
#[derive(Default)]
pub(crate) struct Memo {
    resolved: Mutex<FxHashMap<OptionPath, Resolved>>,
}

impl Snapshot {
    /// The same snapshot, which remembers what it has answered. To be let go of soon: it remembers all of it.
    pub fn remembering(&self) -> Snapshot {
        Snapshot { memo: Some(Arc::default()), ..self.clone() }
    }

    /// What `work_out` gives, unless the same has been asked before.
    pub(crate) fn remembered(
        &self,
        written: &[Symbol],
        work_out: impl FnOnce() -> Resolved,
    ) -> Resolved {
        let Some(memo) = &self.memo else { return work_out() };
        let resolved = || memo.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = resolved().get(written) {
            return known.clone();
        }
        // Not under the lock: one answer may need others.
        let answer = work_out();
        resolved().insert(written.into(), answer.clone());
        answer
    }
}
