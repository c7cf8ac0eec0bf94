# Installs the server for one user and tells editors about it. `self` is the flake.
self:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.programs.hyper-nixos-ls;
  editor = name: lib.mkEnableOption "hyper-nixos-ls in ${name}";
in
{
  options.programs.hyper-nixos-ls = {
    enable = lib.mkEnableOption "hyper-nixos-ls, a language server for NixOS modules";
    package = lib.mkOption {
      type = lib.types.package;
      default = self.packages.${pkgs.stdenv.hostPlatform.system}.default;
      defaultText = lib.literalExpression "the package of this flake";
      description = "The package to install.";
    };
    editors = {
      neovim = editor "Neovim 0.11 or newer";
      helix = editor "Helix";
      emacs = editor "Emacs, by way of Eglot";
      vscode = editor "VS Code; the extension has to be installed as well";
    };
  };

  config = lib.mkIf cfg.enable (
    lib.mkMerge [
      { home.packages = [ cfg.package ]; }
      (lib.mkIf cfg.editors.neovim {
        xdg.configFile = {
          "nvim/lsp/hyper_nixos_ls.lua".source = ../editors/nvim/lsp/hyper_nixos_ls.lua;
          "nvim/plugin/hyper_nixos_ls.lua".text = ''
            vim.lsp.enable('hyper_nixos_ls')
          '';
        };
      })
      (lib.mkIf cfg.editors.helix {
        programs.helix.languages = {
          language-server.hyper-nixos-ls = {
            command = lib.getExe cfg.package;
            args = [ "serve" ];
          };
          language = [
            {
              name = "nix";
              language-servers = [
                "hyper-nixos-ls"
                "nil"
                "nixd"
              ];
            }
          ];
        };
      })
      (lib.mkIf cfg.editors.emacs {
        programs.emacs.extraConfig = builtins.readFile ../editors/emacs/hyper-nixos-ls.el;
      })
      (lib.mkIf cfg.editors.vscode {
        programs.vscode.profiles.default.userSettings."hyper-nixos-ls.server.path" = lib.getExe cfg.package;
      })
    ]
  );
}
