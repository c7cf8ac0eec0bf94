---@brief
---
--- `hyper-nixos-ls` serves NixOS modules: it knows the options that a workspace declares itself, where
--- each one is declared, defined and read, and says what Nix would refuse before you rebuild.

---@type vim.lsp.Config
return {
  cmd = { 'hyper-nixos-ls', 'serve' },
  filetypes = { 'nix' },
  root_markers = { 'hyper-nixos-ls.toml', 'flake.nix', '.git' },
  -- The same keys as in hyper-nixos-ls.toml; what is set here wins over the file.
  settings = {
    ['hyper-nixos-ls'] = {},
  },
}
