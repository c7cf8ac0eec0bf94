# As much of nixpkgs as the expressions of this repository ask for. It builds nothing: a package is what
# it was asked to be made of.
let
  lib = rec {
    genAttrs = names: make: builtins.listToAttrs (map (name: { inherit name; value = make name; }) names);
    optionalString = condition: text: if condition then text else "";
    getExe = package: "${package}/bin/${package.meta.mainProgram}";
    licenses = {
      mit = "MIT";
      asl20 = "Apache-2.0";
    };
    fileset = {
      unions = paths: paths;
      toSource =
        { root, fileset }:
        let
          missing = builtins.filter (path: !builtins.pathExists path) fileset;
        in
        if missing == [ ] then root else throw "these are not there: ${toString missing}";
    };

    # Modules, as far as one module goes: no merging of types, no priorities.
    types.package = "package";
    literalExpression = text: text;
    mkOption = option: option;
    mkEnableOption = description: { type = "bool"; default = false; inherit description; };
    mkIf = condition: content: if condition then content else { };
    mkMerge = contents: builtins.foldl' recursiveUpdate { } contents;
    recursiveUpdate =
      left: right:
      left
      // builtins.mapAttrs (
        name: value:
        if builtins.isAttrs value && left ? ${name} && builtins.isAttrs left.${name} then
          recursiveUpdate left.${name} value
        else
          value
      ) right;
  };

  packagesFor =
    system:
    let
      platform = {
        inherit system;
        canExecute = _: true;
      };
      pkgs = {
        inherit lib;
        stdenv = {
          hostPlatform = platform;
          buildPlatform = platform;
        };
        rustPlatform.buildRustPackage =
          arguments:
          arguments
          // {
            type = "derivation";
            inherit system;
            outPath = "/built/${arguments.pname}-${arguments.version}";
          };
        mkShell = arguments: arguments // { type = "derivation"; };
        installShellFiles = "installShellFiles";
        cargo = "cargo";
        cargo-deny = "cargo-deny";
        clippy = "clippy";
        mdbook = "mdbook";
        nodejs = "nodejs";
        python3 = "python3";
        rust-analyzer = "rust-analyzer";
        rustc = "rustc";
        rustfmt = "rustfmt";
        callPackage =
          file: overrides:
          let
            function = import file;
          in
          function (builtins.intersectAttrs (builtins.functionArgs function) pkgs // overrides);
      };
    in
    pkgs;
in
{
  inherit lib;
  legacyPackages = lib.genAttrs [
    "x86_64-linux"
    "aarch64-linux"
    "x86_64-darwin"
    "aarch64-darwin"
  ] packagesFor;
}
