-- `:HyperNixos`, each of its subcommands but `fixall` (see actions.lua).
local editor = require('editor')

local dashboard, client = editor.serve('modules/web/dashboard.nix')

editor.check(
  vim.deep_equal(
    vim.fn.getcompletion('HyperNixos ', 'cmdline'),
    { 'definitions', 'document', 'fixall', 'graph', 'newmodule', 'options', 'restart', 'status' }
  ),
  'the subcommands are completed',
  vim.fn.getcompletion('HyperNixos ', 'cmdline')
)
editor.check(
  vim.deep_equal(vim.fn.getcompletion('HyperNixos graph o', 'cmdline'), { 'options' }),
  'so are their arguments',
  vim.fn.getcompletion('HyperNixos graph o', 'cmdline')
)
vim.cmd('HyperNixos nonsense')
editor.wait_for_notification('there is no `nonsense`')

vim.cmd('HyperNixos status')
editor.wait_for_notification(' options in ')

-- The picker, with the choice made by the test; the real one is for the test with a terminal.
local offered
local select = vim.ui.select
local function choose(path)
  vim.ui.select = function(items, options, on_choice)
    offered = vim.tbl_map(options.format_item, items)
    on_choice(vim.iter(items):find(function(item)
      return item.path == path
    end))
  end
end
choose('hypervisor.vms.<name>.memory')
vim.cmd('HyperNixos options')
editor.wait_for('the chosen option leads to its declaration', function()
  return editor.name() == 'vms.nix'
end)
editor.check(
  vim.api.nvim_get_current_line():find('memory', 1, true) ~= nil,
  'on its line',
  vim.api.nvim_get_current_line()
)
editor.check(#offered > 50, 'all options are offered', #offered)
local described = 'hypervisor.web.port: 16 bit unsigned integer; between 0 and 65535 (both inclusive)'
editor.check(vim.list_contains(offered, described), 'each with its type', offered)
choose('hypervisor.web.port')
vim.cmd('HyperNixos options WEB.po')
editor.wait_for('a part of the name narrows the list', function()
  return editor.name() == 'dashboard.nix'
end)
editor.check(vim.deep_equal(offered, { described }), 'to what has it', offered)
vim.cmd('HyperNixos options no.such.thing')
editor.wait_for_notification('no.such.thing')
vim.ui.select = select

vim.cmd('HyperNixos graph')
editor.wait_for('the graph of modules opens', function()
  return editor.name() == 'modules.mmd'
end)
local graph = editor.text(0)
editor.check(vim.startswith(graph, 'graph LR'), 'it is one for Mermaid', graph)
editor.check(graph:find('modules/web/dashboard.nix', 1, true), 'and has the modules', graph)
vim.cmd.close()
vim.cmd.buffer(dashboard)
vim.cmd('HyperNixos graph options')
editor.wait_for('so does the graph of options', function()
  return editor.name() == 'options.mmd'
end)
vim.cmd.close()
vim.cmd('HyperNixos graph nonsense')
editor.wait_for_notification('there is no graph')
vim.cmd('HyperNixos document')
editor.wait_for('all options are one document', function()
  return editor.name() == 'options.md'
end)
editor.check(editor.text(0):find('### `hypervisor.web.port`', 1, true), 'with each of them')
vim.cmd.close()

vim.cmd.buffer(dashboard)
vim.cmd('HyperNixos newmodule modules/web/terminal.nix')
editor.wait_for('a new module starts with the template', function()
  return editor.name() == 'terminal.nix'
    and editor.text(0):find('options.hypervisor.web.terminal', 1, true)
end)
vim.cmd('HyperNixos newmodule modules/web/terminal.nix')
editor.wait_for_notification('is there already')
vim.cmd('silent write')
vim.cmd.buffer(dashboard)

vim.cmd('HyperNixos restart')
editor.wait_for('after a restart another server serves the buffer', function()
  local now = vim.lsp.get_clients({ bufnr = dashboard, name = 'hyper_nixos_ls' })[1]
  return now and now.initialized and now.id ~= client.id
end)
editor.check(client:is_stopped(), 'and the old one is gone')
