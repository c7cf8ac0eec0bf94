use crate::{FilePosition, closing_indentation};
use syntax::apply_edits;
use test_support::Fixture;

/// The text after what stands in front of the cursor has been typed.
#[track_caller]
fn check(text: &str, expected: &str) {
    let fixture = Fixture::new(&format!("#- a.nix\n{text}"));
    let (file, offset) = fixture.cursor();
    let edit = closing_indentation(&fixture.snapshot(), FilePosition { file, offset });
    let edits: Vec<_> = edit.into_iter().collect();
    assert_eq!(apply_edits(&fixture.text(file), &edits).unwrap(), expected);
}

#[track_caller]
fn check_stays(text: &str) {
    check(text, &text.replace("$0", ""));
}

#[test]
fn a_closing_bracket_comes_under_the_line_of_its_opening_one() {
    check("{\n  a = {\n    b = 1;\n    }$0\n}\n", "{\n  a = {\n    b = 1;\n  }\n}\n");
    check("{\n  a = [\n    1\n]$0\n}\n", "{\n  a = [\n    1\n  ]\n}\n");
    check("{\n\ta = f (\n\t\tx\n  )$0\n}\n", "{\n\ta = f (\n\t\tx\n\t)\n}\n");
    // What the opening bracket's line begins with does not matter.
    check(
        "{\n  a =\n    lib.mkIf b {\n      c = 1;\n  }$0",
        "{\n  a =\n    lib.mkIf b {\n      c = 1;\n    }",
    );
    check("{\r\n  a = {\r\n    }$0\r\n}", "{\r\n  a = {\r\n  }\r\n}");
}

#[test]
fn a_semicolon_behind_brackets_puts_them_right() {
    check("{\n  a = {\n    };$0\n}\n", "{\n  a = {\n  };\n}\n");
    check("{\n  a = f (g {\n    b = 1;\n    });$0\n}\n", "{\n  a = f (g {\n    b = 1;\n  });\n}\n");
}

#[test]
fn everything_else_stays() {
    // It is there already, or stands under its bracket on purpose.
    check_stays("{\n  a = {\n  }$0\n}\n");
    check_stays("{\n  a = { b = 1;\n        c = 2;\n      }$0;\n}\n");
    // Something stands in front of it, or on the bracket's own line.
    check_stays("{\n  a = {\n      b = 1; }$0\n}\n");
    check_stays("{\n  a = { }$0;\n}\n");
    check_stays("{\n  a = {\n    } // { };$0\n}\n");
    check_stays("{\n    a = 1;$0\n}\n");
    check_stays("{\n  a = f (g {\n    })$0;\n}\n");
    // No brackets of Nix, or none that fit.
    check_stays("{\n  a = ''\n    {\n      }$0\n  '';\n}\n");
    check_stays("{\n  a = \"${\n      }$0\";\n}\n");
    check_stays("{\n  # {\n      # }$0\n}\n");
    check_stays("{\n  /* {\n      }$0 */\n}\n");
    check_stays("{\n  a = (\n      }$0\n");
    check_stays("      }$0\n");
    check_stays("$0");
}
