//! Rust sources as tokens, for what the compiler does not check: which names a crate may use.

use anyhow::{Context, Result, anyhow};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::path::{Path, PathBuf};

/// A `first::second` somewhere in a source; comments and strings do not count.
#[derive(Debug, PartialEq, Eq)]
pub struct Use {
    pub first: String,
    /// `None`: the first name stands alone.
    pub second: Option<String>,
    /// From 1.
    pub line: usize,
}

/// Every `.rs` file below `folder`, sorted.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

pub fn uses_in(file: &Path) -> Result<Vec<Use>> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    uses(&text).with_context(|| file.display().to_string())
}

/// All names of `text`, each with the one after its `::`; `a::{b, c::d}` gives `a::b` and `a::c`.
fn uses(text: &str) -> Result<Vec<Use>> {
    let tokens: TokenStream = text.parse().map_err(|error| anyhow!("not Rust: {error}"))?;
    let mut found = Vec::new();
    collect(tokens, &mut found);
    Ok(found)
}

fn collect(tokens: TokenStream, found: &mut Vec<Use>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => collect(group.stream(), found),
            TokenTree::Ident(name) => {
                let line = name.span().start().line;
                for second in after_colons(&tokens[at + 1..]) {
                    found.push(Use { first: name.to_string(), second, line });
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

fn after_colons(tokens: &[TokenTree]) -> Vec<Option<String>> {
    let [first, second, next, ..] = tokens else { return vec![None] };
    if !is_punct(first, ':') || !is_punct(second, ':') {
        return vec![None];
    }
    match next {
        TokenTree::Ident(name) => vec![Some(name.to_string())],
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            first_names(group.stream())
        }
        _ => vec![None],
    }
}

/// The first name of each comma-separated part.
fn first_names(tokens: TokenStream) -> Vec<Option<String>> {
    let mut names = Vec::new();
    let mut at_start = true;
    for token in tokens {
        if at_start && let TokenTree::Ident(name) = &token {
            names.push(Some(name.to_string()));
        }
        at_start = is_punct(&token, ',');
    }
    names
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, first: &str, expected: &[(&str, usize)]) {
        let found = uses(text).unwrap();
        let found: Vec<(&str, usize)> = found
            .iter()
            .filter(|found| found.first == first)
            .map(|found| (found.second.as_deref().unwrap_or("(alone)"), found.line))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_path_gives_its_second_name() {
        check(
            "use std::fs;\nfn f() { std::process::exit(1) }",
            "std",
            &[("fs", 1), ("process", 2)],
        );
    }

    #[test]
    fn a_group_gives_each_of_its_names() {
        check(
            "use std::{fmt, fs::{self, File}, net};",
            "std",
            &[("fmt", 1), ("fs", 1), ("net", 1)],
        );
    }

    #[test]
    fn comments_and_strings_are_not_uses() {
        check("//! std::fs\n// std::net\nconst A: &str = \"std::fs\";", "std", &[]);
    }

    #[test]
    fn a_name_inside_a_macro_counts() {
        check("fn f() { x!(std::fs::read(1)) }", "std", &[("fs", 1)]);
    }
}
