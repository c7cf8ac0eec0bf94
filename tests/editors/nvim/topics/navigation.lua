-- From a use to its declaration and back, and what a name is.
local editor = require('editor')

local dashboard, client = editor.serve('modules/web/dashboard.nix')
editor.check(
  #vim.lsp.get_clients({ name = 'hyper_nixos_ls' }) == 1,
  'one server serves all modules'
)
local declared = editor.find(dashboard, 'port = lib.mkOption')

editor.go_to('config.hypervisor.web.p')
vim.lsp.buf.definition()
editor.wait_for('going to the definition of the port leads to its declaration', function()
  return vim.api.nvim_win_get_cursor(0)[1] == declared
end)

vim.lsp.buf.hover()
local text, window = editor.wait_for('hovering opens a window', editor.float), nil
_, window = editor.float()
editor.check(text:find('hypervisor.web.port', 1, true), 'it names the option', text)
editor.check(text:find('16 bit unsigned integer', 1, true), 'and its type', text)
editor.check(text:find('TCP port the dashboard listens on', 1, true), 'and its description', text)
vim.api.nvim_win_close(window, true)

vim.lsp.buf.references({ includeDeclaration = false })
local found = editor.wait_for('the references are in the quickfix list', function()
  local items = vim.fn.getqflist()
  return #items > 0 and items
end)
editor.check(#found >= 2, 'all of them', found)
editor.check(
  vim.iter(found):all(function(item)
    return item.text:find('port', 1, true) ~= nil
  end),
  'each with its line',
  found
)
vim.cmd.cclose()

-- Who sets an option, with what decides about each.
editor.go_to('workers')
vim.fn.setqflist({}, 'r', { items = {} })
vim.cmd('HyperNixos definitions')
found = editor.wait_for('the definitions are in the quickfix list', function()
  local items = vim.fn.getqflist()
  return #items > 0 and items
end)
editor.check(
  vim.iter(found):all(function(item)
    return item.text:find('hypervisor.web.workers = 4, priority 100') ~= nil and item.lnum > 0
  end),
  'each with its value and its priority',
  found
)
vim.cmd.cclose()
vim.api.nvim_win_set_cursor(0, { 1, 0 })
vim.cmd('HyperNixos definitions')
editor.wait_for_notification('no option here')

-- In another file, through the alias of a `let`.
editor.serve('modules/web/proxy.nix')
editor.go_to('proxyPass = cfg.upst')
local target = editor.find(0, 'upstream = lib.mkOption')
vim.lsp.buf.definition()
editor.wait_for('an alias is followed', function()
  return vim.api.nvim_win_get_cursor(0)[1] == target
end)

local symbols = editor.request(client, dashboard, 'workspace/symbol', { query = 'webport' })
editor.check(
  symbols[1].name == 'hypervisor.web.port',
  'the search for symbols finds it first',
  symbols[1]
)
