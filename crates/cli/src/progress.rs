//! One line that says what a long run is doing, and that is gone when it is done.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Runs shorter than this show nothing.
const DELAY: Duration = Duration::from_millis(500);
/// Between two pictures of the line.
const PAUSE: Duration = Duration::from_millis(100);
/// Goes to the start of the line and clears it.
const ERASE: &[u8] = b"\r\x1b[2K";

/// While it lives there may be a line on its terminal: it has to go before anything else is written.
pub struct Progress {
    shared: Arc<Shared>,
    painter: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    step: Mutex<Step>,
    /// Told when the run is over.
    over: Condvar,
    done: AtomicUsize,
}

#[derive(Default)]
struct Step {
    what: &'static str,
    /// How many there are to do, if that is known.
    of: Option<usize>,
    is_over: bool,
}

impl Progress {
    pub fn nowhere() -> Progress {
        Progress { shared: Arc::default(), painter: None }
    }

    pub fn on(terminal: impl Write + Send + 'static) -> Progress {
        Progress::after(DELAY, terminal)
    }

    fn after(delay: Duration, mut terminal: impl Write + Send + 'static) -> Progress {
        let shared = Arc::new(Shared::default());
        let painter = {
            let shared = shared.clone();
            thread::Builder::new().name("progress".to_owned()).spawn(move || {
                shared.paint(delay, &mut terminal);
            })
        };
        // A line that nobody paints is no reason not to do the work.
        Progress { shared, painter: painter.ok() }
    }

    /// A new step begins.
    pub fn step(&self, what: &'static str, of: Option<usize>) {
        let mut step = self.shared.step();
        (step.what, step.of) = (what, of);
        self.shared.done.store(0, Ordering::Relaxed);
    }

    /// So many are done altogether.
    pub fn reached(&self, done: usize) {
        self.shared.done.fetch_max(done, Ordering::Relaxed);
    }

    /// One more is done.
    pub fn advance(&self) {
        self.shared.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.shared.step().is_over = true;
        self.shared.over.notify_all();
        if let Some(painter) = self.painter.take() {
            // It has nothing to tell, not even why it panicked.
            let _ = painter.join();
        }
    }
}

impl Shared {
    fn step(&self) -> MutexGuard<'_, Step> {
        self.step.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn paint(&self, delay: Duration, terminal: &mut impl Write) {
        let mut painted = false;
        let mut pause = delay;
        let mut step = self.step();
        loop {
            let waited = self.over.wait_timeout_while(step, pause, |step| !step.is_over);
            step = waited.unwrap_or_else(PoisonError::into_inner).0;
            if step.is_over {
                break;
            }
            let line = line(step.what, self.done.load(Ordering::Relaxed), step.of);
            let _ = terminal.write_all(&[ERASE, line.as_bytes()].concat());
            let _ = terminal.flush();
            painted = true;
            pause = PAUSE;
        }
        if painted {
            let _ = terminal.write_all(ERASE);
            let _ = terminal.flush();
        }
    }
}

/// Short enough for any terminal: a line that breaks could not be erased.
fn line(what: &str, done: usize, of: Option<usize>) -> String {
    match of {
        Some(of) => format!("{what} {done}/{of} files"),
        None if done > 0 => format!("{what} {done} files"),
        None => format!("{what} …"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::sync::mpsc::{self, Sender};

    struct Terminal(Sender<Vec<u8>>);

    impl Write for Terminal {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(bytes.to_vec()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_is_painted_and_erased_at_the_end() {
        let (sender, painted) = mpsc::channel();
        let progress = Progress::after(Duration::ZERO, Terminal(sender));
        progress.step("checking", Some(286));
        progress.advance();
        let expected = [ERASE, b"checking 1/286 files"].concat();
        let seen = painted.iter().find(|bytes| *bytes == expected);
        assert!(seen.is_some());
        drop(progress);
        assert_eq!(painted.iter().last().as_deref(), Some(ERASE));
    }

    #[test]
    fn a_short_run_paints_nothing() {
        let (sender, painted) = mpsc::channel();
        drop(Progress::after(Duration::from_secs(3600), Terminal(sender)));
        assert_eq!(painted.iter().next(), None);
    }

    #[test]
    fn the_line_says_how_far_it_is() {
        assert_eq!(line("checking", 3, Some(9)), "checking 3/9 files");
        assert_eq!(line("reading", 300, None), "reading 300 files");
        assert_eq!(line("indexing", 0, None), "indexing …");
    }
}
