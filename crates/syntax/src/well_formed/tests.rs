//! Whatever this parser takes, rnix takes as well, and both see the same tree in it.

use super::{lexer, parse, tokenize};
use crate::SyntaxKind::TOKEN_URI;
use crate::tree::Tree;
use rowan::NodeOrToken;

/// Every rule of the grammar, and what is easily taken for something else.
const TEXTS: &[&str] = &[
    "{ lib, config ? { }, pkgs, ... }@args: { a.b.\"c d\".${e} = 1; }",
    "args@{ a, b ? 2 }: a",
    "{ }: 1",
    "{ ... }: 1",
    "{ } @ x : x",
    "{ }",
    "{ a }: a",
    "{ a, }: a",
    "x: y: x y",
    "let a = 1; inherit (b) c \"d\" ${e}; inherit f; in a",
    "let { body = 1; }",
    "rec { a = a; or = 1; }",
    "with import <nixpkgs> { }; [ 1 2.5 .5 1. 1.e3 1.5e-3 007 0.5 00.5 a.b or c (d) ]",
    "if a then b else if c then d else e",
    "assert a; b",
    "a.b.c or d.e or f",
    "a.or.b",
    "{ a.or = 1; }.a",
    "a -> b -> c || d || e && f == g != h",
    "a == b",
    "!a == b",
    "!a + b // c",
    "! ! a",
    "- - a b",
    "-a ? b",
    "a ? b.c ? d",
    "a <= b && c < d",
    "a >= b || c > d",
    "a < b < c",
    "a == b == c",
    "a && b == c == d",
    "a // b // c ++ d ++ e",
    "a - b - c + d * e / f",
    "a -b",
    "a-b",
    "a - -b",
    "1 - !a",
    "a ++ !b",
    "a // !b",
    "a |> b |> c",
    "a <| b <| c |> d",
    "f (x: x) { } [ ] \"s\" ./p",
    "(a)",
    "((a))",
    "[ [ ] { } (a) ]",
    "[ a: b ]",
    "[ -1 ]",
    "f a: b",
    "\"a\\\"b$$c${d}e\\${f}\"",
    "''\n  a ''${b} ${c} '''d''' ''\\n $''",
    "\"${\"${a}\"}\"",
    "\"$\"",
    "\"$${a}\"",
    "''$${a}''",
    "''''",
    "\"\"",
    "\"${a { b = { }; }}\"",
    "''a'' + \"b\"",
    "./a/b.nix",
    "../a",
    "/a/b",
    "~/a",
    "<nixpkgs/lib>",
    "./a${b}c/d${e}",
    "./${a}",
    "/${a}/b",
    "~/a/${b}",
    "a/b",
    "1/2",
    "1 / 2",
    "a / b",
    "a /b",
    "./a ${b}",
    "./a/",
    "a//b",
    "./a//b",
    "a/*c*/b",
    "<a",
    "a <b> c",
    "a<b",
    "<>",
    "< a>",
    "<<a>",
    ".../a",
    "[ ... ]",
    "a.../b",
    "a+b/c",
    "a.b/c",
    "a'/b",
    "x:y",
    "x: y",
    "http://a.b/c?d=e",
    "a_b:c",
    "_: 1",
    "a:{ }",
    "# a\n1 # b\r\n",
    "/* a */ 1 /** b **/",
    "/*/ a */ 1",
    "/* a",
    "{ # a\n  # b\n\n  a = /* c */ 1; # d\n}\n",
    "a\u{a0}b",
    "\"\u{e4}\" # \u{f6}\n",
    "\u{e4}",
    "__curPos",
    "{ __curPos = 1; }",
    "{ a = __curPos.line; }",
    "or",
    "a or",
    "a or b",
    "a . b",
    "a.b.c.d",
    "a.${b}.\"c\"",
    "a.\"${b}\"",
    "{ inherit; }",
    "{ inherit (a); }",
    "{ inherit or; }",
    "{ \"a\" = 1; ${b} = 2; }",
    "{ a = 1 }",
    "{ a 1; }",
    "( a ]",
    "( a",
    "[ a",
    "{ a = 1;",
    "",
    " ",
    "1 2",
    "1 ) 2",
    "let in 1",
    "let a = 1; in",
    "a.",
    "a ?",
    "x@{ }@y: x",
    "x@{ a, ... }: a",
    "{ a, b }",
    "{ ... }",
    "{ a ? 1 }: a",
];

