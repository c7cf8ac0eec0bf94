//! What the programs of this crate print, one JSON object each. Times are in milliseconds, sizes in bytes, memory in
//! MB (1,048,576 bytes).

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a tree costs in one process, without any protocol.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TreeFigures {
    pub threads: usize,
    pub files: usize,
    pub bytes: usize,
    /// rnix alone on all texts, on all threads.
    pub parse: f64,
    /// The walk over the folder, with the texts in the system's cache.
    pub read: f64,
    /// All texts lowered, read as modules and summed up.
    pub index: f64,
    /// The findings of all files; `None`: it took more than a minute.
    pub check: Option<f64>,
    /// Resident once everything is indexed and nothing asked.
    pub memory: f64,
    /// `None`: the tree has no module to edit.
    pub edit: Option<EditFigures>,
}

/// One character typed into one file, on one thread.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EditFigures {
    /// Of the file that is edited.
    pub bytes: usize,
    /// rnix alone on the edited text.
    pub parse: Spread,
    /// The index brought up to date.
    pub update: Spread,
    /// That, and the file's own findings.
    pub findings: Spread,
}

/// What one language server shows to its client.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServerFigures {
    pub name: String,
    /// From the start of the process to the findings of a file that is opened with a mistake in it.
    pub first: f64,
    /// Resident, with one file open, when nothing has been asked and the process has come to rest; `None` where
    /// the system does not tell, or where there was no rest within a minute.
    pub idle: Option<f64>,
    /// The same after all that was asked here.
    pub worked: Option<f64>,
    pub answers: Vec<AnswerFigures>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AnswerFigures {
    pub what: String,
    pub spread: Spread,
    /// Whether something was ever answered: to say nothing is quickly done.
    pub says_something: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    pub median: f64,
    pub p95: f64,
}

impl Spread {
    /// `None` of no times.
    pub fn of(times: &mut [Duration]) -> Option<Spread> {
        times.sort_unstable();
        let last = times.len().checked_sub(1)?;
        let at = |percent: usize| milliseconds(times[(last * percent).div_ceil(100)]);
        Some(Spread { median: at(50), p95: at(95) })
    }
}

pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

pub fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

/// Resident memory of a process (`self` is this one) in MB; `None` where there is no `/proc`.
pub fn resident(process: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_times_nineteen_in_twenty_are_no_longer_than_the_p95() {
        let mut times: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(Spread::of(&mut times), Some(Spread { median: 51.0, p95: 96.0 }));
        assert_eq!(Spread::of(&mut times[..1]), Some(Spread { median: 1.0, p95: 1.0 }));
        assert_eq!(Spread::of(&mut []), None);
    }
}
