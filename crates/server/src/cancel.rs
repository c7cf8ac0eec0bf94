use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Tells a running job that nobody waits for it any more. Asking costs two atomic loads.
#[derive(Debug, Clone)]
pub(crate) struct Cancel {
    by_client: Arc<AtomicBool>,
    generation: Generation,
    /// The generation that the job works for.
    working_for: u64,
}

/// The job was told to stop, and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stopped;

/// Counts everything that makes earlier answers doubtful: edits, changes on disk, settings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Generation(Arc<AtomicU64>);

impl Generation {
    pub fn current(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    pub fn advance(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// Held by whoever waits for an answer: when it is dropped, the job may stop.
#[derive(Debug, Default)]
pub(crate) struct CancelOnDrop(Arc<AtomicBool>);

impl CancelOnDrop {
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.0.clone()
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

impl Cancel {
    pub fn new(by_client: Arc<AtomicBool>, generation: &Generation) -> Cancel {
        let working_for = generation.current();
        Cancel { by_client, generation: generation.clone(), working_for }
    }

    /// For work that no client has asked for.
    pub fn when_outdated(generation: &Generation) -> Cancel {
        Cancel::new(Arc::default(), generation)
    }

    pub fn by_client(&self) -> bool {
        self.by_client.load(Ordering::Acquire)
    }

    /// To be asked between the steps of long work.
    pub fn check(&self) -> Result<(), Stopped> {
        let outdated = self.generation.current() != self.working_for;
        if outdated || self.by_client() { Err(Stopped) } else { Ok(()) }
    }
}
