use crate::cursor::{Element, Node};
use crate::{Parse, parse_suspicious as parse};
use std::fmt::Write;

/// The messages with what they point at, then the names bound anywhere in the tree that was made.
fn check(text: &str, expected: &str) {
    let shown = parse(text, |parse| {
        let mut out = String::new();
        for error in &parse.errors {
            let _ = writeln!(out, "{:?}: {}", &text[error.range], error.message);
        }
        let mut names = Vec::new();
        bound_names(parse, parse.root(), text, &mut names);
        let _ = write!(out, "bound: {}", names.join(" "));
        out
    });
    assert_eq!(shown, expected.trim(), "for {text:?}");
}

fn bound_names(parse: &Parse, node: Node<'_>, text: &str, out: &mut Vec<String>) {
    for child in node.children_with_tokens() {
        let Element::Node(child) = child else { continue };
        if child.kind() == crate::SyntaxKind::NODE_ATTRPATH
            && node.kind() == crate::SyntaxKind::NODE_ATTRPATH_VALUE
        {
            out.push(text[parse.to_original(child.range())].trim().to_owned());
        }
        bound_names(parse, child, text, out);
    }
}

#[test]
fn a_missing_semicolon_costs_nothing_but_itself() {
    check(
        "{ a = 1\n  b = 2;\n  c.d = 3; }",
        "\"1\": a `;` is missing after this: every binding ends with one\nbound: a b c.d",
    );
    check(
        "{ a = f x\n  b.c = 2; }",
        "\"x\": a `;` is missing after this: every binding ends with one\nbound: a b.c",
    );
    check("{ a = 1 }", "\"1\": a `;` is missing before `}`: every binding ends with one\nbound: a");
}

#[test]
fn an_unfinished_name_does_not_swallow_the_next_line() {
    check(
        "{ config }: { a = config.x.\n  b = 2; }",
        "\".\": an attribute name is missing after this `.`\nbound: a b",
    );
    check("{ a = cfg.; b = 1; }", "\".\": an attribute name is missing after this `.`\nbound: a b");
    check(
        "{ services.foo\n  b = 1; }",
        "\"foo\": this name has no value yet: ` = …;` is missing\nbound: services.foo b",
    );
    check("{ a = ; b = 1; }", "\"=\": a value is missing after this `=`\nbound: a b");
    check("{ a =\n  b = 1; }", "\"=\": a value is missing after this `=`\nbound: a b");
    check(
        "{ d = { b.e.\n }; c = 1; }",
        "\".\": an attribute name is missing after this `.`\nbound: d b.e. c",
    );
    check("{ a = }", "\"=\": a value is missing after this `=`\nbound: a");
}

#[test]
fn an_unclosed_brace_is_found_by_indentation() {
    check(
        "{\n  a = {\n    b = 1;\n  c = 2;\n  d = { };\n}\n",
        "\"{\": this `{` is never closed: a `};` is missing\nbound: a b c d",
    );
    check("{ a = (1; b = 2; }", "\"(\": this `(` is never closed: a `)` is missing\nbound: a b");
    check("{ a = [ 1; b = 2; }", "\"[\": this `[` is never closed: a `]` is missing\nbound: a b");
    check("{ a = 1; } }", "\"}\": this `}` closes nothing\nbound: a");
}

#[test]
fn an_unclosed_string_ends_with_its_line() {
    check(
        "{ a = \"x;\n  b = 2; }",
        "\"\\\"\": this string is never closed: a `\"` is missing\nbound: a b",
    );
    check(
        "{ a = \"x;\n  b = \"y\";\n  c = 2; }",
        "\"\\\"\": this string is never closed: a `\"` is missing\nbound: a b c",
    );
}

#[test]
fn independent_errors_are_all_told() {
    check(
        "{ a = 1\n  b = ;\n  c = 3; }",
        "\"1\": a `;` is missing after this: every binding ends with one\n\"=\": a value is missing after this `=`\nbound: a b c",
    );
}

#[test]
fn truncation_anywhere_is_survived() {
    let text = "{ config, lib, ... }:\nlet cfg = config.a; in\n{\n  options.a = lib.mkOption { default = \"${toString 1}\"; };\n  config = lib.mkIf (cfg ? x) [ ''a ${b}'' ];\n}\n";
    for end in 0..text.len() {
        let cut = &text[..end];
        parse(cut, |parse| {
            for error in &parse.errors {
                assert!(usize::from(error.range.end()) <= cut.len());
            }
        });
    }
}

#[test]
fn ten_thousand_levels_are_survived() {
    let deep =
        |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    for text in [
        deep("[", "]"),
        deep("(", ")"),
        deep("{a=", ";}"),
        deep("-", ""),
        deep("!", ""),
        deep("a: ", ""),
        deep("1 ++ ", ""),
        deep("f ", ""),
        deep("\"${", "}\""),
        deep("let a = ", "; in a"),
        deep("if 1 then ", ""),
        deep("[", ""),
        deep("{a=", ""),
        deep("a.b or ", ""),
        deep("x // ", ""),
        deep("1 + ", ""),
        deep("with a; ", ""),
    ] {
        parse(&text, |parse| {
            assert!(parse.root().range().len() >= crate::TextSize::of(text.as_str()))
        });
    }
}
