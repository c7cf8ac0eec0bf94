//! `cargo xtask dist`: an archive that a user unpacks and runs, and its checksum.
//!
//! The program in it is linked statically where the system allows that, and it is tried: an archive whose
//! program does not check the samples is none.

mod elf;

use crate::repository::Repository;
use crate::terminal;
use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PROGRAM: &str = "hyper-nixos-ls";
const SHELLS: [(&str, &str); 3] =
    [("bash", "hyper-nixos-ls.bash"), ("zsh", "_hyper-nixos-ls"), ("fish", "hyper-nixos-ls.fish")];
/// `check` has found something.
const FINDINGS: i32 = 1;

/// Builds for `target`; without one, for this machine. The program has to run here.
pub fn run(repository: &Repository, target: Option<&str>) -> Result<()> {
    let target = match target {
        Some(target) => target.to_owned(),
        None => host()?,
    };
    let version = version(repository)?;
    let name = format!("{PROGRAM}-{version}-{target}");
    terminal::heading(&format!("building {name}"));
    let program = build(repository, &target)?;
    if target.contains("linux") {
        elf::ensure_static(&fs::read(&program)?)?;
        terminal::line("the program is linked statically");
    }
    try_out(repository, &program, &version)?;

    let dist = repository.target_directory()?.join("dist");
    let staged = dist.join(&name);
    if staged.exists() {
        fs::remove_dir_all(&staged)?;
    }
    stage(repository, &program, &staged)?;
    let archive = format!("{name}.tar.gz");
    repository.run_in(&dist, "tar", &["-czf", &archive, &name], &[])?;
    let sums = checksums(&dist)?;
    fs::write(dist.join("SHA256SUMS"), sums)?;
    terminal::line(&format!("wrote {}", dist.join(archive).display()));
    Ok(())
}

fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("cannot run rustc")?;
    let text = String::from_utf8(output.stdout)?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not say what this machine is")?.to_owned())
}

fn version(repository: &Repository) -> Result<String> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
    }
    let packages = repository.metadata::<Metadata>()?.packages;
    let ours = packages.into_iter().find(|package| package.name == PROGRAM);
    Ok(ours.context("there is no such package")?.version)
}

fn build(repository: &Repository, target: &str) -> Result<PathBuf> {
    let flags = if target.contains("apple") { "" } else { "-C target-feature=+crt-static" };
    // With a target of its own, build scripts and macros are built without these flags.
    let arguments = ["build", "--release", "--locked", "--package", PROGRAM, "--target", target];
    let environment = [
        ("RUSTFLAGS", Path::new(flags)),
        ("CARGO_PROFILE_RELEASE_STRIP", Path::new("symbols")),
        ("CARGO_PROFILE_RELEASE_DEBUG", Path::new("none")),
    ];
    repository.run_in(&repository.path(""), "cargo", &arguments, &environment)?;
    let file =
        if target.contains("windows") { format!("{PROGRAM}.exe") } else { PROGRAM.to_owned() };
    Ok(repository.target_directory()?.join(target).join("release").join(file))
}

fn try_out(repository: &Repository, program: &Path, version: &str) -> Result<()> {
    let said = output(program, &["--version"])?;
    ensure!(
        said.trim() == format!("{PROGRAM} {version}"),
        "`--version` says {said:?} and not {version}"
    );
    let samples = repository.path("samples/hyper");
    let status = Command::new(program)
        .args(["check", "--format", "json"])
        .current_dir(samples)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    ensure!(status.code() == Some(FINDINGS), "`check` on the samples ended with {status}");
    terminal::line("the program tells its version and checks the samples");
    Ok(())
}

fn output(program: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output()?;
    if !output.status.success() {
        bail!("`{}` failed ({})", arguments.join(" "), output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn stage(repository: &Repository, program: &Path, staged: &Path) -> Result<()> {
    let completions = staged.join("completions");
    let pages = staged.join("man/man1");
    for folder in [staged, &completions, &pages] {
        fs::create_dir_all(folder)?;
    }
    let file = program.file_name().context("the program has no name")?;
    fs::copy(program, staged.join(file))?;
    for (shell, file) in SHELLS {
        fs::write(completions.join(file), output(program, &["completions", shell])?)?;
    }
    output(program, &["man", pages.to_str().context("a path that is not UTF-8")?])?;
    let further = ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "CHANGELOG.md", "editors", "docs"];
    for file in repository.files(&further)? {
        let copy = staged.join(&file);
        if let Some(folder) = copy.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(repository.path("").join(&file), copy)?;
    }
    Ok(())
}

/// As `sha256sum` writes and reads them, of all archives in the folder.
fn checksums(folder: &Path) -> Result<String> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.ends_with(".tar.gz") {
            let digest = Sha256::digest(fs::read(&path)?);
            let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            lines.push(format!("{digest}  {name}\n"));
        }
    }
    lines.sort_by(|a, b| a[66..].cmp(&b[66..]));
    Ok(lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_summed_up_as_sha256sum_does() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("b.tar.gz"), "").unwrap();
        fs::write(dir.path().join("a.tar.gz"), "a").unwrap();
        fs::write(dir.path().join("other"), "").unwrap();
        assert_eq!(
            checksums(dir.path()).unwrap(),
            "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a.tar.gz\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b.tar.gz\n"
        );
    }
}
