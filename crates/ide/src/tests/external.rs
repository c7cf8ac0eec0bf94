//! What is said of options from outside the workspace, beside those of [`super::OPTIONS`].

use super::with_options;
use crate::{CompletionItem, CompletionKind, FilePosition, completion, definition, hover};
use expect_test::{Expect, expect};
use index::{DeclaredAt, ExternalOption, ExternalOptions, Shown, TypeTable};
use module::{FileId, OptionPath};
use std::sync::Arc;
use test_support::Fixture;

/// Options as a checkout of nixpkgs gives them, and one that an `options.json` does.
fn external() -> ExternalOptions {
    let mut types = TypeTable::default();
    let mut option = |path: &str, words: &str| ExternalOption {
        path: OptionPath::parse(path),
        origin: "nixpkgs".into(),
        ty: Some(types.get(words)),
        default: None,
        example: None,
        description: None,
        declared_at: [DeclaredAt {
            name: "nixos/modules/services/nginx.nix".into(),
            file: Some(FileId::new("/nixpkgs/nixos/modules/services/nginx.nix")),
            line: path.len() as u32,
            columns: 4..10,
        }]
        .into(),
        read_only: false,
        internal: false,
        deprecated: false,
    };
    let mut options = vec![
        option("services.nginx.enable", "boolean"),
        option("services.nginx.user", "string"),
        option("services.nginx.virtualHosts", "attribute set of (submodule)"),
        option("services.nginx.virtualHosts.<name>.root", "null or absolute path"),
        option("services.nginx.virtualHosts.<name>.listen", "list of (submodule)"),
        option("services.nginx.virtualHosts.<name>.listen.*.port", "signed integer"),
        option("services.old", "string"),
        option("environment.variables", "attribute set of string"),
        // Somebody else's option of the workspace's namespace.
        option("hypervisor.web.port", "string"),
        option("hypervisor.web.theme", "string"),
    ];
    options[0].default = Some(Shown::Code("false".into()));
    options[0].example = Some(Shown::Markdown("see the manual".into()));
    options[0].description = Some("Whether to enable nginx.".into());
    options[6].deprecated = true;
    options[7].declared_at[0].file = None;
    options[7].declared_at[0].columns = 0..0;
    ExternalOptions::new(options, Vec::new())
}

fn fixture(module: &str) -> (Fixture, FilePosition) {
    let (mut fixture, at) = with_options(module);
    fixture.world.set_external(Arc::new(external()));
    (fixture, at)
}

fn is_option(item: &CompletionItem) -> bool {
    matches!(item.kind, CompletionKind::Option | CompletionKind::Group)
}

#[track_caller]
fn check_completion(module: &str, expected: Expect) {
    let (fixture, at) = fixture(module);
    let mut out = String::new();
    for item in completion(&fixture.snapshot(), at).items.into_iter().filter(is_option) {
        let detail = item.detail.unwrap_or_default();
        let kind = format!("{:?}", item.kind).to_lowercase();
        let mark = if item.deprecated { " deprecated" } else { "" };
        out.push_str(&format!("{kind} {} ({detail}){mark}\n", item.label));
    }
    expected.assert_eq(&out);
}

#[track_caller]
fn check_hover(module: &str, expected: Expect) {
    let (fixture, at) = fixture(module);
    let shown = hover(&fixture.snapshot(), at).map_or("nothing\n".to_owned(), |it| it.markdown);
    expected.assert_eq(&shown);
}

#[track_caller]
fn check_definition(module: &str, expected: Expect) {
    let (fixture, at) = fixture(module);
    let mut out = String::new();
    for target in definition(&fixture.snapshot(), at).iter().flat_map(|found| &found.targets) {
        out.push_str(&format!("{}\n", target.file.path()));
    }
    for place in definition(&fixture.snapshot(), at).iter().flat_map(|found| &found.outside) {
        let file = place.file.map_or("nowhere", FileId::path);
        out.push_str(&format!("{file} {}:{:?}\n", place.line, place.columns));
    }
    expected.assert_eq(&out);
}

