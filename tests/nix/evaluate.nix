# Evaluates what the repository offers to Nix, against a small nixpkgs of our own, and says what is wrong:
#   nix-instantiate --eval --strict tests/nix/evaluate.nix
let
  nixpkgs = import ./nixpkgs.nix;
  flake = (import ../../flake.nix).outputs {
    self = flake;
    inherit nixpkgs;
  };
  pkgs = nixpkgs.legacyPackages.x86_64-linux;
  package = flake.packages.x86_64-linux.default;
  manifest = builtins.fromTOML (builtins.readFile ../../Cargo.toml);

  # A module's config, where only this is set.
  configured =
    module: settings:
    let
      made = module {
        inherit pkgs;
        inherit (nixpkgs) lib;
        config.programs.hyper-nixos-ls = {
          package = made.options.programs.hyper-nixos-ls.package.default;
        }
        // settings;
      };
    in
    made.config;
  home = configured flake.homeManagerModules.default {
    enable = true;
    editors = {
      neovim = true;
      helix = true;
      emacs = true;
      vscode = true;
    };
  };
  program = "${package}/bin/hyper-nixos-ls";

  checks = {
    "the package has the version of the crates" = package.version == manifest.workspace.package.version;
    "the lock file is there" = builtins.pathExists package.cargoLock.lockFile;
    "the sources are there" = builtins.pathExists package.src;
    "completions and pages are installed" =
      builtins.match ".*completions .*man pages.*" (
        builtins.replaceStrings [ "\n" ] [ " " ] package.postInstall
      ) != null;
    "there is a package for each system" =
      builtins.attrNames flake.packages == builtins.attrNames nixpkgs.legacyPackages
      && builtins.all (system: flake.packages.${system}.default.system == system) (
        builtins.attrNames flake.packages
      );
    "the app is the program" = flake.apps.x86_64-linux.default.program == program;
    "the check is the package" = flake.checks.x86_64-linux.package == package;
    "the shell has tools" = builtins.elem "cargo" flake.devShells.x86_64-linux.default.packages;
    "the overlay gives the package" =
      (flake.overlays.default pkgs { }).hyper-nixos-ls.pname == "hyper-nixos-ls";
    "default.nix gives the package" =
      (import ../../default.nix { inherit pkgs; }).version == package.version;
    "shell.nix gives the shell" =
      (import ../../shell.nix { inherit pkgs; }).packages
      == flake.devShells.x86_64-linux.default.packages;

    "NixOS installs the package" =
      (configured flake.nixosModules.default { enable = true; }).environment.systemPackages
      == [ package ];
    "NixOS installs nothing unasked" =
      configured flake.nixosModules.default { enable = false; } == { };
    "home-manager installs the package" = home.home.packages == [ package ];
    "Neovim gets its files" =
      builtins.pathExists home.xdg.configFile."nvim/lsp/hyper_nixos_ls.lua".source
      && home.xdg.configFile."nvim/plugin/hyper_nixos_ls.lua".text
        == "vim.lsp.enable('hyper_nixos_ls')\n";
    "Helix gets the server" =
      home.programs.helix.languages.language-server.hyper-nixos-ls.command == program;
    "Emacs gets the server" =
      builtins.match ".*eglot-server-programs.*" (
        builtins.replaceStrings [ "\n" ] [ " " ] home.programs.emacs.extraConfig
      ) != null;
    "VS Code gets the path" =
      home.programs.vscode.profiles.default.userSettings."hyper-nixos-ls.server.path" == program;
  };
  wrong = builtins.filter (name: !checks.${name}) (builtins.attrNames checks);
in
if wrong == [ ] then
  "all ${toString (builtins.length (builtins.attrNames checks))} hold"
else
  throw "this does not hold: ${builtins.concatStringsSep "; " wrong}"
