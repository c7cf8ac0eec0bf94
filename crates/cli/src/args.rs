//! The command line, as data.

use clap::{Parser, Subcommand, ValueEnum};
use lints::{Level, Profile};
use std::path::PathBuf;

/// Language server and checker for NixOS modules and the options they declare.
///
/// Without a command it speaks the Language Server Protocol on standard input and output.
#[derive(Debug, Parser)]
#[command(name = "hyper-nixos-ls", version, args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub serve: ServeArgs,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Speak the Language Server Protocol on standard input and output (what an editor starts).
    Serve(ServeArgs),
    /// Report what is wrong in a tree of modules.
    ///
    /// Exit status: 0 nothing to report, 1 findings, 2 could not run.
    Check(CheckArgs),
    /// List the options that a tree declares.
    Options(OptionsArgs),
    /// Draw which modules import which, or which options depend on which.
    ///
    /// Cycles are marked.
    Graph(GraphArgs),
    /// Write an index of options, modules and names for code search (SCIP).
    Scip(ScipArgs),
    /// Look at the set-up: the tree, the settings, where options come from, this machine.
    ///
    /// Exit status: 0 all is well, 1 something looks wrong, 2 it could not look.
    Doctor(DoctorArgs),
    /// Explain a rule, or list all rules.
    Explain(ExplainArgs),
    /// Tell an editor about the server, in the editor's own configuration.
    ///
    /// Shows what it would change as a diff and asks; without a terminal to ask at, --yes is needed. What
    /// you have is kept, and --undo takes back exactly what was written.
    ///
    /// Exit status: 0 done, or nothing to do, 1 nothing was changed, 2 it cannot be done.
    Setup(SetupArgs),
    /// Print what makes a shell complete this program's commands.
    Completions(CompletionsArgs),
    /// Write the manual pages.
    Man(ManArgs),
    /// Show a short editing session with the server, on a sample tree that comes with it.
    Demo,
}

#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    /// Write the log to FILE as well as to standard error; RUST_LOG says how much.
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
}

/// Which tree, under which settings.
#[derive(Debug, Default, clap::Args)]
pub struct TreeArgs {
    /// The tree's root [default: the nearest folder upwards with hyper-nixos-ls.toml, flake.nix or
    /// .git].
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// The settings file [default: hyper-nixos-ls.toml at the root].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// An option set that is the tree's own, instead of those in the settings; may be repeated.
    #[arg(long = "namespace", value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub namespaces: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// Report only what is found here; the whole tree is read all the same.
    #[arg(value_name = "PATHS")]
    pub paths: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub format: CheckFormat,
    /// Which set of rules to start from, instead of the one in the settings.
    #[arg(long, value_enum)]
    pub profile: Option<ProfileArg>,
    /// Report this rule only, even if the settings turn it off; may be repeated.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave this rule out; may be repeated.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Report only findings of at least this level.
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = LevelArg::Hint)]
    pub min_level: LevelArg,
    /// Fix what can be fixed without changing what the modules mean, and report the rest.
    #[arg(long)]
    pub fix: bool,
    /// Show what --fix would do as a diff, and write nothing. With a format for programs the diff goes
    /// to standard error.
    #[arg(long, requires = "fix")]
    pub dry_run: bool,
    /// Leave out the findings that FILE records.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Record what is found in the baseline's file, and report nothing of it.
    #[arg(long, requires = "baseline", conflicts_with = "dry_run")]
    pub update_baseline: bool,
    /// Whether to colour the text; `auto` asks the terminal, NO_COLOR and CLICOLOR_FORCE.
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ColorArg::Auto)]
    pub color: ColorArg,
    #[command(flatten)]
    pub tree: TreeArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people: each finding with its line of source.
    Text,
    /// For programs: one JSON object a line.
    Json,
    /// For code scanning: one SARIF 2.1.0 log.
    Sarif,
    /// For GitHub Actions: workflow commands that annotate a change.
    Github,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ProfileArg {
    /// The module-authoring guide of Hyper-NixOS.
    Guide,
    /// What holds for any NixOS module set.
    Nixos,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LevelArg {
    Hint,
    Information,
    Warning,
    Error,
}

#[derive(Debug, clap::Args)]
pub struct OptionsArgs {
    /// List only what is declared here; the whole tree is read all the same.
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = OptionsFormat::Json)]
    pub format: OptionsFormat,
    /// Every option set, not only the tree's own.
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub tree: TreeArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum OptionsFormat {
    /// One array of objects, one for each place that declares an option.
    Json,
    /// A document with a section for each option.
    Markdown,
    /// One page that needs nothing else, with a search.
    Html,
    /// What NixOS builds its manual from: the form of its own options.json.
    NixosOptionsJson,
}

