//! What a file's facts hold of other places: options that a helper in another file makes, modules that
//! several configurations of a flake share.

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

#[test]
fn two_configurations_of_a_flake_may_import_the_same_module() {
    let fixture = Fixture::new(
        r#"
#- flake.nix
{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ ./configuration.nix ]; };
    nixosConfigurations.b = nixpkgs.lib.nixosSystem { modules = [ ./configuration.nix ]; };
  };
}
#- configuration.nix
{ config, ... }: { }
"#,
    );
    let file = fixture.file("flake.nix");
    let findings = check_file(&fixture.snapshot(), &Settings::default(), file);
    assert!(findings.is_empty(), "{findings:?}");
}
