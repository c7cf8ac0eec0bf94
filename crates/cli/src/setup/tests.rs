//! Texts before and after. What holds for all editors: a second run changes nothing, and an undo gives
//! back every byte.

use super::emacs::InitFile;
use super::helix::Languages;
use super::own_file::OwnFile;
use super::part::{Part, Refusal};
use super::vscode::UserSettings;
use std::path::PathBuf;

fn helix() -> Languages {
    Languages(PathBuf::from("languages.toml"))
}

fn vscode() -> UserSettings {
    let program = r"/opt/tools/hyper-nixos-ls".to_owned();
    UserSettings { file: PathBuf::from("settings.json"), program }
}

fn emacs() -> InitFile {
    InitFile(PathBuf::from("init.el"))
}

fn own_file() -> OwnFile {
    OwnFile { file: PathBuf::from("x.lua"), comment: "--", text: "return 1\n" }
}

/// Adds, adds again, and takes back; gives the text after the first.
#[track_caller]
fn round_trip(part: &dyn Part, before: Option<&str>) -> String {
    let after = part.add(before).unwrap();
    assert_eq!(part.add(Some(&after)).unwrap(), after, "a second run changes nothing");
    assert_eq!(part.remove(&after).unwrap().as_deref(), before, "an undo gives back every byte");
    after
}

/// With line breaks of both kinds.
fn both(text: &str) -> [String; 2] {
    [text.to_owned(), text.replace('\n', "\r\n")]
}

#[test]
fn emacs_gets_a_block_at_the_end() {
    let after = round_trip(&emacs(), Some("(setq a 1)\n"));
    assert!(after.starts_with("(setq a 1)\n\n;; >>> hyper-nixos-ls setup (appended; "), "{after}");
    assert!(after.contains("(add-to-list 'eglot-server-programs"), "{after}");
    for before in ["", "\n", "(setq a 1)", "(setq a 1)\n\n\n"].iter().flat_map(|it| both(it)) {
        round_trip(&emacs(), Some(&before));
    }
    round_trip(&emacs(), None);
}

#[test]
fn what_was_written_by_hand_is_enough() {
    let before = "(add-to-list 'eglot-server-programs '(nix-mode . (\"hyper-nixos-ls\")))\n";
    assert_eq!(emacs().add(Some(before)).unwrap(), before);
    assert_eq!(emacs().remove(before).unwrap().as_deref(), Some(before));
}

#[test]
fn what_the_user_writes_around_a_block_stays() {
    let after = emacs().add(Some("a\n")).unwrap() + "b\n";
    assert_eq!(emacs().add(Some(&after)).unwrap(), after);
    assert_eq!(emacs().remove(&after).unwrap().as_deref(), Some("a\nb\n"));
    let after = emacs().add(None).unwrap() + "b\n";
    assert_eq!(emacs().remove(&after).unwrap().as_deref(), Some("b\n"));
}

#[test]
fn a_block_that_the_user_changed_is_left() {
    let changed = emacs().add(Some("a\n")).unwrap().replace("serve", "serve\" \"--log");
    assert!(matches!(emacs().add(Some(&changed)), Err(Refusal::Changed)));
    assert!(matches!(emacs().remove(&changed), Err(Refusal::Changed)));
    let endless = emacs().add(Some("a\n")).unwrap().replace("<<<", "");
    assert!(matches!(emacs().remove(&endless), Err(Refusal::NoEnd)));
}

#[test]
fn a_file_of_our_own_is_made_renewed_and_removed() {
    let after = round_trip(&own_file(), None);
    let newer = OwnFile { text: "return 2\n", ..own_file() };
    assert_eq!(newer.add(Some(&after)).unwrap(), newer.add(None).unwrap());
    // Copied by hand.
    assert_eq!(own_file().add(Some("return 1\n")).unwrap(), "return 1\n");
    assert!(matches!(own_file().add(Some("return 3\n")), Err(Refusal::Foreign)));
    let changed = after.replace("return 1", "return 4");
    assert!(matches!(own_file().add(Some(&changed)), Err(Refusal::Changed)));
    assert!(matches!(own_file().remove(&changed), Err(Refusal::Changed)));
}

#[test]
fn helix_gets_a_server_and_a_language() {
    let after = round_trip(&helix(), Some("# mine\n[language-server.nil]\ncommand = \"nil\"\n"));
    assert!(after.starts_with("# mine\n[language-server.nil]\n"), "{after}");
    let added = "[language-server.hyper-nixos-ls]\ncommand = \"hyper-nixos-ls\"\nargs = [\"serve\"]\n\n\
                 [[language]]\nname = \"nix\"\n\
                 language-servers = [\"hyper-nixos-ls\", \"nil\", \"nixd\"]\n# <<<";
    assert!(after.contains(added), "{after}");
    round_trip(&helix(), None);
    round_trip(&helix(), Some(""));
}

