//! Texts that nobody writes by hand.

use crate::session::{MODULE, Session};
use serde_json::{Value, json};
use test_support::Random;

const LEVELS: usize = 10_000;

/// Opens a text as a module beside the good one, asks everything at its beginning, middle and end, edits it, and
/// looks whether the server still knows the good one.
async fn survives(name: &str, text: &str) {
    println!("{name}");
    let mut session = Session::start().await;
    let uri = session.uri("odd.nix");
    session.client.open(&uri, 1, text);
    let characters = text.encode_utf16().count();
    for character in [5, characters / 2, characters] {
        session.ask_everything(&uri, &json!({ "line": 0, "character": character })).await;
    }
    let start = json!({ "line": 0, "character": 0 });
    let change = json!([{ "range": { "start": start, "end": start }, "text": " " }]);
    session.client.edit(&uri, 2, change);
    session.client.diagnostics(&uri, 2).await;
    session.is_alive().await;
}

fn nested(open: &str, inside: &str, close: &str) -> String {
    format!("{}{inside}{}", open.repeat(LEVELS), close.repeat(LEVELS))
}

#[tokio::test]
async fn every_construct_ten_thousand_deep() {
    let constructs: [(&str, String); 24] = [
        ("lists", nested("[", "1", "]")),
        ("parentheses", nested("(", "1", ")")),
        ("sets", nested("{a=", "1", ";}")),
        ("recursive sets", nested("rec{a=", "a", ";}")),
        ("lets", nested("let a=", "1", ";in a")),
        ("functions", nested("a:", "a", "")),
        ("patterns", nested("{a?", "1", "}:a")),
        ("conditions", nested("if a then ", "1", " else 2")),
        ("conditions of conditions", nested("if ", "a", " then 1 else 2")),
        ("withs", nested("with a;", "a", "")),
        ("asserts", nested("assert a;", "a", "")),
        ("negations", nested("-", "1", "")),
        ("nots", nested("!", "a", "")),
        ("strings", nested("\"${", "a", "}\"")),
        ("indented strings", nested("''${", "a", "}''")),
        ("computed names", nested("{${", "a", "}=1;}")),
        ("defaults", nested("a.b or (", "1", ")")),
        ("inherits", nested("{inherit(", "a", ")b;}")),
        ("bodies of lets", nested("let a=1;in ", "a", "")),
        ("named patterns", nested("a@{b}:", "a", "")),
        ("applications", nested("a(", "1", ")")),
        ("selected computed names", nested("a.${", "\"b\"", "}")),
        ("strings in strings in sets", nested("{a=\"${", "a", "}\";}")),
        ("mkIf", format!("{{lib,...}}: {{config={};}}", nested("lib.mkIf a (", "{}", ")"))),
    ];
    for (name, text) in constructs {
        survives(name, &text).await;
    }
}

#[tokio::test]
async fn every_construct_ten_thousand_times_unclosed() {
    for open in [
        "[",
        "(",
        "{a=",
        "{ a = {",
        "let a = ",
        "if a then ",
        "\"${",
        "''${",
        "''",
        "{${",
        "a: ",
        "rec{",
        "/*",
        "with ",
        "with a;",
        "assert ",
        "assert a;",
        "let ",
        "let in ",
        "inherit (",
        "{inherit ",
        "a.${",
        "a@{",
        "{a,",
        "if ",
        "-",
        "!",
        "\"",
        "''\\",
        "''$",
        "<",
        "...",
    ] {
        survives(open, &open.repeat(LEVELS)).await;
    }
}

#[tokio::test]
async fn everything_that_closes_and_nothing_that_opens() {
    for close in [
        "]", ")", "}", "};", ";", "''}", "*/", " in ", " then ", " else ", ":", "=", ",", "@",
        "or ", "$", "\\",
    ] {
        survives(close, &close.repeat(LEVELS)).await;
    }
}

