//! From one text to another with small edits.

use crate::{TextEdit, TextRange, TextSize};
use std::collections::HashMap;

/// Edits of whole lines that make `new` of `old`, few and small, in the order of positions: lines that both
/// texts have once keep their place, and what stands between two of them is replaced.
pub fn line_edits(old: &str, new: &str) -> Vec<TextEdit> {
    let mut edits = Vec::new();
    let (old_lines, new_lines) = (lines(old), lines(new));
    compare(&old_lines, &new_lines, 0, &mut edits);
    edits
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn length(lines: &[&str]) -> usize {
    lines.iter().map(|line| line.len()).sum()
}

/// `at`: the offset of the first old line.
fn compare(mut old: &[&str], mut new: &[&str], mut at: usize, edits: &mut Vec<TextEdit>) {
    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    at += length(&old[..same]);
    (old, new) = (&old[same..], &new[same..]);
    let same = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    (old, new) = (&old[..old.len() - same], &new[..new.len() - same]);
    if old.is_empty() && new.is_empty() {
        return;
    }
    let anchors = anchors(old, new);
    if anchors.is_empty() {
        let range = TextRange::at(size(at), size(length(old)));
        edits.push(TextEdit::replace(range, new.concat()));
        return;
    }
    let (mut old_from, mut new_from) = (0, 0);
    for (old_at, new_at) in anchors.into_iter().chain([(old.len(), new.len())]) {
        compare(&old[old_from..old_at], &new[new_from..new_at], at, edits);
        at += length(&old[old_from..old_at]);
        (old_from, new_from) = (old_at, new_at);
    }
}

/// The lines that both have once, as many of them as stand in the same order.
fn anchors(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let unique = |lines: &[&str]| {
        let mut places: HashMap<String, Option<usize>> = HashMap::new();
        for (at, line) in lines.iter().enumerate() {
            places.entry((*line).to_owned()).and_modify(|it| *it = None).or_insert(Some(at));
        }
        places
    };
    let in_new = unique(new);
    let mut pairs: Vec<(usize, usize)> = unique(old)
        .into_iter()
        .filter_map(|(line, at)| Some((at?, (*in_new.get(&line)?)?)))
        .collect();
    pairs.sort_unstable();
    longest_rise(&pairs)
}

/// The longest part of `pairs` whose second numbers rise as the first ones do.
fn longest_rise(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length the pair with the smallest second number that a rise of that length ends with.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < pair.1);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut rise: Vec<(usize, usize)> =
        std::iter::successors(ends.last().copied(), |&at| before[at]).map(|at| pairs[at]).collect();
    rise.reverse();
    rise
}

fn size(bytes: usize) -> TextSize {
    TextSize::new(bytes as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply_edits;

    #[track_caller]
    fn check(old: &str, new: &str, replaced: &[(&str, &str)]) {
        let edits = line_edits(old, new);
        assert_eq!(apply_edits(old, &edits).as_deref(), Some(new));
        let shown: Vec<_> = edits.iter().map(|it| (&old[it.range], it.new_text.as_str())).collect();
        assert_eq!(shown, replaced);
    }

    #[test]
    fn only_lines_that_differ_are_replaced() {
        check("a\nb\nc\n", "a\nb\nc\n", &[]);
        check("a\nb\nc\n", "a\nx\nc\n", &[("b\n", "x\n")]);
        check("a\nb\nc\nd\ne\n", "x\nb\nc\nd\n", &[("a\n", "x\n"), ("e\n", "")]);
        check("", "a\n", &[("", "a\n")]);
        check("a", "a\n", &[("a", "a\n")]);
    }

    #[test]
    fn lines_that_change_places_and_repeat() {
        check("a\nb\nc\n", "c\na\nb\n", &[("", "c\n"), ("c\n", "")]);
        check("x\nx\na\nx\n", "x\na\nx\nx\n", &[("x\n", ""), ("", "x\n")]);
        check("x\nx\n", "x\ny\nx\nx\n", &[("", "y\nx\n")]);
    }
}
