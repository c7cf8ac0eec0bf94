//! The last line: what was done, found and left out, in numbers.

use crate::explain::level_name;
use lints::{Diagnostic, Fixed, Level};
use std::fmt;
use std::time::Duration;

pub struct Summary<'a> {
    /// What was fixed, and whether that was only tried.
    pub fixed: Option<(&'a Fixed, bool)>,
    /// What is reported.
    pub diagnostics: &'a [Diagnostic],
    /// How many files were looked at.
    pub files: usize,
    pub time: Duration,
    pub recorded: Option<Recorded>,
}

/// What the baseline has to do with it, in findings.
pub enum Recorded {
    Compared { covered: usize, gone: usize },
    Updated(usize),
}

/// `fixed 1 finding in 1 file; 2 errors, 1 hint in 286 files (38 ms); 4 findings are in the baseline`
impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((fixed, only_tried)) = self.fixed {
            let verb = if only_tried { "would fix" } else { "fixed" };
            let findings = counted(fixed.findings, "finding");
            write!(f, "{verb} {findings} in {}; ", counted(fixed.files.len(), "file"))?;
        }
        let levels = [Level::Error, Level::Warning, Level::Information, Level::Hint];
        let counts: Vec<String> = levels
            .into_iter()
            .map(|level| (level, self.diagnostics.iter().filter(|it| it.level == level).count()))
            .filter(|&(_, count)| count > 0)
            .map(|(level, count)| match level {
                // The word has no plural.
                Level::Information => format!("{count} information"),
                _ => counted(count, level_name(level)),
            })
            .collect();
        let nothing = counts.is_empty().then_some("nothing to report");
        f.write_str(nothing.unwrap_or(&counts.join(", ")))?;
        write!(f, " in {} ({} ms)", counted(self.files, "file"), self.time.as_millis())?;
        match self.recorded {
            Some(Recorded::Compared { covered, gone }) => {
                if covered > 0 {
                    let are = if covered == 1 { "is" } else { "are" };
                    write!(f, "; {} {are} in the baseline", counted(covered, "finding"))?;
                }
                if gone > 0 {
                    let are = if gone == 1 { "is" } else { "are" };
                    let findings = counted(gone, "baselined finding");
                    write!(f, "; {findings} {are} gone; run --update-baseline")?;
                }
                Ok(())
            }
            Some(Recorded::Updated(count)) => {
                write!(f, "; the baseline records {}", counted(count, "finding"))
            }
            None => Ok(()),
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
