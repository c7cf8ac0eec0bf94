# The package without flakes: `nix-build`, `nix-env -if .`
{
  pkgs ? import <nixpkgs> { },
}:
pkgs.callPackage ./nix/package.nix { }
