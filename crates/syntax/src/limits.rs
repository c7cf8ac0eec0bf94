//! What rnix cannot take: texts that would need more stack than there is, or time that grows with the square
//! of their length. No author writes them; a generator or an attacker might.

use crate::well_formed::tokenize;
use crate::{SyntaxKind::*, TextRange, TextSize};
use std::ops::ControlFlow;

/// Texts up to this many bytes may take the stack that their length could need at the very worst; it
/// is only reserved, not touched. Longer ones are worth a closer look.
const SHORT: usize = 32 * 1024;
/// rnix itself stops at 512 nested expressions; each takes a score of its functions.
const GRAMMAR: usize = 512 * 4;
/// Operators or arguments in a row. Each nests the tree by one level.
pub(crate) const MAX_CHAIN: usize = 16 * 1024;
/// After so many of them in a row a comment is put into the copy that is parsed. rowan shares nodes that are
/// alike, and hashes each with all that is in it whenever its table grows: a time with the square of the depth.
/// Nodes of more than three children it leaves alone, and all that they stand in.
const SEAM_EVERY: usize = 1024;
const SEAM: &str = " /**/ ";
/// Shorter texts without a `;` have no chain of which the square would be felt.
const LONG_STATEMENT: usize = 8 * 1024;
/// Bytes of names and dots in a row. rnix reads all of them again at each dot, to see whether they are a path;
/// where that comes to more than so many steps in a text, the runs are cut to so many bytes.
const MAX_STEPS: usize = 64 * 1024 * 1024;
const MAX_RUN: usize = 256;

/// What a text needs to be parsed.
pub(crate) struct Needs {
    /// How deep its tree can be at most.
    pub depth: usize,
    /// What keeps it from taking too long: texts to be put in, in the order of their places. They change
    /// nothing of what is read.
    pub seams: Vec<(TextSize, &'static str)>,
}

/// `Break` with the place where the tree gets deeper than we can take.
pub(crate) fn needs(text: &str) -> ControlFlow<TextRange, Needs> {
    let is_short = text.len() <= SHORT;
    if is_short && text.split(';').all(|statement| statement.len() < LONG_STATEMENT) {
        return ControlFlow::Continue(Needs { depth: GRAMMAR + text.len(), seams: Vec::new() });
    }
    let mut seams = Vec::new();
    // Operators, arguments, names of attribute paths and brackets nest without the parser's own limit:
    // count them between the separators that end them. Elements of lists stand side by side.
    let mut open = Vec::new();
    let (mut here, mut total, mut deepest) = (0usize, 0usize, 0usize);
    let mut chain = Chain::default();
    let mut start = TextSize::new(0);
    for (kind, token) in tokenize(text) {
        let at = start;
        start += TextSize::of(token);
        match kind {
            TOKEN_WHITESPACE | TOKEN_COMMENT => continue,
            TOKEN_L_BRACE | TOKEN_L_BRACK | TOKEN_L_PAREN | TOKEN_INTERPOL_START => {
                chain.operand();
                // Between the parts of a string a comment would be text.
                if kind != TOKEN_INTERPOL_START {
                    seams.extend(chain.seam(at));
                }
                open.push((here, kind, std::mem::take(&mut chain)));
                total += here + 1;
                here = 0;
            }
            TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_R_PAREN | TOKEN_INTERPOL_END => {
                if let Some((outer, _, around)) = open.pop() {
                    total -= outer + 1;
                    here = outer + 1;
                    chain = around;
                }
            }
            TOKEN_SEMICOLON | TOKEN_COMMA => {
                here = 0;
                chain = Chain::default();
            }
            _ if open.last().is_some_and(|(_, bracket, _)| *bracket == TOKEN_L_BRACK) => {}
            TOKEN_STRING_CONTENT | TOKEN_STRING_END => {}
            // What the parser counts itself, and the dots of attribute paths.
            TOKEN_DOT | TOKEN_IF | TOKEN_THEN | TOKEN_ELSE | TOKEN_LET | TOKEN_IN | TOKEN_WITH
            | TOKEN_ASSERT | TOKEN_REC | TOKEN_INHERIT | TOKEN_ASSIGN | TOKEN_COLON | TOKEN_AT
            | TOKEN_ELLIPSIS => {
                here += 1;
                chain.after_operator = true;
            }
            TOKEN_IDENT | TOKEN_INTEGER | TOKEN_FLOAT | TOKEN_URI | TOKEN_STRING_START
            | TOKEN_PATH_ABS | TOKEN_PATH_REL | TOKEN_PATH_HOME | TOKEN_PATH_SEARCH => {
                here += 1;
                chain.operand();
                seams.extend(chain.seam(at));
            }
            _ => {
                here += 1;
                chain.operator();
            }
        }
        if chain.levels > MAX_CHAIN {
            return ControlFlow::Break(TextRange::at(at, TextSize::of(token)));
        }
        deepest = deepest.max(total + here);
    }
    let depth = GRAMMAR + if is_short { text.len() } else { deepest };
    ControlFlow::Continue(Needs { depth, seams })
}

/// Operators and arguments that follow each other.
#[derive(Default)]
struct Chain {
    levels: usize,
    /// How many of them there were at the last seam.
    sewn: usize,
    after_operator: bool,
}

impl Chain {
    /// One that follows another is its argument.
    fn operand(&mut self) {
        self.levels += usize::from(!self.after_operator);
        self.after_operator = false;
    }

