//! The project's chores: `cargo xtask CHORE`. Development only; nothing of the product lives here.

mod codegen;
mod directions;
mod editors;
mod names;
mod recursion;
mod repository;
mod source;
mod terminal;
mod test;
mod types;

use clap::Parser;
use repository::Repository;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's chores.")]
enum Chore {
    /// Everything that a change must pass, in the order of how soon it fails.
    Test,
    /// Prove that lower crates know nothing of higher ones, and that the analysis does no IO.
    Directions,
    /// Write what is generated: the pages of rules and settings, the table in the README, the schema,
    /// the settings of the VS Code extension.
    Codegen {
        /// Change nothing, and fail where something is out of date.
        #[arg(long)]
        check: bool,
    },
    /// Write down the members of `lib`, of its types and of `builtins`.
    Names {
        /// The `lib` folder of a release of nixpkgs; once for each release that counts.
        #[arg(long = "lib")]
        libs: Vec<std::path::PathBuf>,
        /// The sources of a release of Nix; once for each release that counts.
        #[arg(long = "nix")]
        nixes: Vec<std::path::PathBuf>,
    },
    /// Hold the rules about recursion against Nix, on trees of modules made from a seed.
    Recursion {
        /// The `lib` folder of nixpkgs.
        #[arg(long, env = "NIX_LIB")]
        lib: std::path::PathBuf,
        #[arg(long, default_value_t = 1000)]
        trees: usize,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many of the trees that the rules miss are made small and shown.
        #[arg(long, default_value_t = 3)]
        show: usize,
    },
    /// Hold what the rules say of types and values against Nix.
    Types {
        /// The `lib` folder of a nixpkgs.
        lib: std::path::PathBuf,
    },
    /// Drive real editors against the server, and build the extension.
    Editors {
        /// Only this one.
        #[arg(value_enum)]
        editor: Option<editors::Editor>,
    },
}

fn main() -> ExitCode {
    let outcome = Repository::find().and_then(|repository| match Chore::parse() {
        Chore::Test => test::run(&repository),
        Chore::Directions => directions::run(&repository),
        Chore::Codegen { check: true } => codegen::check(&repository),
        Chore::Codegen { check: false } => codegen::write(&repository),
        Chore::Names { libs, nixes } => names::run(&repository, &libs, &nixes),
        Chore::Recursion { lib, trees, seed, show } => recursion::run(&lib, trees, seed, show),
        Chore::Types { lib } => types::run(&lib),
        Chore::Editors { editor } => editors::run(&repository, editor),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::failure(&error);
            ExitCode::FAILURE
        }
    }
}
