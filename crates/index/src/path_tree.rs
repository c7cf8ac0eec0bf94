//! Who says what of which option path: a tree of names that snapshots share. A change copies what lies on the
//! way to it; a question costs the names of its path.

use crate::contributions::Said;
use crate::few_or_many::FewOrMany;
use module::{FileId, OptionPath, Symbol};
use std::sync::Arc;

#[derive(Clone, Default, PartialEq)]
pub(crate) struct PathTree {
    root: Place,
}

/// What is said of one path and of those below it.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Place {
    /// Of this very path.
    said: FewOrMany<(Said, FileId), ()>,
    /// How much is said here and below, by what it is.
    counts: [u32; Said::COUNT],
    next: FewOrMany<Symbol, Arc<Place>>,
}

impl PathTree {
    pub fn insert(&mut self, what: Said, path: &[Symbol], module: FileId) {
        if self.place(path).is_some_and(|place| place.said.contains(&(what, module))) {
            return;
        }
        let mut place = &mut self.root;
        place.counts[what as usize] += 1;
        for &name in path {
            place = Arc::make_mut(place.next.get_or_insert(name));
            place.counts[what as usize] += 1;
        }
        place.said.insert((what, module), ());
    }

    pub fn remove(&mut self, what: Said, path: &[Symbol], module: FileId) {
        if !self.place(path).is_some_and(|place| place.said.contains(&(what, module))) {
            return;
        }
        let mut place = &mut self.root;
        place.counts[what as usize] -= 1;
        for name in path {
            if place.next.get(name).is_some_and(|next| next.says_only_this()) {
                place.next.remove(name);
                return;
            }
            let Some(next) = place.next.get_mut(name) else { return };
            place = Arc::make_mut(next);
            place.counts[what as usize] -= 1;
        }
        place.said.remove(&(what, module));
    }

    /// The modules that say this of the very path.
    pub fn at(&self, what: Said, path: &[Symbol]) -> impl Iterator<Item = FileId> + use<'_> {
        self.place(path).into_iter().flat_map(move |place| place.modules(what))
    }

    pub fn is_said_at_or_below(&self, what: Said, path: &[Symbol]) -> bool {
        self.place(path).is_some_and(|place| place.says_at_or_below(what))
    }

    /// Whether this is said of a path below, and not only of this one.
    pub fn is_said_below(&self, what: Said, path: &[Symbol]) -> bool {
        self.place(path)
            .is_some_and(|place| place.counts[what as usize] as usize > place.modules(what).count())
    }

    /// The names after `path` that lead to something of which this is said, each with whether it is said of the
    /// path that ends there.
    pub fn names_after(
        &self,
        what: Said,
        path: &[Symbol],
    ) -> impl Iterator<Item = (Symbol, bool)> + use<'_> {
        let names = self.place(path).into_iter().flat_map(|place| place.next.iter());
        names
            .filter(move |(_, next)| next.says_at_or_below(what))
            .map(move |(name, next)| (name, next.says(what)))
    }

    /// Every path at or below `path` of which this is said, in their order, each with the modules that say it.
    pub fn below(
        &self,
        what: Said,
        path: &[Symbol],
    ) -> impl Iterator<Item = (OptionPath, impl Iterator<Item = FileId> + use<'_>)> + use<'_> {
        let start = self.place(path).map(|place| (OptionPath::from(path), place));
        let mut open = Vec::from_iter(start);
        let next = move || {
            let (path, place) = open.pop()?;
            let first = open.len();
            let below = place.next.iter().filter(|(_, next)| next.says_at_or_below(what));
            open.extend(below.map(|(name, next)| (path.child(name), &**next)));
            open[first..].reverse();
            Some((path, place))
        };
        std::iter::from_fn(next)
            .map(move |(path, place)| (path, place.modules(what).peekable()))
            .filter_map(|(path, mut modules)| modules.peek().is_some().then_some((path, modules)))
    }

    /// The modules that say this of the path or of one below it, each as often as it says so of different paths.
    pub fn modules_below(
        &self,
        what: Said,
        path: &[Symbol],
    ) -> impl Iterator<Item = FileId> + use<'_> {
        modules_around(Vec::from_iter(self.place(path)), what)
    }

    /// The same of every path that a declared one means, whose `<name>` and `*` stand for any name.
    pub fn modules_meant_below<'a>(
        &'a self,
        what: Said,
        declared: &[Symbol],
    ) -> impl Iterator<Item = FileId> + use<'a> {
        let mut places = vec![&self.root];
        for &name in declared {
            let next = |place: &'a Place| -> Vec<&'a Place> {
                match name {
                    Symbol::ANY_NAME | Symbol::ANY_ELEMENT => {
                        place.next.iter().map(|(_, next)| &**next).collect()
                    }
                    _ => place.next(name).into_iter().collect(),
                }
            };
            places = places.into_iter().flat_map(next).collect();
        }
        modules_around(places, what)
    }

    /// `None`: nothing is said of the path nor of any below it.
    pub fn place(&self, path: &[Symbol]) -> Option<&Place> {
        path.iter().try_fold(&self.root, |place, name| place.next(*name))
    }
}

