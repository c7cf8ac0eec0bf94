-- An option renamed in every module that speaks of it.
local editor = require('editor')

local core = editor.serve('modules/core/options.nix')
local before = editor.read('modules/web/dashboard.nix')
editor.go_to('stateDirectory')
vim.lsp.buf.rename('dataDirectory')
editor.wait_for('the declaration has the new name', function()
  return editor.text(core):find('dataDirectory = lib.mkOption', 1, true)
end)
local renamed = vim.fn.bufnr(editor.workspace .. '/modules/web/dashboard.nix')
editor.check(
  editor.text(renamed) == (before:gsub('management%.stateDirectory', 'management.dataDirectory')),
  'so have all uses in another module, and nothing else is changed there'
)
editor.check(not editor.text(core):find('stateDirectory', 1, true), 'the old name is gone')

vim.cmd('silent wall')
local left = vim.fn.systemlist({ 'grep', '-rlE', 'management\\.stateDirectory', editor.workspace })
editor.check(#left == 0, 'nothing in the tree says the old name', left)

-- Back again, for the topics that follow.
vim.cmd.buffer(core)
editor.go_to('dataDirectory')
vim.lsp.buf.rename('stateDirectory')
editor.wait_for('and it can be renamed back', function()
  return editor.text(renamed) == before
end)
vim.cmd('silent wall')
