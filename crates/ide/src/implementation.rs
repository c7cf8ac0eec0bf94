use crate::definition::{Definitions, Target};
use crate::mentions::{MentionKind, Sought};
use crate::subject::Subject;
use crate::view::View;
use crate::{FilePosition, Snapshot};
use module::Location;
use syntax::TextRange;

/// Every place that gives the option under the cursor a value.
pub fn implementation(snapshot: &Snapshot, at: FilePosition) -> Option<Definitions> {
    let view = View::new(snapshot, at.file)?;
    let (path, origin) = match Subject::at(&view, at.offset)? {
        Subject::Option { path, range } => (path, range),
        Subject::Local { stands_for: Some(place), range, .. } => (place.path, range),
        Subject::Local { .. } | Subject::File { .. } => return None,
    };
    let sought = Sought::of(snapshot, &path)?;
    let mut wholes = Vec::new();
    for form in &sought.forms {
        wholes.extend(snapshot.definitions(form, |found| found.fact.at));
    }
    let mut targets: Vec<Target> = Vec::new();
    for mention in sought.mentions(snapshot, at.file) {
        if mention.kind != MentionKind::Defines {
            continue;
        }
        let full = whole_around(&wholes, mention.file, mention.range);
        targets.push(Target { file: mention.file, full, focus: mention.range });
    }
    (!targets.is_empty()).then_some(Definitions { origin, targets, outside: Vec::new() })
}

/// The statement that a name stands in; the name itself where no fact knows it.
fn whole_around(wholes: &[Location], file: module::FileId, name: TextRange) -> TextRange {
    let around = wholes.iter().filter(|it| it.file == file).map(|it| it.text_range());
    let around = around.filter(|whole| whole.contains_range(name));
    around.min_by_key(|whole| whole.len()).unwrap_or(name)
}
