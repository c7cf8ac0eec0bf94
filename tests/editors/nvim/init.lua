-- The configuration that the test's Neovim starts with: the plugin as a user has it, and the topics once
-- the editor is up. Environment: HYPER_NIXOS_LS, EDITOR_SETTINGS, TESTS, WORKSPACE; see `run`.

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

local topics = {
  'findings',
  'navigation',
  'completion',
  'actions',
  'display',
  'renaming',
  'commands',
  'health',
  'ending',
}

vim.api.nvim_create_autocmd('VimEnter', {
  callback = vim.schedule_wrap(function()
    local editor = require('editor')
    local function run()
      for _, topic in ipairs(topics) do
        editor.say('--- ' .. topic)
        require('topics.' .. topic)
        editor.discard()
      end
    end
    local ok, trouble = xpcall(run, debug.traceback)
    if not ok then
      editor.fail(trouble)
    end
    editor.finish()
  end),
})
