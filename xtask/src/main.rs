//! The project's chores: `cargo xtask CHORE`. Development only; nothing of the product lives here.

mod codegen;
mod directions;
mod editors;
mod names;
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
    /// Write what is generated: the pages of rules and settings, the table in the README, the schema.
    Codegen {
        /// Change nothing, and fail where something is out of date.
        #[arg(long)]
        check: bool,
    },
    /// Ask Nix for the members of `lib`, `lib.types` and `builtins`, and write them down for the rules.
    Names {
        /// The `lib` folders of the nixpkgs releases that count.
        libs: Vec<std::path::PathBuf>,
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
        Chore::Names { libs } => names::run(&repository, &libs),
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
