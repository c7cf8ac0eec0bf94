//! The terminal: the one place that writes to standard output and standard error.

use crate::progress::Progress;
use anstream::{AutoStream, ColorChoice};
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};

/// Standard output; colours in it only reach where they are wanted.
///
/// When the reader has gone away (`… | head`), the rest is dropped without a word: it got what it
/// wanted, and the exit status stays what it would have been.
pub struct Stdout {
    /// `None` once nobody reads any more.
    stream: Option<BufWriter<AutoStream<io::Stdout>>>,
}

impl Stdout {
    /// Colours reach a terminal, but not if `NO_COLOR` is set, and other readers if `CLICOLOR_FORCE` is.
    pub fn new() -> Stdout {
        Stdout::with_colors(ColorChoice::Auto)
    }

    /// For what is no text: every byte as it is.
    pub fn of_bytes() -> Stdout {
        Stdout::with_colors(ColorChoice::AlwaysAnsi)
    }

    pub fn with_colors(choice: ColorChoice) -> Stdout {
        Stdout { stream: Some(BufWriter::new(AutoStream::new(io::stdout(), choice))) }
    }

    /// Writes what is still buffered.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush()
    }

    fn with_stream<T: Default>(
        &mut self,
        write: impl FnOnce(&mut BufWriter<AutoStream<io::Stdout>>) -> io::Result<T>,
    ) -> Option<io::Result<T>> {
        let result = write(self.stream.as_mut()?);
        if let Err(error) = &result
            && error.kind() == ErrorKind::BrokenPipe
        {
            // Taken apart, because dropping the buffer would try to write it once more.
            drop(self.stream.take().map(BufWriter::into_parts));
            return None;
        }
        Some(result)
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with_stream(|stream| stream.write(bytes)).unwrap_or(Ok(bytes.len()))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.with_stream(Write::flush).unwrap_or(Ok(()))
    }
}

/// Writes to standard error. There is nobody left to tell if that fails.
pub fn complain(text: &str) {
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// A progress line on standard error, if that is a terminal that can take it back.
pub fn progress() -> Progress {
    let is_plain = std::env::var_os("TERM").is_some_and(|kind| kind == "dumb");
    match io::stderr().is_terminal() && !is_plain {
        true => Progress::on(anstream::stderr()),
        false => Progress::nowhere(),
    }
}