    fn operator(&mut self) {
        self.levels += 1;
        self.after_operator = true;
    }

    /// The seam in front of the operand at a place, if one is due.
    fn seam(&mut self, operand: TextSize) -> Option<(TextSize, &'static str)> {
        if self.levels < self.sewn + SEAM_EVERY {
            return None;
        }
        self.sewn = self.levels;
        Some((operand, SEAM))
    }
}

/// Blanks that cut a run of names and dots, each with its place, before a dot; in the order of the text. There
/// are none unless the runs are so long that reading them takes more time than the rest of the text.
pub(crate) fn cuts_of_long_runs(text: &str) -> Vec<(TextSize, &'static str)> {
    let is_part =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'+' | b'-');
    let bytes = text.as_bytes();
    if bytes.len().saturating_mul(bytes.len()) <= MAX_STEPS {
        return Vec::new();
    }
    // No run is longer than its line. Ends of lines are found in much less time than ends of runs.
    let lines = memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]);
    let (_, longest) =
        lines.fold((0, 0), |(start, longest), end| (end, (end - start).max(longest)));
    if bytes.len().saturating_mul(longest) <= MAX_STEPS {
        return Vec::new();
    }
    let runs = bytes.split(|byte| !is_part(byte));
    let steps: usize = runs.map(|run| run.len().saturating_mul(run.len())).sum();
    if steps <= MAX_STEPS {
        return Vec::new();
    }
    let mut cuts = Vec::new();
    let mut start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'.' && at - start > MAX_RUN {
            cuts.push((TextSize::new(at as u32), " "));
            start = at;
        } else if !is_part(byte) {
            start = at + 1;
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_and_paths_are_not_deep() {
        let list = format!("[ {} ]", "\"a\" ".repeat(MAX_CHAIN * 2));
        assert!(needs(&list).is_continue());
        let path = format!("a{} = 1;", " .b".repeat(MAX_CHAIN * 2));
        assert!(needs(&path).is_continue());
        let sum = format!("1{}", " + 1".repeat(MAX_CHAIN));
        assert!(needs(&sum).is_break());
    }

    #[test]
    fn runs_are_cut_before_a_dot() {
        let text = format!("x = {}; y = a.b.c;", "a.".repeat(8 * 1024));
        let cuts = cuts_of_long_runs(&text);
        assert_eq!(cuts.len(), 63);
        assert!(cuts.iter().all(|(cut, _)| text[usize::from(*cut)..].starts_with('.')));
        assert_eq!(cuts_of_long_runs(&text[..1024]), []);
        let lines = "a.a.a.a.\n".repeat(8 * 1024);
        assert_eq!(cuts_of_long_runs(&lines), []);
        let one_is_long = format!("{lines}{text}\n{lines}");
        assert_eq!(cuts_of_long_runs(&one_is_long).len(), 63);
    }

    #[test]
    fn long_chains_have_seams() {
        let seams = |text: &str| match needs(text) {
            ControlFlow::Continue(needs) => needs.seams.into_iter().map(|(at, _)| at).collect(),
            ControlFlow::Break(_) => Vec::new(),
        };
        let arguments = format!("f{}", " a".repeat(8 * 1024));
        assert_eq!(seams(&arguments).len(), 8);
        assert!(seams(&arguments).iter().all(|at| arguments[usize::from(*at)..].starts_with('a')));
        assert_eq!(seams(&format!("1{}", " + 1".repeat(8 * 1024))).len(), 8);
        // Neither between the elements of a list nor inside a string.
        assert_eq!(seams(&format!("[{}]", " a".repeat(8 * 1024))), []);
        assert_eq!(seams(&format!("\"{}\"", "${a}".repeat(8 * 1024))), []);
    }
}
