//! What a file's facts hold of other places: options that a helper in another file makes, modules that
//! several configurations of a flake share, options from outside the workspace.

use index::{ExternalOption, ExternalOptions, TypeTable};
use lints::{Level, Settings, check_file};
use module::OptionPath;
use std::sync::Arc;
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

fn external(options: &[(&str, &str)]) -> Arc<ExternalOptions> {
    let mut types = TypeTable::default();
    let options = options.iter().map(|(path, words)| ExternalOption {
        path: OptionPath::parse(path),
        origin: "nixpkgs".into(),
        ty: Some(types.get(words)),
        default: None,
        example: None,
        description: None,
        declared_at: [].into(),
        read_only: false,
        internal: false,
        deprecated: false,
    });
    Arc::new(ExternalOptions::new(options.collect(), Vec::new()))
}

#[test]
fn types_of_options_from_outside_count_as_far_as_they_are_documented() {
    let mut fixture = Fixture::new(
        r#"
{ config, ... }: {
  networking.firewall.enable = "yes";
  networking.hosts."::1" = "localhost";
  services.nginx.virtualHosts.a.root = 1;
  services.own.settings.x = 1;
  environment.variables.PORT = "${config.services.own.port}";
}
"#,
    );
    fixture.world.set_external(external(&[
        ("networking.firewall.enable", "boolean"),
        ("networking.hosts", "attribute set of list of string"),
        ("services.nginx.virtualHosts", "attribute set of (submodule)"),
        ("services.nginx.virtualHosts.<name>.root", "null or absolute path"),
        ("services.own.settings", "settings of its own kind"),
        ("services.own.port", "16 bit unsigned integer; between 0 and 65535 (both inclusive)"),
    ]));
    let file = fixture.file("module.nix");
    let text = fixture.text(file);
    let findings = check_file(&fixture.snapshot(), &Settings::default(), file);
    let of_types: Vec<_> = findings
        .iter()
        .filter(|found| matches!(found.rule, "type-mismatch" | "invalid-interpolation"))
        .collect();
    assert!(of_types.iter().all(|found| found.level == Level::Warning), "{of_types:?}");
    let places: Vec<&str> = of_types.iter().map(|found| &text[found.range]).collect();
    assert_eq!(places, ["\"yes\"", "\"localhost\"", "1", "config.services.own.port"]);
    assert!(of_types[0].message.contains("The type is the one that nixpkgs documents."));
}
