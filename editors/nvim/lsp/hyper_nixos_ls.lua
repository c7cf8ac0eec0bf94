---@brief
---
--- `hyper-nixos-ls` serves NixOS modules: it knows the options that a workspace declares itself, where
--- each one is declared, defined and read, and says what Nix would refuse before you rebuild.
---
--- It runs beside `nil_ls` or `nixd`, which know packages and Nix as a language.
---
--- Settings have the keys of `hyper-nixos-ls.toml` at the root of a tree, and win over that file:
---
--- ```lua
--- vim.lsp.config('hyper_nixos_ls', {
---   settings = {
---     ['hyper-nixos-ls'] = {
---       namespaces = { 'hypervisor' },
---       rules = { ['hardcoded-value'] = 'off' },
---     },
---   },
--- })
--- ```
---
--- Lenses say how often an option is set and read; `grx` (Neovim 0.12) or `vim.lsp.codelens.run()` lists
--- the places.

-- The nearest folder with any of these, as the server looks for it in a terminal.
local markers = { 'hyper-nixos-ls.toml', 'flake.nix', '.git' }

--- What a lens asks for: its places in the quickfix list.
local function show_references(command, context)
  local client = assert(vim.lsp.get_client_by_id(context.client_id))
  local _, _, places = unpack(command.arguments)
  vim.fn.setqflist({}, ' ', {
    title = command.title,
    items = vim.lsp.util.locations_to_items(places, client.offset_encoding),
    context = { bufnr = context.bufnr },
  })
  vim.cmd('botright copen')
end

---@type vim.lsp.Config
return {
  cmd = { 'hyper-nixos-ls', 'serve' },
  filetypes = { 'nix' },
  root_dir = function(buffer, on_dir)
    local folder = vim.fs.dirname(vim.api.nvim_buf_get_name(buffer))
    local marker = vim.fs.find(markers, { upward = true, path = folder })[1]
    on_dir(marker and vim.fs.dirname(marker))
  end,
  -- A command's arguments are places only for a client that says that it has the command.
  capabilities = {
    experimental = { commands = { commands = { 'editor.action.showReferences' } } },
  },
  commands = { ['editor.action.showReferences'] = show_references },
  settings = {
    ['hyper-nixos-ls'] = {},
  },
}
