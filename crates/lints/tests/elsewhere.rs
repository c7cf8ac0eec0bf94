//! Options that a helper in another file makes: what is written there is not looked for here.

use lints::{Settings, check_file};
use test_support::Fixture;

#[test]
fn an_option_made_in_another_file_is_checked_without_its_text() {
    let padding = "a = [ 1 2 3 ]; ".repeat(40);
    let fixture = Fixture::new(&format!(
        "#- module.nix\n{{ lib, ... }}: {{ options.hypervisor.web.port = import ./port.nix {{ inherit lib; }}; }}\n\
         #- port.nix\n{{ lib }}: let {padding} in lib.mkOption {{ default = builtins.readFile ./x; }}\n"
    ));
    let file = fixture.file("module.nix");
    let findings = check_file(&fixture.snapshot(), &Settings::default(), file);
    assert!(findings.iter().all(|finding| finding.rule != "expensive-default"), "{findings:?}");
}
