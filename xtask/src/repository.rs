//! Where the repository is, what `cargo metadata` says of it, and commands run in it.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub struct Repository {
    root: PathBuf,
}

impl Repository {
    pub fn find() -> Result<Repository> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .context("start it as `cargo xtask`: cargo then says where the repository is")?;
        let root = Path::new(&manifest).parent().context("xtask/ stands in no folder")?;
        Ok(Repository { root: root.to_owned() })
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// `file` as it is written in messages: relative to the root.
    pub fn display<'a>(&self, file: &'a Path) -> std::path::Display<'a> {
        file.strip_prefix(&self.root).unwrap_or(file).display()
    }

    /// Runs a command at the root, its output going where ours goes.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        self.run_in(&self.root, program, arguments, &[])
    }

    pub fn run_in(
        &self,
        folder: &Path,
        program: &str,
        arguments: &[&str],
        environment: &[(&str, &Path)],
    ) -> Result<()> {
        let shown = format!("{program} {}", arguments.join(" "));
        let status = Command::new(program)
            .args(arguments)
            .envs(environment.iter().copied())
            .current_dir(folder)
            .stdin(Stdio::null())
            .status()
            .with_context(|| format!("cannot run `{}`: is {program} installed?", shown.trim()))?;
        ensure!(status.success(), "`{}` failed ({status}); see above", shown.trim());
        Ok(())
    }

    /// The files that git has or would add, by patterns, from the root.
    pub fn files(&self, patterns: &[&str]) -> Result<Vec<PathBuf>> {
        let output = Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z", "--"])
            .args(patterns)
            .current_dir(&self.root)
            .stdin(Stdio::null())
            .output()
            .context("cannot run `git ls-files`: is git installed?")?;
        ensure!(output.status.success(), "`git ls-files` failed ({})", output.status);
        let listed = String::from_utf8(output.stdout).context("a path that is not UTF-8")?;
        let files = listed.split('\0').filter(|file| !file.is_empty()).map(PathBuf::from);
        Ok(files.filter(|file| self.root.join(file).is_file()).collect())
    }

    /// Where cargo builds.
    pub fn target_directory(&self) -> Result<PathBuf> {
        #[derive(Deserialize)]
        struct Metadata {
            target_directory: PathBuf,
        }
        Ok(self.metadata::<Metadata>()?.target_directory)
    }

    /// What `cargo metadata` says, as far as `T` asks for it.
    pub fn metadata<T: DeserializeOwned>(&self) -> Result<T> {
        let output = Command::new("cargo")
            .args(["metadata", "--format-version", "1"])
            .current_dir(&self.root)
            .stdin(Stdio::null())
            .output()
            .context("cannot run `cargo metadata`")?;
        if !output.status.success() {
            bail!("`cargo metadata` failed:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        serde_json::from_slice(&output.stdout).context("cannot read what `cargo metadata` says")
    }
}
