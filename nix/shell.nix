{
  mkShell,
  cargo,
  cargo-deny,
  clippy,
  mdbook,
  nodejs,
  python3,
  rust-analyzer,
  rustc,
  rustfmt,
}:
mkShell {
  packages = [
    cargo
    cargo-deny
    clippy
    mdbook
    nodejs
    python3
    rust-analyzer
    rustc
    rustfmt
  ];
}
