//! A tree made smaller as long as it still shows the same.

use super::term::{Part, Term, Tree};
use anyhow::Result;

/// Trees that are tried, each with a Nix of its own.
const MAX_TRIES: usize = 600;

pub fn smallest(tree: &Tree, mut shows_it: impl FnMut(&Tree) -> Result<bool>) -> Result<Tree> {
    let mut best = tree.clone();
    let mut tries = 0;
    'again: loop {
        for candidate in smaller(&best) {
            if tries == MAX_TRIES {
                break 'again;
            }
            tries += 1;
            if shows_it(&candidate)? {
                best = candidate;
                continue 'again;
            }
        }
        break;
    }
    Ok(best)
}

/// The tree with one part replaced by something shorter, large parts first.
fn smaller(tree: &Tree) -> Vec<Tree> {
    let mut found: Vec<(usize, Tree)> = Vec::new();
    let size = tree.text().len();
    for (index, (_, term)) in tree.files.iter().enumerate() {
        for term in replaced(term) {
            let mut candidate = tree.clone();
            candidate.files[index].1 = term;
            let new = candidate.text().len();
            if new < size {
                found.push((new, candidate));
            }
        }
    }
    found.sort_by_key(|(size, _)| *size);
    found.into_iter().map(|(_, tree)| tree).collect()
}

/// Every term that differs from this one in a single place.
fn replaced(term: &Term) -> Vec<Term> {
    let mut all = Vec::new();
    if let Some(least) = term.sort.least() {
        all.push(Term::new(term.sort, least, Vec::new()));
    }
    let mut inside: Vec<&Term> = term.terms().collect();
    while let Some(inner) = inside.pop() {
        if term.sort.takes(inner.sort) {
            all.push(inner.clone());
        }
        inside.extend(inner.terms());
    }
    for (index, part) in term.parts.iter().enumerate() {
        let Part::Term(inner) = part else { continue };
        for inner in replaced(inner) {
            let mut term = term.clone();
            term.parts[index] = Part::Term(inner);
            all.push(term);
        }
    }
    all
}
