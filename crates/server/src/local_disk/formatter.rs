//! Another program that is given a text and gives it back formatted.

use crate::disk::NotFormatted;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A formatter that takes longer is stuck.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often we look whether it is done.
const PAUSE: Duration = Duration::from_millis(5);
/// Of what it complains about so many bytes are shown.
const MAX_COMPLAINT: usize = 500;

pub(super) fn run(command: &[String], folder: &Path, text: &str) -> Result<String, NotFormatted> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(NotFormatted::Failed("No formatter is set.".to_owned()));
    };
    let child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.map_err(|error| match error.kind() {
        ErrorKind::NotFound => NotFormatted::Missing(format!(
            "The formatter `{program}` is not there. Install it, or set `formatter` in the editor\u{2019}s \
             settings."
        )),
        _ => NotFormatted::Failed(format!("The formatter `{program}` cannot be run: {error}.")),
    })?;
    output_of(&mut child, program, text).map_err(NotFormatted::Failed)
}

/// What a running formatter makes of a text, or what went wrong.
fn output_of(child: &mut Child, program: &str, text: &str) -> Result<String, String> {
    let input = child.stdin.take();
    let text = text.to_owned();
    // Both ends of a pipe wait for each other if one thread serves them.
    let writing =
        std::thread::spawn(move || input.map(|mut input| input.write_all(text.as_bytes())));
    let output = reading(child.stdout.take());
    let complaint = reading(child.stderr.take());
    // Whoever it has started may hold its pipes for longer: then nobody waits for these.
    let status = wait(child).ok_or_else(|| {
        format!("The formatter `{program}` was stopped after {} seconds.", PATIENCE.as_secs())
    })?;
    let (Ok(output), Ok(complaint)) = (output.join(), complaint.join()) else {
        return Err(format!("The formatter `{program}` cannot be read."));
    };
    // One that does not read all of its input may fail for other reasons; its status says so.
    if writing.join().is_err() {
        tracing::debug!("{program} was not given its whole input");
    }
    match status.success() {
        true => String::from_utf8(output)
            .map_err(|_| format!("What the formatter `{program}` gives back is no UTF-8.")),
        false => {
            let complaint = String::from_utf8_lossy(&complaint);
            let complaint = beginning(complaint.trim(), MAX_COMPLAINT);
            Err(format!("The formatter `{program}` failed: {complaint}"))
        }
    }
}

fn reading(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe
            && let Err(error) = pipe.read_to_end(&mut bytes)
        {
            tracing::debug!("the formatter cannot be read: {error}");
        }
        bytes
    })
}

/// `None`: it took too long and was stopped.
fn wait(child: &mut Child) -> Option<std::process::ExitStatus> {
    let end = Instant::now() + PATIENCE;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < end => std::thread::sleep(PAUSE),
            _ => break,
        }
    }
    if let Err(error) = child.kill().and_then(|()| child.wait()) {
        tracing::warn!("the formatter cannot be stopped: {error}");
    }
    None
}

/// The beginning of a text, `length` bytes at most.
fn beginning(text: &str, length: usize) -> &str {
    let end = (0..=length.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn run(command: &[&str], text: &str) -> Result<String, NotFormatted> {
        let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
        super::run(&command, Path::new("/"), text)
    }

    #[test]
    fn what_it_writes_is_the_text() {
        let text = "{ a = 1; }\n".repeat(50_000);
        assert_eq!(run(&["cat"], &text), Ok(text.clone()));
        assert_eq!(run(&["tr", "a", "b"], "aha"), Ok("bhb".to_owned()));
    }

    #[test]
    fn what_goes_wrong_is_told() {
        let failed = run(&["sh", "-c", "echo no good >&2; exit 3"], &"x".repeat(1 << 20));
        let no_good = "The formatter `sh` failed: no good".to_owned();
        assert_eq!(failed, Err(NotFormatted::Failed(no_good)));
        let missing = run(&["no-such-formatter"], "");
        let Err(NotFormatted::Missing(missing)) = missing else { panic!("{missing:?}") };
        assert!(missing.contains("`no-such-formatter` is not there"), "{missing}");
        let foreign = run(&["printf", "\\377"], "");
        let Err(NotFormatted::Failed(foreign)) = foreign else { panic!("{foreign:?}") };
        assert!(foreign.contains("no UTF-8"), "{foreign}");
        let none = NotFormatted::Failed("No formatter is set.".to_owned());
        assert_eq!(run(&[], ""), Err(none));
    }
}
