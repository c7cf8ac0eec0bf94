//! What is around the tree: options from outside, other programs, the cache, limits of the system.

use super::report::{Cache, Problem, Program, Source, Watches};
use crate::programs;
use std::fs;
use std::path::Path;
use workspace::{OptionCache, Settings, Surroundings};

/// None of them is needed; they go well with this one.
const PROGRAMS: [&str; 5] = ["nix", "nil", "nixd", "nixfmt", "alejandra"];
const SECONDS_A_DAY: u64 = 24 * 60 * 60;

pub fn build() -> String {
    let kind = if cfg!(debug_assertions) { "debug" } else { "release" };
    let linked = if cfg!(target_feature = "crt-static") { ", static" } else { "" };
    format!("{}-{}, {kind}{linked}", std::env::consts::ARCH, std::env::consts::OS)
}

pub fn programs() -> Vec<Program> {
    let path = |name| programs::find(name).map(|path| path.display().to_string());
    PROGRAMS.into_iter().map(|name| Program { name, path: path(name) }).collect()
}

pub fn option_sources(
    root: &Path,
    settings: &Settings,
    surroundings: &Surroundings,
    cache: &OptionCache,
    problems: &mut Vec<Problem>,
) -> Vec<Source> {
    let configured = settings.option_sources.as_deref();
    let (found, unusable) = workspace::find_option_sources(root, configured, surroundings);
    let mut wrong: Vec<String> = unusable.iter().map(ToString::to_string).collect();
    let mut sources = Vec::new();
    for source in &found {
        let read = workspace::read_option_sources(std::slice::from_ref(source), cache, &|_| {});
        wrong.extend(read.problems.iter().map(ToString::to_string));
        sources.push(Source {
            name: source.name.clone(),
            path: source.path().display().to_string(),
            options: read.options.len(),
            age_in_days: age_in_days(source.path()),
        });
    }
    let remedy =
        "mend `option-sources` in the settings; docs/option-sources.md says what can be one";
    problems.extend(wrong.into_iter().map(|what| Problem::new(what, remedy)));
    sources
}

/// `None` where the time says nothing, as in Nix's store.
fn age_in_days(path: &Path) -> Option<u64> {
    let changed = path.metadata().ok()?.modified().ok()?;
    let is_in_store = path.starts_with("/nix/store");
    (!is_in_store).then(|| changed.elapsed().map_or(0, |age| age.as_secs() / SECONDS_A_DAY))
}

pub fn cache(cache: &OptionCache, problems: &mut Vec<Problem>) -> Cache {
    let Some(folder) = cache.folder() else {
        problems.push(Problem::new(
            "there is no folder for caches, so that options from outside are read at every start",
            "set HOME or XDG_CACHE_HOME",
        ));
        return Cache::default();
    };
    if let Err(error) = writable(folder) {
        problems.push(Problem::new(
            format!("the cache folder {} cannot be written: {error}", folder.display()),
            "make it yours, or point XDG_CACHE_HOME elsewhere",
        ));
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes: Vec<u64> = entries
        .filter_map(|entry| entry.metadata().ok())
        .filter(fs::Metadata::is_file)
        .map(|it| it.len())
        .collect();
    Cache {
        folder: Some(folder.display().to_string()),
        files: sizes.len(),
        bytes: sizes.iter().sum(),
    }
}

/// Whether a file can be made in the folder, or in the one that it would be made in.
fn writable(folder: &Path) -> std::io::Result<()> {
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(folder);
    tempfile::tempfile_in(there).map(drop)
}

pub fn watches(folders: usize, problems: &mut Vec<Problem>) -> Watches {
    let limit = fs::read_to_string("/proc/sys/fs/inotify/max_user_watches");
    let limit: Option<usize> = limit.ok().and_then(|text| text.trim().parse().ok());
    if let Some(limit) = limit.filter(|limit| *limit < folders) {
        problems.push(Problem::new(
            format!("the tree has {folders} folders, and the system lets you watch {limit}"),
            "raise fs.inotify.max_user_watches (boot.kernel.sysctl in NixOS)",
        ));
    }
    Watches { folders, limit }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_yet_is_looked_for_above() {
        let dir = tempfile::tempdir().unwrap();
        assert!(writable(&dir.path().join("a/b")).is_ok());
        fs::write(dir.path().join("file"), "").unwrap();
        assert!(writable(&dir.path().join("file/b")).is_err());
    }

    #[test]
    fn the_store_has_no_age() {
        assert_eq!(age_in_days(Path::new("/nix/store")), None);
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(age_in_days(dir.path()), Some(0));
        assert_eq!(age_in_days(&dir.path().join("gone")), None);
    }

    #[test]
    fn more_folders_than_can_be_watched_look_wrong() {
        let mut problems = Vec::new();
        assert_eq!(watches(0, &mut problems).folders, 0);
        assert!(problems.is_empty());
        let watches = watches(usize::MAX, &mut problems);
        assert_eq!(problems.len(), usize::from(watches.limit.is_some()));
    }
}