/// What is put anywhere into these texts.
const PIECES: &[&str] = &[
    " ", "\n", "{", "}", "[", "]", "(", ")", "\"", "''", "${", "$", ";", ":", ",", ".", "...", "?",
    "@", "=", "==", "!", "!=", "+", "++", "-", "->", "*", "/", "//", "/*", "*/", "#", "<", "<=",
    ">", "|>", "<|", "||", "&&", "&", "|", "~", "~/", "\\", "'", "%", "a", "or", "in", "let ",
    "rec ", " then ", "with ", "inherit ", "assert ", "1", ".5", "e3", "./a", "\u{e4}", "\u{2003}",
    "\r", "_", "<a>", "__curPos",
];

/// Whether the text was taken.
#[track_caller]
fn check(text: &str) -> bool {
    if lexer::tokens(text).is_some() {
        assert_eq!(tokenize(text), rnix::tokenize(text).collect::<Vec<_>>(), "{text:?}");
    }
    let Some(tree) = parse(text) else { return false };
    let rnix = rnix::Root::parse(text);
    assert_eq!(rnix.errors(), &[], "{text:?}");
    assert_eq!(tree, Tree::of(rnix.syntax().green()), "{text:?}");
    true
}

/// Whether it is right that a text is left to rnix.
fn is_left(text: &str) -> bool {
    let rnix = rnix::Root::parse(text);
    let is_rare = |it: NodeOrToken<rnix::SyntaxNode, rnix::SyntaxToken>| {
        it.as_token().is_some_and(|token| token.kind() == TOKEN_URI || token.text() == "__curPos")
    };
    // rnix takes any token for the end of a `(`, and `or` for a name behind another.
    !rnix.errors().is_empty()
        || rnix.syntax().descendants_with_tokens().any(is_rare)
        || ["a\u{a0}b", "( a ]", "a or", "a or b", "./a ${b}", "a_b:c"].contains(&text)
}

#[test]
fn all_of_the_grammar_is_taken_as_rnix_takes_it() {
    for text in TEXTS {
        assert!(check(text) || is_left(text), "{text:?} is left to rnix");
    }
}

#[test]
fn what_is_half_written_is_taken_as_rnix_takes_it() {
    let mut taken = 0;
    for text in TEXTS {
        for (at, _) in text.char_indices() {
            taken += usize::from(check(&text[..at]));
            for piece in PIECES {
                taken += usize::from(check(&format!("{}{piece}{}", &text[..at], &text[at..])));
            }
            for (end, _) in text[at..].char_indices().take(6) {
                taken += usize::from(check(&format!("{}{}", &text[..at], &text[at + end..])));
            }
        }
    }
    assert!(taken > 1_000, "{taken}");
}

#[test]
fn made_up_sentences_are_taken_as_rnix_takes_them() {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |limit: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % limit as u64) as usize
    };
    let mut taken = 0;
    for _ in 0..20_000 {
        let parts = 1 + below(5);
        let text: Vec<&str> = (0..parts)
            .map(|_| match below(3) {
                0 => PIECES[below(PIECES.len())],
                _ => TEXTS[below(TEXTS.len())],
            })
            .collect();
        taken += usize::from(check(&text.join([" ", "", ".", " + ", " // ", "; "][below(6)])));
    }
    assert!(taken > 1_000, "{taken}");
}

#[test]
fn neither_depth_nor_length_takes_stack_or_a_square_of_time() {
    let deep = |open: &str, close: &str, count: usize| {
        format!("{}1{}", open.repeat(count), close.repeat(count))
    };
    for (open, close) in [
        ("(", ")"),
        ("[ ", " ]"),
        ("{ a = ", "; }"),
        ("x: ", ""),
        ("- ", ""),
        ("!", ""),
        ("a // ", ""),
    ] {
        assert!(check(&deep(open, close, 50)), "{open}");
        assert!(parse(&deep(open, close, 100_000)).is_none(), "{open}");
    }
    assert!(parse(&format!("1{}", "+1".repeat(10_000))).is_some());
    assert!(parse(&format!("a{}", ".a".repeat(100_000))).is_some());
}
