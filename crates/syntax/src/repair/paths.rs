//! Paths that Nix reads and rnix does not: those that begin with three dots, as `.../x.nix`. Nix takes the
//! longest token there is, so that the dots are a part of the path; rnix sees an ellipsis first. Source: `PATH`
//! in Nix's `lexer.l`.

use super::Copy;
use crate::well_formed::tokenize;
use crate::{SyntaxKind::*, TextSize};

/// What means the same before such a path.
const HERE: &str = "./";

impl Copy<'_> {
    /// Writes these paths as rnix reads them; says whether there are any. They are no mistake.
    pub fn spell_out_paths(&mut self) -> bool {
        let starts = starts(&self.text);
        // From the back, so that positions of the ones still to come stay true.
        for &start in starts.iter().rev() {
            self.insert(start, HERE);
        }
        !starts.is_empty()
    }
}

fn starts(text: &str) -> Vec<TextSize> {
    // Most texts have dots, and next to none has a name or a slash right behind them.
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+".contains(byte);
    let mut dots = text.match_indices("...");
    if !dots.any(|(at, dots)| text.as_bytes().get(at + dots.len()).is_some_and(is_name)) {
        return Vec::new();
    }
    let mut starts = Vec::new();
    let mut at = TextSize::new(0);
    let mut dots = None;
    for (kind, token) in tokenize(text) {
        // A slash at the end makes no token of a path, and is mended later.
        let is_path = matches!(kind, TOKEN_PATH_ABS | TOKEN_PATH_REL)
            || kind == TOKEN_ERROR && token.len() > 1 && token.ends_with('/');
        if is_path {
            starts.extend(dots);
        }
        dots = (kind == TOKEN_ELLIPSIS).then_some(at);
        at += TextSize::of(token);
    }
    starts
}
