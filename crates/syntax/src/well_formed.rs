//! A parser for texts without mistakes, which most are: several times as fast as rnix.
//!
//! It knows what rnix knows of Nix, and gives the very tree that rnix gives; what it cannot take it leaves to
//! rnix, whose complaints [`crate::repair`] mends. That is any text with a mistake in it, and whatever is too rare
//! to be written twice: URIs without quotes, blanks that are not ASCII. It never has to say what is wrong, and so
//! gives up at the first token that it does not expect.

mod grammar;
mod lexer;

pub(crate) use grammar::parse;

use crate::SyntaxKind;
use lexer::Token;

/// The tokens of any text, as rnix sees them.
pub(crate) fn tokenize(text: &str) -> Vec<(SyntaxKind, &str)> {
    let Some(tokens) = lexer::tokens(text) else { return rnix::tokenize(text).collect() };
    let part = |token: &Token, next: &Token| {
        (token.kind, &text[token.start as usize..next.start as usize])
    };
    tokens.iter().zip(&tokens[1..]).map(|(token, next)| part(token, next)).collect()
}

#[cfg(test)]
mod tests;
