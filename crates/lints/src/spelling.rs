//! What may have been meant by a name that is misspelt.

use module::library::KnownSet;

/// The member whose name is nearest to `name`, if there is just one.
pub(crate) fn nearest_member(set: KnownSet, name: &str) -> Option<&'static str> {
    nearest(name, set.members().iter().copied())
}

/// A misspelling is this many edits away at most.
const MAX_DISTANCE: usize = 2;

/// The one candidate that is nearest to `name`, if it is near.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    let mut is_alone = true;
    for candidate in candidates {
        let edits = strsim::osa_distance(name, candidate);
        // Of a short name two edits leave nothing.
        if edits == 0 || edits > MAX_DISTANCE || edits * 3 > name.len() {
            continue;
        }
        match best {
            Some((least, known)) if least < edits || known == candidate => {}
            Some((least, _)) if least == edits => is_alone = false,
            _ => {
                best = Some((edits, candidate));
                is_alone = true;
            }
        }
    }
    best.filter(|_| is_alone).map(|(_, candidate)| candidate)
}
