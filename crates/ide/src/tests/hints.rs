use super::with_options;
use crate::{HintSettings, hints};
use expect_test::{Expect, expect};
use syntax::{TextEdit, TextRange, TextSize, apply_edits};

const ALL: HintSettings = HintSettings { types: true, aliases: true, closings: true };

/// Shows the lines that have hints, with the hints in angle brackets.
#[track_caller]
fn check(module: &str, expected: Expect) {
    let (fixture, at) = with_options(&format!("{module}$0"));
    let text = fixture.text(at.file);
    let whole = TextRange::up_to(TextSize::of(text.as_str()));
    let edits: Vec<TextEdit> = hints(&fixture.snapshot(), ALL, at.file, whole)
        .into_iter()
        .map(|hint| TextEdit::insert(hint.at, format!("⟨{}⟩", hint.label)))
        .collect();
    let shown = apply_edits(&text, &edits).unwrap();
    let lines: Vec<&str> = shown.lines().filter(|line| line.contains('⟨')).map(str::trim).collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn types_beside_definitions() {
    check(
        "{ lib, ... }: {
  hypervisor.web = {
    enable = true;
    port = lib.mkForce 80;
    tls.certificate = null;
    unknown = 1;
  };
  hypervisor.vms.db.memory = 1;
}",
        expect![[r#"
            enable⟨: boolean⟩ = true;
            port⟨: 16 bit unsigned integer⟩ = lib.mkForce 80;
            tls.certificate⟨: null or absolute path⟩ = null;
            hypervisor.vms.db.memory⟨: positive integer, meaning >0⟩ = 1;"#]],
    );
}

#[test]
fn aliases_that_do_not_say_what_they_are() {
    check(
        "{ config, ... }:
let
  plain = config.hypervisor.web;
  hv = config.hypervisor;
  cfg = hv.web;
  inherit (config.hypervisor) vms;
in { x = cfg.port; y = vms; z = plain; }",
        expect!["cfg⟨ → config.hypervisor.web⟩ = hv.web;"],
    );
}

#[test]
fn long_bindings_are_named_at_their_end() {
    let long = "    x = 1;\n".repeat(30);
    check(
        &format!(
            "{{ ... }}: {{\n  a.b = {{\n{long}  }};\n  c = {{\n    x = 1;\n  }};\n  d = {{\n{long}  }}; # d\n}}"
        ),
        expect!["};⟨ a.b⟩"],
    );
}

#[test]
fn what_is_off_is_not_shown() {
    let (fixture, at) = with_options("{ ... }: { hypervisor.web.port = 1; }$0");
    let none = HintSettings { types: false, aliases: false, closings: false };
    let whole = TextRange::up_to(at.offset);
    assert!(hints(&fixture.snapshot(), none, at.file, whole).is_empty());
    let start = TextRange::up_to(TextSize::new(5));
    assert!(hints(&fixture.snapshot(), ALL, at.file, start).is_empty());
}
