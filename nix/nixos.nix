# Installs the server for all users. `self` is the flake.
self:
{
  config,
  lib,
  pkgs,
  ...
}:
{
  options.programs.hyper-nixos-ls = {
    enable = lib.mkEnableOption "hyper-nixos-ls, a language server for NixOS modules";
    package = lib.mkOption {
      type = lib.types.package;
      default = self.packages.${pkgs.stdenv.hostPlatform.system}.default;
      defaultText = lib.literalExpression "the package of this flake";
      description = "The package to install.";
    };
  };

  config = lib.mkIf config.programs.hyper-nixos-ls.enable {
    environment.systemPackages = [ config.programs.hyper-nixos-ls.package ];
  };
}