#[tokio::test]
async fn every_operator_ten_thousand_times() {
    for operator in
        ["++", "+", "//", "->", "||", "&&", "==", "-", "*", "/", "?", "<", "!=", "|>", "or", "."]
            .into_iter()
            .chain(["", "\n", "# x\n", "/**/"])
    {
        survives(operator, &format!("a{}", format!(" {operator} a").repeat(LEVELS))).await;
    }
    for operator in ["+", "-", "*", "==", "."] {
        let name = format!("{operator} without blanks");
        survives(&name, &format!("1{}", format!("{operator}1").repeat(LEVELS))).await;
        survives(&name, &format!("1{}", format!("{operator}1").repeat(10 * LEVELS))).await;
    }
    survives("dots", &format!("a{}", ".b".repeat(LEVELS))).await;
    survives("dotted names of sets", &format!("{{{}}}", "a.b.c = {}; ".repeat(LEVELS))).await;
    survives("paths", &format!("./a{}", "/b".repeat(LEVELS))).await;
    survives("dotted names", &format!("{{a{}=1;}}", ".b".repeat(LEVELS))).await;
}

#[tokio::test]
async fn megabytes() {
    let names: String = (0..50_000).map(|it| format!("a{it} = {it};")).collect();
    survives("a string", &format!("{{ a = \"{}\"; }}", "x".repeat(5_000_000))).await;
    survives("one line of attributes", &format!("{{ {names} }}")).await;
    survives("one line of words", &"x ".repeat(100_000)).await;
    survives("lines", &"\n".repeat(5_000_000)).await;
    survives("comments", &"# x\n".repeat(500_000)).await;
    survives("NULs", &"\0".repeat(100_000)).await;
    survives("one name", &"x".repeat(5_000_000)).await;
    survives("carriage returns", &"\r".repeat(1_000_000)).await;
    survives("an unclosed string", &format!("{{ a = \"{}", "x\n".repeat(1_000_000))).await;
    survives("an unclosed comment", &format!("/*{}", "x\n".repeat(1_000_000))).await;
    let undefined: String = (0..50_000).map(|it| format!("a{it} = b{it};")).collect();
    survives("names that nothing binds", &format!("rec {{ {undefined} }}")).await;
    survives("letters of four bytes", &format!("\"{}\"", "\u{1d11e}".repeat(500_000))).await;
}

/// Five megabytes of modules as people write them.
#[tokio::test]
async fn a_module_of_five_megabytes() {
    let option = |it: usize| {
        format!(
            "  options.hypervisor.m{it}.port = lib.mkOption {{\n    type = lib.types.port;\n    description = \"Of m{it}.\";\n  }};\n  config.networking.m{it} = lib.mkIf (config.hypervisor.m{it}.port != 1) {{ a = config.hypervisor.m{it}.port; }};\n"
        )
    };
    let body: String = (0..)
        .map(option)
        .scan(0, |length, it| {
            *length += it.len();
            (*length < 5_000_000).then_some(it)
        })
        .collect();
    survives("a module", &format!("{{ config, lib, ... }}: {{\n{body}}}\n")).await;
}

#[tokio::test]
async fn characters_that_only_look_like_blanks_or_ends_of_lines() {
    let odd = [
        '\0',
        '\u{1}',
        '\u{b}',
        '\u{c}',
        '\u{1b}',
        '\u{7f}',
        '\u{85}',
        '\u{a0}',
        '\u{ad}',
        '\u{200b}',
        '\u{200d}',
        '\u{2028}',
        '\u{2029}',
        '\u{202e}',
        '\u{3000}',
        '\u{d7ff}',
        '\u{e000}',
        '\u{feff}',
        '\u{fffd}',
        '\u{ffff}',
        '\u{10ffff}',
        '\u{301}',
        '\u{1f468}',
    ];
    let mut session = Session::start().await;
    let uri = session.uri("odd.nix");
    session.client.open(&uri, 1, "");
    for (version, odd) in (2..).step_by(2).zip(odd) {
        let text = MODULE.replace(' ', &format!("{odd} "));
        session.client.change(&uri, version, &text);
        session.ask_everything(&uri, &json!({ "line": 1, "character": 30 })).await;
        let text = MODULE.replace('e', &odd.to_string());
        session.client.change(&uri, version + 1, &text);
        session.ask_everything(&uri, &json!({ "line": 2, "character": 70 })).await;
    }
    session.is_alive().await;
}

