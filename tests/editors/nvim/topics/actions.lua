-- Code actions: the guard that a module lacks, saved byte for byte; and all safe fixes at once.
local editor = require('editor')

local file = 'modules/monitoring/exporter.nix'
local before = editor.read(file)
local exporter, client = editor.serve(file)
local finding = editor.wait_for('the unguarded config is shown', function()
  return editor.diagnostic(exporter, 'unguarded-config')
end)
vim.api.nvim_win_set_cursor(0, { finding.lnum + 1, finding.col })
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action)
    return action.kind == 'quickfix' and action.title:find('mkIf', 1, true) ~= nil
  end,
})
editor.wait_for('its code action is applied', function()
  return vim.bo[exporter].modified
end)
editor.wait_for('the finding is gone', function()
  return not editor.diagnostic(exporter, 'unguarded-config')
end)
vim.cmd('silent write')
local from, to = before:find('  config = {\n', 1, true)
local expected = before:sub(1, from - 1)
  .. '  config = lib.mkIf config.hypervisor.monitoring.exporter.enable {\n'
  .. before:sub(to + 1)
editor.check(
  editor.read(file) == expected,
  'the saved file has the guard, and every comment',
  editor.read(file)
)
editor.check(
  not client:supports_method('codeAction/resolve'),
  'actions come whole: none has to be asked for again'
)

vim.api.nvim_buf_set_lines(exporter, 2, 3, false, { '{', '  imports = [ ./alerts.nix ./alerts.nix ];' })
editor.wait_for('the import that stands twice is shown', function()
  return editor.diagnostic(exporter, 'duplicate-import')
end)
vim.cmd('HyperNixos fixall')
editor.wait_for('`:HyperNixos fixall` makes it one', function()
  return editor.text(exporter):find('imports = [ ./alerts.nix ];', 1, true)
end)
editor.wait_for('and the finding is gone', function()
  return not editor.diagnostic(exporter, 'duplicate-import')
end)
