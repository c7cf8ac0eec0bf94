//! Modules as they are while somebody writes them: real ones, cut off at random. Whatever is asked of them is
//! answered, and where the name of an option has been begun, that name is among the first that are offered.
//!
//! With `HYPER_NIXOS_LS_TREE` set to a folder, the same is done with that tree's modules.

use ide::{CompletionItem, FilePosition, HintSettings, Snapshot, completion};
use index::{Change, Resolved, Setup, World};
use module::arena::Expr;
use module::{FileId, OptionPath};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syntax::{TextRange, TextSize};
use test_support::Random;

/// Names a folder with another tree than the sample.
const TREE: &str = "HYPER_NIXOS_LS_TREE";
/// Places of each kind that are tried in each file.
const TRIES: usize = 12;
/// Editors show so many items without scrolling.
const SHOWN: usize = 10;

/// A tree's files, and an index of them in which one file at a time is another.
struct Tree {
    world: World,
    files: Vec<(FileId, Arc<str>)>,
}

impl Tree {
    fn read() -> Tree {
        let samples = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/hyper");
        let root = std::env::var_os(TREE).map_or_else(samples, PathBuf::from);
        let root = root.canonicalize().expect("a folder");
        let mut files = Vec::new();
        collect(&root, &mut files);
        let folder = FileId::new(root.to_str().expect("a path in UTF-8"));
        let mut world = World::new(Setup {
            root: folder,
            namespaces: vec!["hypervisor".to_owned()],
            roots: Vec::new(),
        });
        world.apply(files.iter().map(|(file, text)| text_of(*file, text.clone())).collect());
        Tree { world, files }
    }

    fn with<R>(&mut self, file: FileId, text: &str, ask: impl FnOnce(&Snapshot) -> R) -> R {
        self.world.apply(vec![text_of(file, text.into())]);
        ask(&self.world.snapshot())
    }

    fn restore(&mut self, file: FileId, text: &Arc<str>) {
        self.world.apply(vec![text_of(file, text.clone())]);
    }
}

fn text_of(file: FileId, text: Arc<str>) -> Change {
    Change::Text { file, text }
}

fn collect(folder: &Path, files: &mut Vec<(FileId, Arc<str>)>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.is_symlink() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "nix")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            files.push((FileId::new(path.to_str().expect("a path in UTF-8")), text.into()));
        }
    }
}

fn size(at: usize) -> TextSize {
    TextSize::new(at as u32)
}

/// Everything that can be asked of a place.
fn ask_all(snapshot: &Snapshot, at: FilePosition, text: &str) {
    let found = completion(snapshot, at);
    for item in &found.items {
        assert!(item.edit.range.contains_inclusive(at.offset), "{text}");
        assert!(text.get(std::ops::Range::<usize>::from(item.edit.range)).is_some(), "{text}");
    }
    for item in found.items.iter().take(SHOWN) {
        if let Some(about) = &item.about {
            ide::completion_documentation(snapshot, about);
        }
    }
    ide::hover(snapshot, at);
    ide::definition(snapshot, at);
    if let Some(signature) = ide::signature(snapshot, at) {
        assert!(signature.active.is_none_or(|active| active < signature.parameters.len()));
    }
    let all = HintSettings { types: true, aliases: true, closings: true };
    ide::hints(snapshot, all, at.file, TextRange::up_to(size(text.len())));
    let tokens = ide::tokens(snapshot, at.file);
    assert!(tokens.windows(2).all(|pair| pair[0].range.end() <= pair[1].range.start()), "{text}");
}

#[test]
fn whatever_is_cut_off_can_be_asked_about() {
    let mut tree = Tree::read();
    let mut random = Random::new(1);
    for (file, text) in tree.files.clone() {
        for _ in 0..TRIES {
            let mut end = random.below(text.len() + 1);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            // The file ends here, or a few lines are missing, as while something is written anew.
            let mut rest = (end + random.below(200)).min(text.len());
            while !text.is_char_boundary(rest) {
                rest -= 1;
            }
            let rest = if random.below(2) == 0 { "" } else { &text[rest..] };
            let cut = format!("{}{rest}", &text[..end]);
            let at = FilePosition { file, offset: size(end) };
            tree.with(file, &cut, |snapshot| ask_all(snapshot, at, &cut));
        }
        tree.restore(file, &text);
    }
}

