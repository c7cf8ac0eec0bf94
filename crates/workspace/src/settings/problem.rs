use std::fmt;
use std::path::PathBuf;

/// Something in the settings that is not as it should be; everything else in them still holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `None`: the editor's settings, which have no lines.
    pub file: Option<PathBuf>,
    /// From 1.
    pub line: Option<u32>,
    /// From 1, in Unicode scalar values.
    pub column: Option<u32>,
    /// The key, with those around it: `rules.unguarded-config.level`.
    pub key: String,
    /// What is wrong, what would be right.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{}", file.display())?,
            None => f.write_str("the editor's settings")?,
        }
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}
