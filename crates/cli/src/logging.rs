//! Where log lines go: standard error, and a file if one is named.
//!
//! Standard error may be a pipe to an editor that never reads it, or that has closed its end. Neither may hold up the
//! server or end it: lines wait in a queue of some length, a thread of their own writes them, and what the queue cannot
//! take is left out.

use anyhow::Context;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;
use tracing_subscriber::prelude::*;
use tracing_subscriber::{EnvFilter, fmt};

/// Lines that wait to be written.
const QUEUE: usize = 1_000;

/// How long the last lines may take.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// The log, as long as something may be said; at its end, what was said last is written.
pub struct Log {
    to_error: Lines,
}

/// From here on `tracing` is heard. `RUST_LOG` says how much; warnings only where it is not set.
///
/// # Errors
/// If the file cannot be written.
pub fn start(file: Option<&Path>) -> anyhow::Result<Log> {
    let filter = EnvFilter::builder()
        .with_default_directive(tracing_subscriber::filter::LevelFilter::WARN.into())
        // A variable that was set for some other program is no reason to leave an editor alone.
        .from_env_lossy();
    let to_file = file
        .map(|path| {
            File::create(path).with_context(|| format!("cannot write the log {}", path.display()))
        })
        .transpose()?
        .map(|file| fmt::layer().with_ansi(false).log_internal_errors(false).with_writer(file));
    let to_error = Lines::start(io::stderr());
    let writer = to_error.clone();
    // What goes wrong with the log itself could only be said where it went wrong.
    let layer = fmt::layer().with_ansi(false).log_internal_errors(false);
    tracing_subscriber::registry()
        .with(filter)
        .with(layer.with_writer(move || writer.clone()))
        .with(to_file)
        .try_init()
        .context("the log is already being written")?;
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    Ok(Log { to_error })
}

/// Takes lines without ever waiting.
#[derive(Clone)]
struct Lines {
    queue: SyncSender<Entry>,
    left_out: Arc<AtomicUsize>,
}

enum Entry {
    Line(Vec<u8>),
    /// To be answered once everything before it has been written.
    Mark(SyncSender<()>),
}

impl Lines {
    fn start(stream: impl Write + Send + 'static) -> Lines {
        let (queue, entries) = sync_channel(QUEUE);
        let left_out = Arc::new(AtomicUsize::new(0));
        let counted = left_out.clone();
        // Without a thread to be had there is no log; the server itself will say what is amiss.
        let _ = std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write(&entries, &counted, stream));
        Lines { queue, left_out }
    }

    /// Waits until all so far has been written, but not for long.
    fn settle(&self) {
        let (written, wait) = sync_channel(1);
        if self.queue.try_send(Entry::Mark(written)).is_ok() {
            let _ = wait.recv_timeout(LAST_WORDS);
        }
    }
}

impl Write for Lines {
    /// A whole line, as `tracing` gives them.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.queue.try_send(Entry::Line(line.to_vec())).is_err() {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A stream that takes nothing any more is no reason to stop: the queue has to be emptied.
fn write(entries: &Receiver<Entry>, left_out: &AtomicUsize, mut stream: impl Write) {
    for entry in entries {
        match entry {
            Entry::Line(line) => {
                let _ = stream.write_all(&line);
                let count = left_out.swap(0, Ordering::Relaxed);
                if count > 0 {
                    let _ = writeln!(stream, "({count} lines were left out)");
                }
            }
            Entry::Mark(written) => drop(written.try_send(())),
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.to_error.settle();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Sender, channel};
    use std::sync::{Mutex, PoisonError};

    /// A stream that takes a line when it is let.
    struct Gated {
        gate: Receiver<()>,
        written: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Gated {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.gate.recv();
            self.written.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn gated() -> (Gated, Sender<()>, Arc<Mutex<Vec<u8>>>) {
        let (open, gate) = channel();
        let written: Arc<Mutex<Vec<u8>>> = Arc::default();
        (Gated { gate, written: written.clone() }, open, written)
    }

    #[test]
    fn what_nobody_reads_holds_up_nobody_and_is_counted() {
        let (stream, open, written) = gated();
        let mut lines = Lines::start(stream);
        for number in 0..QUEUE + 500 {
            lines.write_all(format!("{number}\n").as_bytes()).unwrap();
        }
        drop(open);
        // The thread, and with it the stream, ends when it has written all.
        drop(lines);
        while Arc::strong_count(&written) > 1 {
            std::thread::yield_now();
        }
        let written = String::from_utf8(written.lock().unwrap().clone()).unwrap();
        assert!(written.starts_with("0\n"), "{written}");
        assert!(written.contains("lines were left out)\n"), "{written}");
    }

    #[test]
    fn a_stream_that_is_closed_ends_nothing() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut lines = Lines::start(Closed);
        for _ in 0..3 {
            lines.write_all(b"x\n").unwrap();
            lines.settle();
        }
        assert_eq!(lines.left_out.load(Ordering::Relaxed), 0);
    }
}