#[test]
fn helix_lists_of_servers_keep_their_form() {
    let list = |servers: &str| {
        format!(
            "[[language]] # of mine\nname = \"nix\" # Nix\nlanguage-servers = {servers} # all\n"
        )
    };
    for (before, after) in [
        (r#"["nil"]"#, r#"["hyper-nixos-ls", "nil"]"#),
        (r#"[ 'nil','nixd', ]"#, r#"[ "hyper-nixos-ls", 'nil','nixd', ]"#),
        ("[]", r#"["hyper-nixos-ls"]"#),
        ("[\n  # first\n  \"nil\",\n]", "[\n  # first\n  \"hyper-nixos-ls\", \"nil\",\n]"),
        (
            r#"[{ name = "nil", except-features = ["format"] }]"#,
            r#"["hyper-nixos-ls", { name = "nil", except-features = ["format"] }]"#,
        ),
    ] {
        for (before, after) in both(&list(before)).into_iter().zip(both(&list(after))) {
            let whole = round_trip(&helix(), Some(&before));
            assert!(whole.starts_with(&after), "{whole}");
        }
    }
}

#[test]
fn helix_languages_without_servers_get_a_list() {
    for before in [
        "[[language]]\nname = \"nix\"\nauto-format = true\n",
        "[[language]]\n  auto-format = true\n  name = \"nix\"",
        "language = [{ auto-format = true, name = \"nix\" }]\n",
    ] {
        for before in both(before) {
            round_trip(&helix(), Some(&before));
        }
    }
    let inline = "language = [{ name = \"nix\" }]\n";
    let after = round_trip(&helix(), Some(inline));
    let list = "language = [{ language-servers = [\"hyper-nixos-ls\", \"nil\", \"nixd\"], name = \"nix\" }]\n";
    assert!(after.starts_with(list), "{after}");
}

#[test]
fn helix_tables_that_are_closed_take_no_other_section() {
    let before = "language-server = {}\nlanguage = [{ name = \"nix\" }]\n";
    assert!(matches!(helix().add(Some(before)), Err(Refusal::NoFit(_))));
}

#[test]
fn helix_set_up_by_hand_is_left() {
    let before = "[[language]]\nname = \"nix\"\nlanguage-servers = [\"nil\", \"hyper-nixos-ls\"]\n\
                  [language-server.hyper-nixos-ls]\ncommand = \"hyper-nixos-ls\"\n";
    assert_eq!(helix().add(Some(before)).unwrap(), before);
    assert_eq!(helix().remove(before).unwrap().as_deref(), Some(before));
}

#[test]
fn helix_names_that_the_user_moved_are_taken_out() {
    let before = "[[language]]\nname = \"nix\"\nlanguage-servers = [\"nil\"]\n";
    let after = helix().add(Some(before)).unwrap();
    let moved = after.replace(r#"["hyper-nixos-ls", "nil"]"#, r#"["nil", "hyper-nixos-ls"]"#);
    assert_eq!(helix().add(Some(&moved)).unwrap(), moved, "the order is the user's");
    let left = before.replace("\"nil\"", "\"nil\", ");
    assert_eq!(helix().remove(&moved).unwrap(), Some(left));
}

#[test]
fn helix_files_that_are_no_toml_are_left() {
    assert!(matches!(helix().add(Some("[[language\n")), Err(Refusal::Broken(_))));
}

#[test]
fn vscode_gets_a_setting_at_the_top() {
    let before = "{\n  // mine\n  \"editor.fontSize\": 12, /* big */\n}\n";
    let after = round_trip(&vscode(), Some(before));
    let lines: Vec<&str> = after.lines().collect();
    assert!(lines[1].starts_with("  // >>> hyper-nixos-ls setup (appended; "), "{after}");
    assert_eq!(lines[2], "  \"hyper-nixos-ls.server.path\": \"/opt/tools/hyper-nixos-ls\",");
    assert_eq!(lines[4..], before.lines().collect::<Vec<_>>()[1..]);
    for before in [
        "{}",
        "{ }\n",
        "{\n}\n",
        "{ \"a\": 1 }",
        "{\"a\":[1,],}",
        "{ // x\n}",
        "// y\n{\n\t\"a\": {}\n}",
    ] {
        for before in both(before) {
            round_trip(&vscode(), Some(&before));
        }
    }
    round_trip(&vscode(), None);
    round_trip(&vscode(), Some(""));
}

#[test]
fn vscode_knows_the_setting() {
    let manifest = include_str!("../../../../editors/vscode/package.json");
    assert!(manifest.contains("\"hyper-nixos-ls.server.path\": {"));
}

#[test]
fn vscode_settings_stay_valid() {
    for before in [None, Some(""), Some("{}"), Some("{ \"a\": 1 }"), Some("{\n\"a\": 1 // x\n}")] {
        let after = vscode().add(before).unwrap();
        let strict = jsonc_parser::ParseOptions {
            allow_trailing_commas: false,
            allow_missing_commas: false,
            ..Default::default()
        };
        let parsed = jsonc_parser::parse_to_ast(&after, &Default::default(), &strict).unwrap();
        let root = parsed.value.unwrap();
        let root = root.as_object().unwrap();
        assert_eq!(
            root.get_string("hyper-nixos-ls.server.path").unwrap().value,
            "/opt/tools/hyper-nixos-ls"
        );
    }
}

#[test]
fn vscode_follows_a_program_that_has_moved() {
    let before = "{\n  \"a\": 1\n}\n";
    let old = vscode().add(Some(before)).unwrap();
    let moved = UserSettings { program: "/new/hyper-nixos-ls".to_owned(), ..vscode() };
    let new = round_trip(&moved, Some(before));
    assert_eq!(moved.add(Some(&old)).unwrap(), new);
}

#[test]
fn vscode_settings_of_the_user_are_left() {
    let before = "{ \"hyper-nixos-ls.server.path\": \"mine\" }";
    assert_eq!(vscode().add(Some(before)).unwrap(), before);
    assert!(matches!(vscode().add(Some("[]")), Err(Refusal::Broken(_))));
    assert!(matches!(vscode().add(Some("{ \"a\": ")), Err(Refusal::Broken(_))));
    let after = vscode().add(Some("{}")).unwrap();
    // Another setting behind it asks for a comma.
    let more =
        after.replace("hyper-nixos-ls\"\n", "hyper-nixos-ls\",\n").replace("\n}", "\n\"b\": 2 }");
    assert_eq!(vscode().remove(&more).unwrap().as_deref(), Some("{\"b\": 2 }"));
}
