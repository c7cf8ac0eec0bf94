# What is needed to work on it, without flakes: `nix-shell`
{
  pkgs ? import <nixpkgs> { },
}:
pkgs.callPackage ./nix/shell.nix { }
