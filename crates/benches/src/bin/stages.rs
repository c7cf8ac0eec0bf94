//! `stages DIR`: what a tree costs, as [`TreeFigures`] in JSON. On as many threads as `RAYON_NUM_THREADS` says.

use benches::Places;
use benches::figures::{EditFigures, Spread, TreeFigures, milliseconds, resident};
use index::{Change, Setup, Snapshot, World};
use lints::Settings;
use module::FileId;
use rayon::prelude::*;
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Edits that are timed; as many again take them back.
const EDITS: usize = 60;
/// For the findings of a whole tree.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: stages DIR")?;
    let figures = of_tree(Path::new(&folder))?;
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&figures)?)?;
    Ok(())
}

fn of_tree(folder: &Path) -> Result<TreeFigures, Box<dyn Error>> {
    let folder = std::path::absolute(folder)?;
    let root = FileId::new(folder.to_str().ok_or("the path of the tree is not UTF-8")?);
    let settings = Settings::default();
    let setup = || Setup { root, namespaces: settings.namespaces.clone(), roots: Vec::new() };
    let indexed = |changes: Vec<Change>| {
        let mut world = World::new(setup());
        world.apply(changes);
        world
    };

    // First of all, while nothing else has left its traces in memory.
    let mut world = indexed(workspace::scan(&folder, &[], &|_| {}).changes());
    let memory = resident("self").unwrap_or(0.0);

    let scan = workspace::scan(&folder, &[], &|_| {});
    let texts: Vec<Arc<str>> = scan.texts.iter().map(|(_, text)| text.clone()).collect();
    let rounds = if texts.len() > 2000 { 5 } else { 15 };
    let parse = best(rounds, || texts.par_iter().for_each(|it| drop(rnix::Root::parse(it))));
    let read = best(rounds, || workspace::scan(&folder, &[], &|_| {}));
    let changes = scan.changes();
    let index = best(rounds, || indexed(changes.clone()));
    let check = check(&world.snapshot(), &settings);
    let edit = Places::of(&world.snapshot());
    let edit = edit.and_then(|places| of_edit(&mut world, places.file, &settings));
    Ok(TreeFigures {
        threads: rayon::current_num_threads(),
        files: texts.len(),
        bytes: texts.iter().map(|text| text.len()).sum(),
        parse: milliseconds(parse),
        read: milliseconds(read),
        index: milliseconds(index),
        check: check.map(milliseconds),
        memory,
        edit,
    })
}

/// `None`: not within [`PATIENCE`].
fn check(snapshot: &Snapshot, settings: &Settings) -> Option<Duration> {
    let files: Vec<FileId> = snapshot.files().map(|data| data.file).collect();
    let start = Instant::now();
    let in_time = files.par_iter().all(|&file| {
        drop(lints::check_file(snapshot, settings, file));
        start.elapsed() < PATIENCE
    });
    in_time.then(|| start.elapsed())
}

/// A mistake is typed in the middle of the file, and taken back: both are an edit.
fn of_edit(world: &mut World, file: FileId, settings: &Settings) -> Option<EditFigures> {
    let text = world.snapshot().file(file)?.text.clone();
    let middle = text.lines().count() / 2;
    let (before, behind) =
        text.split_at(text.split_inclusive('\n').take(middle).map(str::len).sum());
    let broken: Arc<str> = format!("{before}}}{behind}").into();
    let [mut parse, mut update, mut findings] = [const { Vec::new() }; 3];
    for _ in 0..EDITS {
        for text in [&broken, &text] {
            let start = Instant::now();
            drop(rnix::Root::parse(text));
            parse.push(start.elapsed());
            let start = Instant::now();
            world.apply(vec![Change::Text { file, text: text.clone() }]);
            update.push(start.elapsed());
            drop(lints::check_file(&world.snapshot(), settings, file));
            findings.push(start.elapsed());
        }
    }
    Some(EditFigures {
        bytes: text.len(),
        parse: Spread::of(&mut parse)?,
        update: Spread::of(&mut update)?,
        findings: Spread::of(&mut findings)?,
    })
}

fn best<T>(rounds: usize, mut run: impl FnMut() -> T) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let start = Instant::now();
        let result = run();
        best = best.min(start.elapsed());
        drop(result);
    }
    best
}
