//! `cargo xtask docs`: every link in what people read leads somewhere, and `docs/` is a book.

mod links;
mod slug;

use crate::repository::Repository;
use crate::terminal;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const BOOK: &str = "docs";
const SUMMARY: &str = "docs/SUMMARY.md";

pub fn run(repository: &Repository, book: bool) -> Result<()> {
    let root = repository.path("");
    let files = markdown_files(repository)?;
    let mut problems = links::broken(&root, &files)?;
    problems.extend(outside_the_book(repository, &files)?);
    if !problems.is_empty() {
        bail!("these lead nowhere:\n  {}", problems.join("\n  "));
    }
    terminal::line(&format!("every link of {} pages leads somewhere", files.len()));
    if book {
        let out = repository.target_directory()?.join("book");
        let out = out.to_str().context("the path of the target folder is not UTF-8")?;
        repository.run("mdbook", &["build", BOOK, "--dest-dir", out])?;
    }
    Ok(())
}

/// What git knows of, or would.
fn markdown_files(repository: &Repository) -> Result<Vec<PathBuf>> {
    let listed = repository.files(&["*.md"])?;
    // Cases of rules are no pages.
    Ok(listed.into_iter().filter(|file| !file.starts_with("crates")).collect())
}

/// Pages that the book leaves out, and links out of the book that only files have.
fn outside_the_book(repository: &Repository, files: &[PathBuf]) -> Result<Vec<String>> {
    let summary =
        fs::read_to_string(repository.path(SUMMARY)).context("cannot read the summary")?;
    let chapters: BTreeSet<PathBuf> =
        links::targets(&summary).into_iter().map(|target| Path::new(BOOK).join(target)).collect();
    let mut problems = Vec::new();
    for file in files.iter().filter(|file| file.starts_with(BOOK)) {
        if *file != Path::new(SUMMARY) && !chapters.contains(file) {
            problems.push(format!("{}: it is no chapter of {SUMMARY}", file.display()));
        }
        let text = fs::read_to_string(repository.path("").join(file))?;
        for target in links::targets(&text) {
            if links::resolved(file, &target).is_some_and(|path| !path.starts_with(BOOK)) {
                let file = file.display();
                problems.push(format!("{file}: {target} leads out of the book; name its address"));
            }
        }
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_leads_somewhere() {
        run(&Repository::find().unwrap(), false).unwrap();
    }
}