/// The modules that say this at or below these places.
fn modules_around(mut open: Vec<&Place>, what: Said) -> impl Iterator<Item = FileId> {
    let next = move || {
        let place = open.pop()?;
        let below = place.next.iter().map(|(_, next)| &**next);
        open.extend(below.filter(|next| next.says_at_or_below(what)));
        Some(place)
    };
    std::iter::from_fn(next).flat_map(move |place| place.modules(what))
}

impl Place {
    pub fn next(&self, name: Symbol) -> Option<&Place> {
        self.next.get(&name).map(|next| &**next)
    }

    /// Whether this is said of the very path.
    pub fn says(&self, what: Said) -> bool {
        self.counts[what as usize] > 0 && self.modules(what).next().is_some()
    }

    pub fn says_at_or_below(&self, what: Said) -> bool {
        self.counts[what as usize] > 0
    }

    pub fn count_at_or_below(&self, what: Said) -> usize {
        self.counts[what as usize] as usize
    }

    fn modules(&self, what: Said) -> impl Iterator<Item = FileId> + use<'_> {
        let from = self.said.iter_from((what, FileId::FIRST));
        from.take_while(move |((said, _), ())| *said == what).map(|((_, module), ())| module)
    }

    fn says_only_this(&self) -> bool {
        self.counts.iter().sum::<u32>() == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> (PathTree, FileId, FileId) {
        let (a, b) = (FileId::new("/a.nix"), FileId::new("/b.nix"));
        let mut tree = PathTree::default();
        for (what, path, module) in [
            (Said::Declared, "web", a),
            (Said::Declared, "web.port", a),
            (Said::Declared, "web.port", b),
            (Said::Defined, "web.tls.key", b),
            (Said::Declared, "vms.<name>.memory", a),
        ] {
            tree.insert(what, &OptionPath::parse(path), module);
        }
        (tree, a, b)
    }

    fn below(tree: &PathTree, what: Said, path: &str) -> Vec<(String, usize)> {
        let path = OptionPath::parse(path);
        let mut all: Vec<(String, usize)> =
            tree.below(what, &path).map(|(path, by)| (path.to_string(), by.count())).collect();
        all.sort();
        all
    }

    #[test]
    fn each_path_knows_what_is_said_of_it_and_below() {
        let (tree, a, b) = tree();
        let port = OptionPath::parse("web.port");
        assert_eq!(tree.at(Said::Declared, &port).collect::<Vec<_>>(), [a, b]);
        assert_eq!(tree.at(Said::Defined, &port).count(), 0);
        assert!(!tree.is_said_below(Said::Declared, &port));
        let web = OptionPath::parse("web");
        assert!(tree.is_said_below(Said::Declared, &web));
        let names: Vec<_> = tree.names_after(Said::Declared, &web).collect();
        assert_eq!(names, [(Symbol::new("port"), true)]);
        let expected = [("web".to_owned(), 1), ("web.port".to_owned(), 2)];
        assert_eq!(below(&tree, Said::Declared, "web"), expected);
        assert_eq!(below(&tree, Said::Defined, ""), [("web.tls.key".to_owned(), 1)]);
    }

    #[test]
    fn what_is_taken_back_leaves_no_trace() {
        let (mut tree, _, b) = tree();
        let before = tree.clone();
        let key = OptionPath::parse("web.tls.key");
        tree.remove(Said::Defined, &key, b);
        assert!(below(&tree, Said::Defined, "").is_empty());
        assert!(tree.place(&OptionPath::parse("web.tls")).is_none());
        assert!(tree != before);
        tree.insert(Said::Defined, &key, b);
        tree.insert(Said::Defined, &key, b);
        assert!(tree == before);
        // Nobody has said that.
        tree.remove(Said::Read, &key, b);
        assert!(tree == before);
    }
}
