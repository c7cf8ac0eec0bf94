//! What a string literal says, once escapes and common indentation are gone.

use crate::arena::{Arena, StrPart};

/// Escapes of a plain string, which attribute names use too.
pub(crate) fn unescape_name(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(ch) = chars.next() {
        if ch != '\\' {
            out.push(ch);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

/// A piece of a string: text as Nix would have it, or the index of an interpolated part.
pub(crate) enum Piece {
    Text(String),
    Interpolation(crate::ExprId),
}

/// The pieces of a string literal. Indented strings lose the indentation that all their lines share and
/// a first line of blanks, as in Nix's `stripIndentation`.
pub(crate) fn string_text(arena: &Arena, parts: &[StrPart], indented: bool) -> Vec<Piece> {
    if !indented {
        return parts
            .iter()
            .map(|part| match part {
                StrPart::Text(range) => Piece::Text(unescape_name(arena.source(*range))),
                StrPart::Interpolation(expr) => Piece::Interpolation(*expr),
            })
            .collect();
    }
    let indentation = shared_indentation(arena, parts);
    let mut pieces = Vec::with_capacity(parts.len());
    let mut at_line_start = true;
    let last = parts.len().saturating_sub(1);
    for (index, part) in parts.iter().enumerate() {
        match part {
            StrPart::Interpolation(expr) => {
                at_line_start = false;
                pieces.push(Piece::Interpolation(*expr));
            }
            StrPart::Text(range) => {
                let mut raw = arena.source(*range);
                if index == 0
                    && let Some((first, rest)) = raw.split_once('\n')
                    && first.chars().all(|ch| ch == ' ')
                {
                    raw = rest;
                }
                let mut text = strip(raw, indentation, &mut at_line_start);
                if index == last
                    && let Some((before, line)) = text.rsplit_once('\n')
                    && line.chars().all(|ch| ch == ' ')
                {
                    text = format!("{before}\n");
                }
                pieces.push(Piece::Text(unescape_indented(&text)));
            }
        }
    }
    pieces
}

fn shared_indentation(arena: &Arena, parts: &[StrPart]) -> usize {
    let mut least = usize::MAX;
    let mut here = 0;
    let mut at_line_start = true;
    for part in parts {
        match part {
            StrPart::Interpolation(_) => {
                if at_line_start {
                    least = least.min(here);
                }
                at_line_start = false;
            }
            StrPart::Text(range) => {
                for ch in arena.source(*range).chars() {
                    match ch {
                        '\n' => (at_line_start, here) = (true, 0),
                        ' ' if at_line_start => here += 1,
                        _ if at_line_start => {
                            least = least.min(here);
                            at_line_start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    if least == usize::MAX { 0 } else { least }
}

fn strip(raw: &str, indentation: usize, at_line_start: &mut bool) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut dropped = 0;
    for ch in raw.chars() {
        if ch == '\n' {
            (*at_line_start, dropped) = (true, 0);
        } else if *at_line_start {
            if ch == ' ' && dropped < indentation {
                dropped += 1;
                continue;
            }
            if ch != ' ' {
                *at_line_start = false;
            }
        }
        out.push(ch);
    }
    out
}

fn unescape_indented(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("''") {
        out.push_str(&rest[..at]);
        rest = &rest[at + 2..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('\'') {
            out.push_str("''");
            rest = after;
        } else if let Some(after) = rest.strip_prefix('\\') {
            let mut chars = after.chars();
            match chars.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            }
            rest = chars.as_str();
        }
    }
    out.push_str(rest);
    out
}
