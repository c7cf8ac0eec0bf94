//! Everything that a tree names.

use crate::{ReferenceKind, file_occurrences, local_occurrences, option_occurrences};
use module::OptionPath;
use test_support::Fixture;

#[test]
fn local_names_of_every_binder_are_numbered_in_their_order() {
    let text = "x: all@{ a, b ? a, ... }:\nlet c = x; inherit (all) d; in\nrec { e = c + d; f = e; } // { g = b; }\n";
    let fixture = Fixture::new(&format!("#- a.nix\n{text}"));
    let found = local_occurrences(&fixture.snapshot(), fixture.file("a.nix"));
    let shown: Vec<String> = found
        .iter()
        .map(|it| {
            let use_or_binding = if it.kind == ReferenceKind::Declaration { "=" } else { "" };
            format!("{}{use_or_binding}{}", &text[it.range], it.name)
        })
        .collect();
    assert_eq!(
        shown.join(" "),
        "x=0 all=1 a=2 b=3 a2 c=4 x0 all1 d=5 e=6 c4 d5 f=7 e6 b3",
        "`g` is bound in no scope"
    );
}

#[test]
fn options_and_files_are_found_without_a_cursor() {
    let fixture = Fixture::new(
        "#- a.nix
{ imports = [ ./b.nix ./gone.nix ]; }
#- b.nix
{ config, lib, ... }: {
  options.hypervisor.vms = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule { options.x = lib.mkOption { }; }); };
  config.hypervisor.vms.one.x = config.hypervisor.vms.two.x;
}
",
    );
    let snapshot = fixture.snapshot();
    let kinds = |path: &str| -> Vec<ReferenceKind> {
        let found = option_occurrences(&snapshot, &OptionPath::parse(path));
        found.iter().map(|reference| reference.kind).collect()
    };
    use ReferenceKind::{Declaration, Read, Write};
    assert_eq!(kinds("hypervisor.vms.<name>.x"), [Declaration, Write, Read]);
    assert_eq!(kinds("hypervisor.vms"), [Declaration, Write, Read]);
    assert_eq!(kinds("hypervisor.gone"), []);
    let files: Vec<_> = file_occurrences(&snapshot, fixture.file("a.nix"));
    assert_eq!(files.iter().map(|(file, _)| *file).collect::<Vec<_>>(), [fixture.file("b.nix")]);
}
