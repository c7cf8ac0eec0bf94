//! The project's chores: `cargo xtask CHORE`. Development only; nothing of the product lives here.

mod bench;
mod codegen;
mod directions;
mod dist;
mod docs;
mod editors;
mod fuzz;
mod instructions;
mod names;
mod nix;
mod recursion;
mod repository;
mod soak;
mod source;
mod terminal;
mod test;
mod types;

use clap::Parser;
use repository::Repository;
use std::process::ExitCode;
use std::time::Duration;

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
    /// Follow every link of the documentation.
    Docs {
        /// Build the book as well, with mdBook.
        #[arg(long)]
        book: bool,
    },
    /// Evaluate what the repository offers to Nix.
    Nix,
    /// Build a release archive below `target/dist`, and try its program.
    Dist {
        /// What to build for [default: this machine]; its programs have to run here.
        #[arg(long, value_name = "TRIPLE")]
        target: Option<String>,
    },
    /// Run the fuzz targets from the inputs that are kept in `tests/fuzz/corpus`.
    Fuzz {
        /// Only this one.
        target: Option<String>,
        /// For so many seconds each.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Let a simulated author work with the server, and tell how it bears it.
    Soak {
        #[arg(long, default_value_t = 60)]
        minutes: u64,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The tree to work on, in a copy; without it the sample.
        #[arg(long)]
        tree: Option<std::path::PathBuf>,
    },
    /// Measure what trees and edits cost, and answers beside those of other servers.
    Bench(bench::Bench),
    /// Count the instructions of each stage with valgrind, and fail where one needs a tenth more than is written down.
    Instructions {
        /// Write down what is counted.
        #[arg(long)]
        write: bool,
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
        Chore::Docs { book } => docs::run(&repository, book),
        Chore::Nix => nix::run(&repository),
        Chore::Dist { target } => dist::run(&repository, target.as_deref()),
        Chore::Fuzz { target, seconds } => {
            fuzz::run(&repository, target.as_deref(), Duration::from_secs(seconds))
        }
        Chore::Soak { minutes, seed, tree } => {
            soak::run(&repository, Duration::from_secs(minutes * 60), seed, tree)
        }
        Chore::Bench(bench) => bench.run(&repository),
        Chore::Instructions { write: true } => instructions::write(&repository),
        Chore::Instructions { write: false } => instructions::compare(&repository),
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
