//! Renaming options, groups of options and local names.
//!
//! Edits are found from mentions and then tried: the index goes on from the snapshot with the edited texts,
//! and everything that modules declare, define and read must be what it was, but for the name. What cannot
//! be renamed for sure is refused, with a reason for the user.

mod check;
mod inherit;
mod local;
mod option;
mod shim;

pub(crate) use shim::shim;

use crate::subject::Subject;
use crate::view::View;
use crate::{FileEdit, FilePosition, Snapshot};
use module::{FileId, OptionPath, is_identifier};
use syntax::{TextEdit, TextRange};

/// Something that can be renamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renameable {
    /// The name under the cursor, with its quotes if it has any.
    pub range: TextRange,
    /// The name without quotes.
    pub name: &'static str,
}

/// Why something is not renamed: a sentence for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

/// What a renaming at this place would rename.
///
/// # Errors
/// If nothing there can be renamed.
pub fn prepare_rename(snapshot: &Snapshot, at: FilePosition) -> Result<Renameable, Refusal> {
    let nothing = || Refusal("There is no option and no local name here.".to_owned());
    let view = View::new(snapshot, at.file).ok_or_else(nothing)?;
    match Subject::at(&view, at.offset).ok_or_else(nothing)? {
        Subject::Option { path, range } => {
            let sought = option::renameable(snapshot, &path)?;
            Ok(Renameable { range, name: sought.name.as_str() })
        }
        Subject::Local { binding, range, .. } => {
            let name = local::renameable(&view, binding.name)?;
            Ok(Renameable { range, name: name.name.as_str() })
        }
        Subject::File { .. } => Err(Refusal(
            "A path is not renamed here: rename the file, and the paths that lead to it follow."
                .to_owned(),
        )),
    }
}

/// The edits that give an option or a group of options another name, everywhere. `near`: where the wish came from.
///
/// # Errors
/// As [`rename`].
pub(crate) fn rename_option(
    snapshot: &Snapshot,
    near: FileId,
    path: &OptionPath,
    new_name: &str,
) -> Result<Vec<FileEdit>, Refusal> {
    let sought = option::renameable(snapshot, path)?;
    option::rename(snapshot, &sought, near, parse_name(new_name)?)
}

/// The edits that give the option, group or local name at this place another name, everywhere.
///
/// # Errors
/// If that is not possible, or not for sure.
pub fn rename(
    snapshot: &Snapshot,
    at: FilePosition,
    new_name: &str,
) -> Result<Vec<FileEdit>, Refusal> {
    let Renameable { name: old, .. } = prepare_rename(snapshot, at)?;
    let new = parse_name(new_name)?;
    if new == old {
        return Ok(Vec::new());
    }
    let nothing = || Refusal("There is no option and no local name here.".to_owned());
    let view = View::new(snapshot, at.file).ok_or_else(nothing)?;
    match Subject::at(&view, at.offset).ok_or_else(nothing)? {
        Subject::Option { path, .. } => {
            let sought = option::renameable(snapshot, &path)?;
            option::rename(snapshot, &sought, at.file, new)
        }
        Subject::Local { binding, .. } => local::rename(&view, binding.name, new),
        Subject::File { .. } => Err(nothing()),
    }
}

/// The name that a user has typed, with or without quotes.
fn parse_name(typed: &str) -> Result<&str, Refusal> {
    let typed = typed.trim();
    let quoted = typed.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let name = quoted.unwrap_or(typed);
    if name.is_empty() {
        return Err(Refusal("A name cannot be empty.".to_owned()));
    }
    if name.contains(['"', '\\', '\n', '\r']) || name.contains("${") {
        return Err(Refusal(format!("`{name}` cannot be a name.")));
    }
    if quoted.is_none() && name.contains('.') {
        return Err(Refusal(format!(
            "`{name}` is a path: renaming changes one name and moves nothing. In quotes it would be a name."
        )));
    }
    Ok(name)
}

/// A name as it is to be written in place of `old_text`, which may have quotes.
fn spelled(new: &str, old_text: &str) -> String {
    let quoted = old_text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let computed = old_text.starts_with("${");
    match quoted {
        _ if computed => format!("${{\"{new}\"}}"),
        // Quotes that were not needed are the author's taste.
        Some(old) if is_identifier(old) => format!("\"{new}\""),
        _ if is_identifier(new) => new.to_owned(),
        _ => format!("\"{new}\""),
    }
}

/// Edits as they are found.
#[derive(Default)]
struct Edits(Vec<FileEdit>);

impl Edits {
    fn replace(&mut self, file: FileId, range: TextRange, text: impl Into<String>) {
        self.0.push(FileEdit { file, edit: TextEdit::replace(range, text) });
    }

    /// Each once, in the order of files and positions.
    fn finish(mut self) -> Vec<FileEdit> {
        self.0.sort_by_key(|it| (it.file.path(), it.edit.range.start(), it.edit.range.end()));
        self.0.dedup();
        self.0
    }
}