/// The names of options in a file, with the paths that they end.
fn names_of_options(snapshot: &Snapshot, file: FileId) -> Vec<(TextRange, OptionPath)> {
    let Some(data) = snapshot.file(file) else { return Vec::new() };
    let Some(facts) = data.module() else { return Vec::new() };
    let mut names = Vec::new();
    for read in facts.reads.iter().filter(|read| read.at.file == file) {
        match data.arena.expr(read.expr) {
            Expr::Select { path, .. } => {
                names.extend(path.last().map(|name| (name.range(), read.path.clone())));
            }
            Expr::Name { .. } => names.push((data.arena.range(read.expr), read.path.clone())),
            _ => {}
        }
    }
    for definition in facts.definitions.iter().filter(|it| it.name.file == file) {
        let range = definition.name.text_range();
        let start = data.text[range].rfind('.').map_or(0, |dot| dot + 1);
        let name = TextRange::new(range.start() + size(start), range.end());
        names.push((name, definition.path.clone()));
    }
    // Computed names, and those that need quotes, are written otherwise.
    names.retain(|(range, path)| {
        path.last().is_some_and(|name| &data.text[*range] == name.as_str())
    });
    names.sort_by_key(|(range, _)| range.start());
    names.dedup_by_key(|(range, _)| *range);
    names
}

/// The items that an editor shows for what is written.
fn shown<'a>(items: &'a [CompletionItem], written: &str) -> Vec<&'a str> {
    let fits = |item: &&CompletionItem| item.label.starts_with(written);
    items.iter().filter(fits).map(|item| &*item.label).collect()
}

#[test]
fn a_name_that_was_begun_is_among_the_first_offered() {
    let mut tree = Tree::read();
    let mut random = Random::new(2);
    let (mut tried, mut failures) = (0, Vec::new());
    for (file, text) in tree.files.clone() {
        let names = names_of_options(&tree.world.snapshot(), file);
        for _ in 0..TRIES.min(names.len()) {
            let (range, path) = &names[random.below(names.len())];
            let name = &text[*range];
            let (start, end) = (usize::from(range.start()), usize::from(range.end()));
            let written = random.below(name.len());
            let rest = if random.below(2) == 0 { "" } else { &text[end..] };
            let cut = format!("{}{rest}", &text[..start + written]);
            let at = FilePosition { file, offset: size(start + written) };
            let missing = tree.with(file, &cut, |snapshot| {
                ask_all(snapshot, at, &cut);
                // The module's own declarations may have been cut off as well.
                let declared = match snapshot.resolve(path) {
                    Resolved::Option(declared) | Resolved::Group(declared) => declared,
                    _ => return None,
                };
                if declared.last().is_none_or(|last| last.is_wildcard()) {
                    return None;
                }
                tried += 1;
                let items = completion(snapshot, at).items;
                let all = shown(&items, &name[..written]);
                let siblings = snapshot.children(&declared.parent().unwrap_or_default());
                let alike =
                    siblings.iter().filter(|it| it.name.as_str().starts_with(&name[..written]));
                let place = all.iter().position(|label| *label == name);
                let enough = SHOWN.max(alike.count());
                place.is_none_or(|place| place >= enough).then(|| {
                    all.iter().take(SHOWN).map(|label| (*label).to_owned()).collect::<Vec<_>>()
                })
            });
            if let Some(offered) = missing {
                let mut head: Vec<&str> = cut[..start + written].lines().rev().take(3).collect();
                head.reverse();
                failures.push(format!(
                    "{} `{name}` ({path}) after {written} letters, {:?} offered, {}:\n{}\n",
                    file.path(),
                    offered,
                    if rest.is_empty() { "at the end" } else { "in front of the rest" },
                    head.join("\n")
                ));
            }
        }
        tree.restore(file, &text);
    }
    // The sample has many; another tree may have none, and then has nothing to fail with.
    let is_sample = std::env::var_os(TREE).is_none();
    assert!(!is_sample || tried > 50, "{tried}");
    // Where a tree's own indentation is misleading, what is missing at its end is guessed wrongly.
    let tolerated = if is_sample { 0 } else { tried / 100 };
    assert!(failures.len() <= tolerated, "{} of {tried}:\n{}", failures.len(), failures.join("\n"));
}
