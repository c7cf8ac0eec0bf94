//! Safe fixes over a whole tree.

use lints::{Diagnostic, Fixed, Settings, apply_safe_fixes};
use test_support::Fixture;

/// The files after all safe fixes, as a fixture shows them, and how many findings were fixed.
#[track_caller]
fn fixed(text: &str, is_wanted: &dyn Fn(&Diagnostic) -> bool) -> (String, Fixed) {
    let mut fixture = Fixture::new(text);
    let fixed = apply_safe_fixes(&mut fixture.world, &Settings::default(), is_wanted);
    let mut shown = String::new();
    for &file in &fixture.files {
        if fixture.files.len() > 1 {
            shown.push_str(&format!("#- {}\n", file.relative_to(Fixture::root())));
        }
        shown.push_str(&fixture.text(file));
    }
    for file in &fixed.files {
        assert_eq!(&*file.after, fixture.text(file.file), "what is told is what is there");
        assert_ne!(file.before, file.after);
    }
    (shown, fixed)
}

#[test]
fn fixes_are_applied_until_there_is_nothing_left() {
    // Without the inner `let` the outer one's `with` is needed by nobody either.
    let (text, fixed) = fixed(
        "#- a.nix\nx: { a = with x; let in 2; b = let in let in 1; }\n\
         #- b.nix\n{ inherit; a = 1; }\n\
         #- c.nix\n{ a = 1; }\n",
        &|_| true,
    );
    assert_eq!(
        text,
        "#- a.nix\nx: { a = 2; b = 1; }\n#- b.nix\n{ a = 1; }\n#- c.nix\n{ a = 1; }\n"
    );
    assert_eq!((fixed.findings, fixed.files.len()), (5, 2));
}

#[test]
fn neighbours_wait_for_the_next_round() {
    let imports = " ./a.nix".repeat(40);
    let (text, fixed) =
        fixed(&format!("#- module.nix\n{{ imports = [{imports} ]; }}\n#- a.nix\n{{ }}\n"), &|_| {
            true
        });
    assert_eq!(text, "#- module.nix\n{ imports = [ ./a.nix ]; }\n#- a.nix\n{ }\n");
    assert_eq!(fixed.findings, 39);
}

#[test]
fn only_what_is_wanted_is_fixed() {
    let module = "x: { a = with x; 1; b = let in 2; }\n";
    let (text, _) = fixed(module, &|finding| finding.rule == "empty-let");
    assert_eq!(text, "x: { a = with x; 1; b = 2; }\n");
}

#[test]
fn a_fix_that_needs_an_eye_is_left() {
    let module = "{ config, lib, ... }:\n{\n  options.hypervisor.a.enable = lib.mkEnableOption \"a\";\n  config = { b = 1; };\n}\n";
    let (text, fixed) = fixed(module, &|finding| finding.rule == "unguarded-config");
    assert_eq!((text.as_str(), fixed), (module, Fixed::default()));
}
