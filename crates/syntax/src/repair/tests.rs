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

fn bound_names(parse: &Parse<'_>, node: Node<'_>, text: &str, out: &mut Vec<String>) {
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

/// Each text has one mistake, and one message says it.
#[test]
fn what_is_known_by_sight_is_one_error() {
    let cases = [
        ("{ a: 1;\n  b = 2; }", "a name gets its value with `=`, not with `:`", "a b"),
        ("{ a == 1;\n  b = 2; }", "a name gets its value with one `=`; two compare", "a b"),
        (
            "{ a += 1;\n  b = 2; }",
            "Nix has no `+=`: a name gets one value, written with `=`",
            "a b",
        ),
        (
            "{ a = [ 1, 2, 3 ];\n  b = 2; }",
            "the items of a list are separated by spaces, not by `,`",
            "a b",
        ),
        (
            "{ a = [ 1; 2; ];\n  b = 2; }",
            "the items of a list are separated by spaces, not by `;`",
            "a b",
        ),
        ("{ a = if b = 1 then 2 else 3;\n  c = 2; }", "two values are compared with `==`", "a c"),
        ("{ f = x => x;\n  b = 2; }", "a function is written `x: …`, not with `=>`", "f b"),
        ("{ a = 'b c';\n  b = 2; }", "a string stands in double quotes: write `\"b c\"`", "a b"),
        ("{ a = “b c”;\n  b = 2; }", "a string stands in double quotes: write `\"b c\"`", "a b"),
        ("{\n  // words; = more\n  a = 1;\n}", "a comment begins with `#`, not with `//`", "a"),
        ("{ a = [ ./b/ ];\n  c = 1; }", "a path does not end with `/`: write `./b`", "a c"),
        ("{ a b, ... }: { c = a; }", "a `,` is missing between two arguments", "c"),
        ("{ ..., a }: { c = a; }", "`...` stands last among the arguments", "c"),
        (
            "{ a, ... } =\n{ c = a; }",
            "a `:` stands between a function's arguments and its body, not a `=`",
            "c",
        ),
        ("with x\n{ c = a; }", "a `;` is missing after this: every `with` ends with one", "c"),
        ("assert x\n{ c = a; }", "a `;` is missing after this: every `assert` ends with one", "c"),
        (
            "{\n  inherit (x) a b\n  c = 1;\n}",
            "a `;` is missing after this: every `inherit` ends with one",
            "c",
        ),
        ("{\n  a = { };\n  };\n  b = 1;\n}", "this `}` closes nothing", "a b"),
        ("let a = 1;", "the file ends inside a `let`: `in` and its expression are missing", "a"),
    ];
    for (text, message, bound) in cases {
        let shown = parse(text, |parse| {
            let mut names = Vec::new();
            bound_names(parse, parse.root(), text, &mut names);
            let messages: Vec<String> =
                parse.errors.iter().map(|error| error.message.clone()).collect();
            (messages, names.join(" "))
        });
        assert_eq!(shown, (vec![message.to_owned()], bound.to_owned()), "for {text:?}");
    }
}

#[test]
fn a_merge_conflict_is_one_error() {
    check(
        "{\n<<<<<<< HEAD\n  a = 1;\n=======\n  a = 2;\n>>>>>>> other\n  b = 1;\n}",
        "\"<<<<<<< HEAD\": a merge conflict is left here: keep one of the two sides, and remove the lines that \
         mark them\nbound: a b",
    );
}

#[test]
fn code_in_strings_does_not_swallow_the_module() {
    check(
        "{\n  a = ''\n    x = ''\n    print(x)\n  '';\n  b = 1;\n}",
        "\"''\": these quotes end the string that begins in line 2; write `'''` for two quotes in its text\n\
         bound: a b",
    );
    check(
        "{\n  a = ''\n    hello\n  b = 1;\n}",
        "\"''\": this string is never closed: a `''` is missing\nbound: a b",
    );
    check(
        "{\n  a = ''\n    x=${y%.*} z=${#y}\n  '';\n  b = 1;\n}",
        "\"${y%.*}\": `${y%.*}` is for the shell, and Nix reads every `${` in a string as its own: write \
         `''${`\n\"${#y}\": `${#y}` is for the shell, and Nix reads every `${` in a string as its own: write \
         `''${`\nbound: a b",
    );
    check(
        "{\n  a = \"${x\n  \";\n  b = 1;\n}",
        "\"${\": this `${` is never closed: a `}` is missing\nbound: a b",
    );
}

/// What is legal is no mistake, though the text is broken elsewhere.
#[test]
fn sound_text_beside_a_mistake_is_left_alone() {
    check(
        "{\n  a = with import x\n    { };\n    y;\n  s = ''\n    ${f ''\n      z\n    ''}\n  '';\n  b = 1\n}",
        "\"1\": a `;` is missing before `}`: every binding ends with one\nbound: a s b",
    );
}

/// A fix is of the user's text, not of the mended copy.
#[test]
fn fixes_lead_to_text_that_parses() {
    for text in [
        "{ a = 1\n  b: 2; }",
        "{ a = [ 1,2, 3 ]; }",
        "{ a = 'b'; }",
        "{ a = if b = 1 then 2 else 3; }",
        "{ f = x => x; }",
        "{ a = ''${#x}''; }",
        "{ a b, ... }: a",
        "with x\n{ }",
    ] {
        let fixed = parse(text, |parse| {
            let edits: Vec<_> =
                parse.errors.iter().filter_map(|error| Some(error.fix.clone()?.1)).collect();
            assert_eq!(edits.len(), parse.errors.len(), "{text:?}");
            crate::apply_edits(text, &edits).unwrap_or_default()
        });
        parse(&fixed, |parse| assert_eq!(parse.errors, [], "{text:?} became {fixed:?}"));
    }
}

#[test]
fn a_path_may_begin_with_three_dots() {
    check("{ a = .../modules/x.nix; b.c = ..../x; }", "bound: a b.c");
    check("{ a = x: [ ...a/b (.../${x}) .../a${x}b ]; }", "bound: a");
    check(
        "{ a = .../x; b = 1 c = .../y; }",
        "\"1\": a `;` is missing after this: every binding ends with one\nbound: a b c",
    );
    check(
        "{ a = .../x/; b = 1; }",
        "\".../x/\": a path does not end with `/`: write `./.../x`\nbound: a b",
    );
    check("{ ... }: { a = ./x; }", "bound: a");
}

#[test]
fn a_string_that_ends_too_far_left_is_no_mistake() {
    check(
        "{\n  a = ''\n  text\n'';\n  b = {\n    c = 1;\n",
        "\"{\": this `{` is never closed: a `}` is missing\n\"{\": this `{` is never closed: a `};` is missing\nbound: a b c",
    );
}

#[test]
fn no_range_begins_or_ends_inside_a_character() {
    let text = "{
  a = {all applications
      render by setting
    '';

    busId = mkOption {
      description = ''
        for example if it is at “0001:02:03.4”,
        set this to “PCI:2@1:3:4”.
      '';
    };
  };
}
";
    let places = || text.char_indices().map(|(at, _)| at);
    for (start, end) in places().flat_map(|start| [(start, start), (start, start + 30)]) {
        let Some(rest) = text.get(end..) else { continue };
        let cut = format!("{}{rest}", &text[..start]);
        parse(&cut, |parse| ranges_are_of(&cut, parse, parse.root()));
    }
}

