//! Where a text has comments.

use crate::cursor::{Element, Node};
use crate::{SyntaxKind, TextRange, TextSize, parse};

/// The comments of a text, in order, each from its `#` or `/*` to its last character. What looks like
/// one inside a string is none.
pub fn comments(text: &str) -> Vec<TextRange> {
    parse(text, |parse| {
        let mut found = Vec::new();
        let mut waiting: Vec<Node<'_>> = vec![parse.root()];
        while let Some(node) = waiting.pop() {
            for child in node.children_with_tokens() {
                match child {
                    Element::Node(node) => waiting.push(node),
                    Element::Token(token) if token.kind() == SyntaxKind::TOKEN_COMMENT => {
                        // The parser counts the first half of a CRLF as the comment's.
                        let length = TextSize::of(token.text().trim_end_matches('\r'));
                        let range = TextRange::at(token.range().start(), length);
                        found.push(parse.to_original(range));
                    }
                    Element::Token(_) => {}
                }
            }
        }
        found.sort_unstable_by_key(|range| range.start());
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = comments(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn comments_are_found_and_strings_are_not() {
        check("# a\n{ x = 1; /* b\n c */ y = \"# no\"; } # d", &["# a", "/* b\n c */", "# d"]);
        check("''\n  # no ${ /* yes */ x } # no\n''", &["/* yes */"]);
        check("{ a = ./x#y; }", &["#y; }"]);
        check("", &[]);
    }

    #[test]
    fn line_endings_are_no_part_of_them() {
        check("a # b\r\n# c\r\n/* d\r\n */ # e", &["# b", "# c", "/* d\r\n */", "# e"]);
    }

    #[test]
    fn they_are_found_in_broken_texts_too() {
        check("{ a = [ 1 # one\n; b = 2 # two\n}", &["# one", "# two"]);
    }
}
