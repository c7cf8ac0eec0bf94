-- Completion in the middle of a line that does not parse yet, and by typed keys.
local editor = require('editor')

local dashboard, client = editor.serve('modules/web/dashboard.nix')
local line = editor.find(dashboard, 'Restart = "on-failure";')
local typed = '        Nice = config.hypervisor.web.'
vim.api.nvim_buf_set_lines(dashboard, line, line, false, { typed })
vim.api.nvim_win_set_cursor(0, { line + 1, #typed })
local completion = editor.request(client, dashboard, 'textDocument/completion')
local labels = {}
for _, item in ipairs(completion and (completion.items or completion) or {}) do
  labels[item.label] = true
end
for _, option in ipairs({ 'enable', 'listenAddress', 'port', 'proxy', 'workers' }) do
  editor.check(labels[option], 'completion offers ' .. option, vim.tbl_keys(labels))
end
editor.check(not labels['recipient'], 'and nothing of another topic', vim.tbl_keys(labels))
editor.wait_for('the unfinished line is reported', function()
  return editor.diagnostic(dashboard, 'syntax-error')
end)
vim.api.nvim_buf_set_lines(dashboard, line, line + 1, false, {})
editor.wait_for('it goes with the line, and a module by the guide has no other findings', function()
  return #vim.diagnostic.get(dashboard) == 0
end)

-- The popup menu itself is for the test with a terminal; this is what accepting an item inserts.
vim.api.nvim_buf_set_lines(dashboard, line, line, false, { typed .. 'wor' })
vim.api.nvim_win_set_cursor(0, { line + 1, #typed + 3 })
completion = editor.request(client, dashboard, 'textDocument/completion')
local workers = vim.iter(completion.items or completion):find(function(item)
  return item.label == 'workers'
end)
editor.check(workers ~= nil, 'what is begun is completed', completion)
-- What all items have in common is said once; Neovim takes it the same way before it shows them.
local defaults = completion.itemDefaults or {}
workers.data = workers.data or defaults.data
local edit = workers.textEdit
  or { range = defaults.editRange, newText = workers.textEditText or workers.label }
vim.lsp.util.apply_text_edits({ edit }, dashboard, client.offset_encoding)
local after = vim.api.nvim_buf_get_lines(dashboard, line, line + 1, false)[1]
editor.check(after:find(typed .. 'workers', 1, true) == 1, 'with the text that it should', after)
local resolved = editor.request(client, dashboard, 'completionItem/resolve', workers)
local documentation = resolved.documentation and resolved.documentation.value or ''
editor.check(
  documentation:find('worker processes', 1, true) ~= nil,
  'an item that is looked at has documentation',
  resolved
)
