//! Trees evaluated by Nix.

use super::term::Tree;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What comes of evaluating every option of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every option has a value.
    Evaluates,
    /// Some option is refused for another reason, which may hide that it recurses.
    Refuses,
    Recurses,
    /// Something else is wrong with the tree.
    Fails,
}

pub struct Nix {
    folder: PathBuf,
}

/// Evaluates the trees from `first` on, and says of each, before it does so, which it is, and then whether
/// it is refused as a whole or in part. An option that is refused hides nothing of the others.
const DRIVER: &str = r#"
{ lib, folder, first, last }:
let
  deep = value:
    let tried = builtins.tryEval value; in
    if !tried.success then false
    else if builtins.isAttrs tried.value then all (builtins.attrValues tried.value)
    else if builtins.isList tried.value then all tried.value
    else true;
  all = builtins.foldl' (so-far: value: let here = deep value; in builtins.seq here (so-far && here)) true;
  evaluate = number:
    let
      configuration = folder + "/${toString number}/configuration.nix";
      evaluation = lib.evalModules { modules = [ configuration ]; };
      whole = builtins.tryEval (builtins.seq evaluation.config evaluation.config);
    in
    builtins.trace "evaluates ${toString number}"
      (if !whole.success then builtins.trace "refuses all" true
      else if !deep whole.value then builtins.trace "refuses some" true
      else true);
in
builtins.all evaluate (lib.range first last)
"#;

impl Nix {
    /// `lib` is the folder of nixpkgs' library.
    pub fn new(lib: &Path) -> Result<Nix> {
        let lib = lib.canonicalize().with_context(|| format!("{} is not there", lib.display()))?;
        let folder = std::env::temp_dir().join(format!("recursion-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("driver.nix"), DRIVER)?;
        let call = format!(
            "{{ first, last }}: import ./driver.nix {{ lib = import {}; folder = toString ./.; inherit first last; }}\n",
            lib.display()
        );
        fs::write(folder.join("run.nix"), call)?;
        Ok(Nix { folder })
    }

    pub fn evaluate(&self, trees: &[Tree]) -> Result<Vec<Outcome>> {
        for (number, tree) in trees.iter().enumerate() {
            let folder = self.folder.join(number.to_string());
            fs::create_dir_all(&folder)?;
            for (name, term) in &tree.files {
                fs::write(folder.join(name), term.text())?;
            }
        }
        let mut outcomes = Vec::new();
        while outcomes.len() < trees.len() {
            self.evaluate_from(outcomes.len(), trees.len() - 1, &mut outcomes)?;
        }
        Ok(outcomes)
    }

    /// Evaluates until one tree ends it, or all are done.
    fn evaluate_from(&self, first: usize, last: usize, outcomes: &mut Vec<Outcome>) -> Result<()> {
        let output = Command::new("nix-instantiate")
            .args(["--eval", "run.nix"])
            .args(["--arg", "first", &first.to_string(), "--arg", "last", &last.to_string()])
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .output()
            .context("cannot run `nix-instantiate`: is Nix installed?")?;
        let said = String::from_utf8_lossy(&output.stderr);
        let before = outcomes.len();
        for line in said.lines() {
            match line {
                "trace: refuses all" | "trace: refuses some" => {
                    outcomes.pop();
                    outcomes.push(match line.ends_with("all") {
                        true => Outcome::Fails,
                        false => Outcome::Refuses,
                    });
                }
                _ if line.starts_with("trace: evaluates ") => outcomes.push(Outcome::Evaluates),
                _ => {}
            }
        }
        ensure!(outcomes.len() > before, "Nix did not begin: {said}");
        if !output.status.success() {
            let recurses = ["infinite recursion encountered", "stack overflow"];
            outcomes.pop();
            outcomes.push(match recurses.iter().any(|words| said.contains(words)) {
                true => Outcome::Recurses,
                false => Outcome::Fails,
            });
        }
        Ok(())
    }
}

impl Drop for Nix {
    fn drop(&mut self) {
        // What is left in the system's folder for such things does no harm.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
