//! Changes to an index that no defect of ours can spoil: a change that panics has not happened.

use crate::pool::contain;
use index::{Change, World};
use module::FileId;

/// Does all of `change`, or nothing of it where it panics.
///
/// # Errors
/// The panic's message.
pub(crate) fn change<T>(
    world: &mut World,
    change: impl FnOnce(&mut World) -> T,
) -> Result<T, String> {
    let before = world.snapshot();
    contain(|| change(world)).inspect_err(|_| *world = World::of(before))
}

/// Tells the index what has happened to files. Those that make `apply` (always [`World::apply`], but for tests) panic
/// are given back; the index goes on with what it knew of them.
pub(crate) fn apply(
    world: &mut World,
    changes: Vec<Change>,
    apply: impl Fn(&mut World, Vec<Change>),
) -> Vec<FileId> {
    let all = changes.clone();
    if change(world, |world| apply(world, all)).is_ok() {
        return Vec::new();
    }
    let mut left_out = Vec::new();
    for one in changes {
        let file = file_of(&one);
        if let Err(panic) = change(world, |world| apply(world, vec![one])) {
            tracing::error!("{} is left out, reading it panicked: {panic}", file.path());
            left_out.push(file);
        }
    }
    left_out
}

pub(crate) fn file_of(change: &Change) -> FileId {
    match change {
        Change::Text { file, .. } | Change::Exists { file } | Change::Gone { file } => *file,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use index::Setup;

    fn world() -> World {
        World::new(Setup { root: FileId::new("/r"), namespaces: Vec::new(), roots: Vec::new() })
    }

    fn text(path: &str, text: &str) -> Change {
        Change::Text { file: FileId::new(path), text: text.into() }
    }

    /// As an index with a defect does it: half of the work is done when it shows.
    fn defective(world: &mut World, changes: Vec<Change>) {
        for change in changes {
            let bad = matches!(&change, Change::Text { text, .. } if text.contains("bad"));
            world.apply(vec![change]);
            assert!(!bad, "on purpose");
        }
    }

    fn texts(world: &World) -> Vec<String> {
        world.snapshot().files().map(|data| data.text.to_string()).collect()
    }

    #[test]
    fn of_many_changes_only_the_bad_ones_are_left_out() {
        let mut world = world();
        let changes = vec![text("/r/a.nix", "1"), text("/r/b.nix", "bad"), text("/r/c.nix", "3")];
        assert_eq!(apply(&mut world, changes, defective), [FileId::new("/r/b.nix")]);
        assert_eq!(texts(&world), ["1", "3"]);
    }

    #[test]
    fn what_was_known_of_a_file_stays() {
        let mut world = world();
        assert_eq!(apply(&mut world, vec![text("/r/a.nix", "1")], defective), []);
        let left_out = apply(&mut world, vec![text("/r/a.nix", "bad")], defective);
        assert_eq!((left_out.len(), texts(&world)), (1, vec!["1".to_owned()]));
        assert_eq!(apply(&mut world, vec![text("/r/a.nix", "2")], defective), []);
        assert_eq!(texts(&world), ["2"]);
    }

    #[test]
    fn a_change_that_panics_has_not_happened() {
        let mut world = world();
        world.apply(vec![text("/r/a.nix", "1")]);
        let outcome = change(&mut world, |world| {
            world.apply(vec![Change::Gone { file: FileId::new("/r/a.nix") }]);
            panic!("on purpose");
        });
        assert_eq!(outcome, Err::<(), _>("on purpose".to_owned()));
        assert_eq!(texts(&world), ["1"]);
    }
}