#[tokio::test]
async fn what_would_compute_for_ever() {
    let range = "(lib.range 1 900)";
    let texts = [
        "(x: x x) (x: x x)".to_owned(),
        "let f = x: f (f x); in { options = f 1; }".to_owned(),
        "rec { a = b; b = a; c = a // b; }".to_owned(),
        "let f = n: { a = f (n + 1); }; in { lib, ... }: { options = f 1; }".to_owned(),
        "let x = import ./odd.nix; in x // x".to_owned(),
        format!("{{lib,...}}: {{ options = lib.genAttrs (map toString {range}) (a: lib.genAttrs (map toString {range}) (b: lib.mkOption {{}})); }}"),
        "{lib,...}: { options.a = lib.mkOption { type = let t = lib.types.attrsOf (lib.types.submodule { options.t = lib.mkOption { type = t; }; }); in t; }; }".to_owned(),
    ];
    for text in texts {
        survives(&text, &text).await;
    }
}

#[tokio::test]
async fn a_text_cut_off_anywhere() {
    let mut session = Session::start().await;
    let uri = session.uri("odd.nix");
    session.client.open(&uri, 1, "");
    let place = json!({ "line": 2, "character": 70 });
    for (version, length) in (2..).zip(0..MODULE.len()) {
        session.client.change(&uri, version, &MODULE[..length]);
        if length % 8 == 0 {
            session.ask_everything(&uri, &place).await;
        }
    }
    session.is_alive().await;
}

/// After any edits the server has the text that the editor has: what it says of it is what a server says that
/// was given the text whole.
#[tokio::test]
async fn random_edits() {
    let pieces = [
        "{",
        "}",
        ";",
        "\n",
        "\r\n",
        "\r",
        "a.b",
        " = ",
        "''",
        "\"",
        "${",
        "\u{1d11e}",
        "é",
        "let ",
        "in ",
        "",
        "# ",
        "[",
        "]",
    ];
    let mut random = Random::new(42);
    let mut session = Session::start().await;
    let (odd, whole) = (session.uri("odd.nix"), session.uri("whole.nix"));
    session.client.open(&odd, 1, MODULE);
    let mut text: Vec<u16> = MODULE.encode_utf16().collect();
    for version in 2..300 {
        let mut changes = Vec::new();
        for _ in 0..=random.below(3) {
            let start = random.below(text.len() + 1);
            let end = (start + random.below(6)).min(text.len());
            let [start, end] = [start, end].map(|it| boundary(&text, it));
            let piece = pieces[random.below(pieces.len())];
            changes.push(json!({
                "range": { "start": position(&text, start), "end": position(&text, end) },
                "text": piece,
            }));
            text.splice(start..end, piece.encode_utf16());
        }
        session.client.edit(&odd, version, Value::Array(changes));
    }
    let text = String::from_utf16(&text).unwrap();
    let edited = session.client.diagnostics(&odd, 299).await;
    session.client.open(&whole, 299, &text);
    let given = session.client.diagnostics(&whole, 299).await;
    let told = |all: &[Value]| -> Vec<Value> {
        all.iter().map(|it| json!([it["range"], it["code"], it["message"]])).collect()
    };
    assert!(!given.is_empty(), "a text like this has mistakes: {text}");
    assert_eq!(told(&edited), told(&given), "{text}");
    session.is_alive().await;
}

/// Not inside a surrogate pair, and not between CR and LF, where no editor puts its cursor.
fn boundary(text: &[u16], at: usize) -> usize {
    let inside = |at: usize| {
        let (before, after) = (text[at - 1], text[at]);
        (0xd800..0xdc00).contains(&before) || (before, after) == (0x0d, 0x0a)
    };
    if at > 0 && at < text.len() && inside(at) { at - 1 } else { at }
}

fn position(text: &[u16], at: usize) -> Value {
    let (mut line, mut start) = (0, 0);
    for (index, unit) in text[..at].iter().enumerate() {
        let ends = *unit == 0x0a || *unit == 0x0d && text.get(index + 1) != Some(&0x0a);
        if ends {
            (line, start) = (line + 1, index + 1);
        }
    }
    json!({ "line": line, "character": at - start })
}
