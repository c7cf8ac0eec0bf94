-- The configuration that the test's Neovim starts with: the plugin as a user has it.
-- Environment: HYPER_NIXOS_LS, EDITOR_SETTINGS, TESTS; see `run`.

vim.opt.runtimepath:prepend(vim.env.EDITOR_SETTINGS)
vim.opt.swapfile = false
vim.opt.shadafile = 'NONE'
vim.opt.hidden = true
-- Behind the last character, where the cursor is while one types.
vim.opt.virtualedit = 'onemore'
package.path = vim.env.TESTS .. '/?.lua;' .. package.path

vim.lsp.config('hyper_nixos_ls', {
  cmd = { vim.env.HYPER_NIXOS_LS, 'serve' },
  settings = { ['hyper-nixos-ls'] = { ['inlay-hints'] = { types = true } } },
})
vim.lsp.enable('hyper_nixos_ls')

vim.diagnostic.config({ virtual_text = true })
vim.opt.ruler = true
vim.opt.expandtab = true
vim.opt.completeopt = 'menuone,popup'
