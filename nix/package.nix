{
  lib,
  stdenv,
  rustPlatform,
  installShellFiles,
}:
let
  manifest = builtins.fromTOML (builtins.readFile ../Cargo.toml);
in
rustPlatform.buildRustPackage {
  pname = "hyper-nixos-ls";
  inherit (manifest.workspace.package) version;

  # What the program is built from and tested with; a change elsewhere builds nothing anew.
  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../.cargo
      ../Cargo.lock
      ../Cargo.toml
      ../LICENSE-APACHE
      ../LICENSE-MIT
      ../crates
      ../editors/emacs
      ../editors/helix
      ../editors/nvim
      ../editors/vscode/package.json
      ../samples
      ../xtask
    ];
  };
  cargoLock.lockFile = ../Cargo.lock;

  cargoBuildFlags = [
    "--package"
    "hyper-nixos-ls"
  ];
  cargoTestFlags = [
    "--package"
    "hyper-nixos-ls"
  ];

  nativeBuildInputs = [ installShellFiles ];

  # The program writes these itself, so it has to run where it is built.
  postInstall = lib.optionalString (stdenv.buildPlatform.canExecute stdenv.hostPlatform) ''
    for shell in bash zsh fish; do
      $out/bin/hyper-nixos-ls completions $shell > hyper-nixos-ls.$shell
    done
    installShellCompletion hyper-nixos-ls.{bash,zsh,fish}
    $out/bin/hyper-nixos-ls man pages
    installManPage pages/*.1
  '';

  meta = {
    description = "Language server and checker for NixOS modules and the options they declare";
    license = with lib.licenses; [
      mit
      asl20
    ];
    mainProgram = "hyper-nixos-ls";
  };
}