fn ranges_are_of(text: &str, parse: &Parse<'_>, node: Node<'_>) {
    for child in node.children_with_tokens() {
        let range = match child {
            Element::Node(child) => child.range(),
            Element::Token(token) => token.range(),
        };
        let range = std::ops::Range::<usize>::from(parse.to_original(range));
        assert!(text.get(range.clone()).is_some(), "{range:?} of {text:?}");
        if let Element::Node(child) = child {
            ranges_are_of(text, parse, child);
        }
    }
}

#[test]
fn a_bracket_too_many_is_told_from_one_too_few() {
    check(
        "{\n  a = [\n    1 }\n    2\n  ];\n  b = 1;\n}",
        "\"}\": this `}` closes nothing\nbound: a b",
    );
    check(
        "{\n  a = f (g {\n    c = 1; )\n    d = 2;\n  });\n  b = 1;\n}",
        "\")\": this `)` closes nothing\nbound: a c d b",
    );
    check(
        "{\n  l = [ { a = (1 + 2; } ];\n  b = 1;\n}",
        "\"(\": this `(` is never closed: a `)` is missing\nbound: l a b",
    );
}

/// What stood in the string is code once the string is closed, and must not be more than the parser can take.
#[test]
fn an_open_string_hides_no_chain_that_is_too_long() {
    let text = format!("{{ a = \"{}", "x\n".repeat(100_000));
    crate::parse(&text, |parse| {
        let told: Vec<&str> = parse.errors.iter().map(|error| error.message.as_str()).collect();
        assert!(told.iter().any(|it| it.contains("never closed")), "{told:?}");
        assert!(told.iter().any(|it| it.contains("follow each other")), "{told:?}");
    });
}