#[derive(Debug, clap::Args)]
pub struct GraphArgs {
    #[arg(long, value_enum, default_value_t = GraphFormat::Mermaid)]
    pub format: GraphFormat,
    /// Modules and what they import [default].
    #[arg(long)]
    pub imports: bool,
    /// Options and what their values read.
    #[arg(long, conflicts_with = "imports")]
    pub options: bool,
    #[command(flatten)]
    pub tree: TreeArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// For Markdown on code hosts.
    Mermaid,
    /// For Graphviz.
    Dot,
    /// For programs: an object with `nodes` and `arrows`.
    Json,
}

#[derive(Debug, clap::Args)]
pub struct ScipArgs {
    /// The file to write; `-` is standard output.
    #[arg(long, short, value_name = "FILE", default_value = "index.scip")]
    pub output: PathBuf,
    #[command(flatten)]
    pub tree: TreeArgs,
}

#[derive(Debug, clap::Args)]
pub struct DoctorArgs {
    #[arg(long, value_enum, default_value_t = DoctorFormat::Text)]
    pub format: DoctorFormat,
    #[command(flatten)]
    pub tree: TreeArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DoctorFormat {
    /// For people.
    Text,
    /// For programs: one object.
    Json,
}

#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// The folder to write them into, one for each command.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// The rule's name, as it stands in a finding.
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct SetupArgs {
    #[arg(value_name = "EDITOR", value_enum)]
    pub editor: EditorArg,
    /// Change the files without asking.
    #[arg(long, short)]
    pub yes: bool,
    /// Take back what an earlier run wrote.
    #[arg(long)]
    pub undo: bool,
    /// Print what to write into which file, and change nothing.
    #[arg(long, conflicts_with_all = ["yes", "undo"])]
    pub print: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EditorArg {
    Vscode,
    /// Neovim, 0.11 or newer.
    Nvim,
    Helix,
    /// Emacs, with Eglot.
    Emacs,
}

impl From<ProfileArg> for Profile {
    fn from(profile: ProfileArg) -> Profile {
        match profile {
            ProfileArg::Guide => Profile::Guide,
            ProfileArg::Nixos => Profile::Nixos,
        }
    }
}

impl From<LevelArg> for Level {
    fn from(level: LevelArg) -> Level {
        match level {
            LevelArg::Hint => Level::Hint,
            LevelArg::Information => Level::Information,
            LevelArg::Warning => Level::Warning,
            LevelArg::Error => Level::Error,
        }
    }
}

impl From<ColorArg> for anstream::ColorChoice {
    fn from(color: ColorArg) -> anstream::ColorChoice {
        match color {
            ColorArg::Auto => anstream::ColorChoice::Auto,
            ColorArg::Always => anstream::ColorChoice::Always,
            ColorArg::Never => anstream::ColorChoice::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn no_command_means_serve() {
        let args = Args::try_parse_from(["hyper-nixos-ls", "--log", "x.log"]).unwrap();
        assert!(args.command.is_none());
        assert_eq!(args.serve.log, Some(PathBuf::from("x.log")));
    }
}
