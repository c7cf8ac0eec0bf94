//! `setup`: tells an editor about the server, in the editor's own configuration, and takes that back.
//!
//! What is written stands between two comments of ours ([`block`]), so that it can be found again; what
//! the user has is kept byte by byte. Which text goes where is the business of the editors' own files
//! below, and nothing in them touches the disk.

mod appended;
mod block;
mod emacs;
mod helix;
mod nvim;
mod own_file;
mod part;
mod places;
mod vscode;

#[cfg(test)]
mod tests;

use crate::args::{EditorArg, SetupArgs};
use crate::output;
use anyhow::{Context, bail};
use part::{Part, Refusal};
use places::Places;
use similar::TextDiff;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

/// Something is to be written, and nobody has agreed to it.
const NOT_DONE: u8 = 1;

pub fn run(args: &SetupArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let places = Places::of_process()?;
    let parts = parts(args.editor, &places);
    if args.print {
        out.write_all(by_hand(&parts).as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let edits = match parts.iter().map(|part| edit(&**part, args.undo)).collect() {
        Ok(edits) => edits,
        Err(refusal) if args.undo => return Err(refusal),
        Err(refusal) => {
            out.write_all(by_hand(&parts).as_bytes())?;
            out.flush()?;
            return Err(refusal.context("nothing was changed; add the text above by hand"));
        }
    };
    let edits: Vec<Edit> = edits_that_change(edits);
    if edits.is_empty() {
        let state = if args.undo { "nothing of ours in" } else { "already set up in" };
        for part in &parts {
            writeln!(out, "{state} {}", part.file().display())?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    for edit in &edits {
        out.write_all(edit.diff().as_bytes())?;
    }
    out.flush()?;
    if !args.yes && !confirmed(out)? {
        output::complain("nothing was changed\n");
        return Ok(ExitCode::from(NOT_DONE));
    }
    for edit in &edits {
        edit.make()?;
        let done = if edit.after.is_some() { "wrote" } else { "removed" };
        writeln!(out, "{done} {}", edit.file.display())?;
    }
    if !args.undo {
        if !places.is_on_path() {
            let program = places.program().display();
            output::complain(&format!("note: {program} is not on your PATH; editors look there\n"));
        }
        writeln!(out, "{}", next_step(args.editor))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn parts(editor: EditorArg, places: &Places) -> Vec<Box<dyn Part>> {
    match editor {
        EditorArg::Vscode => vscode::parts(places),
        EditorArg::Nvim => nvim::parts(places),
        EditorArg::Helix => helix::parts(places),
        EditorArg::Emacs => emacs::parts(places),
    }
}

fn next_step(editor: EditorArg) -> &'static str {
    match editor {
        EditorArg::Vscode => {
            "next: install the extension (code --install-extension hyper-nixos-ls-….vsix) and open a \
             folder with Nix modules"
        }
        EditorArg::Nvim => "next: open a module; `:checkhealth vim.lsp` shows the server",
        EditorArg::Helix => "next: `hx --health nix` lists the server; open a module",
        EditorArg::Emacs => "next: restart Emacs and open a module in nix-mode or nix-ts-mode",
    }
}

/// What a user would write into which file.
fn by_hand(parts: &[Box<dyn Part>]) -> String {
    let mut text = String::new();
    for part in parts {
        let comment = part.comment();
        text.push_str(&format!("{comment} {}\n{}\n", part.file().display(), part.by_hand()));
    }
    text
}

/// A file before and after; `None`: there is none.
struct Edit {
    file: std::path::PathBuf,
    before: Option<String>,
    after: Option<String>,
}

fn edit(part: &dyn Part, undo: bool) -> anyhow::Result<Edit> {
    let file = part.file();
    let in_context = || format!("cannot change {}", file.display());
    let before = read(file).with_context(in_context)?;
    let after = match (undo, &before) {
        (false, before) => Some(part.add(before.as_deref()).with_context(in_context)?),
        (true, Some(before)) => part.remove(before).with_context(in_context)?,
        (true, None) => None,
    };
    let edit = Edit { file: file.to_owned(), before, after };
    if edit.changes() {
        refuse_links(file).with_context(in_context)?;
    }
    Ok(edit)
}

fn edits_that_change(edits: Vec<Edit>) -> Vec<Edit> {
    edits.into_iter().filter(Edit::changes).collect()
}

fn read(file: &Path) -> anyhow::Result<Option<String>> {
    match std::fs::read(file) {
        Ok(bytes) => Ok(Some(String::from_utf8(bytes).map_err(|_| Refusal::NotUtf8)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Where dotfiles are links, whoever made the links owns the text.
fn refuse_links(file: &Path) -> Result<(), Refusal> {
    if let Ok(target) = std::fs::read_link(file) {
        return Err(Refusal::Link(target));
    }
    let folder = file.ancestors().skip(1).find_map(|folder| folder.canonicalize().ok());
    match folder.filter(|folder| folder.starts_with("/nix/store")) {
        Some(folder) => Err(Refusal::Link(folder)),
        None => Ok(()),
    }
}

impl Edit {
    fn changes(&self) -> bool {
        self.before != self.after
    }

    fn diff(&self) -> String {
        let name = |text: &Option<String>| match text {
            Some(_) => self.file.display().to_string(),
            None => "/dev/null".to_owned(),
        };
        let [before, after] = [&self.before, &self.after].map(|it| it.as_deref().unwrap_or(""));
        TextDiff::from_lines(before, after)
            .unified_diff()
            .header(&name(&self.before), &name(&self.after))
            .to_string()
    }

    fn make(&self) -> anyhow::Result<()> {
        let file = &self.file;
        let made = match (&self.before, &self.after) {
            (Some(before), Some(after)) => workspace::replace_text(file, before, after),
            (None, Some(after)) => workspace::create_text(file, after),
            (Some(before), None) => workspace::remove_text(file, before),
            (None, None) => Ok(()),
        };
        made.with_context(|| format!("cannot write {}", file.display()))
    }
}

/// Asks at the terminal. Where nobody sits at one, nobody can agree.
fn confirmed(out: &mut dyn Write) -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        output::complain("run it again with --yes to make these changes\n");
        return Ok(false);
    }
    write!(out, "make these changes? [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    if io::stdin().lock().read_line(&mut answer)? == 0 {
        bail!("no answer");
    }
    Ok(is_yes(&answer))
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}
