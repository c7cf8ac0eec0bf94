//! A parser for texts without mistakes, which most are: several times as fast as rnix.
//!
//! It knows what rnix knows of Nix, and gives the very tree that rnix gives; what it cannot take it leaves to
//! rnix, whose complaints [`crate::repair`] mends. That is any text with a mistake in it, and whatever is too rare
//! to be written twice: URIs without quotes, blanks that are not ASCII. It never has to say what is wrong, and so
//! gives up at the first token that it does not expect.

mod grammar;
mod lexer;

pub(crate) use grammar::parse;

#[cfg(test)]
mod tests;