#[test]
fn names_are_offered_where_options_are_defined() {
    check_completion(
        "{ ... }: { services.$0 }",
        expect![[r#"
        group nginx ()
        option old (string) deprecated
    "#]],
    );
    check_completion(
        "{ ... }: { config.services.nginx = { enable = true; $0 }; }",
        expect![[r#"
        option user (string)
        group virtualHosts (attribute set of (submodule))
        option enable (boolean)
    "#]],
    );
    check_completion(
        "{ lib, ... }: { config = lib.mkIf true { services.nginx.virtualHosts.a.$0 }; }",
        expect![[r#"
            group listen (list of (submodule))
            option root (null or absolute path)
        "#]],
    );
    check_completion(
        "{ ... }: { services.nginx.virtualHosts.a.listen = [ { $0 } ]; }",
        expect![[r#"
            option port (signed integer)
        "#]],
    );
    // A name that somebody has given a member.
    check_completion(
        "{ config, ... }: { services.nginx.virtualHosts.example = { }; x = config.services.nginx.virtualHosts.$0; }",
        expect![[r#"
            group example ()
        "#]],
    );
    check_completion("{ ... }: { environment.variables.$0 }", expect![[""]]);
}

#[test]
fn names_are_offered_where_options_are_read() {
    check_completion(
        "{ config, ... }: { x = config.services.nginx.$0; }",
        expect![[r#"
        option enable (boolean)
        option user (string)
        group virtualHosts (attribute set of (submodule))
    "#]],
    );
    check_completion(
        "{ config, ... }: let cfg = config.services; in { x = with cfg.nginx; u$0; }",
        expect![[r#"
            option enable (boolean)
            option user (string)
            group virtualHosts (attribute set of (submodule))
        "#]],
    );
    check_completion(
        "{ config, ... }: { x = config.$0; }",
        expect![[r#"
        group hypervisor ()
        group environment ()
        group services ()
    "#]],
    );
}

#[test]
fn the_workspaces_own_come_first_and_win() {
    check_completion(
        "{ config, ... }: { x = config.hypervisor.web.$0; }",
        expect![[r#"
        option enable (boolean)
        option port (16 bit unsigned integer; between 0 and 65535 (both inclusive))
        group tls ()
        option theme (string)
    "#]],
    );
}

#[test]
fn only_groups_are_offered_for_new_declarations() {
    check_completion(
        "{ lib, ... }: { options.services.$0 }",
        expect![[r#"
        group nginx ()
    "#]],
    );
}

#[test]
fn hovers_tell_all_that_the_source_says() {
    check_hover(
        "{ config, ... }: { x = config.services.nginx.en$0able; }",
        expect![[r#"
        ### `services.nginx.enable`

        *type*: boolean

        *default*: `false`

        *example*: see the manual

        Whether to enable nginx.

        Declared in nixpkgs `nixos/modules/services/nginx.nix:22`
    "#]],
    );
    check_hover(
        "{ ... }: { services.nginx.virtualHosts.a.ro$0ot = null; }",
        expect![[r#"
        ### `services.nginx.virtualHosts.<name>.root`

        *type*: null or absolute path

        Declared in nixpkgs `nixos/modules/services/nginx.nix:40`
    "#]],
    );
    check_hover(
        "{ ... }: { environment.variables.EDIT$0OR = \"vi\"; }",
        expect![[r#"
        ### `environment.variables`

        *type*: attribute set of string

        Declared in nixpkgs `nixos/modules/services/nginx.nix`
    "#]],
    );
    check_hover(
        "{ ... }: { services.ngi$0nx.enable = true; }",
        expect![[r#"
        ### `services.nginx`

        6 options of nixpkgs

        - `enable`: boolean
        - `user`: string
        - `virtualHosts`: attribute set of (submodule)
    "#]],
    );
    check_hover(
        "{ ... }: { services.auditd.en$0able = true; }",
        expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn names_under_with_are_known() {
    check_hover(
        "{ config, ... }: { x = with config.services.nginx; us$0er; }",
        expect![[r#"
        ### `services.nginx.user`

        *type*: string

        Declared in nixpkgs `nixos/modules/services/nginx.nix:20`
    "#]],
    );
}

#[test]
fn a_group_may_be_both() {
    check_hover(
        "{ ... }: { hypervisor.w$0eb.theme = 1; }",
        expect![[r#"
        ### `hypervisor.web`

        3 options

        - `enable`: boolean
        - `port`: 16 bit unsigned integer; between 0 and 65535 (both inclusive)
        - `tls.`…

        ---

        ### `hypervisor.web`

        2 options of nixpkgs

        - `port`: string
        - `theme`: string
    "#]],
    );
}

#[test]
fn definitions_lead_into_the_sources_files() {
    check_definition(
        "{ config, ... }: { x = config.services.nginx.us$0er; }",
        expect![[r#"
        /nixpkgs/nixos/modules/services/nginx.nix 19:4..10
    "#]],
    );
    check_definition(
        "{ ... }: { services.nginx.virtualHosts.exam$0ple = { }; }",
        expect![[r#"
        /nixpkgs/nixos/modules/services/nginx.nix 27:4..10
    "#]],
    );
    check_definition(
        "{ ... }: { services.ngi$0nx.enable = true; }",
        expect![[r#"
        /nixpkgs/nixos/modules/services/nginx.nix 21:4..10
    "#]],
    );
    check_definition(
        "{ ... }: { hypervisor.web.po$0rt = 1; }",
        expect![[r#"
        /ws/modules/web.nix
    "#]],
    );
    // Where the file is not at hand there is nowhere to go.
    check_definition("{ ... }: { environment.vari$0ables = { }; }", expect![[""]]);
}
