//! From the settings, or without any from `flake.lock` and `NIX_PATH`, to the sources that are there.

use super::flake_lock;
use super::modules::ModuleTree;
use super::{Kind, OptionSource, Unusable, UnusableSource};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What of the machine decides where sources are.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// What `~` stands for.
    pub home: Option<PathBuf>,
    /// The variable `NIX_PATH`.
    pub nix_path: Option<OsString>,
    /// Nix's store.
    pub store: PathBuf,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Surroundings {
        Surroundings {
            home: std::env::home_dir(),
            nix_path: std::env::var_os("NIX_PATH"),
            store: PathBuf::from(flake_lock::STORE),
        }
    }
}

/// Where a package of the options' documentation has the file.
const PUBLISHED: [&str; 4] = [
    "options.json",
    "share/doc/nixos/options.json",
    "share/doc/home-manager/options.json",
    "share/doc/darwin/options.json",
];

/// The sources that `configured` names (paths: absolute, `~/…`, or seen from `root`), and what is wrong
/// with the others. Without settings, `None`: those that `flake.lock` pins, where the store has them,
/// else the `nixpkgs` of `NIX_PATH`; nothing is wrong if there are none.
pub fn find_option_sources(
    root: &Path,
    configured: Option<&[String]>,
    surroundings: &Surroundings,
) -> (Vec<OptionSource>, Vec<UnusableSource>) {
    let Some(configured) = configured else {
        return (found_by_convention(root, surroundings), Vec::new());
    };
    let mut sources = Vec::new();
    let mut problems = Vec::new();
    for name in configured {
        let path = match (name.strip_prefix('~'), &surroundings.home) {
            (Some(""), Some(home)) => home.clone(),
            (Some(rest), Some(home)) if rest.starts_with('/') => home.join(&rest[1..]),
            _ => root.join(name),
        };
        match kind_of(&path) {
            Ok(kind) => sources.push(OptionSource { name: name.clone(), kind }),
            Err(reason) => problems.push(UnusableSource { name: name.clone(), reason }),
        }
    }
    (sources, problems)
}

fn kind_of(path: &Path) -> Result<Kind, Unusable> {
    let metadata =
        path.metadata().map_err(|_| Unusable::Missing(path.to_string_lossy().into_owned()))?;
    if !metadata.is_dir() {
        return Ok(Kind::Json(path.to_owned()));
    }
    if let Some(tree) = ModuleTree::in_folder(path) {
        return Ok(Kind::Modules(tree));
    }
    let published = PUBLISHED.iter().map(|file| path.join(file)).find(|file| file.is_file());
    published.map(Kind::Json).ok_or(Unusable::NoOptionsInFolder)
}

fn found_by_convention(root: &Path, surroundings: &Surroundings) -> Vec<OptionSource> {
    let mut sources = Vec::new();
    let lock = flake_lock::FlakeLock::read(&root.join("flake.lock"));
    for input in ["nixpkgs", "home-manager"] {
        let pinned = lock.as_ref().and_then(|lock| lock.store_name(input));
        let pinned = pinned.map(|name| surroundings.store.join(name));
        let tree = pinned.and_then(|folder| ModuleTree::in_folder(&folder));
        let tree = tree.or_else(|| match input {
            "nixpkgs" => nixpkgs_of_nix_path(surroundings),
            _ => None,
        });
        let source = |tree| OptionSource { name: input.to_owned(), kind: Kind::Modules(tree) };
        sources.extend(tree.map(source));
    }
    sources
}

fn nixpkgs_of_nix_path(surroundings: &Surroundings) -> Option<ModuleTree> {
    let nix_path = surroundings.nix_path.as_ref()?.to_str()?;
    let folder = nix_path.split(':').find_map(|entry| entry.strip_prefix("nixpkgs="))?;
    // `nixpkgs=flake:nixpkgs` and addresses are no folders; Nix would have to fetch those.
    let folder = Path::new(folder);
    folder.is_absolute().then(|| ModuleTree::in_folder(folder))?
}
