//! Threads for work that must not hold up the main loop.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

/// Bytes. Nested Nix is walked recursively; the default of 2 MiB is too little for a hostile file.
const STACK: usize = 16 * 1024 * 1024;

type Job = Box<dyn FnOnce() + Send>;

/// A few threads that take jobs in the order in which they were given. They end with the pool.
pub(crate) struct Pool {
    jobs: Sender<Job>,
}

impl Pool {
    pub fn new(name: &str, threads: usize) -> std::io::Result<Pool> {
        let (jobs, queue) = channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..threads {
            let queue = queue.clone();
            spawn_thread(name, move || work(&queue))?;
        }
        Ok(Pool { jobs })
    }

    pub fn spawn(&self, job: impl FnOnce() + Send + 'static) {
        if self.jobs.send(Box::new(job)).is_err() {
            tracing::error!("a job was given to threads that are gone");
        }
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    loop {
        // The lock is held while waiting, so that idle threads queue up for it; it is free again
        // before the job runs, and so no panic can poison it.
        let Ok(Ok(job)) = queue.lock().map(|queue| queue.recv()) else { return };
        if let Err(panic) = contain(job) {
            tracing::error!("a background job panicked: {panic}");
        }
    }
}

pub(crate) fn spawn_thread(
    name: &str,
    body: impl FnOnce() + Send + 'static,
) -> std::io::Result<std::thread::JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(body)
}

/// Runs `body`; a panic in it becomes its message.
pub(crate) fn contain<T>(body: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(body)).map_err(|panic| panic_message(&*panic))
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(message), _) => (*message).to_owned(),
        (_, Some(message)) => message.clone(),
        _ => "no message".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_costs_one_job_and_no_thread() {
        let pool = Pool::new("test", 1).unwrap();
        let (done, waiting) = channel();
        pool.spawn(|| panic!("on purpose"));
        pool.spawn(move || done.send(7).unwrap());
        assert_eq!(waiting.recv(), Ok(7));
    }

    #[test]
    fn a_panic_keeps_its_message() {
        assert_eq!(contain(|| panic!("line {}", 3)), Err::<(), _>("line 3".to_owned()));
    }
}
