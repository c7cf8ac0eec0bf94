//! The tree: why this root, what was found in it, and from where its modules are reached.

use super::report::{IndexCounts, ModuleRoot, Problem, Root};
use crate::args::TreeArgs;
use anyhow::bail;
use index::{Snapshot, World};
use module::{FileId, OptionPath};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::Instant;
use workspace::{SETTINGS_FILE, Scan, Settings};

/// More names than these help nobody to choose one.
const MOST_SUGGESTED: usize = 3;

pub struct Tree {
    pub index: IndexCounts,
    pub roots: Vec<ModuleRoot>,
    pub folders: usize,
}

pub fn root(root: &Path, args: &TreeArgs, problems: &mut Vec<Problem>) -> Root {
    let marker = [SETTINGS_FILE, "flake.nix", ".git"].into_iter().find(|it| root.join(it).exists());
    let because = match (&args.root, marker) {
        (Some(_), _) => "--root names it".to_owned(),
        (None, Some(marker)) => format!("it is the nearest folder upwards with {marker}"),
        (None, None) => {
            problems.push(Problem::new(
                format!("nothing marks {} as the root of a tree", root.display()),
                format!(
                    "go to your tree, name it with --root, or put an empty {SETTINGS_FILE} there"
                ),
            ));
            "it is the working folder, and no folder above is marked".to_owned()
        }
    };
    Root { path: root.display().to_string(), because }
}

/// # Errors
/// If the path is not UTF-8.
pub fn look(root: &Path, settings: &Settings, problems: &mut Vec<Problem>) -> anyhow::Result<Tree> {
    let Some(root_file) = root.to_str().map(FileId::new) else {
        bail!("the path of the tree is not UTF-8: {}", root.display());
    };
    let started = Instant::now();
    let scan = workspace::scan(root, &settings.exclude, &|_| {});
    let folders = folders(&scan);
    for note in &scan.notes {
        let path = note.path.strip_prefix(root).unwrap_or(&note.path);
        problems.push(Problem::new(
            format!("{} is not analysed: {}", path.display(), note.reason),
            "make it readable UTF-8, or add it to `exclude` in the settings",
        ));
    }
    let mut world = World::new(settings.setup(root_file));
    world.apply(scan.changes());
    let snapshot = world.snapshot();
    let milliseconds = started.elapsed().as_millis();
    let index = IndexCounts { milliseconds, ..counts(&snapshot) };
    judge(&snapshot, &index, settings, problems);
    let roots = snapshot.reach().roots().iter().map(|root| ModuleRoot {
        name: root.name().to_owned(),
        modules: root.modules().count(),
        closed: root.is_closed(),
        complete: root.is_complete(),
    });
    Ok(Tree { index, roots: roots.collect(), folders })
}

fn folders(scan: &Scan) -> usize {
    let files = scan.texts.iter().map(|(file, _)| file).chain(&scan.others);
    files.map(|file| file.folder()).collect::<HashSet<_>>().len()
}

fn counts(snapshot: &Snapshot) -> IndexCounts {
    let status = ide::status(snapshot);
    let facts = || snapshot.modules().map(|(_, facts)| facts);
    let definitions = facts().flat_map(|it| &it.definitions).filter(|it| !it.is_group);
    IndexCounts {
        files: status.files,
        modules: status.modules,
        options: status.options,
        definitions: definitions.count(),
        reads: facts().map(|it| it.reads.len()).sum(),
        broken_files: status.broken_files,
        milliseconds: 0,
    }
}

fn judge(
    snapshot: &Snapshot,
    counts: &IndexCounts,
    settings: &Settings,
    problems: &mut Vec<Problem>,
) {
    if counts.modules == 0 {
        problems.push(Problem::new(
            "there is no module in the tree",
            "start it in the folder of your modules, or name that with --root; what git ignores is \
             left out",
        ));
        return;
    }
    if counts.broken_files > 0 {
        problems.push(Problem::new(
            format!("{} cannot be parsed as a whole", files(counts.broken_files)),
            "hyper-nixos-ls check --select syntax-error,duplicate-attribute says where",
        ));
    }
    for namespace in &settings.lints.namespaces {
        if !snapshot.has_options_below(&OptionPath::parse(namespace)) {
            problems.push(Problem::new(
                format!("no module declares an option below `{namespace}`"),
                match suggested(snapshot).as_slice() {
                    [] => {
                        "set `namespaces` to the option sets that your modules declare".to_owned()
                    }
                    names => format!(
                        "set `namespaces` in {SETTINGS_FILE}; your modules declare {}",
                        names.join(", ")
                    ),
                },
            ));
        }
    }
    if snapshot.reach().roots().is_empty() {
        problems.push(Problem::new(
            "no root was found, so that it is not known which modules are imported",
            format!("name the files that put your modules together as `roots` in {SETTINGS_FILE}"),
        ));
    }
    for root in &settings.roots {
        let file = snapshot.setup().root.join(root);
        if snapshot.import_target(file).is_none() {
            problems.push(Problem::new(
                format!("the root `{root}` of the settings is no Nix file of the tree"),
                format!("mend `roots` in {SETTINGS_FILE}"),
            ));
        }
    }
}

fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

/// The outermost names that most options stand below.
fn suggested(snapshot: &Snapshot) -> Vec<String> {
    let mut tops: BTreeMap<&str, usize> = BTreeMap::new();
    let root = OptionPath::root();
    for path in snapshot.options_below(&root) {
        if let Some(top) = path.first().filter(|name| !name.is_wildcard()) {
            *tops.entry(top.as_str()).or_default() += 1;
        }
    }
    let mut tops: Vec<(&str, usize)> = tops.into_iter().collect();
    tops.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    tops.iter().take(MOST_SUGGESTED).map(|(name, count)| format!("`{name}` ({count})")).collect()
}
