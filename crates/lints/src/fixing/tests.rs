use super::*;
use syntax::{TextRange, TextSize};
use test_support::Fixture;

/// A proposal that replaces words, each in its file, by others.
fn proposal(fixture: &Fixture, name: &str, edits: &[(&str, &str, &str)]) -> Proposal {
    let edit = |&(path, old, new): &(&str, &str, &str)| {
        let file = fixture.file(path);
        let start = fixture.text(file).find(old).unwrap_or_default();
        let range = TextRange::at(TextSize::new(start as u32), TextSize::of(old));
        FileEdit { file, edit: TextEdit::replace(range, new) }
    };
    let identity = (fixture.files[0], "some-rule", name.to_owned(), String::new());
    Proposal { identity, edits: edits.iter().map(edit).collect() }
}

/// The files' texts after the proposals, and the names of those that were refused.
fn after(mut fixture: Fixture, proposals: Vec<Proposal>) -> (Vec<String>, Vec<String>) {
    let settings = Settings::default();
    let base = fixture.snapshot();
    let state = State::of(&fixture.world, &settings);
    let mut fixing = Fixing { world: &mut fixture.world, settings: &settings, state };
    let (mut made, mut refused) = (Vec::new(), FxHashSet::default());
    let count = proposals.len();
    fixing.make(&base, &mut made, proposals, &mut refused);
    assert_eq!(made.len() + refused.len(), count);
    let mut refused: Vec<String> = refused.into_iter().map(|identity| identity.2).collect();
    refused.sort();
    let texts = fixture.files.iter().map(|&file| fixture.text(file)).collect();
    (texts, refused)
}

#[test]
fn a_fix_that_breaks_the_text_or_makes_an_error_is_dropped_alone() {
    let fixture = Fixture::new("#- a.nix\n{ a = 1; b = 2; c = 3; }\n#- b.nix\n{ d = 4; e = 5; }\n");
    let proposals = vec![
        proposal(&fixture, "good", &[("a.nix", "1", "10")]),
        proposal(&fixture, "breaks the text", &[("a.nix", "2;", "2")]),
        proposal(&fixture, "also good", &[("a.nix", "3", "30"), ("b.nix", "4", "40")]),
        proposal(&fixture, "a name given twice", &[("b.nix", "e", "d")]),
    ];
    let (texts, refused) = after(fixture, proposals);
    assert_eq!(texts, ["{ a = 10; b = 2; c = 30; }\n", "{ d = 40; e = 5; }\n"]);
    assert_eq!(refused, ["a name given twice", "breaks the text"]);
}

#[test]
fn a_fix_of_several_files_is_made_whole_or_not_at_all() {
    let fixture = Fixture::new("#- a.nix\n{ a = 1; }\n#- b.nix\n{ b = 2; }\n");
    let proposals =
        vec![proposal(&fixture, "half good", &[("a.nix", "1", "10"), ("b.nix", "}", "")])];
    let (texts, refused) = after(fixture, proposals);
    assert_eq!(texts, ["{ a = 1; }\n", "{ b = 2; }\n"]);
    assert_eq!(refused, ["half good"]);
}

#[test]
fn an_error_elsewhere_counts_as_well() {
    let fixture = Fixture::new(
        "#- configuration.nix\n{ imports = [ ./a.nix ./b.nix ]; }\n#- a.nix\n{ lib, ... }: { options.hypervisor.x = lib.mkOption { }; }\n\
         #- b.nix\n{ config, ... }: { a = config.hypervisor.x; }\n",
    );
    let proposals = vec![proposal(&fixture, "renames alone", &[("a.nix", "r.x", "r.y")])];
    let (_, refused) = after(fixture, proposals);
    assert_eq!(refused, ["renames alone"]);
}

#[test]
fn of_fixes_that_touch_each_other_the_first_is_taken() {
    let fixture = Fixture::new("#- a.nix\n{ a = [ 1 2 3 ]; }\n");
    let all = [
        proposal(&fixture, "first", &[("a.nix", "1 ", "")]),
        proposal(&fixture, "next to it", &[("a.nix", "2", "20")]),
        proposal(&fixture, "apart", &[("a.nix", "3", "30")]),
        proposal(&fixture, "over all", &[("a.nix", "[ 1 2 3 ]", "[ ]")]),
    ];
    let names = |proposals: Vec<Proposal>| -> Vec<String> {
        proposals.into_iter().map(|proposal| proposal.identity.2).collect()
    };
    assert_eq!(names(without_overlaps(all.iter().cloned())), ["first", "apart"]);
    assert_eq!(names(without_overlaps(all.iter().rev().cloned())), ["over all"]);
}
